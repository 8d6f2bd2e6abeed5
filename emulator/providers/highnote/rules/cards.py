"""Payment cards: PIN, status, issuing; and tokenizing somebody's card."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from emulator.core.clock import parse_time
from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.rules.access import admit, draw_id, find_own, put, refuse
from emulator.providers.highnote.state.kinds import (
    FINANCIAL_ACCOUNTS,
    PAYMENT_CARDS,
    PAYMENT_METHOD_TOKENS,
)
from emulator.providers.highnote.state.numbers import derive_digest, passes_luhn
from emulator.providers.highnote.state.records import (
    CardStatus,
    PaymentCard,
    PaymentMethodToken,
)

PIN = re.compile(r"[0-9]{4}")
PIN_HISTORY = 10


def set_pin(view: View, caller: Caller, card_id: str, pin: str) -> Granted[PaymentCard]:
    """Note that the PIN was set; the PIN itself is kept nowhere."""
    admit(view, caller, "setPinForPaymentCard", card_id, token_only=True)
    card = find_own(view, caller, PAYMENT_CARDS, card_id, "input", "paymentCardId")
    if not PIN.fullmatch(pin):
        raise refuse("invalid", "The PIN must be exactly 4 digits", "input", "newPin")
    if card.status != "ACTIVE":
        hint = f"The card's status is {card.status}; a PIN needs an ACTIVE card."
        raise refuse("invalid", "The card must be active", "input", "paymentCardId", hint=hint)
    updates = (view.now, *card.pin_updates)[:PIN_HISTORY]
    card = msgspec.structs.replace(card, pin_updates=updates)
    return Granted(card, facts=(put(view, PAYMENT_CARDS, card),))


# By mutation: the status that it leads to, and those that it leads from [guess].
_MOVES: Mapping[str, tuple[CardStatus, frozenset[CardStatus]]] = {
    "activatePaymentCard": ("ACTIVE", frozenset({"ACTIVATION_REQUIRED", "SUSPENDED"})),
    "suspendPaymentCard": ("SUSPENDED", frozenset({"ACTIVE"})),
    "closePaymentCard": ("CLOSED", frozenset({"ACTIVATION_REQUIRED", "ACTIVE", "SUSPENDED"})),
}


def move(view: View, caller: Caller, operation: str, card_id: str) -> Granted[PaymentCard]:
    """Activate, suspend or close a card."""
    admit(view, caller, operation, card_id)
    card = find_own(view, caller, PAYMENT_CARDS, card_id, "input", "paymentCardId")
    status, allowed = _MOVES[operation]
    if card.status not in allowed:
        hint = f"The card's status is {card.status}: it can't become {status}."
        description = f"The card can not become {status}"
        raise refuse("invalid", description, "input", "paymentCardId", hint=hint)
    card = msgspec.structs.replace(card, status=status)
    return Granted(card, facts=(put(view, PAYMENT_CARDS, card),))


class NewCard(msgspec.Struct, frozen=True):
    """A card to issue."""

    financial_account: str
    expiration_date: str
    activate: bool
    external_id: str | None
    idempotency_key: str | None


def issue(view: View, caller: Caller, wanted: NewCard) -> Granted[PaymentCard]:
    """A new virtual card; the same idempotency key again yields the first one."""
    operation, account_id = "issuePaymentCardForFinancialAccount", wanted.financial_account
    admit(view, caller, operation, account_id)
    if wanted.idempotency_key is not None:
        known = (caller.organization.id, wanted.idempotency_key)
        before = view.table(PAYMENT_CARDS).find("idempotency", known)
        if before:
            return Granted(before[0], hint="The idempotency key was used: this is that card.")
    account = find_own(
        view,
        caller,
        FINANCIAL_ACCOUNTS,
        account_id,
        "input",
        "financialAccountId",
        accepts=lambda found: found.kind == "internal",
    )
    if account.status != "ACTIVE":
        hint = f"The account's status is {account.status}."
        raise refuse(
            "invalid", "The account must be active", "input", "financialAccountId", hint=hint
        )
    _check_expiration(view, wanted.expiration_date)
    card = PaymentCard(
        id=draw_id(view, PAYMENT_CARDS),
        organization=caller.organization.id,
        financial_account=account.id,
        status="ACTIVE" if wanted.activate else "ACTIVATION_REQUIRED",
        expiration_date=wanted.expiration_date,
        external_id=wanted.external_id,
        idempotency_key=wanted.idempotency_key,
    )
    return Granted(card, facts=(put(view, PAYMENT_CARDS, card),))


def _check_expiration(view: View, text: str) -> None:
    path = ("input", "options", "expirationDate")
    try:
        expires_at = parse_time(text)
    except ValueError:
        description = "Must be a time such as 2030-01-31T23:59:59Z"
        raise refuse("invalid", description, *path) from None
    if expires_at <= view.now:
        raise refuse("invalid", "Must be in the future", *path)


class SomebodysCard(msgspec.Struct, frozen=True):
    """A card to tokenize, as it was typed."""

    number: str
    month: str
    year: str


_BRANDS = (
    (re.compile(r"3[47]\d{13}"), "AMERICAN_EXPRESS"),
    (re.compile(r"4\d{12}(\d{3}){0,2}"), "VISA"),
    (re.compile(r"(5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"), "MASTERCARD"),
    (re.compile(r"(6011|65\d\d|64[4-9]\d)\d{12}"), "DISCOVER"),
    (re.compile(r"35(2[89]|[3-8]\d)\d{12}"), "JCB"),
    (re.compile(r"3(0[0-5]|[68]\d)\d{11}"), "DINERS_CLUB"),
    (re.compile(r"62\d{14,17}"), "UNIONPAY"),
)


def tokenize(view: View, caller: Caller, card: SomebodysCard) -> Granted[PaymentMethodToken]:
    """A token that stands for a card; of the card stay brand, last four, expiry and a digest."""
    admit(view, caller, "tokenizeCardPaymentMethod", token_only=True)
    path = ("input", "paymentCard")
    number = card.number.replace(" ", "")
    if not re.fullmatch(r"[0-9]{12,19}", number) or not passes_luhn(number):
        raise refuse("invalid", "Not a card number", *path, "cardNumber")
    if not re.fullmatch(r"0?[1-9]|1[0-2]", card.month):
        raise refuse("invalid", "Not a month", *path, "expiryMonth")
    if not re.fullmatch(r"20[0-9]{2}", card.year):
        raise refuse("invalid", "Not a year of four digits", *path, "expiryYear")
    now = datetime.fromtimestamp(view.now, UTC)
    if (int(card.year), int(card.month)) < (now.year, now.month):
        raise refuse("invalid", "The card has expired", *path, "expiryYear")
    token = PaymentMethodToken(
        id=draw_id(view, PAYMENT_METHOD_TOKENS),
        organization=caller.organization.id,
        brand=next((brand for shape, brand in _BRANDS if shape.fullmatch(number)), "UNKNOWN"),
        last4=number[-4:],
        expiry_month=card.month.zfill(2),
        expiry_year=card.year,
        fingerprint=derive_digest(view.seed, "pan", number),
        created_at=view.now,
    )
    return Granted(token, facts=(put(view, PAYMENT_METHOD_TOKENS, token),))
