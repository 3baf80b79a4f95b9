"""Over any sequence of pushes, merges, previews, hotfixes, roll-backs, runs that
crash, are cancelled or are started again: versions rise in their line, a re-run
changes nothing, no floating tag goes down, and each commit of an app ships in
exactly one release. What is right is worked out here from git and
from the registry's tags, by other means than the program's."""

import os
import random
import re
import signal
import subprocess

import pytest

BUMPS = {"major": 2, "minor": 1, "patch": 0}
WORDS = ["", "", "", "[patch]", "[minor]", "[MAJOR]"]
PLACES = ["apps/api/", "apps/web/", "libs/", "docs/"]
OWN = {"api": ("apps/api", "libs"), "web": ("apps/web", "libs")}
READ = {"api": OWN["api"], "web": ("apps/web", "libs", "apps/api")}
# The first of these are played; ROUNDS=200 plays longer than every push does.
ROUNDS = int(os.environ.get("ROUNDS", "3"))
RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")


class Year:
    def __init__(self, scene, seed):
        self.scene = scene
        self.random = random.Random(seed)
        self.shipped = {app: 0 for app in OWN}  # its commits in complete releases
        self.highest = {app: (0, 0, 0) for app in OWN}
        self.latest = {app: (0, 0, 0) for app in OWN}
        self.heads = []
        scene.monorepo()

    # what git and the registry say

    def releases(self, app):
        """Version -> the commit it carries, or None, by the registry's tags. On the
        way: `latest` is where it was, or on a higher version."""
        found = {}
        for repository in self.scene.registry.ask(f"dump?repository={self.scene.prefix}{app}"):
            for image in repository["images"]:
                for tag in image["tags"]:
                    if RELEASE.match(tag):
                        version = number(tag)
                        start = f"{tag}-"
                        shas = [one for one in image["tags"] if one.startswith(start)]
                        found[version] = shas[0][len(start) :] if shas else None
                if "latest" in image["tags"]:
                    highest = max(map(number, filter(RELEASE.match, image["tags"])))
                    assert highest >= self.latest[app], (app, image["tags"])
                    self.latest[app] = highest
        return found

    def counted(self, app):
        """Commits of the app that no release of it carries, newest first; where
        releases name no commit at all, HEAD alone."""
        releases = self.releases(app)
        known = [sha for sha in releases.values() if sha]
        if releases and not known:
            known = self.scene.git("rev-parse", "HEAD^@").split()
        commits = self.scene.git("rev-list", "HEAD", *(f"^{sha}" for sha in known)).split()
        return [one for one in commits if self.touches(one, OWN[app])]

    def all_of(self, app):
        every = self.scene.git("rev-list", "HEAD").split()
        return sum(self.touches(one, OWN[app]) for one in every)

    def touches(self, commit, paths):
        parent = self.scene.git("rev-parse", "-q", "--verify", f"{commit}^", check=False)
        empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
        return self.differ(parent or empty, commit, paths)

    def differ(self, one, other, paths):
        return bool(self.scene.git("diff", "--name-only", one, other, "--", *paths))

    def strongest(self, commits):
        words = [re.findall(r"\[(major|minor|patch)\]", self.message(one)) for one in commits]
        return max((BUMPS[word] for found in words for word in found), default=0)

    def message(self, commit):
        return self.scene.git("show", "-s", "--format=%B", commit).lower()

    # what happens

    def push(self):
        for _ in range(self.random.randint(1, 3)):
            self.change(self.random.choice(PLACES))

    def change(self, place):
        name = place + self.random.choice("abc")
        text = str(self.random.random())
        self.scene.commit(f"Change {self.random.choice(WORDS)}", {name: text})

    def merge(self):
        """A branch off an older commit; files of its own, so that it merges."""
        git = self.scene.git
        start = self.random.choice(git("rev-list", "--first-parent", "-6", "HEAD").split())
        git("checkout", "-q", "-b", "topic", start)
        for _ in range(self.random.randint(1, 2)):
            place = self.random.choice(PLACES)
            name = f"{place}topic-{self.random.random()}"
            self.scene.commit(f"Topic {self.random.choice(WORDS)}", {name: "x"})
        git("checkout", "-q", "main")
        git("merge", "-q", "--no-ff", "-m", f"Merge {self.random.choice(WORDS)}", "topic")
        git("branch", "-q", "-D", "topic")

    def revert(self):
        """The last change, unless the apps themselves came with it."""
        if len(self.scene.git("rev-list", "-2", "--no-merges", "HEAD").split()) == 2:
            self.scene.git("revert", "--no-edit", "-n", "HEAD", check=False)
        self.scene.commit("Back out")

    def plan(self):
        result = self.scene.run("plan", "--json")
        assert result.code == 0, result.stderr
        return result.plan()

    def run(self):
        """A workflow run at HEAD: every claim of its plan, then what it ships."""
        plan = self.plan()
        self.heads.append(self.scene.head())
        for app in OWN:
            before = self.releases(app)
            commits = self.counted(app)
            self.check(app, plan[app], before, commits)
            if plan[app]["affected"]:
                self.ship(app, plan[app])

    def check(self, app, told, before, commits):
        head = self.scene.head()
        known = {version: sha for version, sha in before.items() if sha}
        assert told["commits"] == len(commits), app
        if known or not before:  # each once: what has shipped, and what is due
            assert len(commits) + self.shipped[app] == self.all_of(app), app
        if any(head.startswith(sha) for sha in known.values()):
            assert told["reason"] == "already-released"
            return
        assert told["affected"] == (
            not known or self.differ(known[max(known)], head, READ[app])
        ), app
        if not told["affected"]:
            return
        version = number(told["version"])
        assert all(version > other for other in before), (app, version, before)
        bump = self.strongest(commits)
        assert BUMPS[told["bump"]] == bump, (app, told["bump-commit"])
        if before:
            newest = max(before)
            raised = [
                (newest[0], newest[1], newest[2] + 1),
                (newest[0], newest[1] + 1, 0),
                (newest[0] + 1, 0, 0),
            ]
            assert version == raised[bump], app

    def ship(self, app, told):
        end = self.random.choice(["well"] * 6 + ["fails", "pushes half", "killed"])
        if end == "fails":  # the build breaks, or the run is cancelled
            return
        if end == "pushes half":
            self.scene.image(
                app,
                told["tag-names"][0],
                content=str(self.random.random()),
                pushed_at=1_764_000_000,
            )
            return
        digest = self.scene.image(app, f"try-{self.random.random()}")["digest"]
        self.release(app, digest, killed=end == "killed")
        if end == "killed":
            self.release(app, digest)  # the job is started again
        now = self.releases(app)
        newest = max(now)
        assert now[newest] and self.scene.head().startswith(now[newest]), (app, now)
        assert newest > self.highest[app]
        self.highest[app] = newest
        self.shipped[app] = self.all_of(app)

    def release(self, app, digest, *more, killed=False):
        program = [self.scene.program, "release", app, "--image", digest, "--json", *more]
        process = subprocess.Popen(
            program,
            cwd=self.scene.repo,
            env=self.scene.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if killed:
            try:
                process.wait(self.random.uniform(0.005, 0.08))
            except subprocess.TimeoutExpired:
                process.send_signal(self.random.choice([signal.SIGKILL, signal.SIGTERM]))
            process.communicate()
            return
        errors = process.communicate(timeout=60)[1]
        assert process.returncode == 0, errors

    def run_again(self):
        """An old run is started again: nothing may be minted."""
        if not self.heads:
            return
        old = self.random.choice(self.heads)
        before = [self.releases(app) for app in OWN]
        self.scene.git("checkout", "-q", old)
        for app, told in self.plan().items():
            newer = [
                sha
                for sha in self.releases(app).values()
                if sha and self.is_ancestor(old, sha)
            ]
            if newer:
                assert told["reason"] in ("already-released", "superseded"), app
                assert not told["affected"]
        self.scene.git("checkout", "-q", "main")
        assert [self.releases(app) for app in OWN] == before

    def preview(self):
        """A pull request's forecast: nothing is tagged, and it is none too low."""
        git = self.scene.git
        base = git("rev-parse", "main")
        git("checkout", "-q", "--detach")
        self.scene.commit(f"Topic {self.random.choice(WORDS)}", {f"{self.random.choice(PLACES)}topic": "x"})
        head = self.scene.head()
        git("checkout", "-q", "--detach", base)
        git("merge", "-q", "--no-ff", "-m", "Merge", head)
        before = [self.releases(app) for app in OWN]
        request = {"merged": False, "number": 1, "head": {"sha": head}, "base": {"sha": base, "ref": "main"}}
        result = self.scene.action("pull_request", {"pull_request": request})
        assert result.code == 0, result.log
        for known, told in zip(before, result.plan().values()):
            assert told["tags"] == []
            assert not told["affected"] or all(number(told["version"]) > one for one in known)
        git("checkout", "-q", "main")
        assert [self.releases(app) for app in OWN] == before

    def hotfix(self):
        """A commit on top of an older release, released in that release's line."""
        app = self.random.choice(sorted(OWN))
        known = [one for one in self.releases(app).items() if one[1]]
        if not known:
            return
        version, sha = self.random.choice(known)
        line = version[: self.random.choice([1, 2])]
        self.scene.git("checkout", "-q", "--detach", sha)
        text = str(self.random.random())
        self.scene.commit(f"Fix {self.random.choice(WORDS)}", {f"apps/{app}/fix": text})
        digest = self.scene.image(app, f"fix-{text}")["digest"]
        before = self.releases(app)
        self.release(app, digest, "--version-line", ".".join(map(str, line)))
        (new,) = set(self.releases(app)) - set(before)
        assert new[: len(line)] == line
        assert all(new > other for other in before if other[: len(line)] == line)
        assert self.scene.head().startswith(self.releases(app)[new])
        self.highest[app] = max(new, self.highest[app])
        self.scene.git("checkout", "-q", "main")

    def roll_back(self):
        """An older commit is released again, on purpose: higher than all."""
        app = self.random.choice(sorted(OWN))
        known = [sha for sha in self.releases(app).values() if sha]
        if not known:
            return
        self.scene.git("checkout", "-q", "--detach", self.random.choice(known))
        digest = self.scene.image(app, f"back-{self.random.random()}")["digest"]
        before = self.releases(app)
        self.release(app, digest, "--force")
        (new,) = set(self.releases(app)) - set(before)
        assert all(new > other for other in before)
        self.highest[app] = new
        self.scene.git("checkout", "-q", "main")

    def is_ancestor(self, old, new):
        run = subprocess.run(
            ["git", "merge-base", "--is-ancestor", old, new],
            cwd=self.scene.repo,
            env=self.scene.environment,
            check=False,
        )
        return run.returncode == 0

    def finish(self):
        """All that is still due goes out; then no commit is left or told twice."""
        self.change("libs/")
        plan = self.plan()
        for app in OWN:
            commits = self.counted(app)
            self.check(app, plan[app], self.releases(app), commits)
            digest = self.scene.image(app, "last")["digest"]
            self.release(app, digest)
            assert self.counted(app) == []
        assert all(told["reason"] == "already-released" for told in self.plan().values())


def number(version):
    return tuple(map(int, version.split(".")))


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_each_commit_ships_once_and_versions_rise(scene, seed):
    year = Year(scene, seed)
    steps = [year.push, year.push, year.merge, year.revert, year.run, year.run, year.run_again]
    steps += [year.preview, year.hotfix, year.roll_back]
    for _ in range(30):
        year.random.choice(steps)()
    year.finish()
