"""Refusals of the surfaces themselves: HTTP mode's paths and bodies, the upstream role's checks."""

from emulator.core.decisions import Row
from emulator.providers.hyperswitch.errors.rows import make_row

ROWS = (
    make_row(
        "bad_json",
        "INVALID_ARGUMENT",
        "Failed to parse the request body as JSON: {reason}",
        "[repo] M that it is 400 with the parser's text; the text [guess]",
        "HTTP mode takes JSON with the proto's snake_case names.",
        defaults={"reason": "expected value at line 1 column 1"},
    ),
    Row("route_not_found", 404, "", "[guess] M", "No such path here.", media_type="text/plain"),
    Row(
        "method_not_allowed",
        405,
        "",
        "[guess] M",
        "The path is right, the method is not.",
        media_type="text/plain",
    ),
    Row(
        "payload_too_large",
        413,
        "length limit exceeded",
        "[guess] L",
        "The body is over the limit.",
        media_type="text/plain; charset=utf-8",
    ),
    Row(
        "unsupported_grant_type",
        400,
        {"error": "unsupported_grant_type", "error_description": "Grant type is not supported"},
        "[guess] M, OAuth's own word",
        "Upstream role: this connector's token endpoint takes another grant_type.",
        defaults={"message": "unsupported_grant_type", "reason": "Grant type is not supported"},
    ),
    Row(
        "unknown_upstream",
        404,
        {"error": "not_found", "error_description": "x-api-url names no endpoint played here"},
        "[guess]",
        "Upstream role: x-api-url must be a connector's token endpoint.",
    ),
)
