"""Financial accounts, Highnote's own and others', with their numbers [schema] H."""

from enum import Enum
from typing import Annotated

import strawberry

from emulator.core.decisions import Refusal
from emulator.providers.highnote.rules.nodes import (
    account_of,
    check_restricted,
    direct_deposit_of,
    external_detail_of,
    is_visible,
)
from emulator.providers.highnote.schema.errors import AccessDeniedError, only_denied
from emulator.providers.highnote.schema.exchange import Asked, Exchange
from emulator.providers.highnote.schema.holders import Address
from emulator.providers.highnote.schema.nodes import Node
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.state import records
from emulator.providers.highnote.state.numbers import ROUTING_NUMBER, derive_account_number


@strawberry.enum
class FinancialAccountStatus(Enum):
    UNACTIVATED = "UNACTIVATED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    UNDER_REVIEW = "UNDER_REVIEW"
    PENDING_CLOSURE = "PENDING_CLOSURE"
    CLOSED = "CLOSED"


@strawberry.enum
class BankAccountType(Enum):
    CHECKING = "CHECKING"
    SAVINGS = "SAVINGS"


@strawberry.enum
class BankName(Enum):
    SUTTON_BANK = "SUTTON_BANK"
    CFSB_BANK = "CFSB_BANK"
    CROSS_RIVER_BANK = "CROSS_RIVER_BANK"


@strawberry.type
class BankDetails:
    name: BankName | None
    address: Address | None


@strawberry.type
class DirectDepositDetailRestrictedDetails:
    number: str | None
    routing_number: str | None
    bank: BankDetails | None
    type: BankAccountType | None


DirectDepositDetailRestrictedDetailsResult = Annotated[
    DirectDepositDetailRestrictedDetails | AccessDeniedError,
    strawberry.union("DirectDepositDetailRestrictedDetailsResult"),
]


@strawberry.type
class DirectDepositDetail(Node):
    """Where wages may be sent to."""

    detail: strawberry.Private[records.DirectDepositDetail]
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def restricted_details(self, info: Asked) -> DirectDepositDetailRestrictedDetailsResult | None:
        """Only with permission: else an AccessDeniedError, in place."""
        denied = _denied(info.context, "DirectDepositDetail", self.detail.id)
        if denied is not None:
            return denied
        detail = self.detail
        return DirectDepositDetailRestrictedDetails(
            number=derive_account_number(info.context.view.seed, detail.id),
            routing_number=ROUTING_NUMBER,
            bank=BankDetails(name=BankName(detail.bank), address=_BANK_ADDRESS),
            type=BankAccountType(detail.type),
        )


_BANK_ADDRESS = Address(
    street_address="1 Example Street",
    extended_address=None,
    postal_code="00000",
    region="OH",
    locality="Exampleville",
    country_code_alpha3="USA",
)


@strawberry.type
class FinancialAccount(Node):
    """An account at Highnote's bank."""

    account: strawberry.Private[records.FinancialAccount]
    name: str | None
    created_at: str | None
    updated_at: str | None
    account_status: FinancialAccountStatus | None

    @strawberry.field
    def direct_deposit_details(self, info: Asked) -> DirectDepositDetail | None:
        """Its direct deposit detail, to who may see that."""
        exchange = info.context
        detail = direct_deposit_of(exchange.view, self.account)
        if detail is None or not is_visible(exchange.caller, detail):
            return None
        return show_direct_deposit(detail)


@strawberry.type
class NonVerifiedExternalUSFinancialBankAccountRestrictedDetails:
    number: str | None
    routing_number: str | None


NonVerifiedExternalUSFinancialBankAccountDetailRestrictedDetailsResult = Annotated[
    NonVerifiedExternalUSFinancialBankAccountRestrictedDetails | AccessDeniedError,
    strawberry.union("NonVerifiedExternalUSFinancialBankAccountDetailRestrictedDetailsResult"),
]


