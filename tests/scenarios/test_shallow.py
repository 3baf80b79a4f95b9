"""Any clone answers as the full clone: what a shallow one lacks is fetched."""

import json
import pathlib
import subprocess
import sys

import pytest

SERVER = pathlib.Path(__file__).resolve().parents[1] / "support/git_http_server.py"
TOKEN = "ghs_a-token-of-the-job"
WAYS = {
    "depth 1": ["--depth", "1"],
    "depth 2": ["--depth", "2"],
    "treeless": ["--filter=tree:0"],
    "blobless": ["--filter=blob:none"],
    "depth 1, blobless": ["--depth", "1", "--filter=blob:none"],
}


class Server:
    """The job's own server: the scene's repository behind real smart HTTP."""

    def __init__(self, scene, *options):
        self.scene = scene
        self.root = scene.folder / "server"
        self.log = scene.folder / "requests"
        self.log.write_text("")
        (self.root / "acme").mkdir(parents=True)
        scene.git("clone", "-q", "--bare", str(scene.repo), str(self.root / "acme/shop"), at=scene.folder)
        for key in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
            scene.git("config", key, "true", at=self.root / "acme/shop")
        self.process = subprocess.Popen(
            [sys.executable, SERVER, "--root", self.root, "--log", self.log, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def requests(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def clone(self, *options, branch=None):
        """A clone as actions/checkout makes it."""
        folder = self.scene.folder / f"clone{len(list(self.scene.folder.glob('clone*')))}"
        extra = ["--branch", branch] if branch else []
        self.scene.git(
            "clone", "-q", *options, *extra, "--no-tags",
            f"file://{self.root}/acme/shop", str(folder), at=self.scene.folder,
        )
        return folder

    def environment(self, **more):
        return {"GITHUB_SERVER_URL": self.url, "INPUT_GITHUB-TOKEN": TOKEN} | more


def listing(folder):
    return sorted(
        (str(path.relative_to(folder)), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    )


def history(scene):
    """Releases of two apps at different depths, a merge, and a hotfix branch."""
    scene.monorepo()
    old = scene.commit("[major] Long ago", {"apps/api/old.txt": "x"})
    scene.release("web", "0.9.0", old)
    for number in range(6):
        scene.commit(f"Docs {number}", {f"docs/{number}": "x"})
    base = scene.commit("Api", {"apps/api/a.txt": "x"})
    scene.release("api", "1.0.0", base)
    scene.git("checkout", "-q", "-b", "hotfix", base)
    fix = scene.commit("Fix", {"apps/api/fix.txt": "x"})
    scene.release("api", "1.0.1", fix)
    scene.git("checkout", "-q", "main")
    scene.git("checkout", "-q", "-b", "topic")
    scene.commit("[minor] Topic", {"apps/web/topic.txt": "x"})
    scene.git("checkout", "-q", "main")
    scene.commit("Main", {"apps/api/b.txt": "x"})
    scene.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    for number in range(3):
        scene.commit(f"[minor] Work {number}", {f"apps/web/{number}": "x"})


@pytest.mark.parametrize("way", WAYS)
def test_the_plan_of_a_push_is_the_full_clone_s(scene, way):
    history(scene)
    with Server(scene, "--token", TOKEN) as server:
        full = scene.action(env=server.environment())
        assert server.requests() == []
        clone = server.clone(*WAYS[way])
        before = listing(clone)
        lacking = scene.action(at=clone, env=server.environment())
        assert lacking.code == 0, lacking.log
        assert lacking.plan() == full.plan()
        assert listing(clone) == before
        assert TOKEN not in lacking.log


def test_the_log_says_what_was_fetched_and_why(scene):
    history(scene)
    with Server(scene) as server:
        clone = server.clone("--depth", "1")
        result = scene.action(at=clone, env=server.environment())
    fetched = [line for line in result.log.splitlines() if line.startswith("fetched ")]
    assert len(fetched) == 1 and " commits, " in fetched[0] and "release" in fetched[0]


def test_an_app_never_released_and_a_release_of_nowhere(scene):
    history(scene)
    scene.repository("web")
    scene.release("api", "2.0.0", "f" * 40)
    with Server(scene) as server:
        full = scene.action(env=server.environment())
        clone = server.clone("--depth", "1")
        assert scene.action(at=clone, env=server.environment()).plan() == full.plan()


def test_an_old_run_started_again_is_superseded_there_too(scene):
    history(scene)
    scene.release("web", "1.0.0", scene.head())
    old = scene.head("HEAD~2")
    with Server(scene) as server:
        clone = scene.folder / "old"
        scene.git("init", "-q", str(clone), at=scene.folder)
        origin = f"file://{server.root}/acme/shop"
        scene.git("fetch", "-q", "--depth", "1", "--no-tags", origin, old, at=clone)
        scene.git("checkout", "-q", "--detach", old, at=clone)
        result = scene.action(at=clone, sha=old, app="web", env=server.environment())
    assert result.code == 0, result.log
    assert result.plan("web")["reason"] == "superseded"


def test_a_pull_request_at_depth_one(scene):
    history(scene)
    scene.git("checkout", "-q", "-b", "pr")
    tip = scene.commit("[major] Web", {"apps/web/pr.txt": "x"})
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge pr", "pr")
    payload = {"pull_request": {"number": 1, "merged": False, "head": {"sha": tip, "ref": "pr"},
                                "base": {"sha": scene.head("HEAD^1"), "ref": "main"}}}
    with Server(scene) as server:
        for_full = scene.action("pull_request", payload, env=server.environment())
        clone = server.clone("--depth", "1")
        shallow = scene.action("pull_request", payload, at=clone, env=server.environment())
        assert shallow.code == 0, shallow.log
        assert shallow.plan() == for_full.plan()
        scene.git("fetch", "-q", "--depth", "1", "origin", tip, at=clone)
        scene.git("checkout", "-q", tip, at=clone)
        scene.git("checkout", "-q", tip)
        at_head = scene.action("pull_request", payload, env=server.environment())
        shallow = scene.action("pull_request", payload, at=clone, env=server.environment())
        assert shallow.plan() == at_head.plan()


def test_never_and_a_laptop_fail_with_the_lines_to_add(scene):
    history(scene)
    with Server(scene) as server:
        clone = server.clone("--depth", "1")
        never = scene.action(at=clone, env=server.environment(), deepen="never")
        assert never.code == 1 and never.outputs == {}
        assert "with: { fetch-depth: 0, filter: blob:none }" in never.errors()[0]
        laptop = scene.run("plan", at=clone)
        assert laptop.code == 1
        assert "git fetch --unshallow --filter=blob:none" in laptop.errors()[0]
        assert server.requests() == []


def test_a_shallow_clone_that_holds_what_is_needed_asks_nobody(scene):
    scene.monorepo()
    base = scene.commit("Web", {"apps/web/a": "x"})
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.commit("[minor] Web", {"apps/web/b": "x"})
    with Server(scene) as server:
        clone = server.clone("--depth", "3")
        result = scene.action(at=clone, env=server.environment(), deepen="never")
        assert result.plan("web")["version"] == "1.1.0"


def test_a_wrong_token_names_the_permission(scene):
    history(scene)
    with Server(scene, "--token", "another") as server:
        clone = server.clone("--depth", "1")
        result = scene.action(at=clone, env=server.environment())
    assert result.code == 1 and "contents: read" in result.errors()[0]
    assert TOKEN not in result.log
