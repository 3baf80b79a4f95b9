"""No secret is left anywhere: not in what is printed, at any verbosity, nor in
outputs, arguments, files, or what children are given. Planted ones are looked
for, and those that servers gave, which a wire tap has seen."""

import base64
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

from test_shallow import checkout, serve, server  # noqa: F401 (a fixture)

ROLE = "arn:aws:iam::123456789012:role/deploy"
PLANTED = {
    "github token": "ghs_plantedgithubtoken0123456789",
    "proxy password": "planted-proxy-password",
    "container token": "planted-container-token",
}
GIVEN = re.compile(
    r"<SecretAccessKey>([^<]+)|<SessionToken>([^<]+)|\"(?:SecretAccessKey|Token|value|authorizationToken)\": ?\"([^\"]+)"
)


class Tap:
    """Passes bytes on to the local ECR, and keeps what it answers."""

    def __init__(self, endpoint):
        self.to = tuple(endpoint.removeprefix("http://").split(":"))
        self.seen = bytearray()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self.socket.accept()
                onward = socket.create_connection(self.to)
                for pair in ((client, onward, False), (onward, client, True)):
                    threading.Thread(target=self.copy, args=pair, daemon=True).start()

    def copy(self, source, sink, keep):
        with contextlib.suppress(OSError):  # one side is gone
            while block := source.recv(1 << 16):
                if keep:
                    self.seen += block
                sink.sendall(block)
            sink.shutdown(socket.SHUT_WR)

    def secrets(self):
        found = {one for three in GIVEN.findall(self.seen.decode()) for one in three if one}
        for token in list(found):
            with contextlib.suppress(ValueError):
                decoded = base64.b64decode(token, validate=True).decode()
                if decoded.startswith("AWS:"):
                    found |= {decoded, decoded[4:]}
        return found


@pytest.fixture
def tap(registry):
    one = Tap(registry.endpoint)
    yield one
    one.socket.close()


