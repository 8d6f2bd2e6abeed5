"""The mutations that mint client tokens: one rule, sixteen inputs [schema] H."""

from collections.abc import Sequence
from enum import Enum
from functools import partial

import strawberry

from emulator.core.decisions import Granted
from emulator.providers.highnote.rules import mint as rules
from emulator.providers.highnote.rules.mint import Wanted
from emulator.providers.highnote.schema import client_tokens as t
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.exchange import Asked
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.tokens import MINTS

Minted = t.ClientToken | UserError | AccessDeniedError


async def _mint(
    info: Asked,
    permissions: Sequence[Enum] | None = None,
    *,
    nonce: str | None = None,
    session: str | None = None,
    **objects: str,
) -> Minted:
    """`objects`: the ids by the input's field names."""
    named = None if permissions is None else tuple(str(p.value) for p in permissions)
    wanted = Wanted(info.field_name, objects, named, nonce, session)
    exchange = info.context
    done = await exchange.change(str(info.path.key), partial(rules.mint, wanted=wanted))
    if not isinstance(done, Granted):
        return done
    issued = done.reply
    return t.ClientToken(
        value=await exchange.sign(issued),
        expiration_date=write_time(issued.expires_at),
        usage=t.ClientTokenUsage(MINTS[issued.grant.kind].usage),
    )


@strawberry.type
class Minting:
    """The mutations that mint client tokens; they take an API key."""

    @strawberry.field
    async def generate_payment_card_client_token(
        self, info: Asked, input: t.GeneratePaymentCardClientTokenInput
    ) -> t.GeneratePaymentCardClientTokenPayload | None:
        return await _mint(info, input.permissions, paymentCardId=input.payment_card_id)

    @strawberry.field
    async def generate_direct_deposit_detail_client_token(
        self, info: Asked, input: t.GenerateDirectDepositDetailClientTokenInput
    ) -> t.GenerateDirectDepositDetailClientTokenPayload | None:
        return await _mint(
            info, input.permissions, directDepositDetailId=input.direct_deposit_detail_id
        )

    @strawberry.field
    async def generate_tokenize_account_holder_client_token(
        self, info: Asked
    ) -> t.GenerateTokenizeAccountHolderClientTokenPayload | None:
        return await _mint(info)

    @strawberry.field
    async def generate_tokenize_authorized_user_client_token(
        self, info: Asked
    ) -> t.GenerateTokenizeAuthorizedUserClientTokenPayload | None:
        return await _mint(info)

    @strawberry.field
    async def generate_document_upload_client_token(
        self, info: Asked, input: t.GenerateDocumentUploadClientTokenInput
    ) -> t.GenerateDocumentUploadClientTokenPayload | None:
        return await _mint(
            info, input.permissions, documentUploadSessionId=input.document_upload_session_id
        )

    @strawberry.field
    async def generate_external_bank_account_detail_client_token(
        self, info: Asked, input: t.GenerateExternalBankAccountDetailClientTokenInput
    ) -> t.GenerateExternalBankAccountDetailClientTokenPayload | None:
        return await _mint(
            info,
            input.permissions,
            externalBankAccountDetailId=input.external_bank_account_detail_id,
        )

    @strawberry.field
    async def generate_person_account_holder_client_token(
        self, info: Asked, input: t.GeneratePersonAccountHolderClientTokenInput
    ) -> t.GeneratePersonAccountHolderClientTokenPayload | None:
        return await _mint(info, input.permissions, accountHolderId=input.account_holder_id)

    @strawberry.field
    async def generate_business_account_holder_client_token(
        self, info: Asked, input: t.GenerateBusinessAccountHolderClientTokenInput
    ) -> t.GenerateBusinessAccountHolderClientTokenPayload | None:
        return await _mint(info, input.permissions, accountHolderId=input.account_holder_id)

    @strawberry.field
    async def generate_person_authorized_user_client_token(
        self, info: Asked, input: t.GeneratePersonAuthorizedUserClientTokenInput
    ) -> t.GeneratePersonAuthorizedUserClientTokenPayload | None:
        return await _mint(info, input.permissions, authorizedUserId=input.authorized_user_id)

    @strawberry.field
    async def generate_initiate_secure_deposit_client_token(
        self, info: Asked, input: t.GenerateInitiateSecureDepositClientTokenInput
    ) -> t.GenerateInitiateSecureDepositClientTokenPayload | None:
        return await _mint(
            info,
            input.permissions,
            fromFinancialAccountId=input.from_financial_account_id,
            toFinancialAccountId=input.to_financial_account_id,
        )

    @strawberry.field
    async def generate_secure_deposit_client_token(
        self, info: Asked, input: t.GenerateSecureDepositClientTokenInput
    ) -> t.GenerateSecureDepositClientTokenPayload | None:
        return await _mint(info, input.permissions, transactionId=input.transaction_id)

    @strawberry.field
    async def generate_scheduled_transfer_client_token(
        self, info: Asked, input: t.GenerateScheduledTransferClientTokenInput
    ) -> t.GenerateSecureDepositClientTokenPayload | None:
        return await _mint(info, input.permissions, scheduledTransferId=input.scheduled_transfer_id)

    @strawberry.field
    async def generate_create_scheduled_transfer_client_token(
        self, info: Asked, input: t.GenerateCreateScheduledTransferClientTokenInput
    ) -> t.GenerateCreateScheduledTransferClientTokenPayload | None:
        return await _mint(
            info,
            input.permissions,
            fromFinancialAccountId=input.from_financial_account_id,
            toFinancialAccountId=input.to_financial_account_id,
        )

    @strawberry.field
    async def generate_financial_account_single_use_client_token(
        self, info: Asked, input: t.GenerateFinancialAccountSingleUseClientTokenInput
    ) -> t.GenerateFinancialAccountSingleUseClientTokenPayload | None:
        return await _mint(
            info,
            input.permissions,
            financialAccountId=input.financial_account_id,
            nonce=input.single_use_token,
        )

    @strawberry.field
    async def generate_payment_method_tokenization_client_token(
        self, info: Asked, input: t.GeneratePaymentMethodTokenizationClientTokenInput
    ) -> t.GeneratePaymentMethodTokenizationClientTokenPayload | None:
        return await _mint(info, input.permissions)

    @strawberry.field
    async def generate_risk_client_token(
        self, info: Asked, input: t.GenerateRiskClientTokenInput
    ) -> t.GenerateRiskClientTokenPayload | None:
        return await _mint(info, session=input.session_id)
