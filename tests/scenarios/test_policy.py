"""Missing repositories, refusals, forks, selection and configuration, as the policy says."""

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
    assert f"\nECR has no repository {scene.prefix}ghost yet\n" in result.log
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
