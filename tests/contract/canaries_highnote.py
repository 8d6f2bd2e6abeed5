"""Requests with a canary in each personal or secret place of Highnote's.

Aliases and variables give private fields other names, and documents carry them as literals.
"""

import json
from collections.abc import Sequence

from tests.graphql import CARD, ERRORS, PERSON, SESSION, basic, mutation, posted
from tests.signing import Request

EMAIL = "canary.mail@canary.example"
FIRST, LAST, MIDDLE = "Canaryfirst", "Canarylast", "Canarymiddle"
BIRTH = "1942-04-02"
STREET, FLAT, CITY, ZIP = "142857 Canary Street", "Canary flat", "Canarytown", "C4N4RY"
SSN, PIN = "999-42-8571", "8571"
PAN, CVC = "4111111428571425", "85742"
PHONE = "5550142857"
BUSINESS = "Canary Bakery LLC"
TOKEN = "canarytoken.canarytoken.canarytoken"
LIVE = "sk_live_CANARY142857"

CANARIES: Sequence[str] = (
    *(EMAIL, FIRST, LAST, MIDDLE, BIRTH, STREET, FLAT, CITY, ZIP, SSN, PAN, CVC, PHONE, BUSINESS),
    *(TOKEN, LIVE, basic().partition(" ")[2], f'"{PIN}"'),
)

_NAME = {"givenName": FIRST, "middleName": MIDDLE, "familyName": LAST}
_PHONE = {"countryCode": "1", "number": PHONE, "label": "MOBILE"}
_ADDRESS = {
    "streetAddress": STREET,
    "extendedAddress": FLAT,
    "locality": CITY,
    "postalCode": ZIP,
    "region": "IL",
    "countryCodeAlpha3": "USA",
}
_TAX = {"socialSecurityNumber": {"number": SSN, "countryCodeAlpha3": "USA"}}
_PERSON = {
    "name": _NAME,
    "email": EMAIL,
    "phoneNumber": _PHONE,
    "billingAddress": _ADDRESS,
    "dateOfBirth": BIRTH,
    "identificationDocument": _TAX,
}
_HOLDER = {"personAccountHolder": _PERSON}
_USER = {"personAuthorizedUser": _PERSON, "accountHolderId": PERSON}
_COMPANY = {
    "primaryAuthorizedPerson": {
        "name": _NAME,
        "email": EMAIL,
        "phoneNumber": _PHONE,
        "homeAddress": _ADDRESS,
        "dateOfBirth": BIRTH,
        "identificationDocument": _TAX,
    },
    "businessProfile": {
        "name": {"legalBusinessName": BUSINESS},
        "phoneNumber": _PHONE,
        "billingAddress": _ADDRESS,
        "businessType": "LLC",
    },
}
_PIN = {"paymentCardId": CARD, "newPin": PIN}
_CARD = {
    "paymentCard": {
        "cardNumber": PAN,
        "expiryMonth": "01",
        "expiryYear": "2090",
        "securityCode": CVC,
    },
    "cardHolder": {"fullName": f"{FIRST} {LAST}", "email": EMAIL},
}
_PERSON_SHOWN = (
    "... on USPersonAccountHolder { id who: name { given: givenName middle: middleName "
    "familyName } mail: email born: dateOfBirth billingAddress { street: streetAddress "
    "extendedAddress city: locality zip: postalCode } } "
)
_MINT = "generatePaymentCardClientToken"


