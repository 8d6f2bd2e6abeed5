"""What a client token may be minted for, one enum for each mutation [schema] H."""

from enum import Enum

import strawberry


@strawberry.enum
class PaymentCardClientTokenPermission(Enum):
    READ_RESTRICTED_DETAILS = "READ_RESTRICTED_DETAILS"
    SET_PAYMENT_CARD_PIN = "SET_PAYMENT_CARD_PIN"
    MANAGE_PAYMENT_CARD = "MANAGE_PAYMENT_CARD"
    MANAGE_CARD_FULFILLMENT = "MANAGE_CARD_FULFILLMENT"
    READ_FULFILLMENT_DETAILS = "READ_FULFILLMENT_DETAILS"


@strawberry.enum
class DirectDepositDetailClientTokenPermission(Enum):
    READ_RESTRICTED_DETAILS = "READ_RESTRICTED_DETAILS"


@strawberry.enum
class DocumentUploadClientTokenPermission(Enum):
    MANAGE_DOCUMENT_UPLOAD_SESSION = "MANAGE_DOCUMENT_UPLOAD_SESSION"


@strawberry.enum
class ExternalBankAccountDetailClientTokenPermission(Enum):
    READ_RESTRICTED_DETAILS = "READ_RESTRICTED_DETAILS"


@strawberry.enum
class PersonAccountHolderClientTokenPermission(Enum):
    READ_PERSON_ACCOUNT_HOLDER_DETAILS = "READ_PERSON_ACCOUNT_HOLDER_DETAILS"


@strawberry.enum
class BusinessAccountHolderClientTokenPermission(Enum):
    READ_BUSINESS_ACCOUNT_HOLDER_DETAILS = "READ_BUSINESS_ACCOUNT_HOLDER_DETAILS"


@strawberry.enum
class PersonAuthorizedUserClientTokenPermission(Enum):
    READ_PERSON_AUTHORIZED_USER_DETAILS = "READ_PERSON_AUTHORIZED_USER_DETAILS"


@strawberry.enum
class InitiateSecureDepositClientTokenPermission(Enum):
    INITIATE_SECURE_DEPOSIT = "INITIATE_SECURE_DEPOSIT"


@strawberry.enum
class SecureDepositClientTokenPermission(Enum):
    MANAGE_SECURE_DEPOSIT = "MANAGE_SECURE_DEPOSIT"


@strawberry.enum
class ScheduledTransferClientTokenPermission(Enum):
    MANAGE_SCHEDULED_TRANSFER = "MANAGE_SCHEDULED_TRANSFER"


@strawberry.enum
class CreateScheduledTransferClientTokenPermission(Enum):
    CREATE_SCHEDULED_TRANSFER = "CREATE_SCHEDULED_TRANSFER"


@strawberry.enum
class GenerateFinancialAccountSingleUseClientTokenPermission(Enum):
    ISSUE_PAYMENT_CARD = "ISSUE_PAYMENT_CARD"


@strawberry.enum
class GeneratePaymentMethodTokenizationClientTokenPermission(Enum):
    TOKENIZE_PAYMENT_METHOD = "TOKENIZE_PAYMENT_METHOD"
