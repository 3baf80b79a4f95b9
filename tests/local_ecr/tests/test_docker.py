"""The registry's front, by Docker itself, where there is an engine."""

import base64
import os
import shutil
import subprocess
import tempfile
import unittest

from front import FrontTest
from local_ecr.seeding import tar


def engine_missing():
    """Why there is no Docker to test with, or None."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    probe = subprocess.run(["docker", "info"], capture_output=True, text=True)
    return None if probe.returncode == 0 else "no Docker engine answers"


class Docker(FrontTest):
    """The real client, against the real engine."""

    @classmethod
    def setUpClass(cls):
        reason = engine_missing()
        if reason and os.environ.get("CI") == "true":
            raise AssertionError(f"CI=true and {reason}")
        if reason:
            raise unittest.SkipTest(reason)

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def docker(self, *arguments, succeeds=True, data=None):
        done = subprocess.run(
            ["docker", "--config", self.folder, *arguments],
            input=data,
            capture_output=True,
            text=True,
        )
        text = done.stdout + done.stderr
        self.assertEqual(done.returncode == 0, succeeds, text)
        return text

    def password(self):
        data = self.client.get_authorization_token()["authorizationData"][0]
        return (
            base64.b64decode(data["authorizationToken"])
            .decode()
            .split(":", 1)[1]
        )

    def test_login_push_pull_and_refusals(self):
        registry = self.ecr.state["registry"]
        self.seed(what="repository", name="app", mutability="IMMUTABLE")
        for name in ("one", "two"):
            with open(f"{self.folder}/{name}.tar", "wb") as archive:
                archive.write(tar(name, name.encode()))
            self.docker(
                "import", f"{self.folder}/{name}.tar", f"{registry}/app:{name}"
            )
            self.addCleanup(self.docker, "rmi", "-f", f"{registry}/app:{name}")
        push = ("push", f"{registry}/app:one")
        self.assertIn("no basic auth", self.docker(*push, succeeds=False))
        login = ("login", "-u", "AWS", "--password-stdin", registry)
        self.docker(*login, data="wrong", succeeds=False)
        self.docker(*login, data=self.password())
        self.docker(*push)
        digest = self.tags("app")["one"]
        self.docker("tag", f"{registry}/app:two", f"{registry}/app:one")
        self.assertIn(
            "tag invalid: The image tag 'one' already exists in the 'app' "
            "repository and cannot be overwritten because the repository is "
            "immutable.",
            self.docker(*push, succeeds=False),
        )
        self.docker("pull", f"{registry}/app@{digest}")
        self.addCleanup(self.docker, "rmi", "-f", f"{registry}/app@{digest}")
        self.docker("tag", f"{registry}/app:two", f"{registry}/nope:two")
        self.addCleanup(self.docker, "rmi", "-f", f"{registry}/nope:two")
        self.assertIn(
            "name unknown: The repository with name 'nope' does not exist",
            self.docker("push", f"{registry}/nope:two", succeeds=False),
        )

    def test_public_login_push_and_pull(self):
        client = self.ecr.client("ecr-public")
        client.create_repository(repositoryName="app")
        reference = self.ecr.state["public_registry"] + "/app:1.0.0"
        data = client.get_authorization_token()["authorizationData"]
        login = (
            base64.b64decode(data["authorizationToken"]).decode().split(":", 1)
        )
        with open(f"{self.folder}/public.tar", "wb") as archive:
            archive.write(tar("public", b"public"))
        self.docker("import", f"{self.folder}/public.tar", reference)
        self.addCleanup(self.docker, "rmi", "-f", reference)
        host = reference.split("/")[0]
        self.docker(
            "login", "-u", "AWS", "--password-stdin", host, data=login[1]
        )
        self.docker("push", reference)
        self.docker("logout", host)
        self.docker("pull", reference)


if __name__ == "__main__":
    unittest.main()
