"""The world: what a record may hold, and how a sandbox comes to names of its own."""

import base64
import hmac
from typing import Any

import msgspec
import pytest

from emulator.app import Emulator
from emulator.core.sandbox import Sandbox
from emulator.core.world import AnyKind
from emulator.providers.zerohash import provider
from emulator.providers.zerohash.signature import Signed, sign
from emulator.providers.zerohash.state import (
    API_KEYS,
    EXTERNAL_ACCOUNTS,
    PARTICIPANTS,
    PLATFORMS,
    Settings,
)
from tests.signing import PRIMARY

pytestmark = pytest.mark.anyio

KEY = {"api_key": "k", "secret": "c2VjcmV0", "passphrase": "p", "platform": "acme"}
PLATFORM = {"id": "x", "platform_code": "FAKE09", "name": "X"}
PARTICIPANT = {"participant_code": "CUST09", "platform": "acme", "email": "x@example.com"}
ACCOUNT = {"external_account_id": "x", "participant_code": "CUST01"}

RECORDS: tuple[tuple[AnyKind, dict[str, Any], dict[str, Any], bool], ...] = (
    (API_KEYS, KEY, {}, True),
    (API_KEYS, KEY, {"allowed_ips": ["203.0.113.7", "2001:db8::/32"]}, True),
    (API_KEYS, KEY, {"allowed_ips": ["203.0.113.7"] * 10}, True),
    (API_KEYS, KEY, {"allowed_ips": ["203.0.113.7"] * 11}, False),
    (API_KEYS, KEY, {"allowed_ips": ["localhost"]}, False),
    (API_KEYS, KEY, {"secret": "no base64!"}, False),
    (API_KEYS, KEY, {"secret": ""}, False),
    (API_KEYS, KEY, {"status": "sleeping"}, False),
    (API_KEYS, KEY, {"access": "write"}, False),
    (PLATFORMS, PLATFORM, {"webhook_secret": ""}, False),
    (API_KEYS, KEY, {"access": "none", "status": "created", "expires_at": 1.5}, True),
    (API_KEYS, KEY, {"colour": "red"}, False),
    (PLATFORMS, PLATFORM, {"permissions": ["fwc"]}, True),
    (PLATFORMS, PLATFORM, {"permissions": ["fund"]}, False),
    (PLATFORMS, PLATFORM, {"platform_code": "fake09"}, False),
    (PARTICIPANTS, PARTICIPANT, {"status": "closed", "tier": "perishables"}, True),
    (PARTICIPANTS, PARTICIPANT, {"participant_code": "CUST0"}, False),
    (PARTICIPANTS, PARTICIPANT, {"status": "alive"}, False),
    (EXTERNAL_ACCOUNTS, ACCOUNT, {}, True),
    (EXTERNAL_ACCOUNTS, ACCOUNT, {"balance": 1}, False),
)


@pytest.mark.parametrize(("kind", "least", "also", "good"), RECORDS)
def test_what_a_record_may_hold(
    kind: AnyKind, least: dict[str, Any], also: dict[str, Any], *, good: bool
) -> None:
    """A record with a wrong value is refused when it is read, not when it is used."""
    raw = msgspec.json.encode({**least, **also})
    if good:
        assert kind.parse(raw)
    else:
        with pytest.raises(msgspec.ValidationError):
            kind.parse(raw)


@pytest.mark.parametrize(
    ("values", "good"),
    [
        ({}, True),
        ({"signature": "raw", "rsa_bits": 2048, "auth_failure_status": 401}, True),
        ({"signature": "strict"}, False),
        ({"rsa_bits": 1024}, False),
        ({"rsa_bits": "2048"}, False),
        ({"unknown": 1}, False),
    ],
)
def test_what_the_switches_may_be(values: dict[str, object], *, good: bool) -> None:
    """A switch has its documented values and no others."""
    if good:
        assert isinstance(msgspec.convert(values, Settings), Settings)
    else:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(values, Settings)


