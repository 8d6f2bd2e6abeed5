"""Who is turned away, and why: the missing, the unknown, and those who may not.

Only one text is published; the others are worded after it [guess] M.
"""

from emulator.core.decisions import Row
from emulator.providers.zerohash.errors.envelopes import denied

# The caller is not known. `auth_failure_status` decides between 403 [openapi] H and 401 [doc] L.
UNKNOWN = (
    denied("missing_api_key", "Missing API key", "[guess] M", "Send X-SCX-API-KEY."),
    denied(
        "invalid_api_key",
        "Invalid API key",
        "[guess] M",
        "No such API key in this sandbox.",
    ),
    denied("missing_passphrase", "Invalid passphrase", "[guess] M", "Send X-SCX-PASSPHRASE."),
    denied(
        "invalid_passphrase",
        "Invalid passphrase",
        "[guess] M",
        "X-SCX-PASSPHRASE is not this key's.",
    ),
    denied("missing_signature", "Missing signature", "[guess] M", "Send X-SCX-SIGNED."),
    denied("missing_timestamp", "Missing timestamp", "[guess] M", "Send X-SCX-TIMESTAMP."),
    denied(
        "invalid_timestamp",
        "Invalid timestamp",
        "[guess] M text; the 60 seconds [openapi] H",
        "X-SCX-TIMESTAMP must be whole Unix seconds within 60 s of the server's time.",
    ),
    denied(
        "invalid_signature",
        "Invalid signature",
        "[guess] M",
        "GET /_emulator/sandboxes/{id}/calls/{call}/explain shows what the server signed.",
    ),
)

NOT_ALLOWED = (
    denied(
        "ip_not_allowed",
        "IP address not allowed",
        "[guess] M text; the list [doc api-security] H",
        "The key has a list of addresses, and the client's is not on it.",
    ),
    denied(
        "no_write_permission",
        "This api key does not have write permission to this endpoint",
        "[openapi Code403] H",
        "The key may not write: mint and revoke want read and write.",
    ),
    denied(
        "no_read_permission",
        "This api key does not have read permission to this endpoint",
        "[doc payins-api guide] M",
        "The key may not read.",
    ),
    denied(
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
)
