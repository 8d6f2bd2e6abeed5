"""What connectors say no to, as the service passes it on."""

from emulator.core.decisions import Json, Row, Rpc
from emulator.providers.hyperswitch.errors.rows import make_row

_SOURCE = "[repo] H; seen for 401 and 500 [run]"


def _said(name: str, code: str, status: int, message: str, reason: str, hint: str) -> Row:
    """The connector's own no: a ConnectorError with its HTTP status."""
    words: Json = {"code": "{code}", "message": "{message}"}
    assert isinstance(words, dict)  # noqa: S101 - for the type checker
    details: Json = {
        "type": "ConnectorError",
        "error_message": "{message}",
        "error_code": "CONNECTOR_ERROR_RESPONSE",
        "http_status_code": status,
        "error_info": {
            "unified_details": {**words, "description": "{reason}"},
            "connector_details": {**words, "reason": "{reason}"},
        },
    }
    connector_code = message if status < 500 else str(status)  # noqa: PLR2004 - HTTP's classes
    return make_row(
        name,
        code,
        "{message}",
        _SOURCE,
        hint,
        details=details,
        defaults={"code": connector_code, "message": message, "reason": reason},
    )


ROWS = (
    _said(
        "connector_invalid_request",
        "INVALID_ARGUMENT",
        400,
        "invalid_request",
        "The request is not well formed",
        "The connector answered 400.",
    ),
    _said(
        "connector_unauthorized",
        "UNAUTHENTICATED",
        401,
        "invalid_client",
        "Client Authentication failed",
        "The connector answered 401: no account of this sandbox has these credentials.",
    ),
    _said(
        "connector_forbidden",
        "PERMISSION_DENIED",
        403,
        "access_denied",
        "The account may not do this",
        "The connector answered 403.",
    ),
    _said(
        "connector_not_found",
        "NOT_FOUND",
        404,
        "not_found",
        "The resource does not exist",
        "The connector answered 404.",
    ),
    _said(
        "connector_conflict",
        "UNKNOWN",
        409,
        "conflict",
        "The request conflicts with another",
        "The connector answered 409: any 4xx without a code of its own is UNKNOWN.",
    ),
    _said(
        "connector_rate_limited",
        "RESOURCE_EXHAUSTED",
        429,
        "rate_limit_reached",
        "Too many requests",
        "The connector answered 429.",
    ),
    _said(
        "connector_internal",
        "INTERNAL",
        500,
        "internal_server_error",
        "",
        "The connector answered 500.",
    ),
    _said(
        "connector_not_implemented",
        "UNIMPLEMENTED",
        501,
        "not_implemented",
        "",
        "The connector answered 501.",
    ),
    _said(
        "connector_bad_gateway", "UNKNOWN", 502, "bad_gateway", "", "The connector answered 502."
    ),
    _said(
        "connector_unavailable",
        "UNAVAILABLE",
        503,
        "service_unavailable",
        "",
        "The connector answered 503.",
    ),
    _said(
        "connector_timeout",
        "DEADLINE_EXCEEDED",
        504,
        "gateway_timeout",
        "",
        "The connector answered 504.",
    ),
    make_row(
        "connector_unreadable",
        "INTERNAL",
        "Failed to deserialize connector response. {reason}",
        "[repo] H; the end [guess]",
        "The connector answered 200 with a body that the service can't read.",
        details={
            "type": "ConnectorError",
            "error_message": "Failed to deserialize connector response. {reason}",
            "error_code": "RESPONSE_DESERIALIZATION_FAILED",
            "http_status_code": 200,
        },
        defaults={"reason": "missing field `access_token`"},
    ),
    make_row(
        "connection_timeout",
        "DEADLINE_EXCEEDED",
        "Server responded with Request Timeout",
        "[repo] M",
        "The connector did not answer in time.",
    ),
    make_row(
        "connection_refused",
        "UNAVAILABLE",
        "Connector unavailable",
        "[repo] M code; text [guess]",
        "The connector could not be reached.",
    ),
    # The one failure that travels inside an OK: TrustPay's 200 with a ResultInfo and no token.
    Row(
        "logical_failure",
        200,
        {
            "status": "OPERATION_STATUS_FAILURE",
            "error": {
                "connector_details": {
                    "code": "{code}",
                    "message": "{message}",
                    "reason": "{reason}",
                }
            },
            "status_code": 200,
        },
        "[run] H",
        "The connector answered 200 without a token: status is FAILURE, gRPC is OK.",
        defaults={"code": "1132014", "message": "Invalid credentials", "reason": "1132014"},
        grpc=Rpc(
            "OK",
            "",
            {
                "type": "reply",
                "status": 2,
                "error": {
                    "connector_details": {
                        "code": "{code}",
                        "message": "{message}",
                        "reason": "{reason}",
                    }
                },
                "status_code": 200,
            },
        ),
    ),
)
