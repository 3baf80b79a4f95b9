"""Every call that a run makes, struck by every fault, at every place: the table is
made from the calls of a run that nothing happened to. After each: one clear error
or none, nothing half-written, nothing lost or given twice, no floating tag lower;
the run started again completes what is missing, and changes nothing else.

One place is drawn for each call and fault, and of these every third is played, from
the SEED-th on: FAULTS=drawn plays each of them, FAULTS=all every place."""

import concurrent.futures
import itertools
import os
import random
import time

import pytest

from conftest import local_ecr
from faulty import Action, Create, Latest, Login, Release, Struck, is_about_a_repository

ANSWERS = {  # what passes when asked again
    "throttled": {"kind": "throttling", "retry_after_ms": 1},
    "throttled otherwise": {"kind": "throttle"},
    "a server's error": {"kind": "server-error"},
    "429 and nothing": {"kind": "empty"},
    "502 and nothing": {"kind": "empty", "status": 502},
    "a proxy's page": {"kind": "html"},
    "a reset": {"kind": "reset"},
    "half an answer": {"kind": "truncate"},
    "another form of error": {"kind": "server-error", "style": "header"},
}
ODD = {  # what changes nothing
    "words of the future": {"kind": "decorate"},
    "times with exponents": {"kind": "exponent"},
    "a clock an hour ahead": {"kind": "date", "date_offset": 3600},
    "a clock a year behind": {"kind": "date", "date_offset": -31_536_000},
    "what was there before": {"kind": "stale"},
}
REFUSALS = {  # what may end a run
    "not allowed": {"kind": "error", "code": "AccessDeniedException"},
    "expired": {"kind": "expired-token"},
    "a quota": {"kind": "error", "code": "LimitExceededException"},
    "no such repository": {"kind": "error", "code": "RepositoryNotFoundException"},
    "no such image": {"kind": "error", "code": "ImageNotFoundException"},
    "a page for ever": {"kind": "repeat-token"},
    "an error nobody knows": {"kind": "error", "code": "HeatDeathException", "status": 418},
}
ENDS = {name: {"kind": name} for name in ("SIGKILL", "SIGTERM", "SIGINT")}
FAULTS = ANSWERS | ODD | REFUSALS | ENDS
PLACES = {"first": 1, "second": 2, "fifth": 5, "last": -1}
WRITES = {"PutImage", "CreateRepository", "BatchDeleteImage"}
NO_API = {"oidc", "container", "imds"}  # they answer with a status and a text


def can_be(call, fault):
    """Whether the service could misbehave in this way."""
    service, operation = call
    kind = FAULTS[fault]["kind"]
    if kind in ("decorate", "exponent", "repeat-token", "stale"):
        return service == "ecr" and operation not in WRITES
    return service not in NO_API or kind not in ("throttling", "throttle", "date")


def cases(calls):
    """(call, fault, when, place) for the calls of an undisturbed run."""
    for call, fault in itertools.product(sorted(calls), FAULTS):
        if not can_be(call, fault):
            continue
        count = calls[call]
        for place, nth in PLACES.items():
            at = count if nth < 0 else nth
            if at > count or (nth < 0 and count in PLACES.values()):
                continue
            whens = ["before"]
            if fault not in ODD and fault != "a page for ever" and fault != "half an answer":
                whens.append("after")
            if fault in ANSWERS:
                whens.append("for good")
            for when in whens:
                yield call, fault, when, (place, at)


def drawn(every, draw, played):
    """Of each call and fault one place and moment; how a run came to its credentials
    is nothing to the calls that it makes with them."""
    every = [case for case in every if case[0] not in played]
    for _, group in itertools.groupby(every, key=lambda case: case[:2]):
        yield draw.choice(list(group))


@pytest.fixture(scope="module")
def ecr(tmp_path_factory):
    """One of its own: small pages, so that few images make many."""
    with local_ecr(tmp_path_factory.mktemp("ecr")) as one:
        one.ask("settings", {"pages": "small"})
        yield one


def calls_of(story, name):
    """What an undisturbed run asks: (service, operation) -> how often."""
    before = len(story.registry.ask("log"))
    story.prepare(name)
    first = story.run(name)
    assert first.code == 0, first.log
    calls = {}
    for entry in story.registry.ask("log")[before:]:
        call = (entry["service"], entry["operation"])
        if name in str(entry["parameters"]) or not is_about_a_repository(call):
            calls[call] = calls.get(call, 0) + 1
    return calls


def play(story, name, case):
    """Whether the fault struck; what must hold after it is checked here."""
    call, fault, when, (_, at) = case
    story.prepare(name)
    before = story.tags(name)
    order = dict(FAULTS[fault])
    if when == "after":
        order["when"] = "after"
    nth = list(range(at, at + 40)) if when == "for good" else [at]
    ended, struck = Struck(story, name, call, order, nth).play(story, name)
    told = story.told(name, ended)
    ended.check_words(told)
    left = story.tags(name)
    story.check_left(name, before, left, ended.code == 0)
    if fault in ODD or (fault in ANSWERS and when != "for good"):
        assert ended.code == 0, ended.log
    again = story.run(name)
    assert again.code == 0, again.log
    now = story.tags(name)
    story.check_left(name, before, now, True)
    second = story.told(name, again)
    if ended.code == 0:
        assert now == left, "a re-run changes nothing"
        story.same(told, second)
    else:
        third = story.run(name)
        assert story.tags(name) == now, "a re-run changes nothing"
        story.same(second, story.told(name, third))
    return struck


def guarded(story, name, case):
    try:
        return case, play(story, name, case), None
    except Exception as failure:  # told with its case, below
        return case, True, f"{type(story).__name__} {case}: {failure}"


def test_whatever_fault_strikes_whichever_call_nothing_is_lost_or_given_twice(ecr, scene):
    scene.repo.joinpath("api").mkdir()
    files = {"api/Dockerfile": "FROM scratch\nCOPY . /\n", "api/main.txt": "one"}
    scene.commits = [scene.commit("Start", files)[:7], scene.commit("Next", {"api/main.txt": "two"})[:7]]
    scene.newest = scene.commit("[minor] Search", {"api/main.txt": "three"})
    seed, how_many = int(os.environ.get("SEED", "0")), os.environ.get("FAULTS", "third")
    draw = random.Random(seed)
    stories = [kind(ecr, scene) for kind in (Release, Action, Create, Login)]
    stories += [Latest(ecr, scene, source) for source in Latest.sources]
    beside, alone, played = [], [], set()
    for number, story in enumerate(stories):
        calls = calls_of(story, f"{scene.prefix}{number}")
        every = cases(calls)
        chosen = list(every if how_many == "all" else drawn(every, draw, played))
        if how_many == "third":
            chosen = chosen[(seed + number) % 3 :: 3]
        (alone if story.one_by_one else beside).extend((story, case) for case in chosen)
        played |= set(calls) if story.one_by_one else set()
    names = (f"{scene.prefix}case-{number}" for number in itertools.count())
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        queue = pool.submit(lambda: [guarded(story, next(names), case) for story, case in alone])
        jobs = [pool.submit(guarded, story, next(names), case) for story, case in beside]
        results = queue.result() + [job.result() for job in jobs]
    failures = [failure for _, _, failure in results if failure]
    struck = [case for case, hit, _ in results if hit]
    print(f"{len(struck)} faults struck, of {len(results)} ordered, in {time.monotonic() - began:.0f} s")
    assert not failures, "\n\n".join(failures[:10])
    assert len(struck) >= (100 if how_many == "third" else 300)
    assert {case[1] for case in struck} == set(FAULTS)
