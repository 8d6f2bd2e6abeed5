"""Who calls: the order of the checks, keys and their states, addresses."""

from typing import Any

import httpx
import pytest

from emulator.core.clock import Clock
from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.auth import home, locate
from emulator.providers.zerohash.state import PLATFORMS
from tests.providers.zerohash.arrange import (
    arrived,
    change_key,
    drop,
    hint_of,
    set_clock,
    switch,
)
from tests.providers.zerohash.attempts import (
    KEY,
    NOW,
    PASSPHRASE,
    SIGNED,
    STEPS,
    TIMESTAMP,
    accept,
    refuse,
)
from tests.signing import (
    CREATED,
    DISABLED,
    ELSEWHERE,
    EXPIRED,
    MINT,
    PRIMARY,
    READ,
    Key,
    minting,
    signed,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("step", range(len(STEPS)))
async def test_the_first_failing_check_is_the_one_told(sandbox: Sandbox, step: int) -> None:
    """With this step and every later one broken, this step is the refusal."""
    await change_key(sandbox, allowed_ips=("127.0.0.1",), access="read")
    broken: dict[str, Any] = {"timestamp": NOW, "headers": {}}
    for _, how in reversed(STEPS[step:]):
        headers = {**broken["headers"], **how.get("headers", {})}
        broken = {**broken, **how, "headers": headers}
    refusal = refuse(sandbox, NOW, **broken)
    assert refusal.row.name == STEPS[step][0]


@pytest.mark.parametrize("name", [KEY, PASSPHRASE, SIGNED, TIMESTAMP])
async def test_an_empty_header_is_a_missing_one(sandbox: Sandbox, name: str) -> None:
    """A header without a value is told as missing."""
    assert refuse(sandbox, NOW, timestamp=NOW, headers={name: ""}).row.name.startswith("missing_")


@pytest.mark.parametrize(
    ("key", "row", "words"),
    [
        (CREATED, "invalid_api_key", "approvals"),
        (DISABLED, "invalid_api_key", "disabled"),
        (EXPIRED, "invalid_api_key", "expired"),
        (ELSEWHERE, "ip_not_allowed", "list of addresses"),
        (READ, "no_write_permission", "may not write"),
        (PRIMARY._replace(api_key="NoSuchKey"), "invalid_api_key", "No such API key"),
        (PRIMARY._replace(passphrase="wrong"), "invalid_passphrase", "not this key's"),
        (PRIMARY._replace(secret=READ.secret), "invalid_signature", "another API key's"),
    ],
)
async def test_a_key_that_may_not_is_refused_with_its_reason(
    client: httpx.AsyncClient, key: Key, row: str, words: str
) -> None:
    """The provider's words are the same for many reasons; the hint tells which it is."""
    answer = await client.request(**signed("POST", "/client_auth_token", MINT, key=key))
    assert answer.status_code == 403
    assert answer.json()["error"] is True
    assert words in hint_of(answer), row


async def test_a_key_expires_on_the_sandboxs_clock(sandbox: Sandbox) -> None:
    """The key's last moment is that of the sandbox's clock, not included."""
    await change_key(sandbox, expires_at=NOW)
    await switch(sandbox, timestamp_clock="wall")
    await set_clock(sandbox, Clock.frozen_at(NOW))
    assert refuse(sandbox, NOW - 10, timestamp=NOW - 10).row.name == "invalid_api_key"
    await set_clock(sandbox, Clock.frozen_at(NOW - 1))
    accept(sandbox, NOW + 10, timestamp=NOW + 10)


async def test_a_read_key_reads(client: httpx.AsyncClient) -> None:
    """A key that may only read is good for a GET."""
    answer = await client.request(**signed("GET", "/participants", key=READ))
    assert answer.status_code == 200


async def test_a_key_without_the_products_permission_reads_nothing(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Reading is refused in the documented words' other variant, writing in the documented ones."""
    await change_key(sandbox, access="none")
    read = await client.request(**signed("GET", "/participants"))
    wrote = await client.request(**minting())
    message = "This api key does not have {} permission to this endpoint"
    assert (read.status_code, wrote.status_code) == (403, 403)
    assert read.json() == {"error": True, "message": message.format("read")}
    assert wrote.json() == {"error": True, "message": message.format("write")}


async def test_a_platform_that_is_gone_takes_its_keys_along(sandbox: Sandbox) -> None:
    """A key whose platform was dropped is no key."""
    await drop(sandbox, PLATFORMS, "acme")
    refusal = refuse(sandbox, NOW, timestamp=NOW)
    assert refusal.row.name == "invalid_api_key"
    assert "platform was deleted" in refusal.hint


@pytest.mark.parametrize(
    ("allowed", "client", "passes"),
    [
        ((), "203.0.113.9", True),
        (("203.0.113.7",), "203.0.113.7", True),
        (("203.0.113.7",), "203.0.113.8", False),
        (("203.0.113.0/24",), "203.0.113.8", True),
        (("203.0.113.7",), "::ffff:203.0.113.7", True),
        (("2001:db8::1", "203.0.113.7"), "2001:db8::1", True),
        (("2001:db8::/32",), "2001:db9::1", False),
        (("203.0.113.7",), "2001:db8::1", False),
        (("203.0.113.7",), "", False),
        (("203.0.113.7",), "a socket's path", False),
    ],
)
async def test_a_keys_list_of_addresses(
    sandbox: Sandbox, allowed: tuple[str, ...], client: str, *, passes: bool
) -> None:
    """A key with a list is good from its addresses alone, IPv4 in IPv6 included; no list, any."""
    await change_key(sandbox, allowed_ips=allowed)
    if passes:
        assert not accept(sandbox, NOW, timestamp=NOW, client=client)
    else:
        refusal = refuse(sandbox, NOW, timestamp=NOW, client=client)
        assert refusal.row.name == "ip_not_allowed"


@pytest.mark.parametrize(
    ("step", "status"),
    [
        *((row, 401) for row, _ in STEPS if row not in {"ip_not_allowed", "no_write_permission"}),
        ("ip_not_allowed", 403),
        ("no_write_permission", 403),
    ],
)
async def test_an_unknown_caller_gets_401_where_the_setting_says_so(
    sandbox: Sandbox, step: str, status: int
) -> None:
    """The switch changes the status of those who are not known, not of those who may not."""
    await switch(sandbox, auth_failure_status=401)
    await change_key(
        sandbox,
        allowed_ips=("127.0.0.1",),
        access="read" if step == "no_write_permission" else "read_and_write",
    )
    sent = {"timestamp": NOW, **dict(STEPS)[step]}
    refusal = refuse(sandbox, NOW, **sent)
    assert (refusal.row.name, refusal.row.status) == (step, status)


async def test_a_call_is_located_by_its_key_and_a_token_by_its_platform() -> None:
    """The directory's entries for a credential and for a token's claims."""
    call = arrived(minting(), NOW)
    assert list(locate(call)) == [(("zerohash.api_keys", PRIMARY.api_key), "credential")]
    assert list(locate(arrived(minting(), NOW, headers={KEY.lower(): ""}))) == []
    assert home({"platform_code": "FAKE01"}) == ("zerohash.platforms", "FAKE01")
    assert home({"platform_code": 1}) is None
    assert home({}) is None
