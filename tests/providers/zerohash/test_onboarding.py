"""The older onboarding token."""

from typing import Any

import httpx
import pytest

from emulator.core.facts import LifetimesSet
from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import (
    change_platform,
    count_facts,
    happen,
    hint_of,
    read_claims,
)
from tests.signing import MINIMAL, READ, Request, signed

pytestmark = pytest.mark.anyio

PATH = "/participants/onboarding_token"
NEWCOMER = {"email": "someone.new@example.com", "phone_number": "+15550100"}


def asking(body: Any = NEWCOMER, **options: Any) -> Request:  # noqa: ANN401 - JSON
    """A request for such a token."""
    return signed("POST", PATH, body, **options)


async def mint(client: httpx.AsyncClient, body: Any = NEWCOMER) -> dict[str, Any]:  # noqa: ANN401
    """The claims of a token."""
    answer = await client.request(**asking(body))
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"message"}
    assert answer.json()["message"]["email"] == body["email"]
    return read_claims(answer.json()["message"]["token"])


async def test_a_newcomer(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """Somebody who has no code yet gets a token that opens onboarding; nobody is created."""
    claims = await mint(client)
    assert claims["permissions"] == ["onboarding"]
    assert claims["participant_code"] == ""
    assert claims["payload"]["email"] == NEWCOMER["email"]
    assert claims["payload"]["phone_number"] == NEWCOMER["phone_number"]
    record = sandbox.view().token(claims["jti"])
    assert record is not None
    assert (record.grant.kind, record.grant.lifetime_s) == ("onboarding_token", 3600)


async def test_somebody_known(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """Whoever has that email already is named by the token; no number is made up."""
    assert sandbox is not None
    claims = await mint(client, {"email": "jane.doe@example.com"})
    assert claims["participant_code"] == "CUST01"
    assert "phone_number" not in claims["payload"]


async def test_its_own_lifetime(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """It lives as long as its operation says, whatever a client access token does."""
    lifetimes = {"zerohash.onboarding_token": 60, "zerohash.client_auth_token": 7200}
    await happen(sandbox, LifetimesSet(0.0, lifetimes))
    record = sandbox.view().token((await mint(client))["jti"])
    assert record is not None
    assert record.grant.lifetime_s == 60


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "body/email is required"),
        ({"email": "nobody"}, "body/email format is not valid"),
        ({"email": None}, "body/email must be string"),
        ({"email": "a@example.com", "phone_number": 1}, "body/phone_number must be string"),
    ],
)
async def test_a_body_that_breaks_the_shape(
    client: httpx.AsyncClient, sandbox: Sandbox, body: object, error: str
) -> None:
    """403 and one text, as documented; what is wrong is told by the emulator beside it."""
    before = count_facts(sandbox)
    answer = await client.request(**asking(body))
    assert answer.status_code == 403
    assert answer.json() == {"error": True, "message": "Invalid request"}
    assert "403 here, not 400" in hint_of(answer)
    call = answer.headers["x-emulator-call"]
    told = await client.get(f"/_emulator/sandboxes/default/calls/{call}/explain")
    assert told.json()["explanation"] == {"errors": [error]}
    assert count_facts(sandbox) == before


@pytest.mark.parametrize("body", [b"[]", b"{", b"null"])
async def test_no_object(client: httpx.AsyncClient, sandbox: Sandbox, body: bytes) -> None:
    """What is no JSON object is an invalid request too."""
    assert sandbox is not None
    answer = await client.request(**asking(body))
    assert (answer.status_code, answer.json()["message"]) == (403, "Invalid request")


async def test_a_platform_without_kyc(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A platform that is not entitled to onboard anybody gets no token."""
    refusal = (403, {"error": True, "message": "Platform is not configured for KYC"})
    assert (await client.request(**asking(key=MINIMAL))).status_code == 200
    await change_platform(sandbox, permissions=("fwc",))
    answer = await client.request(**asking())
    assert (answer.status_code, answer.json()) == refusal


async def test_who_may_not_write(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A key that may only read is refused before its body is."""
    assert sandbox is not None
    answer = await client.request(**asking({}, key=READ))
    assert "write permission" in answer.json()["message"]
