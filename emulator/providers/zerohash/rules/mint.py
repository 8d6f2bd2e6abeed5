"""Minting a client access token: who may have it, for which permissions, with which ids."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import parse_qs

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.facts import Fact, TokenIssued
from emulator.core.view import View
from emulator.providers.zerohash import hints, tokens
from emulator.providers.zerohash.auth import Caller
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.rules import fields, payments
from emulator.providers.zerohash.state import (
    EXTERNAL_ACCOUNTS,
    PARTICIPANTS,
    Participant,
    ParticipantStatus,
    Payment,
)
from emulator.providers.zerohash.wire.bodies import Reading, refuse
from emulator.providers.zerohash.wire.shapes import ClientAuthToken

# What moves money out, and so is all that a participant who is leaving may do. [doc] H for the
# reason codes; applying them at mint [guess]
CLOSING = frozenset({"crypto-sell", "crypto-withdrawals", "crypto-payouts", "fiat-withdrawals"})
BEFORE_APPROVAL = frozenset({"onboarding", "update-participant", "recovery", "csp-recovery"})

MANUAL_APPROVAL_FROM = Decimal(500_000)  # USD [doc payins guide] H
PERISHABLES_MAXIMUM = Decimal(50)  # USD a day [doc onboard-shoppers] H; told per payment [guess]


class Minted(msgspec.Struct, frozen=True):
    """What a mint yields besides the token: UUIDs."""

    payment_id: str | None
    deposit_intent_id: str | None
    both_places: bool


class Mint(msgspec.Struct, frozen=True):
    """A request for a token. `query`: of the URL, where an identifier may have strayed to."""

    reading: Reading[ClientAuthToken]
    query: str = ""


def mint(view: View, caller: Caller, request: Mint) -> Granted[Minted]:
    """A client access token for a participant, scoped to permissions."""
    body = _check_body(caller, request)
    _check_entitlement(caller, body.permissions)
    participant = _find_participant(view, caller, body)
    if participant is not None:
        _check_status(participant, body.permissions)
        _check_payment(participant, body)
    permissions = tuple(dict.fromkeys(body.permissions))
    paying = not tokens.PAYMENT_PERMISSIONS.isdisjoint(permissions)
    payment_id = view.draw_uuid("zerohash.payment_id") if paying else None
    # The documented example has the shape of a version 5 UUID. [openapi] H
    intent_id = view.draw_uuid("zerohash.deposit_intent_id", 5) if "fwc" in permissions else None
    details = {name: value for name, value in body.sent().items() if name != "permissions"}
    details |= {"payment_id": payment_id} if payment_id else {}
    details |= {"deposit_intent_id": intent_id} if intent_id else {}
    issued = tokens.issue(view, caller.platform, participant, permissions, details)
    following: tuple[Fact, ...] = ()
    if payment_id is not None and participant is not None:
        payment = _describe_payment(view, participant, body, payment_id, issued)
        following = payments.begin(view, caller.platform, payment)
    return Granted(
        Minted(payment_id, intent_id, caller.settings.ids_placement == "both"),
        facts=(issued, *following),
        token=issued,
        hint=hints.join(caller.hint, _about_roles(view, caller, participant, body)),
    )


def _describe_payment(
    view: View,
    participant: Participant,
    body: ClientAuthToken,
    payment_id: str,
    issued: TokenIssued,
) -> Payment:
    """The withdrawal that the token is for [doc] H; where it goes, as far as that is known here."""
    details = body.withdrawal_details
    account_id = details.external_account_id if details else ""
    account = view.table(EXTERNAL_ACCOUNTS).get(account_id)
    return Payment(
        payment_id=payment_id,
        participant_code=participant.participant_code,
        external_account_id=account_id,
        account_label=(details.account_label if details else "") or "general",
        network=account.network if account else "",
        destination_address=account.address if account else "",
        total=details.withdrawal_request_amount if details else "",
        reference_id=body.reference_id,
        created_at=view.now,
        updated_at=view.now,
        abandon_at=issued.expires_at,
    )


def _check_body(caller: Caller, request: Mint) -> ClientAuthToken:
    """The body, when neither its shape nor a rule between its fields is broken."""
    reading = request.reading
    broken = fields.check(reading.sent, caller.settings)
    if reading.body is None or broken:
        advice = [rule.hint for rule in broken if rule.hint]
        if "participant_code" in parse_qs(request.query) and not reading.sent.get(
            "participant_code"
        ):
            advice.insert(0, "participant_code is a field of the body, not of the query.")
        raise refuse(
            [*reading.errors, *(rule.error for rule in broken)],
            hint=hints.join(*filter(None, (reading.hint, *advice))),
        )
    return reading.body


def _check_entitlement(caller: Caller, permissions: Sequence[str]) -> None:
    """What a platform may ask for is the provider's to say, platform by platform [sdk e2e] H."""
    entitled = caller.platform.permissions
    lacking = [name for name in permissions if entitled is not None and name not in entitled]
    if lacking:
        names = hints.enumerate_names(lacking)
        hint = f"The platform lacks {names}: see its entity in the control API."
        raise Refusal(CATALOGUE["permission_not_entitled"], hint=hint)


