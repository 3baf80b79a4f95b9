"""What git history costs: a plan beside git's own walk, a push, many apps, and
how the cost grows. In CPU seconds: the registry's stand-in answers slowly."""

import json
import statistics
import subprocess

import sample_history
from measure import Pair, Run, beyond_packs, point


def git(repo, *arguments):
    return subprocess.run(
        ["git", "-C", str(repo), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def apps_of(repo, most=50):
    """Up to so many directories as apps, by name."""
    found = {}
    for line in git(repo, "ls-tree", "-r", "-d", "--name-only", "HEAD").splitlines():
        if line.count("/") <= 1 and not line.startswith(".") and len(found) < most:
            name = "bench-" + "".join(c if c.isalnum() else "-" for c in line.lower()).strip("-")
            found.setdefault(name, line)
    return found


def config_of(apps):
    return "apps:\n" + "".join(
        f"  {name}: {{directory: {folder}, repository: {name}, dockerfile: Dockerfile}}\n"
        for name, folder in apps.items()
    )


class Plans:
    """Plans of one repository, with releases wherever a measurement wants."""

    def __init__(self, ecr, folder, program, runs):
        self.ecr, self.folder, self.program, self.runs = ecr, folder, program, runs
        self.environment = ecr.environment(folder)

    def release(self, apps, version, commit):
        for app in apps:
            self.ecr.ask("seed", {"what": "image", "repository": app,
                                  "tags": [version, f"{version}-{commit[:12]}"]})

    def command(self, repo, apps):
        path = self.folder / "apps.yml"
        path.write_text(config_of(apps))
        return [self.program, "plan", "-C", repo, "--json", "--config", path.read_text()]

    def cpu(self, command):
        return statistics.median(
            Run([str(part) for part in command], self.environment, str(self.folder)).cpu
            for _ in range(self.runs)
        )

    def pair(self, ours, peer):
        return Pair(ours, peer, self.environment, self.folder, self.runs)


def copy_of(repo, folder, graph):
    """A bare clone of one branch that shares the objects; the original is left alone."""
    at = folder / ("with-graph" if graph else "without-graph")
    head = git(repo, "rev-parse", "HEAD")
    git(folder, "init", "-q", "--bare", "-b", "main", str(at))
    objects = git(repo, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    (at / "objects/info/alternates").write_text(objects + "\n")
    git(at, "update-ref", "refs/heads/main", head)
    if graph:
        git(at, "commit-graph", "write", "--reachable", "--changed-paths")
    return at


def measure(ecr, folder, program, repo, runs, row):
    """Rows of a Markdown table, in the columns of run.py."""
    if repo is None:
        repo = folder / "history"
        sample_history.make(str(repo), 50_000, 50)
    plans = Plans(ecr, folder, program, runs)
    history = git(repo, "rev-list", "HEAD").split()
    straight = git(repo, "rev-list", "--first-parent", "HEAD").split()
    for graph in (False, True):
        at = copy_of(repo, folder, graph)
        graphs = "with a commit-graph" if graph else "without a commit-graph"
        yield from long_range(plans, at, history, graphs, row)
        yield from push(plans, at, straight, len(history), graphs, row)


def long_range(plans, repo, history, graphs, row):
    apps = {f"{name}-{graphs[:4]}": place for name, place in apps_of(repo).items()}
    base = history[min(10_000, len(history) - 1)]
    plans.release(apps, "1.0.0", base)
    count = int(git(repo, "rev-list", "--count", f"{base}..HEAD"))
    command = plans.command(repo, apps)
    title = f"plan, {count:,} commits, {len(apps)} apps, {graphs}"
    log = ["git", "-C", repo, "log", "--name-only", "--format=%H", f"{base}..HEAD"]
    yield row(title, "`git log --name-only`", plans.pair(command, log), "2x", "cpu")
    beyond = beyond_packs(command, plans.environment, plans.folder)
    yield f"| {title}, memory beyond mapped packs | – | {beyond:.1f} MiB | – | – | 32 MiB |"


def push(plans, repo, straight, commits, graphs, row):
    """Three commits since the last release, and what older releases add."""
    peer = ["git", "-C", repo, "rev-parse", "HEAD"]
    name, place = next(iter(apps_of(repo).items()))
    for older in (0, 20):
        app = {f"{name}-{graphs[:4]}-{older}": place}
        plans.release(app, "9.0.0", straight[3])
        for number in range(older):
            where = 4 + (len(straight) - 5) * (number + 1) // older
            plans.release(app, f"1.{older - number}.0", straight[where])
        title = f"plan, a push of 3 commits of {commits:,}, {graphs}"
        if older:
            title += f", {older} older releases down to the first commit"
        yield row(title, "`git rev-parse HEAD`", plans.pair(plans.command(repo, app), peer),
                  "a third", "cpu")


def name_only(repo, base):
    return ["git", "-C", repo, "log", "--name-only", "--format=%H", f"{base}.."]


def by_distance(plans, repo):
    yield "\n| commits since the base | plan, one app | `git log --name-only` |\n|---|---|---|"
    for commits in (1_000, 10_000, 100_000):
        base = git(repo, "rev-parse", f"HEAD~{commits}")
        app = {f"distance-{commits}": "apps/app0"}
        plans.release(app, "1.0.0", base)
        ours, log = plans.cpu(plans.command(repo, app)), plans.cpu(name_only(repo, base))
        point("plan, one app", "ours", commits, ours)
        point("plan, one app", "git log --name-only", commits, log)
        yield f"| {commits:,} | {ours:.3f} s | {log:.3f} s |"


def by_apps(plans, repo):
    yield "\n| apps, 10,000 commits | plan | `git log --name-only` | memory beyond mapped packs |"
    yield "|---|---|---|---|"
    base = git(repo, "rev-parse", "HEAD~10000")
    apps = {f"many-{number}": f"apps/app{number}" for number in range(1000)}
    plans.release(apps, "1.0.0", base)
    log = plans.cpu(name_only(repo, base))
    for count in (1, 10, 100, 1000):
        command = plans.command(repo, dict(list(apps.items())[:count]))
        ours = plans.cpu(command)
        point("plan, 10,000 commits", "ours", count, ours)
        point("plan, 10,000 commits", "git log --name-only", count, log)
        beyond = beyond_packs(command, plans.environment, plans.folder)
        yield f"| {count:,} | {ours:.3f} s | {log:.3f} s | {beyond:.1f} MiB |"


def by_patterns(plans, repo):
    """Of one app. No directory is wholly in or out, so each file asks them all."""
    yield "\n| patterns, 10,000 commits | plan |\n|---|---|"
    plans.release(["patterns"], "1.0.0", git(repo, "rev-parse", "HEAD~10000"))
    for count in (1, 10, 100, 1000):
        globs = ["**/f*"] + [f"!**/d{n % 8}/*{n}.{{c,h}}" for n in range(count - 1)]
        config = f"apps: {{patterns: {{paths: {json.dumps(globs)}, dockerfile: apps/app0/Dockerfile}}}}\n"
        seconds = plans.cpu([plans.program, "plan", "-C", repo, "--json", "--config", config])
        yield f"| {count:,} | {seconds:.3f} s |"


def growth(ecr, folder, program, runs):
    """By commits since the base, by apps, by files in the tree, and loose."""
    plans = Plans(ecr, folder, program, runs)
    repo = folder / "wide"
    sample_history.make(str(repo), 100_001, 1000)
    yield from by_distance(plans, repo)
    yield from by_apps(plans, repo)
    yield from by_patterns(plans, repo)
    yield "\n| files in the tree | plan, 10,000 commits, 10 apps | `git log --name-only` |"
    yield "|---|---|---|"
    for folders in (10, 100, 1000):
        repo = folder / f"tree-{folders}"
        sample_history.make(str(repo), 10_001, folders)
        apps = {f"tree{folders}-app{number}": f"apps/app{number}" for number in range(10)}
        plans.release(apps, "1.0.0", git(repo, "rev-parse", "HEAD~10000"))
        files = len(git(repo, "ls-tree", "-r", "--name-only", "HEAD").splitlines())
        ours = plans.cpu(plans.command(repo, apps))
        peer = plans.cpu(["git", "-C", repo, "log", "--name-only", "--format=%H", "HEAD~10000.."])
        yield f"| {files:,} | {ours:.3f} s | {peer:.3f} s |"
    yield "\n| objects, of 15,000 commits | packed | loose |\n|---|---|---|"
    packed, loose = folder / "packed", folder / "loose"
    sample_history.make(str(packed), 15_000, 50)
    git(folder, "init", "-q", "-b", "main", str(loose))
    for pack in (packed / ".git/objects/pack").glob("*.pack"):
        with open(pack, "rb") as stream:
            subprocess.run(["git", "-C", loose, "unpack-objects", "-q"], stdin=stream, check=True)
    git(loose, "update-ref", "refs/heads/main", git(packed, "rev-parse", "HEAD"))
    apps = {f"loose-app{number}": f"apps/app{number}" for number in range(50)}
    plans.release(apps, "1.0.0", git(packed, "rev-parse", "HEAD~10000"))
    count = int(git(loose, "count-objects").split()[0])
    seconds = [plans.cpu(plans.command(repo, apps)) for repo in (packed, loose)]
    yield f"| {count:,}; a plan over 10,000 commits | {seconds[0]:.3f} s | {seconds[1]:.3f} s |"
