import base64
import json

import httpx
import pytest

from emulator.app import Emulator
from tests.graphql import (
    API_KEY,
    CARD,
    OTHER_KEY,
    READ_CARD,
    REVOKED_KEY,
    basic,
    bearer,
    call,
    card_token,
    mint,
    posted,
)
from tests.providers.highnote.world import advance, revoke, sandbox_of, switch

pytestmark = pytest.mark.anyio

UNAUTHORIZED = [{"message": "Unauthorized", "extensions": {"code": "UNAUTHENTICATED"}}]


def encoded(text: str) -> str:
    """The base64 of a text."""
    return base64.b64encode(text.encode()).decode()


REFUSED = {
    "nothing": (None, "missing_credentials"),
    "an empty header": ("", "malformed_credentials"),
    "no scheme": (encoded(f"{API_KEY}:"), "malformed_credentials"),
    "no colon": (f"Basic {encoded(API_KEY)}", "malformed_credentials"),
    "a password": (f"Basic {encoded(API_KEY + ':secret')}", "malformed_credentials"),
    "no base64": (f"Basic {API_KEY}:", "malformed_credentials"),
    "another scheme": (f"Digest {encoded(API_KEY + ':')}", "malformed_credentials"),
    "an unknown key": (basic("sk_test_nobody"), "invalid_api_key"),
    "a revoked key": (basic(REVOKED_KEY), "revoked_api_key"),
    "a live key": (basic("sk_live_somebody"), "live_credential"),
    "a live key as Bearer": ("Bearer sk_live_somebody", "live_credential"),
    "a key as Bearer": (bearer(API_KEY), "invalid_token"),
    "no token": ("Bearer nothing", "invalid_token"),
    "an empty token": ("Bearer ", "invalid_token"),
    "a long token": (bearer("a" * 9000), "invalid_token"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("query", ["{ping}", "{__schema{types{name}}}", "{nope}", "{"])
async def test_strangers_are_told_nothing(
    client: httpx.AsyncClient, emulator: Emulator, case: str, query: str
) -> None:
    """Without a good credential everything is 401, introspection and nonsense too."""
    by, row = REFUSED[case]
    request = posted(query, by=by or "")
    if by is None:
        del request["headers"]["Authorization"]
    answer = await client.request(**request)
    assert answer.status_code == 401
    told = answer.json()
    assert told["errors"] == UNAUTHORIZED
    assert "data" not in told
    assert told["extensions"]["requestId"]
    assert answer.headers["x-emulator-hint"]
    journal = (await sandbox_of(emulator)).journal
    assert next(iter(reversed(journal))).refusal == row


async def test_basic_with_the_colon_is_let_in(client: httpx.AsyncClient) -> None:
    """The documented form of the API key opens the endpoint."""
    assert await call(client, "{ping}") == {"ping": "pong"}
    assert await call(client, "{ping}", by=basic(OTHER_KEY)) == {"ping": "pong"}


@pytest.mark.parametrize("form", ["no scheme", "no colon"])
async def test_older_forms_by_setting(
    client: httpx.AsyncClient, emulator: Emulator, form: str
) -> None:
    """What older documentation shows is taken when the setting says so."""
    await switch(emulator, authorization="lenient")
    assert await call(client, "{ping}", by=REFUSED[form][0]) == {"ping": "pong"}


async def test_a_token_is_let_in(client: httpx.AsyncClient) -> None:
    """A client token as Bearer opens the endpoint, more than once."""
    token = await card_token(client)
    assert await call(client, "{ping}", by=token) == {"ping": "pong"}
    assert await call(client, "{ping}", by=token) == {"ping": "pong"}


async def test_expiry_is_to_the_second(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """A token is good until its expiry and not at it; the hint says how long ago that was."""
    token = await card_token(client)
    await advance(emulator, 590)
    assert await call(client, "{ping}", by=token) == {"ping": "pong"}
    await advance(emulator, 100)
    answer = await client.request(**posted("{ping}", by=token))
    assert answer.status_code == 401
    assert answer.json()["errors"] == UNAUTHORIZED
    hint = answer.headers["x-emulator-hint"]
    assert hint.startswith("The client token has expired.")
    assert "s ago" in hint


async def test_a_revoked_token_is_refused(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Revocation ends a token at once."""
    token = await card_token(client)
    await revoke(emulator, token)
    answer = await client.request(**posted("{ping}", by=token))
    assert answer.status_code == 401
    assert answer.headers["x-emulator-hint"] == "The client token was revoked."


def changed(token: str, claim: str, value: object) -> str:
    """The token with another claim under the same signature."""
    head, body, signature = token.removeprefix("Bearer ").split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims[claim] = value
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return bearer(f"{head}.{body}.{signature}")


@pytest.mark.parametrize(
    ("claim", "value"), [("exp", 9_999_999_999), ("oid", "x"), ("perms", []), ("jti", "x")]
)
async def test_a_changed_token_is_refused(
    client: httpx.AsyncClient, claim: str, value: object
) -> None:
    """No claim can be changed under the signature."""
    token = changed(await card_token(client), claim, value)
    answer = await client.request(**posted("{ping}", by=token))
    assert answer.status_code == 401
    assert "signature" in answer.headers["x-emulator-hint"]


async def test_a_token_of_another_sandbox_is_refused(client: httpx.AsyncClient) -> None:
    """A token leads to its own sandbox, and is worth nothing in one that is named instead."""
    request = posted(
        "mutation { generateTokenizeAccountHolderClientToken { ... on ClientToken { value } } }",
        headers={"X-Emulator-Sandbox": "s1"},
    )
    answer = await client.request(**request)
    minted = answer.json()["data"]["generateTokenizeAccountHolderClientToken"]["value"]
    at_home = await client.request(**posted("{ping}", by=bearer(minted)))
    assert at_home.headers["x-emulator-sandbox"] == "s1; by=token"
    assert at_home.status_code == 200
    elsewhere = await client.request(
        **posted("{ping}", by=bearer(minted), headers={"X-Emulator-Sandbox": "default"})
    )
    assert elsewhere.status_code == 401


async def test_a_deleted_organization_ends_its_tokens(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """The organization behind a credential has to be there."""
    from emulator.core.facts import EntityDropped  # noqa: PLC0415 - used once
    from tests.providers.highnote.world import note  # noqa: PLC0415

    token = await card_token(client)
    await note(emulator, EntityDropped(0.0, "highnote", "organizations", "acme"))
    for by in (token, basic()):
        answer = await client.request(**posted("{ping}", by=by))
        assert answer.status_code == 401


async def test_another_providers_token_is_refused(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Only client tokens open Highnote, whoever else signs in the same sandbox."""
    from tests.signing import minting  # noqa: PLC0415

    answer = await client.request(**minting())
    token = answer.json()["message"]["token"]
    refused = await client.request(**posted("{ping}", by=bearer(token)))
    assert refused.status_code == 401
    assert (await sandbox_of(emulator)).state.tokens


async def test_the_key_reads_but_not_what_is_restricted(client: httpx.AsyncClient) -> None:
    """An API key without an AOC gets an AccessDeniedError in place, the rest as usual."""
    node = (await call(client, READ_CARD, {"id": CARD}))["node"]
    assert node["restrictedDetails"]["__typename"] == "AccessDeniedError"
    assert node["last4"]


async def test_the_aoc_switch(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """With an AOC the API key reads the card's number."""
    await switch(emulator, aoc=True)
    node = (await call(client, READ_CARD, {"id": CARD}))["node"]
    assert node["restrictedDetails"]["number"].startswith("411111")


async def test_tokens_do_not_mint(client: httpx.AsyncClient) -> None:
    """Minting takes an API key: a client token gets an AccessDeniedError."""
    token = await card_token(client)
    values = {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}
    minted = await mint(client, values=values, by=token)
    assert minted["__typename"] == "AccessDeniedError"
