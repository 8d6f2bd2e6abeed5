"""zerohash's decisions, pure: mint, revoke, look up and create participants, the time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.facts import EntityPut, TokenEnded
from emulator.core.ids import UPPER_ALNUM
from emulator.core.jwt import Unverified
from emulator.core.view import View
from emulator.providers.zerohash import tokens
from emulator.providers.zerohash.auth import Caller
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.state import (
    PARTICIPANTS,
    PROVIDER,
    Participant,
    ParticipantStatus,
    Settings,
)
from emulator.providers.zerohash.wire import (
    ClientAuthToken,
    Customer,
    refuse,
    unknown_fields,
)

# Only these may be minted for somebody who has no participant code yet. [doc] H for onboarding
PRE_ONBOARDING = frozenset({"onboarding"})

# An approved participant is demanded for these. [doc] H
NEEDS_APPROVAL = frozenset({"fwc", "participant-profile"})

# What moves money out, and so is all that a participant who is leaving may do. [doc] H for the
# reason codes; applying them at mint [guess]
CLOSING = frozenset({"crypto-sell", "crypto-withdrawals", "crypto-payouts", "fiat-withdrawals"})
BEFORE_APPROVAL = frozenset({"onboarding", "update-participant", "recovery", "csp-recovery"})

MANUAL_APPROVAL_FROM = Decimal(500_000)  # USD [doc payins guide] H
PERISHABLES_MAXIMUM = Decimal(50)  # USD a day [doc onboard-shoppers] H; told per payment [guess]

PAGE_SIZE = 15  # [openapi example] M


@dataclass(frozen=True, slots=True)
class Minted:
    """What a mint yields besides the token: UUIDs."""

    payment_id: str | None
    deposit_intent_id: str | None
    both_places: bool


@dataclass(frozen=True, slots=True)
class Mint:
    """A request for a token, parsed and as it was sent."""

    body: ClientAuthToken
    sent: Mapping[str, Json]


def mint(view: View, caller: Caller, request: Mint) -> Granted[Minted]:
    """A client access token for a participant, scoped to permissions."""
    body, settings = request.body, caller.settings
    errors = list(_mint_errors(body))
    if settings.withdrawal_details == "required":
        errors += _missing_withdrawal_details(body)
    if settings.unknown_fields == "refuse":
        errors += [f"unexpected field: {n}" for n in unknown_fields(ClientAuthToken, request.sent)]
    if errors:
        raise refuse(errors, hint=_mint_hint(body))
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
    return Granted(
        Minted(payment_id, intent_id, settings.ids_placement == "both"),
        facts=(issued,),
        token=issued,
        hint=caller.hint,
    )


def _mint_errors(body: ClientAuthToken) -> Iterator[str]:
    """What a schema can't say: the rules between fields. Texts [guess]."""
    permissions = set(body.permissions)
    if not permissions:
        yield "body/permissions must NOT have fewer than 1 items"
    if not body.participant_code and not body.email:
        yield "either participant_code or email must be provided"
    elif not body.participant_code and permissions - PRE_ONBOARDING:
        yield "body/participant_code is required"
    if "crypto-pay" in permissions and body.payment_details is None:
        yield "body/payment_details is required"
    if body.deposit_details is not None:
        sent = body.deposit_details.model_fields_set
        if "external_wallet_address" in sent and "crypto-deposits" not in permissions:
            yield "body/deposit_details/external_wallet_address requires permission crypto-deposits"
        if "deposit_amount" in sent and "fwc" not in permissions:
            yield "body/deposit_details/deposit_amount requires permission fwc"


def _missing_withdrawal_details(body: ClientAuthToken) -> list[str]:
    """The guides demand it [doc guides] H, the schema does not: a setting decides."""
    paying = tokens.PAYMENT_PERMISSIONS.intersection(body.permissions)
    return (
        ["body/withdrawal_details is required"]
        if paying and body.withdrawal_details is None
        else []
    )


def _mint_hint(body: ClientAuthToken) -> str:
    if not body.permissions:
        return "A token without permissions could open nothing."
    return ""


def _check_entitlement(caller: Caller, permissions: Sequence[str]) -> None:
    entitled = caller.platform.permissions
    lacking = [name for name in permissions if entitled is not None and name not in entitled]
    if lacking:
        hint = f"The platform lacks {', '.join(lacking)}: see its entity in the control API."
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


_STAGES: Mapping[ParticipantStatus, frozenset[str]] = {
    "submitted": BEFORE_APPROVAL,
    "pending_approval": BEFORE_APPROVAL,
    "locked": CLOSING,
    "pending_unlock": CLOSING,
    "pending_disable": CLOSING,
}


