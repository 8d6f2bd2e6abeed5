import re

import httpx
import pytest

from emulator.app import Emulator
from emulator.providers.hyperswitch.connectors import VARIANTS
from emulator.providers.hyperswitch.proto import current_pb2 as current
from tests.providers.hyperswitch.calling import PAYPAL, STRIPE, Service, config

pytestmark = pytest.mark.anyio

# token_type and expires_in_seconds of each connector: spec 4.1.
TABLE = {
    "Paypal": ("", 32400),
    "Globalpay": ("Bearer", 86399),
    "Airwallex": ("Bearer", 1799),
    "Trustpay": ("client_credentials", 3600),
    "Volt": ("bearer", 3600),
    "Jpmorgan": ("Bearer", 3600),
    "Truelayer": ("Bearer", 3600),
    "Iatapay": ("Bearer", 3600),
    "Itaubank": ("Bearer", 3600),
    "Getnet": ("Bearer", 3600),
    "Fiservcommercehub": ("", 604800),
    "PinelabsOnline": ("", 3540),
}


async def account(control: httpx.AsyncClient, variant: str) -> dict[str, str]:
    """What a client is told to send for a connector."""
    found = (await control.get("/credentials")).json()["hyperswitch"]["connector_config"]
    credentials: dict[str, str] = found[variant]
    return credentials


async def choose(control: httpx.AsyncClient, **settings: str) -> None:
    """Set switches of the service."""
    answer = await control.put("/settings", json={"hyperswitch": settings})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("variant", TABLE)
@pytest.mark.parametrize("method", ["CreateAccessToken", "CreateServerAuthenticationToken"])
async def test_faithful_answers_are_the_connectors(
    service: Service, control: httpx.AsyncClient, variant: str, method: str
) -> None:
    """Relative seconds, each connector's token type, status 1 and 200, nothing echoed."""
    metadata = config(**{variant: await account(control, variant)})
    got = await service.call("types", method, metadata, merchant_access_token_id="mine")
    reply = got.reply
    token_type, seconds = TABLE[variant]
    assert (reply.token_type, reply.expires_in_seconds) == (token_type, seconds)
    assert reply.HasField("token_type") == bool(token_type)
    assert (reply.status, reply.status_code) == (1, 200)
    assert not reply.HasField("merchant_access_token_id")
    assert not reply.HasField("error")
    assert reply.access_token.value


async def test_fiserv_answers_a_key(service: Service, control: httpx.AsyncClient) -> None:
    """Its token is a key's id and a public key in one text."""
    metadata = config(Fiservcommercehub=await account(control, "Fiservcommercehub"))
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert re.fullmatch(r"\w{32}\|\|\|\w+", got.reply.access_token.value)


@pytest.mark.parametrize(
    ("variant", "message", "error_code"),
    [
        (
            "Stripe",
            "server_authentication_token flow not supported by stripe connector",
            "FLOW_NOT_SUPPORTED",
        ),
        (
            "Checkout",
            "This feature is not implemented: server_authentication_token flow for checkout",
            "NOT_IMPLEMENTED",
        ),
    ],
)
async def test_faithful_refuses_what_the_service_has_not(
    service: Service, variant: str, message: str, error_code: str
) -> None:
    """A connector without the call is a failed precondition, in one of two wordings."""
    metadata = config(**{variant: {"api_key": "any"}})
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert (got.code, got.message) == ("FAILED_PRECONDITION", message)
    assert current.IntegrationError.FromString(got.details).error_code == error_code


async def test_wrong_credentials_are_the_connectors_401(service: Service) -> None:
    """Who has no account is told so as PayPal would, with a bare ConnectorError."""
    metadata = config(Paypal={**PAYPAL, "client_secret": "wrong"})
    got = await service.call("types", "CreateServerAuthenticationToken", metadata)
    assert (got.code, got.message) == ("UNAUTHENTICATED", "invalid_client")
    told = current.ConnectorError.FromString(got.details)
    assert (told.error_code, told.http_status_code) == ("CONNECTOR_ERROR_RESPONSE", 401)
    info = told.error_info
    assert info.unified_details.description == "Client Authentication failed"
    assert info.connector_details.code == info.unified_details.code == "invalid_client"
    assert info.connector_details.reason == "Client Authentication failed"


async def test_a_logical_failure_travels_inside_an_ok(service: Service) -> None:
    """TrustPay's 200 without a token: gRPC is OK, status is FAILURE, the reason in the error."""
    failing = {
        name: f"fake-trustpay-{name.replace('_', '-')}-failing"
        for name in ("api_key", "project_id", "secret_key")
    }
    got = await service.call("types", "CreateServerAuthenticationToken", config(Trustpay=failing))
    reply = got.reply
    assert (got.code, reply.status, reply.status_code) == ("OK", 2, 200)
    assert not reply.HasField("access_token")
    assert reply.error.connector_details.code == "1132014"


