#!/usr/bin/env python3
"""Runs the action as GitHub's runner does, which act does not.

act hides what breaks real jobs: a workspace that belongs to another user,
file-command files of mode 0644, translated paths, inputs that are always set.
This follows actions/runner's ContainerActionHandler and DockerCommandManager:
six mounts, `-e NAME` without a value, closed stdin, PID 1, the image's user.

    as_runner.py --image IMAGE --workspace DIR [--input app=api] [--env K=V]
    as_runner.py --program build/ecr-version --workspace DIR ...

The log goes to stdout and stderr as the program writes it; the exit code is
the program's. --outputs FILE gets the step's outputs as JSON, --summary FILE
the summary; an outputs file that the runner would refuse is exit code 99.
"""

import argparse
import json
import os
import pathlib
import re
import secrets
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNNER_UID = 1001  # of the runner's user on hosted machines
FILE_COMMANDS = {
    "GITHUB_OUTPUT": "set_output",
    "GITHUB_STEP_SUMMARY": "step_summary",
    "GITHUB_ENV": "set_env",
    "GITHUB_PATH": "add_path",
    "GITHUB_STATE": "save_state",
}


def parse_file_command(text):
    """The runner's EnvFileKeyValuePairs: the pairs of an outputs file.

    Raises ValueError with the runner's own words where it would fail the step.
    """
    pairs, lines = {}, text.removeprefix("\ufeff").split("\n")
    unended = lines[-1] != ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line.split("=", 1)
        elif heredoc >= 0:
            name, delimiter = line.split("<<", 1)
            if not name or not delimiter:
                raise ValueError(f"Invalid format '{line}'. Name must not be empty and delimiter must not be empty")
            kept = []
            while True:
                if at >= len(lines):
                    raise ValueError(f"Invalid value. Matching delimiter not found '{delimiter}'")
                if lines[at] == delimiter:
                    break
                kept.append(lines[at])
                at += 1
            if at == len(lines) - 1 and unended:
                raise ValueError("Invalid value. EOF marker missing new line.")
            at += 1
            value = "\n".join(kept)
        else:
            raise ValueError(f"Invalid format '{line}'")
        pairs[name] = value
    return pairs


class Job:
    """The folders of one job on a hosted machine, and their container names."""

    def __init__(self, folder, workspace):
        self.workspace = pathlib.Path(workspace).resolve()
        self.temp = pathlib.Path(folder) / "_temp"
        self.home = self.temp / "_github_home"
        self.workflow = self.temp / "_github_workflow"
        self.commands = self.temp / "_runner_file_commands"
        for path in (self.home, self.workflow, self.commands):
            path.mkdir(parents=True)
        self.mounts = [
            ("/var/run/docker.sock", "/var/run/docker.sock"),
            (self.home, "/github/home"),
            (self.workflow, "/github/workflow"),
            (self.commands, "/github/file_commands"),
            (self.temp, "/github/runner_temp"),
            (self.workspace, "/github/workspace"),
        ]

    def translate(self, value):
        """A whole value that is, or starts with, a mounted host path."""
        for host, inside in self.mounts[1:]:
            host = str(host)
            if value == host or value.startswith(host + "/"):
                return inside + value[len(host):]
        return value

    def give_to_runner(self):
        """Everything belongs to the runner's user, mode 0644 for files."""
        if os.getuid() == 0:
            for path in [self.temp, *self.temp.rglob("*")]:
                os.chown(path, RUNNER_UID, RUNNER_UID)


