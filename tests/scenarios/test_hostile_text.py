"""Commit messages, paths and names that try to be commands: they stay text."""

import json
import re
import subprocess

import jsonschema
import pytest

from scene import PLAN_SCHEMA, ROOT

TEXTS = sorted((ROOT / "tests" / "data" / "hostile").glob("*.txt"))
OUTPUTS = {
    "tags", "tag-names", "version", "previous-version", "bump", "repository", "image",
    "labels", "registry", "affected", "any-affected", "matrix", "plan", "already-released",
}
COMMANDS = {"group", "endgroup", "notice", "warning", "error"}


def commands(log):
    """Names of workflow commands, wherever the runner could see one."""
    found = set()
    for line in re.split(r"[\r\n\u2028\u2029\x85\v\f]", log):
        found.update(re.findall(r"^\W*?::([A-Za-z-]+)[ :]", line))
        found.update(re.findall(r"##\[([A-Za-z-]+)", line))
    return found


def commit_bytes(scene, message, files):
    """A commit with the very bytes as its message, which git would clean."""
    for path, text in files.items():
        scene.write(path, text)
    scene.git("add", "-A")
    return commit_tree(scene, message, scene.git("write-tree"))


def commit_tree(scene, message, tree):
    scene.clock += 60
    raw = (
        f"tree {tree}\nparent {scene.head()}\n"
        f"author Eve ##[error]x <eve@example.test> {scene.clock} +0000\n"
        f"committer Eve <eve@example.test> {scene.clock} +0000\n\n"
    ).encode() + message.replace(b"\0", b"")
    file = scene.folder / "commit"
    file.write_bytes(raw)
    sha = scene.git("hash-object", "-t", "commit", "-w", str(file))
    scene.git("reset", "-q", "--hard", sha)
    return sha


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_a_commit_message_becomes_nothing_but_text(scene, text):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    message = text.read_bytes() + b"\n\n[minor]\n"
    commit_bytes(scene, b"[minor] " + message, {"apps/api/main.txt": "two"})
    commit_bytes(scene, message, {"apps/api/main.txt": "three"})
    result = scene.action(
        payload={
            "before": base,
            "repository": {"description": text.read_bytes().decode("utf-8", "replace")},
        },
        app="api",
    )
    assert result.code == 0, result.log
    assert set(result.outputs) == OUTPUTS
    assert commands(result.log) <= COMMANDS, result.log
    assert "\x1b" not in result.log and "\r" not in result.log
    assert result.outputs["version"] == "1.1.0"
    assert result.outputs["tag-names"].split("\n")[0] == "1.1.0"
    for label in result.outputs["labels"].split("\n"):
        assert label.startswith("org.opencontainers.image."), label
    assert json.loads(result.outputs["affected"]) == ["api"]
    assert result.plan("api")["bump"] == "minor"


def test_paths_that_look_like_commands_become_nothing_but_text(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    names = ["::set-output name=version::9.9.9", "##[add-mask]{", "a\nb::error::x", "|a|b|<b>`", "\x1b[31m"]
    scene.commit("Paths", {f"apps/api/{name}": "x" for name in names})
    result = scene.action(app="api")
    assert result.code == 0, result.log
    assert commands(result.log) <= COMMANDS, result.log
    assert "\x1b" not in result.log + result.summary
    assert len(result.plan("api")["changed-paths"]) == len(names)
    assert "<b>`" not in result.summary


def test_every_hostile_text_as_the_name_of_a_file(scene):
    """All in one commit, by the bytes: what no name can hold (NUL, `/`) is left out."""
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    texts = {re.sub(rb"[\0/]", b"", text.read_bytes())[:200] for text in TEXTS} - {b"", b".", b".."}
    blob = scene.git("hash-object", "-w", "--stdin", text="x")
    entries = b"".join(
        b"100644 blob %s\tapps/api/%s\0" % (blob.encode(), text) for text in texts
    )
    subprocess.run(
        ["git", "update-index", "-z", "--index-info"], cwd=scene.repo, env=scene.environment,
        input=entries, check=True,
    )
    commit_tree(scene, b"Paths", scene.git("write-tree"))
    result = scene.action(app="api")
    assert result.code == 0, result.log
    assert commands(result.log) <= COMMANDS and set(result.outputs) == OUTPUTS
    told = [result.log, result.summary, scene.run("explain", "api").stdout]
    for text in (*told, result.outputs["plan"]):
        assert not re.search("[\0-\t\v-\x1f\x7f-\x9f\u2028\u2029]", text)
    changed = result.plan("api")["changed-paths"]
    assert len(changed) == 20 and len(texts) > 30
    assert f"{len(texts)} paths changed:\n" in result.summary


def test_a_message_of_ten_megabytes_is_cut_wherever_it_is_shown(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    commit_bytes(scene, b"[minor] " + b"|" * 10_000_000, {"apps/api/main.txt": "two"})
    result = scene.action(app="api")
    assert result.code == 0, result.log[:1000]
    assert result.outputs["version"] == "1.1.0"
    for told in (result.log, result.summary, scene.run("explain", "api").stdout, *result.outputs.values()):
        assert len(told) < 20_000 and max(len(line) for line in told.split("\n")) < 8_000


def test_the_schema_refuses_what_no_plan_is(scene):
    scene.monorepo()
    plan = json.loads(scene.action().outputs["plan"])
    PLAN_SCHEMA.validate(plan)
    for path, value in (
        (("schema",), 2),
        (("head",), "main"),
        (("apps", 0, "reason"), "because"),
        (("apps", 0, "version"), "1.2"),
        (("apps", 0, "tag-names"), ["a b"]),
        (("apps", 0, "commits"), -1),
        (("apps", 0, "extra"), 1),
        (("apps", 0, "already-released"), True),
    ):
        changed = json.loads(json.dumps(plan))
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        with pytest.raises(jsonschema.ValidationError):
            PLAN_SCHEMA.validate(changed)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.stem)
def test_no_other_way_in_makes_a_command_of_it(scene, text):
    """Branch, base, configuration and AWS's own words; a terminal's commands too."""
    start = scene.monorepo()
    scene.release("api", "1.0.0", start)
    commit_bytes(scene, text.read_bytes(), {"apps/api/main.txt": "two"})
    words = text.read_bytes().decode("utf-8", "replace").replace("\0", "")

    named = scene.action(env={"GITHUB_REF": f"refs/heads/{words}", "GITHUB_HEAD_REF": words}, app="api")
    assert named.code == 0 and commands(named.log) <= COMMANDS, named.log

    scene.registry.ask(
        "faults",
        {"kind": "error", "service": "ecr", "operation": "DescribeImages", "status": 400,
         "code": "AccessDeniedException", "message": words, "times": 1},
    )
    answered = scene.action(app="api")
    wrong = [
        answered,
        scene.action(app="api", base=f"x{words}"),
        scene.action(config=f"apps:\n  {json.dumps('x' + words)}: 1\n"),
    ]
    for result in wrong:
        assert result.code in (1, 2) and result.outputs == {}
        assert len(result.log.splitlines()) == 1 and commands(result.log) == {"error"}, result.log
        assert "\x1b" not in result.log and "\r" not in result.log
    assert "AccessDeniedException" in answered.log

    explained = scene.run("explain", "api").stdout
    assert explained.startswith("api is affected: changed ")
    assert commands(explained) == set() and "\x1b" not in explained and "\r" not in explained
    planned = scene.run("plan", "--json")
    assert planned.plan("api")["affected"] and commands(planned.stdout) == set()
    for told in (explained, planned.stdout):
        assert not re.search("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", told)
