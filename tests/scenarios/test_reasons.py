"""Why an app is affected or not: the eleven reasons, by the program on real git."""

ZEROS = "0" * 40


def push(before):
    return {"before": before, "ref": "refs/heads/main", "forced": False}


def reasons(result):
    assert result.code == 0, result.log
    return {app: plan["reason"] for app, plan in result.plan().items()}


def test_a_first_push_releases_every_app(scene):
    head = scene.monorepo()
    result = scene.action(payload=push(ZEROS))
    assert reasons(result) == {"api": "never-released", "web": "never-released"}
    api = result.plan("api")
    assert api["version"] == "0.0.1" and api["previous-version"] is None
    assert api["tag-names"] == ["0.0.1", f"0.0.1-{head[:7]}", "latest"]


def test_own_paths_shared_paths_and_dependencies(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.commit("Web", {"apps/web/main.txt": "two"})
    assert reasons(scene.action()) == {"api": "unchanged", "web": "changed"}
    scene.commit("Api", {"apps/api/main.txt": "two", "apps/web/main.txt": "one"})
    assert reasons(scene.action()) == {"api": "changed", "web": "dependency"}
    scene.commit("Libs", {"apps/api/main.txt": "one", "libs/shared.txt": "two"})
    assert reasons(scene.action()) == {"api": "shared-path", "web": "shared-path"}


def test_a_change_and_its_revert_affect_nothing(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.commit("[major] Break", {"apps/api/main.txt": "two"})
    scene.commit("Mend", {"apps/api/main.txt": "one"})
    assert reasons(scene.action()) == {"api": "unchanged", "web": "unchanged"}


def test_commits_of_failed_runs_are_not_lost(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    scene.commit("[minor] In a run that failed", {"apps/api/new.txt": "x"})
    before = scene.head()
    scene.commit("Elsewhere", {"docs/x.txt": "x"})
    api = scene.action(payload=push(before)).plan("api")
    assert (api["reason"], api["version"]) == ("changed", "1.1.0")
    assert api["bump-commit"]["subject"] == "[minor] In a run that failed"


def test_a_rerun_mints_nothing(scene):
    head = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", head)
    result = scene.action(payload=push(ZEROS))
    assert reasons(result) == {"api": "already-released", "web": "already-released"}
    assert result.outputs["any-affected"] == "false"
    assert result.outputs["already-released"] == "true"
    assert result.outputs["tags"] == ""
    assert result.outputs["matrix"] == '{"include":[]}'


def test_an_old_run_started_again_is_superseded(scene):
    old = scene.monorepo()
    new = scene.commit("Newer", {"apps/api/main.txt": "two"})
    scene.release("api", "1.0.0", new)
    scene.git("checkout", "-q", old)
    result = scene.action(app="api")
    assert reasons(result) == {"api": "superseded"}
    assert "1.0.0 was released from a later commit than HEAD" in result.log
    assert (result.outputs["version"], result.outputs["tags"]) == ("1.0.0", "")


def test_a_roll_back_by_force_gets_the_next_version(scene):
    old = scene.monorepo()
    new = scene.commit("[major] Newer", {"apps/api/main.txt": "two"})
    scene.release("api", "1.0.0", old)
    scene.release("api", "2.0.0", new)
    scene.git("checkout", "-q", old)
    carried = scene.action(app="api").outputs  # not the newest, which is 2.0.0
    assert (carried["version"], carried["already-released"]) == ("1.0.0", "true")
    forced = scene.action(app="api", force="true").plan("api")
    assert (forced["reason"], forced["version"]) == ("forced", "2.0.1")


def test_what_a_release_contained_never_counts_again(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    broke = scene.commit("[major] Break", {"apps/api/main.txt": "two"})
    scene.release("api", "2.0.0", broke)
    scene.git("checkout", "-q", "-b", "hotfix", base)
    fix = scene.commit("Fix", {"apps/api/fix.txt": "x"})
    result = scene.action(app="api", version_line="1")
    assert result.plan("api")["version"] == "1.0.1"
    scene.release("api", "1.0.1", fix)
    scene.git("checkout", "-q", "main")
    scene.git("merge", "-q", "--no-ff", "-m", "Merge hotfix", "hotfix")
    scene.commit("More", {"apps/api/more.txt": "x"})
    after = scene.action(app="api").plan("api")
    assert after["version"] == "2.0.1"
    assert after["bump"] == "patch"


def test_a_hotfix_branch_without_a_line_is_planned_with_a_warning(scene):
    base = scene.monorepo()
    newer = scene.commit("Newer", {"apps/api/main.txt": "two"})
    scene.release("api", "1.1.0", newer)
    scene.git("checkout", "-q", "-b", "hotfix", base)
    scene.commit("Fix", {"apps/api/fix.txt": "x"})
    result = scene.action(app="api")
    assert result.plan("api")["affected"]
    assert "it lacks 1 commit of it; on a release branch set `version-line`" in result.log


def test_releases_without_a_commit_are_an_unknown_base(scene):
    scene.monorepo()
    scene.release("api", "1.0.0", "f" * 40)
    result = scene.action(app="api")
    assert reasons(result) == {"api": "unknown-base"}
    assert result.plan("api")["version"] == "1.0.1"
    scene.commit("Config", {})
    scene.monorepo("on-unknown-base: fail\n")
    failed = scene.action(app="api")
    assert failed.code == 1
    assert "on-unknown-base: fail" in failed.errors()[0]
    assert failed.outputs == {}


def test_an_old_major_does_not_come_back_with_an_unknown_base(scene):
    scene.monorepo()
    scene.commit("[major] Long ago", {"apps/api/main.txt": "two"})
    before = scene.head()
    scene.commit("[minor] Now", {"apps/api/main.txt": "three"})
    scene.release("api", "3.0.0", "f" * 40)
    assert scene.action(app="api", payload=push(before)).plan("api")["version"] == "3.1.0"
    assert scene.action(event="schedule", app="api").plan("api")["version"] == "3.1.0"


def test_the_newest_release_that_carries_a_commit_serves(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("api", "1.0.1")
    scene.commit("Api", {"apps/api/main.txt": "two"})
    result = scene.action(app="api")
    assert result.plan("api")["base"]["commit"] == base
    assert result.plan("api")["version"] == "1.0.2"
    assert "1.0.1 carries no commit tag (pushed by hand?): the base is 1.0.0" in result.log


def test_skip_release_waits_for_the_next_commit_that_counts(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("[minor] Quiet\n\n[skip release]", {"apps/api/a.txt": "x"})
    assert reasons(scene.action(app="api")) == {"api": "skipped"}
    scene.commit("Loud", {"apps/api/b.txt": "x"})
    api = scene.action(app="api").plan("api")
    assert (api["reason"], api["version"], api["commits"]) == ("changed", "1.1.0", 2)


def test_a_folder_that_is_gone_is_deleted_not_built(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.commit("Remove", {"apps/api/main.txt": None, "apps/api/Dockerfile": None})
    result = scene.action(app="api", force="true")
    assert reasons(result) == {"api": "deleted"}
    assert result.outputs["any-affected"] == "false"


def test_a_definition_written_anew_counts(scene):
    base = scene.monorepo()
    scene.release("web", "1.0.0", base)
    scene.release("api", "1.0.0", base)
    config = (scene.repo / ".github/ecr-version.yml").read_text()
    scene.commit("Target", {".github/ecr-version.yml": config + "    target: runtime\n"})
    assert reasons(scene.action()) == {"api": "unchanged", "web": "changed"}


def test_a_pull_request_compares_with_its_merge_parent_and_gives_no_tags(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    scene.git("checkout", "-q", "-b", "topic")
    tip = scene.commit("[minor] Topic", {"apps/web/new.txt": "x"})
    scene.git("checkout", "-q", "main")
    scene.commit("Main moved on", {"apps/api/new.txt": "x"})
    scene.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    payload = {
        "pull_request": {
            "number": 7,
            "merged": False,
            "head": {"sha": tip, "ref": "topic", "repo": {"full_name": "acme/shop"}},
            "base": {"sha": base, "ref": "main", "repo": {"full_name": "acme/shop"}},
        }
    }
    result = scene.action(event="pull_request", payload=payload)
    assert reasons(result) == {"api": "unchanged", "web": "changed"}
    web = result.plan("web")
    assert web["base"] == {"commit": scene.head("HEAD^1"), "source": "event"}
    assert (web["version"], web["tags"]) == ("1.1.0", [])
    assert result.outputs["tags"] == ""
    with_label = scene.action(event="pull_request", payload=payload, prerelease="pr7")
    assert with_label.plan("web")["tag-names"][0] == "1.1.0-pr7.1"


def test_a_preview_without_credentials_answers_from_git(scene):
    base = scene.monorepo()
    scene.commit("[minor] Topic", {"apps/web/new.txt": "x"})
    payload = {"merge_group": {"base_sha": base, "head_sha": scene.head()}}
    keys = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    keys["AWS_EC2_METADATA_DISABLED"] = "true"
    result = scene.action(event="merge_group", payload=payload, env=keys)
    assert reasons(result) == {"api": "unchanged", "web": "changed"}
    web = result.plan("web")
    assert (web["bump"], web["version"], web["tags"]) == ("minor", None, [])
    assert "no AWS credentials in this preview" in result.log


def test_an_explicit_base_is_what_is_compared_with(scene):
    first = scene.monorepo()
    second = scene.commit("Api", {"apps/api/main.txt": "two"})
    scene.release("api", "1.0.0", first)
    scene.commit("Docs", {"docs/x": "x"})
    assert reasons(scene.action(app="api")) == {"api": "changed"}
    assert reasons(scene.action(app="api", base=second)) == {"api": "unchanged"}
    scene.git("tag", "mark", second)
    assert reasons(scene.action(app="api", base="mark")) == {"api": "unchanged"}
    assert reasons(scene.action(app="api", base="event", payload=push(second))) == {
        "api": "unchanged"
    }
    wrong = scene.action(app="api", base="nowhere")
    assert wrong.code == 2
    assert 'input `base`: "nowhere" is neither' in wrong.errors()[0]


def test_a_deleted_app_needs_no_repository(scene):
    scene.monorepo("  gone: apps/gone\n")
    assert reasons(scene.action(app="gone")) == {"gone": "deleted"}
