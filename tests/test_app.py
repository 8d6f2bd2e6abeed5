import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from emulator import create_app
from emulator.app import choose_providers, create_emulator, sweep
from emulator.core.fixtures import FixtureError
from emulator.core.state import DEFAULT
from emulator.setting_values import LedgerPlace
from emulator.settings import Settings
from emulator.shipped import shipped_fixtures
from tests.conftest import client_of
from tests.signing import minting

pytestmark = pytest.mark.anyio


def test_an_unknown_provider_is_refused_with_the_nearest_name() -> None:
    """The error names the variable and what it may hold."""
    with pytest.raises(ValueError, match=r"no provider 'zerohsh': EMULATOR_PROVIDERS .* zerohash"):
        choose_providers(["zerohsh"])


def test_a_bad_fixture_stops_the_making(tmp_path: Path) -> None:
    """The error names the file."""
    file = tmp_path / "own.yaml"
    file.write_text("zerohash: [1]")
    with pytest.raises(FixtureError, match=r"own\.yaml"):
        create_emulator(Settings(fixtures=(file,)))


SHIPPED = (shipped_fixtures() / "keys" / "public-test-key-rsa2048-01.json").read_text()


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        '{"kty":"RSA"}',
        "no json",
        re.sub('"n": *"..', '"n":"\u00e9', SHIPPED),
        re.sub('"d": *"....', '"d":"AAAA', SHIPPED),
    ],
)
def test_a_bad_key_stops_the_making(tmp_path: Path, content: str) -> None:
    """The error names the file."""
    (tmp_path / "own.json").write_text(content)
    with pytest.raises(ValueError, match=r"own\.json"):
        create_emulator(Settings(keys=tmp_path))


async def test_a_start_opens_the_default_sandbox_for_good() -> None:
    """It is there before the first call, and neither idle time nor the cap drops it."""
    emulator = create_emulator(Settings(sandbox_ttl_s=1e-9, sandbox_cap=1))
    await emulator.start()
    tenancy = emulator.directory.tenancy(DEFAULT)
    await emulator.directory.sweep()
    await emulator.close()
    assert tenancy is not None
    assert not tenancy.first_use
    assert emulator.directory.tenancy(DEFAULT) is tenancy


async def test_idle_sandboxes_are_swept() -> None:
    """The timer drops those whose time is over."""
    emulator = create_emulator(Settings(sandbox_ttl_s=1e-9))
    await emulator.start()
    await emulator.directory.open("idle")
    sweeping = asyncio.create_task(sweep(emulator.directory, 0.0))
    for _ in range(5):
        await asyncio.sleep(0)
    sweeping.cancel()
    assert emulator.directory.tenancy("idle") is None
    await emulator.close()


async def test_the_gate_serves_providers() -> None:
    """The ASGI application is the whole emulator."""
    emulator = create_emulator(Settings())
    await emulator.start()
    transport = httpx.ASGITransport(emulator.gate())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/zerohash/time")
    await emulator.close()
    assert answer.status_code == 200


async def test_an_emulator_on_a_file_goes_on_where_it_was(tmp_path: Path) -> None:
    """The same file later: the same tokens, and the sandbox `default` is not made again."""
    place = Settings(ledger=LedgerPlace("sqlite", str(tmp_path / "ledger.db")))
    tokens = []
    for _ in range(2):
        emulator = create_emulator(place)
        await emulator.start()
        async with client_of(emulator) as client:
            assert (await client.request(**minting())).status_code == 201
            listed = await client.get("/_emulator/sandboxes/default/tokens")
        await emulator.close()
        tokens.append([item["jti"] for item in listed.json()["items"]])
    assert tokens[1][1:] == tokens[0]


async def test_a_locked_file_is_the_providers_refusal(tmp_path: Path) -> None:
    """While another program holds the file a change is refused in the provider's words: 503."""
    path = tmp_path / "ledger.db"
    emulator = create_emulator(Settings(ledger=LedgerPlace("sqlite", str(path))))
    await emulator.start()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with client_of(emulator) as client:
            refused = await client.request(**minting())
            allowed = await client.get("/zerohash/time")
            other.execute("ROLLBACK")
            after = await client.request(**minting())
    await emulator.close()
    assert (refused.status_code, allowed.status_code, after.status_code) == (503, 200, 201)
    assert refused.headers["x-emulator-hint"] == "The ledger's file is locked by another process."
    assert refused.json() == {"error": "Service Unavailable"}


async def test_a_create_app_on_a_file_needs_no_lifespan(tmp_path: Path) -> None:
    """Without one the ledger is opened by the first call."""
    place = LedgerPlace("sqlite", str(tmp_path / "ledger.db"))
    transport = httpx.ASGITransport(create_app(Settings(ledger=place)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.request(**minting())).status_code == 201


async def test_what_fell_due_while_nobody_was_there_is_done_at_the_start(tmp_path: Path) -> None:
    """Also in a sandbox that nobody asks for: a token that was to be revoked is."""
    place = Settings(ledger=LedgerPlace("sqlite", str(tmp_path / "ledger.db")))
    steps = [{"at": "0.2s", "revoke": {}}]
    url = "http://localhost/_emulator/sandboxes/s1/scenarios"
    first = create_emulator(place)
    await first.start()
    async with client_of(first) as client:
        minted = await client.request(**minting() | {"url": "/_s/s1/zerohash/client_auth_token"})
        begun = await client.post(url, json={"scenario": {"title": "x", "steps": steps}})
    assert (minted.status_code, begun.status_code) == (201, 201)
    await first.close()
    second = create_emulator(place)
    await second.start()
    sandbox = None
    while sandbox is None or sandbox.state.due:
        await asyncio.sleep(0.01)  # no call: it has to come about by itself
        sandbox = second.directory.get("s1")
    async with client_of(second) as client:
        (token,) = (await client.get("/_emulator/sandboxes/s1/tokens")).json()["items"]
    await second.close()
    assert token["status"] == "revoked"
