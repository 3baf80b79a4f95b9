#!/usr/bin/env python3
"""Sizes that nobody should have, each run once: does it work, how long, in how
much memory, and does it work in a control group of 64 MiB?

usage: [ECR_VERSION=PROGRAM] bench/extremes.py [NAME...]
Writes a Markdown table. The last column needs root, and control groups of
either version; memory there counts the files that were read, too.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "scenarios"))

from scene import Registry, Scene  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("ECR_VERSION", ROOT / "build" / "ecr-version"))
MIB = 1 << 20
LIMIT = 64 * MIB


class Group:
    """A control group with that much memory; None where we may make none."""

    def __init__(self):
        old = pathlib.Path("/sys/fs/cgroup/memory")
        base, limit = (old, "memory.limit_in_bytes") if old.is_dir() else (old.parent, "memory.max")
        self.path = base / f"ecr-version-{os.getpid()}"
        try:
            self.path.mkdir()
            (self.path / limit).write_text(str(LIMIT))
        except OSError:
            self.path = None

    def close(self):
        if self.path:
            self.path.rmdir()


def measured(scene, group, what, arguments, env=None, expect=""):
    """A row: seconds, CPU seconds, MiB at most, and how it ends in the group."""
    environment = scene.environment | (env or {})
    told = scene.folder / "time"
    command = [str(scene.program), *arguments]
    run = subprocess.run(
        ["/usr/bin/time", "-f", "%e %U %S %M", "-o", told, *command], cwd=scene.repo, env=environment,
        capture_output=True, text=True, check=False,
    )
    text = run.stdout + run.stderr
    if run.returncode != 0 or expect not in text:
        raise SystemExit(f"{what}: exit {run.returncode}: {text[-2000:]}")
    wall, user, system, peak = map(float, told.read_text().split()[-4:])
    within = "–"
    if group.path:
        # It enters the group and becomes the program.
        run = subprocess.run(
            ["sh", "-c", f'echo $$ >{group.path}/cgroup.procs; exec "$@"', "sh", *command],
            cwd=scene.repo, env=environment, capture_output=True, text=True, check=False,
        )
        within = "works" if run.returncode == 0 and expect in run.stdout + run.stderr else f"exit {run.returncode}"
    return f"| {what} | {wall:.2f} s | {user + system:.2f} s | {peak / 1024:.0f} MiB | {within} |"


def images(scene, group):
    name = scene.prefix + "many"
    scene.registry.ask("seed", {"what": "bulk", "repository": name, "count": 100_000})
    yield measured(scene, group, "100,000 images: `latest`", ["latest", name])
    scene.commit("Start", {"a/Dockerfile": "FROM scratch\n"})
    config = f"apps:\n  a:\n    directory: a\n    repository: {name}\n"
    yield measured(scene, group, "100,000 images: `plan`", ["plan", "--config", config], expect="1 of 1 app affected")


def tags(scene, group):
    name = scene.prefix + "tagged"
    scene.registry.ask("settings", {"tags_per_image": 20_000})
    names = [f"1.0.{number}" for number in range(10_000)]
    for start in range(0, len(names), 100):
        order = {"what": "image", "repository": name, "tags": names[start : start + 100], "content": "one"}
        scene.registry.ask("seed", order)
    yield measured(scene, group, "10,000 tags on one image: `latest`", ["latest", name], expect="1.0.9999")


def apps(scene, group):
    count = 5000
    names = [f"app{number:04}" for number in range(count)]
    config = f"repository-prefix: {scene.prefix}\napps:\n" + "".join(f"  {name}: apps/{name}\n" for name in names)
    base = scene.commit(
        "Start", {".github/ecr-version.yml": config} | {f"apps/{name}/Dockerfile": "FROM scratch\n" for name in names}
    )
    # In a merge queue's run what was never released is not affected by that alone.
    scene.registry.ask("seed", [{"what": "repository", "name": scene.prefix + name} for name in names])
    scene.commit("[minor] Change", {"apps/app0007/Dockerfile": "FROM scratch\nCOPY . /\n"})
    event = scene.folder / "event.json"
    event.write_text(json.dumps({"merge_group": {"base_sha": base}}))
    env = step(scene) | {"GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}
    yield measured(scene, group, "5,000 apps: the action, in a merge queue", ["action"], env, "1 of 5000 apps affected")
    yield measured(scene, group, "5,000 apps: `plan --json`, every one affected", ["plan", "--json"], expect="app4999")


def step(scene):
    output = scene.folder / "github-output"
    output.write_text("")
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": scene.head(), "GITHUB_OUTPUT": str(output)}


def payload(scene, group):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("[minor] Change", {"apps/api/main.txt": "two"})
    commit = {"id": "a" * 40, "message": "words " * 100, "added": ["a/file"] * 20}
    event = {"before": base, "after": scene.head(), "commits": [commit] * 55_000}
    file = scene.folder / "event.json"
    file.write_text(json.dumps(event))
    size = file.stat().st_size / 1e6
    env = step(scene) | {"GITHUB_EVENT_PATH": str(file), "INPUT_APP": "api", "INPUT_BASE": "event"}
    yield measured(scene, group, f"an event of {size:.0f} MB: the action", ["action"], env, "api: 1.0.0 → 1.1.0")


def files(scene, group):
    stream = ["blob\nmark :1\ndata 22\nFROM scratch\nCOPY . /\n\nblob\nmark :2\ndata 2\nx\n\n"]
    stream.append("commit refs/heads/main\nmark :3\ncommitter Dana <d@example.test> 1764000000 +0000\ndata 5\nStart\n")
    stream += [f"M 100644 :2 d{one:03}/s{two:02}/f{three:02}.txt\n" for one in range(400) for two in range(50) for three in range(50)]
    stream += [f"M 100644 :1 d{one:03}/Dockerfile\n" for one in range(0, 400, 40)]
    for number in range(20):
        stream.append(f"commit refs/heads/main\ncommitter Dana <d@example.test> {1764000100 + number} +0000\ndata 5\nWork\n")
        stream.append(f"M 100644 :2 d{number:03}/s07/new.txt\n")
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=scene.repo, env=scene.environment, input="".join(stream).encode(), check=True
    )
    base = scene.head("main~20")
    for one in range(0, 400, 40):
        scene.release(f"d{one:03}", "1.0.0", base)
    config = f"repository-prefix: {scene.prefix}\n"
    yield measured(
        scene, group, "1,000,000 files, apps discovered: `plan`", ["plan", "--config", config], expect="1 of 10 apps affected"
    )
    config += "shared-paths: ['**/nothing/*.md', '!d000/**']\napps: {d000: d000, d040: d040}\n"
    yield measured(
        scene, group, "1,000,000 files, patterns over all of them: `plan`", ["plan", "--config", config],
        expect="1 of 2 apps affected",
    )


SIZES = {"images": images, "tags": tags, "apps": apps, "payload": payload, "files": files}


def main():
    group = Group()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ecr-version-extremes."))
    ecr = subprocess.Popen(
        [sys.executable, ROOT / "tests/local_ecr/local-ecr", "--with-parent"], stdout=subprocess.PIPE, text=True
    )
    registry = Registry(ecr.stdout.readline().strip())
    registry.ask("settings", {"pages": "full"})
    print("| what | wall | CPU | memory at most | in 64 MiB |\n|---|---|---|---|---|", flush=True)
    try:
        for name in sys.argv[1:] or SIZES:
            place = folder / name
            place.mkdir()
            for row in SIZES[name](Scene(registry, place, f"{name}-", PROGRAM), group):
                print(row, flush=True)
    finally:
        ecr.terminate()
        ecr.wait()
        group.close()
        subprocess.run(["rm", "-rf", folder], check=True)


if __name__ == "__main__":
    main()
