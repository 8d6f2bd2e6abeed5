import base64
import hashlib
from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from emulator.providers.hyperswitch.upstream.endpoints import ENDPOINTS

pytestmark = pytest.mark.anyio

GRANT = {"grant_type": "client_credentials"}


def basic(user: str, password: str) -> dict[str, str]:
    """Basic authentication."""
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def client_of(name: str) -> tuple[str, str]:
    """An account's client id and secret."""
    return f"fake-{name}-client-id", f"fake-{name}-client-secret"


def in_body(name: str) -> dict[str, str]:
    """The same as fields."""
    user, password = client_of(name)
    return {"client_id": user, "client_secret": password}


def globalpay(**more: object) -> dict[str, Any]:
    """The app's key inside a hash, as the SDK builds it."""
    nonce = "abcDEF123456"
    secret = hashlib.sha512(f"{nonce}fake-globalpay-app-key".encode()).hexdigest()
    body = {"app_id": "fake-globalpay-app-id", "nonce": nonce, "secret": secret, **GRANT, **more}
    return {"json": body, "headers": {"x-gp-version": "2021-03-22"}}


FISERV = {
    "json": {
        "merchantDetails": {
            "merchantId": "fake-fiserv-merchant-id",
            "terminalId": "fake-fiserv-terminal-id",
        }
    },
    "headers": {
        "api-key": "fake-fiserv-api-key",
        "timestamp": "1700000000000",
        "client-request-id": "00000000-0000-4000-8000-000000000000",
        "auth-token-type": "HMAC",
        "authorization": base64.b64encode(bytes(32)).decode(),
    },
}

# The request of each connector as the SDK builds it, and what is parsed of the answer: spec 4.1.
CALLS: dict[str, tuple[str, dict[str, Any], dict[str, object]]] = {
    "paypal": (
        "/v1/oauth2/token",
        {"data": {**GRANT, **in_body("paypal")}, "headers": basic(*client_of("paypal"))},
        {"token_type": "Bearer", "expires_in": 32400},
    ),
    "globalpay": ("/accesstoken", globalpay(), {"type": "Bearer", "seconds_to_expire": 86399}),
    "airwallex": (
        "/authentication/login",
        {
            "json": {},
            "headers": {
                "x-api-key": "fake-airwallex-api-key",
                "x-client-id": "fake-airwallex-client-id",
            },
        },
        {},
    ),
    "trustpay": (
        "/api/oauth2/token",
        {
            "data": GRANT,
            "headers": basic("fake-trustpay-project-id", "fake-trustpay-secret-key"),
        },
        {"expires_in": 3600},
    ),
    "volt": (
        "/oauth",
        {
            "json": {
                "grant_type": "password",
                **in_body("volt"),
                "username": "fake-volt-username",
                "password": "fake-volt-password",
            }
        },
        {"token_type": "Bearer", "expires_in": 3600},
    ),
    "jpmorgan": (
        "/am/oauth2/alpha/access_token",
        {
            "data": {**GRANT, "scope": "jpm:payments:sandbox"},
            "headers": basic(*client_of("jpmorgan")),
        },
        {"scope": "jpm:payments:sandbox", "token_type": "Bearer", "expires_in": 3600},
    ),
    "truelayer": (
        "/connect/token",
        {"data": {**GRANT, **in_body("truelayer"), "scope": "payments"}},
        {"expires_in": 3600},
    ),
    "iatapay": (
        "/oauth/token",
        {"data": {**GRANT, "scope": "payment"}, "headers": basic(*client_of("iatapay"))},
        {"expires_in": 3600},
    ),
    "itaubank": (
        "/api/oauth/jwt",
        {"data": {**GRANT, **in_body("itaubank")}, "headers": {"user-agent": "Hyperswitch"}},
        {"token_type": "Bearer", "expires_in": 3600},
    ),
    "getnet": (
        "/authentication/oauth2/access_token",
        {"data": GRANT, "headers": basic("fake-getnet-api-key", "fake-getnet-api-secret")},
        {"token_type": "Bearer", "expires_in": 3600},
    ),
    "fiservcommercehub": ("/security/v1/keys/generate", FISERV, {}),
    "pinelabs_online": (
        "/api/auth/v1/token",
        {"json": {**GRANT, **in_body("pinelabs")}},
        {},
    ),
}


