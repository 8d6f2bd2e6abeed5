"""The connectors as data: names, the shape of their credentials, which calls they know.

[repo] H (field-probe data of 87 connectors) unless marked otherwise.
"""

from collections.abc import Mapping

import msgspec

# Credentials by header word: `x-auth` -> header -> field. [repo] H
Legacy = Mapping[str, Mapping[str, str]]

API_KEY = "x-api-key"
KEY1 = "x-key1"
KEY2 = "x-key2"
API_SECRET = "x-api-secret"  # noqa: S105 - a header's name

# The headers that each word of `x-auth` asks for. [repo] H
AUTH_HEADERS: Mapping[str, tuple[str, ...]] = {
    "header-key": (API_KEY,),
    "body-key": (API_KEY, KEY1),
    "signature-key": (API_KEY, KEY1, API_SECRET),
    "multi-auth-key": (API_KEY, KEY1, KEY2, API_SECRET),
    "currency-auth-key": ("x-auth-key-map",),
    "no-key": (),
    "temporary-auth": (),
}


class Connector(msgspec.Struct, frozen=True):
    """A payment processor.

    `name`: as in `x-connector`; `variant`: as in `x-connector-config`. `required`: the fields
    without which its credentials can't be converted, the one that names an account first; empty
    where nothing public says.
    """

    name: str
    variant: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    legacy: Legacy = msgspec.field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of its credentials."""
        return (*self.required, *self.optional)


_BODY: Legacy = {"body-key": {API_KEY: "client_id", KEY1: "client_secret"}}

_KNOWN = (
    Connector(
        "paypal",
        "Paypal",
        ("client_id", "client_secret"),
        ("payer_id",),
        {
            "body-key": {KEY1: "client_id", API_KEY: "client_secret"},
            "signature-key": {KEY1: "client_id", API_KEY: "client_secret", API_SECRET: "payer_id"},
        },
    ),
    Connector(
        "globalpay",
        "Globalpay",
        ("app_id", "app_key"),
        legacy={"body-key": {KEY1: "app_id", API_KEY: "app_key"}},
    ),
    Connector(
        "airwallex",
        "Airwallex",
        ("api_key", "client_id"),
        legacy={"body-key": {API_KEY: "api_key", KEY1: "client_id"}},
    ),
    Connector(
        "trustpay",
        "Trustpay",
        ("project_id", "api_key", "secret_key"),
        legacy={
            "signature-key": {API_KEY: "api_key", KEY1: "project_id", API_SECRET: "secret_key"}
        },
    ),
    Connector(
        "volt",
        "Volt",
        ("client_id", "username", "password", "client_secret"),
        legacy={
            "multi-auth-key": {
                API_KEY: "username",
                API_SECRET: "password",
                KEY1: "client_id",
                KEY2: "client_secret",
            }
        },
    ),
    Connector("jpmorgan", "Jpmorgan", ("client_id", "client_secret"), legacy=_BODY),
    Connector(
        "truelayer",
        "Truelayer",
        ("client_id", "client_secret"),
        ("merchant_account_id", "account_holder_name", "private_key", "kid"),
        _BODY,
    ),
    Connector(
        "iatapay",
        "Iatapay",
        ("client_id", "merchant_id", "client_secret"),
        legacy={
            "signature-key": {
                API_KEY: "client_id",
                KEY1: "merchant_id",
                API_SECRET: "client_secret",
            }
        },
    ),
    Connector(
        "itaubank",
        "Itaubank",
        ("client_id", "client_secret"),
        ("certificates", "private_key"),
        {
            **_BODY,
            "multi-auth-key": {
                API_KEY: "client_id",
                KEY1: "client_secret",
                API_SECRET: "certificates",
                KEY2: "private_key",
            },
        },
    ),
    Connector(
        "getnet",
        "Getnet",
        ("api_key", "api_secret", "seller_id"),
        legacy={"signature-key": {API_KEY: "api_key", API_SECRET: "api_secret", KEY1: "seller_id"}},
    ),
    Connector(
        "fiservcommercehub",
        "Fiservcommercehub",
        ("api_key", "secret", "merchant_id", "terminal_id"),
        legacy={
            "multi-auth-key": {
                API_KEY: "api_key",
                API_SECRET: "secret",
                KEY1: "merchant_id",
                KEY2: "terminal_id",
            }
        },
    ),
    Connector("pinelabs_online", "PinelabsOnline", ("client_id", "client_secret"), legacy=_BODY),
    Connector("stripe", "Stripe", ("api_key",), legacy={"header-key": {API_KEY: "api_key"}}),
    Connector(
        "adyen",
        "Adyen",
        ("api_key", "merchant_account"),
        ("review_key", "endpoint_prefix"),
        {
            "body-key": {API_KEY: "api_key", KEY1: "merchant_account"},
            "signature-key": {
                API_KEY: "api_key",
                KEY1: "merchant_account",
                API_SECRET: "review_key",
            },
        },
    ),
)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_SUPPORTED = _names(
    """aci adyen bluesnap cashfree cashtocode celero cryptopay dlocal elavon finix fiserv forte
    gigadat hipay hyperpg loonio mifinity multisafepay nexinets nmi noon nuvei paybox payload payme
    paytm peachpayments powertranz rapyd razorpayv2 redsys sanlam shift4 stripe trustly
    trustpayments tsys twoc_twop_paco worldpayvantiv xendit"""
)
_NOT_IMPLEMENTED = _names(
    """authipay authorizedotnet axisbank bambora bamboraapac bankofamerica barclaycard billwerk
    braintree calida checkout cybersource datatrans easebuzz fiservemea fiuu helcim
    imerchantsolutions mollie nexixpay novalnet paysafe payu phonepe placetopay ppro razorpay
    revolut revolv3 silverflow stax wellsfargo worldpay worldpayxml zift"""
)
# In the published enumeration and nowhere in the service's code: `documented` knows them too.
_PUBLISHED_ONLY = _names(
    """adyenplatform bitpay boku chargebee coinbase coingate ctp_mastercard ctp_visa deutschebank
    digitalvirgo ebanx globepay gocardless gpayments inespay juspaythreedsserver klarna moneris
    netcetera nomupay opennode payone paystack prophetpay recurly square taxjar threedsecureio wise
    worldline signifyd plaid riskified zen zsl juspay tamara payconex qwikcilver hyperswitch
    tsys_transit kount flywire glomopay givepayments"""
)


def _variant(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


CONNECTORS: Mapping[str, Connector] = {
    **{
        name: Connector(name, _variant(name))
        for name in sorted(NOT_SUPPORTED | _NOT_IMPLEMENTED | _PUBLISHED_ONLY)
    },
    **{connector.name: connector for connector in _KNOWN},
}
VARIANTS: Mapping[str, Connector] = {c.variant: c for c in CONNECTORS.values()}

ACCESS_TOKEN = "server_authentication_token"  # noqa: S105 - a flow's name
SESSION_TOKEN = "server_session_authentication_token"  # noqa: S105
CLIENT_TOKEN = "client_authentication_token"  # noqa: S105

# Which connectors know which call: spec 4.1, 4.2, 4.3. [repo] H
FLOWS: Mapping[str, frozenset[str]] = {
    ACCESS_TOKEN: _names(
        """airwallex fiservcommercehub getnet globalpay iatapay itaubank jpmorgan paypal
        pinelabs_online truelayer trustpay volt"""
    ),
    SESSION_TOKEN: frozenset({"nuvei", "paytm"}),
    CLIENT_TOKEN: _names(
        """adyen billwerk bluesnap braintree cybersource datatrans globalpay jpmorgan mollie
        multisafepay nexinets nexixpay nuvei payload paypal rapyd revolut shift4 stripe"""
    ),
}


def is_published_only(connector: Connector) -> bool:
    """Whether only the published enumeration knows it, not the service."""
    return connector.name in _PUBLISHED_ONLY
