"""Every way in which zerohash says no, as data. Source marks: see docs/fidelity.md."""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Row
from emulator.providers.zerohash.errors import authentication, payins
from emulator.providers.zerohash.errors.envelopes import denied, listed, told

_BAD_REQUEST = (
    Row(
        "validation",
        400,
        {"errors": "{errors}"},
        "[openapi Code400] H; the texts [guess] M, in the documented style",
        "The body breaks the request schema: every failure is listed.",
        defaults={"errors": ["body is not valid"]},
    ),
    listed(
        "participant_not_approved",
        "participant_code '{participant_code}' is not approved",
        "[doc] H that approval is needed for fwc and participant-profile; text [guess] M",
        "This permission needs a participant whose status is approved.",
        participant_code="CUST01",
    ),
    listed(
        "participant_exists",
        "Participant already exists with this email for this platform",
        "[doc] H text; the envelope [openapi Code400] H",
        "Another participant of this platform has that email.",
    ),
    listed(
        "participant_data_reused",
        "Participant data already used with different requestID",
        "[doc] H text; the envelope [openapi Code400] H",
        "The same participant was created before under another X-Request-Id.",
    ),
)

# Of the older onboarding token alone: the cases [doc] H, the texts and the envelope [guess] M.
_ONBOARDING = (
    listed(
        "platform_not_found",
        "Platform does not exist",
        "[doc] H the case; text [guess] M",
        "An API key here always has a platform: only a fault answers so.",
    ),
    denied(
        "onboarding_invalid",
        "Invalid request",
        "[doc] H the case and status; text [guess] M",
        "The body breaks the request schema: 403 here, not 400.",
    ),
    denied(
        "kyc_not_configured",
        "Platform is not configured for KYC",
        "[doc] H the case; text [guess] M",
        "The platform's own list of permissions lacks onboarding.",
    ),
)

_EVERYTHING_ELSE = (
    told(
        "not_found",
        404,
        "Not Found",
        "[openapi Code404] H shape; the triggers [guess] M",
        "It does not exist, or this platform may not see it.",
    ),
    told("route_not_found", 404, "Not Found", "[guess] M", "zerohash has no such path."),
    told(
        "method_not_allowed",
        405,
        "Method Not Allowed",
        "[guess] L",
        "The path is right, the method is not.",
    ),
    told("conflict", 409, "Conflict", "[openapi] M"),
    told("payload_too_large", 413, "Payload Too Large", "[guess] L", "The body is over the limit."),
    Row(
        "rate_limited",
        429,
        "Too Many Requests",
        "[doc api-security] H text; the bare body [guess] M",
        "2,000 requests in a rolling 10 s from one address.",
        media_type="text/plain; charset=utf-8",
    ),
    told("internal", 500, "Internal Server Error", "[openapi] H", "Do not retry a 500."),
    told("bad_gateway", 502, "Bad Gateway", "[doc error-handling] M; shape [guess]"),
    told(
        "unavailable",
        503,
        "Service Unavailable",
        "[openapi] H",
        "Safe to retry: zh-allow-retry says so.",
        headers=(("zh-allow-retry", "true"),),
    ),
    told("timeout", 504, "Gateway Timeout", "[doc error-handling] M; shape [guess]"),
)

CATALOGUE: Mapping[str, Row] = {
    row.name: row
    for row in (
        *_BAD_REQUEST,
        *_ONBOARDING,
        *authentication.UNKNOWN,
        *authentication.NOT_ALLOWED,
        *payins.ROWS,
        *_EVERYTHING_ELSE,
    )
}

UNKNOWN_CALLER = frozenset(row.name for row in authentication.UNKNOWN)

ALIASES: Mapping[str, str] = {
    "unauthorized": "invalid_signature",
    "forbidden": "no_write_permission",
}

# X-Simulator-Scenario: those that any operation may meet, and those of a mint alone [guess].
SCENARIOS: Mapping[str, str] = {
    "rate-limited": "rate_limited",
    "internal-error": "internal",
    "service-unavailable": "unavailable",
}
MINT_SCENARIOS = payins.SCENARIOS


def with_status(row: Row, status: int) -> Row:
    """The same row under another status."""
    return msgspec.structs.replace(row, status=status)
