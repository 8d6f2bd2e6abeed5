"""Fixture worlds across processes: a log names those it stands on, the ledger keeps them."""

from collections.abc import Sequence

from emulator.core.facts import Fact, SandboxBorn, SandboxReset
from emulator.core.fixtures import FixtureError, Worlds
from emulator.core.ledger import Ledger, Unavailable


class Library:
    """The worlds of a process beside those that its ledger keeps."""

    def __init__(self, worlds: Worlds, ledger: Ledger) -> None:
        self._worlds = worlds
        self._ledger = ledger
        self._documents: dict[str, bytes] = {}

    async def keep_current(self) -> str:
        """The digest of the world as the files have it now, kept for whoever will read it.

        Raises:
            FixtureError: the files hold none.
        """
        digest = self._worlds.current().digest
        if self._ledger.shared:
            if digest not in self._documents:
                self._documents[digest] = self._worlds.document(digest)
            # Each time: a ledger may have lost what it was given.
            await self._ledger.keep_world(digest, self._documents[digest])
        return digest

    async def learn(self, facts: Sequence[Fact]) -> None:
        """Have the worlds at hand that others' facts name, before they are folded."""
        for fact in facts:
            if isinstance(fact, SandboxBorn | SandboxReset):
                await self._learn(fact.world)

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
