"""How the shop asks each provider for a token: from the providers' documentation alone."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping

import httpx

Env = Mapping[str, str]

MINT_CARD = """
mutation Mint($input: GeneratePaymentCardClientTokenInput!) {
  generatePaymentCardClientToken(input: $input) { ... on ClientToken { value } }
}
"""


def ask_zerohash(env: Env) -> httpx.Request:
    """A token for a customer who buys crypto."""
    code = env["ZEROHASH_PARTICIPANT_CODE"]
    body = {"participant_code": code, "permissions": ["crypto-buy"]}
    return sign_zerohash(env, "/client_auth_token", body)


def sign_zerohash(env: Env, path: str, body: Mapping[str, object]) -> httpx.Request:
    """A POST with its HMAC: over timestamp, method, path and body."""
    text = json.dumps(body, separators=(",", ":"))
    timestamp = str(int(time.time()))
    message = f"{timestamp}POST{path}{text}".encode()
    digest = hmac.digest(base64.b64decode(env["ZEROHASH_SECRET"]), message, "sha256")
    headers = {
        "Content-Type": "application/json",
        "X-SCX-API-KEY": env["ZEROHASH_API_KEY"],
        "X-SCX-PASSPHRASE": env["ZEROHASH_PASSPHRASE"],
        "X-SCX-SIGNED": base64.b64encode(digest).decode(),
        "X-SCX-TIMESTAMP": timestamp,
    }
    return httpx.Request("POST", env["ZEROHASH_BASE_URL"] + path, headers=headers, content=text)


def ask_highnote(env: Env) -> httpx.Request:
    """A token with which a page may show a card's number."""
    key = base64.b64encode(f"{env['HIGHNOTE_API_KEY']}:".encode()).decode()
    card = env["HIGHNOTE_PAYMENT_CARD_ID"]
    given = {"paymentCardId": card, "permissions": ["READ_RESTRICTED_DETAILS"]}
    body = {"query": MINT_CARD, "variables": {"input": given}}
    headers = {"Authorization": f"Basic {key}"}
    return httpx.Request("POST", env["HIGHNOTE_GRAPHQL_URL"], headers=headers, json=body)


def ask_usegrant(env: Env) -> httpx.Request:
    """A token for the shop's own API."""
    path = f"/v1/providers/{env['USEGRANT_PROVIDER_ID']}/clients/{env['USEGRANT_CLIENT_ID']}/tokens"
    headers = {"Authorization": f"Bearer {env['USEGRANT_API_KEY']}"}
    return httpx.Request("POST", env["USEGRANT_BASE_URL"] + path, headers=headers, json={})


def ask_hyperswitch(env: Env) -> httpx.Request:
    """A token of Paypal's, through Hyperswitch."""
    paypal = json.loads(env["HYPERSWITCH_CONNECTOR_CONFIG"])["Paypal"]
    headers = {"x-connector-config": json.dumps({"config": {"Paypal": paypal}})}
    url = f"{env['HYPERSWITCH_HTTP_URL']}/payments/server_authentication_token"
    return httpx.Request("POST", url, headers=headers, json={})


def read_zerohash(answer: httpx.Response) -> str:
    """The token of an answer."""
    return str(answer.json()["message"]["token"])


def read_highnote(answer: httpx.Response) -> str:
    """The token of an answer."""
    return str(answer.json()["data"]["generatePaymentCardClientToken"]["value"])


def read_usegrant(answer: httpx.Response) -> str:
    """The token of an answer."""
    return str(answer.json()["accessToken"])


def read_hyperswitch(answer: httpx.Response) -> str:
    """The token of an answer."""
    return str(answer.json()["access_token"])


# What the shop sells -> how it asks for the token, and where that is in the answer.
PRODUCTS: Mapping[str, tuple[Callable[[Env], httpx.Request], Callable[[httpx.Response], str]]] = {
    "crypto": (ask_zerohash, read_zerohash),
    "card": (ask_highnote, read_highnote),
    "account": (ask_usegrant, read_usegrant),
    "payment": (ask_hyperswitch, read_hyperswitch),
}
