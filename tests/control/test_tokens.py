"""The book of tokens."""

from typing import Any

import httpx
import jwt
import pytest

from emulator.app import Emulator
from tests.control.answers import (
    DEFAULT,
    create,
    freeze,
    mint,
    read,
    read_problem,
)
from tests.signing import minting, revoking

pytestmark = pytest.mark.anyio

TOKENS = f"{DEFAULT}/tokens"
AT = "2030-01-01T00:00:00Z"


async def test_a_record_has_the_documented_members(control: httpx.AsyncClient) -> None:
    """Minting answers 201 with the record, which GET answers too."""
    await freeze(control, AT)
    record = await mint(control, lifetime="10m")
    assert record == read(await control.get(f"{TOKENS}/{record['jti']}"))
    claims, token = record.pop("claims"), record.pop("token")
    assert record == {
        "jti": claims["jti"],
        "provider": "zerohash",
        "kind": "client_auth_token",
        "subject": "CUST01",
        "permissions": ["crypto-buy"],
        "issued_at": AT,
        "expires_at": "2030-01-01T00:10:00Z",
        "status": "active",
    }
    assert jwt.decode(token, options={"verify_signature": False}) == claims
    assert claims["exp"] == 1_893_456_600


async def test_the_text_is_the_one_that_the_client_got(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A token minted by the provider's own operation is in the book, text and all."""
    token = read(await client.request(**minting()), 201)["message"]["token"]
    assert [item["token"] for item in read(await control.get(TOKENS))["items"]] == [token]


async def test_claims_are_laid_over_the_usual_ones(control: httpx.AsyncClient) -> None:
    """Claims replace and add; what they say of participant and permissions is the record's."""
    claims = {"participant_code": "CUST02", "permissions": ["fwc"], "extra": {"a": [1, None]}}
    record = await mint(control, claims=claims)
    assert record["subject"] == "CUST02"
    assert record["permissions"] == ["fwc"]
    assert record["claims"].items() >= claims.items()
    assert record["claims"]["platform_code"] == "FAKE01"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "/provider"),
        ({"provider": "zerohsh"}, "/provider"),
        ({"provider": 1}, "/provider"),
        ({"provider": "zerohash", "lifetime": 0}, "/lifetime"),
        ({"provider": "zerohash", "lifetime": "1.5s"}, "/lifetime"),
        ({"provider": "zerohash", "lifetime": True}, "/lifetime"),
        ({"provider": "zerohash", "claims": []}, "/claims"),
        ({"provider": "zerohash", "claims": {"exp": 1}}, "/claims/exp"),
        ({"provider": "zerohash", "claims": {"jti": "x"}}, "/claims/jti"),
        ({"provider": "zerohash", "claims": {"long": "x" * 5000}}, "/claims"),
        ({"provider": "zerohash", "claims": {"a": ["sk_live_x"]}}, "/claims/a/0"),
        ({"provider": "zerohash", "defect": "expird"}, "/defect"),
        ({"provider": "zerohash", "defect": "missing_claim:aud"}, "/defect"),
    ],
)
async def test_what_can_not_be_minted(
    control: httpx.AsyncClient, body: dict[str, Any], path: str
) -> None:
    """A bad request mints nothing and draws no id."""
    read_problem(await control.post(TOKENS, json=body), 400, path)
    assert read(await control.get(TOKENS))["items"] == []


async def test_nobody_to_mint_for(control: httpx.AsyncClient) -> None:
    """Without a platform that has a key there is nothing to mint for."""
    await control.delete(f"{DEFAULT}/entities/zerohash/platforms/acme")
    problem = read_problem(await control.post(TOKENS, json={"provider": "zerohash"}), 409)
    assert "platform" in problem["detail"]


async def test_lists_are_paged_newest_first(control: httpx.AsyncClient) -> None:
    """Pages follow each other while tokens are minted."""
    jtis = [(await mint(control))["jti"] for _ in range(5)]
    first = read(await control.get(f"{TOKENS}?limit=2"))
    await mint(control)
    second = read(await control.get(f"{TOKENS}?limit=2&cursor={first['next']}"))
    third = read(await control.get(f"{TOKENS}?limit=2&cursor={second['next']}"))
    assert third["next"] is None
    found = [item["jti"] for page in (first, second, third) for item in page["items"]]
    assert found == jtis[::-1]


async def test_revoking_is_idempotent(control: httpx.AsyncClient, emulator: Emulator) -> None:
    """A revoked token stays revoked, and a second time appends no fact."""
    jti = (await mint(control))["jti"]
    first = read(await control.post(f"{TOKENS}/{jti}/revoke"))
    assert (first["jti"], first["status"]) == (jti, "revoked")
    head = emulator.directory.get("default")._head  # type: ignore[union-attr]
    assert read(await control.post(f"{TOKENS}/{jti}/revoke")) == first
    assert emulator.directory.get("default")._head == head  # type: ignore[union-attr]


async def test_expiring(control: httpx.AsyncClient) -> None:
    """A token can be made to expire ahead of its time; its times stay what they were."""
    record = await mint(control)
    ended = read(await control.post(f"{TOKENS}/{record['jti']}/expire"))
    assert ended == {**record, "status": "expired"}
    assert read(await control.post(f"{TOKENS}/{record['jti']}/expire")) == ended


@pytest.mark.parametrize("order", [("revoke", "expire"), ("expire", "revoke")])
async def test_revoked_is_told_before_expired(
    control: httpx.AsyncClient, order: tuple[str, str]
) -> None:
    """Whatever came first, an end by revocation is the one that is told."""
    jti = (await mint(control))["jti"]
    for action in order:
        read(await control.post(f"{TOKENS}/{jti}/{action}"))
    assert read(await control.get(f"{TOKENS}/{jti}"))["status"] == "revoked"


async def test_the_provider_s_own_revocation_shows(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """A token that its platform revoked is revoked here too."""
    record = await mint(control)
    response = await client.request(**revoking(record["token"]))
    assert response.status_code == 204
    assert read(await control.get(f"{TOKENS}/{record['jti']}"))["status"] == "revoked"


@pytest.mark.parametrize("path", ["", "/revoke", "/expire"])
async def test_unknown_tokens(control: httpx.AsyncClient, path: str) -> None:
    """A jti that this sandbox did not issue is 404, another sandbox's too."""
    await create(control, id="a")
    jti = (await mint(control, "a"))["jti"]
    for name in (jti, "nothing", "%00", "\u00e9"):
        method = "POST" if path else "GET"
        problem = read_problem(await control.request(method, f"{TOKENS}/{name}{path}"), 404)
        assert "reset" in problem["detail"]
    assert read(await control.get(f"/sandboxes/a/tokens/{jti}"))["status"] == "active"


async def test_defaults_of_a_mint_are_the_provider_s(control: httpx.AsyncClient) -> None:
    """The short life of payment permissions holds here as well."""
    await freeze(control, AT)
    record = await mint(control, claims={"permissions": ["crypto-withdrawals"]})
    assert record["expires_at"] == "2030-01-01T00:05:00Z"
