"""The document of the surface: valid, whole, and true of what is answered."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate

from emulator.providers.zerohash import provider
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.openapi.operations import OF_NO_OPERATION
from emulator.providers.zerohash.routes import ROUTES
from tests.providers.zerohash.arrange import token_of
from tests.providers.zerohash.samples import CUSTOMER, FULL, PAYMENT
from tests.signing import MINT, Request, minting, revoking, signed

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as the door gives it."""
    return provider.door().openapi()


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    """It is OpenAPI 3.1 by an independent validator."""
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_route_is_described(document: dict[str, Any]) -> None:
    """Each route is an operation under its path, and there are no others."""
    described = {
        (method.upper(), path, operation["operationId"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert described == {(route.method, route.path, route.operation) for route in ROUTES}


def test_every_row_is_an_example(document: dict[str, Any]) -> None:
    """Each row of the catalogue stands under its status, with its source."""
    seen: dict[str, set[str]] = {}
    for item in document["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                for medium in response.get("content", {}).values():
                    for name, example in medium.get("examples", {}).items():
                        seen.setdefault(name, set()).add(status)
                        assert example["x-source"] == CATALOGUE[name].source
                        jsonschema.validate(example["value"], medium["schema"])
    assert set(seen) == set(CATALOGUE) - OF_NO_OPERATION
    assert all(statuses == {str(CATALOGUE[name].status)} for name, statuses in seen.items())


@pytest.mark.parametrize(
    ("shape", "body", "good"),
    [
        ("ClientAuthToken", FULL, True),
        ("ClientAuthToken", {}, False),
        ("ClientAuthToken", {"permissions": ["fund"]}, False),
        ("ClientAuthToken", {"permissions": ["fwc"], "otp_verified": None}, False),
        ("ClientAuthToken", {"permissions": ["fwc"], "participant_code": "CUST1"}, False),
        ("Customer", CUSTOMER, True),
        ("Customer", {**CUSTOMER, "kyc": "maybe"}, False),
        ("RevokeAuthToken", {"token": "a.b.c"}, True),
        ("RevokeAuthToken", {"token": 5}, False),
    ],
)
def test_the_request_schemas_say_what_is_accepted(
    document: dict[str, Any], shape: str, body: dict[str, Any], *, good: bool
) -> None:
    """A body is valid by the published schema when the shape accepts it."""
    schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
    assert jsonschema.Draft202012Validator(schema).is_valid(body) is good


# Signed when they are sent, not when this file is read: a signature is good for a minute.
CALLS: tuple[tuple[str, Callable[[], Request]], ...] = (
    ("client_auth_token", minting),
    ("client_auth_token", lambda: minting(permissions=["fwc", "crypto-payouts"])),
    ("client_auth_token", lambda: minting(permissions=["fund"])),
    ("client_auth_token", lambda: minting(participant_code="CUST02")),
    ("client_auth_token", lambda: minting(participant_code="NOBODY")),
    ("client_auth_token", lambda: signed("POST", "/client_auth_token", MINT, signature="x")),
    (
        "client_auth_token",
        lambda: minting(
            permissions=["crypto-pay"], payment_details={**PAYMENT, "purchase_amount": "1000000"}
        ),
    ),
    ("revoke_auth_token", lambda: revoking("a.b.c")),
    ("time", lambda: signed("GET", "/time")),
    ("list_participants", lambda: signed("GET", "/participants")),
    ("list_participants", lambda: signed("GET", "/participants?page=0")),
    ("get_participant", lambda: signed("GET", "/participants/jane.doe@example.com")),
    ("get_participant", lambda: signed("GET", "/participants/nobody@example.com")),
    ("create_customer", lambda: signed("POST", "/participants/customers/new", CUSTOMER)),
    (
        "onboarding_token",
        lambda: signed("POST", "/participants/onboarding_token", {"email": "a@example.com"}),
    ),
    ("onboarding_token", lambda: signed("POST", "/participants/onboarding_token", {})),
    ("sdk_check", lambda: signed("POST", "/sdk/zerohash/check", {"module": "fund"})),
    ("sdk_check", lambda: signed("POST", "/sdk/zerohash/check", {})),
)


@pytest.mark.parametrize("number", range(len(CALLS)))
async def test_answers_are_as_described(
    client: httpx.AsyncClient, document: dict[str, Any], number: int
) -> None:
    """What is answered fits the document's schema for the operation and status."""
    name, make = CALLS[number]
    answer = await client.request(**make())
    [operation] = [
        operation
        for item in document["paths"].values()
        for operation in item.values()
        if operation["operationId"] == name
    ]
    response = operation["responses"][str(answer.status_code)]
    schema = response["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


async def test_a_revocation_has_no_body_by_the_document(
    client: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    """204 is described without content, as it is answered."""
    responses = document["paths"]["/revoke_auth_token"]["post"]["responses"]
    assert "content" not in responses["204"]
    token = token_of(await client.request(**minting()))
    assert (await client.request(**revoking(token))).status_code == 204


def test_the_document_costs_nothing_at_start() -> None:
    """Opening the door imports neither the document's builder nor pydantic's part for it."""
    program = (
        "import sys; from emulator.providers.zerohash import provider; provider.door();"
        "print([m for m in sys.modules if 'zerohash.openapi' in m])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)  # noqa: S603
    assert ran.stdout.strip() == b"[]"
