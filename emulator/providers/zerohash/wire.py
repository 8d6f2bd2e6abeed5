"""zerohash's shapes with its own field names: parsing, and wording what breaks them.

One description of each body: it validates, it types, it publishes its schema. [openapi 1.7.0] H
unless marked otherwise.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from emulator.core.decisions import Json, Refusal
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.providers.zerohash.errors import CATALOGUE

MASK = "***"

# What is personal or secret: masked in journals, logs and explanations.
PRIVATE = frozenset(
    {
        "email",
        "phone_number",
        "ip_address",
        "token",
        "first_name",
        "last_name",
        "middle_name",
        "date_of_birth",
        "tax_id",
        "id_number",
        "address_one",
        "address_two",
        "city",
        "zip",
        "postal_code",
        "signature",
        "external_wallet_address",
        "participant_name",
        "non_us_other_type",
    }
)

Permission = Literal[
    "onboarding",
    "update-participant",
    "csp-active",
    "csp-recovery",
    "fiat-deposits",
    "fiat-withdrawals",
    "crypto-withdrawals",
    "crypto-buy",
    "crypto-sell",
    "fwc",
    "participant-profile",
    "crypto-account-link",
    "crypto-payouts",
    "crypto-pay",
    "fiat-account-link",
    "crypto-deposits",  # not in the enum, named in the text beside it [openapi text][sdk] H
    "recovery",  # not in the enum [doc changelog v3.0.0] H
]


def _amount(text: str) -> str:
    """Amounts are strings; that they must read as numbers >= 0 is [guess] M."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise PydanticCustomError("amount_format", "format is not valid")
    if number < 0:
        raise PydanticCustomError("amount_negative", "must be >= 0")
    return text


def _whole(value: object) -> object:
    """A whole number, as a number or a string: the documentation changed from one to the other."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticCustomError("whole_number", "must be integer")
    if isinstance(value, str) and not re.fullmatch(r"\d{1,9}", value):
        raise PydanticCustomError("whole_number", "must be integer")
    return value


def _number(value: object) -> object:
    """A number, decimals allowed, as a number or a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("any_number", "must be number")
    if isinstance(value, str):
        _amount(value)
    return value


def _no_null(value: object) -> object:
    """A field may be absent, not null: no schema of the provider says nullable."""
    if value is None:
        raise PydanticCustomError("null", "must NOT be null")
    return value


T = TypeVar("T")
Optional = Annotated[T | SkipJsonSchema[None], BeforeValidator(_no_null)]
Amount = Annotated[str, AfterValidator(_amount)]
Whole = Annotated[
    Any, BeforeValidator(_whole), Field(json_schema_extra={"type": ["string", "integer"]})
]
Number = Annotated[
    Any, BeforeValidator(_number), Field(json_schema_extra={"type": ["string", "number"]})
]


class Shape(BaseModel):
    """Unknown fields are accepted and ignored: no schema of the provider forbids them."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


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


class BasisPointFee(Shape):
    """A fee in hundredths of a percent."""

    type: Literal["bps"]
    amount: Whole = "0"
    name: str = ""


class NotionalFee(Shape):
    """A fee in money."""

    type: Literal["notional"]
    amount: Number = "0"
    name: str = ""


class Fees(Shape):
    """What one module charges on top."""

    spread_bps: Whole = "0"
    fees: list[Annotated[BasisPointFee | NotionalFee, Field(discriminator="type")]] = []


class CustomFeesAndSpreads(Shape):
    """The charges of the buy and sell modules."""

    crypto_buy: Optional[Fees] = None
    crypto_sell: Optional[Fees] = None


class ClientAuthToken(Shape):
    """The Full variant: every field that any of the ten variants accepts."""

    permissions: list[Permission]
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


class Customer(Shape):
    """What every variant of a new customer requires; what else is sent is only echoed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="allow")

    first_name: Annotated[str, Field(min_length=1)]
    last_name: Annotated[str, Field(min_length=1)]
    email: Annotated[str, Field(min_length=1)]
    address_one: str
    city: str
    jurisdiction_code: str
    date_of_birth: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    citizenship_code: str
    kyc: Literal["pass", "fail"]
    kyc_timestamp: float
    sanction_screening: Literal["pass", "fail"]
    sanction_screening_timestamp: float


M = TypeVar("M", bound=Shape)


def parse_body(shape: type[M], body: bytes) -> tuple[M, Mapping[str, Json]]:
    """A body as its shape, and as it was sent.

    Raises:
        Refusal: `validation` with every failure.
    """
    try:
        sent = parse_json(body) if body else {}
    except UnreadableJsonError as error:
        raise refuse([str(error)]) from None
    if not isinstance(sent, dict):
        raise refuse(["body must be object"])
    try:
        return shape.model_validate(sent), sent
    except ValidationError as error:
        raise refuse(map(word, error.errors(include_url=False, include_context=True))) from None


def refuse(errors: Iterable[str], hint: str = "") -> Refusal:
    """A 400 with all its failures, each told once."""
    told: list[Json] = list(dict.fromkeys(errors))
    return Refusal(CATALOGUE["validation"], {"errors": told}, hint=hint)


# pydantic's kinds of failure in the provider's words: `body/<path> <text>` is documented
# [openapi Code400] H, the texts after "is required" are [guess] M in that style.
_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "must be string",
    "list_type": "must be array",
    "model_type": "must be object",
    "model_attributes_type": "must be object",
    "dict_type": "must be object",
    "float_type": "must be number",
    "literal_error": "must be equal to one of the allowed values",
    "union_tag_invalid": "must be equal to one of the allowed values",
    "string_too_short": "must NOT have fewer than {min_length} characters",
    "string_too_long": "must NOT have more than {max_length} characters",
    "string_pattern_mismatch": "format is not valid",
}


def word(error: ErrorDetails) -> str:
    """One failure as the provider would say it."""
    kind, path = error["type"], [str(part) for part in error["loc"]]
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        path.append("type")
        kind = "missing" if kind == "union_tag_not_found" else kind
    elif "fees" in path and path[-1] in {"amount", "name"} and path[-2] in {"bps", "notional"}:
        del path[-2]  # the discriminator's value is no part of the body's path
    text = _WORDS.get(kind, error["msg"])
    return f"body/{'/'.join(path)} {text.format(**error.get('ctx', {}))}"


def unknown_fields(shape: type[BaseModel], sent: Mapping[str, Json]) -> list[str]:
    """The names at the top of a body that its shape does not have."""
    return [name for name in sent if name not in shape.model_fields]


_PRIVATE_TEXT = re.compile(rf'("(?:{"|".join(sorted(PRIVATE))})"\s*:\s*)"(?:[^"\\]|\\.)*"')


def mask_text(text: str) -> str:
    """JSON text with the values of private fields masked, everything else left as it stands."""
    return _PRIVATE_TEXT.sub(rf'\1"{MASK}"', text)
