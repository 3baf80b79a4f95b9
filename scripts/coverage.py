#!/usr/bin/env python3
"""Measures which lines and branches of some rooms the unit tests pass by, in a table, and lists the others.

usage: scripts/coverage.py [ROOM...] 2>missed        core, aws and runner unless named

The rooms' sources are compiled once more, counting, and linked with the rest of the debug build. A branch that only an
exception takes is not counted: every call has one.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-debug"
OUT = BUILD / "coverage"


def linked(target, objects):
    """The command that links a program, with these objects before the library that holds the usual ones."""
    commands = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", target], capture_output=True, text=True, check=True)
    line = next(c for c in reversed(commands.stdout.splitlines()) if f" -o {target} " in c)
    link = shlex.split(line.split("&&")[1])
    at = link.index("-o")
    link[at : at + 2] = ["-o", str(OUT / target), "--coverage", "-fuse-ld=gold", *objects]
    subprocess.run(link, cwd=BUILD, check=True)


def counted(source, objects):
    """{line: (times, [times of each branch])} of one source."""
    told = subprocess.run(["gcov", "-b", "-j", "-t", objects], cwd=OUT, capture_output=True, text=True, check=True)
    lines = {}
    for file in json.loads(told.stdout)["files"]:
        if not file["file"].endswith(source):
            continue
        for line in file["lines"]:
            branches = [branch["count"] for branch in line["branches"] if not branch["throw"]]
            times, before = lines.get(line["line_number"], (0, []))
            width = max(len(branches), len(before))
            both = zip(branches + [0] * (width - len(branches)), before + [0] * (width - len(before)))
            lines[line["line_number"]] = (times + line["count"], [sum(pair) for pair in both])
    return lines


def main():
    rooms = sys.argv[1:] or ["core", "aws", "runner"]
    subprocess.run(["ninja", "-C", BUILD, "--quiet", "-j2", "unit-tests", "ecr-version"], check=True)
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.gcda"):
        old.unlink()
    objects = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        source = os.path.relpath(entry["file"], ROOT)
        if source.split("/")[0] != "src" or source.split("/")[1] not in rooms:
            continue
        command = [word for word in shlex.split(entry["command"]) if "ccache" not in word and word != "-Werror"]
        objects[source] = str(OUT / source.replace("/", "-").replace(".cpp", ".o"))
        command[command.index("-o") + 1] = objects[source]
        subprocess.run([*command, "--coverage", "-w"], cwd=BUILD, check=True)
    for target in ("unit-tests", "ecr-version"):
        linked(target, objects.values())
    subprocess.run([OUT / "unit-tests", "--no-intro", "--minimal"], cwd=BUILD, check=True)

    print("room      lines          branches")
    for room in rooms:
        sums, missed = [0, 0, 0, 0], []
        for source, built in sorted(objects.items()):
            if source.split("/")[1] != room:
                continue
            for number, (times, branches) in sorted(counted(source, built).items()):
                taken = sum(count > 0 for count in branches)
                for at, count in enumerate((times > 0, 1, taken, len(branches))):
                    sums[at] += count
                if not times or taken < len(branches):
                    missed.append(f"  {source}:{number}: {taken} of {len(branches)} branches" if times else f"  {source}:{number}: never")
        lines, of_lines, taken, of_branches = sums
        print(f"{room:8}  {100 * lines / of_lines:5.1f} % of {of_lines:4}  {100 * taken / of_branches:5.1f} % of {of_branches:4}")
        print("\n".join(missed), file=sys.stderr)


if __name__ == "__main__":
    main()
