"""Missing repositories, refusals, version lines and floating tags, as the policy says."""

import json

import pytest

from test_reasons import reasons


def users(scene, *deny):
    """Forbids calls to the user whose keys every scenario has."""
    state = scene.registry.ask("state")
    key = state["access_key"]
    user = {"secret": state["secret_key"], "deny": list(deny)}
    before = scene.registry.ask("settings")["users"]
    scene.registry.ask("settings", {"users": {**before, key: {**before[key], **user}}})
    return lambda: scene.registry.ask("settings", {"users": before})


@pytest.fixture
def deny(scene):
    undo = []
    yield lambda *what: undo.append(users(scene, *what))
    for one in reversed(undo):
        one()


def new_app(scene, policy, floating="[latest]"):
    scene.monorepo(
        f"  ghost: apps/ghost\nmissing-repository: {policy}\nfloating-tags: {floating}\n"
    )
    return scene.commit("Ghost", {"apps/ghost/Dockerfile": "FROM scratch\n"})


def exists(scene, app):
    return scene.run("latest", scene.prefix + app).code == 0


# missing-repository


def test_create_is_for_the_action_and_an_affected_app(scene):
    new_app(scene, "create")
    assert json.loads(scene.run("plan", "--json").stdout)["apps"][2]["version"] == "0.0.1"
    payload = {"merge_group": {"base_sha": scene.head("HEAD^"), "head_sha": scene.head()}}
    preview = scene.action(event="merge_group", payload=payload)
    assert reasons(preview)["ghost"] == "never-released"
    assert not exists(scene, "ghost")
    made = scene.action(app="ghost")
    assert made.outputs["tag-names"].splitlines()[0] == "0.0.1"
    assert "created the repository" in made.log
    assert exists(scene, "ghost")
    again = scene.action(app="ghost")
    assert "created" not in again.log and again.plan("ghost")["version"] == "0.0.1"


def test_what_would_freeze_in_a_created_repository_is_left_out(scene):
    new_app(scene, "create", "[latest, major]")
    first = scene.action(app="ghost")
    again = scene.action(app="ghost")
    assert first.outputs["tag-names"] == again.outputs["tag-names"]
    assert first.outputs["tag-names"].splitlines()[2:] == ["latest"]
    assert "0 is left out" in first.log


def test_ignore_plans_a_first_release_and_creates_nothing(scene):
    new_app(scene, "ignore")
    result = scene.action(app="ghost")
    assert result.plan("ghost")["version"] == "0.0.1"
    assert result.outputs["tag-names"].splitlines()[2:] == ["latest"]
    assert not exists(scene, "ghost")


@pytest.mark.parametrize("policy", ["fail", "ignore", "create"])
def test_a_refusal_never_means_missing(scene, deny, policy):
    new_app(scene, policy)
    deny("ecr:DescribeImages")
    for run in (scene.action(app="ghost"), scene.action(event="merge_group", payload={})):
        assert run.code == 1 and run.outputs == {} and len(run.errors()) == 1
        assert "ecr:DescribeImages" in run.errors()[0]
        assert f"repository/{scene.prefix}" in run.errors()[0]


def test_a_repository_that_may_not_be_created_leaves_nothing(scene, deny):
    new_app(scene, "create")
    deny("ecr:CreateRepository")
    result = scene.action(app="ghost")
    assert result.code == 1 and result.outputs == {} and result.summary == ""
    assert "ecr:CreateRepository" in result.errors()[0]


def test_describing_images_alone_is_enough(scene, deny):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("Api", {"apps/api/main.txt": "two"})
    deny("ecr:DescribeRepositories", "ecr:ListImages", "ecr:BatchGetImage")
    result = scene.action(app="api")
    assert result.outputs["tag-names"].splitlines()[2:] == ["latest"]
    assert result.log.count("::notice::") == 1 and "ecr:DescribeRepositories" in result.log
    scene.monorepo("floating-tags: []\n")
    scene.commit("Api", {"apps/api/main.txt": "three"})
    quiet = scene.action(app="api")
    assert quiet.outputs["tag-names"].startswith("1.0.1\n")
    assert "::notice::" not in quiet.log


# previews


NO_KEYS = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_REGION": None,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def fork(scene, base, **inputs):
    payload = {
        "pull_request": {
            "number": 7,
            "merged": False,
            "head": {"sha": scene.head(), "ref": "t", "repo": {"full_name": "eve/shop"}},
            "base": {"sha": base, "ref": "elsewhere"},
        }
    }
    return scene.action(event="pull_request", payload=payload, env=NO_KEYS, **inputs)


