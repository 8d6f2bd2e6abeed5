"""The mutations that a client token is used with [schema] H."""

from functools import partial

import strawberry

from emulator.core.facts import TokenIssued
from emulator.core.view import View
from emulator.providers.highnote.rules import cards, documents, holders
from emulator.providers.highnote.schema import cards as c
from emulator.providers.highnote.schema import holders as h
from emulator.providers.highnote.schema import payment_methods as p
from emulator.providers.highnote.schema import uploads as u
from emulator.providers.highnote.schema.errors import only_denied
from emulator.providers.highnote.schema.exchange import Asked, Rule, carry
from emulator.providers.highnote.schema.given import read_business, read_person, read_user
from emulator.providers.highnote.state import records


@strawberry.type
class Cards:
    """Payment cards."""

    @strawberry.field
    async def set_pin_for_payment_card(
        self, info: Asked, input: c.SetPinForPaymentCardInput
    ) -> c.SetPinForPaymentCardPayload | None:
        rule = partial(cards.set_pin, card_id=input.payment_card_id, pin=input.new_pin)
        return await carry(info, rule, c.show_card)

    @strawberry.field
    async def activate_payment_card(
        self, info: Asked, input: c.ActivatePaymentCardInput
    ) -> c.ActivatePaymentCardPayload | None:
        return await carry(info, _move(info, input.payment_card_id), c.show_card)

    @strawberry.field
    async def suspend_payment_card(
        self, info: Asked, input: c.SuspendPaymentCardInput
    ) -> c.SuspendPaymentCardPayload | None:
        return await carry(info, _move(info, input.payment_card_id), c.show_card)

    @strawberry.field
    async def close_payment_card(
        self, info: Asked, input: c.ClosePaymentCardInput
    ) -> c.ClosePaymentCardPayload | None:
        return await carry(info, _move(info, input.payment_card_id), c.show_card)

    @strawberry.field
    async def issue_payment_card_for_financial_account(
        self, info: Asked, input: c.IssuePaymentCardForFinancialAccountInput
    ) -> c.IssuePaymentCardForFinancialAccountPayload | None:
        wanted = cards.NewCard(
            financial_account=input.financial_account_id,
            expiration_date=input.options.expiration_date,
            activate=input.options.activate_on_create,
            external_id=input.options.external_id,
            idempotency_key=input.idempotency_key,
        )
        return await carry(info, partial(cards.issue, wanted=wanted), c.show_card)

    @strawberry.field
    async def tokenize_card_payment_method(
        self, info: Asked, input: p.TokenizeCardPaymentMethodInput
    ) -> p.TokenizeCardPaymentMethodPayload | None:
        given = input.payment_card
        card = cards.SomebodysCard(given.card_number, given.expiry_month, given.expiry_year)
        return await carry(info, partial(cards.tokenize, card=card), p.show_payment_method)


def _move(info: Asked, card_id: str) -> Rule[records.PaymentCard]:
    return partial(cards.move, operation=info.field_name, card_id=card_id)


def _show_person_token(issued: TokenIssued, _: View) -> h.USPersonAccountHolderToken:
    return h.USPersonAccountHolderToken(token=issued.jti)


def _show_business_token(issued: TokenIssued, _: View) -> h.USBusinessAccountHolderToken:
    return h.USBusinessAccountHolderToken(token=issued.jti)


def _show_user_token(issued: TokenIssued, _: View) -> h.USPersonAuthorizedUserToken:
    return h.USPersonAuthorizedUserToken(token=issued.jti)


