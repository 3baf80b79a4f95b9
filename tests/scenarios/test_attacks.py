"""docs/security.md, row by row: what an attacker tries, and what comes of it."""

import http.server
import json
import os
import re
import signal
import subprocess
import threading

import pytest


def affected(result):
    assert result.code == 0, result.log
    return result.plan("api")["affected"]


def changed(scene):
    """api's release, and a commit since."""
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    return scene.commit("[minor] Search", {"apps/api/main.txt": "two"})


# a pull request's own configuration, in a run that has credentials


def test_a_pull_request_with_credentials_creates_and_tags_nothing(scene):
    base = scene.monorepo()
    scene.git("checkout", "-q", "-b", "topic")
    config = scene.repo / ".github/ecr-version.yml"
    text = config.read_text().replace(
        "apps:\n", "missing-repository: create\napps:\n  stolen: apps/stolen\n"
    )
    files = {"apps/stolen/Dockerfile": "FROM scratch\n", ".github/ecr-version.yml": text}
    head = scene.commit("[major] Mine", files)
    before = scene.registry.ask("dump")
    payload = {
        "pull_request": {
            "number": 7,
            "merged": False,
            "head": {"sha": head, "repo": {"full_name": "mallory/shop"}},
            "base": {"sha": base, "ref": "main", "repo": {"full_name": "acme/shop"}},
        }
    }
    result = scene.action("pull_request_target", payload, sha=base)
    assert result.code == 0, result.log
    assert result.plan("stolen")["tags"] == []
    assert scene.registry.ask("dump") == before
    refused = scene.action("pull_request_target", payload, app="stolen", release="latest")
    assert refused.code == 1
    assert scene.registry.ask("dump") == before


# what lies in the clone's own folder


@pytest.mark.parametrize(
    "section",
    [
        "[include]\n\tpath = {fifo}\n",
        '[includeIf "gitdir:/**"]\n\tpath = {fifo}\n',
        "[core]\n\tfsmonitor = {script}\n\thooksPath = {folder}\n\tsshCommand = {script}\n",
        "[core]\n\tattributesFile = {fifo}\n\texcludesFile = {fifo}\n\tpager = {script}\n",
        "[credential]\n\thelper = !{script}\n[gpg]\n\tprogram = {script}\n",
        '[filter "x"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n',
        '[url "https://attacker.test/"]\n\tinsteadOf = https://github.com/\n',
        '[alias]\n\tlog = !{script}\n[diff]\n\texternal = {script}\n[core]\n\tworktree = /\n',
    ],
)
def test_the_clones_configuration_runs_and_reads_nothing(scene, section):
    head = changed(scene)
    fifo = scene.folder / "fifo"
    os.mkfifo(fifo)  # whoever opens it waits for ever
    script = scene.folder / "post-checkout"
    script.write_text(f"#!/bin/sh\ntouch {scene.folder}/ran\n")
    script.chmod(0o755)
    with open(scene.repo / ".git/config", "a") as config:
        config.write(section.format(fifo=fifo, script=script, folder=scene.folder))
    assert affected(scene.action(app="api", sha=head))
    assert not (scene.folder / "ran").exists()


def test_alternates_that_lead_nowhere_or_in_a_circle_are_no_trap(scene):
    changed(scene)
    info = scene.repo / ".git/objects/info"
    info.mkdir(exist_ok=True)
    os.mkfifo(scene.folder / "fifo")
    here = scene.repo / ".git/objects"
    info.joinpath("alternates").write_text(
        f"/nowhere/at/all\n{scene.folder}/fifo\n/dev/zero\n{here}\n../objects\n/etc/passwd\n"
    )
    assert affected(scene.action(app="api"))


def test_an_alternate_gives_objects_and_is_not_written_to(scene):
    changed(scene)
    copy = scene.folder / "copy"
    scene.git("clone", "-q", "--shared", str(scene.repo), str(copy), at=scene.folder)
    before = snapshot(scene.repo / ".git")
    assert affected(scene.action(app="api", at=copy))
    assert snapshot(scene.repo / ".git") == before


