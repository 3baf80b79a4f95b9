"""What the scenarios are told with: a local ECR, and a Scene to play one in."""

import contextlib
import itertools
import os
import pathlib
import signal
import subprocess
import sys

import pytest

pytest.register_assert_rewrite("faulty")

from scene import Registry, Scene  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def local_ecr(folder):
    """A local ECR that runs meanwhile; its log lies in the folder."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests/local_ecr/local-ecr", "--with-parent"],
        stdout=subprocess.PIPE,
        stderr=open(folder / "log", "w"),
        text=True,
        env=os.environ | {"PYTHONFAULTHANDLER": "1"},
    )
    endpoint = process.stdout.readline().strip()
    assert endpoint, (folder / "log").read_text()
    yield Registry(endpoint)
    process.terminate()
    try:
        # All it kept is removed file by file, beside whoever builds meanwhile.
        process.wait(timeout=120)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)  # each thread says where it is
        process.wait()
        pytest.fail(f"it does not end:\n{(folder / 'log').read_text()}")


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    """One local ECR for all; every scenario has repositories of its own."""
    with local_ecr(tmp_path_factory.mktemp("ecr")) as one:
        yield one


numbers = itertools.count(1)


@pytest.fixture
def scene(registry, tmp_path):
    program = os.environ.get("ECR_VERSION", ROOT / "build" / "ecr-version")
    return Scene(registry, tmp_path, f"s{next(numbers)}-", pathlib.Path(program))
