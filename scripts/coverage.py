#!/usr/bin/env python3
"""Measures which lines and branches of some rooms the tests pass by, in a table, and lists the others.

usage: scripts/coverage.py [--scenarios] [ROOM...] 2>missed        core, aws and runner unless named

A branch is one outcome of a condition that someone wrote. All is built once more, by clang, to count itself (preset
`coverage`; needs the packages clang, llvm and libclang-rt-dev beside what a build needs). The unit tests count, and with
--scenarios tests/scenarios too, each run of the program, even one that is killed: counters are kept in a mapped file.
"""

import argparse
import collections
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-coverage"
PROGRAMS = [BUILD / "unit-tests", BUILD / "ecr-version"]


def run(*command, **options):
    return subprocess.run(command, cwd=ROOT, check=True, **options).stdout


def measure(scenarios):
    """What llvm-cov tells after the tests have run."""
    if not (BUILD / "build.ninja").exists():
        run("cmake", "--preset", "coverage", stdout=sys.stderr)
    run("ninja", "-C", BUILD, "--quiet", "-j2", *(program.name for program in PROGRAMS), stdout=sys.stderr)
    for old in BUILD.glob("*.profraw"):
        old.unlink()
    run(PROGRAMS[0], "--no-intro", "--minimal", stdout=sys.stderr)
    if scenarios:
        tests = [ROOT / "build/venv/bin/python", "-m", "pytest", "-q", "tests/scenarios"]
        run(*tests, env=os.environ | {"ECR_VERSION": str(PROGRAMS[1])}, stdout=sys.stderr)
    run("llvm-profdata", "merge", "-o", BUILD / "profile", *BUILD.glob("*.profraw"))
    objects = [PROGRAMS[0], "-object", PROGRAMS[1]]
    return json.loads(run("llvm-cov", "export", f"-instr-profile={BUILD}/profile", *objects, stdout=subprocess.PIPE))["data"][0]


def by_place(functions, source):
    """[times true, times false] of each condition of a source, and [times] of each stretch of it, by where they stand."""
    branches = collections.defaultdict(lambda: [0, 0])
    stretches = collections.defaultdict(lambda: [0])
    for function in functions:  # a template is there once for each of its types
        for kept, told, file in ((branches, "branches", 6), (stretches, "regions", 5)):
            for entry in function[told]:
                # the last number of a stretch says of which kind it is: 0 is code
                if function["filenames"][entry[file]] == source and (kept is branches or entry[-1] == 0):
                    sums = kept[tuple(entry[:4])]
                    sums[:] = [before + more for before, more in zip(sums, entry[4:])]
    return branches, stretches


def missed(source, branches, stretches):
    """A sentence for each outcome and each stretch that there was none of."""
    lines = source.read_text().splitlines()
    for (line, begin, end_line, end), (true, false) in sorted(branches.items()):
        if not true or not false:
            text = lines[line - 1][begin - 1 : end - 1 if line == end_line else None]
            yield line, f"{text} is never {'decided' if true == false else 'true' if false else 'false'}"
    for line, begin, *_ in sorted(place for place, times in stretches.items() if times == [0]):
        yield line, f"never reached: {lines[line - 1][begin - 1 :]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", action="store_true")
    parser.add_argument("rooms", nargs="*", default=["core", "aws", "runner"])
    options = parser.parse_args()
    told = measure(options.scenarios)
    print("room      lines           branches")
    for room in options.rooms:
        sums = [0, 0, 0, 0]
        for file in told["files"]:
            name = os.path.relpath(file["filename"], ROOT)
            if not name.startswith(f"src/{room}/"):
                continue
            branches, stretches = by_place(told["functions"], file["filename"])
            lines = file["summary"]["lines"]
            outcomes = [times > 0 for both in branches.values() for times in both]
            sums = [a + b for a, b in zip(sums, (lines["covered"], lines["count"], sum(outcomes), len(outcomes)))]
            for line, what in sorted(missed(ROOT / name, branches, stretches)):
                print(f"{name}:{line}: {what}", file=sys.stderr)
        covered, of_lines, taken, of_branches = sums
        print(f"{room:8}  {100 * covered / of_lines:5.1f} % of {of_lines:5}  {100 * taken / of_branches:5.1f} % of {of_branches:5}")


if __name__ == "__main__":
    main()
