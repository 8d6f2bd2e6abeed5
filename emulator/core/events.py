"""What happens in a sandbox, told to whoever listens: the facts of its log, and its calls.

Nothing is kept for listeners, and nothing is done for them when something happens but to ring the
sandbox's bell. A listener is a place in the log and one in the journal. What it has not heard is
read from there: however slow it is it costs nothing, and what is gone meanwhile it has missed.
"""

import re
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from emulator.core.facts import Fact
from emulator.core.journal import CallRecord
from emulator.core.ledger import Head, Replaced
from emulator.core.sandbox import Sandbox
from emulator.core.view import View

CALLS_AT_ONCE = 100  # of a hearing: their rendering must not hold up the calls of others

What = Literal["calls", "facts"]
Why = Literal["trimmed", "other_run", "unreadable"]

_PLACE = re.compile(
    r"([0-9a-f]{0,64})\.(\d{1,15})\.([0-9a-f]{0,64})\.(\d{1,9})\.(\w{1,64})\.(\d{1,15})"
)


class Place(NamedTuple):
    """How far a listener has heard: `beyond` facts past a head; so many calls of a run.

    A head is known of the end of what was read only, so what lies between two is counted.
    """

    head: Head
    beyond: int
    run: str
    calls: int


class Heard(NamedTuple):
    """A fact or a call, and the place behind it."""

    place: Place
    what: Fact | CallRecord


class Missed(NamedTuple):
    """What can't be told any more, and where it goes on. How many of each; None: not known."""

    place: Place
    why: Why
    facts: int | None
    calls: int | None


class Listener:
    """One who hears from now on. `run`: this process's name, for numbers that end with it."""

    def __init__(self, sandbox: Sandbox, run: str, wanted: AbstractSet[What]) -> None:
        self._sandbox = sandbox
        self._wanted = wanted
        self.place = Place(sandbox.head, 0, run, sandbox.journal.closed)

    def resume(self, place: str) -> Missed | None:
        """Go on where somebody stopped, as far as that can be."""
        left = parse_place(place)
        if left is None:
            return Missed(self.place, "unreadable", None, None)
        if left.head.incarnation != self.place.head.incarnation:
            return Missed(self.place, "other_run", None, None)
        if left.run == self.place.run:
            self.place = left
            return None
        self.place = self.place._replace(head=left.head, beyond=left.beyond)
        return Missed(self.place, "other_run", 0, None) if "calls" in self._wanted else None

    async def hear(self) -> list[Heard | Missed]:
        """What there is to tell: the log's facts in their order, then calls as they ended.

        Raises:
            Gone: the sandbox was dropped.
            Unavailable: the ledger can't be read.
        """
        told: list[Heard | Missed] = []
        if "facts" in self._wanted:
            told += await self._hear_facts()
        if "calls" in self._wanted:
            await self._sandbox.journal.catch_up()
            told += self._hear_calls()
        return told

    async def _hear_facts(self) -> list[Heard | Missed]:
        before = self.place
        tail = await self._sandbox.read(before.head)
        if isinstance(tail, Replaced) or len(tail.facts) < before.beyond:
            return [await self._miss_facts()]
        told: list[Heard | Missed] = []
        for fact in tail.facts[before.beyond :]:
            self.place = self.place._replace(beyond=self.place.beyond + 1)
            if self.place.beyond == len(tail.facts):
                self.place = self.place._replace(head=tail.head, beyond=0)
            told.append(Heard(self.place, fact))
        self.place = self.place._replace(head=tail.head, beyond=0)
        return told

    async def _miss_facts(self) -> Missed:
        await self._sandbox.look(_nothing)  # the sandbox may be gone
        head, before = self._sandbox.head, self.place
        missed = head.position - before.head.position - before.beyond
        is_same = head.incarnation == before.head.incarnation and missed >= 0
        self.place = before._replace(head=head, beyond=0)
        return Missed(self.place, "trimmed", missed if is_same else None, 0)

    def _hear_calls(self) -> list[Heard | Missed]:
        journal, before = self._sandbox.journal, self.place
        calls = journal.after(before.calls, CALLS_AT_ONCE)
        if calls is None:
            missed = journal.closed - before.calls
            self.place = before._replace(calls=journal.closed)
            return [Missed(self.place, "trimmed", 0, missed if missed >= 0 else None)]
        told: list[Heard | Missed] = []
        for call in calls:
            self.place = self.place._replace(calls=self.place.calls + 1)
            told.append(Heard(self.place, call))
        return told


def render_place(place: Place) -> str:
    """A place as an event's id."""
    head = place.head
    log = f"{head.incarnation.hex()}.{head.position}.{head.tag.hex()}.{place.beyond}"
    return f"{log}.{place.run}.{place.calls}"


def parse_place(text: str) -> Place | None:
    """The place of an event's id; None: it is none of ours."""
    found = _PLACE.fullmatch(text) if text.isascii() else None
    if found is None:
        return None
    incarnation, position, tag, beyond, run, calls = found.groups()
    try:
        head = Head(bytes.fromhex(incarnation), int(position), bytes.fromhex(tag))
    except ValueError:
        return None
    return Place(head, int(beyond), run, int(calls))


def _nothing(_: View) -> None:
    """Only to have the newest state."""
