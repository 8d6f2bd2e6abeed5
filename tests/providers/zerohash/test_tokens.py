"""The token: its very bytes, its lifetimes, its keys, and which module it opens."""

import base64
import json
from collections.abc import Mapping, Sequence

import httpx
import jwt
import pytest

from emulator.app import Emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Json
from emulator.core.facts import LifetimesSet
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Token
from emulator.edge.provider import MintRequest
from emulator.providers.zerohash import provider
from emulator.providers.zerohash.state import PERMISSIONS, PLATFORMS, PROVIDER
from emulator.providers.zerohash.tokens import MODULES, find_issuer, issuer_keys, opens
from tests.providers.zerohash.arrange import (
    default_sandbox,
    drop,
    happen,
    read_claims,
    set_clock,
    switch,
    token_of,
)
from tests.signing import minting

pytestmark = pytest.mark.anyio

NOW = 1_763_018_448.75
PAYMENT = {"purchase_amount": "250.00", "denominated_currency": "USD"}


async def test_the_token_is_made_as_the_published_one(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Header, order of claims, compact JSON and the 512 bytes of signature are the example's."""
    sandbox = default_sandbox(emulator)
    await set_clock(sandbox, Clock.frozen_at(NOW))
    details = {"account_label": "manual_conversion_test"}
    answer = await client.request(**minting(permissions=["fwc"], deposit_details=details))
    header, claims, signature = (_unb64(part) for part in token_of(answer).split("."))
    assert header == b'{"alg":"RS256","typ":"JWT"}'
    told = answer.json()["message"]
    expected = {
        "application_id": "",
        "device_id": "",
        "exp": 1_763_022_048,
        "iss": "00000000-0000-4000-8000-00000000fa4e",
        "jti": json.loads(claims)["jti"],
        "participant_code": "CUST01",
        "payload": {
            "deposit_details": details,
            "deposit_intent_id": told["deposit_intent_id"],
            "participant_code": "CUST01",
            "platform_agreement_link": "acmeagreement",
            "platform_name": "ACME Limited",
        },
        "permissions": ["fwc"],
        "platform_code": "FAKE01",
    }
    # Sorted at each level, nothing between: byte for byte.
    assert claims == json.dumps(expected, separators=(",", ":"), sort_keys=True).encode()
    assert len(signature) == 512


async def test_keys_are_sorted_at_every_level(client: httpx.AsyncClient) -> None:
    """Whatever order a request has, the payload's members are sorted, those inside them too."""
    body = {
        "permissions": ["crypto-pay"],
        "payment_details": {"purchase_amount": "1", "denominated_currency": "USD"},
        "client_device_info": {"location": "US-IL", "ip_address": "81.2.69.142"},
        "custom_fees_and_spreads": {"crypto_sell": {}, "crypto_buy": {"spread_bps": 1, "fees": []}},
    }
    raw = _unb64(token_of(await client.request(**minting(**body))).split(".")[1])
    assert raw == json.dumps(json.loads(raw), separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize("bits", [4096, 2048])
async def test_the_issuers_key_verifies_it(
    client: httpx.AsyncClient, emulator: Emulator, bits: int
) -> None:
    """The token is signed by the key of the size that the setting asks for."""
    sandbox = default_sandbox(emulator)
    await switch(sandbox, rsa_bits=bits)
    token = token_of(await client.request(**minting()))
    names = issuer_keys(sandbox.view())
    keys = [emulator.services.keys.public(name) for name in names]
    assert keys[0].key_size == bits
    assert jwt.decode(token, keys[0], algorithms=["RS256"])["participant_code"] == "CUST01"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, keys[1], algorithms=["RS256"])


async def test_a_token_outlives_a_change_of_the_key_size(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Both sizes' keys stay published, so a token of before still verifies."""
    sandbox = default_sandbox(emulator)
    token = token_of(await client.request(**minting()))
    await switch(sandbox, rsa_bits=2048)
    keys = [emulator.services.keys.public(name) for name in issuer_keys(sandbox.view())]
    assert [key.key_size for key in keys] == [2048, 4096]
    assert jwt.decode(token, keys[1], algorithms=["RS256"])


@pytest.mark.parametrize("permission", PERMISSIONS)
async def test_how_long_a_token_lives(
    client: httpx.AsyncClient, sandbox: Sandbox, permission: str
) -> None:
    """An hour; five minutes for the two that pay out. No claim tells when it was issued."""
    await set_clock(sandbox, Clock.frozen_at(NOW))
    request = minting(permissions=[permission], payment_details=PAYMENT)
    claims = read_claims(token_of(await client.request(**request)))
    short = permission in {"crypto-withdrawals", "crypto-payouts"}
    assert claims["exp"] == int(NOW) + (300 if short else 3600)
    assert claims.keys().isdisjoint({"iat", "nbf", "sub", "aud"})


async def test_one_payment_permission_makes_the_whole_token_short(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Beside others, crypto-withdrawals still means five minutes."""
    await set_clock(sandbox, Clock.frozen_at(NOW))
    request = minting(permissions=["crypto-buy", "crypto-withdrawals"])
    claims = read_claims(token_of(await client.request(**request)))
    assert claims["exp"] == int(NOW) + 300


@pytest.mark.parametrize(
    ("lifetimes", "permission", "lives"),
    [
        ({"zerohash": 60}, "crypto-buy", 60),
        ({"zerohash": 60}, "crypto-withdrawals", 60),
        ({"zerohash.client_auth_token": 7, "zerohash": 60}, "crypto-buy", 7),
        ({"other": 60}, "crypto-buy", 3600),
    ],
)
async def test_lifetimes_can_be_set(
    client: httpx.AsyncClient,
    sandbox: Sandbox,
    lifetimes: dict[str, int],
    permission: str,
    lives: int,
) -> None:
    """A lifetime of the operation comes before one of the provider, both before the defaults."""
    await set_clock(sandbox, Clock.frozen_at(NOW))
    await happen(sandbox, LifetimesSet(NOW, lifetimes))
    claims = read_claims(token_of(await client.request(**minting(permissions=[permission]))))
    assert claims["exp"] == int(NOW) + lives


# The modules of the mint page, one a line, with the permission that opens each; and the payout
# guide's account link.
SEEDS: Mapping[str, str] = {
    "onboarding": "onboarding",
    "profile": "participant-profile",
    "crypto-buy": "crypto-buy",
    "crypto-sell": "crypto-sell",
    "crypto-withdrawals": "crypto-withdrawals",
    "fiat-deposits": "fiat-deposits",
    "fiat-withdrawals": "fiat-withdrawals",
    "fund": "fwc",
    "fiat-account-link": "fiat-account-link",
    "crypto-account-link": "crypto-account-link",
    "crypto-account-link-payouts": "crypto-account-link",
    "pay": "crypto-pay",
    "payouts": "crypto-payouts",
}


def test_the_modules_are_those_of_the_mint_page() -> None:
    """Each line of the page's list, and the guide's two, is a module; there are no others."""
    assert list(MODULES) == list(SEEDS)


@pytest.mark.parametrize("module", SEEDS)
async def test_a_module_opens_for_its_permission_alone(
    client: httpx.AsyncClient, sandbox: Sandbox, module: str
) -> None:
    """With its permission a token opens the module, with all others it does not."""
    wanted = SEEDS[module]
    others = [name for name in PERMISSIONS if name != wanted]
    with_it = await _record(client, sandbox, [wanted])
    without = await _record(client, sandbox, others)
    assert opens(with_it, module) is None
    assert opens(without, module) == wanted


async def test_there_is_no_other_module(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A module that does not exist is not merely closed."""
    record = await _record(client, sandbox, ["fwc"])
    with pytest.raises(KeyError):
        opens(record, "account-funding")


async def test_minting_without_ceremony(sandbox: Sandbox) -> None:
    """The control API's own mint: defaults, or claims laid over them, and a lifetime."""
    await set_clock(sandbox, Clock.frozen_at(NOW))
    view = sandbox.view()
    issued = provider.mint(view, MintRequest({}, None)).token
    assert issued is not None
    claims = Token(issued.jti, issued.expires_at, issued.grant).claims()
    assert claims["participant_code"] == "CUST01"
    assert claims["permissions"] == ["crypto-buy"]
    assert issued.expires_at == int(NOW) + 3600
    asked: dict[str, Json] = {"participant_code": "CUST02", "permissions": ["fwc"], "x": 1}
    issued = provider.mint(view, MintRequest(asked, 60)).token
    assert issued is not None
    claims = Token(issued.jti, issued.expires_at, issued.grant).claims()
    assert claims.items() >= asked.items()
    assert (issued.grant.subject, issued.grant.permissions) == ("CUST02", ("fwc",))
    assert issued.expires_at == int(NOW) + 60


@pytest.mark.parametrize(
    "claims", [{"participant_code": 5}, {"permissions": "fwc"}, {"payload": 1}]
)
async def test_minting_odd_claims_without_ceremony(
    sandbox: Sandbox, claims: dict[str, Json]
) -> None:
    """Any claims can be asked for: what they are is the tester's business."""
    issued = provider.mint(sandbox.view(), MintRequest(claims, None)).token
    assert issued is not None
    made = Token(issued.jti, issued.expires_at, issued.grant).claims()
    assert made.items() >= claims.items()


async def test_minting_without_a_platform(sandbox: Sandbox) -> None:
    """A world without a platform can't mint, and says so."""
    await drop(sandbox, PLATFORMS, "acme")
    with pytest.raises(LookupError, match="no zerohash platform"):
        provider.mint(sandbox.view(), MintRequest({}, None))


async def _record(client: httpx.AsyncClient, sandbox: Sandbox, permissions: Sequence[str]) -> Token:
    request = minting(permissions=list(permissions), payment_details=PAYMENT)
    jti = read_claims(token_of(await client.request(**request)))["jti"]
    record = sandbox.state.tokens.get(jti)
    assert record is not None
    assert record.grant.provider == PROVIDER
    return record


def _unb64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


async def test_there_is_one_issuer(sandbox: Sandbox) -> None:
    """Its keys are of the size that the setting asks for; no other issuer is known."""
    assert find_issuer(sandbox.view(), None) == find_issuer(sandbox.view(), PROVIDER)
    assert find_issuer(sandbox.view(), None).bits == 2048
    with pytest.raises(KeyError):
        find_issuer(sandbox.view(), "another")
