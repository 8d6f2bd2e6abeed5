"""Who lives where: creating, finding and dropping sandboxes, and whom a credential leads to."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from emulator.core.clock import Clock, monotonic, wall
from emulator.core.facts import SandboxBorn
from emulator.core.fixtures import Worlds
from emulator.core.ids import derive_bytes, draw_seed
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import Ledger
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.sandbox import Sandbox
from emulator.core.state import DEFAULT, Entry, State
from emulator.core.view import View
from emulator.core.world import Blueprint

SANDBOX_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")

EVICTION_AGE_S = 60.0


class Full(Exception):  # noqa: N818 - what the house is
    """The cap of sandboxes is reached and none may be evicted."""


class Tenancy:
    """A sandbox in this process. `used_at`: monotonic seconds. `ttl_s` None: it stays.

    `holders`: how many listen to it; as long as somebody does, it is not idle.
    """

    __slots__ = ("first_use", "holders", "sandbox", "ttl_s", "used_at")

    def __init__(
        self, sandbox: Sandbox, ttl_s: float | None, used_at: float, *, first_use: bool
    ) -> None:
        self.sandbox = sandbox
        self.ttl_s = ttl_s
        self.used_at = used_at
        self.first_use = first_use
        self.holders = 0


class Directory:
    """The sandboxes of a process. `seed`: the default for sandboxes born without one.

    `idle_clock`: seconds that never jump, for idle times. `is_shared`: facts may come from other
    processes. `is_stopping`: the process ends, nobody should wait any more.
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
        idle_clock: Callable[[], float] = monotonic,
        kid: Callable[[str], str] = str,
    ) -> None:
        self._idle_clock = idle_clock
        self._ledger = ledger
        self.is_shared = not isinstance(ledger, MemoryLedger)
        self.is_stopping = False
        self.worlds = worlds
        self._blueprints = tuple(blueprints)
        self._budget = budget
        self._key_names = key_names
        self._kid = kid
        self._seed = seed
        self._ttl_s = ttl_s
        self._cap = cap
        self._tenancies: dict[str, Tenancy] = {}

    def __len__(self) -> int:
        return len(self._tenancies)

    def get(self, sandbox: str) -> Sandbox | None:
        """A sandbox by id; asking counts as use."""
        tenancy = self._tenancies.get(sandbox)
        if tenancy is None:
            return None
        tenancy.used_at = self._idle_clock()
        return tenancy.sandbox

    def tenancies(self) -> list[Tenancy]:
        """All, in order of creation."""
        return list(self._tenancies.values())

    def tenancy(self, sandbox: str) -> Tenancy | None:
        """One, without counting as use."""
        return self._tenancies.get(sandbox)

    def expires_in_s(self, tenancy: Tenancy) -> float | None:
        """How long a sandbox may still lie idle; None: for good."""
        if tenancy.ttl_s is None:
            return None
        if tenancy.holders:
            return tenancy.ttl_s
        return tenancy.ttl_s - (self._idle_clock() - tenancy.used_at)

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
        if sandbox in self._tenancies:
            return None
        await self._make_room(first_use=first_use)
        at = wall()
        clock = clock or Clock()
        born = SandboxBorn(
            at=clock.now(at),
            seed=seed or self._derived_seed(sandbox),
            world=self.worlds.current().digest,
            clock=clock,
            first_use=first_use,
            fixtures=msgspec.Raw(fixtures),
            credentials=msgspec.Raw(credentials),
        )
        made = Sandbox(lambda: self._new_state(sandbox), self._ledger, Journal(self._budget))
        if not await made.bear(born):
            return None
        ttl = None if keep or sandbox == DEFAULT else (ttl_s or self._ttl_s)
        self._tenancies[sandbox] = Tenancy(made, ttl, self._idle_clock(), first_use=first_use)
        self._budget.rings = len(self._tenancies)
        return made

    async def open(self, sandbox: str) -> Sandbox:
        """The sandbox of that id, made on first use.

        Raises:
            Full: the cap is reached.
        """
        while True:
            found = self.get(sandbox) or await self.create(sandbox, first_use=True)
            if found is not None:
                return found

    async def drop(self, sandbox: str) -> bool:
        """Forget a sandbox; False when there is none."""
        tenancy = self._tenancies.pop(sandbox, None)
        if tenancy is None:
            return False
        self._budget.rings = len(self._tenancies)
        await self._ledger.drop(sandbox)
        tenancy.sandbox.drop()
        return True

    @contextmanager
    def hold(self, sandbox: str) -> Iterator[None]:
        """Keep a sandbox from idling out for as long as somebody listens to it."""
        tenancy = self._tenancies.get(sandbox)
        if tenancy is None:
            yield
            return
        tenancy.holders += 1
        try:
            yield
        finally:
            tenancy.holders -= 1
            tenancy.used_at = self._idle_clock()

    def stop(self) -> None:
        """Let nobody wait for what may come any more: the process ends."""
        self.is_stopping = True
        for tenancy in self._tenancies.values():
            tenancy.sandbox.journal.bell.ring()

    async def locate(self, entry: Entry) -> Sandbox | None:
        """The sandbox that a credential or home name leads to."""
        sandbox = await self._ledger.locate(*entry)
        return None if sandbox is None else self.get(sandbox)

    async def is_listed(self, sandbox: Sandbox) -> bool:
        """Whether every name that a sandbox's records make leads to it, and not to another."""
        holders = [await self._ledger.locate(*entry) for entry in sandbox.state.own_homes()]
        own = sandbox.state.identity == sandbox.id
        return own and all(holder == sandbox.id for holder in holders)

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

    async def sweep(self) -> None:
        """Drop the sandboxes that were idle for longer than their TTL."""
        now = self._idle_clock()
        for name, tenancy in list(self._tenancies.items()):
            if tenancy.holders or tenancy.ttl_s is None:
                continue
            if now - tenancy.used_at > tenancy.ttl_s:
                await self.drop(name)

    async def _make_room(self, *, first_use: bool) -> None:
        if len(self._tenancies) < self._cap:
            return
        await self.sweep()
        if len(self._tenancies) < self._cap:
            return
        now = self._idle_clock()
        idle = [
            t
            for t in self._tenancies.values()
            if t.first_use and t.sandbox.id != DEFAULT and not t.holders
        ]
        oldest = min(idle, key=lambda t: t.used_at, default=None)
        if not first_use or oldest is None or now - oldest.used_at < EVICTION_AGE_S:
            raise Full(f"{self._cap} sandboxes are open")
        await self.drop(oldest.sandbox.id)

    def _derived_seed(self, sandbox: str) -> str:
        """Random, unless the process was given a seed: then the sandbox's own, derived."""
        if self._seed is None:
            return draw_seed()
        if sandbox == DEFAULT:
            return self._seed
        return derive_bytes(self._seed, "sandbox", sandbox, size=16).hex()

    def _new_state(self, sandbox: str) -> State:
        return State(sandbox, self._blueprints, self.worlds.resolve, self._key_names, self._kid)
