"""The console's session: the control token for a cookie, and the cookie given back."""

import hmac
from typing import Annotated

import msgspec

from emulator.control.access import VARIABLE, beyond_loopback, unauthorized
from emulator.control.console.cookie import bake_cookie, clear_cookies
from emulator.control.endpoint import Asked, Endpoint, Taking, render
from emulator.core.clock import wall
from emulator.edge.call import Answer
from emulator.edge.problems import Problem


class Login(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The control token."""

    token: Annotated[str, msgspec.Meta(max_length=4096)]


class Need(msgspec.Struct, frozen=True):
    """Whether the control API asks for a token, and whether there is one that could be shown."""

    required: bool
    configured: bool


async def show(asked: Asked) -> Answer:
    """Tell whether a session is needed."""
    access = asked.house.access
    is_configured = access.token is not None
    return render(Need(is_configured or not access.on_loopback, is_configured))


async def begin(asked: Asked, body: Login) -> Answer:
    """Trade the control token for a cookie."""
    token = asked.house.access.token
    if token is None and not asked.house.access.on_loopback:
        raise beyond_loopback()
    if token is None:
        detail = f"No control token is configured ({VARIABLE}): go on without a session."
        raise Problem(409, "Nothing to trade", detail)
    if not hmac.compare_digest(body.token.encode(), token.encode()):
        raise unauthorized(f"That is not the control token, the value of {VARIABLE}.")
    cookie = bake_cookie(token, wall(), is_secure=_is_secure(asked))
    return Answer(204, b"", headers=(("Set-Cookie", cookie),))


async def end(asked: Asked) -> Answer:
    """Give the cookie back."""
    token = asked.house.access.token
    cookies = [] if token is None else clear_cookies(token)
    return Answer(204, b"", headers=tuple(("Set-Cookie", cookie) for cookie in cookies))


def _is_secure(asked: Asked) -> bool:
    return asked.origin.startswith("https:")


SESSION: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/session",
        show,
        "Tell whether a control token is asked for.",
        {200: Need},
        is_open=True,
    ),
    Endpoint(
        "POST",
        "/session",
        Taking(Login, begin),
        "Trade the control token for the console's cookie.",
        {204: None},
        problems=(401, 409),
        is_open=True,
    ),
    Endpoint(
        "DELETE", "/session", end, "Give the console's cookie back.", {204: None}, is_open=True
    ),
)