@pytest.mark.parametrize("connector", CALLS)
async def test_each_connector_grants_as_parsed(client: httpx.AsyncClient, connector: str) -> None:
    """The SDK's request is granted, with every field that the service parses."""
    path, request, parsed = CALLS[connector]
    answer = await client.post(f"/upstream/{connector}{path}", **request)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert parsed.items() <= body.items()
    if connector == "fiservcommercehub":
        assert body["gatewayResponse"]["transactionProcessingDetails"]["apiKey"]
        assert body["asymmetricKeyDetails"].keys() == {"keyId", "encodedPublicKey"}
    else:
        assert body.get("access_token") or body["token"]
    if connector in {"airwallex", "pinelabs_online"}:
        assert body["expires_at"].endswith("Z")
    if connector == "trustpay":
        assert body["ResultInfo"]["ResultCode"] == 1


ERRORS = {
    "paypal": {"error", "error_description"},
    "globalpay": {"error_code", "detailed_error_code", "detailed_error_description"},
    "airwallex": {"code", "message", "source"},
    "trustpay": {"ResultInfo"},
    "volt": {"code", "message"},
    "jpmorgan": {"error", "error_description"},
    "truelayer": {"error", "error_description"},
    "iatapay": {"status", "error", "message"},
    "itaubank": {"codigo", "mensagem", "campos"},
    "getnet": {"error_code", "message", "details"},
    "fiservcommercehub": {"gatewayResponse", "error"},
    "pinelabs_online": {"error", "error_description", "message", "traceId"},
}


@pytest.mark.parametrize("connector", CALLS)
async def test_bad_credentials_are_refused_in_its_words(
    client: httpx.AsyncClient, connector: str
) -> None:
    """401 in the connector's own error body."""
    path, request, _ = CALLS[connector]
    bare: dict[str, Any] = (
        {"data": GRANT} if "data" in request else {"json": {**GRANT, "grant_type": "password"}}
    )
    if connector in {"globalpay", "pinelabs_online"}:
        bare = {"json": GRANT}
    answer = await client.post(f"/upstream/{connector}{path}", **bare)
    assert answer.status_code == 401
    assert set(answer.json()) == ERRORS[connector]


@pytest.mark.parametrize("encoded", [b"\xe9", b"nothing!", b"bm9uZQ", b"/+8="])
async def test_unreadable_basic_credentials_are_none(
    client: httpx.AsyncClient, encoded: bytes
) -> None:
    """What is no base64, or no text inside, is refused in the connector's words as none are."""
    path, _, _ = CALLS["paypal"]
    headers = {b"authorization": b"Basic " + encoded}
    answer = await client.post(f"/upstream/paypal{path}", data=GRANT, headers=headers)
    assert answer.status_code == 401
    assert set(answer.json()) == ERRORS["paypal"]


async def test_paypals_words(client: httpx.AsyncClient) -> None:
    """The one error body that is known by heart."""
    path, request, _ = CALLS["paypal"]
    wrong = {**request, "headers": basic("fake-paypal-client-id", "wrong")}
    answer = await client.post(f"/upstream/paypal{path}", **wrong)
    assert answer.json() == {
        "error": "invalid_client",
        "error_description": "Client Authentication failed",
    }


@pytest.mark.parametrize("connector", sorted({e.connector for e in ENDPOINTS if e.grants}))
async def test_another_grant_type_is_refused(client: httpx.AsyncClient, connector: str) -> None:
    """400 to who is known but asks for another grant."""
    path, request, _ = CALLS[connector]
    form = "data" if "data" in request else "json"
    sent = {**request, form: {**request[form], "grant_type": "implicit"}}
    answer = await client.post(f"/upstream/{connector}{path}", **sent)
    assert answer.status_code == 400
    assert "unsupported_grant_type" in answer.text.lower() or connector in {
        "volt",
        "itaubank",
        "trustpay",
    }


