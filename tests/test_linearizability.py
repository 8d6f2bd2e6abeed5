"""The checker itself: it takes what could have been, and nothing else."""

import math

import pytest

from tests.linearizability import (
    LOST,
    Operation,
    is_linearizable,
    record,
    step_counted,
    step_single_use,
    step_token,
)

NEVER = math.inf


@pytest.mark.parametrize(
    ("history", "could_be"),
    [
        ([(0, 1, "use", True), (2, 3, "revoke", "first"), (4, 5, "use", False)], True),
        ([(0, 1, "revoke", "first"), (2, 3, "use", True)], False),  # revoked, used all the same
        ([(0, 3, "revoke", "first"), (1, 2, "use", True)], True),  # at once: either order
        ([(0, 3, "revoke", "first"), (1, 2, "use", False), (2.5, 4, "use", True)], False),
        ([(0, 1, "revoke", "first"), (2, 3, "revoke", "first")], False),
        ([(0, 2, "revoke", "again"), (1, 3, "revoke", "first")], True),
        ([(0, NEVER, "revoke", LOST), (1, 2, "use", True), (3, 4, "use", False)], True),
        ([(0, NEVER, "revoke", LOST), (1, 2, "use", False), (3, 4, "use", True)], False),
        ([(0, NEVER, "revoke", LOST), (1, 2, "use", True), (3, 4, "use", True)], True),
        ([(0, NEVER, "revoke", LOST), (1, 2, "revoke", "again")], True),
        ([(0, 1, "use", False)], False),
        ([], True),
    ],
)
def test_a_token(history: list[tuple[float, float, str, object]], could_be: object) -> None:
    """A token's end is seen by all who ask after it, and by nobody before."""
    operations = [Operation(*operation) for operation in history]
    assert is_linearizable(operations, "active", step_token) == could_be


def test_a_single_use() -> None:
    """Of any number of uses at once one succeeds."""
    at_once = [Operation(0, 9, "use", n == 3) for n in range(8)]
    assert is_linearizable(at_once, "fresh", step_single_use)
    again = Operation(5, 6, "use", answer=True)
    assert not is_linearizable([*at_once, again], "fresh", step_single_use)
    none = [Operation(0, 1, "use", answer=False), Operation(0, math.inf, "use", LOST)]
    assert is_linearizable(none, "fresh", step_single_use)
    assert not is_linearizable(none[:1], "fresh", step_single_use)


def test_a_count() -> None:
    """A rule for two times fires two times, first come, first served."""
    one_by_one = [Operation(n, n + 0.5, "call", n < 2) for n in range(5)]
    assert is_linearizable(one_by_one, 2, step_counted)
    assert not is_linearizable(one_by_one, 1, step_counted)
    assert not is_linearizable(one_by_one, 3, step_counted)
    late = [Operation(n, n + 0.5, "call", n > 2) for n in range(5)]
    assert not is_linearizable(late, 2, step_counted)
    assert is_linearizable([op._replace(began=0, ended=9) for op in late], 2, step_counted)


def test_what_clients_do_is_recorded() -> None:
    """Each job's answer is there with its times; a lost one has no end; a failure is raised."""
    history = record([[("a", lambda: 1), ("b", lambda: LOST)], [("a", lambda: 2)]])
    assert sorted((op.what, op.answer) for op in history if op.answer != LOST) == [
        ("a", 1),
        ("a", 2),
    ]
    assert [op.ended for op in history if op.answer == LOST] == [math.inf]
    assert all(op.began <= op.ended for op in history)
    with pytest.raises(ZeroDivisionError):
        record([[("a", lambda: 1 // 0)]])
