"""Versions, floors, prefixes, hash lengths and outputs, as the policy says."""

import json

import pytest

from test_reasons import reasons


def test_a_prerelease_by_force_counts_from_the_last_release(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    head = scene.commit("[minor] A", {"apps/api/a.txt": "x"})
    scene.image("api", "1.1.0-beta.1", f"1.1.0-beta.1-{head[:7]}")
    settled = scene.action(app="api", prerelease="beta").plan("api")
    assert (settled["version"], settled["bump"], settled["commits"]) == ("1.1.0-beta.1", "minor", 1)
    forced = scene.action(app="api", prerelease="beta", force="true").plan("api")
    assert (forced["reason"], forced["version"]) == ("forced", "1.1.0-beta.2")
    other = scene.action(app="api", prerelease="rc").plan("api")
    assert (other["reason"], other["version"]) == ("changed", "1.1.0-rc.1")


def test_force_mints_a_version_for_a_released_commit(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    forced = scene.action(app="api", force="true", bump="minor")
    assert forced.plan("api")["version"] == "1.1.0"
    assert forced.outputs["already-released"] == "false"
    assert forced.outputs["any-affected"] == "true"


@pytest.mark.parametrize(
    ("policy", "inputs", "version"),
    [
        ("initial-version: 1.0.0", {}, "1.0.0"),
        ("initial-version: 1.0.0", {"bump": "major"}, "1.0.0"),
        ("initial-version: 1.4.2", {"version_line": "1.4"}, "1.4.2"),
        ("initial-version: 2.0.0", {"version_line": "1.4"}, "1.4.0"),
        ("version-line: '3'", {}, "3.0.0"),
        ("version-line: '3'", {"version_line": "4.1"}, "4.1.0"),
        ("initial-version: 1.0.0", {"prerelease": "beta"}, "1.0.0-beta.1"),
        ("tag-prefix: v", {"bump": "minor"}, "0.1.0"),
    ],
)
def test_first_versions(scene, policy, inputs, version):
    scene.monorepo(policy + "\n")
    api = scene.action(app="api", **inputs).plan("api")
    assert (api["reason"], api["version"], api["previous-version"]) == ("never-released", version, None)


def test_the_initial_version_is_a_floor_in_its_line(scene):
    base = scene.monorepo("initial-version: 2.1.0\n")
    scene.release("api", "1.3.0", base)
    scene.commit("Api", {"apps/api/main.txt": "two"})
    assert scene.action(app="api").plan("api")["version"] == "2.1.0"
    assert scene.action(app="api", version_line="1").plan("api")["version"] == "1.3.1"
    empty = scene.action(app="api", version_line="1.4").plan("api")
    assert (empty["reason"], empty["version"]) == ("never-released", "1.4.0")


def test_a_half_pushed_version_is_passed_over_with_a_warning(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    head = scene.commit("Api", {"apps/api/main.txt": "two"})
    scene.image("api", f"1.0.1-{head[:7]}")
    result = scene.action(app="api")
    assert result.plan("api")["version"] == "1.0.2"
    assert f"1.0.1 is passed over: 1.0.1-{head[:7]} is a tag of sha256:" in result.log
    assert result.plan("api")["base"]["commit"] == base


def test_prefixes_of_apps_and_their_floating_tags(scene):
    scene.monorepo("floating-tags: [latest, major, minor]\ntag-prefix: v\n")
    config = (scene.repo / ".github/ecr-version.yml").read_text()
    config = config.replace("  api: apps/api\n", '  api: {directory: apps/api, tag-prefix: "api-"}\n')
    base = scene.commit("Prefix", {".github/ecr-version.yml": config})
    for app in ("api", "web"):
        scene.repository(app, "MUTABLE", ())
    scene.image("api", "api-1.2.0", f"api-1.2.0-{base[:7]}", "v9.0.0", "8.0.0")
    scene.image("web", "v2.0.0", f"v2.0.0-{base[:12]}")
    head = scene.commit("[minor] Libs", {"libs/shared.txt": "two"})
    plan = scene.action().plan()
    sha = head[:7]
    assert plan["api"]["tag-names"] == ["api-1.3.0", f"api-1.3.0-{sha}", "latest", "api-1", "api-1.3"]
    assert plan["web"]["tag-names"] == ["v2.1.0", f"v2.1.0-{sha}", "latest", "v2", "v2.1"]
    assert (plan["api"]["version"], plan["api"]["previous-version"]) == ("1.3.0", "1.2.0")


@pytest.mark.parametrize("length", [7, 12, 40])
def test_hashes_of_another_length_are_found(scene, length):
    base = scene.monorepo(f"sha-length: {length}\n")
    scene.image("api", "1.0.0", f"1.0.0-{base[:40]}")
    middle = scene.commit("Api", {"apps/api/main.txt": "two"})
    scene.image("api", "1.0.1", f"1.0.1-{middle[:9]}")
    assert scene.action(app="api").plan("api")["reason"] == "already-released"
    head = scene.commit("Api", {"apps/api/main.txt": "three"})
    api = scene.action(app="api").plan("api")
    assert api["base"]["commit"] == middle
    assert api["tag-names"][1] == f"1.0.2-{head[:length]}"


def test_a_tag_that_would_be_too_long_is_refused(scene):
    scene.monorepo("sha-length: 40\n")
    result = scene.action(app="api", prerelease="b" * 100)
    assert result.code == 2 and "128" in result.errors()[0]


# outputs


def test_an_unaffected_app_tells_its_newest_version(scene):
    old = scene.monorepo()
    scene.release("api", "1.0.0", old)
    scene.release("web", "3.0.0", old)
    new = scene.commit("Api", {"apps/api/main.txt": "two"})
    scene.release("api", "1.1.0", new)
    scene.commit("Docs", {"docs": "x"})
    idle = scene.action(app="api").outputs
    assert (idle["version"], idle["tags"], idle["affected"]) == ("1.1.0", "", "[]")
    assert idle["matrix"] == '{"include":[]}' and idle["already-released"] == "false"
    scene.git("checkout", "-q", old)
    rerun = scene.action(app="api").outputs
    assert (rerun["version"], rerun["previous-version"]) == ("1.0.0", "1.1.0")
    assert rerun["already-released"] == "true" and rerun["tags"] == ""
    nothing = scene.action()
    assert "nothing to release" in nothing.log
    assert nothing.outputs["version"] == "" and nothing.outputs["image"] == ""


def test_the_one_affected_of_many_tells_its_outputs(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    head = scene.commit("Web", {"apps/web/main.txt": "two"})
    payload = {
        "repository": {
            "full_name": "acme/shop",
            "html_url": "https://github.com/acme/shop",
            "description": "A shop\n::error::x",
            "license": {"spdx_id": "MIT"},
        }
    }
    outputs = scene.action(payload=payload).outputs
    assert outputs["version"] == "1.0.1" and outputs["repository"] == scene.prefix + "web"
    labels = dict(line.split("=", 1) for line in outputs["labels"].splitlines())
    of = {key.removeprefix("org.opencontainers.image."): value for key, value in labels.items()}
    assert of.pop("description").startswith("A shop")
    assert of == {
        "title": "web",
        "url": "https://github.com/acme/shop",
        "source": "https://github.com/acme/shop",
        "version": "1.0.1",
        "created": "2025-11-24T16:02:00.000Z",
        "revision": head,
        "licenses": "MIT",
    }


def test_without_an_output_file_the_log_tells_them(scene):
    scene.monorepo()
    result = scene.action(app="api", env={"GITHUB_OUTPUT": None, "GITHUB_STEP_SUMMARY": None})
    assert result.code == 0
    assert "::warning::GITHUB_OUTPUT is not set" in result.log
    assert "\nversion=0.0.1\n" in result.log


def many_apps(scene, count):
    files = {f"a/x{i}/Dockerfile": "FROM scratch\n" for i in range(count)}
    config = f"repository-prefix: {scene.prefix}\nmissing-repository: ignore\napps:\n  a/*: {{}}\n"
    scene.commit("Many", files | {".github/ecr-version.yml": config})


def test_a_matrix_holds_256_jobs_and_no_more(scene):
    many_apps(scene, 256)
    assert len(json.loads(scene.action().outputs["matrix"])["include"]) == 256
    many_apps(scene, 257)
    result = scene.action()
    assert result.code == 1 and result.outputs == {} and result.summary == ""
    assert "257 apps are affected" in result.errors()[0]


# [skip release]


def test_skipped_until_a_commit_that_counts(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.commit("[minor] Api [skip release]", {"apps/api/main.txt": "two"})
    scene.commit("Docs", {"docs": "x"})
    assert reasons(scene.action()) == {"api": "skipped", "web": "skipped"}
    scene.commit("Web", {"apps/web/main.txt": "two"})
    plan = scene.action().plan()
    assert {app: one["reason"] for app, one in plan.items()} == {"api": "skipped", "web": "changed"}
    assert plan["web"]["bump"] == "patch"
    scene.commit("Api", {"apps/api/more.txt": "two"})
    api = scene.action(app="api").plan("api")
    assert (api["reason"], api["version"], api["commits"]) == ("changed", "1.1.0", 2)
