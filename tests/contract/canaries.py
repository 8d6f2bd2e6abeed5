"""Requests with a canary in each personal or secret place, by provider. A new provider joins here.

A canary is a value that stands nowhere else; wherever one is found, it leaked.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import jwt

from tests.contract.canaries_highnote import CANARIES as HIGHNOTE
from tests.contract.canaries_highnote import highnote
from tests.signing import PRIMARY, Body, Request, encode, signed

EMAIL = "canary.mail@canary.example"
OTHER_EMAIL = "canary.other@canary.example"
PHONE = "+15550142857"
ADDRESS = "198.51.100.142"
FIRST, LAST_NAME, MIDDLE = "Canaryfirst", "Canarylast", "Canarymiddle"
BIRTH = "1942-04-02"
STREET, FLAT, CITY, ZIP = "142857 Canary Street", "Canary flat", "Canarytown", "C4N4RY"
TAX, DOCUMENT = "999-42-8571", "CANARYDOC142857"
WALLET = "0xcafe00000000000000000000000000000000ca4a"
TOKEN = "canarytoken.canarytoken.canarytoken"
PASSPHRASE = "canary-passphrase"
API_KEY = "CanaryApiKey1428571428"
COOKIE = "canary-cookie"

_MINT: Mapping[str, object] = {
    "permissions": ["fwc", "crypto-deposits"],
    "participant_code": "CUST01",
    "email": EMAIL,
    "phone_number": PHONE,
    "deposit_details": {"account_label": "funding", "external_wallet_address": WALLET},
    "client_device_info": {"ip_address": ADDRESS, "location": "US-IL"},
}
_ONBOARDING: Mapping[str, object] = {"permissions": ["onboarding"], "email": EMAIL}
_CUSTOMER: Mapping[str, object] = {
    "first_name": FIRST,
    "middle_name": MIDDLE,
    "last_name": LAST_NAME,
    "email": OTHER_EMAIL,
    "phone_number": PHONE,
    "address_one": STREET,
    "address_two": FLAT,
    "city": CITY,
    "zip": ZIP,
    "postal_code": ZIP,
    "jurisdiction_code": "US-IL",
    "date_of_birth": BIRTH,
    "citizenship_code": "US",
    "tax_id": TAX,
    "id_number": DOCUMENT,
    "kyc": "pass",
    "kyc_timestamp": 1_700_000_000,
    "sanction_screening": "pass",
    "sanction_screening_timestamp": 1_700_000_000,
}
_WRONG = "d3Jvbmc="
_COOKIES = {"Cookie": COOKIE, "Authorization": f"Bearer {COOKIE}", "X-Forwarded-For": ADDRESS}


def _wrongly_typed(body: Mapping[str, object]) -> dict[str, object]:
    """The same values where nobody expects them: in lists."""
    return {name: [value, {"email": value}] for name, value in body.items()}


def _bodies(body: Mapping[str, object]) -> Sequence[Body]:
    text = json.dumps(body)
    return (
        body,
        _wrongly_typed(body),
        {"email": {"token": body}, "list": [body]},
        text.encode(),
        text[:-3].encode(),
        repr(body).encode(),
        "&".join(f"{name}={value}" for name, value in body.items()).encode(),
        text.replace("email", "\\u0065mail").encode(),
        b"\xff" + text.encode(),
    )


def zerohash() -> list[Request]:
    """Every shape of zerohash's, good and bad, signed rightly and wrongly."""
    posts = (
        ("/client_auth_token", _MINT),
        ("/client_auth_token", _ONBOARDING),
        ("/revoke_auth_token", {"token": TOKEN}),
        ("/participants/customers/new", _CUSTOMER),
        ("/participants/onboarding_token", {"email": EMAIL, "phone_number": PHONE}),
    )
    gets = (
        f"/participants/{EMAIL}",
        f"/participants/{OTHER_EMAIL.replace('@', '%40')}",
        f"/participants?email={EMAIL}&page=1",
        f"/participants?email={OTHER_EMAIL.replace('@', '%40')}&page=x",
        f"/participants/{EMAIL}/accounts?email={EMAIL}",
        f"/time?email={EMAIL}&token={TOKEN}",
    )
    requests: list[Request] = []
    for signature in (None, _WRONG):
        for path, shape in posts:
            requests += [
                signed("POST", path, body, headers=_COOKIES, signature=signature)
                for body in _bodies(shape)
            ]
            requests.append(signed("POST", f"{path}?email={EMAIL}", shape, signature=signature))
            requests.append(signed("PUT", path, shape, signature=signature))
        requests += [signed("GET", path, headers=_COOKIES, signature=signature) for path in gets]
    for header, value in (("X-SCX-API-KEY", API_KEY), ("X-SCX-PASSPHRASE", PASSPHRASE)):
        requests.append(signed("POST", "/client_auth_token", _MINT, headers={header: value}))
        requests.append(signed("GET", gets[0], headers={header: value}))
    return requests


