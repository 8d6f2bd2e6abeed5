"""The console's cookie: proof that the control token was shown, without the token in it.

Nothing is kept of it: any process with the same token knows its own, until it ends.
"""

import hashlib
import hmac

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

LIFETIME_S = 12 * 3600
PATH = "/_emulator"
SAFE_METHODS = frozenset({"GET", "HEAD"})


def bake_cookie(token: str, now: float, *, is_secure: bool) -> str:
    """The `Set-Cookie` of a session that begins now, Unix seconds."""
    expires_at = int(now) + LIFETIME_S
    value = f"{expires_at}.{_prove(token, expires_at)}"
    name = name_cookie(token, is_secure=is_secure)
    return f"{name}={value}; Max-Age={LIFETIME_S}; {_traits(is_secure=is_secure)}"


def clear_cookies(token: str) -> list[str]:
    """The `Set-Cookie`s that end a session in this browser, however it began."""
    return [
        f"{name_cookie(token, is_secure=is_secure)}=; Max-Age=0; {_traits(is_secure=is_secure)}"
        for is_secure in (False, True)
    ]


def holds_cookie(token: str, headers: Headers, now: float) -> bool:
    """Whether a request brings a cookie of ours that has not ended."""
    sent = cookie_parser(headers.get("cookie", ""))
    names = [name_cookie(token, is_secure=is_secure) for is_secure in (False, True)]
    return any(_is_good(token, sent[name], now) for name in names if name in sent)


def _is_good(token: str, value: str, now: float) -> bool:
    end, _, proof = value.partition(".")
    if not (end.isascii() and end.isdigit() and len(end) < 16):  # noqa: PLR2004 - no year so far
        return False
    is_ours = hmac.compare_digest(
        proof.encode("latin-1", "replace"), _prove(token, int(end)).encode()
    )
    return is_ours and now < int(end)


def name_cookie(token: str, *, is_secure: bool) -> str:
    """Its name follows from the token: cookies don't tell ports of a host apart.

    One that came by TLS has another: a browser would not let a plain one take its place.
    """
    return f"emulator_{_digest(token, 'name')[:8]}" + ("_tls" if is_secure else "")


def _prove(token: str, expires_at: int) -> str:
    return _digest(token, f"session {expires_at}")


def _digest(token: str, text: str) -> str:
    return hmac.digest(token.encode(), f"console {text}".encode(), hashlib.sha256).hex()


def _traits(*, is_secure: bool) -> str:
    return f"Path={PATH}; HttpOnly; SameSite=Strict" + ("; Secure" if is_secure else "")
