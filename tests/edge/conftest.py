"""An edge over the toy provider, and a client on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.edge.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The edge with the toy provider alone."""
    return House(tmp_path)


@pytest.fixture
async def visitor(house: House, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client on the house."""
    assert anyio_backend
    async with house.client() as client:
        yield client
