#!/usr/bin/env python3
"""Changes the sources one small thing at a time, and lists the changes that no unit test of their room notices.

usage: scripts/mutate.py [--jobs N] [SOURCE...]        scripts/mutate.py src/core/*.cpp src/aws/sigv4.cpp src/net/retry.cpp

A comparison is off by one or turned round, a + is a -, an operand of && or || or a condition is passed over, a
negation or a statement is gone, nothing is returned, a number, a flag, a letter or a short text is another. All
mutants of a source are compiled at once (tests/support/mutants.hpp), and the tests run once for each; a failed test,
a crash and a run without end kill it. What does not compile is no mutant.

Survivors that no test can tell from the original are explained in tests/data/mutants.txt, by the text of their line:

    src/core/tag.cpp: if (a < b) return 1;
      < off by one
      = equal ones have returned before

They are counted, not listed, and an explanation of what does not survive any more is an error. Without a SOURCE nothing
runs: that each explanation names a mutant that can be made is all that is looked at.
"""

import argparse
import concurrent.futures
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-debug"
HELP = ROOT / "tests/support/mutants.hpp"
EXPLAINED = ROOT / "tests/data/mutants.txt"
NAME = "mutants::Mutant"
SECONDS = 3  # of CPU; all of core's tests but the slow ones take a fraction of one
# They show that time and memory stay in bounds, and take a second or more.
SLOW = "*hostile*,*many stars*,*a hundred thousand*"
COMPARISONS = {"==": "=", "!=": "!", "<": "<", "<=": "l", ">": ">", ">=": "g"}
# What may open a statement that can be left out, or else it declares something.
KEYWORD = re.compile(
    r"(return|using|auto|const|constexpr|static\w*|struct|class|enum|case|default|namespace|template|extern|if|for|while|do|else|switch|try|catch)\b"
)
DECLARATION = re.compile(r"(const |long )?[\w:]+(<.*>)?[&*]*\s[&*]*(\w+|\[.*\])( =|\(|\{|;|\[)", re.DOTALL)


def masked(text):
    """The text with comments, directives and what stands between quotes blank, at the same places."""
    token = re.compile(
        r"//[^\n]*|/\*.*?\*/|R\"(\w*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"|(?<!\w)'(?:\\.|[^'\\\n])+'|(?<=\bU)'(?:\\.|[^'\\\n])+'|^#[^\n]*",
        re.DOTALL | re.MULTILINE,
    )

    def blank(match):
        found = match.group()
        if found[0] in "\"'":
            return found[0] + "~" * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)

    return token.sub(blank, text)


def closing(code, at):
    """Where the parenthesis that opens at `at` closes."""
    depth = 0
    for end in range(at, len(code)):
        depth += (code[end] in "([{") - (code[end] in ")]}")
        if depth == 0:
            return end
    return len(code)


def statements(code):
    """(begin, end) of each simple statement, its semicolon included."""
    begin, depth = 0, 0
    at = 0
    while at < len(code):
        c = code[at]
        depth += (c in "([") - (c in ")]")
        lead = code[begin:at].strip()
        if depth == 0 and (c in "{}" or (c == ":" and lead in ("public", "private"))):
            begin = at + 1
        elif c == "(" and depth == 1 and re.fullmatch(r"(else )?(if|for|while|switch)( constexpr)?", lead):
            at = closing(code, at)
            begin, depth = at + 1, 0
        elif c == ":" and depth == 0 and re.fullmatch(r"(case\b.*[^:]|default)", lead) and code[at + 1] != ":":
            begin = at + 1
        elif c == ";" and depth == 0:
            found = re.match(r"\s*(else\s+)?", code[begin:at])
            yield begin + found.end(), at + 1
            begin = at + 1
        at += 1


