"""Ledgers that misbehave, over one that does not; and the decision that tests append with."""

import asyncio
from collections.abc import Sequence

from emulator.core.decisions import Decision
from emulator.core.facts import Fact, TokenIssued
from emulator.core.ledger import Head, Ledger, Moved, Replaced, Tail, Unavailable
from emulator.core.sandbox import Sandbox
from emulator.core.state import Entry
from emulator.core.view import View
from tests.core.toys import grant


def mint(view: View) -> Decision[str]:
    """Draw an id and issue a token."""
    jti = view.draw_uuid("jti")
    return Decision(jti, (TokenIssued(view.now, jti, int(view.now) + 600, grant()),))


class Wrapped:
    """A ledger over another: counts its appends, gives others a turn at each step."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.appends = 0
        self.moves = 0

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """Read, after others had a turn."""
        await asyncio.sleep(0)
        return await self.ledger.read(sandbox, after)

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
    ) -> Head | Moved:
        """Append, after others had a turn."""
        await asyncio.sleep(0)
        head = await self.ledger.append(
            sandbox, expected, facts, claimed=claimed, released=released
        )
        self.appends += 1
        self.moves += isinstance(head, Moved)
        await asyncio.sleep(0)
        return head

    async def drop(self, sandbox: str) -> None:
        """Drop."""
        await self.ledger.drop(sandbox)

    async def locate(self, kind: str, value: str) -> str | None:
        """Locate."""
        return await self.ledger.locate(kind, value)


class Down(Wrapped):
    """A ledger that can be made unreachable."""

    down = False

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
    ) -> Head | Moved:
        """Append, unless it is down."""
        if self.down:
            raise Unavailable
        return await super().append(sandbox, expected, facts, claimed=claimed, released=released)


class Intruder(Wrapped):
    """A ledger where another process appends right before the next append."""

    first: Sandbox | None = None

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
    ) -> Head | Moved:
        """Append behind the other."""
        if self.first is not None:
            other, self.first = self.first, None
            await other.transact(mint)
        return await super().append(sandbox, expected, facts, claimed=claimed, released=released)
