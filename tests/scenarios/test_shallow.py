"""Any clone answers as the full clone: the whole program, on what a checkout
leaves behind, against git's own server."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLONES = [
    "--depth=1",
    "--depth=2",
    "--depth=1 --filter=blob:none",
    "--depth=1 --filter=tree:0",
    "--filter=tree:0",
    "--filter=blob:none",
]


class Server:
    def __init__(self, root):
        self.log = root.parent / "requests.log"
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "tests/support/git_http_server.py", "--root", root,
             "--log", self.log],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def requests(self):
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


@pytest.fixture
def server(tmp_path):
    (tmp_path / "server/acme").mkdir(parents=True)
    one = Server(tmp_path / "server")
    yield one
    one.close()


def serve(scene):
    """The scene's repository as it is now, where the server finds it."""
    bare = scene.folder / "server/acme/shop"
    shutil.rmtree(bare, ignore_errors=True)
    scene.git("clone", "-q", "--mirror", f"file://{scene.repo}", str(bare), at=scene.folder)
    for ability in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        scene.git("config", ability, "true", at=bare)
    return bare


def checkout(scene, commit, options, everything=False, other=None):
    """As actions/checkout leaves it; with `everything`, of fetch-depth 0. A step
    may have fetched another commit too."""
    at = scene.folder / "checkout"
    shutil.rmtree(at, ignore_errors=True)
    bare = f"file://{scene.folder}/server/acme/shop"
    scene.git("init", "-q", str(at), at=scene.folder)
    scene.git("remote", "add", "origin", bare, at=at)
    what = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"] if everything else []
    scene.git("fetch", "-q", "--no-tags", *options.split(), "origin", *what, commit, at=at)
    if other:
        scene.git("fetch", "-q", "--no-tags", *options.split(), "origin", other, at=at)
    scene.git("checkout", "-q", "--detach", commit, at=at)
    return at


def same_plans(scene, server, commit, event="push", payload=None, ref="refs/heads/main",
               other=None, **inputs):
    """The full clone's plan, after every other clone has given the same."""
    serve(scene)

    def plan(options, everything):
        at = checkout(scene, commit, options, everything, other)
        temporary = scene.folder / "runner-temp"
        temporary.mkdir(exist_ok=True)
        result = scene.action(
            event, payload, {"GITHUB_SERVER_URL": server.url, "GITHUB_REF": ref,
                             "RUNNER_TEMP": str(temporary)}, commit, at, **inputs)
        assert result.code == 0, (options, result.log)
        assert os.listdir(temporary) == [], "nothing is left behind"
        return result.plan()

    full = plan("", True)
    for options in CLONES[:2] if other else CLONES:
        everything = "--depth" not in options
        assert plan(options, everything) == full, options
    return full


def grow(scene, count, app="api", message="Work"):
    for number in range(count):
        scene.commit(f"{message} {number}", {f"apps/{app}/f{number}.txt": f"{message} {number}"})
    return scene.head()


def test_apps_with_bases_at_different_depths(scene, server):
    old = scene.monorepo()
    scene.release("web", "1.0.0", old)
    grow(scene, 30, "web")
    young = grow(scene, 3)
    scene.release("api", "2.1.0", young)
    scene.release("api", "2.0.0", old)
    scene.commit("[minor] Add", {"apps/api/new.txt": "new"})
    plan = same_plans(scene, server, scene.head())
    assert plan["api"]["version"] == "2.2.0"
    assert plan["api"]["commits"] == 1
    assert plan["web"]["version"] == "1.0.1"


def test_an_app_that_was_never_released(scene, server):
    first = scene.monorepo()
    scene.commit("[major] Begin", {"apps/web/main.txt": "begun"})
    grow(scene, 25)
    scene.release("api", "1.0.0", first)
    plan = same_plans(scene, server, scene.head())
    assert plan["web"]["reason"] == "never-released"
    assert plan["web"]["version"] == "1.0.0"


def test_merges_of_branches_that_forked_long_ago(scene, server):
    first = scene.monorepo()
    scene.git("checkout", "-q", "-b", "feature")
    grow(scene, 3, message="[minor] Feature")
    scene.git("checkout", "-q", "main")
    base = grow(scene, 40, "web")
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.git("merge", "-q", "--no-ff", "-m", "Merge feature", "feature")
    plan = same_plans(scene, server, scene.head())
    assert plan["api"]["version"] == "1.1.0"
    assert plan["web"]["reason"] == "dependency"
    assert first != base


def test_an_old_run_started_again(scene, server):
    old = scene.monorepo()
    new = grow(scene, 4)
    scene.release("api", "1.1.0", new)
    scene.release("web", "1.0.0", old)
    plan = same_plans(scene, server, old)
    assert plan["api"]["reason"] == "superseded"
    assert plan["web"]["reason"] == "already-released"


@pytest.mark.parametrize("head", ["old", "new"])
def test_a_second_commit_that_a_step_fetched_beside_the_checkout(scene, server, head):
    scene.monorepo()
    old = grow(scene, 4, "web")
    scene.release("api", "1.0.0", old)
    scene.release("web", "1.0.0", grow(scene, 30))
    new = grow(scene, 3, message="More")
    scene.release("api", "1.1.0", new)
    commits = (old, new) if head == "old" else (new, old)
    plan = same_plans(scene, server, commits[0], other=commits[1])
    assert plan["api"]["reason"] == "already-released"
    assert plan["web"]["reason"] == ("superseded" if head == "old" else "dependency")