def _posts() -> list[tuple[str, object]]:
    """Documents and variables, good and bad."""
    create = "createUSPersonAccountHolder"
    pin = mutation("setPinForPaymentCard", ERRORS)
    return [
        (
            mutation(create, _PERSON_SHOWN + ERRORS, kind="CreateUSPersonAccountHolderInput!"),
            _HOLDER,
        ),
        (mutation("createUSBusinessAccountHolder", ERRORS), _COMPANY),
        (mutation("createUSPersonAuthorizedUser", ERRORS), _USER),
        (
            mutation(
                "tokenizeUSPersonAccountHolder",
                "... on USPersonAccountHolderToken { token }",
                kind="CreateUSPersonAccountHolderInput!",
            ),
            _HOLDER,
        ),
        (mutation("tokenizeCardPaymentMethod", ERRORS), _CARD),
        (pin, _PIN),
        (pin, json.dumps(_PIN)),
        (pin, [_PIN]),
        (pin, {**_PIN, "newPin": {"value": PIN, "x": PAN}}),
        (pin, {**_PIN, "unknown": PAN}),
        (
            mutation(_MINT, "... on ClientToken { opaque: value expirationDate } " + ERRORS),
            {"paymentCardId": CARD, "permissions": ["READ_RESTRICTED_DETAILS"]},
        ),
        (
            mutation("createUSPersonAccountHolderFromToken", ERRORS),
            {"token": TOKEN},
        ),
    ]


def _bare() -> list[tuple[str, dict[str, object]]]:
    """Documents that carry what is private themselves, or in variables of other names."""
    literal = f'setPinForPaymentCard(input: {{paymentCardId: "{CARD}", newPin: "{PIN}"}})'
    named = "setPinForPaymentCard(input: {paymentCardId: $a, newPin: $b})"
    card = (
        'tokenizeCardPaymentMethod(input: {paymentCard: {cardNumber: "'
        f'{PAN}", expiryMonth: "1", expiryYear: "2090", securityCode: "{CVC}"}}}})'
    )
    wrong = f'setPinForPaymentCard(input: {{paymentCardId: "{CARD}", newPin: {PAN}}})'
    return [
        (f"mutation {{ {literal} {{ {ERRORS} }} }} # {EMAIL} {SSN}", {}),
        (f"mutation {{ {card} {{ {ERRORS} }} }}", {}),
        (f"mutation {{ {wrong} {{ {ERRORS} }} }}", {}),
        (f"mutation {{ {literal} {{ {ERRORS} }}", {}),
        (f"mutation M($a: ID!, $b: String!) {{ {named} {{ {ERRORS} }} }}", {"a": CARD, "b": PIN}),
        (f"mutation M($a: ID!, $b: String!) {{ {named} {{ {ERRORS} }} }}", {"a": CARD, "b": [PAN]}),
        ("query Q { nope node(id: 1) { id } }", {"x": PAN}),
        (f'{{ node(id: "{TOKEN}") {{ id }} }}', {"x": f"{EMAIL}"}),
        (f'{{ node(id: "{SESSION}") {{ id }} }}', {}),
    ]


def highnote() -> list[Request]:
    """Every shape of Highnote's, by every sort of caller."""
    requests: list[Request] = []
    for by in (basic(), f"Bearer {TOKEN}", f"Basic {LIVE}", f"Bearer {LIVE}", "nothing"):
        requests += [posted(query, {"input": given}, by=by) for query, given in _posts()]
        requests += [posted(query, variables, by=by) for query, variables in _bare()]
        requests.append(posted("{ping}", f'{{"newPin": "{PIN}", "email": "{EMAIL}"}}', by=by))
        requests.append(_raw(f'{{"query": "{{ping}}", "email": "{EMAIL}"', by))
        requests.append(_raw(json.dumps({"email": EMAIL, "list": [{"x": [PAN]}]}), by))
        requests.append(_raw(json.dumps([{"query": SSN}]), by))
        requests.append(_upload(f"{EMAIL} {PAN}".encode(), by))
        requests.append(_upload(json.dumps({"query": PAN}).encode(), by))
    requests.append({**_raw("{}", basic()), "method": "GET", "url": f"/highnote/x?token={TOKEN}"})
    requests.append({**_raw("{}", basic()), "method": "GET"})
    return requests


def _raw(text: str, by: str) -> Request:
    request = posted("", by=by)
    return {**request, "content": text.encode()}


def _upload(file: bytes, by: str) -> Request:
    request = posted("", by=by)
    url = f"/highnote/uploads/dul_0?signature={TOKEN}&organization=x"
    return {**request, "method": "PUT", "url": url, "content": file}
