"""A client that carries the fixture world's API key."""

from collections.abc import AsyncIterator

import httpx
import pytest

from emulator.app import Emulator
from tests.conftest import client_of
from tests.providers.usegrant.calls import KEY, bearer


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the REST API in process."""
    async with client_of(emulator) as made:
        made.headers.update(bearer(KEY))
        yield made