def test_a_hotfix_branch_that_was_released(scene, server):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    scene.git("checkout", "-q", "-b", "hotfix")
    fix = scene.commit("Fix", {"apps/api/fix.txt": "fixed"})
    scene.release("api", "1.0.1", fix)
    scene.git("checkout", "-q", "main")
    grow(scene, 30)
    plan = same_plans(scene, server, scene.head())
    assert plan["api"]["base"]["commit"] == fix
    assert plan["api"]["version"] == "1.0.2"


def test_a_release_whose_commit_was_forced_away(scene, server):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    lost = scene.commit("Lost", {"apps/api/lost.txt": "lost"})
    scene.release("api", "1.1.0", lost)
    scene.git("reset", "-q", "--hard", "HEAD~1")
    scene.git("reflog", "expire", "--expire=now", "--all")
    grow(scene, 5)
    plan = same_plans(scene, server, scene.head())
    assert plan["api"]["base"]["commit"] == base
    assert plan["api"]["version"] == "1.1.1"


@pytest.mark.parametrize("head", ["merge", "own"])
def test_a_pull_request(scene, server, head):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    grow(scene, 20, "web")
    scene.git("checkout", "-q", "-b", "change", "HEAD~5")
    own = grow(scene, 2)
    scene.git("checkout", "-q", "--detach", "main")
    main = scene.head()
    scene.git("merge", "-q", "--no-ff", "-m", "Merge", own)
    merge = scene.head()
    scene.git("update-ref", "refs/pull/7/merge", merge)
    payload = {"pull_request": {"number": 7, "merged": False,
               "head": {"sha": own, "ref": "change"}, "base": {"sha": main, "ref": "main"}}}
    plan = same_plans(scene, server, merge if head == "merge" else own, "pull_request", payload,
                      "refs/pull/7/merge")
    assert plan["api"]["affected"]
    assert plan["api"]["changed-paths"] == ["apps/api/f0.txt", "apps/api/f1.txt"]


@pytest.mark.parametrize("base", ["event", "released"])
def test_a_push_that_was_forced(scene, server, base):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    grow(scene, 3)
    before = scene.commit("Before", {"apps/api/before.txt": "before"})
    scene.git("reset", "-q", "--hard", "HEAD~1")
    after = scene.commit("After", {"apps/web/after.txt": "after"})
    payload = {"before": before, "after": after, "forced": True, "ref": "refs/heads/main",
               "repository": {"default_branch": "main", "full_name": "acme/shop"}}
    same_plans(scene, server, after, "push", payload, base=base)


def test_a_push_judged_by_its_event(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    before = grow(scene, 20)
    after = grow(scene, 2, "web")
    payload = {"before": before, "after": after, "ref": "refs/heads/main"}
    plan = same_plans(scene, server, after, "push", payload, base="event")
    assert not plan["api"]["affected"] and plan["web"]["affected"]


def test_a_base_that_names_a_branch(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    scene.git("branch", "stable")
    grow(scene, 20)
    plan = same_plans(scene, server, scene.head(), base="stable")
    assert plan["api"]["base"] == {"commit": first, "source": "input"}


def test_the_configuration_of_the_base_is_compared(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    config = scene.repo / ".github/ecr-version.yml"
    scene.commit("Target", {".github/ecr-version.yml":
                            config.read_text().replace("directory: apps/web\n",
                                                       "directory: apps/web\n    target: slim\n")})
    plan = same_plans(scene, server, scene.head())
    assert plan["web"]["reason"] == "changed"


def test_never_names_the_lines_to_add(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    grow(scene, 2)
    serve(scene)
    at = checkout(scene, scene.head(), "--depth=1")
    server_url = {"GITHUB_SERVER_URL": server.url}
    result = scene.action(env=server_url, at=at, deepen="never")
    assert result.code == 1
    assert len(result.errors()) == 1
    for part in ("`deepen: never` is set", "fetch-depth: 0", "filter: blob:none"):
        assert part in result.errors()[0]
    assert server.requests() == []

    laptop = scene.run("plan", at=at)
    assert laptop.code == 1
    assert "git fetch --unshallow --filter=blob:none" in laptop.errors()[0]
    assert server.requests() == []


def test_a_complete_clone_asks_nothing(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    grow(scene, 2)
    serve(scene)
    at = checkout(scene, scene.head(), "", True)
    assert scene.action(env={"GITHUB_SERVER_URL": server.url}, at=at).code == 0
    assert server.requests() == []


def test_the_log_says_what_was_fetched_and_why(scene, server):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.4.2", first)
    grow(scene, 3)
    serve(scene)
    at = checkout(scene, scene.head(), "--depth=1")
    result = scene.action(env={"GITHUB_SERVER_URL": server.url}, at=at)
    assert result.code == 0
    assert len(server.requests()) <= 3
    lines = [line for line in result.log.splitlines() if line.startswith("fetched ")]
    assert len(lines) == 1
    assert lines[0].startswith("fetched 3 commits, ")
    assert lines[0].endswith("'s release 1.4.2")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_nothing_behind(scene, server, number):
    first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", first)
    grow(scene, 40)
    serve(scene)
    at = checkout(scene, scene.head(), "--depth=1")
    temporary = scene.folder / "runner-temp"
    temporary.mkdir()
    # The third request, a deepening, is answered a byte a second.
    environment = scene.environment | {
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_REF": "refs/heads/main",
        "GITHUB_SERVER_URL": server.url + "/!3:loris", "RUNNER_TEMP": str(temporary),
    }
    run = subprocess.Popen([scene.program, "plan"], cwd=at, env=environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for _ in range(600):
        if os.listdir(temporary) and len(server.requests()) >= 2:
            break
        time.sleep(0.05)
    assert os.listdir(temporary)
    run.send_signal(number)
    run.communicate(timeout=30)
    assert run.returncode == 128 + number
    assert os.listdir(temporary) == []
