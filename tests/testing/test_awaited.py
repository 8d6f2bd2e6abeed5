"""The control client that is awaited, on an application without a port."""

import httpx
import pytest

from emulator import create_app
from emulator.testing import AsyncEmulator, Emulator, Sandbox, connect_async
from tests.testing.minting import ASKS, BODY, ask_zerohash

pytestmark = pytest.mark.anyio
URL = "http://localhost:4600"


async def open_app() -> tuple[AsyncEmulator, httpx.AsyncClient]:
    """A client of the control API and one for the providers, both on one application."""
    app = create_app()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)
    return connect_async(URL, app=app), client


async def test_an_application_needs_no_lifespan() -> None:
    """Without a port, and without being started, it mints with every provider and is asserted."""
    emulator, client = await open_app()
    sandbox = await emulator.sandboxes.create("here", seed="1", now="2026-01-01T00:00:00Z")
    async with client:
        for ask in ASKS:
            answer = await client.request(**ask(sandbox))
            assert answer.is_success, answer.text
    await sandbox.calls("zerohash.client_auth_token").assert_called_once_with(BODY)
    assert (await emulator.health()).ports == {}


async def test_operations_are_awaited() -> None:
    """The same operations, with the same answers."""
    emulator, client = await open_app()
    sandbox = await emulator.sandboxes.create()
    await sandbox.clock.freeze("2026-01-01T00:00:00Z")
    assert (await sandbox.clock.advance("10m")).now.minute == 10
    fault = await sandbox.fail("zerohash.client_auth_token", error="rate_limited", times=1)
    async with client:
        refused = await client.request(**ask_zerohash(sandbox))
    assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert (await fault.hits()).fired == 1
    token = await sandbox.tokens.mint("zerohash")
    assert (await sandbox.tokens.revoke(token)).status == "revoked"
    with pytest.raises(AssertionError, match="client_auth_token"):
        await sandbox.calls("zerohash.client_auth_token").assert_called(times=2)


async def test_a_blocking_sandbox_has_an_awaited_twin(sandbox: Sandbox) -> None:
    """Over the network, on whichever loop."""
    await sandbox.aio.clock.freeze("2026-01-01T00:00:00Z")
    assert sandbox.clock.show().mode == "frozen"


async def test_silence_is_told(running: Emulator) -> None:
    """Nothing answers at a port where nothing listens."""
    assert running.health().status == "ok"
    with pytest.raises(Exception, match="No emulator answers"):
        await connect_async("http://127.0.0.1:1").health()
