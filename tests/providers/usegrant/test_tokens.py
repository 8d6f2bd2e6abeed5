"""createToken: what the token says, what may be asked of it, how long it lives."""

import httpx
import jwt
import pytest

from emulator.app import Emulator
from emulator.core.clock import parse_time
from emulator.core.facts import LifetimesSet
from tests.providers.usegrant.calls import (
    NEW_CLIENT,
    ORIGIN,
    PROVIDER,
    SAMPLE,
    TOKENS,
    URL_ID,
    create,
    happen,
    mint,
    read,
    set_clock,
    view_of,
)

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000.75


async def test_the_token_is_as_documented(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Header, claims and answer have exactly the documented members, and agree."""
    await set_clock(emulator, NOW)
    answer = await client.post(TOKENS)
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["accessToken", "expiresAt", "type"]
    header, claims = read(body["accessToken"])
    jti, kid = claims.pop("jti"), header.pop("kid")
    assert header == {"alg": "RS256", "typ": "at+jwt"}
    assert claims == {
        "iss": f"{ORIGIN}/oidc/{URL_ID}",
        "sub": "FakeSubjectOfAcmeAuthClient00001",
        "aud": "sts.amazonaws.com",
        "client_id": "FakeSubjectOfAcmeAuthClient00001",
        "iat": int(NOW),
        "nbf": int(NOW),
        "exp": int(NOW) + 3600,
    }
    assert len(jti) == 36
    assert parse_time(body["expiresAt"]) == claims["exp"]
    assert body["type"] == "Bearer"
    published = (await client.get(f"/oidc/{URL_ID}/.well-known/jwks")).json()["keys"]
    assert [key["kid"] for key in published] == [kid]
    jwt.decode(
        body["accessToken"],
        jwt.PyJWK(published[0]).key,
        algorithms=["RS256"],
        audience="sts.amazonaws.com",
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )


@pytest.mark.parametrize("content", [None, b"", b"{}", b" \n"])
@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
async def test_the_body_may_be_absent(
    client: httpx.AsyncClient, content: bytes | None, headers: dict[str, str]
) -> None:
    """No body, an empty one and an empty object ask for the defaults, whatever the type says."""
    answer = await client.post(TOKENS, content=content, headers=headers)
    assert answer.status_code == 200
    _, claims = read(answer.json()["accessToken"])
    assert claims["exp"] - claims["iat"] == 3600


async def test_the_options_do_what_they_say(client: httpx.AsyncClient) -> None:
    """`useJwtType` makes the type `jwt`, `audienceAsArray` a list of one."""
    body = {"useJwtType": True, "audienceAsArray": True, "expiresIn": 600, "unknown": [1]}
    header, claims = read(await mint(client, body=body))
    assert header["typ"] == "jwt"
    assert claims["aud"] == ["sts.amazonaws.com"]
    assert claims["exp"] - claims["iat"] == 600


@pytest.mark.parametrize("seconds", [1, 172_800, 3600.0])
async def test_lifetimes_within_the_limits(client: httpx.AsyncClient, seconds: float) -> None:
    """1 s to 48 h, as a whole number however it is written."""
    _, claims = read(await mint(client, body={"expiresIn": seconds}))
    assert claims["exp"] - claims["iat"] == seconds


async def test_the_requests_own_lifetime_comes_first(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A lifetime set from outside holds where the request asks for none."""
    await happen(emulator, LifetimesSet(0.0, {"usegrant": 90, "usegrant.createToken": 60}))
    _, default = read(await mint(client))
    assert default["exp"] - default["iat"] == 60
    _, asked = read(await mint(client, body={"expiresIn": 600}))
    assert asked["exp"] - asked["iat"] == 600


async def test_the_subject_is_the_clients_own(client: httpx.AsyncClient) -> None:
    """`sub` is 32 characters, the same in every token of a client, another's another, no id."""
    made = await create(client, f"{PROVIDER}/clients", NEW_CLIENT)
    path = f"{PROVIDER}/clients/{made}/tokens"
    _, first = read(await mint(client, path))
    _, second = read(await mint(client, path))
    assert first["sub"] == second["sub"] not in {made, SAMPLE}
    assert len(first["sub"]) == 32
    assert first["jti"] != second["jti"]
    answer = await client.get(f"{PROVIDER}/clients/{first['sub']}")
    assert answer.status_code == 404
    assert "subject" in answer.headers["X-Emulator-Hint"]


async def test_tokens_stand_in_the_book(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """The sandbox knows what it issued, claim for claim."""
    _, claims = read(await mint(client))
    record = view_of(emulator).token(claims["jti"])
    assert record is not None
    assert record.claims() == claims
    assert (record.grant.provider, record.grant.kind) == ("usegrant", "createToken")


async def test_the_published_sample_works(client: httpx.AsyncClient) -> None:
    """The published curl is refused for its placeholder alone, and works with a lifetime."""
    body = {
        "expiresIn": 0,
        "useJwtType": True,
        "audienceAsArray": True,
        "forceDefaultDomain": True,
    }
    refused = await client.post(TOKENS, json=body)
    assert refused.status_code == 400
    assert refused.json() == {
        "code": "bad_request",
        "message": "Expires in must be at least 1 second",
    }
    assert "placeholder" in refused.headers["X-Emulator-Hint"]
    await mint(client, body={**body, "expiresIn": 60})
