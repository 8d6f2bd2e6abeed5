"""Every way in which Highnote says no, as data. Source marks: see docs/fidelity.md.

Two sorts: answers of the whole call, and members of a field's union, told as data with status 200
(`DATA_ROWS`). `{request_id}` and `{rate_limit}` are filled in by the door.
"""

from collections.abc import Mapping

from emulator.core.decisions import Json, Row
from emulator.providers.highnote.extensions import KEY_LIMIT, Usage, render_rate_limit

# Where an edge's own refusal has no call to speak of; the door gives each answer its own.
NO_REQUEST = "00000000-0000-4000-8000-000000000000"

# [doc] H; where it points to is cut.
USED_UP = (
    "Usage limit exceeded. More than {limit} {what} points used in {window:g} seconds. "
    "See the documentation of rate limits"
)

_EXTENSIONS: Json = {"requestId": "{request_id}", "rateLimit": "{rate_limit}"}
_ABOUT: Mapping[str, Json] = {"request_id": NO_REQUEST, "rate_limit": None}


def _unauthorized(name: str, hint: str, source: str = "[doc] H status; body [guess]") -> Row:
    """A credential that opens nothing: which reason it was only the hint says."""
    body: Json = {
        "errors": [{"message": "Unauthorized", "extensions": {"code": "UNAUTHENTICATED"}}],
        "extensions": _EXTENSIONS,
    }
    return Row(name, 401, body, source, hint, defaults=_ABOUT)


def _failed(name: str, status: int, message: str, source: str, hint: str = "") -> Row:
    """A call that was not carried out, told in the shape of a GraphQL answer."""
    body: Json = {
        "data": None,
        "errors": [{"message": message, "locations": [], "path": [], "errorPath": []}],
        "extensions": _EXTENSIONS,
    }
    return Row(name, status, body, source, hint, defaults=_ABOUT)


def _user_error(name: str, code: str, description: str, hint: str) -> Row:
    body: Json = {
        "__typename": "UserError",
        "errors": [
            {
                "path": "{error_path}",
                "code": code,
                "description": "{description}",
                "errorPath": "{error_path}",
            }
        ],
    }
    defaults: Mapping[str, Json] = {"description": description, "error_path": ["input"]}
    return Row(name, 200, body, "[doc][schema] H shape; codes [guess] L", hint, defaults=defaults)


def _upload(name: str, status: int, code: str, message: str, hint: str) -> Row:
    """What a storage service says; the real one answers in XML [repo] M; texts [guess]."""
    body = (
        "<?xml version='1.0' encoding='UTF-8'?>"
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    )
    media = "application/xml; charset=UTF-8"
    return Row(name, status, body, "[repo] M; texts [guess]", hint, media_type=media)


_ROWS = (
    # 401
    _unauthorized("missing_credentials", "Send Authorization: Basic base64('<key>:') or Bearer."),
    _unauthorized(
        "malformed_credentials",
        "Authorization is neither Basic base64('<key>:'), the colon included, nor Bearer.",
    ),
    _unauthorized("invalid_api_key", "No such API key in this sandbox."),
    _unauthorized("revoked_api_key", "The API key was revoked.", "[schema] H; status [guess]"),
    _unauthorized("live_credential", "A live credential was sent: it is not looked at here."),
    _unauthorized("invalid_token", "The client token is not one of this sandbox's."),
    _unauthorized("revoked_token", "The client token was revoked."),
    _unauthorized(
        "spent_token",
        "The client token is SINGLE_USE and was used before, with success or without.",
        "[doc] H that the first use spends it; status [guess] M",
    ),
    _unauthorized("expired_token", "The client token has expired.", "[sdk] H; status M"),
    # 400
    Row(
        "invalid_document",
        400,
        {"data": None, "errors": "{errors}", "extensions": _EXTENSIONS},
        "[doc] H",
        "",
        defaults={
            **_ABOUT,
            "errors": [
                {
                    "message": "The document is not valid",
                    "locations": [],
                    "path": [],
                    "errorPath": [],
                }
            ],
        },
    ),
    # Data
    _user_error("not_found", "NOT_FOUND", "Not found", "No such object, or another's."),
    _user_error("invalid", "INVALID", "Invalid value", "The value breaks a rule."),
    _user_error("required", "REQUIRED", "A value is required", "A value is missing."),
    Row(
        "access_denied",
        200,
        {"__typename": "AccessDeniedError", "message": "{message}"},
        "[schema] H shape; text [guess] L",
        "The credential does not allow this.",
        defaults={"message": "Access denied"},
    ),
    # Everything else
    Row(
        "rate_limited",
        429,
        {
            "data": {},
            "errors": [{"message": "{message}"}],
            "extensions": {"requestId": "{request_id}", "rateLimit": "{used_up}"},
        },
        "[doc] H",
        "extensions.rateLimit.retryAfter says when to come back.",
        defaults={
            "request_id": NO_REQUEST,
            "message": USED_UP.format(limit=200, what="request", window=10),
            "used_up": render_rate_limit(0.0, Usage(calls=KEY_LIMIT), 1),
        },
    ),
    _failed("unsupported_media_type", 415, "Unsupported Media Type", "[guess] L"),
    _failed("route_not_found", 404, "Not Found", "[guess] L", "The API is POST /graphql."),
    _failed("method_not_allowed", 405, "Method Not Allowed", "[guess] L"),
    _failed("payload_too_large", 413, "Payload Too Large", "[guess] L", "Over the limit."),
    _failed("internal", 500, "Internal Server Error", "[doc] H status; body [guess] L"),
    _failed("unavailable", 503, "Service Unavailable", "[doc] H status; body [guess] L"),
    _failed("timeout", 504, "Gateway Timeout", "[doc] M status; body [guess] L"),
    # Uploads
    _upload("upload_not_found", 404, "NoSuchKey", "The key does not exist.", "No such link."),
    _upload(
        "upload_signature",
        403,
        "SignatureDoesNotMatch",
        "The signature does not match.",
        "Use uploadUrl exactly as createDocumentUploadLink gave it.",
    ),
    _upload(
        "upload_expired",
        400,
        "ExpiredToken",
        "The provided token has expired.",
        "The link has expired on the sandbox's clock: create another.",
    ),
    _upload(
        "upload_closed",
        403,
        "AccessDenied",
        "Access denied.",
        "The link was used, or its session has ended.",
    ),
    _upload(
        "upload_type",
        400,
        "InvalidArgument",
        "Unsupported file type.",
        "Files are PDF, PNG or JPEG, and the Content-Type says which.",
    ),
    _upload("upload_empty", 400, "InvalidArgument", "Empty file.", "The request has no body."),
    _upload(
        "upload_too_large",
        413,
        "EntityTooLarge",
        "The file is larger than 10 MB.",
        "A document has at most 10 MB.",
    ),
)

CATALOGUE: Mapping[str, Row] = {row.name: row for row in _ROWS}

# Rows that are a member of a field's union: they hit their field, not the call.
DATA_ROWS = frozenset({"not_found", "invalid", "required", "access_denied"})

ALIASES: Mapping[str, str] = {
    "unauthorized": "invalid_token",
    "forbidden": "access_denied",
    "conflict": "invalid",
    "validation": "invalid_document",
}
