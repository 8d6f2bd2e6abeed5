"""What the seat costs a suite, in CPU time: a busy machine is no failure."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.running import environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CORES = 2
SUITE = """
import pytest

@pytest.mark.parametrize("number", range(200))
def test_it(token_sandbox, number):
    assert token_sandbox.usegrant.api_key
"""
WATCH = """
import statistics
import time

import pytest

spent = []

@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    before = time.process_time()
    result = yield
    spent.append(time.process_time() - before)
    return result

def pytest_sessionfinish():
    print("MEDIAN", statistics.median(spent) * 1000)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Two hundred tests with a sandbox each."""
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    return tmp_path


def test_two_hundred_tests_take_ten_seconds(suite: Path) -> None:
    """On two cores, the start of the emulators of both workers included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "200 passed" in run(suite, "-n", str(CORES))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert spent_s / CORES < 10


def test_a_sandbox_takes_five_milliseconds(suite: Path) -> None:
    """Made over HTTP, client and server together."""
    (suite / "conftest.py").write_text(WATCH, encoding="utf-8")
    found = re.search(r"MEDIAN ([\d.]+)", run(suite, "-s"))
    assert found
    assert float(found[1]) < 5


def run(suite: Path, *options: str) -> str:
    """What pytest prints."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(  # noqa: S603 - our own command
        [*command, "-p", "emulator.testing.plugin", *options],
        cwd=suite,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
