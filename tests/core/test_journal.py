from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.journal import (
    MASK,
    MIN_RING_BYTES,
    RING_BYTES,
    Budget,
    CallRecord,
    Journal,
    Message,
    mask,
    parse_call_id,
    render_call_id,
)


def record(number: int, *, padding: int = 0, status: int = 200) -> CallRecord:
    """A call with a body of a size."""
    return CallRecord(
        id=render_call_id(number),
        at=1.0,
        direction="in",
        provider="toy",
        operation="op",
        sandbox="s1",
        status=status,
        duration_ms=2.5,
        refusal=None,
        fault=None,
        request=Message({}, "x" * padding, "POST", "/", padding),
        response=Message({"a": "b"}, {"c": [1, None]}),
    )


def fill(journal: Journal, calls: int, **how: Any) -> None:  # noqa: ANN401 - record's
    """So many calls."""
    for _ in range(calls):
        number = journal.open()
        journal.close(number, record(number, **how))


def kept(journal: Journal) -> list[str]:
    """The ids in the ring, newest first."""
    return [call.id for call in reversed(journal)]


def test_calls_are_numbered_and_kept() -> None:
    """Calls count from 1; a kept one is found by its id, equal to what was closed."""
    journal = Journal(Budget(1 << 20))
    fill(journal, 3)
    assert kept(journal) == ["call_3", "call_2", "call_1"]
    assert journal.get("call_2") == record(2)
    assert journal.get("call_4") is None
    assert journal.get("nonsense") is None


def test_calls_may_end_in_another_order() -> None:
    """A call that took longer is in the journal when it ends, under its own number."""
    journal = Journal(Budget(1 << 20))
    first, second = journal.open(), journal.open()
    journal.close(second, record(second))
    assert journal.get("call_1") is None
    journal.close(first, record(first))
    assert kept(journal) == ["call_1", "call_2"]


def test_the_ring_is_bounded_by_bytes() -> None:
    """Old calls leave when the share is used up, and the sizes add up."""
    journal = Journal(Budget(50_000))
    fill(journal, 200, padding=1000)
    assert 30 < len(kept(journal)) < 50
    assert kept(journal)[0] == "call_200"
    assert journal._bytes == sum(len(raw) for _, raw in journal._ring) <= 50_000


def test_a_call_larger_than_the_ring_is_kept_alone() -> None:
    """The last call can always be looked at."""
    journal = Journal(Budget(1))
    fill(journal, 2)
    fill(journal, 1, padding=3 * MIN_RING_BYTES)
    assert kept(journal) == ["call_3"]
    fill(journal, 1)
    assert kept(journal) == ["call_4"]


def test_journals_share_what_there_is() -> None:
    """A share is an equal part of the total, between a least and a most."""
    budget = Budget(10 * RING_BYTES)
    assert budget.share == RING_BYTES
    budget.rings = 20
    assert budget.share == RING_BYTES // 2
    budget.rings = 1_000_000
    assert budget.share == MIN_RING_BYTES


def test_a_smaller_share_holds_from_the_next_call_on() -> None:
    """When sandboxes are added the rings shrink as calls come in."""
    budget = Budget(100_000)
    journal = Journal(budget)
    fill(journal, 100, padding=1000)
    budget.rings = 4
    fill(journal, 1, padding=1000)
    assert journal._bytes <= 25_000


def test_counters_survive() -> None:
    """What the ring forgets is still counted, by outcome."""
    journal = Journal(Budget(1))
    fill(journal, 30, padding=2000)
    fill(journal, 5, status=403)
    assert len(kept(journal)) < 15
    tallies = {outcome: (t.calls, t.duration_ms) for outcome, t in journal.tallies.items()}
    assert tallies == {("toy", "op", 200): (30, 75.0), ("toy", "op", 403): (5, 12.5)}
    assert journal.count == 35


def test_clearing_forgets_calls_not_numbers() -> None:
    """After a clear the ring is empty; numbering and counters go on."""
    journal = Journal(Budget(1 << 20))
    fill(journal, 2)
    journal.clear()
    assert kept(journal) == []
    assert journal._bytes == 0
    fill(journal, 1)
    assert kept(journal) == ["call_3"]
    assert journal.tallies["toy", "op", 200].calls == 3


@pytest.mark.parametrize(
    "text", ["", "call_", "call_x", "call_-1", "call_\u0661", "call_" + "1" * 16]
)
def test_other_texts_are_no_call_ids(text: str) -> None:
    """Only `call_` and a number of sane length names a call."""
    assert parse_call_id(text) is None


@given(st.integers(0, 10**14))
def test_call_ids_come_back(number: int) -> None:
    """An id reads as the number that it renders."""
    assert parse_call_id(render_call_id(number)) == number


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["email", "token", "a", "b"]), inner, max_size=4)
    ),
)
PRIVATE = frozenset({"email", "token"})


def leaves(value: object, name: str = "") -> list[tuple[str, object]]:
    """Every value below, with the nearest name above it."""
    if isinstance(value, dict):
        return [
            leaf for key, inner in value.items() for leaf in [(key, inner), *leaves(inner, key)]
        ]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner, name)]
    return [(name, value)]


@given(JSON)
def test_private_fields_are_masked_at_every_depth(value: object) -> None:
    """No value of a private field remains, whatever it is; null stays, for it tells nothing."""
    for name, inner in leaves(mask(value, PRIVATE)):
        assert name not in PRIVATE or inner in (MASK, None)


@given(JSON)
def test_everything_else_stays(value: object) -> None:
    """Where nothing is private nothing changes, and the value itself is never changed."""
    assert mask(value, frozenset()) == value
    before = repr(value)
    mask(value, PRIVATE)
    assert repr(value) == before


def test_a_list_under_a_private_name_is_masked_whole() -> None:
    """A private field is masked by its name, not by its type."""
    value = {"email": ["a@b"], "in": [{"token": {"email": "x"}}, {"b": 1}]}
    assert mask(value, PRIVATE) == {"email": MASK, "in": [{"token": MASK}, {"b": 1}]}


def test_what_is_nested_too_deeply_is_masked() -> None:
    """However deep a body is, masking it and keeping it ends."""
    value: object = "leaf"
    for _ in range(5000):
        value = [value]
    masked = mask(value, PRIVATE)
    journal = Journal(Budget(1 << 20))
    number = journal.open()
    journal.close(number, record(number))
    assert repr(masked) == "[" * 100 + repr(MASK) + "]" * 100
