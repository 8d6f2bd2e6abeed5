"""Every way in which useGrant says no, as data. Source marks: see docs/fidelity.md.

The body is `{"code", "message"}`, both strings [doc] H. No public source has the codes or most of
the texts: they are those of the organisation's 2024 backend [repo historic] L.
"""

from collections.abc import Mapping

from emulator.core.decisions import Json, Row

_HISTORIC = "[doc] H status and shape; code and text [repo historic][guess] L"
_GUESS = "[guess] L; shape as the documented ones"


def _row(name: str, status: int, code: str, message: str, source: str, hint: str = "") -> Row:
    """An error; `message` is what it says when nothing more special is known."""
    body: Json = {"code": code, "message": "{message}"}
    return Row(name, status, body, source, hint, defaults={"message": message})


def _missing(name: str, what: str) -> Row:
    return _row(
        name,
        404,
        "not_found",
        f"{what} not found",
        _HISTORIC,
        f"No such {what.lower()} in this sandbox.",
    )


_ROWS = (
    _row(
        "bad_request",
        400,
        "bad_request",
        "Bad Request",
        "[doc] H status and shape; texts [sdk] where its schemas have one; code [repo historic]",
        "The body breaks the request schema.",
    ),
    _row(
        "invalid_token",
        400,
        "bad_request",
        "Invalid token",
        "[sdk inferred] H that the status is no 2xx; 400 and the texts [guess] L",
        "The token does not pass: the explanation of the call says which check failed.",
    ),
    _row(
        "unauthorized",
        401,
        "unauthorized",
        "Unauthorized",
        _HISTORIC,
        "Send Authorization: Bearer and an API key of this sandbox.",
    ),
    _row(
        "forbidden",
        403,
        "forbidden",
        "Forbidden",
        "[doc] L: prose names it, no OpenAPI version has it",
        "Never answered by itself: only an injected error.",
    ),
    _row("not_found", 404, "not_found", "Not Found", _HISTORIC),
    _missing("provider_not_found", "Provider"),
    _missing("client_not_found", "Client"),
    _missing("domain_not_found", "Domain"),
    _missing("tenant_not_found", "Tenant"),
    _missing("tenant_provider_not_found", "Tenant provider"),
    _missing("policy_not_found", "Tenant provider policy"),
    _row(
        "unknown_host",
        404,
        "not_found",
        "Invalid host",
        "[repo historic] H text, with status 500; 404 [guess] M",
        "No issuer of this sandbox has that name: a url id, or a domain once it is verified.",
    ),
    _row(
        "route_not_found", 404, "not_found", "Not Found", _GUESS, "useGrant has no such path here."
    ),
    _row(
        "method_not_allowed",
        405,
        "method_not_allowed",
        "Method Not Allowed",
        _GUESS,
        "The path is right, the method is not.",
    ),
    _row("conflict", 409, "conflict", "Conflict", "[repo historic] L"),
    _row(
        "payload_too_large",
        413,
        "payload_too_large",
        "Payload Too Large",
        _GUESS,
        "The body is over the limit.",
    ),
    _row(
        "too_many_requests",
        429,
        "too_many_requests",
        "Too Many Requests",
        "[doc sdk] H status and Retry-After; the body [guess] L",
        "1,000 requests an hour for one API key.",
    ),
    _row("internal", 500, "internal_server_error", "Internal Server Error", _HISTORIC),
    _row("unavailable", 503, "service_unavailable", "Service Unavailable", _GUESS),
    _row("timeout", 504, "gateway_timeout", "Gateway Timeout", _GUESS),
)

CATALOGUE: Mapping[str, Row] = {row.name: row for row in _ROWS}

ALIASES: Mapping[str, str] = {
    "validation": "bad_request",
    "rate_limited": "too_many_requests",
}