async def test_trustpay_may_fail_inside_a_200(client: httpx.AsyncClient) -> None:
    """A ResultInfo without a token."""
    headers = basic("fake-trustpay-project-id-failing", "fake-trustpay-secret-key-failing")
    answer = await client.post("/upstream/trustpay/api/oauth2/token", data=GRANT, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["ResultInfo"]["ResultCode"] == 1132014
    assert "access_token" not in answer.json()


async def test_globalpay_restricts(client: httpx.AsyncClient) -> None:
    """With permissions and an interval it is a client token for that long."""
    request = globalpay(
        interval_to_expire="1_HOUR", restricted_token="YES", permissions=["PMT_POST"]
    )
    answer = await client.post("/upstream/globalpay/accesstoken", **request)
    assert answer.json()["seconds_to_expire"] == 3600


async def test_paypals_identity_token(client: httpx.AsyncClient) -> None:
    """By Basic authentication, or by an access token that was minted here."""
    path, request, _ = CALLS["paypal"]
    token = (await client.post(f"/upstream/paypal{path}", **request)).json()["access_token"]
    url = "/upstream/paypal/v1/identity/generate-token"
    for headers in (basic(*client_of("paypal")), {"authorization": f"Bearer {token}"}):
        answer = await client.post(url, json={}, headers=headers)
        assert answer.json()["client_token"]
    answer = await client.post(url, json={}, headers={"authorization": f"Bearer {token}x"})
    assert answer.status_code == 401


async def test_stripes_payment_intent(client: httpx.AsyncClient) -> None:
    """Its client secret begins with its id."""
    answer = await client.post(
        "/upstream/stripe/v1/payment_intents",
        data={"amount": "1000", "currency": "usd"},
        headers={"authorization": "Bearer sk_test_fake_stripe_key"},
    )
    body = answer.json()
    assert body["client_secret"].startswith(body["id"] + "_secret_")
    assert (body["amount"], body["currency"]) == (1000, "usd")


async def test_a_mock_gateway_sends_everybody_home(client: httpx.AsyncClient) -> None:
    """A server in test mode puts the URL that it meant into x-api-url."""
    _, request, _ = CALLS["paypal"]
    url = "https://api-m.sandbox.paypal.com/v1/oauth2/token"
    headers = {**request["headers"], "x-api-url": url}
    answer = await client.post("/mockGateway", data=request["data"], headers=headers)
    assert answer.json()["expires_in"] == 32400
    assert answer.headers["x-emulator-sandbox"] == "default; by=credential"
    for bad in ("https://api-m.sandbox.paypal.com/v1/payments", "http://[", ""):
        answer = await client.post("/mockGateway", headers={"x-api-url": bad})
        assert answer.status_code == 404


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[1]"])
@pytest.mark.parametrize("connector", ["globalpay", "fiservcommercehub", "paypal"])
async def test_unreadable_bodies(client: httpx.AsyncClient, connector: str, content: bytes) -> None:
    """Never a 500."""
    answer = await client.post(f"/upstream/{connector}{CALLS[connector][0]}", content=content)
    assert answer.status_code in {400, 401}


async def test_faults_are_told_in_its_words(
    client: httpx.AsyncClient, control: httpx.AsyncClient, emulator: Emulator
) -> None:
    """An armed error has the connector's body and the connector's status."""
    rule = {"operation": "hyperswitch.upstream_volt", "then": {"error": "conflict"}}
    assert (await control.post("/faults", json=rule)).status_code == 201
    path, request, _ = CALLS["volt"]
    answer = await client.post(f"/upstream/volt{path}", **request)
    assert (answer.status_code, answer.json()["code"]) == (409, 409)
    assert len(emulator.directory.tenancies()[0].sandbox.state.tokens) == 0
