"""Requests with a canary in each personal or secret place of zerohash's.

A canary is a value that stands nowhere else; wherever one is found, it leaked.
"""

import json
from collections.abc import Mapping, Sequence

import httpx

from tests.contract.canary_case import Case
from tests.signing import PRIMARY, Body, Request, signed

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

CANARIES: Sequence[str] = (
    *(EMAIL, OTHER_EMAIL, PHONE, ADDRESS, FIRST, LAST_NAME, MIDDLE, BIRTH, STREET, FLAT, CITY),
    *(ZIP, TAX, DOCUMENT, WALLET, TOKEN, PASSPHRASE, API_KEY, COOKIE),
    # What the default sandbox really has is as secret.
    *(PRIMARY.secret, PRIMARY.passphrase, PRIMARY.api_key),
)

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


def _minted(answer: httpx.Response) -> set[str]:
    """The token that an answer hands out."""
    told = answer.json() if answer.status_code == 201 else {}
    return {told["message"]["token"]} if "token" in told.get("message", {}) else set()


ZEROHASH = Case(
    CANARIES,
    zerohash,
    minted=_minted,
    statuses=frozenset({200, 201, 400, 403, 404, 405}),
    unsent=frozenset({PRIMARY.secret}),
)
