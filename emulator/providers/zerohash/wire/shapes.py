"""The shapes of zerohash's bodies, with its own field names.

One description of each: it validates, it types, it publishes its schema. [openapi 1.7.0] H unless
marked otherwise.
"""

import re
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from emulator.providers.zerohash.state import Permission

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")


def _amount(text: str) -> str:
    """Amounts are strings; that they read as plain decimals >= 0 is [guess] M."""
    if not _DECIMAL.fullmatch(text):
        raise PydanticCustomError("amount_format", "format is not valid")
    return _not_negative(text)


def _not_negative(value: str) -> str:
    if value.startswith("-"):
        raise PydanticCustomError("negative", "must be >= 0")
    return value


def _whole(value: object) -> object:
    """A whole number, as a number or a string: the documentation changed from one to the other.

    [doc retrieving-access-token] H the number, [openapi] H the string.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticCustomError("whole_number", "must be integer")
    if not _INTEGER.fullmatch(str(value)):
        raise PydanticCustomError("whole_number", "must be integer")
    _not_negative(str(value))
    return value


def _number(value: object) -> object:
    """A number, decimals allowed, as a number or a string. The same sources."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("any_number", "must be number")
    if isinstance(value, str):
        return _amount(value)
    _not_negative(str(value))
    return value


def _no_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "must NOT be null")
    return value


class Absent(msgspec.Struct, frozen=True):
    """Marks a field that may be absent, but not null: no schema of the provider says nullable.

    The absent value is None; what is sent is read as the other member of the union alone.
    """

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        schema = handler.generate_schema(get_args(source)[0])
        return core_schema.no_info_before_validator_function(_no_null, schema)


T = TypeVar("T")
Optional = Annotated[T | None, Absent()]
Amount = Annotated[str, AfterValidator(_amount)]
Whole = Annotated[
    Any, BeforeValidator(_whole), Field(json_schema_extra={"type": ["string", "integer"]})
]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
FeeAmount = Annotated[Any, Field(json_schema_extra={"type": ["string", "number"]})]


class Shape(BaseModel):
    """Unknown fields are accepted and ignored: no schema of the provider forbids them."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", defer_build=True)


class WithdrawalDetails(Shape):
    """What is withdrawn, and where to."""

    quoted_asset: str
    withdrawal_request_amount: Amount
    external_account_id: str
    account_label: str = ""


class DepositDetails(Shape):
    """Where a deposit goes. `deposit_amount` prefills the SDK, and only for `fwc`."""

    account_label: str
    external_wallet_address: str = ""
    deposit_amount: Amount = ""
    denominated_currency: Literal["USD"] = "USD"


class PaymentDetails(Shape):
    """What is paid."""

    purchase_amount: Amount
    denominated_currency: str


class ClientDeviceInfo(Shape):
    """Where the end user sits. `location`: ISO 3166-2."""

    ip_address: str
    location: str


class Fee(Shape):
    """A fee: hundredths of a percent (`bps`, whole) or money (`notional`). Nothing is required."""

    type: Optional[Literal["bps", "notional"]] = None
    amount: FeeAmount = "0"
    name: str = ""

    @field_validator("amount", mode="before")
    @classmethod
    def _fits_type(cls, value: object, info: ValidationInfo) -> object:
        return _whole(value) if info.data.get("type") == "bps" else _number(value)


class Fees(Shape):
    """What one module charges on top."""

    spread_bps: Whole = "0"
    fees: list[Fee] = []


class CustomFeesAndSpreads(Shape):
    """The charges of the buy and sell modules."""

    crypto_buy: Optional[Fees] = None
    crypto_sell: Optional[Fees] = None


class ClientAuthToken(Shape):
    """The Full variant: every field that any of the ten variants accepts."""

    permissions: Annotated[list[Permission], Field(min_length=1)]  # not none at all [guess]
    participant_code: Annotated[str, Field(min_length=6, max_length=6)] = ""
    email: str = ""
    phone_number: str = ""
    otp_verified: Optional[Literal["email", "sms"]] = None
    reference_id: Annotated[str, Field(max_length=50)] = ""
    merchant_participant_code: Annotated[str, Field(min_length=1, max_length=50)] = ""
    withdrawal_details: Optional[WithdrawalDetails] = None
    deposit_details: Optional[DepositDetails] = None
    payment_details: Optional[PaymentDetails] = None
    client_device_info: Optional[ClientDeviceInfo] = None
    custom_fees_and_spreads: Optional[CustomFeesAndSpreads] = None

    def sent(self) -> dict[str, Any]:
        """The fields that were sent, as sent."""
        return self.model_dump(exclude_unset=True)


class RevokeAuthToken(Shape):
    """The token to revoke."""

    token: str


class OnboardingToken(Shape):
    """Who is to be onboarded, the older way [doc] H; the email's form as a customer's [guess]."""

    email: Email
    phone_number: str = ""


class Customer(Shape):
    """What every variant of a new customer requires; what else is sent is only echoed.

    [openapi] H for the names; the email's form [openapi text] H.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="allow")

    first_name: Annotated[str, Field(min_length=1)]
    last_name: Annotated[str, Field(min_length=1)]
    email: Email
    address_one: str
    city: str
    jurisdiction_code: str
    date_of_birth: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    citizenship_code: str
    kyc: Literal["pass", "fail"]
    kyc_timestamp: float
    sanction_screening: Literal["pass", "fail"]
    sanction_screening_timestamp: float
