"""Which path is which connector's, what is sent there, and how it answers. [repo][run] H."""

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from emulator.providers.hyperswitch.upstream import requests as r

Encoding = Literal["form", "json"]


class Endpoint(msgspec.Struct, frozen=True):
    """One endpoint of a connector.

    `paths`: below the connector's base URL; `reads`: the credentials, by field of the account;
    `grants`: the grant types it takes, none where it asks for none; `lifetime_s`: what it grants.
    """

    connector: str
    operation: str
    paths: tuple[str, ...]
    encoding: Encoding
    reads: Callable[[r.Sent], Mapping[str, str]]
    grants: tuple[str, ...] = ()
    lifetime_s: int = 3600
    kind: Literal["access_token", "client_token"] = "access_token"


_CLIENT = ("client_credentials",)

ENDPOINTS = (
    Endpoint(
        "paypal", "upstream_paypal", ("/v1/oauth2/token",), "form", r.basic_client, _CLIENT, 32400
    ),
    Endpoint(
        "paypal",
        "upstream_paypal_identity",
        ("/v1/identity/generate-token",),
        "json",
        r.basic_or_bearer_client,
        kind="client_token",
    ),
    Endpoint(
        "globalpay",
        "upstream_globalpay",
        ("/accesstoken",),
        "json",
        r.globalpay,
        _CLIENT,
        86399,
    ),
    Endpoint(
        "airwallex", "upstream_airwallex", ("/authentication/login",), "json", r.airwallex, (), 1800
    ),
    Endpoint("trustpay", "upstream_trustpay", ("/api/oauth2/token",), "form", r.trustpay, _CLIENT),
    Endpoint("volt", "upstream_volt", ("/oauth",), "json", r.volt, ("password",)),
    Endpoint(
        "jpmorgan",
        "upstream_jpmorgan",
        ("/am/oauth2/alpha/access_token",),
        "form",
        r.basic_client,
        _CLIENT,
    ),
    Endpoint(
        "truelayer", "upstream_truelayer", ("/connect/token",), "form", r.body_client, _CLIENT
    ),
    Endpoint("iatapay", "upstream_iatapay", ("/oauth/token",), "form", r.basic_client, _CLIENT),
    Endpoint(
        "itaubank",
        "upstream_itaubank",
        ("/api/oauth/token", "/api/oauth/jwt"),
        "form",
        r.body_client,
        _CLIENT,
    ),
    Endpoint(
        "getnet",
        "upstream_getnet",
        ("/authentication/oauth2/access_token",),
        "form",
        r.getnet,
        _CLIENT,
    ),
    Endpoint(
        "fiservcommercehub",
        "upstream_fiservcommercehub",
        ("/security/v1/keys/generate",),
        "json",
        r.fiserv,
        (),
        604800,
    ),
    Endpoint(
        "pinelabs_online",
        "upstream_pinelabs_online",
        ("/api/auth/v1/token",),
        "json",
        r.body_client,
        _CLIENT,
    ),
    Endpoint(
        "stripe",
        "upstream_stripe",
        ("/v1/payment_intents",),
        "form",
        r.stripe,
        kind="client_token",
    ),
)

# The connectors' own sandboxes, by which a mock gateway's `x-api-url` tells whom it meant. [repo] H
HOSTS: Mapping[str, str] = {
    "api-m.sandbox.paypal.com": "paypal",
    "apis.sandbox.globalpay.com": "globalpay",
    "api-demo.airwallex.com": "airwallex",
    "aapi.trustpay.eu": "trustpay",
    "gateway.sandbox.volt.io": "volt",
    "id.payments.jpmorgan.com": "jpmorgan",
    "auth.truelayer-sandbox.com": "truelayer",
    "sandbox.iata-pay.iata.org": "iatapay",
    "sandbox.devportal.itau.com.br": "itaubank",
    "api-sbx.pre.globalgetnet.com": "getnet",
    "connect-cert.fiservapis.com": "fiservcommercehub",
    "pluraluat.v2.pinepg.in": "pinelabs_online",
    "api.stripe.com": "stripe",
}


# Where a real server in test mode sends every call, with the URL that it meant in `x-api-url`.
GATEWAY_PATH = "/mockGateway"


def endpoint_of(target: str, headers: Mapping[str, str]) -> Endpoint | None:
    """The endpoint of `/upstream/<connector>/<path>`, or of the URL that a mock gateway is told."""
    path = target.partition("?")[0]
    if path == GATEWAY_PATH:
        try:
            url = urlsplit(headers.get("x-api-url", ""))
        except ValueError:
            return None
        return _find(HOSTS.get(url.hostname or ""), url.path)
    if not path.startswith("/upstream/"):
        return None
    connector, slash, rest = path.removeprefix("/upstream/").partition("/")
    return _find(connector, slash + rest)


def _find(connector: str | None, path: str) -> Endpoint | None:
    """The endpoint whose path ends so, of that connector if one is told."""
    for endpoint in ENDPOINTS:
        if connector in {None, endpoint.connector} and path.endswith(endpoint.paths):
            return endpoint
    return None