class Mutants:
    """The changes of one source: pieces that are put into its text."""

    def __init__(self, text):
        self.text = text
        self.code = masked(text)
        self.pieces = {}  # by number: (offset, length, text) of each piece
        self.what = {}  # by number
        self.twin = {}  # the number whose pieces a second mutant of a place shares
        self.next = 0
        self.values()
        self.operators()
        self.conditions()
        self.statements()
        self.names = {}  # by number: the text of its line and what it does, of equal ones numbered
        lines, seen = text.splitlines(), {}
        for number, what in self.what.items():
            line = " ".join(lines[self.line(number)].split())
            short = what.removeprefix(line).strip()
            name = (line, short)
            seen[name] = seen.get(name, 0) + 1
            self.names[number] = name if seen[name] == 1 else (line, f"{short} #{seen[name]}")

    def add(self, *whats, pieces):
        first = self.next
        for what in whats:
            self.what[self.next] = what
            self.twin[self.next] = first
            self.next += 1
        self.pieces[first] = [(at, length, piece.replace("@", f"({first})")) for at, length, piece in pieces]

    def around(self, begin, end, function, *whats):
        self.add(*whats, pieces=[(begin, 0, f"{NAME}@.{function}("), (end, 0, ")")])

    def values(self):
        for match in re.finditer(r"(?<![\w.~'])\d+(?![\w.'])", self.code):
            number = int(match.group())
            self.around(*match.span(), "number", *(f"{number} -> {n}" for n in (number + 1, number - 1) if n >= 0))
        for match in re.finditer(r"\b(true|false)\b", self.code):
            self.around(*match.span(), "flag", f"{match.group()} turned")
        for match in re.finditer(r"U?'~+'", self.code):
            begin, end = match.span()
            self.around(begin, end, "letter", f"{self.text[begin:end]} -> 1")
        for match in re.finditer(r"(?<![\w\"])\"~+\"(?!\s*\")", self.code):
            begin, end = match.span()
            is_word = " " not in self.text[begin:end].strip('" ') and "{}" not in self.text[begin:end]
            if is_word and not self.code[:begin].rstrip().endswith('"'):
                self.around(begin, end, "text", f'{self.text[begin:end]} -> ""')

    def operators(self):
        for match in re.finditer(r"(?<= )(==|!=|<=|>=|<|>)(?=[ \n])", self.code):
            sign = match.group()
            whats = [f"{sign} turned"] if sign in ("==", "!=") else [f"{sign} off by one", f"{sign} turned"]
            piece = f"<=> mutants::Compared<'{COMPARISONS[sign]}'>@ <=>"
            self.add(*whats, pieces=[(match.start(), len(sign), piece)])
        for match in re.finditer(r"(?<= )([-+*])(?=[ \n])", self.code):
            sign = match.group()
            self.add(f"{sign} another", pieces=[(match.end(), 0, f" {NAME}@ {sign}")])
        for match in re.finditer(r"(?<=[\s(&|])!(?=[\w(*])", self.code):
            self.add("! gone", pieces=[(match.start(), 1, f"{NAME}@ ->* ")])

    def conditions(self):
        for match in re.finditer(r"(?<= )(&&|\|\|)(?=[ \n])(?! \{)", self.code):
            sign = match.group()
            self.add(f"what follows {sign} gone", pieces=[(match.end(), 0, f" {NAME}@ {'|' if sign == '&&' else '&'}")])
        for match in re.finditer(r"\b(?:if|while) (?=\()|\breturn ", self.code):
            begin = match.end()
            is_return = match.group() == "return "
            end = self.code.find(";", begin) if is_return else closing(self.code, begin)
            begin += not is_return
            inner = self.code[begin:end]
            if ";" in inner or (not is_return and DECLARATION.match(inner)):
                continue
            depth, sign = 0, ""
            for at, c in enumerate(inner):
                depth += (c in "([{") - (c in ")]}")
                if depth == 0 and inner[at : at + 2] in ("&&", "||", "? "):
                    sign = inner[at : at + 2]
                    break
            if sign == "&&" or (not sign and not is_return):
                self.add("first operand true", pieces=[(begin, 0, f"{NAME}@ | ")])
            if sign == "||" or (not sign and not is_return):
                self.add("first operand false", pieces=[(begin, 0, f"{NAME}@ & ")])

    def statements(self):
        for begin, end in statements(self.code):
            statement = self.code[begin:end]
            what = " ".join(self.text[begin:end].split())
            if re.match(r"return\b", statement):
                if statement not in ("return;", "return {};", "return std::nullopt;", "return false;", "return true;"):
                    self.add(f"{what} -> {{}}", pieces=[(begin, 0, f"{{ if ({NAME}@.gone()) return {{}}; "), (end, 0, " }")])
            elif statement.endswith("= default;"):
                continue
            elif not KEYWORD.match(statement) and not DECLARATION.match(statement) and re.match(r"[\w:*+(-]+\S", statement):
                self.add(f"{what} gone", pieces=[(begin, 0, f"{{ if (!{NAME}@.gone()) {{ "), (end, 0, " } }")])

    def line(self, number):
        return self.text.count("\n", 0, self.pieces[self.twin[number]][0][0])

    def written(self, numbers):
        """The source with these mutants in it, line for line."""
        pieces = [(at, order, length, piece) for n in numbers for order, (at, length, piece) in enumerate(self.pieces[n])]
        # At one place, what closes an inner piece comes before what closes the outer, and the outer opens first.
        closes = sorted((p for p in pieces if p[1] == 1), key=lambda p: (p[0], len(p[3])))
        outer = ("gone()) { ", "{}; ", "| ", "& ", "->* ")
        opens = sorted((p for p in pieces if p[1] == 0), key=lambda p: next((n for n, e in enumerate(outer) if p[3].endswith(e)), 9))
        result, last = [], 0
        for at, _, length, piece in sorted(closes + opens, key=lambda p: (p[0], p[1] == 0)):
            result += [self.text[last:at], piece]
            last = at + length
        return "".join(result) + self.text[last:]