@pytest.mark.parametrize("test_mode", [True, False])
async def test_the_published_call_is_answered_as_published(
    service: Service, emulator: Emulator, *, test_mode: bool
) -> None:
    """Any key of Stripe's mints; the prefix follows test_mode, the expiry is in epoch seconds."""
    got = await service.call(
        "ucs.v2",
        "CreateAccessToken",
        STRIPE,
        merchant_access_token_id="token_001",
        connector="STRIPE",
        test_mode=test_mode,
    )
    reply = got.reply
    prefix = "pk_test_" if test_mode else "pk_live_"
    assert re.fullmatch(rf"{prefix}\w{{24}}", reply.access_token.value)
    (token,) = reversed(emulator.directory.tenancies()[0].sandbox.state.tokens)
    assert (reply.token_type, reply.expires_in_seconds) == ("Bearer", token.expires_at)
    assert (reply.status, reply.status_code) == (1, 200)
    assert reply.merchant_access_token_id == "token_001"
    assert "wrapper" not in got.trailing["x-emulator-hint"]


@pytest.mark.parametrize("metadata", [config(Stripe={"api_key": "k"}), config(Klarna={"k": "v"})])
async def test_documented_takes_the_current_form_and_any_connector(
    service: Service, metadata: dict[str, str]
) -> None:
    """`x-connector-config` works there too, for every connector of the published enumeration."""
    got = await service.call("ucs.v2", "CreateAccessToken", metadata)
    assert got.code == "OK"


@pytest.mark.parametrize("variant", sorted(VARIANTS))
async def test_every_connector_mints_as_documented(service: Service, variant: str) -> None:
    """No connector is left out."""
    got = await service.call("ucs.v2", "CreateAccessToken", config(**{variant: {"x": "y"}}))
    assert got.reply.access_token.value


async def test_the_profile_is_a_setting(service: Service, control: httpx.AsyncClient) -> None:
    """Either profile can hold in both packages."""
    stripe = config(Stripe={"api_key": "k"})
    await choose(control, profile="documented")
    got = await service.call("types", "CreateServerAuthenticationToken", stripe)
    assert got.reply.token_type == "Bearer"
    await choose(control, profile="faithful")
    got = await service.call("ucs.v2", "CreateAccessToken", stripe)
    assert got.code == "INVALID_ARGUMENT"
    assert got.message == "server_authentication_token flow not supported by stripe connector"
    wrong = config(Paypal={**PAYPAL, "client_secret": "wrong"})
    got = await service.call("ucs.v2", "CreateAccessToken", wrong)
    assert (got.code, got.message) == ("INTERNAL", "invalid_client")


async def test_the_unit_of_expiry_is_a_setting(
    service: Service, control: httpx.AsyncClient
) -> None:
    """Relative or epoch seconds, whatever the profile."""
    await choose(control, expiry="relative")
    got = await service.call("ucs.v2", "CreateAccessToken", STRIPE)
    assert got.reply.expires_in_seconds == 3600
    await choose(control, expiry="epoch")
    got = await service.call("types", "CreateAccessToken", config(Paypal=PAYPAL))
    assert got.reply.expires_in_seconds > 1_000_000_000


async def test_the_bare_form_is_a_setting(service: Service, control: httpx.AsyncClient) -> None:
    """The published header without its wrapper can be refused everywhere, or accepted."""
    await choose(control, bare_auth="refuse")
    got = await service.call("ucs.v2", "CreateAccessToken", STRIPE)
    assert got.message == "X-Connector-Auth header missing auth_type"
    await choose(control, bare_auth="accept")
    got = await service.call("types", "CreateAccessToken", STRIPE)
    assert got.code == "FAILED_PRECONDITION"


@pytest.mark.parametrize(
    ("sent", "echoed"),
    [
        ("token_001", "token_001"),
        ("\n\x09token_001", "token_001"),
        ("\x12\x03abc", "abc"),
        ("\n\x09token", "\n\x09token"),
        ("", ""),
    ],
)
async def test_older_clients_send_a_message_where_a_text_is(
    service: Service, sent: str, echoed: str
) -> None:
    """An Identifier is unwrapped; what only begins like one is a text."""
    got = await service.call("ucs.v2", "CreateAccessToken", STRIPE, merchant_access_token_id=sent)
    assert got.reply.merchant_access_token_id == echoed


@pytest.mark.parametrize("value", ["not json", "{"])
async def test_feature_data_must_be_json(service: Service, value: str) -> None:
    """connector_feature_data is JSON text."""
    got = await service.call(
        "types",
        "CreateServerAuthenticationToken",
        config(Paypal=PAYPAL),
        connector_feature_data={"value": value},
    )
    assert (got.code, got.message) == ("INVALID_ARGUMENT", "Invalid data format: feature_data")
