"""A deployer that dies at any of its calls to ECR, before the call acts or after
it: what remains is consistent, and the next run completes or passes it over."""

import concurrent.futures
import signal

import pytest

from deployers import OLD, Repository, app

BOTH = ["IMMUTABLE_WITH_EXCLUSION", "MUTABLE"]


def killed(scene, mutability, whole, nth, acts):
    """False where a release has not that many calls: pages come as they come."""
    repository = Repository(scene, mutability)
    image = repository.push(pushed_at=OLD)
    call = repository.hold(nth)
    deployer = repository.deploy(image)
    if not call.reached(deployer):
        deployer.end()
        return False
    deployer.process.kill()
    deployer.process.communicate()
    call.let_go(acts)
    # No release without its version, no floating tag that names none.
    left = repository.tags()
    assert left == sorted(whole[: len(left)]), (nth, acts)
    result = repository.deploy(image).end()
    assert repository.images() == {image: sorted(whole)}, (nth, acts)
    assert result["version"] == "1.0.0", (nth, acts)
    assert (result["reason"] == "already-released") == (whole[1] in left), (nth, acts)
    return True


@pytest.mark.parametrize("mutability", ["MUTABLE", "PUBLIC"])  # the third: test_every_fault
def test_a_release_that_is_killed_at_any_call_is_completed_by_the_next(scene, mutability):
    whole = ["1.0.0", f"1.0.0-{app(scene)}", "latest"]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        cases = [(nth, acts) for nth in range(1, 25) for acts in (True, False)]
        held = list(pool.map(lambda case: killed(scene, mutability, whole, *case), cases))
    assert sum(held) > 2 * 8 and not held[-1], "not every call was one to be killed at"


@pytest.mark.parametrize("mutability", BOTH)
def test_ctrl_c_leaves_what_the_next_run_completes(scene, mutability):
    commit = app(scene)
    repository = Repository(scene, mutability)
    image = repository.push(pushed_at=OLD)
    call = repository.hold(2, "PutImage")
    deployer = repository.deploy(image)
    call.wait(deployer)
    deployer.process.send_signal(signal.SIGINT)
    deployer.process.communicate(timeout=20)
    assert deployer.process.returncode == 130
    call.let_go(acts=False)
    assert repository.images() == {image: ["1.0.0"]}
    repository.deploy(image).end()
    assert repository.images() == {image: ["1.0.0", f"1.0.0-{commit}", "latest"]}


def test_another_image_passes_over_a_version_that_was_left_without_its_commit_tag(scene):
    commit = app(scene)
    repository = Repository(scene, "IMMUTABLE_WITH_EXCLUSION")
    left = repository.push("1.0.0", pushed_at=OLD)
    image = repository.push()
    assert repository.deploy(image).end()["version"] == "1.0.1"
    assert repository.images() == {left: ["1.0.0"], image: ["1.0.1", f"1.0.1-{commit}", "latest"]}


@pytest.mark.parametrize("operation", ["PutImage", "BatchGetImage", "DescribeImages"])
def test_an_answer_that_is_lost_on_its_way_is_no_second_version(scene, operation):
    whole = ["1.0.0", f"1.0.0-{app(scene)}", "latest"]
    repository = Repository(scene, "IMMUTABLE_WITH_EXCLUSION")
    image = repository.push()
    fault = {"kind": "reset", "when": "after", "operation": operation, "nth": [1, 2], "repository": repository.name}
    scene.registry.ask("faults", fault)
    result = repository.deploy(image).end()
    assert repository.images() == {image: whole}
    assert result["added"] == whole
