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
from replay import Replay
from slow_link import SlowLink

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get("ECR_VERSION", ROOT / "build" / "ecr-version")

AWS = "/usr/bin/aws"  # Debian's, whatever else is on the PATH


def endpoint_variables(endpoint):
    return {"AWS_ENDPOINT_URL_ECR": endpoint, "AWS_ENDPOINT_URL": endpoint}


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

    def address(self):
        host, port = self.endpoint.removeprefix("http://").split(":")
        return host, int(port)

    def environment(self, folder):
        state = self.ask("state")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            **endpoint_variables(self.endpoint),
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
    """`latest`, against the manual's pipeline on the same endpoint.

    That endpoint repeats the local ECR's answers: its own work would hide the
    clients'. AWS's client gets the largest pages, with which it is fastest.
    """
    replay = Replay(*ecr.address())
    environment = ecr.environment(folder) | endpoint_variables(replay.endpoint)
    for images in (500, 10_000):
        name = f"bench-{images}"
        ecr.ask("seed", {"what": "bulk", "repository": name, "count": images})
        manual = (
            f"{AWS} ecr describe-images --endpoint-url {replay.endpoint} --repository-name {name} --output json"
            " --page-size 1000 | jq -r '[.imageDetails[].imageTags[]?"
            ' | select(test("^[0-9]+[.][0-9]+[.][0-9]+$"))] | max_by(split(".") | map(tonumber))\''
        )
        ours = [PROGRAM, "latest", name]
        peer = ["bash", "-o", "pipefail", "-c", manual]
        agree(ours, peer, environment, folder)
        pair = Pair(ours, peer, environment, folder, runs)
        title = f"newest version, {images:,} images"
        yield row(title, "`aws ecr describe-images` and `jq`", pair, "60x")
        yield row(title + ", CPU time", "the same", pair, "–", "cpu")
        yield row(title + ", memory", "the larger of the two", pair, "5x", "memory")
    replay.close()


def agree(ours, peer, environment, folder):
    """Both print one and the same; this also fills the endpoint's memory."""
    said = [
        subprocess.run(
            list(map(str, command)), cwd=folder, env=environment, check=True, capture_output=True, text=True
        ).stdout
        for command in (ours, peer)
    ]
    if said[0] != said[1]:
        raise SystemExit(f"ours says {said[0]!r}, the peer {said[1]!r}")


def many_apps(ecr, folder, runs):
    """100 apps, 40 ms away: all at once against one after another."""
    repo = folder / "many"
    sample_history.make(str(repo), 3, 100)
    base = git(repo, "rev-parse", "HEAD~1")
    for number in range(100):
        ecr.ask("seed", {"what": "image", "repository": f"app{number}",
                         "tags": ["1.0.0", f"1.0.0-{base[:7]}"]})
    for delay in (0.0, 0.04, 0.2):
        link = SlowLink(*ecr.address(), delay)
        environment = ecr.environment(folder) | endpoint_variables(f"http://127.0.0.1:{link.port}")
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
        sample_history.make(str(repo), 50_000, 50)
    yield from deepen.measure(ecr, folder, PROGRAM, repo, apps_of(repo))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repo", help="a big real repository")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--only", nargs="*", default=["latest", "plan", "apps", "depth", "growth"])
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
