"""Which sandboxes go: those that lie idle for too long, and first-use ones when the house is full.

Any process may drop them, for all: a drop holds only if nobody told of a use meanwhile.
"""

from emulator.core.ledger import Lease, Ledger
from emulator.core.state import DEFAULT
from emulator.core.tenancies import Tenancies

EVICTION_AGE_S = 60.0


class Full(Exception):  # noqa: N818 - what the house is
    """The cap of sandboxes is reached and none may be evicted."""


class Eviction:
    """Of a ledger's sandboxes. `lag_s`: how much later than here another's use may be told."""

    def __init__(self, ledger: Ledger, tenancies: Tenancies, cap: int, lag_s: float) -> None:
        self._ledger = ledger
        self._tenancies = tenancies
        self._cap = cap
        self._lag_s = lag_s

    async def sweep(self) -> None:
        """Drop the sandboxes that were idle for longer than their TTL."""
        here = [tenancy.sandbox.id for tenancy in self._tenancies]
        leases = await self._ledger.leases()
        for name in set(here).difference(lease.sandbox for lease in leases):
            self._tenancies.forget(name)
        now = self._tenancies.idle_clock()
        for lease in leases:
            used_at = self._tenancies.used_at(lease)
            if lease.ttl_s is not None and now - used_at > lease.ttl_s + self._lag_s:
                await self._end(lease, used_at)

    async def make_room(self, *, first_use: bool) -> None:
        """See that one more may come, at the cost of a first-use one if need be.

        Raises:
            Full: it may not.
        """
        if await self._ledger.count() < self._cap:
            return
        await self.sweep()
        leases = await self._ledger.leases()
        if len(leases) < self._cap:
            return
        idle = [lease for lease in leases if lease.first_use and lease.sandbox != DEFAULT]
        oldest = min(idle, key=self._tenancies.used_at, default=None)
        settled = self._tenancies.idle_clock() - EVICTION_AGE_S - self._lag_s
        if not first_use or oldest is None or self._tenancies.used_at(oldest) > settled:
            raise Full(f"{self._cap} sandboxes are open")
        await self._end(oldest, self._tenancies.used_at(oldest))

    async def _end(self, lease: Lease, used_at: float) -> None:
        if await self._ledger.drop(lease.sandbox, unused_since=used_at):
            self._tenancies.forget(lease.sandbox)