@strawberry.type
class Holders:
    """Account holders and authorized users."""

    @strawberry.field
    async def tokenize_us_person_account_holder(
        self, info: Asked, input: h.CreateUSPersonAccountHolderInput
    ) -> h.TokenizeUSPersonAccountHolderPayload | None:
        rule = partial(holders.tokenize_holder, kind="person", given=read_person(input))
        return await carry(info, rule, _show_person_token)

    @strawberry.field
    async def tokenize_us_business_account_holder(
        self, info: Asked, input: h.CreateUSBusinessAccountHolderInput | None = None
    ) -> h.TokenizeUSBusinessAccountHolderPayload | None:
        given = None if input is None else read_business(input)
        rule = partial(holders.tokenize_holder, kind="business", given=given)
        return await carry(info, rule, _show_business_token)

    @strawberry.field
    async def tokenize_us_person_authorized_user(
        self, info: Asked, input: h.CreateUSPersonAuthorizedUserInput
    ) -> h.TokenizeUSPersonAuthorizedUserPayload | None:
        holder, given = input.account_holder_id, read_user(input)
        rule = partial(holders.tokenize_user, holder=holder, given=given)
        done = await carry(info, rule, _show_user_token)
        return done if isinstance(done, h.USPersonAuthorizedUserToken) else only_denied(done)

    @strawberry.field
    async def create_us_person_account_holder_from_token(
        self, info: Asked, input: h.CreateUSPersonAccountHolderFromTokenInput
    ) -> h.CreateUSPersonAccountHolderFromTokenPayload | None:
        rule = partial(holders.create_holder_from_token, kind="person", token=input.token)
        return await carry(info, rule, h.show_person)

    @strawberry.field
    async def create_us_business_account_holder_from_token(
        self, info: Asked, input: h.CreateUSBusinessAccountHolderFromTokenInput
    ) -> h.CreateUSBusinessAccountHolderFromTokenPayload | None:
        rule = partial(holders.create_holder_from_token, kind="business", token=input.token)
        return await carry(info, rule, h.show_business)

    @strawberry.field
    async def create_us_person_authorized_user_from_token(
        self, info: Asked, input: h.CreateUSPersonAuthorizedUserFromTokenInput
    ) -> h.CreateUSPersonAuthorizedUserFromTokenPayload | None:
        rule = partial(holders.create_user_from_token, token=input.token)
        return await carry(info, rule, h.show_user)

    @strawberry.field
    async def create_us_person_account_holder(
        self, info: Asked, input: h.CreateUSPersonAccountHolderInput
    ) -> h.CreateUSPersonAccountHolderPayload | None:
        rule = partial(holders.create_holder, kind="person", given=read_person(input))
        return await carry(info, rule, h.show_person)

    @strawberry.field
    async def create_us_business_account_holder(
        self, info: Asked, input: h.CreateUSBusinessAccountHolderInput
    ) -> h.CreateUSBusinessAccountHolderPayload | None:
        rule = partial(holders.create_holder, kind="business", given=read_business(input))
        return await carry(info, rule, h.show_business)

    @strawberry.field
    async def create_us_person_authorized_user(
        self, info: Asked, input: h.CreateUSPersonAuthorizedUserInput
    ) -> h.CreateUSPersonAuthorizedUserPayload | None:
        holder, given = input.account_holder_id, read_user(input)
        rule = partial(holders.create_user, holder=holder, given=given)
        return await carry(info, rule, h.show_user)


@strawberry.type
class Documents:
    """Document upload."""

    @strawberry.field
    async def start_document_upload_session(
        self, info: Asked, input: u.StartDocumentUploadSessionInput
    ) -> u.StartDocumentUploadSessionPayload | None:
        rule = partial(documents.start, session_id=input.document_upload_session_id)
        return await carry(info, rule, u.show_session)

    @strawberry.field
    async def create_document_upload_link(
        self, info: Asked, input: u.CreateDocumentUploadLinkInput
    ) -> u.CreateDocumentUploadLinkPayload | None:
        session, kind = input.document_upload_session_id, input.document_type.value
        rule = partial(documents.create_link, session_id=session, document_type=kind)
        return await carry(info, rule, lambda link, _: u.show_link(link, info.context))

    @strawberry.field
    async def end_document_upload_session(
        self, info: Asked, input: u.EndDocumentUploadSessionInput
    ) -> u.EndDocumentUploadSessionPayload | None:
        rule = partial(documents.end, session_id=input.document_upload_session_id)
        return await carry(info, rule, u.show_session)
