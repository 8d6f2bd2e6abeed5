"""The one way in which anything ever changes: decide on the state, append the facts, fold."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from emulator.core.clock import wall as read_wall
from emulator.core.decisions import Decision
from emulator.core.facts import Fact, SandboxRestored
from emulator.core.journal import Journal
from emulator.core.ledger import (
    NOWHERE,
    Head,
    Lease,
    Ledger,
    Moved,
    Replaced,
    Tail,
    Unavailable,
)
from emulator.core.library import Library
from emulator.core.state import State
from emulator.core.view import View

R = TypeVar("R")

Decide = Callable[[View], Decision[R]]

TRIM_EVERY = 1000


class Gone(Exception):  # noqa: N818 - what happened to the sandbox
    """The sandbox was dropped while the call was under way."""


class Sandbox:
    """One isolated world: its state, its place in the ledger, its journal of calls.

    `library` None: every world that others' facts name is at hand. `woken`: told whenever facts
    were folded in while there is work that falls due.
    """

    def __init__(
        self,
        state: Callable[[], State],
        ledger: Ledger,
        journal: Journal,
        library: Library | None = None,
        woken: "Callable[[Sandbox], None]" = lambda _: None,
    ) -> None:
        self._woken = woken
        self._make_state = state
        self._library = library
        self._ledger = ledger
        self._head = NOWHERE
        self._knows_all = True
        self.is_dropped = False
        self._lock = asyncio.Lock()
        self.state = state()
        self.id = self.state.id
        self.journal = journal

    async def transact(self, decide: Decide[R], *, wall: float | None = None) -> Decision[R]:
        """Decide on the newest state; if there are facts, append them all or decide again.

        `wall`: when the call arrived, Unix seconds. `decide` may run several times.

        Raises:
            Gone: the sandbox was dropped.
            Unavailable: the ledger can't say whether the facts were appended.
        """
        at = read_wall() if wall is None else wall
        async with self._lock:
            while True:
                await self._catch_up()
                view = View(self.state, at)
                decision = decide(view)
                facts = decision.facts + view.drawn(view.now)
                if not facts:
                    return decision
                before = self._head.position
                if await self._append(facts):
                    if self._ledger.shared and self._trims(before):
                        await self._trim()
                    return decision

    async def look(self, read: Callable[[View], R]) -> R:
        """Read on the newest state. `read` is pure, and keeps nothing of the view.

        Raises:
            Gone: the sandbox was dropped.
            Unavailable: the ledger can't be read.
        """
        return (await self.transact(lambda view: Decision(read(view)))).reply

    async def bear(self, born: Fact, lease: Lease | None = None) -> bool:
        """Begin the log; False when there is one already."""
        async with self._lock:
            return await self._append((born,), lease)

    async def join(self) -> bool:
        """Read the log that others began; False when there is none.

        Raises:
            Unavailable: the ledger can't be read.
        """
        async with self._lock:
            try:
                await self._catch_up()
            except Gone:
                return False
            return True

    def view(self) -> View:
        """The state as this process last saw it, to read."""
        return View(self.state, read_wall())

    @property
    def head(self) -> Head:
        """How far this process has folded the log."""
        return self._head

    async def read(self, after: Head) -> Tail | Replaced:
        """The log's facts behind a head.

        Raises:
            Unavailable: the ledger can't be read.
        """
        return await self._ledger.read(self.id, after)

    def drop(self) -> None:
        """Tell those who listen that there will be no more."""
        self.is_dropped = True
        self.journal.bell.ring()

    async def _append(self, facts: Sequence[Fact], lease: Lease | None = None) -> bool:
        claimed, released = self.state.homes(facts)
        head = await self._ledger.append(
            self.id, self._head, facts, claimed=claimed, released=released, lease=lease
        )
        if isinstance(head, Moved):
            return False
        self._fold(facts, head)
        return True

    def _trims(self, before: int) -> bool:
        """Whether this append passed a point where the log is trimmed.

        Of several processes the one that passes it trims. The points lie at least as far apart as
        the state has tokens, so that a fact costs the same in a large log as in a small one.
        """
        every = TRIM_EVERY
        while every < len(self.state.tokens):
            every *= 2
        if before // every == self._head.position // every:
            return False
        return self._knows_all

    async def _trim(self) -> None:
        """Have one fact say what all facts up to here say; the next point will do as well."""
        at = self.state.clock.now(read_wall())
        restored = SandboxRestored(at, self.state.snapshot(), self.state.control)
        with suppress(Unavailable):
            await self._ledger.trim(self.id, self._head, restored)

    async def _catch_up(self) -> None:
        tail = await self._ledger.read(self.id, self._head)
        if isinstance(tail, Replaced):
            self._restart()
            tail = await self._ledger.read(self.id, NOWHERE)
        if isinstance(tail, Replaced) or tail.head == NOWHERE:
            raise Gone(self.id)
        if tail.facts:
            if self._library is not None and not await self._library.learn(tail.facts):
                self._knows_all = False
            try:
                self._fold(tail.facts, tail.head)
            except Exception:  # a state that holds half of them is no state
                self._restart()
                raise

    def _restart(self) -> None:
        self.state, self._head, self._knows_all = self._make_state(), NOWHERE, True

    def _fold(self, facts: Sequence[Fact], head: Head) -> None:
        for fact in facts:
            self.state.apply(fact)
        self._head = head
        if self.state.due:
            self._woken(self)
        self.journal.bell.ring()
