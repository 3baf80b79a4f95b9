"""What the log says, to a runner, to a pipe and to a terminal: whole texts."""

import json
import os
import pty
import re
import subprocess

import pytest


GHES = "https://ghe.example"


def apps(scene, count, prefix="a"):
    """So many apps, each with its Dockerfile and its repository in ECR."""
    names = [f"{prefix}{number:03}" for number in range(count)]
    scene.registry.ask(
        "seed", [{"what": "repository", "name": scene.prefix + name} for name in names]
    )
    config = f"repository-prefix: {scene.prefix}\napps: {{{', '.join(f'{n}: {n}' for n in names)}}}\n"
    files = {f"{name}/Dockerfile": "FROM scratch\n" for name in names}
    return scene.commit("Many apps", files | {".github/ecr-version.yml": config})


def without_times(log):
    """The local ECR's pages fall as they like, so requests are not counted."""
    return re.sub(r"^[1-9]\d* requests, (.*), \d+ ms$", r"N requests, \1, N ms", log, flags=re.M)


def test_a_step_says_what_was_decided_and_what_it_cost(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    head = scene.commit("[minor] Search", {"apps/api/a.txt": "x"})
    assert without_times(scene.action().log) == (
        "::group::api: 1.0.0 → 1.1.0 (changed)\n"
        f"changed: apps/api/a.txt, since 1.0.0 ({base[:7]})\n"
        f"bump: minor by {head[:7]} [minor] Search\n"
        f"tags: 1.1.0, 1.1.0-{head[:7]}, latest\n"
        "::endgroup::\n"
        "::group::web: 1.0.0 → 1.0.1 (dependency)\n"
        f"api, which it depends on, changed: apps/api/a.txt, since 1.0.0 ({base[:7]})\n"
        "bump: patch\n"
        f"tags: 1.0.1, 1.0.1-{head[:7]}, latest\n"
        "::endgroup::\n"
        "2 of 2 apps affected\n"
        "  api: 1.0.0 → 1.1.0 (minor, changed)\n"
        "  web: 1.0.0 → 1.0.1 (patch, dependency)\n"
        "N requests, 2 commits read, N ms\n"
    )


def test_a_pull_request_is_told_what_merging_would_release(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.git("checkout", "-q", "-b", "topic")
    head = scene.commit("[minor] Search | <b>orders</b>", {"apps/api/a.txt": "x"})
    payload = {"pull_request": {"merged": False, "base": {"ref": "main", "sha": base}, "head": {"sha": head}}}
    result = scene.action("pull_request", payload, env={"GITHUB_SERVER_URL": GHES})
    assert result.code == 0, result.log
    assert result.outputs["tags"] == ""
    url = f"{GHES}/acme/shop"
    compare = f"([compare]({url}/compare/{base}...{head}))"
    first, last = (f"[<code>{sha[:7]}</code>]({url}/commit/{sha})" for sha in (base, head))
    said = "&#91;minor&#93; Search &#124; &#60;b&#62;orders&#60;/b&#62;"
    # In text, a hash is kept from becoming a link of GitHub's own.
    assert result.summary.replace("\u200b", "") == f"""\
## Merging would release 2 apps

| App | From | To | Bump | Why | Tags |
| --- | --- | --- | --- | --- | --- |
| **api** | <code>1.0.0</code> | **<code>1.1.0</code>** | minor | changed: apps/api/a.txt {compare} | – |
| **web** | – | **<code>0.0.1</code>** | patch | {scene.prefix}web holds no release yet {compare} | – |


An arrow leads from an app to those that depend on it; thick borders mark what is to be released.

```mermaid
flowchart LR
  n0["api"]:::affected
  n1["web"]:::affected
  n0 --> n1
  classDef affected stroke:#d97706,stroke-width:3px
```

<details><summary><b>api</b>: changed</summary>

- changes since the event&#39;s base {base[:7]}
- bump: minor by {head[:7]} {said}

1 commit counted for the bump:

- {last} {said} (**minor**)

1 path changed:

- <code>apps/api/a.txt</code>

</details>

<details><summary><b>web</b>: never-released</summary>

- bump: patch by {base[:7]} Start

1 commit counted for the bump:

- {first} Start

1 path changed:

- <code>apps/api/a.txt</code>

</details>


Decided at {last}.
"""


def test_the_log_of_a_debugged_run_has_every_request_and_no_secret(scene):
    scene.monorepo()
    env = {"RUNNER_DEBUG": "1", "INPUT_GITHUB-TOKEN": "ghs_verysecrettoken"}
    result = scene.action(app="api", login="true", env=env)
    requests = [line for line in result.log.splitlines() if line.startswith("::debug::POST ")]
    host = scene.registry.endpoint.removeprefix("http://").split(":")[0]
    said = rf"::debug::POST {re.escape(host)}(:\d+)? (\w+) attempt 1: 200 [0-9a-f-]{{36}} \d+ ms"
    names = [re.fullmatch(said, line)[2] for line in requests]
    assert names[0] == "DescribeImages" and names[-1] == "GetAuthorizationToken"
    assert set(names[1:-2]) <= {"DescribeImages"}  # as the pages fall
    assert names[-2] == "DescribeRepositories"  # once: settings and host
    for secret in (
        scene.environment["AWS_SECRET_ACCESS_KEY"],
        "ghs_verysecrettoken",
        "Signature=",
        "Authorization:",
    ):
        assert secret not in result.log
    shown = [line for line in result.log.splitlines() if result.outputs["docker-password"] in line]
    assert shown and all(line.startswith("::add-mask::") for line in shown)


def test_an_error_of_the_configuration_is_an_annotation_at_its_place(scene):
    scene.monorepo("  bad: {directory: apps/api, depend-on: [web]}\n")
    assert scene.action().log == (
        "::error file=.github/ecr-version.yml,line=8,col=30::.github/ecr-version.yml:8:30: "
        'apps.bad.depend-on: unknown key; did you mean "depends-on"?\n'
    )
    assert scene.run("plan").log == (
        "error: .github/ecr-version.yml:8:30: apps.bad.depend-on: unknown key; did you mean "
        '"depends-on"?\n'
    )


def test_a_matrix_has_256_entries_at_most(scene):
    apps(scene, 257)
    result = scene.action()
    assert (result.code, result.outputs, result.summary) == (1, {}, "")
    assert result.errors() == [
        "::error::writing the output `matrix`: 257 apps are affected, and GitHub runs at most 256 "
        "jobs of a matrix; split them with the input `app`, one step for each part"
    ]
    part = scene.action(app=",".join(f"a{number:03}" for number in range(256)))
    assert part.code == 0, part.log
    assert len(json.loads(part.outputs["matrix"])["include"]) == 256
    assert scene.run("plan").code == 0  # a laptop has no matrix


def on_terminal(scene, *arguments, **env):
    """The bytes that a command writes to a terminal that is its stderr."""
    master, slave = pty.openpty()
    run = subprocess.Popen(
        [scene.program, *arguments],
        cwd=scene.repo,
        env=scene.environment | {"TERM": "xterm"} | env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
    )
    os.close(slave)
    told = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # how a terminal's end is told on Linux
            break
        if not part:
            break
        told += part
    os.close(master)
    run.communicate(timeout=60)
    return told.decode().replace("\r\n", "\n"), run.returncode


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_has_colour_when_it_wants_it_and_a_line_of_progress(scene, env):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    blob = "blob\nmark :1\ndata 1\nx\n"
    stream = [blob]
    for number in range(2100):
        stream.append(
            f"commit refs/heads/main\ncommitter Dana <dana@example.test> {1764000100 + number} +0000\n"
            f"data 1\nx\n" + (f"from {base}\n" if number == 0 else "") + f"M 100644 :1 apps/api/{number}\n"
        )
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=scene.repo, env=scene.environment,
        input="".join(stream).encode(), check=True,
    )
    scene.git("reset", "-q", "--hard")
    told, code = on_terminal(scene, "plan", "--app", "api", **env)
    assert code == 0, told
    asked = "\r\x1b[2K1 requests answered, the last one by "
    reading = "\r\x1b[2Kreading history: 4096 directories compared"
    assert (asked in told) == (reading in told) == (env.get("TERM") != "dumb")
    title = "api: 1.0.0 → 1.0.1 (changed)"
    assert (f"\x1b[1m{title}\x1b[0m\n" in told) == (env == {})
    assert told.endswith("  api: 1.0.0 → 1.0.1 (patch, changed)\n")
    if env.get("TERM") == "dumb":
        assert "\x1b" not in told and "\r" not in told


def test_a_pipe_has_neither_colour_nor_progress(scene):
    scene.monorepo()
    told = scene.run("plan", "--app", "api").stderr
    assert "\x1b" not in told and "\r" not in told and "answered" not in told
