"""Signed requests to the zerohash surface, made as a client makes them: none of our code signs."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from emulator.core.clock import wall


class Key(NamedTuple):
    """What a client of zerohash has. `secret`: base64 of the HMAC key."""

    api_key: str
    secret: str
    passphrase: str


PRIMARY = Key(
    "FakeKeyAcmePrimary1111",
    "ZmFrZS1zZWNyZXQtYWNtZS1wcmltYXJ5LTAwMDAwMDE=",
    "fake-passphrase-acme",
)
READ = Key(
    "FakeKeyAcmeRead1111111",
    "ZmFrZS1zZWNyZXQtYWNtZS1yZWFkb25seS0wMDAwMDI=",
    "fake-passphrase-read",
)
CREATED = Key(
    "FakeKeyAcmeCreated1111",
    "ZmFrZS1zZWNyZXQtYWNtZS1jcmVhdGVkLTAwMDAwMDM=",
    "fake-passphrase-created",
)
DISABLED = Key(
    "FakeKeyAcmeDisabeed111",
    "ZmFrZS1zZWNyZXQtYWNtZS1kaXNhYmxlZC0wMDAwMDQ=",
    "fake-passphrase-disabled",
)
EXPIRED = Key(
    "FakeKeyAcmeExpired1111",
    "ZmFrZS1zZWNyZXQtYWNtZS1leHBpcmVkLTAwMDAwMDU=",
    "fake-passphrase-expired",
)
ELSEWHERE = Key(
    "FakeKeyAcmeEEsewhere11",
    "ZmFrZS1zZWNyZXQtYWNtZS1lbHNld2hlcmUtMDAwMDY=",
    "fake-passphrase-elsewhere",
)
MINIMAL = Key(
    "FakeKeyMinimaPrimary11",
    "ZmFrZS1zZWNyZXQtbWluaW1hbC1wcmltYXJ5LTAwMDc=",
    "fake-passphrase-minimal",
)

# The least that mints a token.
MINT: Mapping[str, object] = {"participant_code": "CUST01", "permissions": ["crypto-buy"]}

Body = bytes | str | Mapping[str, object] | list[object] | None


class Request(TypedDict):
    """The arguments of `httpx.AsyncClient.request`."""

    method: str
    url: str
    headers: dict[str, str]
    content: bytes


def signed(
    method: str,
    path: str,
    body: Body = None,
    *,
    key: Key = PRIMARY,
    timestamp: float | str | None = None,
    prefix: str = "/zerohash",
    headers: Mapping[str, str | None] | None = None,
    signing: bytes | None = None,
    signature: str | None = None,
) -> Request:
    """A signed request, as `client.request(**signed(...))` takes it.

    `path`: with its query, as it is signed; the URL is `prefix + path`. `body`: JSON, sent and
    signed compact; text or bytes are sent as they are. `timestamp`: Unix seconds, a text is sent
    as it is; now when None. `signing`: what to sign as the body instead of the body. `signature`:
    what to send instead of the right one. `headers` are laid over the signed ones, None takes one
    away.
    """
    content = encode(body)
    stamp = timestamp if isinstance(timestamp, str) else str(int(timestamp or wall()))
    route_body = (content if content and method != "GET" else b"{}") if signing is None else signing
    message = f"{stamp}{method}{path}".encode() + route_body
    digest = hmac.digest(base64.b64decode(key.secret), message, "sha256")
    sent: dict[str, str | None] = {
        "X-SCX-API-KEY": key.api_key,
        "X-SCX-PASSPHRASE": key.passphrase,
        "X-SCX-SIGNED": signature or base64.b64encode(digest).decode(),
        "X-SCX-TIMESTAMP": stamp,
        **({"Content-Type": "application/json"} if content else {}),
        **(headers or {}),
    }
    return {
        "method": method,
        "url": prefix + path,
        "headers": {name: value for name, value in sent.items() if value is not None},
        "content": content,
    }


def minting(body: Mapping[str, object] = MINT, /, **fields: object) -> Request:
    """A request for a token by the primary key, `fields` laid over the body."""
    return signed("POST", "/client_auth_token", {**body, **fields})


def revoking(token: str) -> Request:
    """A request to revoke a token."""
    return signed("POST", "/revoke_auth_token", {"token": token})


def encode(body: Body) -> bytes:
    """A body as it is sent."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
