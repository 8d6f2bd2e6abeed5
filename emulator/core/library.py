"""Fixture worlds across processes: a log names those it stands on, the ledger keeps them."""

from collections.abc import Sequence

from emulator.core.facts import Fact, SandboxBorn, SandboxReset, SandboxRestored
from emulator.core.fixtures import FixtureError, Worlds
from emulator.core.ledger import Ledger, Unavailable


class Library:
    """The worlds of a process beside those that its ledger keeps."""

    def __init__(self, worlds: Worlds, ledger: Ledger) -> None:
        self._worlds = worlds
        self._ledger = ledger
        self._kept: set[str] = set()

    async def keep_current(self) -> str:
        """The digest of the world as the files have it now, kept for whoever will read it.

        Raises:
            FixtureError: the files hold none.
        """
        digest = self._worlds.current().digest
        await self.keep(digest)
        return digest

    async def keep(self, digest: str) -> None:
        """Keep a world that is at hand for whoever will read it."""
        if digest not in self._kept:
            if self._ledger.shared:
                await self._ledger.keep_world(digest, self._worlds.document(digest))
            self._kept.add(digest)

    async def learn(self, facts: Sequence[Fact]) -> None:
        """Have the worlds at hand that others' facts name, before they are folded."""
        for fact in facts:
            if isinstance(fact, SandboxBorn | SandboxReset):
                await self._learn(fact.world)
            elif isinstance(fact, SandboxRestored):
                await self._learn(fact.snapshot.world)

    async def _learn(self, digest: str) -> None:
        if self._worlds.knows(digest):
            return
        document = await self._ledger.world(digest)
        if document is None:
            raise Unavailable("The ledger does not hold the sandbox's fixture world.")
        try:
            self._worlds.learn(digest, document)
        except FixtureError:
            raise Unavailable(
                "The sandbox's fixture world does not fit this version of the emulator."
            ) from None
