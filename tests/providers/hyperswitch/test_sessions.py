from typing import Any

import pytest

from emulator.providers.hyperswitch.connectors import CLIENT_TOKEN, CONNECTORS, FLOWS
from emulator.providers.hyperswitch.proto.clients_pb2 import (
    ConnectorSpecificClientAuthenticationResponse,
)
from tests.providers.hyperswitch.calling import PAYPAL, Service, config

pytestmark = pytest.mark.anyio

AMOUNT = {"minor_amount": 1000, "currency": "USD"}
PAYMENT: dict[str, Any] = {
    "payment": {"amount": AMOUNT, "customer": {"id": "c"}, "return_url": "https://shop.test/"}
}
WALLETS = {"paypal", "braintree"}
OWN = {
    "adyen": {"api_key": "fake-adyen-api-key", "merchant_account": "FakeMerchantAccount"},
    "globalpay": {"app_id": "fake-globalpay-app-id", "app_key": "fake-globalpay-app-key"},
    "jpmorgan": {
        "client_id": "fake-jpmorgan-client-id",
        "client_secret": "fake-jpmorgan-client-secret",
    },
    "paypal": PAYPAL,
    "stripe": {"api_key": "sk_test_fake_stripe_key"},
}


def metadata(connector: str) -> dict[str, str]:
    """Credentials that the sandbox accepts."""
    return config(**{CONNECTORS[connector].variant: OWN.get(connector, {"api_key": "any"})})


@pytest.mark.parametrize("connector", sorted(FLOWS[CLIENT_TOKEN]))
async def test_each_connectors_client_is_started(service: Service, connector: str) -> None:
    """The answer is in the connector's own place, with every field of it set."""
    got = await service.call(
        "types", "CreateClientAuthenticationToken", metadata(connector), **PAYMENT
    )
    assert got.code == "OK", got.message
    assert got.reply.status_code == 200
    data = got.reply.session_data
    if connector in WALLETS:
        assert data.WhichOneof("sdk_type") == "paypal"
        assert data.paypal.connector == connector
        assert data.paypal.transaction_info.total_price == 1000
        return
    specific = data.connector_specific
    assert specific.WhichOneof("connector") == connector
    inner = getattr(specific, connector)
    fields = ConnectorSpecificClientAuthenticationResponse.DESCRIPTOR.fields_by_name[connector]
    assert fields.message_type is not None
    assert len(inner.ListFields()) == len(fields.message_type.fields)


async def test_stripes_secret_looks_like_stripes(service: Service) -> None:
    """A payment intent's client secret, as its SDK splits it."""
    got = await service.call(
        "types", "CreateClientAuthenticationToken", metadata("stripe"), **PAYMENT
    )
    secret = got.reply.session_data.connector_specific.stripe.client_secret.value
    intent, _, rest = secret.partition("_secret_")
    assert intent.startswith("pi_")
    assert len(rest) == 24


@pytest.mark.parametrize(
    ("connector", "message"),
    [
        ("volt", "This feature is not implemented: client_authentication_token flow for volt"),
        ("noon", "client_authentication_token flow not supported by noon connector"),
    ],
)
async def test_others_have_no_client_tokens(service: Service, connector: str, message: str) -> None:
    """The same two wordings, with this call's name."""
    volt = dict.fromkeys(("client_id", "client_secret", "username", "password"), "any")
    sent = config(**{CONNECTORS[connector].variant: volt})
    got = await service.call("types", "CreateClientAuthenticationToken", sent, **PAYMENT)
    assert (got.code, got.message) == ("FAILED_PRECONDITION", message)


@pytest.mark.parametrize(
    ("connector", "fields", "message"),
    [
        ("stripe", {}, "Missing required field: amount"),
        ("stripe", {"payment": {}}, "Missing required field: amount"),
        ("billwerk", {"payment": {"amount": AMOUNT}}, "Missing required field: customer"),
        ("cybersource", {"payment": {"amount": AMOUNT}}, "Missing required field: return_url"),
    ],
)
async def test_what_is_missing_is_named(
    service: Service, connector: str, fields: dict[str, Any], message: str
) -> None:
    """A session needs an amount, and some connectors more."""
    got = await service.call(
        "types", "CreateClientAuthenticationToken", metadata(connector), **fields
    )
    assert (got.code, got.message) == ("INVALID_ARGUMENT", message)


@pytest.mark.parametrize("connector", ["nuvei", "paytm"])
async def test_two_connectors_have_server_sessions(service: Service, connector: str) -> None:
    """Under the new name and the old one."""
    for method, fields in (
        ("CreateServerSessionAuthenticationToken", {"payment": {"amount": AMOUNT}}),
        ("CreateSessionToken", {"amount": AMOUNT}),
    ):
        got = await service.call("types", method, metadata(connector), **fields)
        assert got.reply.session_token
        assert got.reply.status_code == 200
        assert not got.reply.HasField("error")


async def test_no_other_has(service: Service) -> None:
    """The current service's words for a call that PayPal has not."""
    got = await service.call(
        "types",
        "CreateServerSessionAuthenticationToken",
        metadata("paypal"),
        payment={"amount": AMOUNT},
    )
    assert got.code == "FAILED_PRECONDITION"
    assert got.message.endswith("server_session_authentication_token flow for paypal")


@pytest.mark.parametrize(
    ("kind", "place"), [("APPLE_PAY", "apple_pay"), ("GOOGLE_PAY", "google_pay"), (0, "paypal")]
)
async def test_the_old_name_answers_with_wallets(
    service: Service, kind: str | int, place: str
) -> None:
    """As documented any connector answers, in the wallet that the payment method names."""
    for package in ("ucs.v2", "types"):
        got = await service.call(
            package,
            "CreateSdkSessionToken",
            metadata("paypal"),
            amount=AMOUNT,
            payment_method_type=kind,
        )
        assert got.reply.session_token.WhichOneof("wallet_name") == place


async def test_faithful_the_old_name_knows_wallets_only(service: Service) -> None:
    """Stripe's client secret had no place there."""
    got = await service.call("types", "CreateSdkSessionToken", metadata("stripe"), amount=AMOUNT)
    assert got.code == "FAILED_PRECONDITION"
    assert "CreateClientAuthenticationToken" in got.trailing["x-emulator-hint"]


async def test_permissions_go_into_the_token(service: Service) -> None:
    """Globalpay's restricted token carries what was asked for."""
    got = await service.call(
        "types",
        "CreateClientAuthenticationToken",
        metadata("globalpay"),
        permissions={"values": ["PMT_POST_Create_Single"]},
        **PAYMENT,
    )
    answer = got.reply.session_data.connector_specific.globalpay
    assert (answer.token_type, answer.expires_in) == ("Bearer", 3600)
