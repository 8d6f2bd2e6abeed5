"""What comes over the wire: readings of the body, prefixes, odd and repeated headers."""

import base64

import httpx
import msgspec
import pytest

from emulator.core.clock import Clock, wall
from emulator.core.sandbox import Sandbox
from emulator.edge.provider import Unsigned
from emulator.providers.zerohash import provider
from emulator.providers.zerohash.state import API_KEYS, ApiKey
from tests.providers.zerohash.arrange import (
    change_key,
    hint_of,
    put,
    set_clock,
    switch,
)
from tests.providers.zerohash.attempts import (
    KEY,
    NOW,
    PASSPHRASE,
    SIGNED,
    TIMESTAMP,
    refuse,
)
from tests.signing import (
    MINT,
    PRIMARY,
    minting,
    signed,
)

pytestmark = pytest.mark.anyio


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


async def test_the_explanation_has_what_the_client_signed(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Where a mistake explains the digest, its text is there to compare, if it is not personal."""
    public = {"permissions": ["fwc"]}
    for body in (public, {**public, "email": "canary@example.com"}):
        await client.request(**signed("POST", "/client_auth_token", body, signing=b"{}"))
    personal, plain = (record.explanation for record in reversed(sandbox.journal))
    assert isinstance(plain, dict)
    assert isinstance(personal, dict)
    assert plain["signed_string"].endswith('POST/client_auth_token{"permissions":["fwc"]}')
    assert plain["client_string"].endswith("POST/client_auth_token{}")
    assert "client_string" not in personal


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


@pytest.mark.parametrize(
    ("method", "route", "body"),
    [
        ("POST", "/client_auth_token", b'{"participant_code":"CUST01","permissions":["fwc"]}'),
        ("GET", "/participants?status=approved", b""),
    ],
)
async def test_the_emulators_own_signer_is_let_in(
    client: httpx.AsyncClient, method: str, route: str, body: bytes
) -> None:
    """What `token-emulator sign` prints is a signature that holds."""
    unsigned = Unsigned(method, route, body, wall())
    assert provider.sign is not None
    headers = dict(provider.sign(PRIMARY._asdict(), unsigned))
    answer = await client.request(method, f"/zerohash{route}", headers=headers, content=body)
    assert answer.is_success


async def test_the_documented_rate_limit_counts_addresses(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Off by default; switched on, so many calls of an address in ten seconds, then 429."""
    await switch(sandbox, rate_limit={"enabled": True, "limit": 2})
    await set_clock(sandbox, Clock.frozen_at(NOW))
    statuses = [(await client.get("/zerohash/time")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    await set_clock(sandbox, Clock.frozen_at(NOW + 10))
    assert (await client.get("/zerohash/time")).status_code == 200