def test_a_fork_asks_for_a_login_in_vain_and_is_not_red(scene):
    base = scene.monorepo()
    scene.commit("[minor] Topic", {"apps/web/new.txt": "x"})
    result = fork(scene, base, login="true")
    assert reasons(result) == {"api": "unchanged", "web": "changed"}
    assert result.outputs["docker-password"] == "" and result.outputs["docker-username"] == ""
    assert result.outputs["affected"] == '["web"]' and result.outputs["bump"] == "minor"
    assert result.outputs["version"] == "" and result.outputs["registry"] == ""
    assert "::error" not in result.log


def test_a_fork_whose_role_cannot_be_assumed_is_not_red(scene):
    base = scene.monorepo()
    role = "arn:aws:iam::123456789012:role/deploy"
    assert fork(scene, base, role_to_assume=role).outputs["affected"] == "[]"


def test_a_fork_without_a_base_is_affected_and_says_what_is_missing(scene):
    scene.monorepo("on-unknown-base: fail\n")
    result = fork(scene, "e" * 40)
    assert reasons(result) == {"api": "unknown-base", "web": "unknown-base"}
    assert "releases exist" not in result.log
    assert "neither the event's base nor, without credentials, a release" in result.log


def test_a_fork_leaves_out_what_discovery_found_twice(scene):
    files = {f"{path}/Dockerfile": "FROM scratch\nCOPY . /\n" for path in ("a/x", "b/x", "c/api")}
    base = scene.commit("Start", files | {".github/ecr-version.yml": f"repository-prefix: {scene.prefix}\n"})
    scene.repository("api")
    assert reasons(scene.action()) == {"api": "never-released"}
    scene.commit("Api", {"c/api/x": "x"})
    result = fork(scene, base)
    assert reasons(result) == {"api": "changed"}
    assert "a/x" in result.log and "b/x" in result.log


# apps


def test_one_name_or_repository_for_two_apps_is_an_error_whoever_is_selected(scene):
    scene.monorepo(f"  twin: {{directory: apps/twin, repository: {scene.prefix}api}}\n")
    scene.commit("Twin", {"apps/twin/Dockerfile": "FROM scratch\n"})
    for inputs in ({}, {"app": "api"}, {"app": "twin"}):
        result = scene.action(**inputs)
        assert result.code == 2, result.log
        assert "api and twin have one ECR repository" in result.errors()[0]


def test_discovered_apps_of_one_name_are_an_error_when_they_have_a_repository(scene):
    files = {f"{path}/Dockerfile": "FROM scratch\n" for path in ("a/x", "b/x", "api")}
    files[".github/ecr-version.yml"] = f"repository-prefix: {scene.prefix}\n"
    scene.commit("Start", files)
    scene.repository("api")
    alone = scene.action()
    assert reasons(alone) == {"api": "never-released"}
    assert alone.log.count("is left out") == 2
    scene.repository("x")
    for inputs in ({}, {"app": "x"}):
        twice = scene.action(**inputs)
        assert twice.code == 2
        assert "two apps are named x: the one in a/x and the one in b/x" in twice.errors()[0]
    assert reasons(scene.action(app="api")) == {"api": "never-released"}


def test_discovery_without_any_repository_is_an_error(scene):
    config = f"repository-prefix: {scene.prefix}\n"
    scene.commit("Start", {"x/Dockerfile": "FROM scratch\n", ".github/ecr-version.yml": config})
    result = scene.action()
    assert result.code == 1 and scene.prefix + "x" in result.errors()[0]
    scene.commit("Bad name", {"x/Dockerfile": None, "X/Dockerfile": "FROM scratch\n"})
    none_can = scene.action()
    assert none_can.code == 2 and scene.prefix + "X" in none_can.errors()[0]


def test_a_root_dockerfile_is_named_after_the_repository(scene):
    config = f"repository-prefix: {scene.prefix}\n"
    scene.commit("Start", {"Dockerfile": "FROM scratch\nCOPY . /\n", ".github/ecr-version.yml": config})
    scene.repository("shop")
    scene.repository("repo")
    assert reasons(scene.action()) == {"shop": "never-released"}
    plan = json.loads(scene.run("plan", "--json").stdout)
    assert [app["app"] for app in plan["apps"]] == ["repo"]
    matrix = json.loads(scene.action().outputs["matrix"])["include"][0]
    assert (matrix["directory"], matrix["context"], matrix["dockerfile"]) == (".", ".", "Dockerfile")