def output_of(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **options)


def limits():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Bench:
    """How one source's mutants are compiled, linked and tested."""

    def __init__(self, source, folder):
        self.source, self.folder = source, Path(folder)
        self.mutants = Mutants((ROOT / source).read_text())
        entries = json.loads((BUILD / "compile_commands.json").read_text())
        entry = next(e for e in entries if e["file"] == str(ROOT / source))
        self.compile = [word for word in shlex.split(entry["command"]) if word not in ("-Werror", "-g") and "ccache" not in word]
        commands = output_of(["ninja", "-C", BUILD, "-t", "commands", "unit-tests"]).stdout.splitlines()
        line = next(command for command in reversed(commands) if " -o unit-tests " in command)
        link = shlex.split(line.split("&&")[1])
        room = re.search(r"TESTS(.*?)\n\)", (ROOT / source).with_name("room.cmake").read_text(), re.DOTALL)
        tests = [test for test in room.group(1).split() if test.endswith("_test.cpp")]
        own = f"{Path(source).stem}_test.cpp"
        # Its own tests, which find most; then its room's, unless they wait for sockets.
        files = [[own]] if own in tests else []
        files += [] if files and "/core/" not in source else [tests]
        self.filters = ["--source-file=" + ",".join(f"*/{test}" for test in tests) for tests in files]
        # Of the test objects those alone that are run: the library gives what they need, and no more.
        wanted = {"main.cpp.o", "source_dir.cpp.o", *(f"{test}.o" for tests in files for test in tests)}
        self.link = [w for w in link if "unit-tests.dir/" not in w or Path(w).name in wanted]
        parts = [w for w in self.link if "unit-tests.dir/" in w or w == "libecr_version_lib.a"]
        subprocess.run(["ninja", "-C", BUILD, "--quiet", "-j2", *parts], check=True)
        self.link += ["-fuse-ld=gold", "-Wl,--strip-all"]

    def build(self, numbers, compiled=None):
        """The test program with these mutants, or the lines (from 1) that do not compile."""
        name = "all" if compiled is None else str(compiled)
        source, objects, program = (self.folder / f"{name}{ending}" for ending in (".cpp", ".o", ""))
        # Defined here, not by the command: a precompiled header brings the macros of its own command.
        head = f'#define COMPILED_MUTANT {-1 if compiled is None else compiled}\n#include "{HELP}"\n#line 1\n'
        source.write_text(head + self.mutants.written(numbers))
        command = list(self.compile)
        command[command.index("-o") + 1] = str(objects)
        command[command.index("-c") + 1] = str(source)
        command += ["-w", "-O0", "-Wno-narrowing", "-fmax-errors=0"]
        done = output_of(command, cwd=BUILD)
        if done.returncode != 0:
            return None, {int(line) for line in re.findall(rf"{re.escape(str(source))}:(\d+):", done.stdout)}
        link = list(self.link)
        link[link.index("-o") + 1] = str(program)
        link.insert(link.index("-o") + 2, str(objects))  # before the library that holds the original
        done = output_of(link, cwd=BUILD)
        if done.returncode != 0:
            sys.exit(done.stdout)
        return program, set()

    def passes(self, program, **environment):
        for tests in self.filters:
            command = [program, "--abort-after=1", "--no-intro", f"--test-case-exclude={SLOW}", tests]
            run = output_of(command, cwd=self.folder, preexec_fn=limits, env={**os.environ, **environment})
            if run.returncode != 0:
                return False
        return True

    def alone(self, number):
        """What becomes of a mutant that is compiled by itself."""
        program, _ = self.build([self.mutants.twin[number]], compiled=number)
        return "no mutant" if program is None else "survived" if self.passes(program) else "killed"

    def verdicts(self, jobs):
        together, apart = set(self.mutants.pieces), set()
        while (built := self.build(together))[0] is None:
            bad = {n for n in together if self.mutants.line(n) + 1 in built[1]}
            if not bad:
                sys.exit(f"{self.source}: does not compile at lines {sorted(built[1])}")
            whole = {n for n in bad if "gone()" in self.mutants.pieces[n][0][2]}
            together -= whole or bad
            apart |= whole or bad
        program = built[0]
        marks = self.folder / "reached"
        if not self.passes(program, MUTANTS_REACHED=str(marks)):
            sys.exit(f"{self.source}: its tests fail without a change")
        reached = {int(line) for line in marks.read_text().split()}
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:

            def judge(number):
                first = self.mutants.twin[number]
                if first in apart or first not in reached:
                    return self.alone(number)
                return "killed" if not self.passes(program, MUTANT=str(number)) else "survived"

            return dict(zip(self.mutants.what, pool.map(judge, self.mutants.what)))


