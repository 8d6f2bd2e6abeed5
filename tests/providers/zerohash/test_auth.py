"""Who calls: the order of the checks, keys and their states, addresses, and the two clocks."""

import base64
from typing import Any

import httpx
import msgspec
import pytest

from emulator.core.clock import Clock
from emulator.core.decisions import Refusal
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.providers.zerohash.auth import authenticate, home, locate
from emulator.providers.zerohash.state import API_KEYS, PLATFORMS, ApiKey
from tests.providers.zerohash.arrange import (
    arrived,
    change_key,
    drop,
    hint_of,
    put,
    set_clock,
    switch,
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

NOW = 1_763_018_448.0  # a wall time of the tests' own

KEY, PASSPHRASE = "X-SCX-API-KEY", "X-SCX-PASSPHRASE"
SIGNED, TIMESTAMP = "X-SCX-SIGNED", "X-SCX-TIMESTAMP"


def refuse(sandbox: Sandbox, wall: float, **sent: Any) -> Refusal:  # noqa: ANN401
    """The refusal of a mint that arrives at that real time."""
    client = sent.pop("client", "127.0.0.1")
    request = signed("POST", "/client_auth_token", MINT, **sent)
    with pytest.raises(Refusal) as caught:
        authenticate(View(sandbox.state, wall), arrived(request, wall, client=client))
    return caught.value


def accept(sandbox: Sandbox, wall: float, **sent: Any) -> str:  # noqa: ANN401
    """The hint of a mint that is let in."""
    client = sent.pop("client", "127.0.0.1")
    request = signed("POST", "/client_auth_token", MINT, **sent)
    caller = authenticate(View(sandbox.state, wall), arrived(request, wall, client=client))
    return caller.hint


# Each step of the order: what breaks it, and the row that tells it.
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("missing_api_key", {"headers": {KEY: None}}),
    ("missing_passphrase", {"headers": {PASSPHRASE: None}}),
    ("missing_signature", {"headers": {SIGNED: None}}),
    ("missing_timestamp", {"headers": {TIMESTAMP: None}}),
    ("invalid_api_key", {"headers": {KEY: "NoSuchKey"}}),
    ("invalid_passphrase", {"headers": {PASSPHRASE: "wrong"}}),
    ("ip_not_allowed", {"client": "192.0.2.1"}),
    ("invalid_timestamp", {"headers": {TIMESTAMP: "0"}}),
    ("invalid_signature", {"signature": "wrong"}),
    ("no_write_permission", {}),
)


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


# The clock setting, the stamp's distance to the wall clock and to the sandbox's, whether it holds.
WINDOW = [
    ("wall", 0, 10_000, True),
    ("wall", 60, 10_000, True),
    ("wall", -60, 10_000, True),
    ("wall", 61, 0, False),
    ("wall", -61, 0, False),
    ("sandbox", 10_000, 0, True),
    ("sandbox", 10_000, 60, True),
    ("sandbox", 10_000, -60, True),
    ("sandbox", 0, 61, False),
    ("sandbox", 0, -61, False),
    ("either", 60, 10_000, True),
    ("either", -60, -10_000, True),
    ("either", 10_000, 60, True),
    ("either", -10_000, -60, True),
    ("either", 61, -61, False),
    ("either", -61, 61, False),
]


@pytest.mark.parametrize(("setting", "off_wall", "off_sandbox", "holds"), WINDOW)
@pytest.mark.parametrize("frozen", [True, False])
async def test_a_timestamp_may_be_sixty_seconds_off_the_clock_that_counts(
    sandbox: Sandbox, setting: str, off_wall: int, off_sandbox: int, *, holds: bool, frozen: bool
) -> None:
    """Sixty seconds either way hold, sixty-one do not, by the clock or clocks of the setting."""
    wall, stamp = NOW, NOW + off_wall
    now = stamp - off_sandbox
    await switch(sandbox, timestamp_clock=setting)
    await set_clock(sandbox, Clock.frozen_at(now) if frozen else Clock.offset_by(now - wall))
    if holds:
        hint = accept(sandbox, wall, timestamp=stamp)
        if setting == "either":
            near, far = ("wall", "sandbox") if abs(off_wall) <= 60 else ("sandbox", "wall")
            assert f"holds by the {near} clock" in hint
            assert f"off the {far} clock" in hint
        else:
            assert not hint
        return
    refusal = refuse(sandbox, wall, timestamp=stamp)
    assert refusal.row.name == "invalid_timestamp"
    for name, off in (("wall", off_wall), ("sandbox", off_sandbox)):
        assert (f"{off:+d} s off the {name} clock" in refusal.hint) is (setting in {name, "either"})