def _check_status(participant: Participant, permissions: Sequence[str]) -> None:
    if participant.status == "approved":
        return
    allowed = _STAGES.get(participant.status, frozenset())
    if participant.reason_code == "compliance_issue":
        allowed = frozenset()
    refused = [name for name in permissions if name in NEEDS_APPROVAL or name not in allowed]
    if refused:
        reason = f" ({participant.reason_code})" if participant.reason_code else ""
        hint = f"Status {participant.status}{reason} does not allow {', '.join(refused)}."
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


def revoke(view: View, caller: Caller, token: Unverified) -> Granted[None]:
    """End a token. A second time changes nothing and is granted as well [guess] M.

    Neither signature nor expiry is asked for: the documented demand is a JWT with a `jti`
    [openapi] H.
    """
    record = view.token(token.claims["jti"])
    if record is None or record.grant.provider != PROVIDER or record.claims() != token.claims:
        if caller.settings.unknown_jti == "lenient":
            return Granted(None, hint="No token of this sandbox has that jti: nothing was revoked.")
        hint = "No token of this sandbox has that jti with those claims: issued by an earlier run?"
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    if token.claims.get("platform_code") != caller.platform.platform_code:
        hint = "The token was issued to another platform."
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    if "revoked" in record.endings:
        return Granted(None, hint=caller.hint or "The token was revoked before.")
    return Granted(None, (TokenEnded(view.now, record.jti, "revoked"),), hint=caller.hint)


@dataclass(frozen=True, slots=True)
class Search:
    """Which participants to list. `page`: from 1."""

    participant_code: str | None
    email: str | None
    status: str | None
    page: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of participants."""

    participants: Sequence[Participant]
    count: int
    page: int
    pages: int


def list_participants(view: View, caller: Caller, search: Search) -> Granted[Page]:
    """The caller's participants, filtered and paged."""
    found = [
        participant
        for participant in view.table(PARTICIPANTS).find("platform", caller.platform.id)
        if _matches(participant, search)
    ]
    start = (search.page - 1) * PAGE_SIZE
    pages = -(-len(found) // PAGE_SIZE)
    page = Page(found[start : start + PAGE_SIZE], len(found), search.page, pages)
    return Granted(page, hint=caller.hint)


def _matches(participant: Participant, search: Search) -> bool:
    wanted = (
        (search.participant_code, participant.participant_code),
        (search.email and search.email.lower(), participant.email.lower()),
        (search.status, participant.status),
    )
    return all(want is None or want == has for want, has in wanted)


def get_participant(view: View, caller: Caller, email: str) -> Granted[Participant]:
    """The caller's participant with that email."""
    found = view.table(PARTICIPANTS).find("email", (caller.platform.id, email.lower()))
    if not found:
        hint = "This platform has no participant with that email."
        raise Refusal(CATALOGUE["not_found"], hint=hint)
    return Granted(found[0], hint=caller.hint)


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to create. `request_id`: the X-Request-Id, which makes a repetition one."""

    body: Customer
    sent: Mapping[str, Json]
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Created:
    """A created customer, with what was sent, to echo."""

    participant: Participant
    platform_code: str
    sent: Mapping[str, Json]


def create_customer(view: View, caller: Caller, request: NewCustomer) -> Granted[Created]:
    """A new participant: approved when both screenings passed, else submitted [guess]."""
    body = request.body
    before = view.table(PARTICIPANTS).find("email", (caller.platform.id, body.email.lower()))
    if before:
        known, given = before[0].request_id, request.request_id
        reused = known is not None and given is not None and known != given
        raise Refusal(CATALOGUE["participant_data_reused" if reused else "participant_exists"])
    passed = body.kyc == "pass" and body.sanction_screening == "pass"
    participant = Participant(
        participant_code=_draw_code(view),
        platform=caller.platform.id,
        email=body.email,
        status="approved" if passed else "submitted",
        first_name=body.first_name,
        last_name=body.last_name,
        jurisdiction_code=body.jurisdiction_code,
        request_id=request.request_id,
        updated_at=view.now,
    )
    record = msgspec.Raw(msgspec.json.encode(participant))
    return Granted(
        Created(participant, caller.platform.platform_code, request.sent),
        facts=(EntityPut(view.now, PROVIDER, PARTICIPANTS.name, record),),
        hint=caller.hint,
    )


def _draw_code(view: View) -> str:
    """A code that no participant has yet."""
    while True:
        code = view.draw_text("zerohash.participant_code", UPPER_ALNUM, 6)
        if view.table(PARTICIPANTS).get(code) is None:
            return code


@dataclass(frozen=True, slots=True)
class Moment:
    """The sandbox's time, and how the provider's answer is to say it."""

    now: float
    epoch_only: bool


def tell_time(view: View, caller: None, request: None) -> Granted[Moment]:  # noqa: ARG001 - anybody's
    """The time, to anybody: the one operation without authentication."""
    return Granted(Moment(view.now, view.settings(Settings).time_format == "epoch"))
