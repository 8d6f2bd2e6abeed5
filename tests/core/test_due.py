"""Work that falls due, as a sandbox's state holds it."""

import pytest

from emulator.core import due
from emulator.core.clock import Clock
from emulator.core.due import Due, Work


def work(key: str, due_at: float = 100.0, attempt: int = 1) -> Work:
    """A letter to write."""
    return Work("toy", "letter", key, due_at, attempt)


def holding(*pieces: Work) -> Due:
    """These, set in that order."""
    made = Due()
    for piece in pieces:
        made.set(piece)
    return made


def test_first_is_what_falls_due_first() -> None:
    """Work comes in the order of its time, and of setting where that is equal."""
    pieces = holding(work("c", 102), work("a", 101), work("b", 101))
    order = []
    while piece := pieces.first(200, 0):
        order.append(piece.key)
        pieces.drop(piece.name)
    assert order == ["a", "b", "c"]
    assert [piece.key for piece in holding(work("c", 102), work("a"), work("b"))] == ["a", "b", "c"]


def test_nothing_comes_before_its_time() -> None:
    """Work is due at its time, not a moment earlier."""
    pieces = holding(work("a", 100))
    assert pieces.first(99.999, 0) is None
    assert pieces.first(100, 0) == work("a", 100)
    assert (pieces.count(99), pieces.count(100)) == (0, 1)


def test_a_claim_holds_until_it_runs_out() -> None:
    """What somebody has in hand is offered to nobody else, until the claim is too old."""
    pieces = holding(work("a", 100), work("b", 101))
    pieces.claim(work("a").name, until=50)
    assert pieces.first(200, 49) == work("b", 101)
    assert pieces.first(200, 50) == work("a", 100)
    assert pieces.claimed_until(work("a", 100)) == 50
    pieces.claim(work("a").name, until=70)
    assert pieces.first(200, 60) == work("b", 101)
    assert pieces.count(200) == 2


def test_a_claim_on_nothing_is_none() -> None:
    """What is not there can't be claimed, and leaves nothing behind."""
    pieces = holding()
    pieces.claim(work("a").name, until=50)
    pieces.set(work("a"))
    assert pieces.first(200, 0) == work("a")
    assert pieces.claimed_until(work("a")) is None


def test_putting_off_ends_a_claim() -> None:
    """Another attempt replaces the one before, and is in nobody's hand."""
    pieces = holding(work("a", 100))
    pieces.claim(work("a").name, until=50)
    pieces.set(work("a", 105, attempt=2))
    assert len(pieces) == 1
    assert pieces.claimed_until(work("a", 100)) is None
    assert pieces.first(104, 0) is None
    assert pieces.first(105, 0) == work("a", 105, attempt=2)


def test_dropping_and_clearing() -> None:
    """What is done is gone; to drop what isn't there changes nothing."""
    pieces = holding(work("a"), work("b"))
    pieces.drop(work("a").name)
    pieces.drop(work("a").name)
    assert [piece.key for piece in pieces] == ["b"]
    pieces.clear()
    assert (len(pieces), pieces.first(200, 0)) == (0, None)
    assert not pieces


def test_there_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a sandbox has too much to do, what was set first is never done."""
    monkeypatch.setattr(due, "MOST", 2)
    assert [piece.key for piece in holding(work("a"), work("b"), work("c"))] == ["b", "c"]


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        (Clock(), 100.0),
        (Clock.offset_by(30), 70.0),
        (Clock("scaled", 40.0, 80.0, 2.0), 50.0),
        (Clock.frozen_at(60), None),
        (Clock.frozen_at(100), 45.0),
    ],
)
def test_the_next_time_in_real_time(clock: Clock, at: float | None) -> None:
    """When to look again: as the clock goes; never, while it stands still before."""
    assert holding(work("a", 100)).next_wall(clock, 45.0) == at
    assert holding().next_wall(clock, 45.0) is None


def test_the_next_time_of_what_is_claimed() -> None:
    """What is in somebody's hand is looked at when the claim ends, or when it is due if later."""
    pieces = holding(work("a", 100))
    pieces.claim(work("a").name, until=120)
    assert pieces.next_wall(Clock(), 110) == 120
    assert pieces.next_wall(Clock.frozen_at(99), 110) is None
    pieces.claim(work("a").name, until=60)
    assert pieces.next_wall(Clock(), 70) == 100
    pieces.set(work("b", 90))
    assert pieces.next_wall(Clock(), 70) == 90


def test_what_was_dropped_early_takes_no_room() -> None:
    """Work that is set and let go long before its time leaves nothing behind."""
    pieces = holding(work("kept", 50))
    for number in range(3 * due.SLACK):
        pieces.set(work(str(number), 1e9))
        pieces.drop(work(str(number)).name)
    assert len(pieces._heap) <= due.SLACK + 3
    assert pieces.first(1e10, 0) == work("kept", 50)
