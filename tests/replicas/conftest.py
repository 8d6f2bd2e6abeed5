"""Two emulators on one Redis, as if on two machines."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.ids import draw_seed
from emulator.setting_values import parse_ledger
from emulator.settings import Settings
from tests.conftest import client_of
from tests.redis_server import RedisServer, shared_server


class Replica(NamedTuple):
    """One of them, and a client on it."""

    emulator: Emulator
    client: httpx.AsyncClient


@asynccontextmanager
async def open_replica(url: str) -> AsyncIterator[Replica]:
    """A started emulator on that Redis."""
    emulator = create_emulator(Settings(ledger=parse_ledger(url)))
    await emulator.start()
    async with client_of(emulator) as client:
        yield Replica(emulator, client)
    await emulator.close()


@pytest.fixture
def url() -> str:
    """An empty corner of a Redis."""
    return f"{shared_server().url}?prefix={draw_seed()}:"


@pytest.fixture
async def one(anyio_backend: str, url: str) -> AsyncIterator[Replica]:
    """A replica."""
    assert anyio_backend
    async with open_replica(url) as opened:
        yield opened


@pytest.fixture
async def other(one: Replica, url: str) -> AsyncIterator[Replica]:
    """Another."""
    assert one
    async with open_replica(url) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis of the test's own, to be hurt."""
    made = RedisServer(appendonly="yes", appendfsync="always")
    made.start()
    yield made
    made.close()
