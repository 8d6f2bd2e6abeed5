"""Faults: rules that wait for calls and make them fail, stall or mint short-lived tokens.

Decided on the sandbox's log, so that `times: 2` is exactly two whatever the concurrency. An error
is named, never written here: it is a row of the provider's own catalogue.
"""

from collections.abc import Iterable

import msgspec

MAX_DELAY_S = 60.0


class When(msgspec.Struct, frozen=True, gc=False):
    """Which of the matching calls: the nth fires when n > `after` and fewer than `times` have."""

    after: int = 0
    times: int | None = None


class Then(msgspec.Struct, frozen=True, gc=False):
    """What happens: an `error` instead of the operation; a `delay_s`; a `lifetime_s` for the token.

    `retry_after` goes with an error (whole seconds).
    """

    error: str | None = None
    retry_after: int | None = None
    delay_s: float = 0.0
    lifetime_s: int | None = None


class Rule(msgspec.Struct, frozen=True, gc=False):
    """An armed fault. `operation`: `<provider>.<operation>`; `armed_at`: Unix seconds."""

    id: str
    operation: str
    armed_at: float
    when: When
    then: Then


class Hits(msgspec.Struct, frozen=True, gc=False):
    """What a rule has seen: calls that matched, and times it fired."""

    matched: int = 0
    fired: int = 0


class Firing(msgspec.Struct, frozen=True, gc=False):
    """The fault that befalls one call. `source`: the rule's id, or the door it came through."""

    source: str
    then: Then


class Armed:
    """The rules of one sandbox in arming order, with their hits."""

    __slots__ = ("_hits", "_rules")

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._hits: dict[str, Hits] = {}

    def __bool__(self) -> bool:
        return bool(self._rules)

    def items(self) -> Iterable[tuple[Rule, Hits]]:
        """Rules with their hits, in arming order."""
        return [(rule, self._hits[name]) for name, rule in self._rules.items()]

    def get(self, rule: str) -> tuple[Rule, Hits] | None:
        """One rule with its hits."""
        return (self._rules[rule], self._hits[rule]) if rule in self._rules else None

    def arm(self, rule: Rule) -> None:
        """Take a rule in, behind those armed before."""
        self._rules.pop(rule.id, None)  # armed again, it goes behind
        self._rules[rule.id] = rule
        self._hits[rule.id] = Hits()

    def disarm(self, rules: Iterable[str]) -> None:
        """Let rules go."""
        for rule in rules:
            self._rules.pop(rule, None)
            self._hits.pop(rule, None)

    def count(self, matched: Iterable[str], fired: str | None) -> None:
        """Note what one call met."""
        for rule in matched:
            hits = self._hits.get(rule)
            if hits is not None:
                self._hits[rule] = Hits(hits.matched + 1, hits.fired + (rule == fired))

    def clear(self) -> None:
        """Disarm all."""
        self._rules.clear()
        self._hits.clear()

    def restore(self, items: Iterable[tuple[Rule, Hits]]) -> None:
        """Be what `items` told."""
        self.clear()
        for rule, hits in items:
            self._rules[rule.id], self._hits[rule.id] = rule, hits

    def meet(self, operation: str, *, taken: bool = False) -> tuple[tuple[str, ...], Rule | None]:
        """The rules that a call of `operation` matches, and the one that fires.

        `taken`: another door's fault already befell the call; rules only count it.
        """
        matched = []
        firing = None
        for rule in self._rules.values():
            if rule.operation != operation:
                continue
            matched.append(rule.id)
            if firing is None and not taken and _fires(rule.when, self._hits[rule.id]):
                firing = rule
        return tuple(matched), firing


def _fires(when: When, hits: Hits) -> bool:
    """Whether the next match is one that fires."""
    nth = hits.matched + 1
    return nth > when.after and (when.times is None or hits.fired < when.times)
