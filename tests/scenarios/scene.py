"""A repository made by real git, an ECR that answers, and the program between."""

import json
import os
import pathlib
import subprocess
import urllib.request

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAN_SCHEMA = jsonschema.Draft7Validator(
    json.loads((ROOT / "schema" / "plan.schema.json").read_text())
)


class Registry:
    """The local ECR's admin side."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(
            f"{self.endpoint}/_local_ecr/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def keys(self):
        state = self.ask("state")
        return {
            "AWS_ENDPOINT_URL_ECR": self.endpoint,
            "AWS_ENDPOINT_URL_ECR_PUBLIC": self.endpoint,
            "AWS_ENDPOINT_URL_STS": self.endpoint,
            "AWS_ACCESS_KEY_ID": state["access_key"],
            "AWS_SECRET_ACCESS_KEY": state["secret_key"],
            "AWS_REGION": "eu-west-1",
        }


class Result:
    """What a run left: exit code, both streams, and the outputs."""

    def __init__(self, run, outputs, summary):
        self.code = run.returncode
        self.log = run.stdout if outputs is not None else run.stderr
        self.stdout = run.stdout
        self.stderr = run.stderr
        self.outputs = outputs or {}
        self.summary = summary

    def plan(self, app=None):
        """The plan's apps by name; whatever plan is read obeys its schema."""
        plan = json.loads(self.outputs.get("plan") or self.stdout)
        PLAN_SCHEMA.validate(plan)
        apps = {one["app"]: one for one in plan["apps"]}
        return apps if app is None else apps[app]

    def errors(self):
        return [
            line for line in self.log.splitlines() if line.startswith(("::error", "error:"))
        ]


class Scene:
    def __init__(self, registry, folder, prefix, program):
        self.registry = registry
        self.folder = folder
        self.prefix = prefix
        self.program = program
        self.repo = folder / "repo"
        self.clock = 1_764_000_000
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **registry.keys(),
        }
        self.git("init", "-q", "-b", "main", str(self.repo), at=folder)

    # git

    def git(self, *arguments, at=None, check=True, text=None):
        names = ("GIT_AUTHOR", "GIT_COMMITTER")
        environment = self.environment | {
            key: value
            for name in names
            for key, value in (
                (f"{name}_NAME", "Dana"),
                (f"{name}_EMAIL", "dana@example.test"),
                (f"{name}_DATE", f"{self.clock} +0000"),
            )
        }
        run = subprocess.run(
            ["git", *arguments],
            cwd=at or self.repo,
            env=environment,
            check=check,
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return run.stdout.strip()

    def write(self, path, text):
        file = self.repo / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def commit(self, message="Change", files=None):
        """A commit that writes the files (None as text removes one)."""
        for path, text in (files or {}).items():
            if text is None:
                (self.repo / path).unlink()
            else:
                self.write(path, text)
        self.clock += 60
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def head(self, name="HEAD"):
        return self.git("rev-parse", name)

    def monorepo(self, more=""):
        """api, web (which depends on api), and shared libs; one commit."""
        config = (
            f"repository-prefix: {self.prefix}\n"
            "shared-paths: [libs/**]\n"
            "apps:\n"
            "  api: apps/api\n"
            "  web:\n"
            "    directory: apps/web\n"
            "    depends-on: [api]\n" + more
        )
        files = {".github/ecr-version.yml": config, "libs/shared.txt": "one"}
        for app in ("api", "web"):
            files[f"apps/{app}/Dockerfile"] = "FROM scratch\nCOPY . /\n"
            files[f"apps/{app}/main.txt"] = "one"
        for app in ("api", "web"):
            self.repository(app)
        return self.commit("Start", files)

    # ECR

    def repository(self, app, mutability="IMMUTABLE_WITH_EXCLUSION", exclude=("latest",)):
        body = {
            "what": "repository",
            "name": self.prefix + app,
            "mutability": mutability,
            "exclude": list(exclude),
        }
        return self.registry.ask("seed", body)

    def release(self, app, version, commit=None, **more):
        """An image with the tags of a release of that commit."""
        tags = [version]
        if commit:
            tags.append(f"{version}-{commit[:7]}")
        return self.image(app, *tags, **more)

    def image(self, app, *tags, **more):
        body = {
            "what": "image",
            "repository": self.prefix + app,
            "tags": list(tags),
            "content": " ".join(tags),
            **more,
        }
        return self.registry.ask("seed", body)

    # the program

    def action(self, event="push", payload=None, env=None, sha=None, at=None, **inputs):
        """One step, as the runner starts it; outputs by the runner's grammar."""
        files = {}
        for name in ("output", "summary"):
            files[name] = self.folder / f"github-{name}"
            files[name].write_text("")
        event_file = self.folder / "event.json"
        event_file.write_text(json.dumps(payload or {}))
        environment = self.environment | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(event_file),
            "GITHUB_SHA": sha or self.head(),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
        }
        for name, value in inputs.items():
            environment["INPUT_" + name.upper().replace("_", "-")] = value
        run = self.start(["action"], environment | (env or {}), at)
        outputs = read_outputs(files["output"].read_bytes().decode())
        return Result(run, outputs, files["summary"].read_text())

    def run(self, *arguments, env=None, at=None):
        """A command on a laptop."""
        return Result(self.start(arguments, self.environment | (env or {}), at), None, "")

    def start(self, arguments, environment, at):
        with subprocess.Popen(
            [self.program, *arguments],
            cwd=at or self.repo,
            env={key: value for key, value in environment.items() if value is not None},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="surrogateescape",
        ) as self.process:
            try:
                out, told = self.process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        return subprocess.CompletedProcess(arguments, self.process.returncode, out, told)


def read_outputs(text):
    """$GITHUB_OUTPUT as the runner reads it (facts of its FileCommandManager)."""
    lines = text.split("\n")
    assert lines.pop() == "", "the file ends with a line feed"
    values = {}
    while lines:
        name, found, delimiter = lines.pop(0).partition("<<")
        assert found and name and delimiter, f"not a heredoc: {name}"
        end = lines.index(delimiter)
        values[name] = "\n".join(lines[:end])
        del lines[: end + 1]
    return values
