"""Twenty deployers at once on one repository: where version tags cannot move ECR
decides each race, where they can nothing but reading again does.

RACE_ROUNDS=N repeats each race; one round is run otherwise."""

import os

import pytest

from deployers import Repository, app

MANY = 20
ROUNDS = range(int(os.environ.get("RACE_ROUNDS", "1")))
pytestmark = [
    pytest.mark.parametrize("mutability", ["IMMUTABLE_WITH_EXCLUSION", "MUTABLE"]),
    pytest.mark.parametrize("turn", ROUNDS),
]


def number(version):
    return tuple(map(int, version.split(".")))


def deploy(repository, places, images):
    """One deployer in each place, all at once: what each printed, and its log."""
    deployers = [repository.deploy(image, at=place) for place, image in zip(places, images)]
    return [(deployer.end(), deployer.log) for deployer in deployers]


def work_trees(scene, commits):
    for commit in commits:
        scene.git("worktree", "add", "-q", "--detach", str(scene.folder / commit), commit)
    return [scene.folder / commit for commit in commits]


def commit_on(scene, parent, name):
    """A commit that changes the app, made without a work tree."""
    scene.git("read-tree", parent)
    blob = scene.git("hash-object", "-w", "--stdin", text=name)
    scene.git("update-index", "--cacheinfo", f"100644,{blob},api/main.txt")
    return scene.git("commit-tree", scene.git("write-tree"), "-p", parent, "-m", name)


def test_commits_that_do_not_descend_from_each_other_get_a_version_each(scene, mutability, turn):
    app(scene)
    root = scene.head()
    commits = [commit_on(scene, root, f"Sibling {i}") for i in range(MANY)]
    repository = Repository(scene, mutability)
    images = [repository.push() for _ in commits]
    results = deploy(repository, work_trees(scene, commits), images)
    versions = sorted((one["version"] for one, _ in results), key=number)
    assert versions == [f"1.0.{i}" for i in range(MANY)]
    highest = versions[-1]
    assert repository.images() == {
        image: [one["version"], f"{one['version']}-{commit[:7]}"] + ["latest"] * (one["version"] == highest)
        for commit, image, (one, _) in zip(commits, images, results)
    }
    lost = [log.count("once more") for _, log in results]
    print(f"{mutability}: races lost by a deployer: {max(lost)} at most, {sum(lost) / MANY:.1f} on average")
    assert max(lost) < 2 * MANY


def test_of_one_line_the_order_of_versions_is_the_order_of_history(scene, mutability, turn):
    app(scene)
    commits = [scene.head()]
    for i in range(MANY):
        commits.append(commit_on(scene, commits[-1], f"Step {i}"))
    repository = Repository(scene, mutability)
    images = [repository.push() for _ in commits[1:]]
    results = deploy(repository, work_trees(scene, commits[1:]), images)
    released = [one for one, _ in results if one["reason"] != "superseded"]
    assert all(one["tags"] == [] for one, _ in results if one["reason"] == "superseded")
    versions = [number(one["version"]) for one in released]
    assert versions == sorted(set(versions)), "in the order of the commits"
    assert released[-1]["sha"] == commits[-1], "the tip is released"
    held = repository.images()
    for image, (one, _) in zip(images, results):
        kept = set(one["tags"]) - {"latest"}
        assert set(held.get(image, [])) - {"latest"} == kept
    assert "latest" in held[images[-1]]


@pytest.mark.parametrize("bytes_", ["another image each", "one image"])
def test_one_commit_built_many_times_is_one_release(scene, mutability, turn, bytes_):
    commit = app(scene)
    repository = Repository(scene, mutability)
    images = [repository.push() for _ in range(MANY if bytes_ != "one image" else 1)]
    results = deploy(repository, [None] * MANY, images if len(images) > 1 else images * MANY)
    assert repository.tags() == ["1.0.0", f"1.0.0-{commit}", "latest"]
    assert {one["version"] for one, _ in results} == {"1.0.0"}
