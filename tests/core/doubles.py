"""Ledgers that misbehave, over one that does not; and the decision that tests append with."""

import asyncio
from collections.abc import Sequence

from emulator.core.decisions import Decision
from emulator.core.facts import Fact, TokenIssued
from emulator.core.ledger import Head, Lease, Ledger, Moved, Replaced, Tail, Unavailable
from emulator.core.sandbox import Sandbox
from emulator.core.state import Entry
from emulator.core.view import View
from tests.core.toys import grant
from tests.ledgers import Behind


def mint(view: View) -> Decision[str]:
    """Draw an id and issue a token."""
    jti = view.draw_uuid("jti")
    return Decision(jti, (TokenIssued(view.now, jti, int(view.now) + 600, grant()),))


class Wrapped(Behind):
    """A ledger over another: counts its appends, gives others a turn at each step."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
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
        lease: Lease | None = None,
    ) -> Head | Moved:
        """Append, after others had a turn."""
        await asyncio.sleep(0)
        head = await self.ledger.append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )
        self.appends += 1
        self.moves += isinstance(head, Moved)
        await asyncio.sleep(0)
        return head


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
        lease: Lease | None = None,
    ) -> Head | Moved:
        """Append, unless it is down."""
        if self.down:
            raise Unavailable
        return await super().append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )


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
        lease: Lease | None = None,
    ) -> Head | Moved:
        """Append behind the other."""
        if self.first is not None:
            other, self.first = self.first, None
            await other.transact(mint)
        return await super().append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )
