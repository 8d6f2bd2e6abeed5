from collections.abc import AsyncIterator

import grpc.aio
import httpx
import pytest

from emulator.app import Emulator
from tests.conftest import client_of
from tests.providers.hyperswitch.calling import Service


@pytest.fixture
async def service(emulator: Emulator) -> AsyncIterator[Service]:
    """The connector service over a channel to a real port of loopback."""
    rpc = emulator.open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Service(channel)
    finally:
        await rpc.stop(0)


@pytest.fixture
async def control(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """The control API of the sandbox `default`."""
    async with client_of(emulator) as client:
        client.base_url = httpx.URL("http://localhost:4600/_emulator/sandboxes/default")
        yield client
