"""CORS for the provider surfaces: any origin. The control API never sends these headers."""

from collections.abc import Mapping

from emulator.edge.call import Answer

EXPOSED = "X-Emulator-Hint, X-Emulator-Call, X-Emulator-Sandbox, X-Request-Id, Retry-After"
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser asks if it may."""
    return method == "OPTIONS" and "access-control-request-method" in headers


def preflight(headers: Mapping[str, str]) -> Answer:
    """Yes, with the headers it asked for."""
    asked = headers.get("access-control-request-headers", "")
    allowed = asked if asked.isascii() and asked.isprintable() else ""
    return Answer(
        204,
        b"",
        headers=(
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Methods", METHODS),
            ("Access-Control-Allow-Headers", allowed or "*"),
            ("Access-Control-Max-Age", "600"),
        ),
    )


def cors_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an answer to another origin carries."""
    if "origin" not in headers:
        return []
    return [("access-control-allow-origin", "*"), ("access-control-expose-headers", EXPOSED)]
