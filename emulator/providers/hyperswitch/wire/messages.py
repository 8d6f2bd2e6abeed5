"""The service's protobuf messages: reading requests, writing answers; unknown fields are fine."""

from typing import Protocol

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from emulator.core.decisions import Json
from emulator.core.journal import MASK
from emulator.providers.hyperswitch.proto import current_pb2 as current
from emulator.providers.hyperswitch.proto import legacy_pb2 as legacy
from emulator.providers.hyperswitch.proto.shared_pb2 import Money, SecretString
from emulator.providers.hyperswitch.wire import (
    PRIVATE,
    AccessTokenRequest,
    Amount,
    SessionRequest,
    check_feature_data,
    unwrap_reference,
)

# The messages of both packages have the same fields: one type stands for the two.
AccessTokenMessage = (
    legacy.MerchantAuthenticationServiceCreateAccessTokenRequest
    | current.MerchantAuthenticationServiceCreateServerAuthenticationTokenRequest
)


class _WithFeatureData(Protocol):
    @property
    def connector_feature_data(self) -> SecretString: ...

    def HasField(self, field_name: str, /) -> bool: ...  # noqa: N802 - protobuf's name


def read_access_token(message: AccessTokenMessage) -> AccessTokenRequest:
    """The request for an access token; the connector in it is never used [repo] H."""
    _check(message)
    reference = None
    if message.HasField("merchant_access_token_id"):
        reference = unwrap_reference(message.merchant_access_token_id)
    return AccessTokenRequest(reference, message.test_mode)


def read_old_session(
    message: legacy.MerchantAuthenticationServiceCreateSessionTokenRequest,
) -> SessionRequest:
    """The request for a server session token under its old name."""
    _check(message)
    amount = _amount(message.amount) if message.HasField("amount") else None
    return SessionRequest(unwrap_reference(message.merchant_session_id), amount)


def read_session(
    message: current.MerchantAuthenticationServiceCreateServerSessionAuthenticationTokenRequest,
) -> SessionRequest:
    """The request for a server session token."""
    _check(message)
    amount = _amount(message.payment.amount) if message.payment.HasField("amount") else None
    return SessionRequest(message.merchant_server_session_id, amount)


def read_sdk_session(
    message: legacy.MerchantAuthenticationServiceCreateSdkSessionTokenRequest,
) -> SessionRequest:
    """The request for a client token under its old name."""
    _check(message)
    return SessionRequest(
        unwrap_reference(message.merchant_sdk_session_id),
        _amount(message.amount) if message.HasField("amount") else None,
        payment_method_type=message.payment_method_type,
        has_customer=message.HasField("customer"),
    )


def read_client(
    message: current.MerchantAuthenticationServiceCreateClientAuthenticationTokenRequest,
) -> SessionRequest:
    """The request for a client token."""
    _check(message)
    payment = message.payment
    return SessionRequest(
        message.merchant_client_session_id,
        _amount(payment.amount) if payment.HasField("amount") else None,
        payment_method_type=payment.payment_method_type,
        has_customer=payment.HasField("customer"),
        return_url=payment.return_url,
        permissions=tuple(message.permissions.values),
    )


def show(message: Message, private: frozenset[str] = PRIVATE) -> dict[str, Json]:
    """A message's set fields by their names; as the journal keeps them, the private ones masked."""
    return {
        field.name: MASK if field.name in private else _show_value(field, value, private)
        for field, value in message.ListFields()
    }


def _show_value(field: FieldDescriptor, value: object, private: frozenset[str]) -> Json:
    if isinstance(value, Message):
        return show(value, private)
    if isinstance(value, str | int | float | bool):
        if field.enum_type is not None and isinstance(value, int):
            named = field.enum_type.values_by_number.get(value)
            return named.name if named else value
        return value
    return [str(inner) for inner in value] if hasattr(value, "__iter__") else str(value)


def _check(message: _WithFeatureData) -> None:
    if message.HasField("connector_feature_data"):
        check_feature_data(message.connector_feature_data.value)


def _amount(money: Money) -> Amount:
    return Amount(money.minor_amount, money.currency)
