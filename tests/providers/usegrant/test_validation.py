"""validate: every check, own issuers inside, foreign ones by discovery where it is allowed."""

from collections.abc import AsyncIterator
from typing import TypedDict, Unpack

import httpx
import jwt
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.clock import wall
from emulator.core.facts import TokenEnded
from emulator.core.tokens import Ending
from emulator.settings import Settings
from tests.conftest import client_of
from tests.issuing import Issuer, issuing, name_of, sign
from tests.providers.usegrant.calls import (
    NEW_TENANT,
    ORIGIN,
    OTHER_TOKENS,
    TOKENS,
    URL_ID,
    create,
    happen,
    mint,
    read,
    set_clock,
    trust,
)

pytestmark = pytest.mark.anyio

OWN = f"{ORIGIN}/oidc/{URL_ID}"
NOW = 1_800_000_000
HOUR = 3600


@pytest.fixture
def settings() -> Settings:
    """Discovery may go to loopback."""
    return Settings(outgoing=("127.0.0.1",))


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    """A foreign issuer that answers."""
    async with issuing() as made:
        yield made


class Options(TypedDict, total=False):
    """What else `trust` may be told."""

    audience: str
    conditions: list[dict[str, str]]
    hours: float
    provider_audience: str


async def validate(
    client: httpx.AsyncClient, token: str, url: str = OWN, **options: Unpack[Options]
) -> httpx.Response:
    """What comes of a token under a policy."""
    trusted = await trust(client, url, **options)
    return await client.post(trusted.path, json=trusted.body(token))


def refused(answer: httpx.Response, message: str, hint: str) -> None:
    """The token did not pass, for this reason."""
    assert answer.status_code == 400, answer.text
    assert answer.json() == {"code": "bad_request", "message": message}
    assert hint in answer.headers["X-Emulator-Hint"]


async def test_an_own_token_passes(client: httpx.AsyncClient) -> None:
    """The answer says both what the document and what the client library want."""
    token = await mint(client)
    answer = await validate(client, token)
    assert answer.status_code == 200
    assert answer.json() == {"isValid": True, "exp": read(token)[1]["exp"]}


async def test_no_network_is_needed_for_own_issuers(client: httpx.AsyncClient) -> None:
    """Own issuers are known inside, under whatever origin, with a slash behind or not."""
    token = await mint(client)
    for url in (f"{OWN}/", f"https://{URL_ID}.auth.usegrant.dev", f"http://x:1/_s/y/oidc/{URL_ID}"):
        assert (await validate(client, token, url)).status_code == 200, url


async def test_one_providers_token_is_not_anothers(client: httpx.AsyncClient) -> None:
    """A token of provider A never passes as one of provider B, not even with B's name on it."""
    other = await mint(client, OTHER_TOKENS)
    answer = await validate(client, other)
    refused(answer, "Token issuer is not trusted", "iss is not the url")
    header, claims = read(other)
    forged = sign({**claims, "iss": OWN}, name_of(header["kid"]))
    refused(await validate(client, forged), "Invalid token signature", "No key that the issuer")


async def test_what_was_never_issued_is_refused(client: httpx.AsyncClient) -> None:
    """The pool's keys are public: a rightly signed token that is not in the book proves nothing."""
    header, claims = read(await mint(client))
    key = name_of(header["kid"])
    for changed in ({**claims, "jti": "x"}, {**claims, "aud": "a"}, {"iss": OWN, "exp": NOW * 2}):
        refused(await validate(client, sign(changed, key)), "Invalid token", "has not issued")


async def test_another_sandboxs_token_is_refused(client: httpx.AsyncClient) -> None:
    """Nothing that one sandbox issued counts in another."""
    token = await mint(client, f"/_s/other{TOKENS}")
    answer = await validate(client, token, read(token)[1]["iss"])
    refused(answer, "Invalid token signature", "EMULATOR_OUTGOING")


