"""The commands a laptop adds to the action."""


def test_explain_names_commits_paths_and_the_deciding_one(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("Small", {"apps/api/a.txt": "x"})
    scene.commit("[minor] Big", {"apps/api/b.txt": "x"})
    told = scene.run("explain", "api").stdout
    assert told.startswith("api is affected: changed (changed: apps/api/a.txt, apps/api/b.txt)\n")
    assert f"base {base} (released 1.0.0)\n" in told
    assert "[minor] Big  (minor <- decides)\n" in told
    assert "Small  (says nothing: patch)\n" in told
    assert "  apps/api/**\n" in told
    assert "next version 1.1.0 (minor)\n" in told


def test_check_ticks_what_holds_and_reads_the_work_tree(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    good = scene.run("check")
    assert good.code == 0, good.stdout + good.stderr
    assert "ok    configuration  .github/ecr-version.yml: api, web\n" in good.stdout
    assert f"note  api            {scene.prefix}api holds 1.0.0\n" in good.stdout
    assert f"note  web            {scene.prefix}web holds no release yet\n" in good.stdout

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
    config = (scene.repo / ".github/ecr-version.yml").read_text()
    assert "apps/api" in config and "yaml-language-server" in config
    scene.write(".github/ecr-version.yml", "mine\n")
    assert "kept .github/ecr-version.yml\n" in scene.run("init").stdout
    assert (scene.repo / ".github/ecr-version.yml").read_text() == "mine\n"


def test_help_and_version(scene):
    scene.commit("x", {"x": "x"})
    assert scene.run("--version").stdout.startswith("ecr-version 1.")
    told = scene.run("--help").stdout
    for command in ("action", "plan", "explain", "latest", "release", "init", "check"):
        assert f"\n  {command} " in told
    assert "--base" in scene.run("plan", "--help").stdout
    wrong = scene.run("plam")
    assert wrong.code == 2 and len(wrong.errors()) == 1
