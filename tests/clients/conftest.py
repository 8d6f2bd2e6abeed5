"""One server for all tests of clients."""

from collections.abc import Iterator

import pytest

from tests.live import Live, serve


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """A running server."""
    with serve() as running:
        yield running
