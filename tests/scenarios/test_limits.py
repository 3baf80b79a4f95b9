"""What a machine may lack: space, memory, descriptors, names, a clock that is
right. The program works, or says one clear error and leaves nothing half-written."""

import os
import resource
import subprocess

import pytest

from test_shallow import checkout, serve, server  # noqa: F401 (a fixture)

NO_SPACE = "No space left on device"


def limited(scene, arguments, env=None, at=None, **limits):
    """A command under limits of its own, by resource's names: NOFILE=8."""

    def apply():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))

    return subprocess.run(
        [scene.program, *arguments], cwd=at or scene.repo, env=scene.environment | (env or {}),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, preexec_fn=apply,
    )


def works_or_says(run, right):
    """The right answer, or none and one error; whether it worked."""
    errors = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
    assert run.returncode in (0, 1), (run.returncode, run.stderr)
    assert len(errors) == run.returncode, run.stderr
    assert run.stdout == (right if run.returncode == 0 else ""), run.stderr
    return run.returncode == 0


def released(scene):
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    scene.release("web", "1.0.0", base)
    return scene.commit("[minor] Search", {"apps/api/main.txt": "two"})


# space


@pytest.mark.parametrize(
    "arguments",
    [["plan", "--json"], ["latest", "api"], ["explain", "api"], ["plan", "--app", "api", "--shell"],
     ["login", "--print-password"], ["--help"]],
    ids=lambda arguments: arguments[0],
)
def test_a_result_that_cannot_be_written_is_an_error(scene, arguments):
    released(scene)
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [scene.program, *arguments], cwd=scene.repo, env=scene.environment, stdin=subprocess.DEVNULL,
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == f"error: writing to standard output: {NO_SPACE}"


def test_who_reads_no_further_is_no_error_to_tell(scene):
    released(scene)
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [scene.program, "plan", "--json"], cwd=scene.repo, env=scene.environment, stdin=subprocess.DEVNULL,
        stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60,
    )
    os.close(writer)
    assert run.returncode == -13 and run.stderr == ""


@pytest.mark.parametrize(
    ("variable", "told"),
    [("GITHUB_OUTPUT", "writing the step's outputs"), ("GITHUB_STEP_SUMMARY", "writing the job summary")],
)
def test_outputs_that_cannot_be_written_are_one_error(scene, variable, told):
    released(scene)
    for file, reason in (("/dev/full", NO_SPACE), (str(scene.folder), "Is a directory")):
        result = scene.action(env={variable: file}, app="api")
        assert result.code == 1
        verb = "writing" if file == "/dev/full" else "opening"
        assert result.errors() == [f"::error::{told}: {verb} {file}: {reason}"]


def test_outputs_are_whole_or_not_there_at_whatever_byte_space_ends(scene):
    """A limit on a file's size stands for a disk that fills up."""
    head = released(scene)
    whole = scene.action(app="api").outputs
    output = scene.folder / "github-output"
    size = output.stat().st_size
    env = {
        "GITHUB_ACTIONS": "true", "GITHUB_SHA": head, "GITHUB_EVENT_NAME": "push",
        "INPUT_APP": "api", "GITHUB_OUTPUT": str(output),
    }
    for most in (1, 100, size // 2, size - 1, size):
        output.write_text("")
        run = limited(scene, ["action"], env, FSIZE=most)
        written = output.read_text().count("<<")
        assert (run.returncode, written) in ((1, 0), (0, len(whole))), run.stdout
        errors = [line for line in run.stdout.splitlines() if line.startswith("::error")]
        assert errors == (
            [f"::error::writing the step's outputs: writing {output}: File too large"] * run.returncode
        )
    assert run.returncode == 0


def test_history_that_finds_no_space_is_one_error(scene, server):  # noqa: F811
    base = scene.monorepo()
    scene.release("api", "1.0.0", base)
    for number in range(30):
        noise = os.urandom(2000).hex()
        head = scene.commit(f"Work {noise}", {f"apps/api/{number}.txt": noise})
    serve(scene)
    at = checkout(scene, head, "--depth=1")
    temporary = scene.folder / "runner-temp"
    temporary.mkdir()
    env = {"GITHUB_SERVER_URL": server.url, "RUNNER_TEMP": str(temporary)}
    assert scene.action(app="api", env=env, at=at).outputs["version"] == "1.0.1"
    for most in (1, 200, 20_000):
        more = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/shop", "INPUT_APP": "api"}
        run = limited(scene, ["action"], env | more, at, FSIZE=most)
        errors = [line for line in run.stdout.splitlines() if line.startswith("::error")]
        assert run.returncode == 1 and len(errors) == 1, (most, run.stdout)
        assert "receiving a pack of git objects" in errors[0]
        assert list(temporary.iterdir()) == []
    result = scene.action(app="api", env=env | {"RUNNER_TEMP": "/proc"}, at=at)
    assert result.code == 1 and "creating a directory for fetched history in /proc" in result.errors()[0]


# descriptors and memory


def test_few_descriptors_suffice_or_are_told(scene):
    released(scene)
    right = scene.run("plan", "--json").stdout
    worked = []
    for most in range(3, 40):
        run = limited(scene, ["plan", "--json"], NOFILE=most)
        if run.returncode != 127:  # its libraries could not be loaded
            worked.append(works_or_says(run, right))
    assert worked[-1] is True
    assert worked == sorted(worked), "with more of them it works too"


def test_little_memory_suffices_or_is_told(scene):
    if "libasan" in subprocess.run(["ldd", scene.program], capture_output=True, text=True).stdout:
        pytest.skip("the address sanitizer maps terabytes")
    released(scene)
    right = scene.run("plan", "--json").stdout
    worked = []
    for megabytes in (*range(24, 64, 2), 128):
        run = limited(scene, ["plan", "--json"], AS=megabytes << 20)
        if run.returncode not in (127, -11, -9):  # it could not even be loaded
            worked.append(works_or_says(run, right))
    assert worked and worked[-1]
    assert worked == sorted(worked), "with more memory it works too"


# names and clocks


def test_a_name_that_is_not_to_be_found_is_told(scene):
    scene.monorepo()
    host = "n" * 64 + ".example"  # longer than a name's part may be: nobody is asked
    result = scene.action(env={"AWS_ENDPOINT_URL_ECR": f"https://{host}", "AWS_MAX_ATTEMPTS": "2"})
    assert result.code == 1 and len(result.errors()) == 1
    assert f"no answer from {host}: its name is not known" in result.errors()[0]


@pytest.mark.parametrize("seconds", [-40 * 365 * 86400, -3600, 3600, 40 * 365 * 86400])
def test_a_clock_that_is_wrong_is_put_right(scene, registry, seconds):
    released(scene)
    right = scene.run("plan", "--json").stdout
    try:
        registry.ask("settings", {"clock_skew_seconds": seconds})
        run = scene.run("plan", "--json")
    finally:
        registry.ask("settings", {"clock_skew_seconds": 0})
    assert run.code == 0 and run.stdout == right, run.stderr
