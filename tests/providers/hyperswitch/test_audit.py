"""What a client did wrong over gRPC."""

import httpx
import pytest

from tests.providers.hyperswitch.calling import PAYPAL, Service, config

pytestmark = pytest.mark.anyio

OPERATION = "hyperswitch.create_access_token"


async def call(service: Service, *, key: str = "fake-paypal-client-id") -> str:
    """A mint's status code."""
    metadata = config(Paypal={**PAYPAL, "client_id": key})
    return (await service.call("ucs.v2", "CreateAccessToken", metadata)).code


async def names(control: httpx.AsyncClient) -> list[str]:
    """The kinds of the findings."""
    return [finding["finding"] for finding in (await control.get("audit")).json()["items"]]


@pytest.mark.parametrize(
    ("then", "code", "found"),
    [
        ({"error": "rate_limited", "retry_after": 3}, "RESOURCE_EXHAUSTED", ["retry_too_early"]),
        ({"error": "rate_limited"}, "RESOURCE_EXHAUSTED", []),
        ({"grpc": {"code": "FAILED_PRECONDITION"}}, "FAILED_PRECONDITION", ["retry_refused"]),
        ({"grpc": {"code": "UNAVAILABLE"}}, "UNAVAILABLE", ["mint_repeated"]),
    ],
)
async def test_a_call_is_made_again_at_once(
    service: Service,
    control: httpx.AsyncClient,
    then: dict[str, object],
    code: str,
    found: list[str],
) -> None:
    """By the same caller it is what the code makes of it, by another it is nothing."""
    rule = {"operation": OPERATION, "then": then, "when": {"times": 1}}
    assert (await control.post("faults", json=rule)).status_code == 201
    assert await call(service) == code
    await call(service, key="another")
    assert await names(control) == []
    assert await call(service) == "OK"
    assert await names(control) == found
