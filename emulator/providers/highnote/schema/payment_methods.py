"""Tokenizing somebody's card [schema] H."""

from enum import Enum
from typing import Annotated

import strawberry

from emulator.core.ids import derive_bytes
from emulator.core.view import View
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.exchange import Asked
from emulator.providers.highnote.schema.nodes import Node
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.state import records


@strawberry.enum
class PaymentMethodTokenUsage(Enum):
    REUSABLE = "REUSABLE"
    SINGLE_USE = "SINGLE_USE"


@strawberry.enum
class TokenScope(Enum):
    ECOMMERCE = "ECOMMERCE"


@strawberry.enum
class AcquiringPaymentCardBrand(Enum):
    UNKNOWN = "UNKNOWN"
    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    AMERICAN_EXPRESS = "AMERICAN_EXPRESS"
    DISCOVER = "DISCOVER"
    JCB = "JCB"
    DINERS_CLUB = "DINERS_CLUB"
    UNIONPAY = "UNIONPAY"
    MAESTRO = "MAESTRO"


@strawberry.type
class PaymentCardInstrument:
    brand: AcquiringPaymentCardBrand | None
    last4: str | None
    expiry_year: str | None
    expiry_month: str | None
    created_at: str | None
    updated_at: str | None


PaymentInstrument = Annotated[PaymentCardInstrument, strawberry.union("PaymentInstrument")]


@strawberry.type
class ScopedPaymentMethodToken:
    token: str | None
    scope: TokenScope | None
    expires_at: str | None


ScopedPaymentMethodTokenPayload = Annotated[
    ScopedPaymentMethodToken | UserError | AccessDeniedError,
    strawberry.union("ScopedPaymentMethodTokenPayload"),
]


@strawberry.type
class PaymentMethodToken(Node):
    """What stands for a card. The server makes it reusable elsewhere, hence SINGLE_USE [guess]."""

    created_at: str | None
    updated_at: str | None
    usage: PaymentMethodTokenUsage | None
    instrument: PaymentInstrument | None
    expires_at: str | None

    @strawberry.field
    def token(self, info: Asked, scope: TokenScope) -> ScopedPaymentMethodTokenPayload | None:
        """The same token for the same scope."""
        raw = derive_bytes(info.context.view.seed, "highnote.scoped", self.id, scope.value, size=16)
        return ScopedPaymentMethodToken(token=f"pmst_{raw.hex()}", scope=scope, expires_at=None)


def show_payment_method(token: records.PaymentMethodToken, _: View) -> PaymentMethodToken:
    """A token as its caller sees it."""
    at = write_time(token.created_at)
    return PaymentMethodToken(
        id=strawberry.ID(token.id),
        created_at=at,
        updated_at=at,
        usage=PaymentMethodTokenUsage.SINGLE_USE,
        instrument=PaymentCardInstrument(
            brand=AcquiringPaymentCardBrand(token.brand),
            last4=token.last4,
            expiry_year=token.expiry_year,
            expiry_month=token.expiry_month,
            created_at=at,
            updated_at=at,
        ),
        expires_at=None,
    )


@strawberry.input
class PaymentCardInput:
    card_number: str
    expiry_year: str
    expiry_month: str
    security_code: str | None = None


@strawberry.input
class NameInput:
    given_name: str
    middle_name: str | None = None
    family_name: str
    suffix: str | None = None
    title: str | None = None


@strawberry.input
class TokenizeAddressInput:
    street_address: str | None = None
    extended_address: str | None = None
    postal_code: str
    region: str | None = None
    locality: str | None = None
    country_code_alpha3: str | None = None


@strawberry.input
class TokenizePhoneInput:
    country_code: str
    number: str
    extension: str | None = None


@strawberry.input
class TokenizeCardPaymentMethodCardHolderInput:
    full_name: str | None = None
    name: NameInput | None = None
    billing_address: TokenizeAddressInput | None = None
    email: str | None = None
    phone_number: TokenizePhoneInput | None = None


@strawberry.input
class TokenizeCardPaymentMethodInput:
    payment_card: PaymentCardInput
    card_holder: TokenizeCardPaymentMethodCardHolderInput | None = None


TokenizeCardPaymentMethodPayload = Annotated[
    PaymentMethodToken | AccessDeniedError | UserError,
    strawberry.union("TokenizeCardPaymentMethodPayload"),
]
