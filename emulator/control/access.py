"""Who may use the control API: whoever has the token; without one, only this machine itself."""

import hashlib
import hmac
import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers

from emulator.control.console.cookie import SAFE_METHODS, holds_cookie
from emulator.core.clock import wall
from emulator.edge.problems import Problem

VARIABLE = "EMULATOR_CONTROL_TOKEN"


class Access(msgspec.Struct, frozen=True):
    """The rules. `token` None: none is configured; `on_loopback`: where the process listens."""

    token: str | None
    allowed_hosts: frozenset[str]
    on_loopback: bool


def check_access(access: Access, method: str, scheme: str, headers: Headers) -> None:
    """Let a request through. `scheme`: that it came by.

    Raises:
        Problem: 401 without a valid token, 403 from a foreign host or origin.
    """
    if access.token is not None:
        if "authorization" not in headers and holds_cookie(access.token, headers, wall()):
            _check_page(method, scheme, headers)
        else:
            _check_token(access.token, read_token(headers))
    elif not access.on_loopback:
        raise beyond_loopback()
    else:
        _check_host(access, scheme, headers)


def digest_token(token: str) -> str:
    """What is kept of a sandbox's own control token."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_token(headers: Headers) -> str | None:
    """The token that a request presents, if any."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host, without port, is this machine alone: localhost or a loopback literal."""
    host = host.lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_token(token: str, presented: str | None) -> None:
    sent = None if presented is None else presented.encode("latin-1")
    if sent is None or not hmac.compare_digest(sent, token.encode()):
        raise unauthorized(
            f"Send the control token, the value of {VARIABLE}, as Authorization: Bearer."
        )


def _check_page(method: str, scheme: str, headers: Headers) -> None:
    """Against pages of others, with which a browser may send our cookie: ports are one site."""
    host = headers.get("host", "").lower()
    if method not in SAFE_METHODS and not _is_own(headers.get("origin", ""), scheme, host):
        raise Problem(
            403,
            "Origin not allowed",
            "With the console's cookie a change needs an Origin that is this server's own: "
            "send the control token as Authorization: Bearer instead.",
        )


def _check_host(access: Access, scheme: str, headers: Headers) -> None:
    """Against pages that reach this machine by a name of their own, or from another origin."""
    host = headers.get("host", "").lower()
    name = _strip_port(host)
    if not is_loopback(name) and not access.allowed_hosts & {host, name}:
        raise Problem(
            403,
            "Host not allowed",
            "Without a control token only localhost may be asked for: use localhost or 127.0.0.1, "
            f"add the host to EMULATOR_ALLOWED_HOSTS, or set {VARIABLE}.",
        )
    origin = headers.get("origin")
    if origin is not None and not _is_own(origin, scheme, host):
        raise Problem(
            403,
            "Origin not allowed",
            "Pages of other origins may not use the control API: "
            f"call it from a test or a server, or set {VARIABLE} and send the token.",
        )


def _strip_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _is_own(origin: str, scheme: str, host: str) -> bool:
    """Whether an origin is where it asks.

    On the default ports a plain page and we over TLS have one authority; the other way round it
    is a proxy before us that ended TLS.
    """
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return False
    return parts.netloc == host and parts.scheme in {scheme, "https"}


def beyond_loopback() -> Problem:
    """401, nobody may: there is no token that could be shown."""
    return unauthorized(
        "The emulator listens beyond loopback and has no control token: "
        f"set {VARIABLE} (or {VARIABLE}_FILE), restart, and send it as a Bearer token."
    )


def unauthorized(detail: str) -> Problem:
    """401, a token is wanted."""
    return Problem(
        401,
        "Control token required",
        detail,
        headers=(("WWW-Authenticate", 'Bearer realm="emulator control"'),),
    )
