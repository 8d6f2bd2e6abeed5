"""The sandboxes that live in this process, and when each was last used."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from emulator.core.journal import Budget
from emulator.core.ledger import Lease
from emulator.core.sandbox import Sandbox

TOUCH_EVERY_S = 60.0


class Tenancy:
    """A sandbox in this process. `used_at`: by the idle clock; `told_at`: when the ledger heard.

    `holders`: how many listen to it; as long as somebody does, it is in use.
    """

    __slots__ = ("holders", "lease", "sandbox", "told_at", "used_at")

    def __init__(self, sandbox: Sandbox, lease: Lease) -> None:
        self.sandbox = sandbox
        self.lease = lease
        self.holders = 0
        self.used_at = self.told_at = lease.used_at

    @property
    def ttl_s(self) -> float | None:
        """How long it may lie idle; None: it stays."""
        return self.lease.ttl_s

    @property
    def first_use(self) -> bool:
        """Whether a call made it by naming it."""
        return self.lease.first_use


class Tenancies:
    """By sandbox, in order of arrival. Their journals share `budget`. `idle_clock`: seconds.

    `is_stopping`: the process ends, nobody should wait any more for what may happen in them.
    """

    def __init__(self, budget: Budget, idle_clock: Callable[[], float]) -> None:
        self._budget = budget
        self._here: dict[str, Tenancy] = {}
        self.idle_clock = idle_clock
        self.is_stopping = False

    def __len__(self) -> int:
        return len(self._here)

    def __iter__(self) -> Iterator[Tenancy]:
        return iter(self._here.values())

    def get(self, sandbox: str) -> Tenancy | None:
        """One by its sandbox's id."""
        return self._here.get(sandbox)

    def use(self, tenancy: Tenancy) -> Sandbox:
        """Note a use."""
        tenancy.used_at = self.idle_clock()
        return tenancy.sandbox

    @contextmanager
    def hold(self, sandbox: Sandbox) -> Iterator[None]:
        """Keep a sandbox from idling out for as long as somebody listens to it."""
        tenancy = self._here.get(sandbox.id)
        if tenancy is None or tenancy.sandbox is not sandbox:
            yield
            return
        tenancy.holders += 1
        try:
            yield
        finally:
            tenancy.holders -= 1
            self.use(tenancy)

    def stop(self) -> None:
        """Let nobody wait any more."""
        self.is_stopping = True
        for tenancy in self:
            tenancy.sandbox.journal.bell.ring()

    def idle_s(self, tenancy: Tenancy) -> float:
        """How long it lies idle."""
        return 0.0 if tenancy.holders else self.idle_clock() - tenancy.used_at

    def under(self, lease: Lease) -> Tenancy | None:
        """The one under that very lease, and not one of the same name before or after it."""
        found = self._here.get(lease.sandbox)
        return found if found and found.lease.created_at == lease.created_at else None

    def used_at(self, lease: Lease) -> float:
        """The last use that is known here."""
        found = self.under(lease)
        if found is not None and found.holders:
            return self.idle_clock()
        return max(lease.used_at, found.used_at) if found else lease.used_at

    def settle(self, tenancy: Tenancy) -> Tenancy:
        """Take it in; of several under one lease the first stays."""
        settled = self.under(tenancy.lease)
        if settled is None:
            settled = self._here[tenancy.sandbox.id] = tenancy
            self._budget.rings = len(self._here)
        return settled

    def forget(self, sandbox: str) -> None:
        """It does not live here any more."""
        forgotten = self._here.pop(sandbox, None)
        if forgotten is not None:
            self._budget.rings = len(self._here)
            forgotten.sandbox.drop()
