"""A server in a thread, shared by the tests of the client, and a sandbox of it for each."""

from collections.abc import Iterator

import pytest

from emulator.testing import Emulator, Sandbox, run_in_thread


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    """An emulator at a port of its own."""
    with run_in_thread() as emulator:
        assert emulator.health().status == "ok"  # httpx is loaded, once for all runs of pytester
        yield emulator


@pytest.fixture
def sandbox(running: Emulator) -> Iterator[Sandbox]:
    """A sandbox that nobody else uses."""
    made = running.sandboxes.create()
    yield made
    made.drop()
