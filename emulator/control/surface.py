"""The control API's way in and out: access, method, query, body; every failure a problem."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.control.access import check_access, digest_token, read_token
from emulator.control.console.files import route_console
from emulator.control.endpoint import Asked, Endpoint
from emulator.control.house import House
from emulator.control.pages import bad_parameter
from emulator.control.streaming import GUARDS, Stream, send_stream
from emulator.core.ledger import Unavailable
from emulator.core.records import name_nearest
from emulator.core.sandbox import Gone
from emulator.edge.body import BodyTooLarge, Disconnected, read_body
from emulator.edge.call import Answer
from emulator.edge.doorstep import lead_in
from emulator.edge.http import CONTROL
from emulator.edge.problems import Problem, render_problem

log = logging.getLogger("emulator.control")

MAX_PATH = 128  # of what "did you mean" looks at

Respond = Callable[[Scope, Receive], Awaitable[Answer | Stream]]


def open_surface(house: House, endpoints: Sequence[Endpoint]) -> ASGIApp:
    """The ASGI application. Routes are tried in the order of the endpoints."""
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    routes = [
        Route(CONTROL + path, _Guarded(Resource(house, by_method)))
        for path, by_method in paths.items()
    ]
    routes += route_console()
    return Router(routes, redirect_slashes=False, default=_Guarded(Nowhere(house, tuple(paths))))


class Resource:
    """One path: its endpoints by method."""

    def __init__(self, house: House, endpoints: Mapping[str, Endpoint]) -> None:
        self._house = house
        self._endpoints = dict(endpoints)
        if "GET" in endpoints:
            self._endpoints["HEAD"] = endpoints["GET"]

    async def __call__(self, scope: Scope, receive: Receive) -> Answer | Stream:
        """Answer one request."""
        headers = Headers(scope=scope)
        endpoint = self._endpoints.get(scope["method"])
        if endpoint is None or not endpoint.is_open:
            await self._check_access(endpoint, scope, headers)
        if endpoint is None:
            raise self._wrong_method()
        body = b""
        if endpoint.takes_body:
            declared = headers.get("content-length")
            limit = max(self._house.body_limit, endpoint.body_limit)
            body = await read_body(receive, declared, limit)
        asked = Asked(
            house=self._house,
            method=scope["method"],
            params=scope["path_params"],
            query=_read_query(endpoint, scope["query_string"]),
            origin=self._house.public_url or f"{scope['scheme']}://{headers.get('host', '')}",
            body=body,
            headers={
                p.name.lower(): headers[p.name] for p in endpoint.headers if p.name in headers
            },
        )
        return await endpoint.handle(asked)

    async def _check_access(
        self, endpoint: Endpoint | None, scope: Scope, headers: Headers
    ) -> None:
        try:
            check_access(self._house.access, scope["method"], scope["scheme"], headers)
        except Problem:
            params = scope["path_params"]
            if endpoint is None or not await self._is_owner(endpoint, params, headers):
                raise

    async def _is_owner(
        self, endpoint: Endpoint, params: Mapping[str, str], headers: Headers
    ) -> bool:
        """Whether the token that a request presents is that of the sandbox that it asks about."""
        token = read_token(headers)
        if token is None or "id" not in params or endpoint.reaches_out:
            return False
        sandbox = await self._house.directory.find(params["id"])
        if sandbox is None:
            return False
        digest = await sandbox.look(lambda view: view.state.control)
        return hmac.compare_digest(digest, digest_token(token))

    def _wrong_method(self) -> Problem:
        allowed = ", ".join(sorted(self._endpoints))
        detail = f"This path answers {allowed}."
        return Problem(405, "Method not allowed", detail, headers=(("Allow", allowed),))


class Nowhere:
    """Every path that there isn't."""

    def __init__(self, house: House, paths: Sequence[str]) -> None:
        self._house = house
        self._paths = [CONTROL + path.replace(":path", "") for path in paths]

    async def __call__(self, scope: Scope, _: Receive) -> Answer:
        """404, with what may have been meant; a person is led to the console."""
        home = lead_in(scope["method"], Headers(scope=scope)) if scope["path"] == CONTROL else None
        if home is not None:
            return home
        headers = Headers(scope=scope)
        check_access(self._house.access, scope["method"], scope["scheme"], headers)
        near = get_close_matches(scope["path"][:MAX_PATH], self._paths, cutoff=0.4)
        detail = f"The nearest: {', '.join(near)}." if near else "See /_emulator/openapi.json."
        raise Problem(404, "Not found", f"The control API has no such path. {detail}", nearest=near)


class _Guarded:
    """An ASGI application that answers, whatever happens."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._try(scope, receive)
        except Disconnected:
            return
        if isinstance(answer, Stream):
            await send_stream(answer, scope, receive, send)
            return
        response = Response(answer.body, answer.status, media_type=answer.media_type)
        for name, value in answer.headers:
            response.headers.append(name, value)
        response.headers.update(GUARDS)
        await response(scope, receive, send)

    async def _try(self, scope: Scope, receive: Receive) -> Answer | Stream:
        try:
            return await self._respond(scope, receive)
        except Disconnected:
            raise
        except Problem as problem:
            return render_problem(problem)
        except BodyTooLarge:
            detail = "Send less at once, or raise EMULATOR_BODY_LIMIT."
            return render_problem(Problem(413, "Body too large", detail))
        except Gone:
            detail = "The sandbox was dropped while the call was under way."
            return render_problem(Problem(404, "No such sandbox", detail))
        except Unavailable as error:
            told = str(error) or "The ledger did not answer."
            detail = f"{told} Whether anything was changed is not known."
            return render_problem(Problem(503, "Ledger unavailable", detail))
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            detail = "A defect of the emulator: its log has the trace."
            return render_problem(Problem(500, "Internal error", detail))


def _read_query(endpoint: Endpoint, raw: bytes) -> Mapping[str, str]:
    """The query's parameters; open endpoints forgive those that they do not know."""
    if not raw:
        return {}
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    known = {parameter.name for parameter in endpoint.query}
    if endpoint.is_open:
        return {name: value for name, value in pairs if name in known}
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            there_is = f"there is {name_nearest(name, known)}" if known else "there is none"
            raise bad_parameter(name[:64], f"is no parameter of this path; {there_is}")
        if name in found:
            raise bad_parameter(name[:64], "stands twice")
        found[name] = value
    return found