async def test_the_default_sandbox_has_the_fixtures_names(sandbox: Sandbox) -> None:
    """What the documentation prints works in `default`."""
    assert provider.credentials(sandbox.view(), "http://localhost:4600") == {
        "base_url": "http://localhost:4600/zerohash",
        "api_key": PRIMARY.api_key,
        "secret": PRIMARY.secret,
        "passphrase": PRIMARY.passphrase,
        "platform_code": "FAKE01",
        "participant_code": "CUST01",
        "webhook_secret": "fake-webhook-secret-acme",
    }


async def test_another_sandbox_has_names_of_its_own(emulator: Emulator) -> None:
    """Keys, codes and issuers differ from sandbox to sandbox and are the same for the same seed."""
    made = [await emulator.directory.create(name, seed="s") for name in ("one", "two")]
    one, two = [provider.credentials(m.view(), "http://x") for m in made if m is not None]
    own = {"api_key", "secret", "passphrase", "platform_code", "webhook_secret"}
    assert all(one[name] != two[name] for name in own)
    assert all(one[name] == two[name] for name in ("base_url", "participant_code"))
    assert one["api_key"].startswith("FakeKey")
    assert base64.b64decode(one["secret"]).startswith(b"fake-secret-")
    assert one["passphrase"].startswith("fake-passphrase-")
    await emulator.directory.drop("one")
    again = await emulator.directory.create("one", seed="s")
    assert again is not None
    assert provider.credentials(again.view(), "http://x") == one
    issuers = {
        platform.issuer
        for m in (*made, again)
        if m is not None
        for platform in m.state.table(PLATFORMS)
        if platform.id == "acme"
    }
    assert len(issuers) == 2


async def test_a_sandbox_takes_the_credentials_that_it_is_given(emulator: Emulator) -> None:
    """Given names are the primary key's and its platform's; every other key still has its own."""
    given = {
        "api_key": "GivenKey",
        "secret": "Z2l2ZW4tc2VjcmV0",
        "passphrase": "given",
        "platform_code": "GIVEN1",
    }
    raw = msgspec.json.encode({"zerohash": given})
    made = await emulator.directory.create("given", credentials=raw)
    assert made is not None
    assert provider.credentials(made.view(), "").items() >= given.items()
    codes = {p.id: p.platform_code for p in made.state.table(PLATFORMS)}
    assert codes["acme"] == "GIVEN1"
    assert codes["minimal"] not in {"GIVEN1", "FAKE02"}
    keys = list(made.state.table(API_KEYS))
    assert sum(key.api_key == "GivenKey" for key in keys) == 1
    assert len({key.api_key for key in keys}) == len(keys)


async def test_an_empty_world_has_no_credentials(emulator: Emulator) -> None:
    """Without a primary key there is only an address."""
    fixtures = msgspec.json.encode({"zerohash": {"replace": True}})
    made = await emulator.directory.create("empty", fixtures=fixtures)
    assert made is not None
    assert provider.credentials(made.view(), "http://x") == {"base_url": "http://x/zerohash"}


def test_a_participant_made_without_a_code_gets_one() -> None:
    """The drawn code is one that a participant may have, and another for another draw."""
    new_key = PARTICIPANTS.new_key
    assert new_key is not None
    draws = [bytes([number] * 32) for number in range(3)]
    codes = [new_key({"zerohash.participant_code": raw}.__getitem__) for raw in draws]
    assert len(set(codes)) == 3
    for code in codes:
        PARTICIPANTS.parse(msgspec.json.encode({**PARTICIPANT, "participant_code": code}))


@pytest.mark.parametrize("secret", ["no base64!", "a"])
def test_a_given_secret_that_is_no_base64_signs_as_it_is(secret: str) -> None:
    """A sandbox may be given any secret; what can't be decoded is the key itself."""
    signed = Signed("1", "POST", "/x", b"{}")
    digest = hmac.digest(secret.encode(), b"1POST/x{}", "sha256")
    assert sign(signed, secret) == base64.b64encode(digest).decode()
