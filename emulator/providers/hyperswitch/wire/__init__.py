"""Requests as the rules see them, whichever way they came, and which fields are personal."""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Json, Refusal
from emulator.providers.hyperswitch.errors import CATALOGUE

# What is personal or secret: masked in journals. `value` is what a SecretString holds.
PRIVATE = frozenset(
    {
        "value",
        "access_token",
        "session_token",
        "client_token",
        "client_secret",
        "token",
        "metadata",
        "connector_feature_data",
        "raw_connector_response",
        "raw_connector_request",
        "name",
        "email",
        "phone_number",
        "ip_address",
        # upstream role
        "api_key",
        "app_key",
        "authorization",
        "secret",
        "password",
        "username",
        "client_id",
        "apiKey",
        "keyId",
        "encodedPublicKey",
        "refresh_token",
    }
)

MAX_SUBJECT = 128


class AccessTokenRequest(msgspec.Struct, frozen=True):
    """A server access token is wanted. `reference`: the caller's own name for it."""

    reference: str | None
    test_mode: bool


class Amount(msgspec.Struct, frozen=True):
    """Minor units of a currency; both as sent, the currency as its number."""

    minor: int
    currency: int


class SessionRequest(msgspec.Struct, frozen=True):
    """A server session token or a client token is wanted."""

    reference: str
    amount: Amount | None
    payment_method_type: int = 0
    has_customer: bool = False
    return_url: str = ""
    permissions: tuple[str, ...] = ()


Fields = Mapping[str, Json]  # a message by its proto names; a SecretString is {"value": ...}


def check_feature_data(text: str | None) -> None:
    """`connector_feature_data` is JSON where it is sent at all [repo] H.

    Raises:
        Refusal: it is not.
    """
    if text is None:
        return
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Refusal(CATALOGUE["invalid_feature_data"]) from None


def unwrap_reference(text: str) -> str:
    """The id inside an `Identifier`, which clients of March 2026 send where a string is now.

    The message arrives as text: tag 0x0A (id) or 0x12 (encoded_data), a length, the id. [design]
    """
    raw = text.encode()
    if len(raw) < 2 or raw[0] not in {0x0A, 0x12} or raw[1] != len(raw) - 2:  # noqa: PLR2004
        return text
    return raw[2:].decode()
