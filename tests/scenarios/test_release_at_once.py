"""Two deployers whose calls are brought into the order that matters: who is held
has looked already, and acts on what he saw."""

import re

import pytest

from deployers import OLD, Deployer, Held, Repository, app


@pytest.fixture
def siblings(scene):
    """A commit of `main`, and a work tree with another that it does not know."""
    app(scene)
    other = scene.folder / "other"
    scene.git("worktree", "add", "-q", "--detach", str(other), "HEAD")
    here = scene.commit("Here", {"api/main.txt": "here"})[:7]
    (other / "api/main.txt").write_text("there")
    scene.git("commit", "-q", "-am", "There", at=other)
    there = scene.git("rev-parse", "HEAD", at=other)[:7]
    return here, there, other


def held_before_it_claims(repository):
    """A deployer that has found 1.0.0 free, and stops before it writes it."""
    image = repository.push(pushed_at=OLD)
    call = repository.hold(1, "PutImage")
    deployer = repository.deploy(image)
    call.wait(deployer)
    return image, call, deployer


@pytest.mark.parametrize(
    "mutability, told",
    [
        ("IMMUTABLE_WITH_EXCLUSION", "api: 1.0.0 went to another deployer: once more"),
        ("MUTABLE", "api: 1.0.0 was sha256:[0-9a-f]{64}'s already and is given back"),
    ],
)
def test_who_claims_what_another_has_released_takes_the_next(scene, siblings, mutability, told):
    here, there, other = siblings
    repository = Repository(scene, mutability)
    slow, call, deployer = held_before_it_claims(repository)
    quick = repository.push()
    assert repository.deploy(quick, at=other).end()["version"] == "1.0.0"
    call.let_go()
    assert deployer.end()["version"] == "1.0.1"
    assert re.search(told, deployer.log)
    assert repository.images() == {
        quick: ["1.0.0", f"1.0.0-{there}"],
        slow: ["1.0.1", f"1.0.1-{here}", "latest"],
    }


def test_who_is_overwritten_while_it_settles_takes_the_next(scene, siblings):
    here, there, other = siblings
    repository = Repository(scene, "MUTABLE")
    overwriting, writes, second = held_before_it_claims(repository)
    image = repository.push(pushed_at=OLD)
    before_commit_tag = repository.hold(2, "PutImage")  # of all: of both
    first = repository.deploy(image, at=other)
    before_commit_tag.wait(first)  # it has settled, and is to write its commit tag
    writes.let_go()
    assert second.end()["version"] == "1.0.0"
    before_commit_tag.let_go()
    assert first.end()["version"] == "1.0.1"
    assert "api: 1.0.0 went to another deployer: once more" in first.log
    assert repository.images() == {
        overwriting: ["1.0.0", f"1.0.0-{here}"],
        image: ["1.0.1", f"1.0.1-{there}", "latest"],
    }


@pytest.mark.parametrize("mutability", ["IMMUTABLE_WITH_EXCLUSION", "MUTABLE"])
def test_latest_that_a_slower_deployer_moved_backwards_is_put_right(scene, mutability):
    first = app(scene)
    repository = Repository(scene, mutability)
    older = repository.push()
    call = repository.hold(3, "PutImage")  # its latest
    deployer = repository.deploy(older)
    call.wait(deployer)
    second = scene.commit("Next", {"api/main.txt": "two"})[:7]
    newer = repository.push()
    assert repository.deploy(newer).end()["version"] == "1.0.1"
    call.let_go()
    assert deployer.end()["tags"] == ["1.0.0", f"1.0.0-{first}"]
    assert "api: latest goes to 1.0.1, released meanwhile" in deployer.log
    assert repository.images() == {
        older: ["1.0.0", f"1.0.0-{first}"],
        newer: ["1.0.1", f"1.0.1-{second}", "latest"],
    }


def test_a_missing_repository_that_two_create_is_created_once(scene):
    app(scene)
    name = f"{scene.prefix}made"
    call = Held(scene.registry, name, 1, "CreateRepository")
    slow = Deployer(scene, name, "--prepare")
    call.wait(slow)
    Deployer(scene, name, "--prepare").end()
    call.let_go()
    slow.end()
    (made,) = scene.registry.ask(f"dump?repository={name}")
    assert made["mutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert [one["filter"] for one in made["exclusions"]] == ["latest", "sha256-*"]
    asked = [
        entry["parameters"]
        for entry in scene.registry.ask("log?operation=CreateRepository")
        if entry["parameters"]["repositoryName"] == name
    ]
    assert len(asked) == 2
    # Scanning and all else is left to the account's own settings.
    wanted = {"repositoryName", "imageTagMutability", "imageTagMutabilityExclusionFilters"}
    assert set(asked[0]) == wanted


def test_a_tag_of_the_try_is_taken_off_by_itself(scene):
    commit = app(scene)
    repository = Repository(scene, "IMMUTABLE_WITH_EXCLUSION")
    image = repository.push("1.0.0", f"1.0.0-{commit}", "try-1")
    config = f"apps:\n  api:\n    directory: api\n    repository: {repository.name}\n"
    for _ in range(2):  # the second time there is none, and that is no error
        result = scene.run("release", "api", "--config", config, "--untag", "try-1", "--json")
        assert result.code == 0, result.log
        assert repository.images() == {image: ["1.0.0", f"1.0.0-{commit}"]}
