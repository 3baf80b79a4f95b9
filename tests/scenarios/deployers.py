"""Deployers at work: `release` started, held at one of its calls to ECR, let go
or killed there, and what the repository then holds."""

import itertools
import json
import subprocess
import time

numbers = itertools.count(1)
OLD = time.time() - 3600  # an image of which nobody is still writing tags


class Held:
    """A call that a deployer does not get past."""

    def __init__(self, registry, repository, nth, operation="*"):
        self.registry = registry
        order = {"kind": "hold", "service": "ecr*", "repository": repository}
        order |= {"operation": operation, "nth": [nth]}
        self.id = registry.ask("faults", order)[0]["id"]

    def wait(self, deployer):
        assert self.reached(deployer), f"it ended before: {deployer.end()}"

    def reached(self, deployer):
        """Whether the deployer came there; waits for that, or for its end."""
        deadline = time.monotonic() + 60
        while not self.now():
            if deployer.process.poll() is not None:
                return False
            assert time.monotonic() < deadline, "it neither came there nor ended"
            time.sleep(0.05)
        return True

    def now(self):
        faults = {one["id"]: one for one in self.registry.ask("faults")}
        return faults[self.id]["held"] == 1

    def let_go(self, acts=True):
        """The call is carried out, or is not; either way it is over then."""
        self.registry.ask("release", {"id": self.id, "acts": acts})
        deadline = time.monotonic() + 60
        while not self.registry.ask(f"log?fault={self.id}"):
            assert time.monotonic() < deadline, "the call does not end"
            time.sleep(0.01)


class Deployer:
    def __init__(self, scene, repository, *more, at=None):
        config = (
            "initial-version: 1.0.0\nmissing-repository: create\n"
            f"apps:\n  api:\n    directory: api\n    repository: {repository}\n"
        )
        self.process = subprocess.Popen(
            [scene.program, "release", "api", "--config", config, "--json", *more],
            cwd=at or scene.repo,
            env=scene.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = ""

    def end(self):
        """What it printed, once it has ended well."""
        out, self.log = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, self.log
        return json.loads(out)


class Repository:
    """One of ECR's, for deployers of the app `api`; PUBLIC: of ECR Public's."""

    def __init__(self, scene, mutability):
        self.scene = scene
        self.registry = scene.registry
        self.name = f"{scene.prefix}{next(numbers)}"
        self.kind = "public" if mutability == "PUBLIC" else "private"
        order = {"what": "repository", "name": self.name, "kind": self.kind}
        if mutability not in ("MUTABLE", "PUBLIC"):
            order |= {"mutability": mutability, "exclude": ["latest"]}
        self.registry.ask("seed", order)

    def push(self, *tags, **more):
        """An image unlike others; its digest."""
        order = {"repository": self.name, "kind": self.kind, "tags": list(tags), "content": str(next(numbers)), **more}
        return self.registry.ask("seed", order)["digest"]

    def hold(self, nth, operation="*"):
        return Held(self.registry, self.name, nth, operation)

    def deploy(self, image, *more, at=None):
        if self.kind == "public":
            more += ("--registry", "public.ecr.aws/local")
        return Deployer(self.scene, self.name, "--image", image, *more, at=at)

    def images(self):
        """The tags of each image, by digest."""
        (found,) = self.registry.ask(f"dump?repository={self.name}")
        return {one["digest"]: sorted(one["tags"]) for one in found["images"]}

    def tags(self):
        return sorted(tag for tags in self.images().values() for tag in tags)


def app(scene):
    """A repository with the app `api`; its commit, shortened."""
    return scene.commit("Start", {"api/Dockerfile": "FROM scratch\nCOPY . /\n", "api/main.txt": "one"})[:7]
