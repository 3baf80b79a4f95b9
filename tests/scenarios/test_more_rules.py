"""More of the rules about bases, commits and messages, by the program on real git."""

import hashlib
import itertools
import json

from test_reasons import push, reasons


def test_a_base_passed_over_is_noticed_and_one_not_in_history_still_serves(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.git("checkout", "-q", "-b", "side")
    side = scene.commit("Side", {"apps/api/side.txt": "x"})
    scene.release("api", "1.1.0", side)
    scene.release("api", "1.2.0", "f" * 40)
    scene.git("checkout", "-q", "main")
    scene.commit("Main", {"apps/api/main.txt": "two"})
    scene.git("branch", "-q", "-D", "side")
    result = scene.action(app="api")
    assert result.plan("api")["base"] == {"commit": side, "source": "released"}
    assert "the commit of 1.2.0 (fffffff) is not to be found: the base is 1.1.0" in result.log
    assert result.plan("api")["version"] == "1.2.1"


def test_messages_quoted_reverted_and_forced(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    broke = scene.commit("[MAJOR] Break", {"apps/api/main.txt": "two"})
    assert scene.action(app="api").plan("api")["version"] == "2.0.0"
    scene.git("revert", "--no-edit", broke)
    scene.commit("Word of `[major]`\n\n> [minor]\n- [ ] [major]", {"apps/api/x": "x"})
    api = scene.action(app="api").plan("api")
    assert (api["version"], api["bump"], api["commits"]) == ("1.0.1", "patch", 3)
    assert scene.action(app="api", bump="minor").plan("api")["version"] == "1.1.0"
    assert scene.run("plan", "--app", "api", "--bump", "major", "--json").plan("api")["version"] == "2.0.0"


def test_conventional_commits(scene):
    base = scene.monorepo("bump-rules: conventional\n")
    scene.release("api", "1.0.0", base)
    scene.commit("fix: x [major]", {"apps/api/a": "x"})
    assert scene.action(app="api").plan("api")["version"] == "1.0.1"
    scene.commit("feat(api): y", {"apps/api/b": "x"})
    assert scene.action(app="api").plan("api")["version"] == "1.1.0"
    scene.commit("chore: z\n\nBREAKING CHANGE: all", {"apps/api/c": "x"})
    api = scene.action(app="api").plan("api")
    assert api["version"] == "2.0.0" and api["bump-commit"]["subject"] == "chore: z"


def test_renames_modes_and_deletions_count_at_both_ends(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.git("mv", "apps/api/main.txt", "apps/web/moved.txt")
    scene.commit("Move")
    assert reasons(scene.action()) == {"api": "changed", "web": "changed"}
    scene.git("reset", "-q", "--hard", base)
    (scene.repo / "apps/web/main.txt").chmod(0o755)
    scene.commit("Mode")
    assert reasons(scene.action()) == {"api": "unchanged", "web": "changed"}
    scene.git("reset", "-q", "--hard", base)
    scene.commit("Delete", {"apps/web/main.txt": None})
    assert reasons(scene.action()) == {"api": "unchanged", "web": "changed"}


def test_links_cases_and_a_file_that_becomes_a_directory_count(scene):
    scene.monorepo()
    (scene.repo / "apps/web/link").symlink_to("one")
    base = scene.commit("Link", {"apps/api/Name.txt": "x", "apps/api/data": "x"})
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)

    def link(target):
        (scene.repo / "apps/web/link").unlink()
        (scene.repo / "apps/web/link").symlink_to(target)

    for change, app, paths in (
        (lambda: link("two"), "web", ["apps/web/link"]),
        (lambda: scene.git("mv", "apps/api/Name.txt", "apps/api/name.txt"), "api",
         ["apps/api/Name.txt", "apps/api/name.txt"]),
        (lambda: (scene.git("rm", "-q", "apps/api/data"), scene.write("apps/api/data/a", "x")),
         "api", ["apps/api/data", "apps/api/data/a"]),
    ):
        scene.git("reset", "-q", "--hard", base)
        change()
        scene.commit("Change")
        assert scene.action().plan(app)["changed-paths"] == paths


def test_a_merge_counts_against_its_first_parent(scene):
    base = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", base)
    scene.git("checkout", "-q", "-b", "topic")
    scene.commit("[minor] Web", {"apps/web/new.txt": "x"})
    scene.git("checkout", "-q", "main")
    scene.commit("[major] Api", {"apps/api/new.txt": "x"})
    scene.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    plan = scene.action().plan()
    assert (plan["web"]["version"], plan["web"]["commits"]) == ("1.1.0", 2)
    assert (plan["api"]["version"], plan["api"]["commits"]) == ("2.0.0", 1)


def test_a_prerelease_ignores_other_labels_and_a_release_settles_it(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    first = scene.commit("A", {"apps/api/a": "x"})
    scene.image("api", "1.0.1-rc.4", f"1.0.1-rc.4-{first[:7]}")
    beta = scene.action(app="api", prerelease="beta").plan("api")
    assert (beta["version"], beta["base"]["commit"]) == ("1.0.1-beta.1", base)
    scene.commit("B", {"apps/api/b": "x"})
    rc = scene.action(app="api", prerelease="rc").plan("api")
    assert (rc["version"], rc["base"]["commit"], rc["commits"]) == ("1.0.1-rc.5", first, 2)
    scene.release("api", "1.0.1", scene.head())
    assert scene.action(app="api", prerelease="rc").plan("api")["reason"] == "already-released"
    scene.git("checkout", "-q", first)
    settled = scene.action(app="api", prerelease="beta").plan("api")
    assert settled["reason"] == "superseded"


def test_several_apps_with_bases_of_their_own(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    middle = scene.commit("Both", {"apps/api/a": "x", "apps/web/a": "x"})
    scene.release("web", "1.0.0", middle)
    scene.commit("Docs", {"docs": "x"})
    plan = scene.action().plan()
    assert (plan["api"]["reason"], plan["api"]["base"]["commit"]) == ("changed", base)
    # web's base has api's change already.
    assert (plan["web"]["reason"], plan["web"]["base"]["commit"]) == ("unchanged", middle)


def test_login_is_given_on_request_alone_and_masked(scene):
    scene.monorepo()
    plain = scene.action(app="api")
    assert "docker-password" not in plain.outputs
    given = scene.action(app="api", login="true")
    password = given.outputs["docker-password"]
    assert given.outputs["docker-username"] == "AWS" and password
    masks = [line for line in given.log.splitlines() if line.startswith("::add-mask::")]
    assert f"::add-mask::{password}" in masks
    rest = [line for line in given.log.splitlines() if not line.startswith("::add-mask::")]
    assert password not in "\n".join(rest) + given.summary


def test_a_submodule_bump_counts(scene):
    scene.monorepo("  sub: {directory: apps/api, paths: [vendor/lib], repository: %s}\n" % (scene.prefix + "sub"))
    scene.repository("sub")
    commit = "1" * 40
    scene.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
    scene.git("commit", "-q", "-m", "Submodule")
    scene.release("sub", "1.0.0", scene.head())
    scene.git("update-index", "--cacheinfo", f"160000,{'2' * 40},vendor/lib")
    scene.git("commit", "-q", "-m", "Bump")
    sub = scene.action(app="sub").plan("sub")
    assert (sub["reason"], sub["changed-paths"]) == ("changed", ["vendor/lib"])


def test_the_summary_has_a_row_an_app(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    scene.commit("[minor] Api", {"apps/api/main.txt": "two"})
    summary = scene.action(payload=push(base)).summary
    row = next(line for line in summary.splitlines() if line.startswith("| **api**"))
    for part in ("1.0.0", "1.1.0", "minor", "latest"):
        assert part in row, row
    assert "<details>" in summary


def twins(scene):
    """Two commits on top of HEAD, whose hashes begin with the same seven digits."""
    text = (
        f"tree {scene.head('HEAD^{tree}')}\nparent {scene.head()}\n"
        "author Dana <dana@example.test> 1700000000 +0000\n"
        "committer Dana <dana@example.test> 1700000000 +0000\n\nTwin "
    )
    seen = {}
    for number in itertools.count():
        commit = f"{text}{number}\n"
        sha = hashlib.sha1(f"commit {len(commit)}\0{commit}".encode()).hexdigest()
        if sha[:7] in seen:
            return [
                scene.git("hash-object", "-t", "commit", "-w", "--stdin", text=one)
                for one in (seen[sha[:7]], commit)
            ]
        seen[sha[:7]] = commit


def test_a_hash_that_fits_two_commits_means_heads_ancestor_or_is_an_error(scene):
    base = scene.monorepo()
    one, other = twins(scene)
    scene.release("api", "1.0.0", one)
    for tip in (one, other):
        scene.git("reset", "-q", "--hard", tip)
        scene.commit("Api", {"apps/api/new.txt": "x"})
        api = scene.action(app="api").plan("api")
        assert (api["base"]["commit"], api["version"]) == (tip, "1.0.1")
    scene.git("merge", "-q", "-m", "Both", one)
    for tip, count in (("HEAD", "2"), (base, "none")):
        scene.git("reset", "-q", "--hard", tip)
        result = scene.action(app="api")
        assert result.code == 1
        assert f"2 commits of this repository begin with {one[:7]}, and {count} of them are" in result.log
        assert "tag that image with more digits of its commit" in result.log
    scene.image("web", "1.0.0", f"1.0.0-{other[:12]}")
    assert scene.action(app="web").plan("web")["base"]["commit"] == other


def test_clone_states_that_must_fail_clearly(scene):
    empty = scene.folder / "unborn"
    empty.mkdir()
    scene.git("init", "-q", at=empty)
    unborn = scene.action(sha="0" * 40, at=empty)
    assert unborn.code == 1 and len(unborn.errors()) == 1 and "commit" in unborn.errors()[0]


def test_worktrees_and_other_peoples_repositories(scene):
    scene.monorepo()
    tree = scene.folder / "tree"
    scene.git("worktree", "add", "-q", "--detach", str(tree))
    result = scene.action(at=tree)
    assert reasons(result) == {"api": "never-released", "web": "never-released"}


def test_json_for_a_laptop_is_what_the_action_says(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    scene.commit("[minor] Api", {"apps/api/main.txt": "two"})
    action = json.loads(scene.action().outputs["plan"])
    laptop = json.loads(scene.run("plan", "--json").stdout)
    assert action == laptop


def test_usage_errors_of_the_command_line(scene):
    scene.monorepo()
    for arguments in (["plan", "--bump", "big"], ["plan", "--nope"], ["latest"], ["plan", "--app", "apo"], []):
        result = scene.run(*arguments)
        assert result.code == 2, arguments
        assert len(result.errors()) == 1 and result.stdout == "", arguments
