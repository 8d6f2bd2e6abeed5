"""kill -9 at random moments under load: a restart finds exactly what was answered."""

import random
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.process.load import Load
from tests.process.running import start

pytestmark = pytest.mark.slow

KILLS = 6
LONGEST_LIFE_S = 0.7


def chance(seed: int) -> Callable[[], float]:
    """How long a life under load lasts, in seconds: the same moments for the same seed."""
    drawn = random.Random(seed)  # noqa: S311 - no secret
    return lambda: drawn.uniform(0.0, LONGEST_LIFE_S)


def live_and_die(
    lives: int, moments: Callable[[], float], path: Path, arguments: Sequence[str] = ()
) -> Load:
    """An emulator on one file that is killed under load again and again, and checked each time."""
    load = Load()
    for life in range(lives + 1):
        with start("--ledger", f"sqlite:{path}", "--providers", "zerohash", *arguments) as running:
            if life == 0:
                load.prepare(running.url)
            load.check(running.url)
            if life == lives:
                return load
            with load.running(running.url):
                time.sleep(moments())  # the moment is what is tried
                running.process.send_signal(signal.SIGKILL)
                running.process.wait()
    return load


def test_killed_anywhere_it_forgets_nothing(tmp_path: Path) -> None:
    """Tokens, ends, sandboxes, clocks, entities, lifetimes, counted faults: all are there."""
    load = live_and_die(KILLS, chance(1), tmp_path / "ledger.db")
    assert len(load.minted.answered) > KILLS
    assert len(load.fired.answered) > KILLS


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_often_it_forgets_nothing(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The same many times over: `--kills` says how often."""
    kills = pytestconfig.getoption("kills")
    live_and_die(kills, chance(2), tmp_path / "ledger.db")


@pytest.mark.slow
def test_killed_with_its_workers_it_forgets_nothing(tmp_path: Path) -> None:
    """Workers that share the file die with the first process, and nothing is lost between them."""
    live_and_die(KILLS, chance(3), tmp_path / "ledger.db", ["--workers", "2"])
