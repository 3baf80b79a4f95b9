#!/usr/bin/env python3
"""Every number that the contract holds us to, peers beside ours, as ratios.

usage: bench/run.py [--repo DIR] [--runs N] [--only NAME...]
Writes a Markdown table to standard output. scripts/bench.sh installs what it
needs and calls it.
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
import urllib.request

import deepen
import history
import sample_history
from history import apps_of, git
from measure import Pair, Run
from slow_link import SlowLink

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("ECR_VERSION", ROOT / "build" / "ecr-version")


class Ecr:
    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/local_ecr/local-ecr", "--with-parent"],
            stdout=subprocess.PIPE,
            stderr=open(folder / "ecr.log", "w"),
            text=True,
        )
        self.endpoint = self.process.stdout.readline().strip()
        self.ask("settings", {"pages": "full"})

    def ask(self, path, body=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_local_ecr/{path}",
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def environment(self, folder):
        state = self.ask("state")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ENDPOINT_URL_ECR": self.endpoint,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": state["access_key"],
            "AWS_SECRET_ACCESS_KEY": state["secret_key"],
        }

    def close(self):
        self.process.terminate()
        self.process.wait()


def row(what, peer, pair, target, figure="wall"):
    low, middle, high = pair.ratios(figure)
    unit = {"wall": "s", "cpu": "s of CPU", "memory": "MiB"}[figure]
    return (
        f"| {what} | {peer} | {pair.median(figure, 'ours'):.4f} {unit} | "
        f"{pair.median(figure, 'peer'):.4f} {unit} | {middle:.2f} ({low:.2f} to {high:.2f}) | {target} |"
    )


def newest_version(ecr, folder, runs):
    """`latest`, against the manual's pipeline on the same endpoint."""
    environment = ecr.environment(folder)
    for images in (500, 10_000):
        name = f"bench-{images}"
        ecr.ask("seed", {"what": "bulk", "repository": name, "count": images})
        manual = (
            f"aws ecr describe-images --endpoint-url {ecr.endpoint} --repository-name {name} --output json"
            " | jq -r '[.imageDetails[].imageTags[]?"
            ' | select(test("^[0-9]+[.][0-9]+[.][0-9]+$"))] | max_by(split(".") | map(tonumber))\''
        )
        pair = Pair(
            [PROGRAM, "latest", name],
            ["bash", "-o", "pipefail", "-c", manual],
            environment,
            folder,
            runs,
        )
        title = f"newest version, {images:,} images"
        yield row(title, "`aws ecr describe-images` and `jq`", pair, "60x")
        yield row(title + ", memory", "the same", pair, "5x", "memory")


def many_apps(ecr, folder, runs):
    """100 apps, 40 ms away: all at once against one after another."""
    host, port = ecr.endpoint.removeprefix("http://").split(":")
    repo = folder / "many"
    sample_history.make(str(repo), 3, 100)
    base = git(repo, "rev-parse", "HEAD~1")
    for number in range(100):
        ecr.ask("seed", {"what": "image", "repository": f"app{number}",
                         "tags": ["1.0.0", f"1.0.0-{base[:7]}"]})
    for delay in (0.0, 0.04, 0.2):
        link = SlowLink(host, int(port), delay)
        environment = ecr.environment(folder) | {
            "AWS_ENDPOINT_URL_ECR": f"http://127.0.0.1:{link.port}",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{link.port}",
        }
        single = Run([str(PROGRAM), "latest", "app0"], environment, str(folder)).wall
        before = link.connections
        walls = sorted(
            Run([str(PROGRAM), "plan", "-C", str(repo), "--json"], environment, str(folder)).wall
            for _ in range(runs)
        )
        wall = walls[len(walls) // 2]
        connections = (link.connections - before) // runs
        trips = f"{wall / delay:.1f} round trips, " if delay else ""
        yield (
            f"| plan, 100 apps, {delay * 1000:.0f} ms away | one after another | {wall:.3f} s "
            f"({trips}{connections} connections) | {100 * single:.3f} s | {100 * single / wall:.1f} | 10 round trips |"
        )
        link.close()


def shallow_checkout(ecr, folder, repo):
    """A checkout of depth 1 that deepens itself."""
    if repo is None:
        repo = folder / "deep"
        sample_history.make(str(repo), 20_000, 50)
    yield from deepen.measure(ecr, folder, PROGRAM, repo, apps_of(repo))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repo", help="a big real repository")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--only", nargs="*", default=["latest", "plan", "apps", "depth", "growth"])
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ecr-version-bench."))
    ecr = Ecr(folder)
    print(f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, medians of {chosen.runs} pairs.\n")
    print("| what | against | ours | theirs | theirs / ours (spread) | target |")
    print("|---|---|---|---|---|---|")
    try:
        suites = {
            "latest": lambda: newest_version(ecr, folder, chosen.runs),
            "plan": lambda: history.measure(ecr, folder, PROGRAM, chosen.repo, chosen.runs, row),
            "apps": lambda: many_apps(ecr, folder, chosen.runs),
            "growth": lambda: history.growth(ecr, folder, PROGRAM, chosen.runs),
            "depth": lambda: shallow_checkout(ecr, folder, chosen.repo),
        }
        for name in chosen.only:
            for line in suites[name]():
                print(line, flush=True)
    finally:
        ecr.close()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
