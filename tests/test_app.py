import asyncio
import re
from pathlib import Path

import httpx
import pytest

from emulator.app import choose_providers, create_emulator, shipped_fixtures, sweep
from emulator.core.fixtures import FixtureError
from emulator.core.state import DEFAULT
from emulator.settings import Settings

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
