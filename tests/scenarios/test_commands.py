"""The commands a laptop adds to the action."""

import yaml

from scene import ROOT


def test_explain_names_commits_paths_and_the_deciding_one(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("Small", {"apps/api/a.txt": "x"})
    scene.commit("[minor] Big", {"apps/api/b.txt": "x"})
    told = scene.run("explain", "api").stdout
    assert told.startswith("api is affected: changed (changed: apps/api/a.txt, apps/api/b.txt)\n")
    assert f"base {base} (released 1.0.0)\n" in told
    assert "[minor] Big  (minor <- decides)\n    apps/api/b.txt\n" in told
    assert "Small  (says nothing: patch)\n    apps/api/a.txt\n" in told
    assert "  apps/api/**\n" in told
    assert "next version 1.1.0 (minor)\n" in told


def test_explain_says_what_was_shared_and_what_is_cut(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("Many", {f"apps/api/{i:02}.txt": "x" for i in range(25)} | {"libs/a.txt": "x"})
    told = scene.run("explain", "api").stdout
    assert "differs from the base in 26 paths\n  its own:\n    apps/api/00.txt\n" in told
    assert "  shared:\n    libs/a.txt\n    … and 5 more\n" in told
    assert "    apps/api/04.txt\n    … and 20 more\n    libs/a.txt  (shared)\n" in told


def test_explain_is_harmless_in_a_workflow(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("##[error]x", {"apps/api/::error::boom.txt": "x"})
    told = scene.run("explain", "api").stdout
    assert "## [error]x" in told and "##[" not in told
    as_json = scene.run("plan", "--app", "api", "--json")
    assert "##[" not in as_json.stdout
    assert as_json.plan("api")["bump-commit"]["subject"] == "##[error]x"


def test_check_ticks_what_holds_and_reads_the_work_tree(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    good = scene.run("check")
    assert good.code == 0, good.stdout + good.stderr
    assert "ok    configuration  .github/ecr-version.yml: api, web\n" in good.stdout
    assert f"note  api            {scene.prefix}api holds 1.0.0\n" in good.stdout
    assert f"note  web            {scene.prefix}web holds no release yet\n" in good.stdout

    assert "ok    settings       ecr:DescribeRepositories is allowed\n" in good.stdout
    assert "ok    login          ecr:GetAuthorizationToken is allowed\n" in good.stdout
    assert "note  clone          complete\n" in good.stdout

    scene.git("clone", "-q", "--depth=1", f"file://{scene.repo}", str(scene.folder / "shallow"))
    shallow = scene.run("check", at=scene.folder / "shallow")
    assert (
        "note  clone          shallow: history that is missing is fetched in a workflow (input "
        "`deepen`); here `git fetch --unshallow --filter=blob:none` brings it\n" in shallow.stdout
    )

    scene.commit("Ghost", {"apps/ghost/Dockerfile": "FROM scratch\n"})
    for policy, mark, remedy in (
        ("fail", "WRONG", "create it, correct `repository`, or set `missing-repository: create`"),
        ("create", "note ", "the first release creates it"),
        ("ignore", "note ", "taken for an app without a release"),
    ):
        scene.write(
            ".github/ecr-version.yml",
            f"repository-prefix: {scene.prefix}\nmissing-repository: {policy}\n"
            "apps: {api: apps/api, ghost: apps/ghost}\n",
        )
        told = scene.run("check")
        row = f"{mark} ghost          no repository {scene.prefix}ghost in ECR: {remedy}\n"
        assert row in told.stdout
        assert told.code == (1 if policy == "fail" else 0)

    scene.write(".github/ecr-version.yml", "shared-path: [x]\n")
    wrong = scene.run("check")
    assert wrong.code == 2
    assert "WRONG configuration" in wrong.stdout and "shared-paths" in wrong.stdout
    secret = scene.run("check", env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert "WRONG credentials" in secret.stdout


def test_init_writes_first_files_and_never_over_one(scene):
    scene.commit("Apps", {"apps/api/Dockerfile": "FROM scratch\n", "apps/web/Dockerfile": "FROM scratch\n"})
    first = scene.run("init")
    assert first.code == 0, first.stderr
    assert "wrote .github/ecr-version.yml\n" in first.stdout
    assert first.stdout.endswith(
        "next: set OWNER, your region and role in .github/workflows/deploy.yml, run "
        "`ecr-version check`, and commit\n"
    )
    config = (scene.repo / ".github/ecr-version.yml").read_text()
    assert "apps/api" in config and "yaml-language-server" in config
    scene.write(".github/ecr-version.yml", "mine\n")
    assert "kept .github/ecr-version.yml\n" in scene.run("init").stdout
    assert (scene.repo / ".github/ecr-version.yml").read_text() == "mine\n"


def test_an_option_says_what_the_input_of_its_name_says(scene):
    scene.commit("x", {"x": "x"})
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    for_actions = {"app", "release", "login", "working-directory", "github-token", "deepen"}
    for command in ("plan", "explain"):
        told = " ".join(scene.run(command, "--help").stdout.split()) + " "
        for name in inputs.keys() - for_actions:
            said = inputs[name]["description"].removeprefix("true: ")
            value = "" if name == "force" else " TEXT"
            assert f"--{name}{value} {said} " in told, name


def test_help_and_version(scene):
    scene.commit("x", {"x": "x"})
    assert scene.run("--version").stdout.startswith("ecr-version 1.")
    told = scene.run("--help").stdout
    for command in ("action", "plan", "explain", "latest", "release", "init", "check"):
        assert f"\n  {command} " in told
    assert "--base" in scene.run("plan", "--help").stdout
    wrong = scene.run("plam")
    assert wrong.code == 2 and len(wrong.errors()) == 1
