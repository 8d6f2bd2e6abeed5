"""What tests of every kind share: an emulator without a socket, and a client on it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from emulator.app import Emulator, create_emulator
from emulator.settings import Settings

BASE_URL = "http://localhost:4600"

# A busy machine is no failure: what a property holds it holds at any speed.
hypothesis_settings.register_profile(
    "any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("any speed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the tests that try moments by chance go on."""
    parser.addoption("--kills", type=int, default=30, help="for the slow crash test (default 30)")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The emulator runs on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
async def one_loop(anyio_backend: str) -> AsyncIterator[str]:
    """All tests of a process run on one event loop.

    grpc.aio polls for the whole process: what it still has to tell a loop that a test closed would
    be told into the next test's.
    """
    yield anyio_backend  # noqa: PT022 - a fixture that waits keeps the loop open


@pytest.fixture
def settings() -> Settings:
    """What `emulator` starts with: override it where a test needs another."""
    return Settings()


@pytest.fixture
async def emulator(anyio_backend: str, settings: Settings) -> AsyncIterator[Emulator]:
    """A started emulator with the sandbox `default` open."""
    assert anyio_backend == "asyncio"
    made = create_emulator(settings)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client that speaks to the emulator in process."""
    async with client_of(emulator) as made:
        yield made


def client_of(emulator: Emulator) -> httpx.AsyncClient:
    """A client that speaks to an emulator in process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(emulator.edge), base_url=BASE_URL)
