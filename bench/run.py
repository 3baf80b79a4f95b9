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
import sample_history
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
    unit = "MiB" if figure == "memory" else "s"
    return (
        f"| {what} | {peer} | {pair.median(figure, 'ours'):.3f} {unit} | "
        f"{pair.median(figure, 'peer'):.3f} {unit} | {middle:.1f} ({low:.1f} to {high:.1f}) | {target} |"
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


def plan_of_history(ecr, folder, runs, repo):
    """`plan` over a long range, against `git log --name-only` over the same."""
    environment = ecr.environment(folder)
    if repo is None:
        repo = folder / "history"
        sample_history.make(str(repo), 10_001, 50)
        range_start = "HEAD~10000"
    else:
        range_start = "HEAD~3000"
    base = git(repo, "rev-parse", range_start)
    apps = apps_of(repo)
    for app in apps:
        ecr.ask("seed", {"what": "image", "repository": app,
                         "tags": ["1.0.0", f"1.0.0-{base[:12]}"]})
    config = "apps:\n" + "".join(f"  {n}: {{directory: {d}, repository: {n}}}\n" for n, d in apps.items())
    commits = git(repo, "rev-list", "--count", f"{range_start}..HEAD")
    plan = [PROGRAM, "plan", "-C", repo, "--json", "--config", config]
    log = ["git", "-C", repo, "log", "--name-only", "--format=%H", f"{range_start}..HEAD"]
    pair = Pair(plan, log, environment, folder, runs)
    title = f"plan, {int(commits):,} commits, {len(apps)} apps"
    yield row(title, "`git log --name-only`", pair, "2x")
    yield row(title + ", memory", "the same", pair, "–", "memory")

    near = git(repo, "rev-parse", "HEAD~3")
    for app in apps:
        ecr.ask("seed", {"what": "image", "repository": app,
                         "tags": ["1.1.0", f"1.1.0-{near[:12]}"]})
    pair = Pair(plan, ["git", "-C", repo, "rev-parse", "HEAD"], environment, folder, runs)
    yield row("plan, a push of three commits", "`git rev-parse HEAD`", pair, "a third")


def apps_of(repo):
    """Up to fifty directories as apps."""
    found = {}
    for line in git(repo, "ls-tree", "-r", "-d", "--name-only", "HEAD").splitlines():
        if line.count("/") <= 1 and not line.startswith(".") and len(found) < 50:
            name = "bench-" + line.lower().replace("/", "-").replace("_", "-").replace(".", "-").strip("-")
            found.setdefault(name, line)
    return found


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


def git(repo, *arguments):
    return subprocess.run(
        ["git", "-C", str(repo), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repo", help="a big real repository")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--only", nargs="*", default=["latest", "plan", "apps", "depth"])
    chosen = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ecr-version-bench."))
    ecr = Ecr(folder)
    print(f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, medians of {chosen.runs} pairs.\n")
    print("| what | against | ours | theirs | theirs / ours (spread) | target |")
    print("|---|---|---|---|---|---|")
    try:
        suites = {
            "latest": lambda: newest_version(ecr, folder, chosen.runs),
            "plan": lambda: plan_of_history(ecr, folder, chosen.runs, chosen.repo),
            "apps": lambda: many_apps(ecr, folder, chosen.runs),
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
