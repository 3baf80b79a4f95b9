"""The program itself: how it starts, what it keeps, how it ends."""

import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from unittest import mock

from support import ROOM, LocalEcrTest, Running, session

from local_ecr.models import cut


def registry_of(process):
    """The process id of its docker-registry."""
    path = f"/proc/{process.pid}/task/{process.pid}/children"
    return int(pathlib.Path(path).read_text().split()[0])


def wait_for_end(pid):
    while True:
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
        except FileNotFoundError:
            return
        if stat.rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.01)


class Program(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *arguments):
        running = Running(*arguments)

        def end():
            running.process.kill()
            running.process.communicate()

        self.addCleanup(end)
        return running

    def run_program(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, str(ROOM / "local-ecr"), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
            timeout=60,
        )

    def test_it_prints_its_endpoint_and_nothing_else(self):
        running = self.start()
        running.stop()
        self.assertEqual(running.process.returncode, 0)
        self.assertRegex(running.endpoint, r"^http://127\.0\.0\.1:\d+$")

    def test_the_registry_ends_with_it_however_it_ends(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            with self.subTest(signal=number):
                running = self.start()
                registry = registry_of(running.process)
                running.process.send_signal(number)
                running.process.wait()
                wait_for_end(registry)

    def test_it_ends_with_its_parent_when_told_so(self):
        parent = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import subprocess, sys, time\n"
                f"p = subprocess.Popen([sys.executable, {str(ROOM / 'local-ecr')!r},"
                " '--with-parent'], stdout=subprocess.PIPE, text=True)\n"
                "print(p.stdout.readline().strip(), p.pid, flush=True)\n"
                "sys.stdin.read()\n",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _, pid = parent.stdout.readline().split()
        parent.kill()
        parent.communicate()
        wait_for_end(int(pid))

    def test_a_temporary_state_is_removed(self):
        # Where no other local ECR comes and goes.
        with mock.patch.dict(os.environ, TMPDIR=self.folder):
            running = Running()
        (state,) = pathlib.Path(self.folder).glob("local-ecr.*")
        self.assertTrue((state / "registry.sock").exists())
        running.stop()
        self.assertFalse(state.exists())

    def test_a_kept_state_is_there_at_the_next_start(self):
        state = self.folder + "/state"
        first = self.start("--state", state)
        first.admin("POST", "settings", {"seed": 7})
        first.admin(
            "POST",
            "seed",
            [
                {
                    "what": "repository",
                    "name": "app",
                    "mutability": "IMMUTABLE",
                },
                {"repository": "app", "tags": ["1.0.0", "latest"]},
                {"repository": "app", "tags": ["1.1.0"], "form": "index"},
                {"repository": "app", "tags": ["old"], "archived": True},
                {"what": "bulk", "repository": "many", "count": 10},
            ],
        )
        client = first.client()
        client.batch_delete_image(
            repositoryName="app", imageIds=[{"imageTag": "latest"}]
        )
        credentials = first.client("sts").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/x", RoleSessionName="ci"
        )["Credentials"]
        before = first.admin("GET", "dump")
        first.process.kill()
        first.process.wait()
        with open(state + "/journal.jsonl", "a", encoding="utf-8") as journal:
            journal.write('["delete_repository", {"kind"')
        second = self.start("--state", state)
        self.assertEqual(second.admin("GET", "dump"), before)
        self.assertEqual(second.admin("GET", "settings")["seed"], 7)
        answer = second.client(
            key=credentials["AccessKeyId"],
            secret=credentials["SecretAccessKey"],
            token=credentials["SessionToken"],
        ).batch_get_image(
            repositoryName="app", imageIds=[{"imageTag": "1.1.0"}]
        )
        self.assertEqual(len(answer["images"]), 1)
        second.admin("POST", "seed", {"repository": "app", "tags": ["2.0.0"]})
        after = second.admin("GET", "dump")
        second.stop()
        third = self.start("--state", state)
        self.assertEqual(third.admin("GET", "dump"), after)

    def test_the_address_it_listens_on_is_the_one_it_names(self):
        running = self.start("--listen", "127.0.0.2")
        self.assertTrue(running.endpoint.startswith("http://127.0.0.2:"))
        self.assertTrue(running.state["registry"].startswith("127.0.0.2:"))
        other = self.start(
            "--listen", "0.0.0.0", "--registry-host", "registry.test"
        )
        self.assertTrue(other.endpoint.startswith("http://127.0.0.1:"))
        self.assertTrue(other.state["registry"].startswith("registry.test:"))

    def test_https(self):
        files = [f"{self.folder}/{name}.pem" for name in ("cert", "key")]
        command = (
            "openssl req -x509 -newkey rsa:2048 -nodes -batch -days 2 "
            "-subj /CN=local -addext subjectAltName=IP:127.0.0.1 "
            f"-out {files[0]} -keyout {files[1]}"
        )
        subprocess.run(command.split(), check=True, capture_output=True)
        process = subprocess.Popen(
            [sys.executable, str(ROOM / "local-ecr"), "--tls", *files],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        endpoint = process.stdout.readline().strip()
        self.assertTrue(endpoint.startswith("https://127.0.0.1:"))
        trusting = ssl.create_default_context(cafile=files[0])
        path = endpoint + "/_local_ecr/state"
        with urllib.request.urlopen(path, context=trusting) as answer:
            self.assertEqual(json.load(answer)["endpoint"], endpoint)
        with self.assertRaisesRegex(
            urllib.error.URLError, "CERTIFICATE_VERIFY"
        ):
            urllib.request.urlopen(path)

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = self.run_program("--port", str(port))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(
            done.stderr,
            f"^local-ecr: cannot listen on 127.0.0.1:{port}: .*in use",
        )

    def test_without_docker_registry(self):
        done = self.run_program(PATH=self.folder)
        self.assertEqual(
            (done.returncode, done.stderr),
            (
                1,
                "local-ecr: docker-registry is not installed: "
                "apt-get install docker-registry\n",
            ),
        )

    def test_without_botocore(self):
        bare = subprocess.run(
            [sys.executable, "-S", "-I", str(ROOM / "local-ecr")],
            capture_output=True,
            text=True,
            env={**os.environ, "LOCAL_ECR_TRIED": "1"},
        )
        self.assertEqual(bare.returncode, 1)
        self.assertIn("apt-get install python3-botocore", bare.stderr)


class Seed(LocalEcrTest):
    def run_seed(self, *arguments, succeeds=True):
        done = subprocess.run(
            [sys.executable, str(ROOM / "seed"), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "AWS_ENDPOINT_URL_ECR": self.ecr.endpoint},
        )
        self.assertEqual(done.returncode == 0, succeeds, done.stderr)
        return json.loads(done.stdout) if succeeds else done.stderr

    def test_repositories_and_images(self):
        self.run_seed(
            "repo", "app", "--mutability", "IMMUTABLE", "--exclude", "latest"
        )
        made = self.run_seed(
            "image", "app", "1.0.0", "latest", "--label", "a=b=c", "--docker"
        )
        self.run_seed("image", "app", "1.1.0", "--index")
        self.run_seed("image", "app", "chart", "--chart")
        self.run_seed(
            "image", "app", "0.9.0", "--archived", "--pushed-at", "1e9"
        )
        self.assertEqual(
            set(self.tags("app")),
            {"1.0.0", "latest", "1.1.0", "chart", "0.9.0"},
        )
        text, _ = self.manifest("app", made["digest"])
        config = json.loads(text)["config"]["digest"]
        self.assertTrue(config.startswith("sha256:"))
        (old,) = self.rows("app", imageStatus="ARCHIVED")
        self.assertEqual(old["imagePushedAt"].timestamp(), 1e9)
        dump = self.run_seed("dump")
        self.assertEqual(dump[0]["mutability"], "IMMUTABLE_WITH_EXCLUSION")

    def test_faults_settings_log_and_reset(self):
        self.run_seed(
            "fault", "throttling", "nth=[1]", "operation=DescribeRepositories"
        )
        self.refused("ThrottlingException", self.client.describe_repositories)
        self.client.describe_repositories()
        log = self.run_seed("log", "--operation", "DescribeRepositories")
        self.assertEqual([entry["status"] for entry in log], [400, 200])
        self.run_seed("set", "pages=full", "seed=3")
        self.assertEqual(self.run_seed("settings")["pages"], "full")
        self.assertIn(
            "no setting 'page'",
            self.run_seed("set", "page=full", succeeds=False),
        )
        self.assertIn(
            "kind must be one of", self.run_seed("fault", "x", succeeds=False)
        )
        self.run_seed("reset")
        self.assertEqual(self.run_seed("faults"), [])
        self.assertEqual(self.run_seed("settings")["pages"], "odd")

    def test_bulk_rows_are_the_same_at_every_run(self):
        dumps = []
        for _ in range(2):
            self.ecr.admin("POST", "reset")
            self.run_seed("bulk", "app", "3000", "--untagged-every", "3")
            dump = self.run_seed("dump")[0]["images"]
            dumps.append([(image["digest"], image["tags"]) for image in dump])
        self.assertEqual(dumps[0], dumps[1])
        self.assertEqual(sum(not tags for _, tags in dumps[0]), 1000)
        self.assertEqual(len(self.rows("app")), 3000)


class Models(unittest.TestCase):
    def test_the_cut_agrees_with_the_full_models(self):
        from local_ecr.model import CUTS, model_path

        for service, folder in CUTS.items():
            path = model_path(service)
            short = json.loads(
                (ROOM / "models" / folder / "service-2.json").read_text()
            )
            with self.subTest(service=service, full=str(path)):
                full = json.loads(path.read_text())
                again = cut.cut(full, short["operations"])
                self.assertEqual(again, short)

    def test_botocore_can_make_clients_from_the_cut(self):
        for service in ("ecr", "ecr-public", "sts"):
            self.assertTrue(
                session().get_service_model(service).operation_names
            )


if __name__ == "__main__":
    unittest.main()
