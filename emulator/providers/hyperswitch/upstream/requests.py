"""What a connector's endpoint is sent: a form or JSON, headers, and credentials out of both."""

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from emulator.core.decisions import Json
from emulator.edge.body import UnreadableJsonError, parse_json


class Sent(msgspec.Struct, frozen=True):
    """A request's fields and headers. `fields`: the form's or the JSON object's texts."""

    fields: Mapping[str, Json]
    headers: Mapping[str, str]

    def text(self, name: str) -> str:
        """A field that is a text, else nothing."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def read_sent(encoding: str, body: bytes, headers: Mapping[str, str]) -> Sent | None:
    """What was sent; None when the body can't be read."""
    if encoding == "form":
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError:
            return None
        return Sent(dict(pairs), headers)
    try:
        value = parse_json(body) if body else {}
    except UnreadableJsonError:
        return None
    return Sent(value, headers) if isinstance(value, dict) else None


def basic(headers: Mapping[str, str]) -> tuple[str, str]:
    """The user and password of Basic authentication (RFC 7617); empty when there is none."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # not base64, not ASCII to begin with, or not UTF-8 inside
        return "", ""
    return user, password


def basic_client(sent: Sent) -> Mapping[str, str]:
    """Client id and secret by Basic authentication."""
    user, password = basic(sent.headers)
    return {"client_id": user, "client_secret": password}


def basic_or_bearer_client(sent: Sent) -> Mapping[str, str]:
    """The same, or an access token that was minted before."""
    scheme, _, token = sent.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return {"access_token": token.strip()}
    return basic_client(sent)


def body_client(sent: Sent) -> Mapping[str, str]:
    """Client id and secret in the body."""
    return {name: sent.text(name) for name in ("client_id", "client_secret")}


def globalpay(sent: Sent) -> Mapping[str, str]:
    """The app's id, and its key inside a hash."""
    return {
        "app_id": sent.text("app_id"),
        "nonce": sent.text("nonce"),
        "secret": sent.text("secret"),
    }


def airwallex(sent: Sent) -> Mapping[str, str]:
    """Both in headers."""
    headers = sent.headers
    return {
        "api_key": headers.get("x-api-key", ""),
        "client_id": headers.get("x-client-id", ""),
    }


def trustpay(sent: Sent) -> Mapping[str, str]:
    """Project and secret key by Basic authentication."""
    user, password = basic(sent.headers)
    return {"project_id": user, "secret_key": password}


def volt(sent: Sent) -> Mapping[str, str]:
    """All four in the body."""
    return {
        name: sent.text(name) for name in ("client_id", "client_secret", "username", "password")
    }


def getnet(sent: Sent) -> Mapping[str, str]:
    """Key and secret by Basic authentication."""
    user, password = basic(sent.headers)
    return {"api_key": user, "api_secret": password}


def fiserv(sent: Sent) -> Mapping[str, str]:
    """The key in a header, merchant and terminal in the body, an HMAC in `authorization`."""
    details = sent.fields.get("merchantDetails")
    inner = details if isinstance(details, dict) else {}
    return {
        "api_key": sent.headers.get("api-key", ""),
        "merchant_id": str(inner.get("merchantId", "")),
        "terminal_id": str(inner.get("terminalId", "")),
        "hmac": sent.headers.get("authorization", ""),
    }


def stripe(sent: Sent) -> Mapping[str, str]:
    """The key as Bearer, or as the user of Basic authentication."""
    scheme, _, token = sent.headers.get("authorization", "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else basic(sent.headers)[0]
    return {"api_key": key}