async def test_an_unmodified_signer_mints_at_any_time_of_the_sandbox(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Frozen in the past or ten minutes ahead: a client that signs with real time is let in."""
    for clock in (Clock.frozen_at(1_767_225_600.0), Clock.offset_by(600.0)):
        await set_clock(sandbox, clock)
        answer = await client.request(**minting())
        assert answer.status_code == 201
        assert "holds by the wall clock" in hint_of(answer)


@pytest.mark.parametrize("setting", ["either", "sandbox", "wall"])
async def test_a_stale_stamp_is_refused_under_every_clock(
    client: httpx.AsyncClient, sandbox: Sandbox, setting: str
) -> None:
    """A stamp that is far from both clocks never holds."""
    await switch(sandbox, timestamp_clock=setting)
    request = signed("POST", "/client_auth_token", MINT, timestamp=NOW - 10**6)
    answer = await client.request(**request)
    assert (answer.status_code, answer.json()["message"]) == (403, "Invalid timestamp")


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        ("1763018448123", "in milliseconds"),
        ("176301844812", "in milliseconds"),
        ("1763018448123456", "in milliseconds"),
        ("1763018448.5", "whole Unix seconds"),
        ("-1763018448", "whole Unix seconds"),
        ("0x69", "whole Unix seconds"),
        ("1763018448 ", "whole Unix seconds"),
        ("2025-11-13T07:20:48Z", "whole Unix seconds"),
        ("\u00b2\u00b3", "whole Unix seconds"),
        ("1" * 5000, "in milliseconds"),
        ("17630184480", "s off the"),
    ],
)
async def test_what_is_no_timestamp_in_seconds(sandbox: Sandbox, stamp: str, words: str) -> None:
    """Anything but whole seconds is refused, and milliseconds are called so."""
    refusal = refuse(sandbox, NOW, headers={TIMESTAMP: stamp})
    assert refusal.row.name == "invalid_timestamp"
    assert words in refusal.hint


@pytest.mark.parametrize(
    ("scenario", "off", "holds"),
    [
        ("clock-skew:3600", 0, False),
        ("clock-skew:3600", 3600, True),
        ("Clock-Skew: -30", 30, True),
        ("clock-skew:-30", 31, False),
        ("clock-skew:+60", 0, True),
        ("clock-skew:fast", 0, True),
        ("clock-skew:99999999999", 0, True),
    ],
)
async def test_a_skewed_server_clock(
    sandbox: Sandbox, scenario: str, off: int, *, holds: bool
) -> None:
    """The scenario moves the server's clock ahead; one that can't be read moves nothing."""
    sent = {"timestamp": NOW + off, "headers": {"X-Simulator-Scenario": scenario}}
    if holds:
        accept(sandbox, NOW, **sent)
    else:
        assert refuse(sandbox, NOW, **sent).row.name == "invalid_timestamp"


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


async def test_a_passphrase_may_be_any_text(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A passphrase beyond ASCII is compared as the UTF-8 that goes over the wire."""
    await change_key(sandbox, passphrase="pässwörd €")
    request = minting()
    headers = {name.encode(): value.encode() for name, value in request["headers"].items()}
    headers[PASSPHRASE.encode()] = "pässwörd €".encode()
    answer = await client.post(request["url"], headers=headers, content=request["content"])
    assert answer.status_code == 201


@pytest.mark.parametrize("mode", ["lenient", "compact", "raw"])
async def test_the_setting_chooses_the_reading(
    client: httpx.AsyncClient, sandbox: Sandbox, mode: str
) -> None:
    """A body signed and sent with spaces holds in lenient, with a remark, and raw, without."""
    await switch(sandbox, signature=mode)
    body = '{"participant_code": "CUST01", "permissions": ["crypto-buy"]}'
    answer = await client.request(**signed("POST", "/client_auth_token", body))
    assert answer.status_code == (403 if mode == "compact" else 201)
    assert bool(hint_of(answer)) is (mode != "raw")


async def test_a_get_with_braces_as_its_body(client: httpx.AsyncClient) -> None:
    """Clients that send the {} that they sign are let in as well."""
    answer = await client.request(**signed("GET", "/participants", b"{}"))
    assert answer.status_code == 200


async def test_a_signature_may_be_sent_twice(client: httpx.AsyncClient) -> None:
    """Nothing says that a replay within the window is refused."""
    request = minting()
    answers = [(await client.request(**request)).status_code for _ in range(2)]
    assert answers == [201, 201]


@pytest.mark.parametrize("prefix", ["/zerohash", "/_s/other/zerohash", "/_s/other", ""])
async def test_the_route_is_signed_without_the_emulators_prefixes(
    client: httpx.AsyncClient, prefix: str
) -> None:
    """However the emulator is addressed, the provider's own path is what counts."""
    answer = await client.request(**signed("POST", "/client_auth_token", MINT, prefix=prefix))
    assert answer.status_code == 201
    request = signed("POST", f"{prefix}/client_auth_token", MINT, prefix="")
    answer = await client.request(**request)
    if prefix:
        assert answer.status_code == 403
        assert "before the route" in hint_of(answer)


ODD_VALUES = ("", " ", "é", "\u00ff" * 10, "x" * 20_000, "{}", "a, b", '"', "\t", "%00", "null")


@pytest.mark.parametrize("name", [KEY, PASSPHRASE, SIGNED, TIMESTAMP, "X-Simulator-Scenario"])
@pytest.mark.parametrize("value", ODD_VALUES)
async def test_no_header_value_is_a_server_error(
    client: httpx.AsyncClient, name: str, value: str
) -> None:
    """Empty, long, ill-encoded and odd headers are refused in the provider's words, or ignored."""
    request = minting()
    headers = {k.encode(): v.encode("latin-1") for k, v in request["headers"].items()}
    headers[name.encode()] = value.encode("latin-1")
    answer = await client.post(request["url"], headers=headers, content=request["content"])
    assert answer.status_code == (201 if name == "X-Simulator-Scenario" else 403)
    hint = hint_of(answer)
    assert hint.isascii()
    assert len(hint) <= 300


@pytest.mark.parametrize("name", [KEY, PASSPHRASE, SIGNED, TIMESTAMP])
async def test_of_a_repeated_header_the_last_counts(client: httpx.AsyncClient, name: str) -> None:
    """Twice the same header is no error; the later value is the one that counts."""
    request = minting()
    right = [(k, v) for k, v in request["headers"].items()]
    for wrong_first in (True, False):
        wrong = [(name, "wrong")]
        headers = wrong + right if wrong_first else right + wrong
        answer = await client.post(request["url"], headers=headers, content=request["content"])
        assert answer.status_code == (201 if wrong_first else 403)


async def test_the_explanation_masks_what_is_personal(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """What the server signed is kept for a person with control access, personal values masked."""
    mint = {"email": "canary@example.com", "permissions": ["onboarding"], "phone_number": "+1555"}
    await client.request(**signed("POST", "/client_auth_token", mint, signature="x"))
    for path in ("/participants/canary@example.com", "/participants?email=canary@example.com"):
        await client.request(**signed("GET", path, signature="x"))
    records = list(reversed(sandbox.journal))
    explained = [record.explanation for record in records]
    assert len(explained) == 3
    assert b"canary" not in msgspec.json.encode(records)
    assert b"1555" not in msgspec.json.encode(explained)
    by_email, look_up, minted = explained
    assert isinstance(minted, dict)
    assert minted["signed_string"].endswith(
        '/client_auth_token{"email":"***","permissions":["onboarding"],"phone_number":"***"}'
    )
    assert isinstance(look_up, dict)
    assert look_up["signed_string"].endswith("GET/participants/***{}")
    assert isinstance(by_email, dict)
    assert by_email["signed_string"].endswith("GET/participants?email=***{}")
    assert minted["received"] == "x"
    assert len(base64.b64decode(minted["expected"])) == 32


async def test_a_call_is_located_by_its_key_and_a_token_by_its_platform() -> None:
    """The directory's entries for a credential and for a token's claims."""
    call = arrived(minting(), NOW)
    assert list(locate(call)) == [(("zerohash.api_keys", PRIMARY.api_key), "credential")]
    assert list(locate(arrived(minting(), NOW, headers={KEY.lower(): ""}))) == []
    assert home({"platform_code": "FAKE01"}) == ("zerohash.platforms", "FAKE01")
    assert home({"platform_code": 1}) is None
    assert home({}) is None


async def test_the_search_for_a_cause_tries_only_some_of_many_keys(sandbox: Sandbox) -> None:
    """A platform with many keys is no reason to search for long."""
    secrets = [base64.b64encode(f"secret {n:02d}".encode()).decode() for n in range(30)]
    for number, secret in enumerate(secrets):
        await put(sandbox, API_KEYS, ApiKey(f"Key{number}", secret, "p", "acme"))
    hints = [
        refuse(sandbox, NOW, timestamp=NOW, key=PRIMARY._replace(secret=secret)).hint
        for secret in (secrets[0], secrets[29])
    ]
    assert "another API key's private key" in hints[0]
    assert "another API key's private key" not in hints[1]
