"""A checkout of one commit: what a plan fetches to answer as the full clone
does, beside `git fetch --unshallow --filter=blob:none` and a full clone."""

import json
import pathlib
import shutil
import subprocess
import sys
import time

from measure import beyond_packs

ROOT = pathlib.Path(__file__).resolve().parents[1]


class GitServer:
    """The tests' server over git http-backend; counts requests and bytes."""

    def __init__(self, folder, repo, delay):
        root = folder / f"server-{delay}"
        (root / "acme").mkdir(parents=True)
        (root / "acme/shop").symlink_to(pathlib.Path(repo).resolve())
        self.log = root / "log"
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/git_http_server.py", "--root", root,
             "--log", self.log, "--delay", str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def cost(self, work):
        """Seconds, requests and bytes of the answers of one piece of work."""
        before = self.log.stat().st_size if self.log.exists() else 0
        began = time.monotonic()
        work()
        seconds = time.monotonic() - began
        entries = [json.loads(line) for line in self.log.read_bytes()[before:].splitlines()]
        return seconds, len(entries), sum(entry["out"] for entry in entries)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def quiet(command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


def shallow_clone(url, at):
    shutil.rmtree(at, ignore_errors=True)
    quiet(["git", "clone", "-q", "--depth=1", "--no-tags", "--no-checkout", f"{url}/acme/shop", at])
    quiet(["git", "-C", at, "read-tree", "HEAD"])


def in_job(environment, url, clone):
    # No event: the job's own payload would only save requests.
    branch = quiet(["git", "-C", clone, "symbolic-ref", "--short", "HEAD"]).strip()
    return environment | {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SERVER_URL": url,
        "GITHUB_REF": f"refs/heads/{branch}",
    }


def command(program, clone, config):
    return [program, "plan", "-C", clone, "--json", "--config", config]


def plan(program, environment, url, clone, config):
    return quiet(command(program, clone, config), env=in_job(environment, url, clone))


def cases(ecr, repo, apps):
    """Releases for apps, by how far back their commits lie in `git log`."""
    head = quiet(["git", "-C", repo, "rev-parse", "HEAD"]).strip()
    history = quiet(["git", "-C", repo, "rev-list", "HEAD"]).split()
    for number, (title, places) in enumerate({
        ("a push of 3 commits", "3 requests"): [3, 3, 3],
        ("bases 20 to 500 commits back", "20; 6 requests"): [20, 200, 500],
        ("one base 10,000 commits back, two young", "2"): [5, 50, 10_000],
    }.items()):
        config = "apps:\n"
        for place, (name, directory) in zip(places, apps.items()):
            name = f"{name}-{number}"
            base = history[min(place, len(history) - 1)]
            ecr.ask("seed", {"what": "image", "repository": name,
                             "tags": ["1.0.0", f"1.0.0-{base[:7]}"]})
            config += f"  {name}: {{directory: {directory}, repository: {name}, dockerfile: Dockerfile}}\n"
        yield title, config
    assert head == history[0]


def measure(ecr, folder, program, repo, apps):
    """Rows of a Markdown table, in the columns of run.py."""
    environment = ecr.environment(folder)
    every = list(cases(ecr, repo, dict(list(apps.items())[:3])))
    for delay in (0, 40):
        server = GitServer(folder, repo, delay)
        clone = folder / "clone"
        shallow_clone(server.url, clone)
        peer = server.cost(lambda: quiet(
            ["git", "-C", clone, "fetch", "-q", "--unshallow", "--filter=blob:none"]))
        try:
            whole = server.cost(lambda: quiet(
                ["git", "clone", "-q", "--bare", f"{server.url}/acme/shop", folder / "whole"]))
            yield line(f"full clone, {delay} ms away", whole, peer, "–")
        except SystemExit as error:  # a mirror may lack blobs that no plan needs
            print(f"no full clone: {error}", file=sys.stderr)
        shutil.rmtree(folder / "whole", ignore_errors=True)
        for (title, target), config in every:
            shallow_clone(server.url, clone)
            answers = []
            ours = server.cost(lambda: answers.append(
                plan(program, environment, server.url, clone, config)))
            if json.loads(answers[0]) != json.loads(plan(program, environment, server.url, repo, config)):
                raise SystemExit(f"{title}: not the full clone's plan")
            yield line(f"{title}, {delay} ms away", ours, peer, target)
            if delay == 0:
                shallow_clone(server.url, clone)
                memory = beyond_packs(command(program, clone, config),
                                      in_job(environment, server.url, clone), folder)
                yield f"| depth 1: {title}, memory beyond mapped packs | – | {memory:.1f} MiB | – | – | 32 MiB |"
        server.close()


def line(title, ours, peer, target):
    def text(cost):
        return f"{cost[2] / 1e6:.2f} MB, {cost[1]} requests, {cost[0]:.2f} s"

    return (f"| depth 1: {title} | `git fetch --unshallow --filter=blob:none` | {text(ours)} | "
            f"{text(peer)} | {peer[2] / max(ours[2], 1):.1f} in bytes | {target} |")
