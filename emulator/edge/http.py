"""The HTTP edge: pure ASGI. Addressing, strict body, sandbox, journal, headers, faults of time."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

import msgspec

from emulator.core.clock import monotonic, wall
from emulator.core.decisions import Refusal
from emulator.core.directory import Directory
from emulator.core.journal import render_call_id
from emulator.core.state import Entry
from emulator.edge.addressing import Addresses, Match, Miss
from emulator.edge.answers import render_refusal
from emulator.edge.body import BodyTooLarge, Disconnected, read_body
from emulator.edge.browsers import HINT_BYTES, Browsers
from emulator.edge.call import Answer, Call
from emulator.edge.cors import cors_headers, is_preflight, preflight
from emulator.edge.delay import Waiting
from emulator.edge.doorstep import lead_in
from emulator.edge.failures import explain_failure
from emulator.edge.faults.header import HEADER as FAULT_HEADER
from emulator.edge.faults.header import read_header
from emulator.edge.faults.transport import deliver, note_transport
from emulator.edge.locate import Located, locate_sandbox
from emulator.edge.problems import Problem, render_problem
from emulator.edge.provider import Provider, Services
from emulator.edge.publicity import refuse_public
from emulator.edge.record import log_call, record_call
from emulator.edge.wire import (
    ASGIApp,
    BrokenWireError,
    Receive,
    Scope,
    Send,
    Wire,
    open_wire,
    send_answer,
)

CONTROL = "/_emulator"
SANDBOX_PREFIX = "/_s/"


class Rules(msgspec.Struct, frozen=True):
    """How the edge behaves.

    `body_limit`: bytes; `public_url` None: the origin that asked; `fault_header`: whether a call
    may ask for its own fault; `public_keys`: credentials that open nothing.
    """

    body_limit: int
    first_use: bool
    log_calls: bool
    public_url: str | None = None
    fault_header: bool = True
    public_keys: frozenset[Entry] = frozenset()


class Edge:
    """Every HTTP request comes through here."""

    def __init__(
        self,
        *,
        addresses: Addresses,
        directory: Directory,
        services: Services,
        control: ASGIApp,
        rules: Rules,
    ) -> None:
        self._addresses = addresses
        self._directory = directory
        self._services = services
        self._control = control
        self._rules = rules
        self._waiting = Waiting()
        self._browsers = Browsers()

    def end_delays(self) -> None:
        """Let every delayed call answer now: the process stops."""
        self._waiting.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        arrival, started = wall(), monotonic()
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        raw: bytes | None = scope.get("raw_path")
        path = raw.decode("latin-1") if raw else quote(scope["path"])
        host = headers.get("host", "")
        if path.startswith(CONTROL) and path[len(CONTROL) :][:1] in {"", "/"}:
            if not self._addresses.is_provider_host(host):
                await self._control(scope, receive, send)
                return
        elif is_preflight(scope["method"], headers):
            await send_answer(send, preflight(headers))
            return
        in_path = None
        if path.startswith(SANDBOX_PREFIX):
            in_path, _, rest = path[len(SANDBOX_PREFIX) :].partition("/")
            path = f"/{rest}"
        found = self._addresses.resolve(scope["method"], path, host)
        try:
            if found.tenant is None:
                home = lead_in(scope["method"], headers) if scope["path"] == "/" else None
                answer = home or self._missed_at_root(found)
                await send_answer(send, answer, cors_headers(headers))
                return
            call = _read_call(scope, headers, found, arrival, self._rules)
            call.mount = (
                found.mount if in_path is None else f"{SANDBOX_PREFIX}{in_path}{found.mount}"
            )
            await self._serve(found, call, in_path, started, open_wire(scope, receive, send))
        except Disconnected:
            return
        except Problem as problem:
            await send_answer(send, render_problem(problem), cors_headers(headers))
        except Exception as error:
            if found.tenant is None or isinstance(error, BrokenWireError):
                raise
            answer = _break_down(found.tenant.provider, error)
            await send_answer(send, answer, [*_hint(answer), *cors_headers(headers)])

    async def _serve(
        self,
        found: Match | Miss,
        call: Call,
        in_path: str | None,
        started: float,
        wire: Wire,
    ) -> None:
        assert found.tenant is not None  # noqa: S101 - a miss at the root never comes here
        provider = found.tenant.provider
        route = found.route if isinstance(found, Match) else None
        too_large = False
        try:
            limit = (route.limit if route else None) or self._rules.body_limit
            call.body = await read_body(wire.receive, call.headers.get("content-length"), limit)
        except BodyTooLarge:
            too_large = True
        located = await locate_sandbox(
            self._directory, provider, call, in_path, first_use=self._rules.first_use
        )
        call.addressed = located.by in {"header", "path"}
        prefix = f"{SANDBOX_PREFIX}{located.sandbox.id}" if call.addressed else ""
        call.home = call.origin + prefix
        call.number = located.sandbox.journal.open()
        if too_large:
            name = route.too_large if route else "payload_too_large"
            answer = _refuse(provider, name, call, located)
        elif isinstance(found, Miss):
            answer = _missed(found, call, located)
        else:
            answer = await self._handle(found, located, call)
            if found.at_root and found.route.host_bound and _is_unknown(answer):
                answer = self._missed_at_root(Miss(None, found.path, ()))
        headers = (*provider.dress(call, located.sandbox.state.born.seed), *answer.headers)
        answer.headers = headers
        if answer.firing is not None:
            note_transport(answer, answer.firing)
        self._browsers.warn(provider, located.sandbox, call, answer)
        own = _own_headers(call, located, answer)
        try:
            if answer.firing is None:
                await send_answer(wire.send, answer, own)
            else:
                await deliver(wire, answer, answer.firing, own, self._waiting)
        finally:  # a client that left was served all the same: the call changed what it changed
            duration_ms = (monotonic() - started) * 1000
            record_call(located.sandbox, provider, route, call, answer, duration_ms)
            if self._rules.log_calls:
                log_call(located.sandbox, call, answer, duration_ms)

    async def _handle(self, found: Match, located: Located, call: Call) -> Answer:
        provider = found.tenant.provider
        handler = found.tenant.door.handlers[found.route.operation]
        try:
            refuse_public(self._rules.public_keys, provider, call)
            return await handler(self._services, located.sandbox, call)
        except Problem:
            raise  # the fault header asks for what can't be
        except Exception as error:  # noqa: BLE001 - the edge answers whatever breaks
            name, hint = explain_failure(error, call.operation)
            return _refuse(provider, name, call, located, hint)

    def _missed_at_root(self, miss: Miss) -> Answer:
        if miss.allowed:
            allowed = ", ".join(miss.allowed)
            detail = f"This path answers {allowed}."
            return render_problem(
                Problem(405, "Method not allowed", detail, headers=(("Allow", allowed),))
            )
        near = self._addresses.nearest(miss.path)
        detail = "No provider answers this path."
        if near:
            detail += f" The nearest: {', '.join(near)}."
        else:
            detail += " Prefix it with a provider's name, or ask GET /_emulator/health."
        return render_problem(Problem(404, "Not found", detail, nearest=near))


def _read_call(
    scope: Scope,
    headers: Mapping[str, str],
    found: Match | Miss,
    arrival: float,
    rules: Rules,
) -> Call:
    """The call without its body.

    Raises:
        Problem: it asks for a fault that is none.
    """
    query: bytes = scope["query_string"]
    client = scope.get("client")
    tenant = found.tenant
    name = tenant.provider.name if tenant else ""
    match = found if isinstance(found, Match) else None
    fault = None
    if FAULT_HEADER in headers:
        fault = read_header(_join(scope, FAULT_HEADER), is_open=rules.fault_header)
    return Call(
        operation=f"{name}.{match.route.operation}" if match else name,
        method=scope["method"],
        target=f"{found.path}?{query.decode('latin-1')}" if query else found.path,
        params=match.params if match else {},
        headers=headers,
        body=b"",
        wall=arrival,
        client=client[0] if client else "",
        origin=rules.public_url or f"{scope['scheme']}://{headers.get('host', '')}",
        fault=fault,
    )


def _join(scope: Scope, name: str) -> str:
    """The value of a header, in one line however many it was sent in."""
    raw = name.encode()
    return ", ".join(v.decode("latin-1") for k, v in scope["headers"] if k == raw)


def _missed(miss: Miss, call: Call, located: Located) -> Answer:
    assert miss.tenant is not None  # noqa: S101 - a miss at the root never comes here
    provider = miss.tenant.provider
    if not miss.allowed:
        near = miss.tenant.routes.nearest(miss.path)
        refusal = _refusal(provider, "route_not_found", call, located)
        if near:
            refusal.hint += f" The nearest: {', '.join(near)}."
        return render_refusal(refusal)
    refusal = _refusal(provider, "method_not_allowed", call, located)
    refusal.headers = (("Allow", ", ".join(miss.allowed)),)
    return render_refusal(refusal)


def _refusal(provider: Provider, name: str, call: Call, located: Located) -> Refusal:
    """A refusal that the edge itself has to make."""
    values = provider.values(call, located.sandbox.view()) if provider.values else None
    return provider.refusal(name, values)


def _refuse(provider: Provider, name: str, call: Call, located: Located, hint: str = "") -> Answer:
    refusal = _refusal(provider, name, call, located)
    refusal.hint = hint or refusal.hint
    return render_refusal(refusal)


def _break_down(provider: Provider, error: Exception) -> Answer:
    """Whose call it is can't be said: there is no sandbox to name, and no journal to keep it."""
    name, hint = explain_failure(error, f"a call to {provider.name}")
    refusal = provider.refusal(name)
    refusal.hint = hint
    return render_refusal(refusal)


def _is_unknown(answer: Answer) -> bool:
    """Whether the provider itself, and not a fault, says that there is no such thing."""
    return answer.status == HTTPStatus.NOT_FOUND and answer.firing is None


def _own_headers(call: Call, located: Located, answer: Answer) -> list[tuple[str, str]]:
    own = [
        ("x-emulator-sandbox", f"{located.sandbox.id}; by={located.by}"),
        ("x-emulator-call", render_call_id(call.number)),
    ]
    return [*own, *_hint(answer), *cors_headers(call.headers)]


def _hint(answer: Answer) -> list[tuple[str, str]]:
    return [("x-emulator-hint", hint_text(answer.hint))] if answer.hint else []


def hint_text(hint: str) -> str:
    """A hint as a header may carry it, whatever a room made of it: printable ASCII, 300 bytes."""
    if len(hint) <= HINT_BYTES and hint.isascii() and hint.isprintable():
        return hint
    return "".join(c if " " <= c <= "~" else "?" for c in hint[:HINT_BYTES])