async def test_tampering_is_refused(client: httpx.AsyncClient) -> None:
    """Changed bytes, another algorithm, no kid, an unknown one: no signature."""
    token = await mint(client)
    head, claims, signature = token.split(".")
    header, _ = read(token)
    key = name_of(header["kid"])
    for text in (
        f"{head}.{claims}.{signature[:-8]}AAAAAAAA",
        f"{head}.{claims[:-2]}AA.{signature}",
        sign(read(token)[1], key, kid="unknown"),
        sign(read(token)[1], key, kid=None),
        jwt.encode(read(token)[1], "x" * 32, "HS256", headers={"kid": header["kid"]}),
    ):
        answer = await validate(client, text)
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad_request"


@pytest.mark.parametrize("token", ["none", "a.b", "a.b.c.d", "....", "é.é.é", "a" * 9000])
async def test_what_is_no_token_is_refused(client: httpx.AsyncClient, token: str) -> None:
    """A text that is no JWT is an invalid token, not a broken body."""
    refused(await validate(client, token), "Invalid token", "The token ")


async def test_time_is_the_sandboxs(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """A token is good up to the second before its `exp` on the sandbox's clock."""
    await set_clock(emulator, NOW)
    token = await mint(client, body={"expiresIn": 60})
    await set_clock(emulator, NOW + 59.9)
    assert (await validate(client, token)).status_code == 200
    await set_clock(emulator, NOW + 60)
    refused(await validate(client, token), "Token has expired", "sandbox's clock")
    await set_clock(emulator, NOW - 10)
    refused(await validate(client, token), "Token is not yet valid", "10 s")


@pytest.mark.parametrize("how", ["revoked", "expired"])
async def test_ended_tokens_are_refused(
    client: httpx.AsyncClient, emulator: Emulator, how: Ending
) -> None:
    """What was ended through the control API no longer passes."""
    token = await mint(client)
    await happen(emulator, TokenEnded(0.0, read(token)[1]["jti"], how))
    answer = await validate(client, token)
    assert answer.status_code == 400
    assert how in answer.headers["X-Emulator-Hint"]


async def test_both_audiences_are_asked_for(client: httpx.AsyncClient) -> None:
    """`aud` contains the policy's audience and the provider's, as a text or in a list."""
    token = await mint(client, body={"audienceAsArray": True})
    assert (await validate(client, token)).status_code == 200
    message = "Token audience is not allowed"
    refused(await validate(client, token, audience="other"), message, "policy's audience")
    answer = await validate(client, token, provider_audience="other")
    refused(answer, message, "tenant provider's audience")


@pytest.mark.parametrize("hours", [0.5, 1, 12])
async def test_age_is_in_hours(client: httpx.AsyncClient, emulator: Emulator, hours: float) -> None:
    """A token may be so many hours old and not a second more; 0 asks for nothing."""
    await set_clock(emulator, NOW)
    token = await mint(client, body={"expiresIn": 172_800})
    await set_clock(emulator, NOW + hours * HOUR)
    assert (await validate(client, token, hours=hours)).status_code == 200
    await set_clock(emulator, NOW + hours * HOUR + 1)
    refused(await validate(client, token, hours=hours), "Token was issued too long ago", "h (")
    assert (await validate(client, token, hours=0)).status_code == 200


async def test_conditions_are_anded(client: httpx.AsyncClient) -> None:
    """All conditions must hold; the hint tells which one does not."""
    token = await mint(client)
    sub = read(token)[1]["sub"]
    good = {"key": "sub", "operator": "stringLike", "value": f"{sub[:4]}*"}
    bad = {"key": "sub", "operator": "stringEquals", "value": f"{sub[:4]}*"}
    assert (await validate(client, token, conditions=[good])).status_code == 200
    answer = await validate(client, token, conditions=[good, bad])
    refused(answer, "Token does not satisfy the policy", "Condition 1 of the policy (stringEquals)")


async def test_a_foreign_token_passes_by_discovery(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    """The issuer's document and keys are asked for once, then remembered."""
    trusted = await trust(client, issuer.url)
    claims = {"aud": "sts.amazonaws.com", "exp": 4_000_000_000, "sub": "repo:a/b"}
    for _ in range(3):
        answer = await client.post(trusted.path, json=trusted.body(issuer.sign(claims)))
        assert answer.json() == {"isValid": True, "exp": 4_000_000_000}
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]


async def test_a_foreign_issuer_may_rotate(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """A kid that is not in the remembered set makes it be asked for again."""
    trusted = await trust(client, issuer.url)
    claims = {"aud": "sts.amazonaws.com", "exp": 4_000_000_000, "sub": "x"}
    old = issuer.sign(claims)
    assert (await client.post(trusted.path, json=trusted.body(old))).status_code == 200
    issuer.keys = ["public-test-key-rsa2048-32"]
    issuer.publish()
    new = issuer.sign(claims)
    assert (await client.post(trusted.path, json=trusted.body(new))).status_code == 200
    assert (await client.post(trusted.path, json=trusted.body(old))).status_code == 400


async def test_a_foreign_token_is_checked_all_the_same(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    """Another key, another issuer, no exp, too old: refused; only the trusted issuer is asked."""
    trusted = await trust(client, issuer.url, hours=1)
    claims = {"aud": "sts.amazonaws.com", "exp": 4_000_000_000, "iat": wall(), "sub": "x"}
    good = issuer.sign(claims)
    assert (await client.post(trusted.path, json=trusted.body(good))).status_code == 200
    for token, message in (
        (sign({**claims, "iss": issuer.url}, "public-test-key-rsa2048-01"), "signature"),
        (issuer.sign({**claims, "iss": "http://127.0.0.1:1"}), "issuer is not trusted"),
        (issuer.sign({**claims, "iss": 7}), "issuer is not trusted"),
        (issuer.sign({"aud": "sts.amazonaws.com", "sub": "x"}), "expired"),
        (issuer.sign({**claims, "exp": "never"}), "expired"),
        (issuer.sign({**claims, "exp": True}), "expired"),
        (issuer.sign({**claims, "iat": wall() - 3700}), "too long ago"),
        (issuer.sign({**claims, "aud": None}), "audience"),
        (issuer.sign({**claims, "aud": {"sts.amazonaws.com": 1}}), "audience"),
    ):
        answer = await client.post(trusted.path, json=trusted.body(token))
        assert answer.status_code == 400
        assert message in answer.json()["message"]


async def test_nobody_is_asked_without_a_key(client: httpx.AsyncClient, issuer: Issuer) -> None:
    """Requests leave only for callers that the API lets in, with a token of the trusted issuer."""
    trusted = await trust(client, issuer.url)
    body = trusted.body(issuer.sign({"aud": "sts.amazonaws.com", "exp": 4_000_000_000}))
    headers = {"Authorization": "Bearer uga_nobody"}
    assert (await client.post(trusted.path, json=body, headers=headers)).status_code == 401
    tenant = await create(client, "/v1/tenants", NEW_TENANT)
    answer = await client.post(f"/v1/tenants/{tenant}/validate", json=body)
    assert answer.status_code == 404
    assert issuer.asked == []


async def test_by_default_no_request_leaves(issuer: Issuer) -> None:
    """Without EMULATOR_OUTGOING a foreign issuer is not asked; the hint names the variable."""
    made = create_emulator(Settings())
    await made.directory.open("default")
    async with client_of(made) as client:
        client.headers["Authorization"] = "Bearer uga_test"
        token = issuer.sign({"aud": "sts.amazonaws.com", "exp": 4_000_000_000})
        answer = await validate(client, token, issuer.url)
    refused(answer, "Invalid token signature", "EMULATOR_OUTGOING")
    assert issuer.asked == []
    made.services.signer.close()
