"""What the document says of each operation: what it wants, answers, and may refuse."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from emulator.providers.zerohash.errors import (
    CATALOGUE,
    MINT_SCENARIOS,
    SCENARIOS,
    authentication,
    payins,
)
from emulator.providers.zerohash.rules.fields import RULES
from emulator.providers.zerohash.state import ParticipantStatus


class Operation(msgspec.Struct, frozen=True):
    """One operation. `body`, `answer`: names of schemas; `rows`: of the catalogue."""

    summary: str
    description: str
    status: int
    answers: str
    rows: Sequence[str]
    body: str | None = None
    answer: str | None = None
    signed: bool = True
    parameters: Sequence[Mapping[str, Any]] = ()


def _header(
    name: str, description: str, *, required: bool = False, **schema: object
) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _query(name: str, description: str, **schema: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", **schema},
    }


SIGNING: Mapping[str, Any] = {
    "Signed": _header(
        "X-SCX-SIGNED",
        "Base64 of the HMAC-SHA256 of timestamp, METHOD, route with query, and body ({} for GET).",
        required=True,
    ),
    "Timestamp": _header(
        "X-SCX-TIMESTAMP",
        "Unix seconds, within 60 of the server's.",
        required=True,
        pattern="^[0-9]+$",
    ),
}

HEADERS: Mapping[str, Any] = {
    "RequestId": _header("X-Request-Id", "A UUID; sent back, drawn when absent."),
    "Scenario": _header(
        "X-Simulator-Scenario",
        "Asks for a refusal. The header is the provider's, the values are this emulator's.",
        examples=[*MINT_SCENARIOS, *SCENARIOS, "clock-skew:120"],
    ),
}

_OUTAGES = ("rate_limited", "internal", "bad_gateway", "unavailable", "timeout")
_UNKNOWN = tuple(row.name for row in authentication.UNKNOWN)
_SIGNED = (*_UNKNOWN, "ip_not_allowed", "edge_denied", *_OUTAGES)
_READING = (*_SIGNED, "no_read_permission")
_WRITING = (*_SIGNED, "no_write_permission", "validation", "payload_too_large")

_RULES = " ".join(f"Rule: {rule.error}." for rule in RULES)


def _page(
    summary: str,
    description: str,
    status: int = 200,
    parameters: Sequence[Mapping[str, Any]] = (),
) -> Operation:
    """A page of the emulator's own."""
    return Operation(
        summary, description, status, "The page.", _OUTAGES, signed=False, parameters=parameters
    )


OPERATIONS: Mapping[str, Operation] = {
    "client_auth_token": Operation(
        "Mint a client access token",
        f"A JWT for an end user, scoped to the permissions asked for. {_RULES}",
        201,
        "The token, with a payment_id or deposit_intent_id for the permissions that bring one.",
        (
            *_WRITING,
            "participant_not_approved",
            "permission_not_entitled",
            "not_found",
            "conflict",
            *(row.name for row in payins.ROWS),
        ),
        body="ClientAuthToken",
        answer="ClientAuthTokenAnswer",
    ),
    "revoke_auth_token": Operation(
        "Revoke a client access token",
        "The token must be a well-formed JWT of three parts with a jti.",
        204,
        "Revoked; no body.",
        (*_WRITING, "not_found"),
        body="RevokeAuthToken",
    ),
    "time": Operation(
        "Tell the time",
        "The sandbox's clock, in milliseconds. Needs no signature.",
        200,
        "The time.",
        _OUTAGES,
        answer="TimeAnswer",
        signed=False,
    ),
    "list_participants": Operation(
        "List participants",
        "The calling platform's, filtered and paged.",
        200,
        "One page.",
        (*_READING, "validation"),
        answer="ParticipantsAnswer",
        parameters=(
            _query("participant_code", "One participant.", pattern="^[A-Z0-9]{6}$"),
            _query("email", "One email."),
            _query("status", "One status.", enum=list(get_args(ParticipantStatus))),
            _query("page", "From 1.", type="integer", minimum=1),
            _query("relationship_type", "Read, but filters nothing here."),
            _query("minors", "Read, but filters nothing here.", enum=["true", "false"]),
            _query("entity_type", "Read, but filters nothing here."),
        ),
    ),
    "get_participant": Operation(
        "Get a participant by email",
        "Code and email alone.",
        200,
        "The participant.",
        (*_READING, "not_found"),
        answer="ParticipantAnswer",
        parameters=(
            {"name": "email", "in": "path", "required": True, "schema": {"type": "string"}},
        ),
    ),
    "create_customer": Operation(
        "Create a customer",
        "Approved when both screenings passed, else submitted. What is sent comes back.",
        201,
        "What was sent, with the customer's code and status.",
        (*_WRITING, "participant_exists", "participant_data_reused"),
        body="Customer",
        answer="CustomerAnswer",
    ),
    "onboarding_token": Operation(
        "Mint a token for onboarding",
        "The older way, beside a client access token with the permission onboarding.",
        200,
        "The token, with the email that was sent.",
        (
            *_SIGNED,
            "no_write_permission",
            "payload_too_large",
            "platform_not_found",
            "onboarding_invalid",
            "kyc_not_configured",
        ),
        body="OnboardingToken",
        answer="OnboardingTokenAnswer",
    ),
    "sdk_entry": _page("The stand-in for the SDK modules", "Leads to the page.", 308),
    "sdk_start": _page("The stand-in's page", "To be set as zeroHashAppsURL, and opened."),
    "sdk_page": _page(
        "The stand-in's page for a module, and its files",
        "Not zerohash's: the page says so.",
        parameters=(
            {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}},
        ),
    ),
    "sdk_check": Operation(
        "Whether a token opens a module",
        "The stand-in asks it, with the token as bearer. Not zerohash's.",
        200,
        "The verdict, with the first check that failed.",
        (*_OUTAGES, "validation", "payload_too_large"),
        body="CheckModule",
        answer="VerdictAnswer",
        signed=False,
    ),
}

# Of no path of the document: what an unknown path or method gets.
OF_NO_OPERATION = frozenset({"route_not_found", "method_not_allowed"}) & CATALOGUE.keys()