def _find_participant(view: View, caller: Caller, body: ClientAuthToken) -> Participant | None:
    """The participant that the token is for; None for somebody who has yet to be onboarded."""
    table = view.table(PARTICIPANTS)
    if not body.participant_code:
        found = table.find("email", (caller.platform.id, body.email.lower()))
        return found[0] if found else None
    participant = table.get(body.participant_code)
    if participant is None:
        raise Refusal(CATALOGUE["not_found"], hint="No participant has that participant_code.")
    if participant.platform != caller.platform.id:
        hint = "The participant belongs to another platform."
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    return participant


# What a status that is not `approved` leaves open; a status that is not named, nothing. That fwc
# and participant-profile want approval [doc] H, the rest is [guess].
_STAGES: Mapping[ParticipantStatus, frozenset[str]] = {
    "submitted": BEFORE_APPROVAL,
    "pending_approval": BEFORE_APPROVAL,
    "locked": CLOSING,
    "pending_unlock": CLOSING,
    "pending_disable": CLOSING,
}


def is_open_to(participant: Participant, permission: str) -> bool:
    """Whether a participant's state lets a token with that permission be minted."""
    if participant.status == "approved":
        return True
    if participant.reason_code == "compliance_issue":
        return False  # nothing is allowed then [doc] H
    return permission in _STAGES.get(participant.status, frozenset())


def _check_status(participant: Participant, permissions: Sequence[str]) -> None:
    refused = [name for name in permissions if not is_open_to(participant, name)]
    if refused:
        reason = f" ({participant.reason_code})" if participant.reason_code else ""
        names = hints.enumerate_names(refused)
        hint = f"Status {participant.status}{reason} does not allow {names}."
        values: dict[str, Json] = {"participant_code": participant.participant_code}
        raise Refusal(CATALOGUE["participant_not_approved"], values, hint=hint)


def _check_payment(participant: Participant, body: ClientAuthToken) -> None:
    if body.payment_details is None or "crypto-pay" not in body.permissions:
        return
    amount = Decimal(body.payment_details.purchase_amount)
    if amount >= MANUAL_APPROVAL_FROM:
        raise Refusal(
            CATALOGUE["manual_approval_required"], hint="From 500,000 USD a person has to approve."
        )
    if participant.tier == "perishables" and amount > PERISHABLES_MAXIMUM:
        hint = "The perishables tier may spend 50 USD a day."
        raise Refusal(CATALOGUE["daily_limit"], hint=hint)


def _about_roles(
    view: View, caller: Caller, participant: Participant | None, body: ClientAuthToken
) -> str:
    """What looks like shopper and merchant mixed up. Nothing says that it is refused [guess]."""
    if participant is not None and participant.kind == "entity":
        return "participant_code names an entity: a token is for the person who opens the SDK."
    if not body.merchant_participant_code:
        return ""
    merchant = view.table(PARTICIPANTS).get(body.merchant_participant_code)
    if merchant is None or merchant.platform != caller.platform.id:
        return "No participant of the platform has that merchant_participant_code; taken as sent."
    return ""
