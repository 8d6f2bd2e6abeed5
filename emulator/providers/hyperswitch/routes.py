"""The HTTP door: HTTP mode's paths, and the connectors' own endpoints of the upstream role."""

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.edge.answers import fill, render_json
from emulator.edge.call import Answer, Call, Route
from emulator.edge.provider import Door, Handler, Provider
from emulator.edge.rest import Operation
from emulator.providers.hyperswitch import rules
from emulator.providers.hyperswitch.auth import authenticate
from emulator.providers.hyperswitch.openapi import describe
from emulator.providers.hyperswitch.upstream.door import upstream_handlers, upstream_routes
from emulator.providers.hyperswitch.wire import http

# There is no path for client tokens in any era. [repo] H
ROUTES = (
    Route("POST", "/payments/create_access_token", "create_access_token"),
    Route("POST", "/payments/create_session_token", "create_session_token"),
    Route("POST", "/payments/server_authentication_token", "create_server_authentication_token"),
    Route(
        "POST",
        "/payments/server_session_authentication_token",
        "create_server_session_authentication_token",
    ),
    Route("GET", "/health", "health"),
    *upstream_routes(),
)

_ACCESS = ("create_access_token", "create_server_authentication_token")
_SESSION = ("create_session_token", "create_server_session_authentication_token")


def open_door(provider: Provider) -> Door:
    """The provider's HTTP surface."""
    health: Operation[None, None, None] = Operation(_read_nothing, _anybody, _grant, _tell_health)
    handlers = {"health": health.handler(provider)}
    for name in _ACCESS:
        handlers[name] = _handler(
            provider, name, http.read_access_token, rules.create_access_token, _render_access_token
        )
    for name in _SESSION:
        handlers[name] = _handler(
            provider, name, http.read_session, rules.create_session_token, _render_session
        )
    handlers |= upstream_handlers(provider)
    return Door(ROUTES, handlers, lambda: describe(provider, ROUTES))


def _handler(
    provider: Provider,
    name: str,
    read: Callable[[bytes], Any],
    rule: Callable[..., Granted[Any]],
    render: Callable[[Any, str], Answer],
) -> Handler:
    def parse(call: Call) -> Any:  # noqa: ANN401 - each operation's own
        return read(call.body)

    operation: Operation[Any, Any, Any] = Operation(
        parse, authenticate, partial(rule, operation=name), render
    )
    return operation.handler(provider)


def _read_nothing(_: Call) -> None:
    return None


def _anybody(_: View, __: Call) -> None:
    return None


def _grant(_: View, __: None, ___: None) -> Granted[None]:
    return Granted(None)


def _tell_health(_: None, __: str) -> Answer:
    return render_json({"status": "healthy", "service": "connector-service"})


def _render_access_token(reply: rules.AccessToken, token: str) -> Answer:
    """Unset fields and empty strings are omitted; an enum is its full name [repo] M."""
    fields = {
        "access_token": token,
        "token_type": reply.token_type,
        "expires_in_seconds": reply.expires_in_seconds,
        "status": "OPERATION_STATUS_SUCCESS",
        "status_code": 200,
        "merchant_access_token_id": reply.reference,
    }
    return render_json({name: value for name, value in fields.items() if value not in {None, ""}})


def _render_session(reply: rules.Started, token: str) -> Answer:
    return render_json(fill(reply.template, {**reply.values, "token": token}))
