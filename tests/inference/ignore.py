#!/usr/bin/env python3
"""Docker is the judge of .dockerignore files: which files reach the image?

Draws trees and ignore files, with what the patterns are known to differ in
(`!`, `**`, order, classes, escapes, spaces, dots), builds `COPY . /` of each,
and compares the image's files with those that are said to belong to the app.

usage: ignore.py AFFECTED-FILES [--cases N] [--seed S]

Engines before 23 take back other files than those of today; what either lets in
counts. Exits 77 when no engine answers; 1 when one file is missed, or 2 % for nothing.
"""
import argparse
import concurrent.futures
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile

import engines

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
NAMES = ["a", "b", "ab", "abc", "a.md", "b.txt", ".hidden", "a-b", "[x]", "x y", "é", "a*", "B", "zz.md.bak"]
PIECES = ["a", "b", "ab", "*", "**", "a*", "*b", "?", "??", "*.md", "*.*", ".*", "[ab]", "[a-c]*", "[^a]", "\\[x\\]",
          "x y", "é", "a.md", "B", "..", ".", "a\\*", "*.md.*", "**b", "a**", "[b-"]


def draw_tree(draw):
    paths = set()
    for _ in range(draw.randint(6, 22)):
        parts = [draw.choice(NAMES) for _ in range(draw.randint(1, 4))]
        path = "/".join(parts)
        inside = any(one.startswith(path + "/") for one in paths)
        through = any("/".join(parts[:i]) in paths for i in range(1, len(parts)))
        if not inside and not through:
            paths.add(path)
    return sorted(paths)


def draw_pattern(draw, paths):
    if draw.random() < 0.35:
        parts = draw.choice(paths).split("/")
        pattern = "/".join(parts[:draw.randint(1, len(parts))])
    else:
        pattern = "/".join(draw.choice(PIECES) for _ in range(draw.randint(1, 3)))
    if draw.random() < 0.15:
        pattern = "/" + pattern
    if draw.random() < 0.15:
        pattern += "/"
    if draw.random() < 0.3:
        pattern = "!" + (" " if draw.random() < 0.1 else "") + pattern
    if draw.random() < 0.1:
        pattern = "  " + pattern + " \t"
    return pattern


def draw_ignore(draw, paths):
    lines = [draw_pattern(draw, paths) for _ in range(draw.randint(1, 6))]
    if draw.random() < 0.1:
        lines.insert(0, "# a comment")
    if draw.random() < 0.1:
        lines.insert(draw.randint(0, len(lines)), "")
    return ("\r\n" if draw.random() < 0.05 else "\n").join(lines) + "\n"


class Case:
    def __init__(self, draw, folder):
        self.root = tempfile.mkdtemp(dir=folder)
        self.paths = draw_tree(draw)
        self.ignore = draw_ignore(draw, self.paths)
        self.write("Dockerfile", "FROM scratch\nCOPY . /\n")
        self.write(".dockerignore", self.ignore)
        for path in self.paths:
            self.write(path, path + "\n")

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def said(self, tool):
        git = self.root + ".git"
        subprocess.run(GIT + ["init", "-q", "--separate-git-dir", git, self.root], check=True)
        subprocess.run(GIT + ["-C", self.root, "add", "-A", "-f"], check=True)
        subprocess.run(GIT + ["-C", self.root, "commit", "-qm", "case"], check=True)
        answer = subprocess.run([tool, self.root], input="\n".join(self.paths) + "\n",
                                capture_output=True, text=True, check=True)
        os.remove(os.path.join(self.root, ".git"))
        return set(json.loads(answer.stdout)["apps"][0]["belonging"])

    def built(self, engine):
        """The files of the image, or None when Docker refuses the ignore file."""
        image = engine.image(self.root)
        if image is None:
            return None
        with tarfile.open(fileobj=io.BytesIO(image)) as tar:
            return {one.name.removeprefix("./") for one in tar if not one.isdir()} & set(self.paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine")
    options = parser.parse_args()
    engine = next((one for one in reversed(engines.engines(""))
                   if one.name != "classic" and options.engine in (None, one.name)), None)
    if not engine:
        print("no Docker engine with BuildKit answers")
        return 77
    draw = random.Random(options.seed)
    files = refused = missed = needless = 0
    with tempfile.TemporaryDirectory() as folder:
        cases = [Case(draw, folder) for _ in range(options.cases)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda case: (case.built(engine), case.said(options.tool)), cases))
        for number, (case, (built, said)) in enumerate(zip(cases, answers)):
            if built is None:
                refused += 1
                continue
            files += len(case.paths)
            missed += len(built - said)
            needless += len(said - built)
            if said != built:
                print(f"case {number}: {case.ignore!r}\n  missed {sorted(built - said)}\n  for nothing {sorted(said - built)}")
    print(f"{engine.name}: {options.cases} ignore files, {files} files compared, {refused} refused by Docker, "
          f"{missed} missed, {needless} for nothing ({100 * needless / max(files, 1):.1f} %)")
    return 1 if missed or needless * 50 >= files or refused * 2 > options.cases else 0


if __name__ == "__main__":
    sys.exit(main())
