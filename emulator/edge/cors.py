"""CORS for the provider surfaces: any origin, with credentials. The control API sends none of it.

With credentials a browser takes no `*`: the origin is named, and the answer is for it alone.
"""

from collections.abc import Mapping

from emulator.edge.call import Answer

EXPOSED = "X-Emulator-Hint, X-Emulator-Call, X-Emulator-Sandbox, X-Request-Id, Retry-After"
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

PRIVATE_NETWORK = "access-control-request-private-network"


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a browser asks if it may."""
    return method == "OPTIONS" and "access-control-request-method" in headers


def preflight(headers: Mapping[str, str]) -> Answer:
    """Yes, with the headers it asked for; from a public page to this machine too."""
    asked = headers.get("access-control-request-headers", "")
    allowed = asked if asked.isascii() and asked.isprintable() else ""
    private = (("access-control-allow-private-network", "true"),)
    return Answer(
        204,
        b"",
        headers=(
            *_allow_origin(headers),
            ("access-control-allow-methods", METHODS),
            ("access-control-allow-headers", allowed or "*"),
            *(private if headers.get(PRIVATE_NETWORK) == "true" else ()),
            ("access-control-max-age", "600"),
        ),
    )


def cors_headers(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an answer to another origin carries."""
    if "origin" not in headers:
        return []
    return [*_allow_origin(headers), ("access-control-expose-headers", EXPOSED)]


def _allow_origin(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    origin = headers.get("origin", "")
    if not origin or not origin.isascii() or not origin.isprintable():
        return [("access-control-allow-origin", "*")]
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    ]
