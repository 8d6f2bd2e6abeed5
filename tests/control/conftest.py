"""The control API's client, on an emulator in which every decision is made twice.

The ledger says `Moved` to each first try and fails the test when the second decision is another
one: so every test here also shows that the control API's decisions are pure.
"""

from collections.abc import AsyncIterator

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.ledger.memory import MemoryLedger
from emulator.settings import Settings
from tests.conftest import BASE_URL
from tests.ledgers import MovedOnce


@pytest.fixture
def settings() -> Settings:
    """One provider: these tests spell out what the control API says of all there are."""
    return Settings(providers=("zerohash",))


@pytest.fixture
async def emulator(anyio_backend: str, settings: Settings) -> AsyncIterator[Emulator]:
    """A started emulator with the sandbox `default` open, on a contended ledger."""
    assert anyio_backend == "asyncio"
    made = create_emulator(settings, MovedOnce(MemoryLedger()))
    await made.directory.open("default")
    yield made
    made.services.signer.close()


@pytest.fixture
async def control(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose paths are the control API's."""
    transport = httpx.ASGITransport(emulator.edge)
    async with httpx.AsyncClient(transport=transport, base_url=f"{BASE_URL}/_emulator") as made:
        yield made