_UG_KEY = "uga_fake_acme_primary_0000000000000000000000000"  # the default sandbox's
_UG_OTHER_KEY = "uga_canary00000000000000000000000000000000000"
_UG_ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
_UG_TENANT = "00000000-0000-4000-8000-0000000000e1"
_UG_POLICY = "00000000-0000-4000-8000-0000000000e3"
# Well formed, signed by nobody, personal inside.
_JWT = jwt.encode(
    {"iss": "https://issuer.example.com", "sub": EMAIL, "email": EMAIL, "jti": DOCUMENT},
    "x" * 32,
    algorithm="HS256",
)


def _as_bearer(method: str, path: str, body: Body = None, key: str = _UG_KEY) -> Request:
    return {
        "method": method,
        "url": f"/usegrant/v1{path}",
        "headers": {"Authorization": f"Bearer {key}", "Cookie": COOKIE, "X-Api-Key": key},
        "content": encode(body),
    }


def usegrant() -> list[Request]:
    """What carries tokens or keys, good and bad, and paths that nobody has."""
    validate = f"/tenants/{_UG_TENANT}/validate"
    requests = []
    for key in (_UG_KEY, _UG_OTHER_KEY):
        for token in (_JWT, TOKEN):
            shape = {"tenantProviderPolicyId": _UG_POLICY, "token": token}
            requests += [_as_bearer("POST", validate, body, key) for body in _bodies(shape)]
            requests.append(_as_bearer("GET", f"/providers?token={token}", key=key))
        path = f"/providers/{_UG_ID}/clients/{_UG_ID}/tokens"
        requests += [
            _as_bearer("POST", path, key=key),
            _as_bearer("POST", path, {"expiresIn": 0, "token": TOKEN}, key),
            _as_bearer("PUT", path, {"token": TOKEN}, key),
            _as_bearer("GET", f"/nowhere/{EMAIL}", key=key),
            _as_bearer("GET", "/providers", key=key),
        ]
    return requests


_HS_SECRET = "fake-paypal-client-secret"  # the default sandbox's


def _as_connector(path: str, content: bytes, secret: str, **headers: str) -> Request:
    config = {"config": {"Paypal": {"client_id": "fake-paypal-client-id", "client_secret": secret}}}
    return {
        "method": "POST",
        "url": f"/hyperswitch{path}",
        "headers": {"X-Connector-Config": json.dumps(config), "Cookie": COOKIE, **headers},
        "content": content,
    }


def hyperswitch() -> list[Request]:
    """HTTP mode and the upstream role, with secrets in headers, JSON and forms."""
    requests = []
    body = {"metadata": TOKEN, "connector_feature_data": json.dumps(EMAIL)}
    for secret in (_HS_SECRET, PASSPHRASE):
        for path in ("/payments/server_authentication_token", "/payments/create_access_token"):
            requests += [_as_connector(path, encode(raw), secret) for raw in _bodies(body)]
            requests.append(_as_connector(path, encode({"metadata": [TOKEN]}), secret))
        form = f"grant_type=client_credentials&client_id={API_KEY}&client_secret={secret}"
        user = b64encode(f"fake-paypal-client-id:{secret}".encode()).decode()
        basic = {"Authorization": f"Basic {user}"}
        requests += [
            _as_connector("/upstream/paypal/v1/oauth2/token", form.encode(), secret, **basic),
            _as_connector("/upstream/truelayer/connect/token", form.encode(), secret),
            _as_connector(
                "/upstream/volt/oauth", encode({"password": secret, "username": EMAIL}), ""
            ),
            _as_connector("/upstream/globalpay/accesstoken", encode({"secret": secret}), ""),
            _as_connector(f"/nowhere/{EMAIL}", b"", secret),
            {**_as_connector("/payments/create_access_token", b"", secret), "method": "GET"},
        ]
    return requests


class Flock(NamedTuple):
    """A provider's requests, the canaries in them, and the statuses that they come to."""

    requests: Callable[[], list[Request]]
    canaries: Sequence[str]
    statuses: frozenset[int]


REQUESTS: Mapping[str, Flock] = {
    "zerohash": Flock(
        zerohash,
        (
            *(EMAIL, OTHER_EMAIL, PHONE, ADDRESS, FIRST, LAST_NAME, MIDDLE, BIRTH, STREET, FLAT),
            *(CITY, ZIP, TAX, DOCUMENT, WALLET, TOKEN, PASSPHRASE, API_KEY, COOKIE),
            # What the default sandbox really has is as secret.
            *(PRIMARY.secret, PRIMARY.passphrase, PRIMARY.api_key),
        ),
        frozenset({200, 201, 400, 403, 404, 405}),
    ),
    "hyperswitch": Flock(
        hyperswitch,
        (EMAIL, TOKEN, PASSPHRASE, COOKIE, API_KEY, _HS_SECRET),
        frozenset({200, 400, 401, 404, 405}),
    ),
    "usegrant": Flock(
        usegrant,
        (EMAIL, DOCUMENT, TOKEN, _JWT, COOKIE, _UG_KEY, _UG_OTHER_KEY),
        frozenset({200, 400, 401, 404, 405}),
    ),
    "highnote": Flock(highnote, HIGHNOTE, frozenset({200, 400, 401, 404, 405})),
}