def declared_inputs():
    """Every declared input is always set; the one expression is the token's."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    for name, declared in action.get("inputs", {}).items():
        default = str(declared.get("default", ""))
        yield name, "" if default.startswith("${{") else default


def git(workspace, *arguments):
    command = ["git", "-c", "safe.directory=*", "-C", str(workspace), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def environment(job, options):
    """What the runner passes, in its order: user variables, inputs, its own."""
    values = dict(pair.split("=", 1) for pair in options.env)
    inputs = dict(declared_inputs())
    inputs.update(pair.split("=", 1) for pair in options.input)
    for name, value in inputs.items():
        values["INPUT_" + name.replace(" ", "_").upper()] = value

    event = job.workflow / "event.json"
    event.write_text(pathlib.Path(options.event).read_text() if options.event else "{}")
    ref = options.ref
    values.update({
        "HOME": str(job.home),
        "GITHUB_ACTION": "__self",
        "GITHUB_ACTOR": "octocat",
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_BASE_REF": "",
        "GITHUB_EVENT_NAME": options.event_name,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_HEAD_REF": "",
        "GITHUB_JOB": "version",
        "GITHUB_REF": ref,
        "GITHUB_REF_NAME": re.sub("^refs/(heads|tags|pull)/", "", ref),
        "GITHUB_REF_TYPE": "tag" if ref.startswith("refs/tags/") else "branch",
        "GITHUB_REPOSITORY": options.repository,
        "GITHUB_REPOSITORY_OWNER": options.repository.split("/")[0],
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "4711",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_SERVER_URL": options.server_url,
        "GITHUB_SHA": options.sha or git(job.workspace, "rev-parse", "HEAD"),
        "GITHUB_WORKFLOW": "deploy",
        "GITHUB_WORKSPACE": str(job.workspace),
        "RUNNER_ARCH": "X64",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": str(job.temp),
        "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
    })
    for variable, prefix in FILE_COMMANDS.items():
        path = job.commands / f"{prefix}_{secrets.token_hex(8)}"
        path.touch(mode=0o644)
        values[variable] = str(path)
    return values


def docker_command(job, options, values):
    """The runner's `docker run`, word for word where it matters."""
    command = ["docker", "run", "--name", options.name, "--label", "ecr-version-test",
               "--workdir", "/github/workspace", "--rm"]
    for name in values:
        command += ["-e", name]
    command += ["-e", "GITHUB_ACTIONS=true", "-e", "CI=true"]
    command += options.docker_option
    for host, inside in job.mounts:
        command += ["-v", f"{host}:{inside}"]
    return [*command, options.image, *options.argument]


def run(job, options):
    values = environment(job, options)
    job.give_to_runner()
    files = {name: pathlib.Path(values[name]) for name in FILE_COMMANDS}
    if options.image:
        inside = {name: job.translate(value) for name, value in values.items()}
        command = docker_command(job, options, inside)
        # The docker client itself needs its own PATH and HOME.
        client = {**inside, **{k: os.environ[k] for k in ("PATH", "DOCKER_HOST") if k in os.environ}}
        if "PATH" in inside:
            command = [a if a != "PATH" else f"PATH={inside['PATH']}" for a in command]
        code = subprocess.run(command, env=client, stdin=subprocess.DEVNULL, check=False).returncode
    else:
        values.update({"GITHUB_ACTIONS": "true", "CI": "true"})
        command = [str(pathlib.Path(options.program).resolve()), *(options.argument or ["action"])]
        code = subprocess.run(command, env=values, cwd=job.workspace, stdin=subprocess.DEVNULL,
                              check=False).returncode
    return code, files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--image")
    parser.add_argument("--program")
    parser.add_argument("--workspace", required=True)
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--event", help="the event's payload, a JSON file")
    parser.add_argument("--event-name", default="push")
    parser.add_argument("--ref", default="refs/heads/main")
    parser.add_argument("--sha", help="GITHUB_SHA; default: the workspace's HEAD")
    parser.add_argument("--repository", default="acme/shop")
    parser.add_argument("--server-url", default="https://github.com")
    parser.add_argument("--docker-option", action="append", default=[])
    parser.add_argument("--name", default="ecr-version-" + secrets.token_hex(6))
    parser.add_argument("--outputs", help="write the outputs here, as JSON")
    parser.add_argument("--summary", help="write the job summary here")
    parser.add_argument("argument", nargs="*", help="the program's arguments, after --")
    options = parser.parse_args()
    if bool(options.image) == bool(options.program):
        parser.error("give one of --image and --program")

    with tempfile.TemporaryDirectory(prefix="as-runner.") as folder:
        os.chmod(folder, 0o755)
        code, files = run(Job(folder, options.workspace), options)
        if options.summary:
            shutil.copyfile(files["GITHUB_STEP_SUMMARY"], options.summary)
        for unused in ("GITHUB_ENV", "GITHUB_PATH"):
            if files[unused].stat().st_size:
                sys.exit(f"as_runner: the action wrote to {unused}")
        try:
            outputs = parse_file_command(files["GITHUB_OUTPUT"].read_text(errors="replace"))
        except ValueError as problem:
            print(f"as_runner: Unable to process file command 'output' successfully. {problem}", file=sys.stderr)
            sys.exit(99)
        if options.outputs:
            pathlib.Path(options.outputs).write_text(json.dumps(outputs, indent=2) + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