@strawberry.type
class NonVerifiedExternalUSFinancialBankAccountDetail(Node):
    """An account elsewhere that nobody has verified."""

    last4: str | None
    type: BankAccountType | None
    routing_number: str | None
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def restricted_details(
        self, info: Asked
    ) -> NonVerifiedExternalUSFinancialBankAccountDetailRestrictedDetailsResult | None:
        """Only with permission: else an AccessDeniedError, in place."""
        name = "NonVerifiedExternalUSFinancialBankAccountDetail"
        denied = _denied(info.context, name, self.id)
        if denied is not None:
            return denied
        return NonVerifiedExternalUSFinancialBankAccountRestrictedDetails(
            number=derive_account_number(info.context.view.seed, self.id),
            routing_number=ROUTING_NUMBER,
        )


@strawberry.type
class ExternalBankAccountDetail(Node):
    """An account elsewhere that was verified: its number is not shown."""

    last4: str | None
    type: BankAccountType | None
    routing_number: str | None
    created_at: str | None
    updated_at: str | None


@strawberry.type
class ExternalFinancialBankAccount(Node):
    """A verified account elsewhere."""

    account: strawberry.Private[records.FinancialAccount]
    name: str | None
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def external_bank_account_details(self, info: Asked) -> ExternalBankAccountDetail | None:
        """Its detail, to who may see that."""
        shown = _show_detail_of(info.context, self.account)
        return shown if isinstance(shown, ExternalBankAccountDetail) else None


@strawberry.type
class NonVerifiedExternalUSFinancialBankAccount(Node):
    """An account elsewhere that nobody has verified."""

    account: strawberry.Private[records.FinancialAccount]
    name: str | None
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def external_bank_account_details(
        self, info: Asked
    ) -> NonVerifiedExternalUSFinancialBankAccountDetail | None:
        """Its detail, to who may see that."""
        shown = _show_detail_of(info.context, self.account)
        return shown if isinstance(shown, NonVerifiedExternalUSFinancialBankAccountDetail) else None


ExternalDetail = ExternalBankAccountDetail | NonVerifiedExternalUSFinancialBankAccountDetail


def _denied(exchange: Exchange, type_name: str, object_id: str) -> AccessDeniedError | None:
    try:
        check_restricted(exchange.view, exchange.caller, type_name, object_id)
    except Refusal as refusal:
        return only_denied(exchange.tell(refusal))
    return None


def _show_detail_of(exchange: Exchange, account: records.FinancialAccount) -> ExternalDetail | None:
    detail = external_detail_of(exchange.view, account)
    if detail is None or not is_visible(exchange.caller, detail):
        return None
    return show_external_detail(exchange, detail)


def show_external_detail(
    exchange: Exchange, detail: records.ExternalBankAccountDetail
) -> ExternalDetail:
    """The detail as the type that its account makes it."""
    account = account_of(exchange.view, detail)
    verified = account is not None and account.kind == "external"
    made = (
        ExternalBankAccountDetail if verified else NonVerifiedExternalUSFinancialBankAccountDetail
    )
    return made(
        id=strawberry.ID(detail.id),
        last4=derive_account_number(exchange.view.seed, detail.id)[-4:],
        type=BankAccountType(detail.type),
        routing_number=ROUTING_NUMBER,
        created_at=write_time(detail.created_at),
        updated_at=write_time(detail.created_at),
    )


def show_direct_deposit(detail: records.DirectDepositDetail) -> DirectDepositDetail:
    """A detail as its caller sees it."""
    at = write_time(detail.created_at)
    return DirectDepositDetail(
        id=strawberry.ID(detail.id), detail=detail, created_at=at, updated_at=at
    )


def show_account(account: records.FinancialAccount) -> FinancialAccount:
    """An account of Highnote's own."""
    at = write_time(account.created_at)
    return FinancialAccount(
        id=strawberry.ID(account.id),
        account=account,
        name=account.name,
        created_at=at,
        updated_at=at,
        account_status=FinancialAccountStatus(account.status),
    )


def show_any_account(account: records.FinancialAccount) -> Node:
    """An account as the type that its kind makes it."""
    if account.kind == "internal":
        return show_account(account)
    verified = account.kind == "external"
    made = ExternalFinancialBankAccount if verified else NonVerifiedExternalUSFinancialBankAccount
    at = write_time(account.created_at)
    key = strawberry.ID(account.id)
    return made(id=key, account=account, name=account.name, created_at=at, updated_at=at)