def snapshot(folder):
    return {
        str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


# links


def test_a_configuration_that_is_a_link_is_refused(scene):
    scene.monorepo()
    (scene.repo / ".github/ecr-version.yml").unlink()
    (scene.repo / ".github/ecr-version.yml").symlink_to("/etc/passwd")
    scene.commit("Look elsewhere")
    result = scene.action()
    assert result.code == 2
    assert "root:" not in result.log
    assert ".github/ecr-version.yml" in result.errors()[0]


def test_a_folder_of_links_is_not_followed(scene):
    """apps/api becomes a link to /etc: its path changed, nothing else is read."""
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.git("rm", "-q", "-r", "apps/api")
    (scene.repo / "apps/api").symlink_to("/etc")
    scene.commit("Link")
    result = scene.action(app="api")
    assert result.plan("api")["reason"] in ("changed", "deleted")
    assert "passwd" not in result.log + json.dumps(result.outputs)


@pytest.mark.parametrize("to", ["secret", "fifo", "/dev/zero", "folder"])
def test_check_reads_no_file_that_a_link_or_a_pipe_stands_for(scene, to):
    """The work tree's configuration is read before it is committed."""
    scene.monorepo()
    (scene.folder / "secret").write_text("planted-secret: x\n")
    (scene.folder / "folder").mkdir()
    (scene.folder / "folder/ecr-version.yml").write_text("planted-secret: x\n")
    os.mkfifo(scene.folder / "fifo")  # whoever opens it waits for ever
    config = scene.repo / ".github/ecr-version.yml"
    config.unlink()
    if to == "folder":
        config.parent.rmdir()
        config.parent.symlink_to(scene.folder / "folder")
    elif to == "fifo":
        os.mkfifo(config)
    else:
        config.symlink_to(scene.folder / to)
    result = scene.run("check")
    assert result.code == 2
    assert ".github/ecr-version.yml is a link, or no file: write the file itself" in result.stdout
    assert "planted" not in result.stdout + result.stderr
    assert scene.run("plan", "--json").code == 0


@pytest.mark.parametrize("linked", [".github", "scripts"])
def test_init_writes_through_no_link(scene, linked):
    scene.commit("App", {"app/Dockerfile": "FROM scratch\n"})
    outside = scene.folder / "outside"
    outside.mkdir()
    (scene.repo / linked).symlink_to(outside)
    result = scene.run("init")
    assert result.code == 1
    assert f"{scene.repo}/{linked} is a link, and may lead out of the repository" in result.errors()[0]
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "file",
    ["HEAD", "config", "packed-refs", "shallow", "refs/heads/main", "commondir",
     "objects/info/alternates", "objects/info/commit-graph", "info/grafts", "objects/pack/pack-1.idx"],
)
def test_a_pipe_in_the_clones_folder_is_one_error_and_no_wait(scene, file):
    scene.monorepo()
    place = scene.repo / ".git" / file
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    os.mkfifo(place)
    result = scene.run("plan")
    assert result.code in (0, 1) and len(result.errors()) == result.code, result.log


# an earlier step


@pytest.mark.parametrize(
    "variable",
    [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_INDEX_FILE",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CEILING_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_REPLACE_REF_BASE",
    ],
)
def test_the_environment_does_not_choose_the_repository(scene, variable):
    changed(scene)
    result = scene.action(app="api", env={variable: "/nowhere"})
    assert affected(result)
    assert result.plan("api")["version"] == "1.1.0"


def test_configuration_by_environment_is_not_gits(scene):
    changed(scene)
    env = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"touch {scene.folder}/ran",
        "GIT_SSH_COMMAND": f"touch {scene.folder}/ran",
        "GIT_ASKPASS": f"touch {scene.folder}/ran",
        "PAGER": f"touch {scene.folder}/ran",
    }
    assert affected(scene.action(app="api", env=env))
    assert not (scene.folder / "ran").exists()


