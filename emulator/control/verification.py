"""Verification: were there such calls, so many of them, in this order? Waits until there were.

A wrong answer is worse than none: what the journal has forgotten or masked makes it `unknown`.
"""

import asyncio
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from emulator.control.endpoint import Asked, bad_body, render
from emulator.control.evidence import Evidence, Nearest, Truth, find_order
from emulator.control.house import House
from emulator.control.judging import CallBody, Where, check_call, compile_expectation
from emulator.core.clock import monotonic
from emulator.core.journal import Journal, parse_call_id
from emulator.core.records import Failure, point
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Answer
from emulator.edge.faults.bodies import Name
from emulator.edge.shapes import Duration

MAX_WAIT_S = 60.0
POLL_S = 0.1  # how often others' calls are looked for
AT_ONCE = 100  # calls judged before others have a turn
MAX_IDS = 100

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class CountBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many calls: `exact`, or `at_least` and `at_most`, either or both."""

    exact: Count | None = None
    at_least: Count | None = None
    at_most: Count | None = None


class Verify(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is expected: calls of an `operation` in a `count` (at least one), an `order`, or both.

    `where` as in each of `order`. `since`: a call's id, only later ones count. `wait`: how long to
    wait for it to become true, at most 60 s.
    """

    operation: Name | None = None
    where: Where = {}
    count: CountBody | None = None
    order: Annotated[tuple[CallBody, ...], Meta(min_length=1, max_length=50)] | None = None
    since: Name | None = None
    wait: Duration | None = None


class Verdict(msgspec.Struct, frozen=True):
    """Whether it is so, and why. `matched`: the calls that fit, the last 100 of them in `calls`.

    `order`: the calls found for its steps, as far as it goes. `evicted`: the journal has forgotten
    calls that would count. `masked`: paths that some call has masked. `nearest`: what did not fit.
    """

    verified: Truth
    reason: str
    matched: int
    calls: list[str]
    order: list[str] | None
    evicted: bool
    masked: list[str]
    nearest: list[Nearest]


async def verify(asked: Asked, body: Verify) -> Answer:
    """Say whether there were such calls; wait for them."""
    sandbox = await asked.sandbox()
    failures = list(_check(asked.house, body))
    if failures:
        raise bad_body(failures)
    case = Case(asked.house, body, sandbox.journal)
    with asked.house.directory.here.hold(sandbox):
        return render(await _wait(case, sandbox, float(body.wait or 0)))


async def _wait(case: "Case", sandbox: Sandbox, wait_s: float) -> Verdict:
    until, bell = monotonic() + wait_s, sandbox.journal.bell
    while True:
        rings = bell.rings
        await case.hear()
        left_s = until - monotonic()
        is_over = case.house.directory.here.is_stopping or sandbox.is_dropped or left_s <= 0
        if is_over or case.verified is True or case.is_hopeless:
            return case.judge()
        is_shared = case.house.directory.is_shared  # others ring no bell here
        await bell.wait(rings, min(left_s, POLL_S) if is_shared else left_s)


