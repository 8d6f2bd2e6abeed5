"""Account holders and authorized users: tokenized in a browser, created from tokens or at once."""

import re
from datetime import UTC, date, datetime
from typing import Literal

import msgspec

from emulator.core.decisions import Granted, Json
from emulator.core.facts import TokenEnded, TokenIssued
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.providers.highnote import tokens
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.rules.access import (
    admit,
    deny,
    draw_id,
    draw_reference,
    find_own,
    need_key,
    put,
    refuse,
)
from emulator.providers.highnote.state.kinds import (
    ACCOUNT_HOLDERS,
    AUTHORIZED_USERS,
    BUSINESS_PREFIX,
    PROVIDER,
)
from emulator.providers.highnote.state.numbers import derive_digest
from emulator.providers.highnote.state.records import (
    AccountHolder,
    AuthorizedUser,
    Party,
    TaxId,
)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TAX_NUMBER = re.compile(r"\d{3}-?\d{2}-?\d{4}|\d{2}-?\d{7}", re.ASCII)


class Given(msgspec.Struct, frozen=True):
    """A person or business as it was sent. `place`: where in the input it stands."""

    party: Party
    tax_number: str | None
    place: tuple[str, ...]
    tax_place: tuple[str, ...] = ()


def tokenize_holder(
    view: View, caller: Caller, kind: Literal["person", "business"], given: Given | None
) -> Granted[TokenIssued]:
    """A token that stands for a person or business who is not created yet.

    `given` None: the business mutation's argument may be left out [schema] H; its answer [guess].
    """
    operation = "tokenizeUSPersonAccountHolder"
    if kind == "business":
        operation = "tokenizeUSBusinessAccountHolder"
    admit(view, caller, operation, token_only=True)
    if given is None:
        raise refuse("required", "An input is needed", "input")
    return _tokenize(view, caller, operation, _check(view, given))


def tokenize_user(view: View, caller: Caller, holder: str, given: Given) -> Granted[TokenIssued]:
    """A token that stands for an authorized user; the union has no UserError [schema] H."""
    operation = "tokenizeUSPersonAuthorizedUser"
    admit(view, caller, operation, token_only=True)
    found = view.table(ACCOUNT_HOLDERS).get(holder)
    if found is None or found.organization != caller.organization.id:
        raise deny("This organization has no account holder of that id.")
    return _tokenize(view, caller, operation, _check(view, given), {"account_holder": holder})


def _tokenize(
    view: View,
    caller: Caller,
    operation: str,
    party: Party,
    more: "dict[str, Json] | None" = None,
) -> Granted[TokenIssued]:
    claims: dict[str, Json] = {"party": msgspec.to_builtins(party), **(more or {})}
    jti = draw_reference(view, "tok_")
    organization = caller.organization.organization_id
    issued = tokens.issue_reference(view, operation, jti, organization, claims)
    return Granted(issued, facts=(issued,))


def create_holder(
    view: View, caller: Caller, kind: Literal["person", "business"], given: Given
) -> Granted[AccountHolder]:
    """An account holder at once."""
    operation = "createUSPersonAccountHolder"
    if kind == "business":
        operation = "createUSBusinessAccountHolder"
    admit(view, caller, operation)
    return _create_holder(view, caller, kind, _check(view, given))


def create_user(view: View, caller: Caller, holder: str, given: Given) -> Granted[AuthorizedUser]:
    """An authorized user at once."""
    admit(view, caller, "createUSPersonAuthorizedUser")
    find_own(view, caller, ACCOUNT_HOLDERS, holder, "input", "accountHolderId")
    return _create_user(view, caller, holder, _check(view, given))


def create_holder_from_token(
    view: View, caller: Caller, kind: Literal["person", "business"], token: str
) -> Granted[AccountHolder]:
    """An account holder from its token, which is spent by that [doc] M."""
    operation = "tokenizeUSPersonAccountHolder"
    if kind == "business":
        operation = "tokenizeUSBusinessAccountHolder"
    reference = _find_reference(view, caller, operation, token)
    granted = _create_holder(view, caller, kind, _party(reference))
    spent = TokenEnded(view.now, reference.jti, "spent")
    return Granted(granted.reply, facts=(*granted.facts, spent))


def create_user_from_token(view: View, caller: Caller, token: str) -> Granted[AuthorizedUser]:
    """An authorized user from its token, which is spent by that."""
    reference = _find_reference(view, caller, "tokenizeUSPersonAuthorizedUser", token)
    holder = str(reference.claims()["account_holder"])
    find_own(view, caller, ACCOUNT_HOLDERS, holder, "input", "token")
    granted = _create_user(view, caller, holder, _party(reference))
    spent = TokenEnded(view.now, reference.jti, "spent")
    return Granted(granted.reply, facts=(*granted.facts, spent))


def _find_reference(view: View, caller: Caller, operation: str, jti: str) -> Token:
    need_key(caller)
    token = view.token(jti)
    own = caller.organization.organization_id
    if token is None or (token.grant.provider, token.grant.kind, token.grant.subject) != (
        PROVIDER,
        operation,
        own,
    ):
        hint = f"No such token of {operation} in this sandbox."
        raise refuse("not_found", "Not found", "input", "token", hint=hint)
    status = token.status(view.now)
    if status != "active":
        hint = f"The token is {status}."
        raise refuse("invalid", "The token can not be used", "input", "token", hint=hint)
    return token


def _party(reference: Token) -> Party:
    return msgspec.convert(reference.claims()["party"], Party)


def _create_holder(
    view: View, caller: Caller, kind: Literal["person", "business"], party: Party
) -> Granted[AccountHolder]:
    holder = AccountHolder(
        id=draw_id(view, ACCOUNT_HOLDERS, BUSINESS_PREFIX if kind == "business" else ""),
        organization=caller.organization.id,
        kind=kind,
        party=party,
        created_at=view.now,
    )
    return Granted(holder, facts=(put(view, ACCOUNT_HOLDERS, holder),))


def _create_user(view: View, caller: Caller, holder: str, party: Party) -> Granted[AuthorizedUser]:
    user = AuthorizedUser(
        id=draw_id(view, AUTHORIZED_USERS),
        organization=caller.organization.id,
        account_holder=holder,
        party=party,
        created_at=view.now,
    )
    return Granted(user, facts=(put(view, AUTHORIZED_USERS, user),))


def _check(view: View, given: Given) -> Party:
    """The party as it may be kept. Rules [guess]: an email, a date of birth that has been."""
    party, place = given.party, given.place
    if party.email is not None and not _EMAIL.fullmatch(party.email):
        raise refuse("invalid", "Not an email address", *place, "email")
    if party.date_of_birth is not None and not _has_been(view, party.date_of_birth):
        description = "Must be a past date such as 1990-01-31"
        raise refuse("invalid", description, *place, "dateOfBirth")
    if given.tax_number is None:
        return party
    if not _TAX_NUMBER.fullmatch(given.tax_number):
        path = (*place, "identificationDocument", *given.tax_place, "number")
        raise refuse("invalid", "Not a tax number of nine digits", *path)
    digits = given.tax_number.replace("-", "")
    tax_id = TaxId(digits[-4:], derive_digest(view.seed, "tax id", digits))
    return msgspec.structs.replace(party, tax_id=tax_id)


def _has_been(view: View, text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DATE.fullmatch(text)) and day <= datetime.fromtimestamp(view.now, UTC).date()
