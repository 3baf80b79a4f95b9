#!/usr/bin/env python3
"""Every number that the contract holds us to, peers beside ours, as ratios.

usage: bench/run.py [--repo DIR] [--runs N] [--only NAME...] [--data FILE]
Writes a Markdown table to standard output, and with --data how the times grow,
for bench/plot.py. scripts/bench.sh installs what it needs and calls it.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import container
import deepen
import history
import sample_history
from history import apps_of
from measure import points, row
from registry import Ecr, many_apps, newest_version

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("ECR_VERSION", ROOT / "build" / "ecr-version")


def shallow_checkout(ecr, folder, repo):
    """A checkout of depth 1 that deepens itself."""
    if repo is None:
        repo = folder / "deep"
        sample_history.make(str(repo), 50_000, 50)
    yield from deepen.measure(ecr, folder, PROGRAM, repo, apps_of(repo))


def inferred_paths():
    """What Docker's builders say of the paths that are read from Dockerfiles."""
    tool = os.environ.get("AFFECTED_FILES", ROOT / "build-debug" / "affected-files")
    judged = subprocess.run(
        [sys.executable, ROOT / "tests/inference/judge.py", tool], capture_output=True, text=True, check=True
    )
    for line in judged.stdout.splitlines():
        engine, counts = line.split(": ", 1)
        yield f"| inferred paths | {engine}'s cache | {counts} | – | – | 0 missed, 2 % |"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repo", help="a big real repository")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--data", type=pathlib.Path, help="gets the points of the plots, as JSON")
    with_an_engine = ["image", "inference"] if "ECR_VERSION_IMAGE" in os.environ else []
    options.add_argument("--only", nargs="*", default=["latest", "plan", "depth", "apps", *with_an_engine, "growth"])
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ecr-version-bench."))
    ecr = Ecr(folder)
    print(
        f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, medians of {chosen.runs} pairs, "
        f"{os.path.relpath(PROGRAM, ROOT)}.\n"
    )
    print("| what | against | ours | theirs | theirs / ours (spread) | target |")
    print("|---|---|---|---|---|---|")
    try:
        suites = {
            "latest": lambda: newest_version(ecr, folder, PROGRAM, chosen.runs),
            "plan": lambda: history.measure(ecr, folder, PROGRAM, chosen.repo, chosen.runs, row),
            "depth": lambda: shallow_checkout(ecr, folder, chosen.repo),
            "inference": inferred_paths,
            "apps": lambda: many_apps(ecr, folder, PROGRAM, chosen.runs),
            "image": lambda: container.measure(folder, os.environ["ECR_VERSION_IMAGE"], max(chosen.runs, 40)),
            "growth": lambda: history.growth(ecr, folder, PROGRAM, chosen.runs),
        }
        for name in chosen.only:
            for line in suites[name]():
                print(line, flush=True)
            if chosen.data:
                chosen.data.write_text(json.dumps(points, indent=1) + "\n")
    finally:
        ecr.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
