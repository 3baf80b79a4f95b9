"""What is struck by faults: runs of the program, each in a place of its own, and
what must hold whatever happened to them."""

import dataclasses
import json
import signal
import subprocess
import time

from scene import read_outputs

OLD = 1_764_000_000  # an image of which nobody is still writing tags
SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}


@dataclasses.dataclass
class Ended:
    code: int
    stdout: str
    log: str

    def check_words(self, told):
        """What every run owes: an exit code, one error, nothing half-written."""
        errors = [line for line in self.log.splitlines() if line.startswith(("error:", "::error"))]
        assert self.code in (0, 1, 130, 143, -signal.SIGKILL), self.log
        assert len(errors) == (self.code == 1), self.log
        assert (told == "") == (self.code != 0), (self.code, told, self.log)


class Story:
    """One command, and the repository that it is about."""

    one_by_one = False  # some of its calls name no repository

    def __init__(self, registry, scene):
        self.registry = registry
        self.scene = scene
        self.host = registry.ask("state")["registry"]
        self.env = scene.environment | registry.keys() | {"AWS_MAX_ATTEMPTS": "3"}

    def seed(self, *orders):
        return self.registry.ask("seed", list(orders))

    def image(self, name, *tags, **more):
        order = {"what": "image", "repository": name, "tags": list(tags), "pushed_at": OLD}
        return order | {"content": " ".join(tags)} | more

    def history(self, name, **more):
        """1.0.0 and 1.1.0, of the commits before HEAD, among what is no release."""
        before, last = self.scene.commits
        repository = {"what": "repository", "name": name, "mutability": "IMMUTABLE_WITH_EXCLUSION"}
        repository |= {"exclude": ["latest", "1", "1.*"]}
        images = [
            self.image(name, "1.0.0", f"1.0.0-{before}"),
            self.image(name, "1.1.0", f"1.1.0-{last}", "latest", "1", "1.1"),
            self.image(name, "2.0.0-beta.1", f"2.0.0-beta.1-{last}"),
        ]
        self.seed(repository, *images)

    def config(self, name, more=""):
        return (
            f"repository-prefix: ''\n{more}floating-tags: [latest, major, minor]\n"
            f"apps:\n  api:\n    directory: api\n    repository: {name}\n"
        )

    def tags(self, name):
        """Tag -> digest of its image."""
        found = self.registry.ask(f"dump?repository={name}")
        images = found[0]["images"] if found else []
        return {tag: one["digest"] for one in images for tag in one["tags"]}

    def popen(self, name, arguments, env=None):
        return subprocess.Popen(
            [self.scene.program, *arguments], cwd=self.scene.repo, env=self.env | (env or {}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def told(self, name, ended):
        """What the run gave to whoever uses it; "" for nothing."""
        return ended.stdout

    def run(self, name):
        return end(self.start(name))


def is_about_a_repository(call):
    service, operation = call
    return service == "ecr" and operation != "GetAuthorizationToken"


def end(process):
    out, log = process.communicate(timeout=60)
    return Ended(process.returncode, out, log)


class Release(Story):
    """`release` gives an image that was pushed 1.2.0, and takes its try tag off."""

    version = "1.2.0"

    def prepare(self, name):
        self.history(name)
        self.seed(self.image(name, "try-7"))

    def start(self, name):
        arguments = ["release", "api", "--image", "try-7", "--untag", "try-7", "--json"]
        image = self.tags(name).get("try-7")
        if image is None:  # it was taken off before the end was told
            image = self.tags(name)["1.2.0"]
            arguments[3] = image
        return self.popen(name, [*arguments, "--config", self.config(name), "--registry", self.host])

    def check_left(self, name, before, now, is_done):
        whole = ["1.2.0", f"1.2.0-{self.scene.newest[:7]}"]
        image = before.get("try-7") or before["1.2.0"]
        last = before["1.1.0"]
        floating = {"latest", "1", "1.2"}
        mine = [tag for tag in now if now[tag] == image and tag not in floating | {"try-7"}]
        assert sorted(mine) == whole[: len(mine)], "a version, then its commit"
        for tag, digest in before.items():
            if tag not in floating | {"try-7"} | set(whole):
                assert now[tag] == digest, f"{tag} is lost or moved"
        assert set(now) <= set(before) | set(whole) | {"1.2"}, "nothing else is tagged"
        moved = {tag for tag in floating if now.get(tag) == image}
        assert not moved or len(mine) == 2, "a floating tag before its version is whole"
        assert all(now[tag] in (last, image) for tag in ("latest", "1")), "never lower"
        if is_done:
            assert len(mine) == 2 and moved == floating and "try-7" not in now

    def same(self, first, second):
        """A re-run's answer is the first one's, but for what it added."""
        first, second = json.loads(first), json.loads(second)
        assert second["version"] == "1.2.0" and second["added"] == []
        assert (first["version"], first["digest"]) == (second["version"], second["digest"])
        assert sorted(first["tags"]) == sorted(second["tags"])


class Action(Story):
    """A step that plans; `missing-repository: create` finds one there."""

    version = "1.2.0"

    def prepare(self, name):
        self.history(name)

    def start(self, name):
        folder = self.scene.folder / name
        folder.mkdir(exist_ok=True)
        for file in ("output", "summary"):
            (folder / file).write_text("")
        env = {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": self.scene.newest,
            "GITHUB_REF": "refs/heads/main", "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_OUTPUT": str(folder / "output"), "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "INPUT_APP": "api", "INPUT_REGISTRY": self.host,
            "INPUT_CONFIG": self.config(name, "missing-repository: create\ninitial-version: 0.1.0\n"),
        }
        return self.popen(name, ["action"], env)

    def run(self, name):
        ended = end(self.start(name))
        return dataclasses.replace(ended, log=ended.stdout)

    def told(self, name, ended):
        folder = self.scene.folder / name
        outputs, summary = ((folder / file).read_text() for file in ("output", "summary"))
        assert (outputs == "") == (summary == "")
        return outputs

    def check_left(self, name, before, now, is_done):
        assert now == before, "a plan tags nothing"

    def same(self, first, second):
        assert read_outputs(first)["version"] == self.version
        assert read_outputs(first) == read_outputs(second)


class Create(Action):
    """The same where the repository is missing: it is created once."""

    version = "0.1.0"

    def prepare(self, name):
        pass


class Latest(Story):
    """`latest`, by credentials that have to be fetched first."""

    one_by_one = True
    sources = {
        "web identity": (
            {"ACTIONS_ID_TOKEN_REQUEST_URL": "{url}/oidc/token?api-version=2.0",
             "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "local-ecr-request-token", "keys": ""},
            ["--role-to-assume", "arn:aws:iam::123456789012:role/deploy"],
        ),
        "AssumeRole": ({"keys": "kept"}, ["--role-to-assume", "arn:aws:iam::123456789012:role/deploy"]),
        "container": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/v2/credentials/any", "keys": ""}, []),
        "instance": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{url}", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3",
                      "AWS_METADATA_SERVICE_TIMEOUT": "20", "keys": ""}, []),
    }

    def __init__(self, registry, scene, source):
        super().__init__(registry, scene)
        env, self.options = self.sources[source]
        self.env |= {name: value.format(url=registry.endpoint) for name, value in env.items()}
        if not self.env.pop("keys"):
            del self.env["AWS_ACCESS_KEY_ID"], self.env["AWS_SECRET_ACCESS_KEY"]

    def prepare(self, name):
        self.history(name)

    def start(self, name):
        return self.popen(name, ["latest", name, *self.options])

    def check_left(self, name, before, now, is_done):
        assert now == before

    def same(self, first, second):
        assert first == second == "1.1.0\n"


class Login(Story):
    """`login` prints the registry's password."""

    one_by_one = True

    def prepare(self, name):
        pass

    def start(self, name):
        return self.popen(name, ["login", "--print-password"])

    def check_left(self, name, before, now, is_done):
        pass

    def same(self, first, second):
        assert first.strip() and second.strip()


class Struck:
    """A fault ordered for a call of one run; `held` ones end by a signal."""

    def __init__(self, story, name, call, fault, nth):
        self.registry = story.registry
        service, operation = call
        self.signal = SIGNALS.get(fault["kind"])
        order = fault | {"service": service, "operation": operation, "nth": nth}
        order["repository"] = name if is_about_a_repository(call) else "*"
        if self.signal:
            order |= {"kind": "hold", "when": "before"}
        self.id = self.registry.ask("faults", order)[0]["id"]
        self.acts = fault.get("when") == "after"

    def state(self):
        return next(one for one in self.registry.ask("faults") if one["id"] == self.id)

    def play(self, story, name):
        """The run's end, and whether the fault struck; it is gone then."""
        if self.signal is None:
            ended = story.run(name)
            struck = self.state()["struck"] > 0
            self.registry.ask(f"faults?id={self.id}", method="DELETE")
            return ended, struck
        process = story.start(name)
        while not (held := self.state()["held"] == 1) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(self.signal)
        ended = end(process)
        if held:
            self.registry.ask("release", {"id": self.id, "acts": self.acts})
            while not self.registry.ask(f"log?fault={self.id}"):
                time.sleep(0.01)
        self.registry.ask(f"faults?id={self.id}", method="DELETE")
        if isinstance(story, Action):
            ended = dataclasses.replace(ended, log=ended.stdout)
        return ended, held