class Case:
    """One question to the journal, and what it said so far."""

    def __init__(self, house: House, body: Verify, journal: Journal) -> None:
        self.house = house
        self._journal = journal
        self._since = parse_call_id(body.since or "") or 0
        self._heard = journal.closed - len(journal)
        self._evicted = journal.forgotten > self._since
        count = body.count or CountBody(at_least=1)
        self._least = (count.at_least or 0) if count.exact is None else count.exact
        self._most = count.at_most if count.exact is None else count.exact
        self._main = None
        if body.operation is not None:
            wanted = CallBody(operation=body.operation, where=body.where)
            self._main = Evidence(compile_expectation(wanted))
        self._steps = [
            Evidence(compile_expectation(wanted), number)
            for number, wanted in enumerate(body.order or ())
        ]

    async def hear(self) -> None:
        """Judge the calls that ended meanwhile."""
        if not await self._journal.catch_up():
            self._evicted = True
        while self._heard != self._journal.closed:
            calls = self._journal.after(self._heard, AT_ONCE)
            if calls is None:  # they were faster than we, or were cleared
                self._evicted = True
                self._heard = self._journal.closed - len(self._journal)
                continue
            self._heard += len(calls)
            for call in calls:
                if (parse_call_id(call.id) or 0) > self._since:
                    for evidence in self._all():
                        evidence.add(call, self.house)
            await asyncio.sleep(0)

    @property
    def is_hopeless(self) -> bool:
        """Whether no further call can make it true."""
        return (
            self._main is not None
            and self._most is not None
            and self._main.bounds(is_whole=False).low > self._most
        )

    @property
    def verified(self) -> Truth:
        """Whether it is so, by what was heard."""
        said = (self._count(), self._order())
        if False in said:
            return False
        return "unknown" if "unknown" in said else True

    def judge(self) -> Verdict:
        """What can be said now, and why."""
        verified, counted = self.verified, self._count()
        calls = self._main.certain() if self._main else []
        found = find_order(self._steps, only_certain=True) if self._steps else None
        return Verdict(
            verified=verified,
            reason=self._explain(verified, counted, len(calls), found),
            matched=len(calls),
            calls=calls[-MAX_IDS:],
            order=found,
            evicted=self._evicted,
            masked=sorted(path for evidence in self._all() for path in evidence.masked),
            nearest=[] if verified is True else self._nearest(counted, found),
        )

    def _count(self) -> Truth:
        if self._main is None:
            return True
        return self._main.bounds(is_whole=not self._evicted).compare(self._least, self._most)

    def _order(self) -> Truth:
        wanted = len(self._steps)
        if len(find_order(self._steps, only_certain=True)) == wanted:
            return True
        possible = self._evicted or len(find_order(self._steps, only_certain=False)) == wanted
        return "unknown" if possible else False

    def _nearest(self, counted: Truth, found: list[str] | None) -> list[Nearest]:
        """Of the count, when it is what fails, else of the order's first step that is missing."""
        if self._main is not None and counted is not True:
            return self._main.nearest()
        return self._steps[len(found or ())].nearest()

    def _explain(
        self, verified: Truth, counted: Truth, matched: int, found: list[str] | None
    ) -> str:
        told = f"{matched} {'call matches' if matched == 1 else 'calls match'}"
        if verified == "unknown":
            if self._evicted:
                return (
                    f"{told}, and the journal has forgotten others: give `since`, clear it before, "
                    "or raise EMULATOR_JOURNAL_BYTES."
                )
            return f"{told}, and of others the journal has masked what was asked for."
        if counted is False:
            return f"{told}; {_tell_range(self._least, self._most)} should."
        if found is not None and len(found) < len(self._steps):
            return f"Of the order, step {len(found)} is missing: no call after the ones before it."
        return f"{told}." if self._main else "The order is as asked for."

    def _all(self) -> list[Evidence]:
        return [*([self._main] if self._main else []), *self._steps]


def _tell_range(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least}"
    if least == most:
        return f"exactly {most}"
    return f"{least} to {most}" if least else f"at most {most}"


def _check(house: House, body: Verify) -> Iterator[Failure]:
    """What could never be so, or never be told."""
    count = body.count
    if body.operation is not None:
        yield from check_call(house, CallBody(operation=body.operation, where=body.where), "")
    elif body.order is None:
        yield Failure("/operation", "is required, unless there is an order")
    elif body.where or count:
        yield Failure("/operation", "is required with where and count")
    for number, wanted in enumerate(body.order or ()):
        yield from check_call(house, wanted, point("order", number))
    if (
        count is not None
        and count.exact is not None
        and (count.at_least, count.at_most) != (None, None)
    ):
        yield Failure("/count/exact", "goes alone")
    if count == CountBody():
        yield Failure("/count", "says nothing: give exact, at_least or at_most")
    if count and count.at_least and count.at_most is not None and count.at_most < count.at_least:
        yield Failure("/count/at_most", "is less than at_least")
    if body.since is not None and parse_call_id(body.since) is None:
        yield Failure("/since", "is no call's id")
    if not 0 <= (body.wait or 0) <= MAX_WAIT_S:
        yield Failure("/wait", f"must be 0 to {MAX_WAIT_S:.0f} s")
