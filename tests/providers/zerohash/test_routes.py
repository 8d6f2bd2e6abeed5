"""The door: paths and methods, request ids, the time, and bodies over the limit."""

import re

import httpx
import pytest

from emulator.core.clock import Clock
from emulator.core.sandbox import Sandbox
from tests.providers.zerohash.arrange import count_facts, set_clock, switch, token_of
from tests.signing import MINT, minting, signed

pytestmark = pytest.mark.anyio

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (1_715_459_200.0, (1_715_459_200_000, "2024-05-11T20:26:40.000Z")),
        (1_715_459_200.25, (1_715_459_200_250, "2024-05-11T20:26:40.250Z")),
        (0.0, (0, "1970-01-01T00:00:00.000Z")),
    ],
)
async def test_the_time_as_the_guide_has_it(
    client: httpx.AsyncClient, sandbox: Sandbox, at: float, message: tuple[int, str]
) -> None:
    """Milliseconds, their unit and the ISO form, by the sandbox's clock, to anybody."""
    await set_clock(sandbox, Clock.frozen_at(at))
    answer = await client.get("/zerohash/time")
    epoch, iso = message
    expected = {"epoch": epoch, "epoch_units": "milliseconds", "iso_8601": iso}
    assert (answer.status_code, answer.json()) == (200, {"message": expected})


async def test_the_time_as_the_schema_has_it(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """The setting gives whole seconds instead."""
    await switch(sandbox, time_format="epoch")
    await set_clock(sandbox, Clock.frozen_at(1_550_174_574.9))
    answer = await client.get("/zerohash/time")
    assert answer.json() == {"epoch": 1_550_174_574}


async def test_the_times_milliseconds_are_no_timestamp_to_sign_with(
    client: httpx.AsyncClient,
) -> None:
    """What /time tells can't be sent as X-SCX-TIMESTAMP: the unit is another."""
    epoch = (await client.get("/zerohash/time")).json()["message"]["epoch"]
    answer = await client.request(
        **signed("POST", "/client_auth_token", MINT, timestamp=str(epoch))
    )
    assert answer.json()["message"] == "Invalid timestamp"
    assert "in milliseconds" in answer.headers["x-emulator-hint"]


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nothing", 404, None),
        ("POST", "/client_auth_token/revoke", 404, None),
        ("POST", "/client_auth_token/", 404, None),
        ("GET", "/", 404, None),
        ("GET", "/client_auth_token", 405, "POST"),
        ("DELETE", "/revoke_auth_token", 405, "POST"),
        ("POST", "/time", 405, "GET"),
        ("GET", "/participants/customers/new", 405, "POST"),
        ("POST", "/participants", 405, "GET"),
        ("PATCH", "/participants/jane.doe@example.com", 405, "GET"),
    ],
)
async def test_what_zerohash_does_not_serve(
    client: httpx.AsyncClient, method: str, path: str, status: int, allow: str | None
) -> None:
    """Unknown paths and methods get the provider's shape of an error."""
    answer = await client.request(**signed(method, path))
    texts = {404: "Not Found", 405: "Method Not Allowed"}
    assert (answer.status_code, answer.json()) == (status, {"error": texts[status]})
    assert answer.headers.get("allow") == allow


async def test_a_body_over_the_limit(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """413 in the provider's shape, and nothing happened."""
    before = count_facts(sandbox)
    body = {**MINT, "phone_number": "5" * (1 << 20)}
    answer = await client.request(**signed("POST", "/client_auth_token", body))
    assert (answer.status_code, answer.json()) == (413, {"error": "Payload Too Large"})
    assert count_facts(sandbox) == before


async def test_a_body_just_within_the_limit(client: httpx.AsyncClient) -> None:
    """As much as the limit is read, signed, carried and sent back as a token."""
    body = {**MINT, "phone_number": "5" * ((1 << 20) - 100)}
    answer = await client.request(**signed("POST", "/client_auth_token", body))
    assert len(token_of(answer)) > 1 << 20


@pytest.mark.parametrize(
    "path", ["/time", "/participants", "/nothing", "/participants/nobody@example.com"]
)
async def test_a_request_id_comes_back(client: httpx.AsyncClient, path: str) -> None:
    """The caller's id is in every answer, granted or refused; without one there is a new UUID."""
    given = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    answer = await client.request(**signed("GET", path, headers={"X-REQUEST-ID": given}))
    assert answer.headers["x-request-id"] == given
    drawn = [
        (await client.request(**signed("GET", path))).headers["x-request-id"] for _ in range(2)
    ]
    assert all(map(UUID4.fullmatch, drawn))
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("given", [b"", b"x" * 10_000, b"\xe9", b"a b", b"a\tb", b"<script>"])
async def test_a_request_id_that_is_not_plain_is_replaced(
    client: httpx.AsyncClient, given: bytes
) -> None:
    """What should not stand in a header is not written into one."""
    answer = await client.get("/zerohash/time", headers={b"x-request-id": given})
    assert UUID4.fullmatch(answer.headers["x-request-id"])


async def test_a_refused_call_has_a_request_id_too(client: httpx.AsyncClient) -> None:
    """Failed authentication and validation are traced like anything else."""
    for request in (minting(permissions=[]), signed("POST", "/client_auth_token", signature="x")):
        request["headers"]["X-Request-Id"] = "trace-1"
        answer = await client.request(**request)
        assert answer.status_code in {400, 403}
        assert answer.headers["x-request-id"] == "trace-1"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-y", None])
async def test_the_content_type_is_not_asked_for(
    client: httpx.AsyncClient, kind: str | None
) -> None:
    """Nothing published demands one, so the body alone counts."""
    request = signed("POST", "/client_auth_token", MINT, headers={"Content-Type": kind})
    assert (await client.request(**request)).status_code == 201
