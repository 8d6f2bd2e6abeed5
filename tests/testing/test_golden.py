"""Equal id, seed and time, equal requests: equal bytes, in whichever process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.running import ROOT, environment

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("golden.py")


def test_two_processes_answer_with_the_same_bytes(tmp_path: Path) -> None:
    """All four providers, REST, GraphQL and gRPC: mints, refusals, faults by chance, the book."""
    first, second = (record(tmp_path / name, hash_seed=name) for name in ("1", "2"))
    assert len(first.splitlines()) > 40
    assert {"201 ", "200 ", "400 ", "429 ", "401 "} <= {line[:4] for line in first.splitlines()}
    assert "StatusCode." in first
    assert first == second


def record(out: Path, hash_seed: str) -> str:
    """The transcript of a run in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-m", "pytest", "-p", "emulator.testing.plugin", "-o", "addopts=", SCRIPT],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env=environment(
            PYTHONHASHSEED=hash_seed,
            TRANSCRIPT=str(out),
        ),
    )
    if done.returncode:
        pytest.fail(done.stdout)
    return out.read_text()
