"""Fixture worlds across processes: a log names those it stands on, the ledger keeps them."""

from collections.abc import Sequence

from emulator.core.facts import (
    EntityDropped,
    EntityPut,
    Fact,
    SandboxBorn,
    SandboxReset,
    SandboxRestored,
)
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
        await self.keep(digest)
        return digest

    async def keep(self, digest: str) -> None:
        """Keep a world that is at hand for whoever will read a fact that names it."""
        if self._ledger.shared:
            if digest not in self._documents:
                self._documents[digest] = self._worlds.document(digest)
            # Each time: a ledger may have lost what it was given.
            await self._ledger.keep_world(digest, self._documents[digest])

    async def find(self, digest: str) -> bool:
        """Whether a world is at hand, if need be out of the ledger.

        Raises:
            Unavailable: the ledger does not answer, or the world does not fit what is here.
        """
        if self._worlds.knows(digest):
            return True
        document = await self._ledger.world(digest)
        if document is None:
            return False
        try:
            self._worlds.learn(digest, document)
        except FixtureError:
            raise Unavailable(
                "The sandbox's fixture world does not fit this version of the emulator."
            ) from None
        return True

    async def learn(self, facts: Sequence[Fact]) -> bool:
        """Have the worlds at hand that others' facts name, before they are folded.

        False: they tell of things of a provider that is not enabled here, which the fold leaves
        out: who knows but a part must not tell the whole.
        """
        whole = True
        for fact in facts:
            match fact:
                case SandboxBorn() | SandboxReset():
                    whole &= await self._learn(fact.world)
                case SandboxRestored():
                    whole &= await self._learn(fact.snapshot.world)
                    whole &= all(map(self._worlds.has_kind, fact.snapshot.entities))
                case EntityPut() | EntityDropped():
                    whole &= self._worlds.has_kind(f"{fact.provider}.{fact.kind}")
        return whole

    async def _learn(self, digest: str) -> bool:
        if not await self.find(digest):
            raise Unavailable("The ledger does not hold the sandbox's fixture world.")
        return digest not in self._worlds.partial
