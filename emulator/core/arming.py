"""The armed faults of one sandbox: which of them a call meets, and which one befalls it.

Decided on the sandbox's log, so that `times: 2` is exactly two whatever the concurrency. Chance is
a function of the seed, the rule and the match's number.
"""

from collections.abc import Iterable
from typing import NamedTuple

from emulator.core.faults import Firing, Hits, Rule, Then
from emulator.core.ids import derive_chance
from emulator.core.matching import Request, Test, compile_match, fits


class Moment(NamedTuple):
    """When a call is decided. `now`: the sandbox's time; `seed`: what chance derives from."""

    now: float
    seed: str


class Met(NamedTuple):
    """What a call met: every rule that it matches, and the one that fires."""

    matched: tuple[str, ...] = ()
    fired: str | None = None
    firing: Firing | None = None


class _Waiting(NamedTuple):
    rule: Rule
    tests: tuple[tuple[str, Test], ...]


class Armed:
    """The rules of one sandbox in arming order, with their hits."""

    __slots__ = ("_hits", "_of", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._hits: dict[str, Hits] = {}
        self._of: dict[str, tuple[_Waiting, ...]] = {}  # by operation, as far as asked for

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def items(self) -> Iterable[tuple[Rule, Hits]]:
        """Rules with their hits, in arming order."""
        return [(waiting.rule, self._hits[name]) for name, waiting in self._waiting.items()]

    def get(self, rule: str) -> tuple[Rule, Hits] | None:
        """One rule with its hits."""
        waiting = self._waiting.get(rule)
        return None if waiting is None else (waiting.rule, self._hits[rule])

    def arm(self, rule: Rule, hits: Hits = Hits()) -> None:  # noqa: B008 - frozen
        """Take a rule in, behind those armed before."""
        self._waiting.pop(rule.id, None)  # armed again, it goes behind
        self._waiting[rule.id] = _Waiting(rule, compile_match(rule.match))
        self._hits[rule.id] = hits
        self._of.clear()

    def disarm(self, rules: Iterable[str]) -> None:
        """Let rules go."""
        for rule in rules:
            self._waiting.pop(rule, None)
            self._hits.pop(rule, None)
        self._of.clear()

    def count(self, matched: Iterable[str], fired: str | None) -> None:
        """Note what one call met."""
        for rule in matched:
            hits = self._hits.get(rule)
            if hits is not None:
                self._hits[rule] = Hits(hits.matched + 1, hits.fired + (rule == fired))

    def clear(self) -> None:
        """Disarm all."""
        self._waiting.clear()
        self._hits.clear()
        self._of.clear()

    def meet(self, operation: str, request: Request, moment: Moment, *, taken: bool = False) -> Met:
        """The rules that a call of `operation` matches, and the one that fires.

        `taken`: another door's fault already befell the call; rules only count it.
        """
        matched: list[str] = []
        fired: Rule | None = None
        for rule, tests in self._for(operation):
            if _is_over(rule, moment.now) or (tests and not fits(request, tests)):
                continue
            matched.append(rule.id)
            if fired is None and not taken and self._fires(rule, moment.seed):
                fired = rule
        if fired is None:
            return Met(tuple(matched))
        return Met(tuple(matched), fired.id, self._fire(fired, moment.seed))

    def _for(self, operation: str) -> tuple[_Waiting, ...]:
        found = self._of.get(operation)
        if found is None:
            names = {operation, f"{operation.partition('.')[0]}.*"}
            waiting = self._waiting.values()
            found = self._of[operation] = tuple(w for w in waiting if w.rule.operation in names)
        return found

    def _fires(self, rule: Rule, seed: str) -> bool:
        """Whether the next match is one that fires."""
        when, hits = rule.when, self._hits[rule.id]
        nth = hits.matched + 1
        return (
            nth > when.after
            and (nth - when.after - 1) % when.every == 0
            and (when.times is None or hits.fired < when.times)
            and (not rule.sequence or rule.repeats or hits.fired < len(rule.sequence))
            and (
                when.probability >= 1.0
                or derive_chance(seed, "fault", rule.id, nth) < when.probability
            )
        )

    def _fire(self, rule: Rule, seed: str) -> Firing:
        hits = self._hits[rule.id]
        then = rule.then
        if rule.sequence:
            then = rule.sequence[hits.fired % len(rule.sequence)]
        return make_firing(rule.id, then, seed, hits.fired)


def make_firing(source: str, then: Then, seed: str, *parts: object) -> Firing:
    """A firing with its delay drawn. `parts`: what tells this firing from the source's others."""
    if then.delay is None:
        return Firing(source, then)
    chance = derive_chance(seed, "delay", source, *parts)
    return Firing(source, then, then.delay.draw(chance))


def _is_over(rule: Rule, now: float) -> bool:
    """Whether the rule's time has passed: it counts no more."""
    return rule.when.for_s is not None and now >= rule.armed_at + rule.when.for_s
