"""Calls to the Highnote surface, made as a client makes them: none of our code builds them."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.signing import Request

API_KEY = "sk_test_FAKEacmePRIMARY" + "0" * 60
RESTRICTED_KEY = "rk_test_FAKEacmeRESTRICTED" + "0" * 56
REVOKED_KEY = "sk_test_FAKEacmeREVOKED" + "0" * 60
OTHER_KEY = "sk_test_FAKEotherPRIMARY" + "0" * 59

CARD = "cd_fa4e0000000000000000000000000001"
CARD_TO_ACTIVATE = "cd_fa4e0000000000000000000000000002"
CARD_SUSPENDED = "cd_fa4e0000000000000000000000000003"
CARD_CLOSED = "cd_fa4e0000000000000000000000000004"
OTHER_CARD = "cd_fa4e0000000000000000000000000005"
FOREIGN_CARD = "cd_fa4e0000000000000000000000000009"
ACCOUNT = "ac_c022fa4e0000000000000000000000000001"
SUSPENDED_ACCOUNT = "ac_c022fa4e0000000000000000000000000002"
EXTERNAL_ACCOUNT = "ac_c022fa4e0000000000000000000000000003"
UNVERIFIED_ACCOUNT = "ac_c022fa4e0000000000000000000000000004"
DIRECT_DEPOSIT = "ddd_fa4e0000000000000000000000000001"
VERIFIED_DETAIL = "eba_fa4e0000000000000000000000000003"
UNVERIFIED_DETAIL = "eba_fa4e0000000000000000000000000004"
PERSON = "ps_ah01fa4e0000000000000000000000000001"
BUSINESS = "og_ah02fa4e0000000000000000000000000002"
USER = "au_fa4e0000000000000000000000000001"
SESSION = "dus_fa4e0000000000000000000000000001"
IDENTITY_SESSION = "dus_fa4e0000000000000000000000000002"
MANUAL_SESSION = "dus_fa4e0000000000000000000000000003"
SUBMITTED_SESSION = "dus_fa4e0000000000000000000000000004"
EXPIRED_SESSION = "dus_fa4e0000000000000000000000000005"
TRANSACTION = "tx_fa4e0000000000000000000000000001"
TRANSFER = "st_fa4e0000000000000000000000000001"

USER_ERROR = "... on UserError { errors { code errorPath description } }"
DENIED = "... on AccessDeniedError { message }"
ERRORS = f"{USER_ERROR} {DENIED}"


def basic(key: str = API_KEY) -> str:
    """The Authorization of an API key: base64 of the key and a colon."""
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def bearer(token: str) -> str:
    """The Authorization of a client token."""
    return f"Bearer {token}"


def posted(
    query: str,
    variables: object = None,
    *,
    by: str | None = None,
    prefix: str = "/highnote",
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A request, as `client.request(**posted(...))` takes it. `by`: its Authorization."""
    body = {"query": query, **({} if variables is None else {"variables": variables})}
    return {
        "method": "POST",
        "url": f"{prefix}/graphql",
        "headers": {
            "Authorization": basic() if by is None else by,
            "Content-Type": "application/json",
            **(headers or {}),
        },
        "content": json.dumps(body).encode(),
    }


def mutation(name: str, selection: str, *, has_input: bool = True, kind: str = "") -> str:
    """The document of one mutation. `kind`: its input's type, where that has another name."""
    if not has_input:
        return f"mutation {{ {name} {{ __typename {selection} }} }}"
    kind = kind or name[0].upper() + name[1:] + "Input!"
    return f"mutation M($input: {kind}) {{ {name}(input: $input) {{ __typename {selection} }} }}"


async def call(
    client: httpx.AsyncClient, query: str, variables: object = None, *, by: str | None = None
) -> Any:  # noqa: ANN401 - JSON
    """What `data` a good call yields."""
    answer = await client.request(**posted(query, variables, by=by))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert "errors" not in told, told
    return told["data"]


MINTED = "... on ClientToken { value expirationDate usage } " + ERRORS


async def mint(
    client: httpx.AsyncClient,
    name: str = "generatePaymentCardClientToken",
    values: Mapping[str, object] | None = None,
    *,
    by: str | None = None,
) -> Any:  # noqa: ANN401 - JSON
    """What a mutation that mints yields."""
    document = mutation(name, MINTED, has_input=values is not None)
    variables = None if values is None else {"input": values}
    return (await call(client, document, variables, by=by))[name]


async def card_token(client: httpx.AsyncClient, *permissions: str, card: str = CARD) -> str:
    """The Authorization of a client token for a card."""
    names = list(permissions) or ["READ_RESTRICTED_DETAILS"]
    minted = await mint(client, values={"paymentCardId": card, "permissions": names})
    return bearer(minted["value"])


READ_CARD = """query Read($id: ID!) { node(id: $id) { id __typename ... on PaymentCard {
  bin last4 expirationDate status
  restrictedDetails { __typename ... on PaymentCardRestrictedDetails { number cvv }
    ... on AccessDeniedError { message } } } } }"""

SET_PIN = mutation("setPinForPaymentCard", "... on PaymentCard { id bin last4 } " + ERRORS)
