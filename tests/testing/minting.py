"""How a backend mints with each provider: plain requests with what a sandbox hands out."""

from typing import Any

import httpx

from emulator.testing import AsyncSandbox, Sandbox
from emulator.testing.wire import Json

BODY: dict[str, Json] = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}
MINT_CARD = """
mutation Mint($input: GeneratePaymentCardClientTokenInput!) {
  generatePaymentCardClientToken(input: $input) {
    __typename
    ... on ClientToken { value expirationDate }
    ... on UserError { errors { code } }
  }
}
"""


def ask_zerohash(sandbox: Sandbox | AsyncSandbox, body: dict[str, Json] = BODY) -> dict[str, Any]:
    """A request for a token of zerohash's, as httpx takes it."""
    seat = sandbox.zerohash
    headers = seat.sign("POST", "/client_auth_token", body)
    url = f"{seat.base_url}/client_auth_token"
    return {"method": "POST", "url": url, "json": body, "headers": headers}


def ask_highnote(sandbox: Sandbox | AsyncSandbox) -> dict[str, Any]:
    """A request for a client token of Highnote's."""
    seat = sandbox.highnote
    given = {"paymentCardId": seat.payment_card_id, "permissions": ["READ_RESTRICTED_DETAILS"]}
    body = {"query": MINT_CARD, "variables": {"input": given}}
    return {"method": "POST", "url": seat.graphql_url, "json": body, "headers": seat.headers}


def ask_usegrant(sandbox: Sandbox | AsyncSandbox) -> dict[str, Any]:
    """A request for an access token of useGrant's."""
    seat = sandbox.usegrant
    path = f"/v1/providers/{seat.provider_id}/clients/{seat.client_id}/tokens"
    url = seat.base_url + path
    return {"method": "POST", "url": url, "json": {}, "headers": seat.headers}


def ask_hyperswitch(sandbox: Sandbox | AsyncSandbox) -> dict[str, Any]:
    """A request for a connector's access token, in Hyperswitch's HTTP mode."""
    seat = sandbox.hyperswitch
    url = f"{seat.http_url}/payments/server_authentication_token"
    return {"method": "POST", "url": url, "json": {}, "headers": seat.headers("Paypal")}


ASKS = (ask_zerohash, ask_highnote, ask_usegrant, ask_hyperswitch)


def mint_zerohash(sandbox: Sandbox) -> str:
    """A token of zerohash's."""
    answer = httpx.request(**ask_zerohash(sandbox))
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return str(answer.json()["message"]["token"])
