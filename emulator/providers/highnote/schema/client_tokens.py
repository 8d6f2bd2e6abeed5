"""Client tokens: what is asked for, what comes back [schema] H."""

from enum import Enum
from typing import Annotated

import strawberry

from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.permissions import (
    BusinessAccountHolderClientTokenPermission,
    CreateScheduledTransferClientTokenPermission,
    DirectDepositDetailClientTokenPermission,
    DocumentUploadClientTokenPermission,
    ExternalBankAccountDetailClientTokenPermission,
    GenerateFinancialAccountSingleUseClientTokenPermission,
    GeneratePaymentMethodTokenizationClientTokenPermission,
    InitiateSecureDepositClientTokenPermission,
    PaymentCardClientTokenPermission,
    PersonAccountHolderClientTokenPermission,
    PersonAuthorizedUserClientTokenPermission,
    ScheduledTransferClientTokenPermission,
    SecureDepositClientTokenPermission,
)


@strawberry.enum
class ClientTokenUsage(Enum):
    UNTIL_EXPIRATION = "UNTIL_EXPIRATION"
    SINGLE_USE = "SINGLE_USE"


@strawberry.type
class ClientToken:
    value: str
    expiration_date: str | None
    usage: ClientTokenUsage | None


@strawberry.type
class RiskApplicationSDKSessionToken:
    session_token: str | None


@strawberry.input
class GeneratePaymentCardClientTokenInput:
    payment_card_id: strawberry.ID
    permissions: list[PaymentCardClientTokenPermission]


@strawberry.input
class GenerateDirectDepositDetailClientTokenInput:
    direct_deposit_detail_id: strawberry.ID
    permissions: list[DirectDepositDetailClientTokenPermission]


@strawberry.input
class GenerateDocumentUploadClientTokenInput:
    document_upload_session_id: strawberry.ID
    permissions: list[DocumentUploadClientTokenPermission]


@strawberry.input
class GenerateExternalBankAccountDetailClientTokenInput:
    external_bank_account_detail_id: strawberry.ID
    permissions: list[ExternalBankAccountDetailClientTokenPermission]


@strawberry.input
class GeneratePersonAccountHolderClientTokenInput:
    account_holder_id: strawberry.ID
    permissions: list[PersonAccountHolderClientTokenPermission]


@strawberry.input
class GenerateBusinessAccountHolderClientTokenInput:
    account_holder_id: strawberry.ID
    permissions: list[BusinessAccountHolderClientTokenPermission]


@strawberry.input
class GeneratePersonAuthorizedUserClientTokenInput:
    authorized_user_id: strawberry.ID
    permissions: list[PersonAuthorizedUserClientTokenPermission]


@strawberry.input
class GenerateInitiateSecureDepositClientTokenInput:
    from_financial_account_id: strawberry.ID
    to_financial_account_id: strawberry.ID
    permissions: list[InitiateSecureDepositClientTokenPermission]


@strawberry.input
class GenerateSecureDepositClientTokenInput:
    transaction_id: strawberry.ID
    permissions: list[SecureDepositClientTokenPermission]


@strawberry.input
class GenerateScheduledTransferClientTokenInput:
    scheduled_transfer_id: strawberry.ID
    permissions: list[ScheduledTransferClientTokenPermission]


@strawberry.input
class GenerateCreateScheduledTransferClientTokenInput:
    from_financial_account_id: strawberry.ID
    to_financial_account_id: strawberry.ID
    permissions: list[CreateScheduledTransferClientTokenPermission]


@strawberry.input
class GenerateFinancialAccountSingleUseClientTokenInput:
    financial_account_id: strawberry.ID
    single_use_token: str | None = None
    permissions: list[GenerateFinancialAccountSingleUseClientTokenPermission]


@strawberry.input
class GeneratePaymentMethodTokenizationClientTokenInput:
    permissions: list[GeneratePaymentMethodTokenizationClientTokenPermission]


@strawberry.input
class GenerateRiskClientTokenInput:
    session_id: str


GeneratePaymentCardClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GeneratePaymentCardClientTokenPayload"),
]


GenerateDirectDepositDetailClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateDirectDepositDetailClientTokenPayload"),
]


GenerateTokenizeAccountHolderClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateTokenizeAccountHolderClientTokenPayload"),
]


GenerateTokenizeAuthorizedUserClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateTokenizeAuthorizedUserClientTokenPayload"),
]


GenerateDocumentUploadClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateDocumentUploadClientTokenPayload"),
]


GenerateExternalBankAccountDetailClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateExternalBankAccountDetailClientTokenPayload"),
]


GeneratePersonAccountHolderClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GeneratePersonAccountHolderClientTokenPayload"),
]


GenerateBusinessAccountHolderClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateBusinessAccountHolderClientTokenPayload"),
]


GeneratePersonAuthorizedUserClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GeneratePersonAuthorizedUserClientTokenPayload"),
]


GenerateInitiateSecureDepositClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateInitiateSecureDepositClientTokenPayload"),
]


GenerateSecureDepositClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateSecureDepositClientTokenPayload"),
]


GenerateCreateScheduledTransferClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateCreateScheduledTransferClientTokenPayload"),
]


GenerateFinancialAccountSingleUseClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GenerateFinancialAccountSingleUseClientTokenPayload"),
]


GeneratePaymentMethodTokenizationClientTokenPayload = Annotated[
    ClientToken | UserError | AccessDeniedError,
    strawberry.union("GeneratePaymentMethodTokenizationClientTokenPayload"),
]


GenerateRiskApplicationSDKSessionTokenPayload = Annotated[
    RiskApplicationSDKSessionToken | AccessDeniedError | UserError,
    strawberry.union("GenerateRiskApplicationSDKSessionTokenPayload"),
]


GenerateRiskClientTokenPayload = Annotated[
    ClientToken | AccessDeniedError | UserError,
    strawberry.union("GenerateRiskClientTokenPayload"),
]
