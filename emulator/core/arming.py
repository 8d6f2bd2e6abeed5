"""The armed faults of one sandbox: which of them a call meets, and which one befalls it.

Decided on the sandbox's log, so that `times: 2` is exactly two whatever the concurrency. Chance is
a function of the seed, the rule and the match's number.
"""

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from emulator.core.faults import Firing, Hits, Rule, Then
from emulator.core.ids import derive_chance
from emulator.core.matching import Request, compile_match, fits

MAX_SHELVES = 1000


class Moment(NamedTuple):
    """When a call is decided. `now`: the sandbox's time; `seed`: what chance derives from."""

    now: float
    seed: str


class Met(NamedTuple):
    """What a call met: every rule that it matches, and the one that fires."""

    matched: tuple[str, ...] = ()
    fired: str | None = None
    firing: Firing | None = None


class _Waiting:
    """An armed rule. `order`: of arming; `until`: when its time is over."""

    __slots__ = ("fired", "matched", "order", "rule", "tests", "until")

    def __init__(self, rule: Rule, hits: Hits, order: int) -> None:
        self.rule = rule
        self.tests = compile_match(rule.match)
        self.matched = hits.matched
        self.fired = hits.fired
        self.order = order
        self.until = inf if rule.when.for_s is None else rule.armed_at + rule.when.for_s

    def fires(self, seed: str) -> bool:
        """Whether the next match is one that fires."""
        rule, when, nth = self.rule, self.rule.when, self.matched + 1
        return (
            nth > when.after
            and (nth - when.after - 1) % when.every == 0
            and (when.times is None or self.fired < when.times)
            and (not rule.sequence or rule.repeats or self.fired < len(rule.sequence))
            and (
                when.probability >= 1.0
                or derive_chance(seed, "fault", rule.id, nth) < when.probability
            )
        )

    def fire(self, seed: str) -> Firing:
        """The fault that the next firing brings."""
        rule = self.rule
        then = rule.sequence[self.fired % len(rule.sequence)] if rule.sequence else rule.then
        return make_firing(rule.id, then, seed, self.fired)


class _Shelf:
    """The rules of one operation, found by the texts that they ask for: a hundred cost as one."""

    __slots__ = ("_by_text", "_others")

    def __init__(self, waiting: Iterable[_Waiting]) -> None:
        self._others: list[_Waiting] = []
        self._by_text: dict[str, dict[str, list[_Waiting]]] = {}
        for one in waiting:
            path, text = _find_text(one.rule)
            if text is None:
                self._others.append(one)
            else:
                self._by_text.setdefault(path, {}).setdefault(text, []).append(one)

    def candidates(self, request: Request) -> list[_Waiting]:
        """Those that the request may match, in arming order."""
        if not self._by_text:
            return self._others
        found = list(self._others)
        for path, texts in self._by_text.items():
            value = request.value(path)
            members = value if isinstance(value, list) else (value,)
            for text in {member for member in members if isinstance(member, str)}:
                found += texts.get(text, ())
        found.sort(key=_order_of)
        return found


class Armed:
    """The rules of one sandbox in arming order, with their hits."""

    __slots__ = ("_count", "_shelves", "_waiting")

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._shelves: dict[str, _Shelf] = {}  # by operation, as far as asked for
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def items(self) -> Iterable[tuple[Rule, Hits]]:
        """Rules with their hits, in arming order."""
        return [(one.rule, Hits(one.matched, one.fired)) for one in self._waiting.values()]

    def get(self, rule: str) -> tuple[Rule, Hits] | None:
        """One rule with its hits."""
        one = self._waiting.get(rule)
        return None if one is None else (one.rule, Hits(one.matched, one.fired))

    def arm(self, rule: Rule, hits: Hits = Hits()) -> None:  # noqa: B008 - frozen
        """Take a rule in, behind those armed before."""
        self._waiting.pop(rule.id, None)  # armed again, it goes behind
        self._count += 1
        self._waiting[rule.id] = _Waiting(rule, hits, self._count)
        self._shelves.clear()

    def disarm(self, rules: Iterable[str]) -> None:
        """Let rules go."""
        for rule in rules:
            self._waiting.pop(rule, None)
        self._shelves.clear()

    def count(self, matched: Iterable[str], fired: str | None) -> None:
        """Note what one call met."""
        for rule in matched:
            one = self._waiting.get(rule)
            if one is not None:
                one.matched += 1
                one.fired += rule == fired

    def clear(self) -> None:
        """Disarm all."""
        self._waiting.clear()
        self._shelves.clear()

    def meet(self, operation: str, request: Request, moment: Moment, *, taken: bool = False) -> Met:
        """The rules that a call of `operation` matches, and the one that fires.

        `taken`: another door's fault already befell the call; rules only count it.
        """
        shelf = self._shelves.get(operation) or self._shelve(operation)
        matched: list[str] = []
        firing: _Waiting | None = None
        for one in shelf.candidates(request):
            if moment.now >= one.until or (one.tests and not fits(request, one.tests)):
                continue
            matched.append(one.rule.id)
            if firing is None and not taken and one.fires(moment.seed):
                firing = one
        if firing is None:
            return Met(tuple(matched))
        return Met(tuple(matched), firing.rule.id, firing.fire(moment.seed))

    def _shelve(self, operation: str) -> _Shelf:
        if len(self._shelves) >= MAX_SHELVES:  # operations are few, but their names come from calls
            self._shelves.clear()
        names = {operation, f"{operation.partition('.')[0]}.*"}
        found = (one for one in self._waiting.values() if one.rule.operation in names)
        shelf = self._shelves[operation] = _Shelf(found)
        return shelf


def _find_text(rule: Rule) -> tuple[str, str | None]:
    """A path at which the rule asks for one certain text, and that text, if there is one."""
    for path, pattern in rule.match.items():
        if isinstance(pattern, str) and "*" not in pattern:
            return path, pattern
    return "", None


def _order_of(one: _Waiting) -> int:
    return one.order


def make_firing(source: str, then: Then, seed: str, *parts: object) -> Firing:
    """A firing with its delay drawn. `parts`: what tells this firing from the source's others."""
    if then.delay is None:
        return Firing(source, then)
    chance = derive_chance(seed, "delay", source, *parts)
    return Firing(source, then, then.delay.draw(chance))
