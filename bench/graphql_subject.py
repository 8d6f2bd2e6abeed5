"""The emulator's GraphQL surface as the benchmark sees it."""

from base64 import b64encode

import msgspec
from load import Shot, fetch, render_request
from subject import SANDBOX, SubjectError

ENDPOINT = "/highnote/graphql"

# What the provider's server SDK sends.
MINT = """mutation GeneratePaymentCardClientToken($input: GeneratePaymentCardClientTokenInput!) {
  generatePaymentCardClientToken(input: $input) {
    __typename
    ... on ClientToken { value expirationDate }
    ... on UserError { errors { code errorPath description } }
    ... on AccessDeniedError { message }
  }
}"""


class Account(msgspec.Struct, frozen=True):
    """An API key and a card of its organization."""

    api_key: str
    payment_card_id: str


class _Credentials(msgspec.Struct, frozen=True):
    highnote: Account


def _read_account(port: int) -> Account:
    request = render_request("GET", port, f"{SANDBOX}/credentials", b"")
    return msgspec.json.decode(fetch(port, request, 200), type=_Credentials).highnote


def _post(port: int, account: Account, body: dict[str, object]) -> bytes:
    basic = b64encode(f"{account.api_key}:".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    return render_request("POST", port, ENDPOINT, msgspec.json.encode(body), headers)


def _minting(account: Account, query: str) -> dict[str, object]:
    values = {
        "paymentCardId": account.payment_card_id,
        "permissions": ["READ_RESTRICTED_DETAILS"],
    }
    return {"query": query, "variables": {"input": values}}


def aim_mint(port: int) -> Shot:
    """Mint a card's token by one document again and again; once before, so that it is known."""
    account = _read_account(port)
    request = _post(port, account, _minting(account, MINT))
    if b'"ClientToken"' not in fetch(port, request, 200):
        raise SubjectError("the mutation mints no token")
    return Shot(request, 200)


def aim_ping(port: int) -> Shot:
    """The least that the endpoint can be asked."""
    request = _post(port, _read_account(port), {"query": "{ ping }"})
    fetch(port, request, 200)
    return Shot(request, 200)


def aim_unseen(port: int, count: int) -> Shot:
    """Mint by a document that is another each time."""
    account = _read_account(port)
    requests = [
        _post(port, account, _minting(account, MINT.replace("Token(", f"Token{n}(", 1)))
        for n in range(count)
    ]
    return Shot(requests.__getitem__, 200, count=count)
