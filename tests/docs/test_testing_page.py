"""The Python of the README's tests and of docs/testing.md is run as a reader would run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.testing import run_in_thread
from tests.process.running import ROOT, environment

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = ("README.md", "docs/testing.md")
BLOCKS = [block for page in PAGES for block in BLOCK.findall((ROOT / page).read_text("utf-8"))]
TESTS = [block for block in BLOCKS if "def test_" in block and "page.goto" not in block]
# What wants a running emulator, test_provider_pages.py runs.
OFFLINE = [block for block in BLOCKS if ":4600/_emulator" not in block]
PROGRAMS = [block for block in OFFLINE if "def test_" not in block]


@pytest.mark.slow
def test_the_tests_pass(tmp_path: Path) -> None:
    """Copied into an empty folder, with the plugin and nothing else."""
    assert len(TESTS) == 2
    for number, block in enumerate(TESTS):
        (tmp_path / f"test_{number}.py").write_text(block, encoding="utf-8")
    plugin = ["-p", "emulator.testing.plugin", "-p", "no:cacheprovider"]
    done = run([sys.executable, "-m", "pytest", *plugin, "-W", "error", str(tmp_path)], tmp_path)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize("block", PROGRAMS, ids=range(len(PROGRAMS)))
def test_the_programs_run(block: str, tmp_path: Path) -> None:
    """They end well."""
    with run_in_thread() as emulator:  # for those that ask one that runs
        here = block.replace("http://127.0.0.1:4600", emulator.url)
        done = run([sys.executable, "-W", "error", "-c", here], tmp_path)
    assert done.returncode == 0, done.stderr


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command, run there."""
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