def sources(scene, url):
    """Ways to credentials: variables, and options."""
    keys = {name: scene.environment[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    none = dict.fromkeys(keys)
    process = scene.folder / "process"
    told = {"Version": 1, "AccessKeyId": keys["AWS_ACCESS_KEY_ID"], "SecretAccessKey": keys["AWS_SECRET_ACCESS_KEY"]}
    process.write_text(f"#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >{scene.folder}/child-environ\necho '{json.dumps(told)}'\n")
    process.chmod(0o755)
    config = scene.folder / "aws-config"
    config.write_text(f"[profile p]\ncredential_process = {process}\n")
    request = {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}/oidc/token?api-version=2.0"}
    request["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "local-ecr-request-token"
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/v2/credentials/any"}
    container["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = PLANTED["container token"]
    return {
        "keys": (keys, {}),
        "web identity": (none | request, {"role_to_assume": ROLE}),
        "AssumeRole": (keys, {"role_to_assume": ROLE}),
        "credential_process": (none | {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "p"}, {}),
        "container": (none | container, {}),
        "instance": (none | {"AWS_EC2_METADATA_SERVICE_ENDPOINT": url}, {}),
    }


def everything(result, scene):
    """What a run left for others to read, less what it gives out on request: the
    masks, which the runner takes in, and the password of `login: true`."""
    log = "\n".join(
        line for line in (result.stdout + result.stderr).splitlines() if not line.startswith("::add-mask::")
    )
    outputs = {name: value for name, value in result.outputs.items() if name != "docker-password"}
    return log + json.dumps(outputs) + result.summary


def look(text, secrets, where):
    for secret in secrets:
        for form in (secret, base64.b64encode(secret.encode()).decode()):
            assert form not in text, f"{form[:12]}... in {where}"


def test_no_run_leaves_a_secret_anywhere(scene, server, tap):  # noqa: F811
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    for number in range(3):
        head = scene.commit("[minor] Search", {"apps/api/main.txt": str(number)})
    serve(scene)
    at = checkout(scene, head, "--depth=1")
    scene.environment |= {name: tap.url for name in scene.environment if name.startswith("AWS_ENDPOINT_URL")}
    own = {scene.environment["AWS_SECRET_ACCESS_KEY"], "local-ecr-request-token", *PLANTED.values()}
    texts = []
    for source, (env, inputs) in sources(scene, tap.url).items():
        env |= {"RUNNER_DEBUG": "1", "GITHUB_SERVER_URL": server.url, "AWS_MAX_ATTEMPTS": "1"}
        inputs |= {"github_token": PLANTED["github token"]}
        well = scene.action(app="api", env=env, at=at, login="true", **inputs)
        assert well.code == 0 and well.outputs["version"] == "1.1.0", (source, well.log)
        quiet = scene.action(app="api", env=env | {"RUNNER_DEBUG": "0"}, at=at, login="true", **inputs)
        assert quiet.code == 0 and "::debug::" in well.log and "::debug::" not in quiet.log
        told = scene.run("plan", "--json", *(["--role-to-assume", ROLE] if "role_to_assume" in inputs else []), env=env)
        assert told.code == 0, told.log
        bad = [
            scene.action(app="api", env=env | {"GITHUB_SERVER_URL": f"{server.url}/not"}, at=at, **inputs),
            scene.action(app="api", env=env | {"http_proxy": f"http://me:{PLANTED['proxy password']}@127.0.0.1:1"}, at=at, **inputs),
        ]
        for operation in ("Describe*", "GetAuthorizationToken", "Assume*", "token", "credentials", "data"):
            fault = {"kind": "error", "code": "AccessDeniedException", "operation": operation, "times": 1}
            number = scene.registry.ask("faults", fault)[0]["id"]
            bad.append(scene.action(app="api", env=env, at=at, login="true", **inputs))
            scene.registry.ask(f"faults?id={number}", method="DELETE")
        assert sum(one.code for one in bad) >= 2, source
        texts += [(source, everything(one, scene)) for one in (well, quiet, told, *bad)]
    secrets = own | tap.secrets()
    assert len(secrets) > 30, "the tap saw what the servers gave"
    for source, text in texts:
        look(text, secrets, f"what was printed: {source}")
    look((scene.folder / "child-environ").read_text(), tap.secrets(), "a child's environment")


def test_nothing_is_seen_of_a_secret_while_it_runs(scene, tap):
    """Arguments, the temporary folder and the right to a core, at each call."""
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    temporary = scene.folder / "tmp"
    temporary.mkdir()
    scene.environment |= {name: tap.url for name in scene.environment if name.startswith("AWS_ENDPOINT_URL")}
    env, inputs = sources(scene, tap.url)["web identity"]
    env = {k: v for k, v in (scene.environment | env).items() if v is not None}
    env |= {"TMPDIR": str(temporary), "RUNNER_TEMP": str(temporary)}
    seen = ""
    for call in (("ecr", "DescribeImages"), ("ecr", "GetAuthorizationToken")):
        order = {"kind": "hold", "service": call[0], "operation": call[1], "times": 1}
        number = scene.registry.ask("faults", order)[0]["id"]
        process = subprocess.Popen(
            [scene.program, "action"], cwd=scene.repo, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=env | {"GITHUB_ACTIONS": "true", "INPUT_APP": "api", "INPUT_LOGIN": "true",
                       "INPUT_ROLE-TO-ASSUME": ROLE, "GITHUB_SHA": scene.head()},
        )
        while not any(one["held"] for one in scene.registry.ask("faults") if one["id"] == number):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        proc = pathlib.Path(f"/proc/{process.pid}")
        seen += proc.joinpath("cmdline").read_text()
        seen += "".join(path.read_text(errors="replace") for path in temporary.rglob("*") if path.is_file())
        limits = proc.joinpath("limits").read_text()
        assert re.search(r"^Max core file size +0 +0 ", limits, re.M), limits
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        scene.registry.ask(f"faults?id={number}", method="DELETE")
        assert list(temporary.iterdir()) == []
    secrets = tap.secrets()
    assert secrets
    look(seen, secrets | {"local-ecr-request-token"}, "what others see of the process")


def test_docker_is_given_the_password_by_its_input_alone(scene, tap):
    bin_ = scene.folder / "bin"
    bin_.mkdir()
    stub = bin_ / "docker"
    stub.write_text(
        f"#!/bin/sh\ntr '\\0' '\\n' </proc/$$/cmdline >{scene.folder}/seen\n"
        f"tr '\\0' '\\n' </proc/$$/environ >>{scene.folder}/seen\ncat >{scene.folder}/input\n"
    )
    stub.chmod(0o755)
    env = {"PATH": f"{bin_}:{os.environ['PATH']}", "AWS_ENDPOINT_URL_ECR": tap.url, "DOCKER_CONFIG": str(scene.folder)}
    run = scene.run("login", env=env, at=scene.folder)
    assert run.code == 0, run.log
    password = (scene.folder / "input").read_text().strip()
    assert password in tap.secrets()
    look((scene.folder / "seen").read_text() + run.stdout + run.stderr, tap.secrets(), "docker's arguments or environment")
