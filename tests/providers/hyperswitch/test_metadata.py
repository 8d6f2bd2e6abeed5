import json

import pytest

from emulator.providers.hyperswitch.errors.rows import DOC_URL
from emulator.providers.hyperswitch.proto import current_pb2 as current
from tests.providers.hyperswitch.calling import PAYPAL, STRIPE, Metadata, Service, config

pytestmark = pytest.mark.anyio

MALFORMED = (
    "Invalid data format: X-Connector-Config. "
    "Failed to parse X-Connector-Config JSON into ConnectorSpecificConfig"
)
DEPRECATED = (
    "Invalid data format: x-connector-auth. Failed to parse x-connector-auth JSON into"
    ' ConnectorSpecificConfig. Migrate to x-connector-config with {"config":{...}} format.'
)
UNCONVERTIBLE = (
    "Invalid connector configuration: X-Connector-Config. "
    "Failed to convert connector config from X-Connector-Config header"
)
LEGACY = {"x-connector": "paypal", "x-auth": "body-key"}

# metadata, then code, message and error_code of the current service. [spec 2.1]
CURRENT: list[tuple[Metadata, str, str, str]] = [
    ({}, "INVALID_ARGUMENT", "Missing required field: x-connector", "MISSING_REQUIRED_FIELD"),
    (
        {"x-connector": "nope"},
        "INVALID_ARGUMENT",
        "Invalid data format: x-connector. Invalid connector: Matching variant not found",
        "INVALID_DATA_FORMAT",
    ),
    (
        {"x-connector": "PayPal"},
        "INVALID_ARGUMENT",
        "Invalid data format: x-connector. Invalid connector: Matching variant not found",
        "INVALID_DATA_FORMAT",
    ),
    (
        {"x-connector": "paypal"},
        "INVALID_ARGUMENT",
        "Missing required field: x-auth",
        "MISSING_REQUIRED_FIELD",
    ),
    (
        {"x-connector": "stripe", "x-auth": "header-key"},
        "INVALID_ARGUMENT",
        "Missing required field: x-api-key",
        "MISSING_REQUIRED_FIELD",
    ),
    (
        {**LEGACY, "x-api-key": "k"},
        "INVALID_ARGUMENT",
        "Missing required field: x-key1",
        "MISSING_REQUIRED_FIELD",
    ),
    (
        {"x-connector": "paypal", "x-auth": "foo"},
        "FAILED_PRECONDITION",
        "Invalid connector configuration: x-auth. Invalid auth type: foo",
        "INVALID_CONNECTOR_CONFIG",
    ),
    (
        {"x-connector": "paypal", "x-auth": "certificate-auth"},
        "FAILED_PRECONDITION",
        "Invalid connector configuration: x-auth. Invalid auth type: certificate-auth",
        "INVALID_CONNECTOR_CONFIG",
    ),
    (
        {"x-connector": "paypal", "x-auth": "header-key", "x-api-key": "k"},
        "FAILED_PRECONDITION",
        (
            "Invalid connector configuration: x-auth."
            " Failed to convert legacy auth for connector: paypal"
        ),
        "INVALID_CONNECTOR_CONFIG",
    ),
    ({"x-connector-config": "{"}, "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    ({"x-connector-config": "[]"}, "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    ({"x-connector-config": "[" * 9000}, "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (config(Nope={}), "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (config(paypal=PAYPAL), "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (config(), "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (config(Paypal=PAYPAL, Stripe={}), "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (config(Paypal={"client_id": 5}), "INVALID_ARGUMENT", MALFORMED, "INVALID_DATA_FORMAT"),
    (
        {"x-connector-config": "{}"},
        "INVALID_ARGUMENT",
        "Missing required field: X-Connector-Config.config",
        "MISSING_REQUIRED_FIELD",
    ),
    (
        {"x-connector-config": json.dumps({"Paypal": PAYPAL})},
        "INVALID_ARGUMENT",
        "Missing required field: X-Connector-Config.config",
        "MISSING_REQUIRED_FIELD",
    ),
    (
        STRIPE,
        "INVALID_ARGUMENT",
        "Missing required field: x-connector-auth.config",
        "MISSING_REQUIRED_FIELD",
    ),
    ({"x-connector-auth": "{"}, "INVALID_ARGUMENT", DEPRECATED, "INVALID_DATA_FORMAT"),
    (config(Paypal={}), "FAILED_PRECONDITION", UNCONVERTIBLE, "INVALID_CONNECTOR_CONFIG"),
    (
        config(Paypal={"client_id": "c", "client_secret": ""}),
        "FAILED_PRECONDITION",
        UNCONVERTIBLE,
        "INVALID_CONNECTOR_CONFIG",
    ),
    (
        config(Klarna={"k": "v"}),
        "INVALID_ARGUMENT",
        "Invalid data format: x-connector. Invalid connector: Matching variant not found",
        "INVALID_DATA_FORMAT",
    ),
]

# The same in the words of March 2026, as `ucs.v2` says them.
MARCH: list[tuple[Metadata, str]] = [
    ({}, "Missing x-connector in request metadata"),
    ({"x-connector": "nope"}, "Invalid connector: Matching variant not found"),
    ({"x-connector": "paypal"}, "Missing x-auth in request metadata"),
    ({"x-connector": "stripe", "x-auth": "header-key"}, "Missing x-api-key in request metadata"),
    ({"x-connector": "paypal", "x-auth": "foo"}, "Invalid auth type: foo"),
    (
        {"x-connector": "paypal", "x-auth": "header-key", "x-api-key": "k"},
        "Failed to convert legacy auth for connector: paypal",
    ),
    ({"x-connector-auth": "{"}, "Failed to parse X-Connector-Auth JSON into ConnectorAuth"),
    ({"x-connector-auth": "{}"}, "X-Connector-Auth header missing auth_type"),
    (
        {"x-connector-auth": '{"auth_type":{"Stripe":{"api_key":""}}}'},
        "Failed to convert auth from X-Connector-Auth header",
    ),
]

# Each form in which the sandbox's own PayPal account may be presented.
ACCEPTED: list[Metadata] = [
    config(Paypal=PAYPAL),
    config(Paypal={**PAYPAL, "base_url": "http://127.0.0.1:1", "unknown": [1]}),
    {"x-connector-auth": json.dumps({"config": {"Paypal": PAYPAL}})},
    {"x-connector-auth": json.dumps({"auth_type": {"Paypal": PAYPAL}})},
    {**LEGACY, "x-key1": PAYPAL["client_id"], "x-api-key": PAYPAL["client_secret"]},
    {
        "x-connector": "paypal",
        "x-auth": "signature-key",
        "x-key1": PAYPAL["client_id"],
        "x-api-key": PAYPAL["client_secret"],
        "x-api-secret": "payer",
    },
    {**config(Paypal=PAYPAL), **STRIPE, "x-connector": "nope", "x-shadow-mode": "true"},
    {**config(Paypal=PAYPAL), "x-config-override": '{"connectors":{}}', "x-lineage-ids": "%%%"},
]


@pytest.mark.parametrize(("metadata", "code", "message", "error_code"), CURRENT)
async def test_the_current_service_refuses_in_its_words(
    service: Service, metadata: Metadata, code: str, message: str, error_code: str
) -> None:
    """In `types` code and message are the table's, and the trailer is the bare IntegrationError."""
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert (got.code, got.message) == (code, message)
    told = current.IntegrationError.FromString(got.details)
    assert (told.error_message, told.error_code, told.doc_url) == (message, error_code, DOC_URL)


@pytest.mark.parametrize(("metadata", "message"), MARCH)
async def test_the_older_package_refuses_in_older_words(
    service: Service, metadata: Metadata, message: str
) -> None:
    """In `ucs.v2` the texts are those of March 2026, and there is no trailer."""
    got = await service.call("ucs.v2", "CreateAccessToken", metadata)
    assert (got.code, got.message, got.details) == ("INVALID_ARGUMENT", message, b"")


@pytest.mark.parametrize("metadata", ACCEPTED)
async def test_every_form_of_credentials_is_read(service: Service, metadata: Metadata) -> None:
    """However the same account is presented, it is that account, and the typed header wins."""
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert got.code == "OK"
    assert got.reply.expires_in_seconds == 32400
    assert got.trailing["x-emulator-sandbox"] == "default; by=credential"


async def test_a_bad_override_is_the_servers_own_failure(service: Service) -> None:
    """A configuration patch that is no JSON fails as in the real server, with its prefix."""
    metadata = {**config(Paypal=PAYPAL), "x-config-override": "{"}
    got = await service.call("types", "CreateAccessToken", metadata)
    assert got.code == "INTERNAL"
    assert got.message.startswith("Failed to merge config with override config: ")


async def test_a_live_key_is_refused_and_kept_nowhere(service: Service) -> None:
    """What looks live is refused whatever the profile, with a hint and without being repeated."""
    metadata = {"x-connector-auth": '{"Stripe":{"api_key":"sk_live_0123456789"}}'}
    got = await service.call("ucs.v2", "CreateAccessToken", metadata)
    assert got.code == "UNAUTHENTICATED"
    assert "live key" in got.trailing["x-emulator-hint"]
    assert "0123456789" not in repr(got)


async def test_request_ids_are_echoed_or_made(service: Service) -> None:
    """x-request-id comes back in the initial metadata; without one there is a new UUID each."""
    sent = {**STRIPE, "x-request-id": "mine"}
    got = await service.call("ucs.v2", "CreateAccessToken", sent)
    assert got.initial["x-request-id"] == "mine"
    made = [(await service.call("ucs.v2", "CreateAccessToken")).initial for _ in range(2)]
    assert len({initial["x-request-id"] for initial in made}) == 2
