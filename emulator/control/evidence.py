"""What the journal says for and against an expectation: certain, possible, or forgotten."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from emulator.control.house import House
from emulator.control.judging import Difference, Expectation, fits, judge
from emulator.core.journal import CallRecord, parse_call_id

Truth = bool | Literal["unknown"]

NEAREST = 5
_MANY = 100  # misses before the far ones are let go


class Nearest(msgspec.Struct, frozen=True):
    """A call that does not fit, and how it differs. `step`: of `order`, which of it; else null."""

    call: str
    operation: str
    step: int | None
    differences: list[Difference]


class Bounds(NamedTuple):
    """How many calls may fit: `low` do for certain. `high` None: nobody knows."""

    low: int
    high: int | None

    def compare(self, least: int, most: int | None) -> Truth:
        """Whether it is from `least` to `most` (None: without end)."""
        if self.low >= least and (most is None or (self.high is not None and self.high <= most)):
            return True
        too_few = self.high is not None and self.high < least
        return False if too_few or (most is not None and self.low > most) else "unknown"


class _Judged(NamedTuple):
    number: int
    id: str
    fits: bool | None


class Evidence:
    """What is known of one expectation. `step`: its place in an order."""

    def __init__(self, expected: Expectation, step: int | None = None) -> None:
        self._expected = expected
        self._step = step
        self._misses: list[Nearest] = []
        self.hits: list[_Judged] = []
        self.masked: set[str] = set()
        self._low = 0

    def add(self, call: CallRecord, house: House) -> None:
        """Judge one more call."""
        differences = judge(self._expected, call, house)
        outcome = fits(differences)
        if outcome is not False:
            self.hits.append(_Judged(parse_call_id(call.id) or 0, call.id, outcome))
        self._low += outcome is True
        if outcome is None:
            self.masked |= {difference.path for difference in differences}
        if outcome is not True:
            operation = f"{call.provider}.{call.operation}"
            self._misses.append(Nearest(call.id, operation, self._step, differences))
            if len(self._misses) > _MANY:
                self._misses = self.nearest()

    def bounds(self, *, is_whole: bool) -> Bounds:
        """How many calls may fit. `is_whole`: none of the range is forgotten."""
        return Bounds(self._low, len(self.hits) if is_whole else None)

    def certain(self) -> list[str]:
        """The calls that fit."""
        return [hit.id for hit in self.hits if hit.fits is True]

    def nearest(self) -> list[Nearest]:
        """The calls that differ least, the last of equals first."""
        return sorted(self._misses, key=_distance)[:NEAREST]


def _distance(miss: Nearest) -> tuple[bool, int, int]:
    is_other = any(difference.path == "operation" for difference in miss.differences)
    return is_other, len(miss.differences), -(parse_call_id(miss.call) or 0)


def find_order(steps: Sequence[Evidence], *, only_certain: bool) -> list[str]:
    """The calls that come one after another as the steps ask, as far as there are any.

    In the order in which they came in. The first that fits is as good as any later one.
    """
    found: list[str] = []
    last = 0
    for step in steps:
        hits = sorted(
            hit for hit in step.hits if hit.number > last and (hit.fits or not only_certain)
        )
        if not hits:
            break
        last = hits[0].number
        found.append(hits[0].id)
    return found
