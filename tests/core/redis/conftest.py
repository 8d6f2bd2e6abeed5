"""The ledger in Redis, on a server that can be hurt and behind a door that can lose answers."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from emulator.core.ledger import Tail
from emulator.core.ledger.redis import RedisLedger
from tests.redis_server import RedisServer
from tests.relay import Relay, open_relay


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A server of the test's own that forgets nothing that it acknowledged."""
    made = RedisServer(appendonly="yes", appendfsync="always")
    made.start()
    yield made
    made.close()


@pytest.fixture
def heir() -> Iterator[RedisServer]:
    """Another server."""
    made = RedisServer()
    made.start()
    yield made
    made.close()


@pytest.fixture
async def ledger(anyio_backend: str, server: RedisServer) -> AsyncIterator[RedisLedger]:
    """An empty ledger on it."""
    assert anyio_backend
    opened = RedisLedger(server.url, writer="1.2.3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def relay(anyio_backend: str, server: RedisServer) -> AsyncIterator[Relay]:
    """A door in front of the server."""
    assert anyio_backend
    async with open_relay(server.port) as opened:
        yield opened


@pytest.fixture
async def distant(relay: Relay) -> AsyncIterator[RedisLedger]:
    """A ledger behind that door."""
    opened = RedisLedger(f"redis://127.0.0.1:{relay.port}", writer="1.2.3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def redis(anyio_backend: str, server: RedisServer) -> "AsyncIterator[Redis]":
    """The server without the ledger, to do what should not be done."""
    assert anyio_backend
    client = Redis(host="127.0.0.1", port=server.port)
    yield client
    await client.aclose()


async def recover(ledger: RedisLedger) -> None:
    """Wait until the ledger has noticed that Redis answers again."""
    knocking = ledger._link._knocking
    if knocking is not None:
        await knocking


def numbers(found: Tail) -> list[float]:
    """Which facts those are."""
    return [each.at for each in found.facts]
