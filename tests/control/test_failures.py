"""What is answered when something behind the API fails."""

import logging
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.facts import Fact
from emulator.core.ledger import Head, Lease, Moved, Unavailable
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.state import Entry
from emulator.settings import Settings
from tests.control.answers import DEFAULT, read, read_problem

pytestmark = pytest.mark.anyio


class Failing(MemoryLedger):
    """A ledger that appends until it is told to fail."""

    error: Exception | None = None
    forgetful = False

    async def lease(self, sandbox: str) -> Lease | None:
        """As the ledger in memory; if told so, the sandbox is dropped right after."""
        found = await super().lease(sandbox)
        if self.forgetful:
            await self.drop(sandbox)
        return found

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
        lease: Lease | None = None,
    ) -> Head | Moved:
        """As the ledger in memory, or not at all."""
        if self.error is not None:
            raise self.error
        return await super().append(
            sandbox, expected, facts, claimed=claimed, released=released, lease=lease
        )


@pytest.fixture
def ledger() -> Failing:
    """The ledger behind the emulator."""
    return Failing()


@pytest.fixture
async def emulator(
    anyio_backend: str, settings: Settings, ledger: Failing
) -> AsyncIterator[Emulator]:
    """An emulator on that ledger."""
    assert anyio_backend == "asyncio"
    made = create_emulator(settings, ledger)
    await made.directory.open("default")
    yield made
    made.services.signer.close()


async def test_a_ledger_that_does_not_answer(control: httpx.AsyncClient, ledger: Failing) -> None:
    """Whether anything was changed is not known: 503. Reading goes on."""
    ledger.error = Unavailable()
    response = await control.put(f"{DEFAULT}/clock", json={"mode": "frozen"})
    assert "not known" in read_problem(response, 503)["detail"]
    assert read(await control.get(f"{DEFAULT}/clock"))["mode"] == "real"


async def test_a_sandbox_that_goes_meanwhile(control: httpx.AsyncClient, ledger: Failing) -> None:
    """A sandbox that somebody else dropped is no longer there."""
    read(await control.post("/sandboxes", json={"id": "a"}), 201)
    ledger.forgetful = True
    assert "dropped" in read_problem(await control.get("/sandboxes/a/clock"), 404)["detail"]


async def test_a_defect_is_logged_and_told_apart(
    control: httpx.AsyncClient, ledger: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody thought of is a problem too, with its trace in the log and not in the answer."""
    ledger.error = RuntimeError("a secret detail")
    with caplog.at_level(logging.ERROR, "emulator.control"):
        response = await control.put(f"{DEFAULT}/clock", json={"mode": "frozen"})
    assert "a secret detail" not in response.text
    assert "its log has the trace" in read_problem(response, 500)["detail"]
    assert "a secret detail" in caplog.text
