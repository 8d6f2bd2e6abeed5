import pytest

from emulator.core.clock import Clock
from emulator.core.facts import FaultArmed, IdsDrawn, LifetimesSet, TokenIssued
from emulator.core.faults import Hits, Then
from emulator.core.ids import BASE58
from emulator.core.view import View
from tests.core.test_facts import RULE
from tests.core.toys import ITEMS, Switches, born, fold, grant


def test_a_view_tells_what_is() -> None:
    """A decision sees the state of its sandbox, and the two times of its call."""
    state = fold(
        [born(clock=Clock.offset_by(10)), TokenIssued(1.0, "j", 5, grant()), FaultArmed(1.0, RULE)]
    )
    view = View(state, 100.0)
    assert (view.wall, view.now) == (100.0, 110.0)
    assert (view.sandbox, view.seed) == ("s1", "seed")
    assert view.state is state
    assert view.table(ITEMS).get("apple") is not None
    assert view.settings(Switches) == Switches()
    assert view.token("j") == view.tokens.get("j") is not None
    assert view.token("other") is None
    assert view.faults
    assert list(view.faults.items()) == [(RULE, Hits())]
    assert view.key_name("iss", 4096) == "big-1"


def test_draws_of_a_label_are_a_sequence() -> None:
    """The nth draw of a label is the same in every view, and goes on from what was appended."""
    one, again = (View(fold([born()]), 1.0) for _ in range(2))
    first = [one.draw_uuid("x"), one.draw_text("x", BASE58, 9), one.draw_uuid("y")]
    assert first == [again.draw_uuid("x"), again.draw_text("x", BASE58, 9), again.draw_uuid("y")]
    assert one.drawn(1.0) == (IdsDrawn(1.0, {"x": 2, "y": 1}),)
    later = View(fold([born(), IdsDrawn(1.0, {"x": 2})]), 1.0)
    assert one.draw_uuid("x") == later.draw_uuid("x")
    assert later.draw_uuid("x") not in first


def test_numbers_and_bytes_are_drawn_too() -> None:
    """A number is how many were drawn; bytes are derived like all else."""
    view = View(fold([born(), IdsDrawn(1.0, {"n": 4})]), 1.0)
    assert [view.draw_number("n"), view.draw_number("n"), view.draw_number("m")] == [5, 6, 1]
    assert len(view.draw_bytes("b")) == 32
    assert view.drawn(1.0) == (IdsDrawn(1.0, {"n": 2, "m": 1, "b": 1}),)


def test_a_view_that_drew_nothing_has_no_fact() -> None:
    """Looking draws no ids."""
    assert View(fold([born()]), 1.0).drawn(1.0) == ()


@pytest.mark.parametrize(
    ("lifetimes", "requested", "by_fault", "expected"),
    [
        ({}, None, None, 600),
        ({}, 50, None, 50),
        ({"toy": 40}, None, None, 40),
        ({"toy": 40, "toy.op": 30}, None, None, 30),
        ({"toy": 40, "toy.other": 30, "other": 20}, None, None, 40),
        ({"toy.other": 30}, None, None, 600),
        ({"toy": 40, "toy.op": 30}, 20, None, 20),
        ({"toy": 40, "toy.op": 30}, 20, 10, 10),
        ({}, None, 0, 0),
        ({"toy": 0}, None, None, 0),
    ],
)
def test_lifetimes_go_from_the_particular_to_the_general(
    lifetimes: dict[str, int], requested: int | None, by_fault: int | None, expected: int
) -> None:
    """A fault goes before the request's own, that before operation, provider and default."""
    view = View(fold([born(), LifetimesSet(1.0, lifetimes)]), 1.0)
    view.fault = Then(lifetime_s=by_fault)
    assert view.lifetime_s("toy", "op", 600, requested) == expected
