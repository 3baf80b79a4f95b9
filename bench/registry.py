"""What reading a registry costs: the newest version among many images, and the
round trips of many apps."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import urllib.request

import sample_history
from history import git
from measure import Pair, Run, point, row
from replay import Replay
from slow_link import SlowLink

ROOT = pathlib.Path(__file__).resolve().parents[1]
AWS = "/usr/bin/aws"  # Debian's, whatever else is on the PATH


def endpoint_variables(endpoint):
    return {"AWS_ENDPOINT_URL_ECR": endpoint, "AWS_ENDPOINT_URL": endpoint}


class Ecr:
    """The local ECR, and what a client of it has in its environment."""

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


def newest_version(ecr, folder, program, runs):
    """`latest`, against the manual's pipeline on the same endpoint.

    That endpoint repeats the local ECR's answers: its own work would hide the
    clients'. AWS's client gets the largest pages, with which it is fastest.
    """
    replay = Replay(*ecr.address())
    environment = ecr.environment(folder) | endpoint_variables(replay.endpoint)
    for images in (100, 500, 1_000, 10_000, 100_000):
        name = f"bench-{images}"
        ecr.ask("seed", {"what": "bulk", "repository": name, "count": images})
        manual = (
            f"{AWS} ecr describe-images --endpoint-url {replay.endpoint} --repository-name {name} --output json"
            " --page-size 1000 | jq -r '[.imageDetails[].imageTags[]?"
            ' | select(test("^[0-9]+[.][0-9]+[.][0-9]+$"))] | max_by(split(".") | map(tonumber))\''
        )
        ours = [program, "latest", name]
        peer = ["bash", "-o", "pipefail", "-c", manual]
        agree(ours, peer, environment, folder)
        pair = Pair(ours, peer, environment, folder, runs)
        point("newest version", "ours", images, pair.median("cpu", "ours"))
        point("newest version", "aws and jq", images, pair.median("cpu", "peer"))
        held = images in (500, 10_000)
        title = f"newest version, {images:,} images"
        yield row(title, "`aws ecr describe-images` and `jq`", pair, "60x" if held else "–")
        yield row(title + ", CPU time", "the same", pair, "–", "cpu")
        yield row(title + ", memory", "the larger of the two", pair, "5x" if images == 500 else "–", "memory")
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


def many_apps(ecr, folder, program, runs):
    """100 apps at once, against a request for each, one after another."""
    repo = folder / "many"
    sample_history.make(str(repo), 3, 100)
    base = git(repo, "rev-parse", "HEAD~1")
    for number in range(100):
        ecr.ask("seed", {"what": "image", "repository": f"app{number}",
                         "tags": ["1.0.0", f"1.0.0-{base[:7]}"]})
    for delay in (0.0, 0.04, 0.2):
        link = SlowLink(*ecr.address(), delay)
        environment = ecr.environment(folder) | endpoint_variables(f"http://127.0.0.1:{link.port}")

        def seconds(*command):
            return statistics.median(
                Run([str(program), *command], environment, str(folder)).wall for _ in range(runs))

        single = seconds("latest", "app0")
        before = link.connections
        wall = seconds("plan", "-C", str(repo), "--json")
        connections = (link.connections - before) // runs
        point("plan, 100 apps", "ours", delay * 1000, wall)
        point("plan, 100 apps", "one after another", delay * 1000, 100 * single)
        trips = f"{wall / delay:.1f} round trips, " if delay else ""
        yield (
            f"| plan, 100 apps, {delay * 1000:.0f} ms away | one after another | {wall:.3f} s "
            f"({trips}{connections} connections) | {100 * single:.3f} s | {100 * single / wall:.1f} | 10 round trips |"
        )
        link.close()
