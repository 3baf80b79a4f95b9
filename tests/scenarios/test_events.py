"""What each event is compared with: facts/runner.md 4.1, by the program on real git."""

import pytest

ZEROS = "0" * 40
NOT_IN_REPOSITORY = "e" * 40
DEFAULT = {"default_branch": "main", "full_name": "acme/shop", "name": "shop"}


def reasons(result):
    assert result.code == 0, result.log
    return {app: plan["reason"] for app, plan in result.plan().items()}


def base_of(result, app="api"):
    assert result.code == 0, result.log
    return result.plan(app)["base"]


@pytest.fixture
def released(scene):
    """Both apps released at the first commit, and a change of each after it."""
    scene.first = scene.monorepo()
    for app in ("api", "web"):
        scene.release(app, "1.0.0", scene.first)
    scene.second = scene.commit("Api", {"apps/api/main.txt": "two"})
    scene.third = scene.commit("Web", {"apps/web/main.txt": "two"})
    return scene


def push(before, after, **more):
    return {"before": before, "after": after, "repository": DEFAULT, **more}


def test_a_push_is_judged_by_releases_unless_the_event_is_asked_for(released):
    payload = push(released.second, released.third)
    assert base_of(released.action(payload=payload)) == {
        "commit": released.first,
        "source": "released",
    }
    by_event = released.action(payload=payload, base="event")
    assert base_of(by_event) == {"commit": released.second, "source": "event"}
    assert reasons(by_event) == {"api": "unchanged", "web": "changed"}
    assert "not to be had" not in by_event.log


@pytest.mark.parametrize("base", ["auto", "event"])
def test_a_rerun_with_its_frozen_payload_is_judged_afresh(released, base):
    payload = push(released.first, released.second)
    released.git("checkout", "-q", released.second)
    assert reasons(released.action(payload=payload, base=base))["api"] == "changed"
    released.release("api", "1.0.1", released.second)
    released.release("web", "1.0.1", released.third)
    again = released.action(payload=payload, base=base)
    assert reasons(again) == {"api": "already-released", "web": "superseded"}
    assert again.outputs["matrix"] == '{"include":[]}'


def test_the_first_push_of_the_default_branch_has_no_base(released):
    result = released.action(payload=push(ZEROS, released.third, created=True), base="event")
    assert base_of(result)["source"] == "released"
    assert "the event's base is not to be had (the push made a new ref)" in result.log


def test_a_new_branch_is_compared_with_where_it_left_the_default_branch(released):
    released.git("checkout", "-q", "-b", "topic")
    head = released.commit("Topic", {"apps/web/topic.txt": "x"})
    result = released.action(
        payload=push(ZEROS, head, created=True),
        env={"GITHUB_REF": "refs/heads/topic"},
        base="event",
    )
    assert base_of(result) == {"commit": released.third, "source": "event"}
    assert reasons(result) == {"api": "unchanged", "web": "changed"}


@pytest.mark.parametrize("kept", [True, False])
def test_a_forced_push_is_compared_with_what_it_replaced_or_what_it_adds(released, kept):
    released.git("checkout", "-q", "-b", "topic")
    old = released.commit("Old", {"apps/web/topic.txt": "old"})
    released.git("reset", "-q", "--hard", "HEAD^")
    head = released.commit("New", {"apps/web/topic.txt": "new"})
    before = old if kept else NOT_IN_REPOSITORY
    result = released.action(
        payload=push(before, head, forced=True),
        env={"GITHUB_REF": "refs/heads/topic"},
        base="event",
    )
    assert base_of(result)["commit"] == (old if kept else released.third)
    assert reasons(result) == {"api": "unchanged", "web": "changed"}


def test_a_forced_push_of_the_default_branch_falls_back_on_the_releases(released):
    payload = push(NOT_IN_REPOSITORY, released.third, forced=True)
    result = released.action(payload=payload, base="event")
    assert base_of(result) == {"commit": released.first, "source": "released"}
    assert "where the ref was before the push is not in this repository" in result.log


def test_a_push_that_deleted_its_branch_changed_nothing(released):
    payload = push(released.third, ZEROS, deleted=True)
    result = released.action(payload=payload, base="event")
    assert reasons(result) == {"api": "unchanged", "web": "unchanged"}
    assert result.outputs["matrix"] == '{"include":[]}'
    assert base_of(result)["commit"] == released.third


@pytest.mark.parametrize("annotated", [True, False])
def test_a_tag_push_is_judged_by_the_releases(released, annotated):
    released.git("tag", *(["-a", "-m", "Tag"] if annotated else []), "mark")
    payload = push(ZEROS, released.head("mark"), created=True, base_ref=None)
    result = released.action(
        payload=payload,
        sha=released.third,
        env={"GITHUB_REF": "refs/tags/mark"},
        base="event",
    )
    assert base_of(result) == {"commit": released.first, "source": "released"}
    assert reasons(result) == {"api": "changed", "web": "changed"}
    assert "GITHUB_SHA" not in result.log


def test_an_annotated_tag_that_moved_is_compared_with_where_it_was(released):
    released.git("tag", "-a", "-m", "Old", "mark", released.second)
    old = released.head("mark")
    released.git("tag", "-f", "-a", "-m", "New", "mark", released.third)
    payload = push(old, released.head("mark"), forced=True)
    result = released.action(
        payload=payload,
        sha=released.third,
        env={"GITHUB_REF": "refs/tags/mark"},
        base="event",
    )
    assert base_of(result) == {"commit": released.second, "source": "event"}


