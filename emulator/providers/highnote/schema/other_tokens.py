"""The mutations that mint other tokens, for third parties [schema] H.

The two last are described in the published schema's prose as we have it, not checked against it
name by name: their input and payload types follow its naming rule [guess].
"""

from functools import partial
from typing import Annotated

import strawberry

from emulator.core.facts import TokenIssued
from emulator.core.ids import derive_text
from emulator.core.view import View
from emulator.providers.highnote.rules import mint as rules
from emulator.providers.highnote.schema import client_tokens as t
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.exchange import Asked, carry
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.state.kinds import BASE62


@strawberry.input
class GenerateVerifiedExternalBankAccountLinkTokenInput:
    account_holder_id: strawberry.ID


@strawberry.type
class GenerateVerifiedExternalBankAccountExternalLinkToken:
    external_link_token: str | None
    external_link_hosted_url: str | None
    expiration_date: str | None


GenerateVerifiedExternalBankAccountLinkTokenPayload = Annotated[
    GenerateVerifiedExternalBankAccountExternalLinkToken | UserError | AccessDeniedError,
    strawberry.union("GenerateVerifiedExternalBankAccountLinkTokenPayload"),
]


@strawberry.input
class GenerateAppleWebPushProvisioningTokenInput:
    payment_card_id: strawberry.ID


@strawberry.type
class AppleWebPushProvisioningToken:
    jws: str
    state: str
    expires_at: str


GenerateAppleWebPushProvisioningTokenPayload = Annotated[
    AppleWebPushProvisioningToken | UserError | AccessDeniedError,
    strawberry.union("GenerateAppleWebPushProvisioningTokenPayload"),
]


def _show_session(issued: TokenIssued, _: View) -> t.RiskApplicationSDKSessionToken:
    return t.RiskApplicationSDKSessionToken(session_token=issued.jti)


def _show_link(
    issued: TokenIssued, _: View
) -> GenerateVerifiedExternalBankAccountExternalLinkToken:
    return GenerateVerifiedExternalBankAccountExternalLinkToken(
        external_link_token=issued.jti,
        external_link_hosted_url=None,
        expiration_date=write_time(issued.expires_at),
    )


def _show_provisioning(issued: TokenIssued, view: View) -> AppleWebPushProvisioningToken:
    """The shape of a JWS; what is in a real one is not public."""
    seed, jti = view.seed, issued.jti
    parts = [
        derive_text(seed, "highnote.jws", jti, part, alphabet=BASE62, length=length)
        for part, length in (("header", 36), ("payload", 60), ("signature", 60))
    ]
    return AppleWebPushProvisioningToken(
        jws=".".join(parts), state=jti, expires_at=write_time(issued.expires_at)
    )


@strawberry.type
class OtherTokens:
    """The mutations that mint tokens for third parties; they take an API key."""

    @strawberry.field
    async def generate_risk_application_sdk_session_token(
        self, info: Asked
    ) -> t.GenerateRiskApplicationSDKSessionTokenPayload | None:
        return await carry(info, rules.mint_risk_session, _show_session)

    @strawberry.field
    async def generate_verified_external_bank_account_link_token(
        self, info: Asked, input: GenerateVerifiedExternalBankAccountLinkTokenInput
    ) -> GenerateVerifiedExternalBankAccountLinkTokenPayload | None:
        rule = partial(rules.mint_link, holder=input.account_holder_id)
        return await carry(info, rule, _show_link)

    @strawberry.field
    async def generate_apple_web_push_provisioning_token(
        self, info: Asked, input: GenerateAppleWebPushProvisioningTokenInput
    ) -> GenerateAppleWebPushProvisioningTokenPayload | None:
        rule = partial(rules.mint_provisioning, card=input.payment_card_id)
        return await carry(info, rule, _show_provisioning)
