"""One clear error with its remedy, the right exit code, and nothing half-written."""

import os
import re
import resource

import pytest


def fails(result, code, *parts):
    assert result.code == code, result.log
    errors = result.errors()
    assert len(errors) == 1, result.log
    for part in parts:
        assert part in errors[0]
    assert result.outputs == {}
    assert result.summary == ""


def test_no_repository(scene):
    empty = scene.folder / "empty"
    empty.mkdir()
    fails(scene.action(sha="0" * 40, at=empty), 1, "no git repository", "actions/checkout")


def test_no_apps(scene):
    scene.commit("Nothing", {"readme.txt": "x"})
    fails(scene.action(), 2, "Dockerfile")


def test_an_unknown_key_has_a_place_and_the_nearest(scene):
    scene.monorepo("share-paths: [x]\n")
    result = scene.action()
    fails(result, 2, "share-paths", "shared-paths")
    assert "::error file=.github/ecr-version.yml,line=8,col=1::" in result.errors()[0]


def test_a_misspelt_input_is_a_warning(scene):
    scene.monorepo()
    result = scene.action(env={"INPUT_AWS_REGON": "eu-west-1"})
    assert result.code == 0
    assert "::warning::" in result.log and "aws-region" in result.log


@pytest.mark.parametrize(
    ("inputs", "part"),
    [
        ({"force": "yes"}, "neither true nor false"),
        ({"bump": "big"}, "auto"),
        ({"version_line": "1.2.3"}, "1.4"),
        ({"prerelease": "be ta"}, "label"),
        ({"app": "apo"}, 'did you mean "api"?'),
        ({"registry": "12345678901"}, "quote"),
    ],
)
def test_a_wrong_input_is_a_usage_error(scene, inputs, part):
    scene.monorepo()
    fails(scene.action(**inputs), 2, part)


def test_a_missing_repository_names_account_region_and_fix(scene):
    scene.monorepo("  ghost: apps/ghost\n")
    scene.commit("Ghost", {"apps/ghost/Dockerfile": "FROM scratch\n"})
    fails(
        scene.action(app="ghost"), 1, scene.prefix + "ghost", "eu-west-1", "123456789012",
        "create-repository",
    )


def test_a_missing_repository_is_told_where_sts_cannot_be_reached(scene):
    scene.monorepo("  ghost: apps/ghost\n")
    scene.commit("Ghost", {"apps/ghost/Dockerfile": "FROM scratch\n"})
    nowhere = {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    fails(
        scene.action(app="ghost", env=nowhere), 1,
        f"no repository {scene.prefix}ghost in account 123456789012, region eu-west-1; create it",
    )
    told = scene.run("check", env=nowhere)
    assert told.code == 1
    assert (
        "ok    credentials    the environment (AWS_ACCESS_KEY_ID), account not known: STS "
        "GetCallerIdentity in region eu-west-1: no answer from 127.0.0.1:9: the connection was "
        "refused" in told.stdout
    )
    assert f"WRONG ghost          no repository {scene.prefix}ghost in ECR: create it" in told.stdout


def test_latest_of_what_is_not_there_says_whose_name_it_took_it_for(scene):
    scene.monorepo("  ghost: apps/ghost\n")
    names = {"ghost": f"{scene.prefix}ghost", "webb": "webb", "nothing-like-it": "nothing-like-it"}
    for app, repository in names.items():
        remark = ""
        if app != "ghost":
            near = ' (did you mean "web"?)' if app == "webb" else ""
            remark = (
                f'no app of .github/ecr-version.yml is called "{app}"{near}, so that is taken for '
                "the name of a repository: "
            )
        result = scene.run("latest", app)
        assert result.code == 1
        told = re.sub("request id [0-9a-f-]*", "request id X", result.log)
        assert told == (
            f"error: {remark}ECR DescribeImages of repository {repository} in region eu-west-1: "
            f"RepositoryNotFoundException: The repository with name '{repository}' does not exist "
            "in the registry with id '123456789012' (HTTP 400, request id X, 1 attempt); check its "
            "name, the registry and the region (eu-west-1)\n"
        )


def test_no_credentials(scene):
    scene.monorepo()
    keys = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    keys["AWS_EC2_METADATA_DISABLED"] = "true"
    fails(scene.action(env=keys), 1, "credentials")


def test_no_core_is_dumped_with_secrets_in_it(scene):
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("no core may be dumped here, whoever asks")
    # A child has its parent's limit.
    config = scene.folder / "aws-config"
    config.write_text("[profile p]\ncredential_process = sh -c 'echo its limit: $(ulimit -c) >&2; exit 1'\n")
    env = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
           "AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "p"}
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        told = scene.run("latest", "app", env=env)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert "credential_process of profile p ended with 1: its limit: 0" in told.stderr


def test_no_region(scene):
    scene.monorepo()
    env = {"AWS_REGION": None, "AWS_EC2_METADATA_DISABLED": "true"}
    result = scene.action(env=env)
    assert result.code in (1, 2)
    assert "aws-region" in result.errors()[0]


def test_a_wrong_secret(scene):
    scene.monorepo()
    secret = "a-secret-that-is-wrong"
    result = scene.action(env={"AWS_SECRET_ACCESS_KEY": secret})
    fails(result, 1, "InvalidSignatureException")
    assert secret not in result.log


def test_an_endpoint_that_does_not_answer(scene):
    scene.monorepo()
    env = {"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    fails(scene.action(env=env), 1, "127.0.0.1")


def test_hostile_text_commands_nothing(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit(
        "::add-mask::{\n\n##[error]x\n::set-output name=tags::evil\r::stop-commands::x",
        {"apps/api/::error::boom.txt": "x"},
    )
    result = scene.action(app="api")
    assert result.code == 0
    for line in result.log.replace("\r", "\n").splitlines():
        assert "##[" not in line
        if line.lstrip().startswith("::"):
            assert line.startswith(("::group::", "::endgroup::", "::notice::", "::warning::"))
    assert "evil" not in result.outputs["tags"]


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_dockers_configuration_that_is_no_file_is_an_error(scene, kind):
    scene.monorepo()
    config = scene.folder / "config.json"
    os.mkfifo(config) if kind == "pipe" else config.mkdir()
    result = scene.run("login", "--no-docker", env={"DOCKER_CONFIG": str(scene.folder)})
    assert result.code == 1
    assert result.errors() == [f"error: reading {config}: it is no file, or not readable by this user"]