def pull_request(scene, tip, base, **more):
    return {
        "action": "synchronize",
        "repository": DEFAULT,
        "pull_request": {
            "number": 7,
            "merged": False,
            "head": {"sha": tip, "ref": "topic", "repo": {"full_name": "acme/shop"}},
            "base": {"sha": base, "ref": "main", "repo": {"full_name": "acme/shop"}},
            **more,
        },
    }


@pytest.fixture
def topic(released):
    """A topic branch off the second commit, while main moved on."""
    released.git("checkout", "-q", "-b", "topic", released.second)
    released.tip = released.commit("[minor] Topic", {"apps/web/topic.txt": "x"})
    return released


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_head_checkout_of_a_pull_request_is_compared_with_the_merge_base(topic, event):
    # The payload's base is stale: it is where the pull request was opened.
    payload = pull_request(topic, topic.tip, topic.first)
    result = topic.action(event=event, payload=payload, sha=topic.third)
    assert base_of(result) == {"commit": topic.second, "source": "event"}
    assert reasons(result) == {"api": "unchanged", "web": "changed"}
    assert result.outputs["tags"] == "" and result.plan("web")["version"] == "1.1.0"
    assert f"the commit checked out is {topic.tip}, not GITHUB_SHA {topic.third}" in result.log


def test_the_base_of_pull_request_target_itself_changes_nothing(topic):
    topic.git("checkout", "-q", "main")
    payload = pull_request(topic, topic.tip, topic.third)
    result = topic.action(event="pull_request_target", payload=payload)
    assert reasons(result) == {"api": "unchanged", "web": "unchanged"}


def test_a_pull_request_whose_base_branch_is_not_there_goes_by_its_hash(topic):
    payload = pull_request(topic, topic.tip, topic.first)
    payload["pull_request"]["base"]["ref"] = "another"
    result = topic.action(event="pull_request", payload=payload)
    assert base_of(result) == {"commit": topic.first, "source": "event"}


@pytest.mark.parametrize("event", ["pull_request", "pull_request_review"])
def test_every_event_with_an_open_pull_request_is_a_preview(topic, event):
    payload = pull_request(topic, topic.tip, topic.third)
    result = topic.action(event=event, payload=payload, app="web")
    assert result.outputs["version"] == "1.1.0"
    assert result.outputs["tags"] == "" and result.outputs["tag-names"] == ""
    closed = pull_request(topic, topic.tip, topic.third)
    closed["action"] = "closed"
    assert topic.action(event=event, payload=closed, app="web").outputs["tags"] == ""


def test_a_merged_pull_request_releases_like_a_push(topic):
    topic.git("checkout", "-q", "main")
    topic.git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    merge = topic.head()
    payload = pull_request(topic, topic.tip, topic.first, merged=True, merge_commit_sha=merge)
    result = topic.action(event="pull_request", payload=payload)
    assert base_of(result) == {"commit": topic.first, "source": "released"}
    assert result.plan("web")["tag-names"][0] == "1.1.0"
    by_event = topic.action(event="pull_request", payload=payload, base="event")
    assert base_of(by_event) == {"commit": topic.third, "source": "event"}
    assert reasons(by_event) == {"api": "unchanged", "web": "changed"}


def test_a_merge_group_is_a_preview_compared_with_its_base(released):
    payload = {"merge_group": {"base_sha": released.second, "head_sha": released.third}}
    result = released.action(
        event="merge_group",
        payload=payload,
        env={"GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-7-x"},
    )
    assert base_of(result) == {"commit": released.second, "source": "event"}
    assert reasons(result) == {"api": "unchanged", "web": "changed"}
    assert result.outputs["tags"] == ""


OTHERS = {
    "workflow_dispatch": {"inputs": {}, "ref": "refs/heads/main"},
    "schedule": {"schedule": "0 4 * * *"},
    "repository_dispatch": {"action": "deploy", "client_payload": {"pull_request": {}}},
    "workflow_run": {
        "workflow_run": {
            "head_sha": NOT_IN_REPOSITORY,
            "pull_requests": [{"number": 7, "merged": False}],
        }
    },
    "release": {"release": {"tag_name": "v1", "target_commitish": "main"}},
    "workflow_call": {},
}


@pytest.mark.parametrize("event", sorted(OTHERS))
def test_an_event_that_names_no_base_is_judged_by_the_releases(released, event):
    for base in ("auto", "event"):
        result = released.action(event=event, payload=OTHERS[event], base=base)
        assert base_of(result) == {"commit": released.first, "source": "released"}
        assert reasons(result) == {"api": "changed", "web": "changed"}
        noticed = f"not to be had ({event} names no base)" in result.log
        assert noticed == (base == "event")
        assert len(result.outputs["tags"].splitlines()) == 6


@pytest.mark.parametrize("event", ["push", "workflow_dispatch", "schedule"])
def test_act_gives_an_empty_payload(released, event):
    env = {"ACT": "true", "GITHUB_SERVER_URL": None, "GITHUB_REF": None}
    result = released.action(event=event, payload={}, env=env)
    assert reasons(result) == {"api": "changed", "web": "changed"}
    assert len(result.outputs["tags"].splitlines()) == 6


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target", "merge_group"])
def test_a_pull_request_without_its_payload_is_still_a_preview(released, event):
    result = released.action(event=event, payload={}, env={"ACT": "true"})
    assert reasons(result) == {"api": "changed", "web": "changed"}
    assert result.outputs["tags"] == ""


def test_a_commit_that_is_not_the_events_is_named(released):
    result = released.action(payload=push(released.second, released.third), sha=released.second)
    assert (
        f"::notice::the commit checked out is {released.third}, not GITHUB_SHA {released.second}"
        in result.log
    )
    assert result.outputs["plan"].startswith('{"schema":1,"head":"' + released.third)
