"""Which version comes next, and which tags, from what ECR holds."""

import json


def test_the_highest_version_counts_on_every_page_archived_too(scene):
    base = scene.monorepo()
    scene.registry.ask(
        "seed",
        {
            "what": "bulk",
            "repository": scene.prefix + "api",
            "count": 2100,
            "tag_prefix": "build-",
        },
    )
    for version in ("1.2.0", "1.10.0", "1.9.0"):
        scene.release("api", version, base)
    scene.image("api", "1.11.0", archived=True)
    scene.image("api", "not-ours", "20260101")
    scene.commit("Api", {"apps/api/main.txt": "two"})
    api = scene.action(app="api").plan("api")
    assert (api["previous-version"], api["version"]) == ("1.11.0", "1.11.1")


def test_a_backport_never_moves_latest(scene):
    config = "floating-tags: [latest, major, minor]\n"
    base = scene.monorepo(config)
    scene.repository("api", "MUTABLE", ())
    scene.release("api", "1.4.2", base)
    newer = scene.commit("[major] Next", {"apps/api/main.txt": "two"})
    scene.release("api", "2.0.0", newer)
    scene.git("checkout", "-q", "-b", "1.x", base)
    head = scene.commit("[major] Fix", {"apps/api/fix.txt": "x"})
    result = scene.action(app="api", version_line="1")
    api = result.plan("api")
    assert api["tag-names"] == ["1.5.0", f"1.5.0-{head[:7]}", "1", "1.5"]
    assert "a major bump would leave the version line 1: lowered to minor" in result.log
    scene.git("checkout", "-q", "main")
    scene.commit("More", {"apps/api/more.txt": "x"})
    assert scene.action(app="api").plan("api")["tag-names"][2:] == ["latest", "2", "2.0"]


def test_prereleases_count_by_themselves(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    first = scene.commit("[minor] A", {"apps/api/a.txt": "x"})
    api = scene.action(app="api", prerelease="beta").plan("api")
    assert api["tag-names"] == ["1.1.0-beta.1", f"1.1.0-beta.1-{first[:7]}"]
    scene.image("api", *api["tag-names"])
    again = scene.action(app="api", prerelease="beta").plan("api")
    assert (again["reason"], again["version"]) == ("already-released", "1.1.0-beta.1")
    scene.commit("B", {"apps/api/b.txt": "x"})
    assert scene.action(app="api", prerelease="beta").plan("api")["version"] == "1.1.0-beta.2"
    release = scene.action(app="api").plan("api")
    assert (release["version"], release["commits"]) == ("1.1.0", 2)


def test_a_chart_holds_a_version_and_is_no_release(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.image("api", "1.0.1", form="chart")
    scene.commit("Api", {"apps/api/main.txt": "two"})
    result = scene.action(app="api")
    api = result.plan("api")
    assert (api["previous-version"], api["version"]) == ("1.0.0", "1.0.2")
    assert "1.0.1 is passed over: 1.0.1 is a tag of sha256:" in result.log


def test_releases_under_another_prefix_are_not_restarted(scene):
    scene.monorepo()
    scene.image("api", "v3.4.1")
    result = scene.action(app="api")
    assert result.code == 1
    assert "would be releases under another prefix: v3.4.1; set `tag-prefix`" in result.errors()[0]


def test_outputs_of_one_app_and_of_many(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    head = scene.commit("[minor] Both", {"libs/shared.txt": "two"})
    many = scene.action().outputs
    assert many["affected"] == '["api","web"]' and many["version"] == ""
    assert len(many["tags"].splitlines()) == 6
    matrix = json.loads(many["matrix"])["include"]
    assert [(one["app"], one["stage"]) for one in matrix] == [("api", 0), ("web", 1)]
    assert matrix[0]["sha"] == head
    assert "123456789012" not in many["matrix"]

    one = scene.action(app="web").outputs
    host = one["registry"]
    assert one["version"] == "1.1.0" and one["previous-version"] == "1.0.0"
    assert one["image"] == f"{host}/{scene.prefix}web"
    assert one["tags"].splitlines()[0] == f"{host}/{scene.prefix}web:1.1.0"
    assert "org.opencontainers.image.revision=" + head in one["labels"].splitlines()


def test_latest_without_git_or_configuration(scene):
    base = scene.monorepo()
    empty = scene.folder / "elsewhere"
    empty.mkdir()
    name = scene.prefix + "api"
    assert scene.run("latest", name, at=empty).stdout == "none\n"
    scene.release("api", "1.2.3", base)
    assert scene.run("latest", name, at=empty).stdout == "1.2.3\n"
    assert scene.run("latest", "api", "--repository-prefix", scene.prefix, at=empty).stdout == "1.2.3\n"
    assert scene.run("latest", "api").stdout == "1.2.3\n"
    told = json.loads(scene.run("latest", "api", "--json").stdout)
    assert told["version"] == "1.2.3" and told["sha"] == base[:7]
    assert told["repository"] == name and told["archived"] is False
    missing = scene.run("latest", "nothing-here", at=empty)
    assert missing.code == 1 and "nothing-here" in missing.errors()[0]


def test_plan_on_a_laptop_prints_json_alone(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    head = scene.commit("Api", {"apps/api/main.txt": "two"})
    result = scene.run("plan", "--json")
    plan = json.loads(result.stdout)
    assert plan["schema"] == 1 and plan["head"] == head
    assert [app["app"] for app in plan["apps"]] == ["api", "web"]
    assert plan["apps"][0]["tags"][0].endswith(f"{scene.prefix}api:1.0.1")
    told = scene.run("plan", "--app", "api")
    assert told.stdout == "" and "api: 1.0.0 → 1.0.1 (changed)" in told.stderr
