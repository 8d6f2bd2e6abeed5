"""The composition root: which providers there are, and how the parts are put together."""

from dataclasses import dataclass
from pathlib import Path

from emulator.control import create_control
from emulator.core.directory import Directory
from emulator.core.fixtures import Worlds
from emulator.core.journal import Budget
from emulator.core.keys import KeyPool
from emulator.core.ledger.memory import MemoryLedger
from emulator.edge.addressing import Addresses
from emulator.edge.discovery import Discovery
from emulator.edge.http import Edge, Rules
from emulator.edge.outgoing import Outgoing
from emulator.edge.provider import Provider, Services
from emulator.edge.signer import Signer
from emulator.providers.usegrant import provider as usegrant
from emulator.providers.zerohash import provider as zerohash
from emulator.settings import Settings

PROVIDERS: tuple[Provider, ...] = (zerohash, usegrant)


@dataclass(frozen=True, slots=True)
class Emulator:
    """A whole emulator without a socket. `edge` is the ASGI application."""

    edge: Edge
    directory: Directory
    services: Services
    providers: tuple[Provider, ...]


def create_emulator(settings: Settings) -> Emulator:
    """Put an emulator together.

    Raises:
        FixtureError: the fixture world can't be built.
        ValueError: an unknown provider is asked for, or a key is no key.
    """
    providers = tuple(
        p for p in PROVIDERS if not settings.providers or p.name in settings.providers
    )
    blueprints = [provider.blueprint for provider in providers]
    shipped = shipped_fixtures()
    worlds = Worlds(
        blueprints,
        [*(shipped / f"{provider.name}.yaml" for provider in providers), *settings.fixtures],
    )
    worlds.current()
    keys = KeyPool(shipped / "keys", settings.keys)
    discovery = Discovery(Outgoing(frozenset(settings.outgoing)))
    services = Services(Signer(keys), keys, discovery)
    directory = Directory(
        ledger=MemoryLedger(),
        worlds=worlds,
        blueprints=blueprints,
        budget=Budget(settings.journal_bytes),
        key_names=keys.by_bits,
        seed=settings.seed,
        ttl_s=settings.sandbox_ttl_s,
        cap=settings.sandbox_cap,
        kid=keys.kid,
    )
    addresses = Addresses(providers)
    edge = Edge(
        addresses=addresses,
        directory=directory,
        services=services,
        control=create_control(),
        rules=Rules(
            body_limit=settings.body_limit,
            first_use=settings.first_use,
            log_calls=settings.log_calls,
            public_url=settings.public_url,
        ),
    )
    return Emulator(edge, directory, services, providers)


def shipped_fixtures() -> Path:
    """The fixtures that come with the emulator: in the wheel, else in the checkout."""
    packed = Path(__file__).parent / "_fixtures"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "fixtures"