def test_a_cycle_is_printed(scene):
    scene.monorepo()
    config = (scene.repo / ".github/ecr-version.yml").read_text()
    config = config.replace("  api: apps/api\n", "  api: {directory: apps/api, depends-on: [web]}\n")
    scene.commit("Circle", {".github/ecr-version.yml": config})
    result = scene.action(app="api")
    assert result.code == 2
    assert "api -> web -> api" in result.errors()[0]


def test_dependencies_count_through_apps_that_are_not_selected(scene):
    base = scene.monorepo("  edge: {directory: apps/edge, depends-on: [web]}\n")
    scene.commit("Edge", {"apps/edge/Dockerfile": "FROM scratch\n"})
    scene.repository("edge")
    for app in ("api", "web", "edge"):
        scene.release(app, "1.0.0", scene.head())
    scene.commit("[major] Api", {"apps/api/main.txt": "two"})
    edge = scene.action(app="edge").plan("edge")
    assert (edge["reason"], edge["bump"], edge["commits"]) == ("dependency", "patch", 0)
    assert edge["changed-paths"] == ["apps/api/main.txt"]
    matrix = json.loads(scene.action().outputs["matrix"])["include"]
    assert [(one["app"], one["stage"]) for one in matrix] == [("api", 0), ("web", 1), ("edge", 2)]
    # web is gone already: edge stands on api alone.
    scene.release("web", "1.0.1", scene.head())
    matrix = json.loads(scene.action().outputs["matrix"])["include"]
    assert [(one["app"], one["stage"]) for one in matrix] == [("api", 0), ("edge", 1)]
    assert base


@pytest.mark.parametrize("names", ["api,web", "api\nweb\n", " web , api ", "api\napi,web"])
def test_several_apps_are_selected_by_name(scene, names):
    scene.monorepo("  more: libs\n")
    scene.repository("more")
    result = scene.action(app=names)
    assert reasons(result) == {"api": "never-released", "web": "never-released"}
    assert result.outputs["version"] == "" and len(result.outputs["tags"].splitlines()) == 6


# configuration


def test_the_configuration_is_a_path_or_yaml(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    text = f"repository-prefix: {scene.prefix}\napps:\n  api: apps/api\n"
    assert reasons(scene.action(config=text)) == {"api": "already-released"}
    scene.commit("Move", {"ci/v.yml": text.replace("apps/api", "{directory: apps/api, target: x}")})
    scene.release("api", "1.0.1", scene.head())
    scene.commit("Docs", {"docs": "x"})
    for path in ("ci/v.yml", "./ci/v.yml", "ci/v.yml\n"):
        assert reasons(scene.action(config=path)) == {"api": "unchanged"}, path
    missing = scene.action(config="ci/none.yml")
    assert missing.code == 2 and 'names "ci/none.yml"' in missing.errors()[0]


def test_untracked_configuration_does_not_count_and_a_laptop_is_told(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    same = scene.run("plan", "--json")
    assert same.stderr == ""
    scene.write(".github/ecr-version.yml", f"repository-prefix: {scene.prefix}\napps: {{api: apps/api}}\n")
    result = scene.run("plan", "--json")
    assert set(result.plan()) == {"api", "web"}
    assert ".github/ecr-version.yml" in result.stderr and "HEAD" in result.stderr
    assert "ecr-version.yml" not in scene.action().log


def test_a_working_directory_is_entered(scene):
    scene.monorepo()
    result = scene.action(at=scene.folder, working_directory="repo")
    assert reasons(result) == {"api": "never-released", "web": "never-released"}
    below = scene.action(at=scene.folder, working_directory="repo/apps/api")
    assert set(below.plan()) == {"api", "web"}
    laptop = scene.run("plan", "-C", "repo", "--json", at=scene.folder)
    assert set(laptop.plan()) == {"api", "web"}
    wrong = scene.action(at=scene.folder, working_directory="nowhere")
    assert wrong.code in (1, 2) and "nowhere" in wrong.errors()[0]


def test_a_registry_and_a_region_that_contradict_each_other(scene):
    host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    scene.monorepo()
    result = scene.action(registry=host, aws_region="eu-west-1")
    assert result.code == 2 and "eu-central-1" in result.errors()[0]
    scene.monorepo(f"registry: {host}\nregion: eu-west-1\n")
    written = scene.action()
    assert written.code == 2 and ".github/ecr-version.yml" in written.errors()[0]


# versions


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
