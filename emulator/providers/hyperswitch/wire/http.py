"""HTTP mode's JSON: the proto's names in snake_case, secrets as plain strings [repo] M."""

from typing import Annotated, Literal, TypeVar

import msgspec

from emulator.core.decisions import Json, Refusal
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.providers.hyperswitch.connectors import CONNECTORS
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.wire import (
    AccessTokenRequest,
    Amount,
    SessionRequest,
    check_feature_data,
)

B = TypeVar("B", bound=msgspec.Struct)
Int32 = Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]
Int64 = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]


class AccessTokenBody(msgspec.Struct, frozen=True):
    """The body of a request for an access token: all of it optional, unknown keys ignored."""

    merchant_access_token_id: str | None = None
    connector: str | Int32 | None = None
    metadata: str | None = None
    connector_feature_data: str | None = None
    test_mode: bool | None = None
    merchant_request_id: str | None = None


class MoneyBody(msgspec.Struct, frozen=True):
    """An amount. The currency's name is not looked at: nothing that answers here tells it."""

    minor_amount: Int64 = 0
    currency: str | Int32 = 0


class PaymentBody(msgspec.Struct, frozen=True):
    """The payment that a session is for."""

    amount: MoneyBody | None = None


class SessionBody(msgspec.Struct, frozen=True):
    """The body of a request for a server session token, under both its names.

    How a `oneof` stands in the JSON is not known: `payment` is taken in all three places. [guess]
    """

    merchant_session_id: str | None = None
    merchant_server_session_id: str | None = None
    amount: MoneyBody | None = None
    payment: PaymentBody | None = None
    domain_context: dict[Literal["payment", "Payment"], PaymentBody] | None = None
    connector_feature_data: str | None = None


def read_access_token(raw: bytes) -> AccessTokenRequest:
    """The request for an access token.

    Raises:
        Refusal: the body is not its JSON.
    """
    body = _convert(raw, AccessTokenBody)
    if isinstance(body.connector, str) and not _is_connector(body.connector):
        raise _refuse("unknown value of enum Connector")
    check_feature_data(body.connector_feature_data)
    return AccessTokenRequest(body.merchant_access_token_id, body.test_mode or False)


def read_session(raw: bytes) -> SessionRequest:
    """The request for a server session token.

    Raises:
        Refusal: the body is not its JSON.
    """
    body = _convert(raw, SessionBody)
    check_feature_data(body.connector_feature_data)
    payment = body.payment or next(iter((body.domain_context or {}).values()), None)
    money = body.amount or (payment.amount if payment else None)
    amount = Amount(money.minor_amount, 0) if money else None
    reference = body.merchant_server_session_id or body.merchant_session_id or ""
    return SessionRequest(reference, amount)


def _convert(raw: bytes, into: type[B]) -> B:
    try:
        return msgspec.convert(parse_json(raw), into)
    except (UnreadableJsonError, msgspec.ValidationError) as error:
        raise _refuse(str(error)) from None


def _refuse(reason: str) -> Refusal:
    values: dict[str, Json] = {"reason": reason}
    return Refusal(CATALOGUE["bad_json"], values)


def _is_connector(name: str) -> bool:
    return name == "CONNECTOR_UNSPECIFIED" or (name.isupper() and name.lower() in CONNECTORS)
