"""Who lives where: creating, finding and dropping sandboxes, and whom a credential leads to."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from emulator.core.clock import Clock, monotonic, wall
from emulator.core.eviction import EVICTION_AGE_S, Eviction, Full
from emulator.core.facts import Fact, SandboxBorn, SandboxRestored
from emulator.core.fixtures import Worlds
from emulator.core.ids import derive_bytes, draw_seed
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import Lease, Ledger, Unavailable
from emulator.core.library import Library
from emulator.core.sandbox import Gone, Sandbox
from emulator.core.snapshots import Snapshot
from emulator.core.state import DEFAULT, Entry, State
from emulator.core.tenancies import TOUCH_EVERY_S, Tenancies, Tenancy
from emulator.core.view import View
from emulator.core.world import Blueprint

__all__ = ["EVICTION_AGE_S", "SANDBOX_ID", "Directory", "Full"]

SANDBOX_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Directory:
    """The sandboxes of a ledger, and those of them that live in this process as well.

    A sandbox that another process made, or an earlier one, is adopted when it is asked for: its log
    is read. `seed`: the default for sandboxes born without one. `idle_clock`: seconds for idle
    times; None: ones that never jump, or Unix seconds where the ledger is shared. `is_shared`:
    facts may come from other processes. `here`: what lives in this one, and who listens to it.
    `woken`: see `Sandbox`.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        worlds: Worlds,
        blueprints: Sequence[Blueprint],
        budget: Budget,
        key_names: Mapping[int, tuple[str, ...]],
        seed: str | None,
        ttl_s: float,
        cap: int,
        idle_clock: Callable[[], float] | None = None,
        kid: Callable[[str], str] = str,
        woken: Callable[[Sandbox], None] = lambda _: None,
    ) -> None:
        idle_clock = idle_clock or (wall if ledger.shared else monotonic)
        self._lag_s = TOUCH_EVERY_S if ledger.shared else 0.0
        self._woken = woken
        self._ledger = ledger
        self.is_shared = ledger.shared
        self._library = Library(worlds, ledger)
        self.worlds = worlds
        self._blueprints = tuple(blueprints)
        self._budget = budget
        self._key_names = key_names
        self._kid = kid
        self._seed = seed
        self._ttl_s = ttl_s
        self.here = self._tenancies = Tenancies(budget, idle_clock)
        self._eviction = Eviction(ledger, self._tenancies, cap, self._lag_s)

    def __len__(self) -> int:
        """How many live in this process."""
        return len(self._tenancies)

    def get(self, sandbox: str) -> Sandbox | None:
        """A sandbox of this process by id, as it was last seen; asking counts as use."""
        tenancy = self._tenancies.get(sandbox)
        return None if tenancy is None else self._tenancies.use(tenancy)

    def tenancies(self) -> list[Tenancy]:
        """All of this process, in order of creation."""
        return list(self._tenancies)

    def tenancy(self, sandbox: str) -> Tenancy | None:
        """One of this process, without counting as use."""
        return self._tenancies.get(sandbox)

    def expires_in_s(self, tenancy: Tenancy) -> float | None:
        """How long a sandbox may still lie idle; None: for good."""
        if tenancy.ttl_s is None:
            return None
        return tenancy.ttl_s - self._tenancies.idle_s(tenancy)

    async def find(self, sandbox: str) -> Sandbox | None:
        """A sandbox of the ledger by id, adopted if need be; asking counts as use."""
        tenancy = await self.look_up(sandbox)
        return None if tenancy is None else await self._use(tenancy)

    async def look_up(self, sandbox: str) -> Tenancy | None:
        """The same without counting as use."""
        lease = await self._ledger.lease(sandbox)
        if lease is None:
            self._tenancies.forget(sandbox)
            return None
        return await self._adopt(lease)

    async def leases(self) -> list[Lease]:
        """All sandboxes of the ledger, in order of creation."""
        return list(await self._ledger.leases())

    async def create(
        self,
        sandbox: str,
        *,
        seed: str | None = None,
        clock: Clock | None = None,
        fixtures: bytes = b"{}",
        credentials: bytes = b"{}",
        ttl_s: float | None = None,
        keep: bool = False,
        first_use: bool = False,
    ) -> Sandbox | None:
        """Make a sandbox; None when the id is taken. `keep`: no TTL (`default` is always kept).

        Raises:
            Full: the cap is reached.
        """
        if await self._ledger.lease(sandbox) is not None:
            return None
        await self._eviction.make_room(first_use=first_use)
        at = wall()
        clock = clock or Clock()
        born = SandboxBorn(
            at=clock.now(at),
            seed=seed or self._derived_seed(sandbox),
            world=await self.keep_current_world(),
            clock=clock,
            first_use=first_use,
            fixtures=msgspec.Raw(fixtures),
            credentials=msgspec.Raw(credentials),
        )
        ttl_s = None if keep else ttl_s or self._ttl_s
        return await self._move_in(sandbox, born, ttl_s, first_use=first_use)

    async def restore(
        self, sandbox: str, snapshot: Snapshot, *, ttl_s: float | None = None, keep: bool = False
    ) -> Sandbox | None:
        """Make a sandbox that is what a snapshot says; else as `create`."""
        if await self._ledger.lease(sandbox) is not None:
            return None
        await self._eviction.make_room(first_use=False)
        await self.keep_world(snapshot.world)
        fact = SandboxRestored(snapshot.clock.now(wall()), snapshot)
        ttl_s = None if keep else ttl_s or self._ttl_s
        return await self._move_in(sandbox, fact, ttl_s, first_use=False)

    async def open(self, sandbox: str) -> Sandbox:
        """The sandbox of that id, made on first use.

        Raises:
            Full: the cap is reached.
        """
        while True:
            found = await self.find(sandbox) or await self.create(sandbox, first_use=True)
            if found is not None:
                return found

    async def drop(self, sandbox: str) -> bool:
        """Forget a sandbox, everywhere; False when there is none."""
        self._tenancies.forget(sandbox)
        return await self._ledger.drop(sandbox)

    async def locate(self, entry: Entry) -> Sandbox | None:
        """The sandbox that a credential or home name leads to."""
        sandbox = await self._ledger.locate(*entry)
        if sandbox is None:
            return None
        tenancy = self._tenancies.get(sandbox)
        return await self.find(sandbox) if tenancy is None else await self._use(tenancy)

    async def is_listed(self, sandbox: Sandbox) -> bool:
        """Whether every name that a sandbox's records make leads to it, and not to another."""
        holders = [await self._ledger.locate(*entry) for entry in sandbox.state.own_homes()]
        own = sandbox.state.identity == sandbox.id
        return own and all(holder == sandbox.id for holder in holders)

    async def keep_current_world(self) -> str:
        """The digest of the fixture world as its files have it now, for a fact to name.

        Raises:
            FixtureError: the files hold none.
        """
        return await self._library.keep_current()

    async def keep_world(self, digest: str) -> None:
        """Keep a fixture world that is at hand, for a fact to name."""
        await self._library.keep(digest)

    async def find_world(self, digest: str) -> bool:
        """Whether a fixture world is at hand, if need be out of the ledger."""
        return await self._library.find(digest)

    def imagine(self, sandbox: str, fixtures: bytes, credentials: bytes) -> View:
        """How a sandbox would begin, without making it.

        Raises:
            FixtureError: it could not be made of these.
        """
        state = self._new_state(sandbox)
        state.apply(
            SandboxBorn(
                at=0.0,
                seed="",
                world=self.worlds.current().digest,
                fixtures=msgspec.Raw(fixtures),
                credentials=msgspec.Raw(credentials),
            )
        )
        return View(state, wall())

    def imagine_restored(self, sandbox: str, snapshot: Snapshot) -> View:
        """How a sandbox would be if it were what a snapshot says."""
        state = self._new_state(sandbox)
        state.apply(SandboxRestored(0.0, snapshot))
        return View(state, wall())

    async def sweep(self) -> None:
        """Drop the sandboxes that were idle for longer than their TTL, for all processes."""
        await self._eviction.sweep()

    async def adopt_all(self) -> None:
        """Let every sandbox of a shared ledger live here too, and read on those that do.

        Else what falls due in one that only a process knew which is gone would wait until somebody
        asks for it. One that can't be read, because it is damaged say, keeps no other away.
        """
        for lease in await self._ledger.leases() if self._ledger.shared else ():
            with suppress(Gone, Unavailable):
                tenancy = await self._adopt(lease)
                if tenancy is not None:
                    await tenancy.sandbox.look(lambda _: None)

    async def _move_in(
        self, sandbox: str, first: Fact, ttl_s: float | None, *, first_use: bool
    ) -> Sandbox | None:
        now = self._tenancies.idle_clock()
        ttl_s = None if sandbox == DEFAULT else ttl_s
        lease = Lease(sandbox, now, now, ttl_s, first_use=first_use)
        made = self._new_sandbox(sandbox)
        if not await made.bear(first, lease):
            return None
        self._tenancies.settle(Tenancy(made, lease))
        return made

    async def _use(self, tenancy: Tenancy) -> Sandbox:
        sandbox = self._tenancies.use(tenancy)
        if self._lag_s and tenancy.used_at - tenancy.told_at >= self._lag_s:
            tenancy.told_at = tenancy.used_at
            with suppress(Unavailable):  # the call itself will say so, if it matters
                await self._ledger.touch(sandbox.id, tenancy.used_at)
        return sandbox

    async def _adopt(self, lease: Lease) -> Tenancy | None:
        """The tenancy of a lease: the one that is here, else one whose log is read now."""
        here = self._tenancies.under(lease)
        if here is not None:
            return here
        self._tenancies.forget(lease.sandbox)
        sandbox = self._new_sandbox(lease.sandbox)
        return self._tenancies.settle(Tenancy(sandbox, lease)) if await sandbox.join() else None

    def _new_sandbox(self, sandbox: str) -> Sandbox:
        journal = Journal(self._budget, self._ledger.line(sandbox))
        state = partial(self._new_state, sandbox)
        return Sandbox(state, self._ledger, journal, self._library, self._woken)

    def _derived_seed(self, sandbox: str) -> str:
        """Random, unless the process was given a seed: then the sandbox's own, derived."""
        if self._seed is None:
            return draw_seed()
        if sandbox == DEFAULT:
            return self._seed
        return derive_bytes(self._seed, "sandbox", sandbox, size=16).hex()

    def _new_state(self, sandbox: str) -> State:
        return State(sandbox, self._blueprints, self.worlds.resolve, self._key_names, self._kid)
