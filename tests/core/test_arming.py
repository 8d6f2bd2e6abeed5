import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.arming import Armed, Met, Moment
from emulator.core.faults import Delay, Firing, Hits, Pattern, Rule, Then, When
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


def engine(armed: Armed, calls: int, *, now: float = 1000.0, seed: str = "seed") -> list[Firing]:
    """The firings of so many calls of one operation."""
    found = []
    for _ in range(calls):
        met = armed.meet("toy.op", NOTHING, Moment(now, seed))
        armed.count(met.matched, met.fired)
        found += [met.firing] if met.firing else []
    return found


def with_when(when: When) -> Rule:
    """A rule that answers with an error, when it does."""
    return Rule("a", "toy.op", 1000.0, when, Then(error="internal"))


@given(st.integers(0, 5), st.integers(1, 4), st.none() | st.integers(1, 3), st.integers(0, 20))
def test_every_follows_the_formula(after: int, every: int, times: int | None, calls: int) -> None:
    """The nth fires when (n - after - 1) % every == 0, until `times` have."""
    armed = Armed()
    armed.arm(with_when(When(after, times, every)))
    expected: list[int] = []
    for n in range(1, calls + 1):
        if n > after and (n - after - 1) % every == 0 and len(expected) < (times or calls):
            expected.append(n)
    fired = [n for n, name in enumerate(fires(armed, calls), 1) if name]
    assert fired == expected


def test_for_ends_on_the_sandbox_clock() -> None:
    """A rule whose time is over neither fires nor counts; its last moment is before the end."""
    armed = Armed()
    armed.arm(with_when(When(for_s=30.0)))
    assert len(engine(armed, 1, now=1029.999)) == 1
    assert engine(armed, 1, now=1030.0) == []
    assert armed.get("a") == (with_when(When(for_s=30.0)), Hits(1, 1))


def test_probability_repeats_from_the_seed() -> None:
    """Equal seeds draw equally, another seed otherwise, and about as often as asked."""
    drawn = {}
    for seed in ("one", "one again", "two"):
        armed = Armed()
        armed.arm(with_when(When(probability=0.2)))
        drawn[seed] = [
            bool(engine(armed, 1, seed=seed.removesuffix(" again"))) for _ in range(1000)
        ]
    assert drawn["one"] == drawn["one again"] != drawn["two"]
    assert 150 < sum(drawn["one"]) < 250


def test_a_sequence_plays_a_step_each_firing() -> None:
    """The kth firing plays step k, and after the last none fires."""
    steps = (Then(error="a"), Then(), Then(error="b"))
    armed = Armed()
    armed.arm(Rule("a", "toy.op", 0.0, When(every=2), Then(), {}, steps))
    assert [firing.then for firing in engine(armed, 10)] == list(steps)
    assert [hits for _, hits in armed.items()] == [Hits(10, 3)]


def test_a_repeated_sequence_begins_again() -> None:
    """`repeat` has no end but `times`."""
    steps = (Then(error="a"), Then(error="b"))
    armed = Armed()
    armed.arm(Rule("a", "toy.op", 0.0, When(times=5), Then(), {}, steps, repeats=True))
    assert [firing.then.error for firing in engine(armed, 9)] == ["a", "b", "a", "b", "a"]


def test_a_rule_for_all_operations_stands_among_the_others_in_arming_order() -> None:
    """`toy.*` is for each operation of that provider, and of no other."""
    armed = Armed()
    armed.arm(rule("all", operation="toy.*", times=1))
    armed.arm(rule("one"))
    assert call(armed, "other.op") is None
    assert fires(armed, 2) == ["all", "one"]


def test_matching_rules_fire_in_arming_order_however_they_are_found() -> None:
    """Rules found by a text and rules found by looking are tried as they were armed."""
    armed = Armed()
    matches: list[dict[str, Pattern]] = [
        {"code": "b"},
        {"code": "*"},
        {"code": "a"},
        {},
        {"code": "a", "n": 1},
        {"codes": "a"},
    ]
    for number, match in enumerate(matches):
        armed.arm(Rule(f"f{number}", "toy.op", 0.0, When(), Then(error="x"), match))

    def met(body: object) -> tuple[str, ...]:
        return armed.meet("toy.op", Request(lambda: body, {}, lambda: None), AT).matched

    assert met({"code": "a", "n": 1}) == ("f1", "f2", "f3", "f4")
    assert met({"code": "b"}) == ("f0", "f1", "f3")
    assert met({"codes": ["a", "a"]}) == ("f3", "f5")
    assert met({"code": 1}) == ("f3",)


def test_a_hundred_rules_for_others_are_not_tried() -> None:
    """A rule that asks for another text is not even looked at: cost stays flat."""
    armed = Armed()
    for number in range(100):
        match: dict[str, Pattern] = {"code": f"c{number}", "deep": "x"}
        armed.arm(Rule(f"f{number}", "toy.op", 0.0, When(), Then(error="x"), match))
    asked: list[str] = []

    class Asked(Request):
        def value(self, path: str) -> object:
            asked.append(path)
            return super().value(path)

    request = Asked(lambda: {"code": "c7", "deep": "x"}, {}, lambda: None)
    assert armed.meet("toy.op", request, AT).matched == ("f7",)
    assert asked == ["code", "code", "deep"]


@pytest.mark.parametrize(
    ("delay", "low", "middle", "high"),
    [
        (Delay(0.25, 0.25), 0.25, 0.25, 0.25),
        (Delay(1.0, 3.0), 1.0, 2.0, 3.0),
        (Delay(0.1, 1.0, skewed=True), 0.0, 0.1, 60.0),
    ],
)
def test_delays_are_drawn(delay: Delay, low: float, middle: float, high: float) -> None:
    """Fixed, anywhere in a range, or log-normal with its median in place; never over 60 s."""
    assert delay.draw(0.5) == pytest.approx(middle)
    assert low <= delay.draw(0.0) <= delay.draw(0.3) <= delay.draw(0.999999) <= high


def test_the_99th_percentile_is_where_it_was_put() -> None:
    """p50 and p99 are what they are called."""
    assert Delay(0.1, 1.0, skewed=True).draw(0.99) == pytest.approx(1.0)


def test_each_firing_draws_its_own_delay() -> None:
    """Delays differ from firing to firing, and are the same for the same seed."""
    drawn = []
    for _ in range(2):
        armed = Armed()
        armed.arm(Rule("a", "toy.op", 0.0, When(), Then(delay=Delay(1.0, 3.0))))
        drawn.append([firing.delay_s for firing in engine(armed, 5)])
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 5
    assert all(1 <= delay <= 3 for delay in drawn[0])
