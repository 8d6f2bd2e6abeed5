"""Revoking: which tokens end, which are unknown, and what nothing ends."""

import httpx
import pytest

from emulator.core.clock import Clock
from emulator.core.facts import TokenIssued
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Grant
from tests.providers.zerohash.arrange import (
    count_facts,
    happen,
    hint_of,
    read_claims,
    set_clock,
    switch,
    token_of,
    write_token,
)
from tests.signing import MINIMAL, READ, minting, revoking, signed

pytestmark = pytest.mark.anyio

# The jwt.io sample, which the provider's document shows as the token to revoke: it has no jti.
PUBLISHED_EXAMPLE = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
)


async def mint(client: httpx.AsyncClient, **fields: object) -> str:
    """A fresh token."""
    return token_of(await client.request(**minting(**fields)))


async def test_a_revoked_token_is_revoked(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """204, no body, no content type; and the book says so."""
    token = await mint(client)
    answer = await client.request(**revoking(token))
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert "content-length" not in answer.headers
    record = sandbox.state.tokens.get(read_claims(token)["jti"])
    assert record is not None
    assert record.status(0.0) == "revoked"


async def test_revoking_twice_is_granted_and_changes_nothing(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """The second time is 204 too, with a remark and without a fact."""
    token = await mint(client)
    await client.request(**revoking(token))
    before = count_facts(sandbox)
    answer = await client.request(**revoking(token))
    assert answer.status_code == 204
    assert "revoked before" in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_an_expired_token_can_be_revoked(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """Its end in time does not keep a token from being ended; revoked is told before expired."""
    token = await mint(client)
    await set_clock(sandbox, Clock.offset_by(7200.0))
    record = sandbox.state.tokens.get(read_claims(token)["jti"])
    assert record is not None
    now = sandbox.view().now
    assert record.status(now) == "expired"
    assert (await client.request(**revoking(token))).status_code == 204
    record = sandbox.state.tokens.get(record.jti)
    assert record is not None
    assert record.status(now) == "revoked"


async def test_the_published_example_has_no_jti(client: httpx.AsyncClient) -> None:
    """Posting the documented example literally breaks the documented demand for a jti."""
    answer = await client.request(**revoking(PUBLISHED_EXAMPLE))
    assert answer.status_code == 400
    assert answer.json() == {"errors": ["body/token must contain a jti claim"]}
    assert "documented example has none" in hint_of(answer)


@pytest.mark.parametrize("jti", [None, 5, [], {}, True])
async def test_a_jti_is_a_string(client: httpx.AsyncClient, jti: object) -> None:
    """Anything else is no jti."""
    answer = await client.request(**revoking(write_token({"jti": jti})))
    assert answer.json() == {"errors": ["body/token must contain a jti claim"]}


MALFORMED = {
    "nothing": ("", "three parts"),
    "one part": ("token", "three parts"),
    "two parts": ("a.b", "three parts"),
    "four parts": ("e30.e30.e30.e30", "three parts"),
    "not base64url": ("e30.e3+.x", "not base64url"),
    "a quarter of a byte": ("e30.e30.e", "not base64url"),
    "spaces": (" e30.e30.x", "not base64url"),
    "letters beyond ASCII": ("é.é.é", "not base64url"),
    "no JSON": ("e30.YWJj.x1", "object"),
    "no object": ("e30.W10.x1", "object"),
    "no header": ("W10.e30.x1", "object"),
    "a bearer": ("Bearer e30.e30.x1", "not base64url"),
    "very long": ("x" * 100_000, "three parts"),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_no_jwt_is_400(
    client: httpx.AsyncClient, sandbox: Sandbox, name: str
) -> None:
    """Not three parts, not base64url, not JSON: one error, the reason in the hint."""
    token, words = MALFORMED[name]
    before = count_facts(sandbox)
    answer = await client.request(**revoking(token))
    assert answer.json() == {"errors": ["body/token must be a valid JWT"]}
    assert answer.status_code == 400
    assert words in hint_of(answer)
    assert count_facts(sandbox) == before


@pytest.mark.parametrize("unknown", ["strict", "lenient"])
async def test_an_unknown_jti_by_setting(
    client: httpx.AsyncClient, sandbox: Sandbox, unknown: str
) -> None:
    """404 in strict reading, 204 in lenient; nothing happens in either."""
    await switch(sandbox, unknown_jti=unknown)
    before = count_facts(sandbox)
    answer = await client.request(**revoking(write_token({"jti": "no-such-jti"})))
    if unknown == "strict":
        assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    else:
        assert answer.status_code == 204
        assert "Nothing was revoked" in hint_of(answer)
    assert "earlier run" in hint_of(answer)
    assert count_facts(sandbox) == before


@pytest.mark.parametrize("unknown", ["strict", "lenient"])
async def test_altered_claims_are_another_token(
    client: httpx.AsyncClient, sandbox: Sandbox, unknown: str
) -> None:
    """The right jti with other claims ends nothing."""
    await switch(sandbox, unknown_jti=unknown)
    token = await mint(client)
    claims = read_claims(token)
    before = count_facts(sandbox)
    for altered in ({**claims, "exp": claims["exp"] + 1}, {"jti": claims["jti"]}):
        answer = await client.request(**revoking(write_token(altered)))
        assert answer.status_code == (404 if unknown == "strict" else 204)
        assert "was altered" in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_the_signature_is_not_asked_for(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """The documented demand is a JWT with a jti: the very claims are enough to end the token."""
    token = await mint(client)
    unsigned = token.rpartition(".")[0] + ".AAAA"
    assert (await client.request(**revoking(unsigned))).status_code == 204
    record = sandbox.state.tokens.get(read_claims(token)["jti"])
    assert record is not None
    assert "revoked" in record.endings


@pytest.mark.parametrize("unknown", ["strict", "lenient"])
async def test_another_platforms_token_is_not_found(
    client: httpx.AsyncClient, sandbox: Sandbox, unknown: str
) -> None:
    """Whose token it is not may not end it, in either reading."""
    await switch(sandbox, unknown_jti=unknown)
    token = await mint(client)
    before = count_facts(sandbox)
    request = signed("POST", "/revoke_auth_token", {"token": token}, key=MINIMAL)
    answer = await client.request(**request)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
    assert "another platform" in hint_of(answer)
    assert count_facts(sandbox) == before


async def test_another_providers_token_is_unknown(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """A jti of the book that zerohash did not issue is none of zerohash's."""
    grant = Grant("other", "kind", "s", (), 60, "{}", '{"jti":null}', ("jti",), "key")
    await happen(sandbox, TokenIssued(0.0, "theirs", 60, grant))
    answer = await client.request(**revoking(write_token({"jti": "theirs"})))
    assert answer.status_code == 404
    assert "No token of this sandbox" in hint_of(answer)


async def test_a_read_key_may_not_revoke(client: httpx.AsyncClient) -> None:
    """Revoking is writing."""
    token = await mint(client)
    request = signed("POST", "/revoke_auth_token", {"token": token}, key=READ)
    answer = await client.request(**request)
    message = "This api key does not have write permission to this endpoint"
    assert (answer.status_code, answer.json()["message"]) == (403, message)


async def test_a_token_with_long_details_can_be_revoked(client: httpx.AsyncClient) -> None:
    """However long the token is that was minted, it can be ended."""
    token = await mint(client, phone_number="5" * 20_000)
    assert (await client.request(**revoking(token))).status_code == 204
