from hypothesis import given
from hypothesis import strategies as st

from emulator.core.arming import Armed, Met, Moment
from emulator.core.faults import Hits, Rule, Then, When
from emulator.core.matching import Request

NOTHING = Request(dict, {}, lambda: None)
AT = Moment(1000.0, "seed")


def rule(name: str, *, after: int = 0, times: int | None = None, operation: str = "toy.op") -> Rule:
    """A rule that answers with an error."""
    return Rule(name, operation, 0.0, When(after, times), Then(error="internal"))


def call(armed: Armed, operation: str = "toy.op", *, taken: bool = False) -> str | None:
    """One call: what fires is counted as the log would."""
    met = armed.meet(operation, NOTHING, AT, taken=taken)
    armed.count(met.matched, met.fired)
    return met.fired


def fires(armed: Armed, calls: int) -> list[str | None]:
    """What befalls so many calls."""
    return [call(armed) for _ in range(calls)]


def test_a_rule_fires_always_by_default() -> None:
    """Without after and times each matching call is hit."""
    armed = Armed()
    armed.arm(rule("a"))
    assert fires(armed, 3) == ["a"] * 3
    assert armed.get("a") == (rule("a"), Hits(3, 3))


def test_times_is_exact() -> None:
    """`times: 2` fires twice and never again, and still counts what it matches."""
    armed = Armed()
    armed.arm(rule("a", times=2))
    assert fires(armed, 4) == ["a", "a", None, None]
    assert armed.get("a") == (rule("a", times=2), Hits(4, 2))


@given(st.integers(0, 6), st.none() | st.integers(0, 6), st.integers(0, 15))
def test_after_and_times_follow_the_formula(after: int, times: int | None, calls: int) -> None:
    """The nth match fires when n > after and fewer than `times` have fired."""
    armed = Armed()
    armed.arm(rule("a", after=after, times=times))
    last = calls if times is None else after + times
    assert fires(armed, calls) == ["a" if after < n <= last else None for n in range(1, calls + 1)]


def test_the_first_armed_that_fires_is_the_only_one() -> None:
    """Rules fire in arming order, one a call, and every live rule counts every match."""
    armed = Armed()
    armed.arm(rule("a", after=1, times=1))
    armed.arm(rule("b", times=2))
    armed.arm(rule("c"))
    assert fires(armed, 4) == ["b", "a", "b", "c"]
    assert [hits for _, hits in armed.items()] == [Hits(4, 1), Hits(4, 2), Hits(4, 1)]


def test_a_rule_armed_again_goes_behind_and_starts_anew() -> None:
    """Arming an id again is arming: its hits begin at nought."""
    armed = Armed()
    armed.arm(rule("a", times=1))
    armed.arm(rule("b"))
    assert fires(armed, 2) == ["a", "b"]
    armed.arm(rule("a", times=1))
    assert armed.get("a") == (rule("a", times=1), Hits())
    assert [kept.id for kept, _ in armed.items()] == ["b", "a"]


def test_other_operations_neither_match_nor_count() -> None:
    """A rule knows its own operation only."""
    armed = Armed()
    armed.arm(rule("a"))
    assert call(armed, "toy.other") is None
    assert armed.get("a") == (rule("a"), Hits())


def test_a_taken_call_is_counted_and_not_hit() -> None:
    """When another door's fault befell the call, rules count it and none fires."""
    armed = Armed()
    armed.arm(rule("a", times=1))
    assert call(armed, taken=True) is None
    assert armed.get("a") == (rule("a", times=1), Hits(1, 0))
    assert call(armed) == "a"


def test_disarmed_rules_are_gone() -> None:
    """What is disarmed or cleared neither matches nor is listed, and unknown ids do no harm."""
    armed = Armed()
    for name in "abc":
        armed.arm(rule(name))
    armed.disarm(["a", "nobody"])
    armed.count(["a", "b"], "a")
    assert armed.get("a") is None
    assert [(kept.id, hits) for kept, hits in armed.items()] == [("b", Hits(1)), ("c", Hits())]
    assert armed
    armed.clear()
    assert not armed
    assert armed.meet("toy.op", NOTHING, AT) == Met()
