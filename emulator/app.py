"""The composition root: which providers there are, and how the parts are put together."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from emulator import __version__
from emulator.control import Access, House, create_control
from emulator.control.scenarios.play import KIND, make_duty
from emulator.core.directory import Directory
from emulator.core.due import HOUSE
from emulator.core.journal import Budget
from emulator.core.keys import KeyPool
from emulator.core.ledger import Ledger, Unavailable, Unusable
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.state import DEFAULT
from emulator.edge.addressing import Addresses
from emulator.edge.discovery import Discovery
from emulator.edge.due import Worker
from emulator.edge.forwarded import Proxies
from emulator.edge.gate import Gate
from emulator.edge.http import Edge, Rules
from emulator.edge.outgoing import LOOPBACK, Outgoing
from emulator.edge.provider import Provider, Services
from emulator.edge.signer import Signer
from emulator.edge.surfaces import Started, Surfaces
from emulator.providers.highnote import provider as highnote
from emulator.providers.hyperswitch import provider as hyperswitch
from emulator.providers.usegrant import provider as usegrant
from emulator.providers.zerohash import provider as zerohash
from emulator.setting_values import LedgerPlace
from emulator.settings import Settings
from emulator.shipped import load_scenarios, load_worlds, public_keys, shipped_fixtures

if TYPE_CHECKING:
    from emulator.authority import Identity
    from emulator.edge.rpc import RpcEdge

PROVIDERS: tuple[Provider, ...] = (zerohash, highnote, usegrant, hyperswitch)


SWEEP_EVERY_S = 30.0


class Emulator(msgspec.Struct):
    """A whole emulator without a socket. `edge` is its HTTP surface, `gate()` the ASGI application.

    `surfaces`: what listens; whoever opens a socket notes it there. `remarks`: what a person should
    know of the start, one line each. `identity`: what it shows over TLS; None: that is not spoken.
    """

    edge: Edge
    directory: Directory
    services: Services
    providers: tuple[Provider, ...]
    surfaces: Surfaces
    proxies: Proxies
    rules: Rules
    ledger: Ledger
    worker: Worker
    identity: "Identity | None" = None
    remarks: list[str] = []
    _sweeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the ledger, and in it the sandbox `default`; a second time changes nothing.

        Raises:
            Unusable: the ledger can't be used.
            Unavailable: it does not answer, or can't give the sandbox.
        """
        await self.ledger.open()
        if await self.directory.find(DEFAULT) is None:
            await self.directory.create(DEFAULT, keep=True)

    async def start(self) -> None:
        """Open what is not open yet, and begin to drop idle sandboxes."""
        await self.open()
        self._sweeping = asyncio.create_task(sweep(self.directory, SWEEP_EVERY_S))

    async def close(self) -> None:
        """Let timers and threads go."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self.worker.close()
        self.directory.here.stop()
        self.surfaces.close()
        await self.ledger.close()
        self.services.signer.close()

    @property
    def started(self) -> Started:
        """What came of the start, to be announced."""
        names = tuple(provider.name for provider in self.providers)
        return Started(dict(self.surfaces.ports), names, tuple(self.remarks))

    @property
    def speaks_rpc(self) -> bool:
        """Whether a provider here has a gRPC surface."""
        return any(provider.rpc_door is not None for provider in self.providers)

    def open_rpc(self, *, shares_port: bool = False) -> "RpcEdge":
        """The gRPC surface of all providers that have one. grpc is imported here first."""
        from emulator.edge.rpc import RpcEdge  # noqa: PLC0415 - 25 ms that REST alone need not pay

        return RpcEdge(
            self.providers, self.directory, self.services, self.rules, shares_port=shares_port
        )

    def gate(self) -> Gate:
        """The ASGI application, which starts and closes this emulator."""
        return Gate(self.edge, self.proxies, self.start, self.close)


async def sweep(directory: Directory, every_s: float) -> None:
    """Take in what the ledger has, and drop idle sandboxes, from time to time and for good."""
    while True:
        with suppress(Unavailable):  # the next time, then
            await directory.adopt_all()
        await asyncio.sleep(every_s)
        with suppress(Unavailable):
            await directory.sweep()


def create_emulator(
    settings: Settings, ledger: Ledger | None = None, *, listens: bool = True
) -> Emulator:
    """Put an emulator together. `ledger` None: the one that the settings ask for.

    `listens` False: it has no socket.

    Raises:
        FixtureError: the fixture world can't be built.
        ValueError: an unknown provider is asked for, or a key is no key.
    """
    providers = choose_providers(settings.providers)
    blueprints = [provider.blueprint for provider in providers]
    worlds = load_worlds(providers, settings.fixtures)
    worlds.current()
    keys = KeyPool(shipped_fixtures() / "keys", settings.keys)
    discovery = Discovery(Outgoing(frozenset(settings.outgoing)))
    services = Services(Signer(keys), keys, discovery)
    ledger = ledger or create_ledger(settings.ledger, settings.workers)
    # A webhook may go to this machine, where nothing else is allowed; a foreign key set may not.
    worker = Worker(
        providers,
        Outgoing(frozenset(settings.outgoing) or LOOPBACK),
        services.signer,
        {(HOUSE, KIND): make_duty({p.name: p for p in providers})},
    )
    directory = Directory(
        ledger=ledger,
        worlds=worlds,
        blueprints=blueprints,
        budget=Budget(settings.journal_bytes),
        key_names=keys.by_bits,
        seed=settings.seed,
        ttl_s=settings.sandbox_ttl_s,
        cap=settings.sandbox_cap,
        kid=keys.kid,
        woken=worker.wake,
    )
    addresses = Addresses(providers)
    rpc = ("grpc",) if any(p.rpc_door for p in providers) else ()
    identity = open_identity(settings) if listens else None
    tls = () if identity is None else ("https", *(f"{name}_tls" for name in rpc))
    surfaces = Surfaces(*(("http", *rpc, *tls) if listens else ()))
    rules = Rules(
        body_limit=settings.body_limit,
        first_use=settings.takes_first_use,
        log_calls=settings.log_calls,
        public_url=settings.public_url,
        fault_header=settings.takes_fault_header,
        public_keys=frozenset() if settings.takes_fixture_keys else public_keys(providers),
    )
    repertoire = load_scenarios(PROVIDERS, settings.scenarios)
    house = House(
        directory=directory,
        services=services,
        worker=worker,
        known=repertoire.providers,
        scenarios=repertoire.paths,
        tenants={tenant.provider.name: tenant for tenant in addresses},
        access=Access(
            token=settings.control_token,
            allowed_hosts=frozenset(host.lower() for host in settings.allowed_hosts),
            on_loopback=settings.is_loopback,
        ),
        surfaces=surfaces,
        is_shared=settings.shared,
        version=__version__,
        body_limit=settings.body_limit,
        public_url=settings.public_url,
        root=None if identity is None else identity.root,
    )
    edge = Edge(
        addresses=addresses,
        directory=directory,
        services=services,
        control=create_control(house),
        rules=rules,
    )
    return Emulator(
        edge,
        directory,
        services,
        providers,
        surfaces,
        Proxies(settings.trusted_proxies),
        rules,
        ledger,
        worker,
        identity,
    )


def open_identity(settings: Settings) -> "Identity | None":
    """What is shown over TLS; None: that is not spoken. It costs 20 ms, and its imports as much.

    The authority may sign for all providers, for whichever of them it is served.

    Raises:
        ValueError: the authority's folder can't be used.
    """
    if settings.tls is None:
        return None
    from emulator import authority, tls  # noqa: PLC0415

    return authority.open_identity(settings.tls.folder, tls.list_names(settings, PROVIDERS))


def create_ledger(place: LedgerPlace, workers: int = 1) -> Ledger:
    """The ledger of that place, not open yet. What it needs is imported here, when it is chosen.

    `workers`: so many processes are to share it.
    """
    if place.kind == "sqlite":
        from emulator.core.ledger.sqlite import SqliteLedger  # noqa: PLC0415

        return SqliteLedger(
            Path(place.target), __version__, place.synchronous, has_workers=workers > 1
        )
    if place.kind == "redis":
        return _create_redis(place.target)
    return MemoryLedger()


def _create_redis(url: str) -> Ledger:
    try:
        from emulator.core.ledger.redis import RedisLedger  # noqa: PLC0415
    except ImportError:
        raise Unusable(
            "EMULATOR_LEDGER names a Redis, and redis-py is not installed: "
            "pip install 'token-emulator[redis]'"
        ) from None
    return RedisLedger(url, writer=__version__)


def choose_providers(names: Sequence[str] | None) -> tuple[Provider, ...]:
    """The providers of these names; None: all.

    Raises:
        ValueError: there is no such provider.
    """
    known = {provider.name: provider for provider in PROVIDERS}
    for name in names or ():
        if name not in known:
            near = get_close_matches(name, known) or list(known)
            raise ValueError(f"no provider {name!r}: EMULATOR_PROVIDERS may name {', '.join(near)}")
    return tuple(p for p in PROVIDERS if names is None or p.name in names)
