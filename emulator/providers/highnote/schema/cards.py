"""Payment cards [schema] H."""

from enum import Enum
from typing import Annotated

import strawberry

from emulator.core.clock import parse_time, render_time
from emulator.core.decisions import Refusal
from emulator.core.view import View
from emulator.providers.highnote.rules.nodes import check_restricted, is_visible
from emulator.providers.highnote.schema.accounts import FinancialAccount, show_account
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError, only_denied
from emulator.providers.highnote.schema.exchange import Asked
from emulator.providers.highnote.schema.nodes import Node
from emulator.providers.highnote.schema.scalars import IdempotencyKey, write_time
from emulator.providers.highnote.state import records
from emulator.providers.highnote.state.kinds import FINANCIAL_ACCOUNTS
from emulator.providers.highnote.state.numbers import BINS, derive_card_number, derive_cvv


@strawberry.enum
class PaymentCardNetwork(Enum):
    MASTERCARD = "MASTERCARD"
    VISA = "VISA"


@strawberry.enum
class PaymentCardStatus(Enum):
    ACTIVATION_REQUIRED = "ACTIVATION_REQUIRED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


@strawberry.enum
class CardFormFactor(Enum):
    VIRTUAL = "VIRTUAL"
    PHYSICAL = "PHYSICAL"


@strawberry.type
class PaymentCardRestrictedDetails:
    number: str | None
    cvv: str | None


PaymentCardRestrictedDetailsResult = Annotated[
    PaymentCardRestrictedDetails | AccessDeniedError,
    strawberry.union("PaymentCardRestrictedDetailsResult"),
]


@strawberry.type
class PaymentCardPinUpdate:
    updated_at: str | None


@strawberry.type
class PaymentCardPinDetails:
    is_set: bool | None
    pin_update_history: list[PaymentCardPinUpdate] | None


@strawberry.type
class PaymentCard(Node):
    """A card; its number and cvv are derived when somebody who may see them asks."""

    card: strawberry.Private[records.PaymentCard]
    external_id: str | None
    bin: str | None
    last4: str | None
    expiration_date: str | None
    expiration_month: str | None
    expiration_year: str | None
    network: PaymentCardNetwork | None
    status: PaymentCardStatus | None
    form_factor: CardFormFactor | None

    @strawberry.field
    def restricted_details(self, info: Asked) -> PaymentCardRestrictedDetailsResult | None:
        """Only with permission: else an AccessDeniedError, in place."""
        exchange, card = info.context, self.card
        try:
            check_restricted(exchange.view, exchange.caller, "PaymentCard", card.id)
        except Refusal as refusal:
            return only_denied(exchange.tell(refusal))
        seed = exchange.view.seed
        number = derive_card_number(seed, card.id, card.network)
        return PaymentCardRestrictedDetails(number=number, cvv=derive_cvv(seed, card.id))

    @strawberry.field
    def pin_details(self) -> PaymentCardPinDetails | None:
        """Whether and when the PIN was set."""
        history = [PaymentCardPinUpdate(updated_at=write_time(at)) for at in self.card.pin_updates]
        return PaymentCardPinDetails(is_set=bool(history), pin_update_history=history)

    @strawberry.field
    def financial_accounts(self, info: Asked) -> list[FinancialAccount] | None:
        """The card's account; a client token does not see it [guess]."""
        exchange = info.context
        account = exchange.view.table(FINANCIAL_ACCOUNTS).get(self.card.financial_account)
        if account is None or not is_visible(exchange.caller, account):
            return None
        return [show_account(account)]


def show_card(card: records.PaymentCard, view: View) -> PaymentCard:
    """A card as its caller sees it."""
    expires = render_time(parse_time(card.expiration_date))
    return PaymentCard(
        id=strawberry.ID(card.id),
        card=card,
        external_id=card.external_id,
        bin=BINS[card.network],
        last4=derive_card_number(view.seed, card.id, card.network)[-4:],
        expiration_date=card.expiration_date,
        expiration_month=expires[5:7],
        expiration_year=expires[:4],
        network=PaymentCardNetwork(card.network),
        status=PaymentCardStatus(card.status),
        form_factor=CardFormFactor(card.form_factor),
    )


@strawberry.input
class SetPinForPaymentCardInput:
    payment_card_id: strawberry.ID
    new_pin: str


@strawberry.input
class ActivatePaymentCardInput:
    payment_card_id: strawberry.ID


@strawberry.input
class SuspendPaymentCardInput:
    payment_card_id: strawberry.ID


@strawberry.input
class ClosePaymentCardInput:
    payment_card_id: strawberry.ID


@strawberry.input
class IssuePaymentCardOptionsInput:
    expiration_date: str
    activate_on_create: bool
    card_profile_set_id: strawberry.ID | None = None
    external_id: str | None = None


@strawberry.input
class IssuePaymentCardForFinancialAccountInput:
    financial_account_id: strawberry.ID
    options: IssuePaymentCardOptionsInput
    idempotency_key: IdempotencyKey | None = None


@strawberry.enum
class IssuePaymentCardForFinancialAccountResponseStatus(Enum):
    UNKNOWN = "UNKNOWN"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


@strawberry.type
class IssuePaymentCardForFinancialAccountResponse:
    status: IssuePaymentCardForFinancialAccountResponseStatus | None
    failure_reason: str | None
    payment_card: PaymentCard | None


SetPinForPaymentCardPayload = Annotated[
    PaymentCard | UserError | AccessDeniedError,
    strawberry.union("SetPinForPaymentCardPayload"),
]
ActivatePaymentCardPayload = Annotated[
    PaymentCard | UserError | AccessDeniedError,
    strawberry.union("ActivatePaymentCardPayload"),
]
SuspendPaymentCardPayload = Annotated[
    PaymentCard | UserError | AccessDeniedError,
    strawberry.union("SuspendPaymentCardPayload"),
]
ClosePaymentCardPayload = Annotated[
    PaymentCard | UserError | AccessDeniedError,
    strawberry.union("ClosePaymentCardPayload"),
]
IssuePaymentCardForFinancialAccountPayload = Annotated[
    IssuePaymentCardForFinancialAccountResponse | UserError | AccessDeniedError | PaymentCard,
    strawberry.union("IssuePaymentCardForFinancialAccountPayload"),
]
