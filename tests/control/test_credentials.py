"""What a client is told to call a sandbox."""

import shlex

import httpx
import pytest

from emulator.app import Emulator
from emulator.settings import Settings
from tests.control.answers import DEFAULT, create, read
from tests.signing import PRIMARY

pytestmark = pytest.mark.anyio


async def test_the_default_has_the_fixtures_keys(control: httpx.AsyncClient) -> None:
    """The fixed names are there, with the values that the fixture file shows."""
    given = read(await control.get(f"{DEFAULT}/credentials"))["zerohash"]
    assert (
        given.items()
        >= {
            "base_url": "http://localhost:4600/zerohash",
            "api_key": PRIMARY.api_key,
            "secret": PRIMARY.secret,
            "passphrase": PRIMARY.passphrase,
            "platform_code": "FAKE01",
            "participant_code": "CUST01",
        }.items()
    )


async def test_env_and_export_say_the_same(control: httpx.AsyncClient) -> None:
    """Each value is there as a variable, and as a line that a shell reads back."""
    await create(control, id="a", credentials={"zerohash": {"passphrase": "it's $HOME; x"}})
    given = read(await control.get("/sandboxes/a/credentials"))
    expected = {f"ZEROHASH_{name.upper()}": value for name, value in given["zerohash"].items()}
    assert given["env"] == expected
    words = [shlex.split(line) for line in given["export"]]
    assert dict(word[1].split("=", 1) for word in words) == expected
    assert {word[0] for word in words} == {"export"}


async def test_urls_use_the_origin_that_asked(emulator: Emulator) -> None:
    """Whoever asks by another name gets URLs with that name."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(emulator.edge)) as client:
        response = await client.get("https://x.localhost/_emulator/sandboxes/default/credentials")
    assert read(response)["zerohash"]["base_url"] == "https://x.localhost/zerohash"


async def test_an_unlisted_sandbox_gets_urls_with_its_prefix(control: httpx.AsyncClient) -> None:
    """Where plain calls would lead elsewhere, the URL itself names the sandbox."""
    made = await create(control, id="a", credentials={"zerohash": {"api_key": PRIMARY.api_key}})
    assert not made["listed"]
    assert made["credentials"]["env"]["ZEROHASH_BASE_URL"].endswith("/_s/a/zerohash")


class TestPublicUrl:
    """With a fixed public URL."""

    @pytest.fixture
    def settings(self) -> Settings:
        """Behind some proxy."""
        return Settings(providers=("zerohash",), public_url="https://emulator.example")

    async def test_it_stands_in_every_url(self, control: httpx.AsyncClient) -> None:
        """The setting beats the origin that asked."""
        given = read(await control.get(f"{DEFAULT}/credentials"))["zerohash"]
        assert given["base_url"] == "https://emulator.example/zerohash"