def explained():
    """{source: {(text of a line, what)}} of the survivors that have an explanation."""
    found, pending = {}, set()
    for number, line in enumerate(EXPLAINED.read_text().splitlines(), 1):
        if match := re.fullmatch(r"(src/\S+\.cpp): (.*)", line):
            source, code = match.groups()
        elif line.startswith("  = "):
            found.setdefault(source, set()).update(pending)
            pending = set()
        elif line.startswith("    "):
            continue  # an explanation goes on
        elif line.startswith("  "):
            pending.add((code, line.strip()))
        elif line and not line.startswith("#"):
            sys.exit(f"{EXPLAINED}:{number}: neither a line of a source, nor a mutant, nor a reason")
        if pending and not line.startswith("  "):
            sys.exit(f"{EXPLAINED}:{number}: what comes before has no reason")
    return found


def complain(source, names):
    for code, what in sorted(names):
        print(f"{source}: {code}\n  {what}\n    is explained, and does not survive", file=sys.stderr)
    return len(names)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].splitlines()[0])
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    known = explained()
    if not options.sources:
        made = {source: set(Mutants((ROOT / source).read_text()).names.values()) for source in known}
        return sum(complain(source, known[source] - made[source]) for source in known) > 0
    totals = {"killed": 0, "explained": 0, "survived": 0, "no mutant": 0}
    stale = 0
    for source in options.sources:
        with tempfile.TemporaryDirectory(prefix="mutants") as folder:
            bench = Bench(source, folder)
            counts = dict.fromkeys(totals, 0)
            reasons = set(known.get(source, ()))
            for number, verdict in bench.verdicts(options.jobs).items():
                code, what = name = bench.mutants.names[number]
                if verdict == "survived" and name in reasons:
                    verdict = "explained"
                    reasons.remove(name)
                counts[verdict] += 1
                if verdict == "survived":
                    print(f"{source}:{bench.mutants.line(number) + 1}: {code}\n  {what}")
        stale += complain(source, reasons)
        totals = {verdict: totals[verdict] + count for verdict, count in counts.items()}
        print(source, ", ".join(f"{count} {verdict}" for verdict, count in counts.items()), flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in totals.items()))
    return totals["survived"] + stale > 0


if __name__ == "__main__":
    sys.exit(main())
