"""One server for all tests of clients."""

from collections.abc import Iterator

import httpx
import pytest

from tests.clients.homes import Home
from tests.live import Live, serve


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """A running server."""
    with serve() as running:
        yield running


@pytest.fixture
def home(live: Live) -> Home:
    """A sandbox with useGrant credentials of its own."""
    made = httpx.post(f"{live.origin}/_emulator/sandboxes").json()
    return Home(live.origin, made["id"], **made["credentials"]["usegrant"])