@pytest.mark.parametrize("variable", ["GITHUB_EVENT_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_pipe_in_place_of_a_runners_file_is_one_error_and_no_wait(scene, variable):
    changed(scene)
    fifo = scene.folder / "fifo"
    os.mkfifo(fifo)  # whoever opens it waits for ever
    result = scene.action(app="api", env={variable: str(fifo)})
    assert result.code == 1
    (error,) = result.errors()
    assert str(fifo) in error


class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(str(self.headers) + body.decode())
        self.send_error(403)

    def log_message(self, *_):
        pass


def test_an_endpoint_that_an_earlier_step_set_hears_no_key_and_nothing_to_use_elsewhere(scene):
    """What AWS_ENDPOINT_URL gives away: a request that is signed for that host alone."""
    changed(scene)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    host = f"127.0.0.1:{server.server_port}"
    env = {"AWS_ENDPOINT_URL_ECR": f"http://{host}", "AWS_SECRET_ACCESS_KEY": "planted-secret-key"}
    try:
        result = scene.action(app="api", env=env)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert result.code == 1
    assert result.outputs == {}
    assert server.heard
    for request in server.heard:
        assert "planted-secret-key" not in request
        assert f"Host: {host}" in request
        assert re.search(r"SignedHeaders=[a-z;-]*\bhost\b", request)


# files of the repository that look like AWS's


def test_a_credential_process_in_the_repository_is_not_run(scene):
    changed(scene)
    ran = scene.folder / "ran"
    text = f"[default]\nregion = eu-west-1\ncredential_process = touch {ran}\n"
    files = {".aws/config": text, ".aws/credentials": text, "config": text}
    scene.commit("Mine", files)
    for unset in ({}, {"HOME": None}, {"HOME": ""}):
        env = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None} | unset
        env |= {"AWS_EC2_METADATA_DISABLED": "true"}
        result = scene.action(app="api", env=env)
        assert result.code == 1
        assert "credentials" in result.errors()[0]
        assert not ran.exists()


# names


@pytest.mark.parametrize(
    "line",
    [
        "directory: ../../etc",
        "directory: /etc",
        "directory: apps/../../..",
        "dockerfile: ../../../etc/passwd",
        "dockerfile: /etc/passwd",
        "context: ../../..",
        "paths: [../../**]",
        "repository: ../../other",
        "repository: other/../../api",
        "repository: https://attacker.test/api",
        "repository: 'api?x=y#z'",
        "registry: attacker.test",
        "registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com@attacker.test",
        "registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com.attacker.test",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(scene, line):
    scene.monorepo()
    directory = "" if line.startswith("directory") else "    directory: apps/api\n"
    text = f"apps:\n  api:\n{directory}    {line}\n"
    if line.startswith("registry"):
        text = f"{line}\napps:\n  api: apps/api\n"
    scene.commit("Mine", {".github/ecr-version.yml": text})
    env = {"AWS_ENDPOINT_URL_ECR": None}  # refused before anyone is asked
    result = scene.action(app="api", env=env)
    assert result.code == 2, result.log
    named = line if line.startswith("registry") else ".github/ecr-version.yml"
    assert named.removeprefix("registry: ") in result.errors()[0]


# a token in an address


@pytest.mark.parametrize(
    "variable",
    ["GITHUB_SERVER_URL", "AWS_ENDPOINT_URL_ECR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"],
)
def test_a_password_in_an_address_is_not_printed(scene, variable):
    changed(scene)
    address = "http://dana:hunter2secret@127.0.0.1:1"
    env = {variable: address, "RUNNER_DEBUG": "1", "AWS_MAX_ATTEMPTS": "1"}
    result = scene.action(app="api", env=env)
    everything = result.log + result.stderr + json.dumps(result.outputs) + result.summary
    assert "hunter2secret" not in everything


# what is killed


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_killed_leaves_no_output_and_no_file(scene, by):
    """At any moment: outputs are all there or none is."""
    changed(scene)
    scratch = scene.folder / "tmp"
    scratch.mkdir()
    output = scene.folder / "github-output"
    whole = scene.action(app="api").outputs
    for milliseconds in range(0, 40, 4):
        output.write_text("")
        process = subprocess.Popen(
            [scene.program, "action"],
            cwd=scene.repo,
            env=scene.environment
            | {
                "GITHUB_ACTIONS": "true",
                "GITHUB_SHA": scene.head(),
                "GITHUB_OUTPUT": str(output),
                "TMPDIR": str(scratch),
                "INPUT_APP": "api",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.send_signal(by)
        process.wait(timeout=30)
        names = [line for line in output.read_text().splitlines() if "<<" in line]
        assert len(names) in (0, len(whole)), names
        assert list(scratch.iterdir()) == []
