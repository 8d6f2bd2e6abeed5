"""Every way in which zerohash says no, as data. Source marks: see docs/fidelity.md."""

from collections.abc import Mapping

from emulator.core.decisions import Json, Row

_CODE_403: Json = {"error": True, "message": "{message}"}
_TRANSACTION = "txn_01HZF7QWXJ8XK3VYNS6TKDM4G2"


def _auth(name: str, message: str, source: str, hint: str) -> Row:
    """A failed authentication: 403 with a boolean `error` [openapi Code403] H."""
    return Row(name, 403, _CODE_403, source, hint, defaults={"message": message})


def _plain(name: str, status: int, text: str, source: str, hint: str = "") -> Row:
    """An error told by one string."""
    return Row(name, status, {"error": text}, source, hint)


def _approval(name: str, text: str) -> Row:
    return Row(
        name,
        403,
        {"error": text, "transaction_id": "{transaction_id}"},
        "[openapi] H",
        "Payins: the transaction needs a person's approval.",
        defaults={"transaction_id": _TRANSACTION},
    )


_ROWS = (
    # 400
    Row(
        "validation",
        400,
        {"errors": "{errors}"},
        "[openapi Code400] H; the texts [guess] M, in the documented style",
        "The body breaks the request schema: every failure is listed.",
        defaults={"errors": ["body is not valid"]},
    ),
    Row(
        "participant_not_approved",
        400,
        {"errors": ["participant_code '{participant_code}' is not approved"]},
        "[doc] H that approval is needed for fwc and participant-profile; text [guess] M",
        "This permission needs a participant whose status is approved.",
        defaults={"participant_code": "CUST01"},
    ),
    Row(
        "participant_exists",
        400,
        {"errors": ["Participant already exists with this email for this platform"]},
        "[doc] H text; the envelope [openapi Code400] H",
        "Another participant of this platform has that email.",
    ),
    Row(
        "participant_data_reused",
        400,
        {"errors": ["Participant data already used with different requestID"]},
        "[doc] H text; the envelope [openapi Code400] H",
        "The same participant was created before under another X-Request-Id.",
    ),
    # 403, authentication
    _auth("missing_api_key", "Missing API key", "[guess] M", "Send X-SCX-API-KEY."),
    _auth(
        "invalid_api_key",
        "Invalid API key",
        "[guess] M",
        "No such API key in this sandbox.",
    ),
    _auth(
        "invalid_passphrase",
        "Invalid passphrase",
        "[guess] M",
        "X-SCX-PASSPHRASE is missing or not this key's.",
    ),
    _auth("missing_timestamp", "Missing timestamp", "[guess] M", "Send X-SCX-TIMESTAMP."),
    _auth("missing_signature", "Missing signature", "[guess] M", "Send X-SCX-SIGNED."),
    _auth(
        "invalid_timestamp",
        "Invalid timestamp",
        "[guess] M text; the 60 seconds [openapi] H",
        "X-SCX-TIMESTAMP must be whole Unix seconds within 60 s of the server's time.",
    ),
    _auth(
        "invalid_signature",
        "Invalid signature",
        "[guess] M",
        "GET /_emulator/sandboxes/{id}/calls/{call}/explain shows what the server signed.",
    ),
    _auth(
        "ip_not_allowed",
        "IP address not allowed",
        "[guess] M text; the list [doc api-security] H",
        "The key has a list of addresses, and the client's is not on it.",
    ),
    _auth(
        "no_write_permission",
        "This api key does not have write permission to this endpoint",
        "[openapi Code403] H",
        "The key may only read.",
    ),
    _auth(
        "no_read_permission",
        "This api key does not have read permission to this endpoint",
        "[doc payins-api guide] M",
        "The key may not read.",
    ),
    _auth(
        "permission_not_entitled",
        "Platform is not entitled to the requested permissions",
        "[sdk e2e] H that it is rejected; shape and text [guess] L",
        "The platform's own list of permissions lacks one of those asked for.",
    ),
    Row(
        "edge_denied",
        403,
        "<!DOCTYPE html><html><head><title>Access denied</title></head>"
        "<body><h1>Error 1020</h1><p>Access denied</p></body></html>",
        "[doc error-handling] H for 1020; the page [guess] M",
        "The edge's own allow-list refused the address before the API saw the call.",
        media_type="text/html; charset=UTF-8",
    ),
    # Payins
    _approval("manual_approval_required", "Manual approval required for this transaction"),
    _approval("approval_pending", "Approval pending, shopper must wait"),
    _approval("approval_rejected", "Manual approval for this transaction was rejected"),
    _approval(
        "approval_finalized", "Manual approval for this transaction has already been finalized"
    ),
    _plain(
        "daily_limit",
        403,
        "Shopper's Daily Spend Limit for this type of transaction have been hit.",
        "[openapi] H (the onboarding guide gives 422 for the same body)",
        "Payins: the shopper's daily limit.",
    ),
    _plain("not_authorized", 403, "Transaction not authorized", "[openapi] H"),
    _plain("not_permitted", 403, "Transaction not permitted", "[openapi] H"),
    Row(
        "kyc_missing",
        409,
        {
            "error": "Shopper KYC requirements for this transaction are not met",
            "missing_requirements": "{missing_requirements}",
        },
        "[openapi] H",
        "Payins: the shopper has to give more about themselves first.",
        defaults={"missing_requirements": ["first_name", "last_name", "date_of_birth"]},
    ),
    _plain(
        "participant_not_authorized",
        422,
        "Participant is not authorized to transact",
        "[openapi] H",
    ),
    _plain("transaction_unprocessable", 422, "Transaction not authorized", "[openapi] H"),
    _plain(
        "jurisdiction_not_supported",
        422,
        "Shopper jurisdiction not supported for this transaction",
        "[doc] H",
    ),
    _plain(
        "pay_unavailable",
        503,
        "Authorization service temporarily unavailable",
        "[openapi] H",
        "Payins: the authorization service is down; Retry-After says when to come back.",
    ),
    # Everything else
    _plain(
        "not_found",
        404,
        "Not Found",
        "[openapi Code404] H shape; the triggers [guess] M",
        "It does not exist, or this platform may not see it.",
    ),
    _plain("route_not_found", 404, "Not Found", "[guess] M", "zerohash has no such path."),
    _plain(
        "method_not_allowed",
        405,
        "Method Not Allowed",
        "[guess] L",
        "The path is right, the method is not.",
    ),
    _plain("conflict", 409, "Conflict", "[openapi] M"),
    _plain(
        "payload_too_large", 413, "Payload Too Large", "[guess] L", "The body is over the limit."
    ),
    Row(
        "rate_limited",
        429,
        "Too Many Requests",
        "[doc api-security] H text; the bare body [guess] M",
        "2,000 requests in a rolling 10 s from one address.",
        media_type="text/plain; charset=utf-8",
    ),
    _plain("internal", 500, "Internal Server Error", "[openapi] H", "Do not retry a 500."),
    _plain("bad_gateway", 502, "Bad Gateway", "[doc error-handling] M shape [guess]"),
    Row(
        "unavailable",
        503,
        {"error": "Service Unavailable"},
        "[openapi] H",
        "Safe to retry: zh-allow-retry says so.",
        headers=(("zh-allow-retry", "true"),),
    ),
    _plain("timeout", 504, "Gateway Timeout", "[doc error-handling] M shape [guess]"),
)

CATALOGUE: Mapping[str, Row] = {row.name: row for row in _ROWS}

ALIASES: Mapping[str, str] = {
    "unauthorized": "invalid_signature",
    "forbidden": "no_write_permission",
}

# The provider's own trigger, X-Simulator-Scenario: the header is documented, its values are not.
# [openapi] H header; [guess] values
SCENARIOS: Mapping[str, str] = {
    "manual-approval-required": "manual_approval_required",
    "approval-pending": "approval_pending",
    "approval-rejected": "approval_rejected",
    "approval-finalized": "approval_finalized",
    "daily-limit": "daily_limit",
    "not-authorized": "not_authorized",
    "not-permitted": "not_permitted",
    "kyc-missing": "kyc_missing",
    "participant-not-authorized": "participant_not_authorized",
    "jurisdiction-not-supported": "jurisdiction_not_supported",
    "rate-limited": "rate_limited",
    "internal-error": "internal",
    "service-unavailable": "unavailable",
}
