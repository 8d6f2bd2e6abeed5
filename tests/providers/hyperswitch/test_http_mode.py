from typing import Any

import httpx
import pytest

from tests.providers.hyperswitch.calling import PAYPAL, STRIPE, config

pytestmark = pytest.mark.anyio

ACCESS = ("/payments/create_access_token", "/payments/server_authentication_token")
SESSION = ("/payments/create_session_token", "/payments/server_session_authentication_token")


@pytest.mark.parametrize("prefix", ["", "/hyperswitch"])
@pytest.mark.parametrize("path", ACCESS)
async def test_an_access_token_as_json(client: httpx.AsyncClient, prefix: str, path: str) -> None:
    """Plain strings for secrets, full enum names, unset fields left out; `{}` will do."""
    answer = await client.post(prefix + path, json={}, headers=config(Paypal=PAYPAL))
    body = answer.json()
    assert answer.status_code == 200
    assert body.pop("access_token").startswith("A21AA")
    assert body == {
        "expires_in_seconds": 32400,
        "status": "OPERATION_STATUS_SUCCESS",
        "status_code": 200,
    }


@pytest.mark.parametrize(
    "body",
    [
        {"merchant_access_token_id": "m", "connector": "STRIPE", "test_mode": True, "unknown": 1},
        {"connector": 65535, "metadata": "{}", "connector_feature_data": "{}"},
        {"connector": None, "test_mode": None},
    ],
)
async def test_bodies_are_read_leniently(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    """Enums by name or number, null for absent, unknown keys ignored."""
    answer = await client.post(ACCESS[1], json=body, headers=config(Paypal=PAYPAL))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"test_mode": "yes"}',
        b'{"connector": "NOPE"}',
        b'{"connector": 1.5}',
        b'{"merchant_access_token_id": {"id": "x"}}',
        b"\xff",
    ],
)
async def test_bodies_that_are_not_its_json(client: httpx.AsyncClient, content: bytes) -> None:
    """400 with the parser's text, in the error envelope."""
    answer = await client.post(ACCESS[1], content=content, headers=config(Paypal=PAYPAL))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "400"
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status", "message"),
    [
        ({}, 400, "Missing required field: x-connector"),
        (STRIPE, 400, "Missing required field: x-connector-auth.config"),
        (
            config(Stripe={"api_key": "k"}),
            412,
            "server_authentication_token flow not supported by stripe connector",
        ),
        (config(Paypal={**PAYPAL, "client_id": "x"}), 401, "invalid_client"),
    ],
)
async def test_refusals_are_the_same(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, message: str
) -> None:
    """What gRPC refuses HTTP mode refuses, with the status that its code maps to."""
    answer = await client.post(ACCESS[1], json={}, headers=headers)
    assert answer.status_code == status
    assert answer.json() == {"error": {"message": message, "code": str(status)}}


@pytest.mark.parametrize("path", SESSION)
@pytest.mark.parametrize(
    "body",
    [
        {"amount": {"minor_amount": 1, "currency": "USD"}},
        {"payment": {"amount": {"minor_amount": 1}}},
        {"domain_context": {"Payment": {"amount": {"minor_amount": 1, "currency": 146}}}},
    ],
)
async def test_a_session_token_as_json(
    client: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    """A plain string and 200."""
    answer = await client.post(path, json=body, headers=config(Nuvei={"k": "v"}))
    assert answer.json().keys() == {"session_token", "status_code"}


async def test_a_session_needs_an_amount(client: httpx.AsyncClient) -> None:
    """As over gRPC."""
    answer = await client.post(SESSION[0], json={}, headers=config(Nuvei={"k": "v"}))
    assert answer.json()["error"]["message"] == "Missing required field: amount"


async def test_a_bad_override_is_plain_text(client: httpx.AsyncClient) -> None:
    """500 as text, not in the envelope."""
    headers = {**config(Paypal=PAYPAL), "x-config-override": "{"}
    answer = await client.post(ACCESS[0], json={}, headers=headers)
    assert answer.status_code == 500
    assert answer.text.startswith("Failed to merge config with override config: ")


async def test_a_logical_failure_is_a_200(client: httpx.AsyncClient) -> None:
    """Status FAILURE with the connector's own words."""
    failing = {
        name: f"fake-trustpay-{name.replace('_', '-')}-failing"
        for name in ("api_key", "project_id", "secret_key")
    }
    answer = await client.post(ACCESS[1], json={}, headers=config(Trustpay=failing))
    assert answer.status_code == 200
    assert answer.json()["status"] == "OPERATION_STATUS_FAILURE"
    assert answer.json()["error"]["connector_details"]["code"] == "1132014"


async def test_health_and_request_ids(client: httpx.AsyncClient) -> None:
    """The service's own health answer; a request id comes back."""
    answer = await client.get("/health", headers={"x-request-id": "mine"})
    assert answer.json() == {"status": "healthy", "service": "connector-service"}
    assert answer.headers["x-request-id"] == "mine"
