"""The gRPC edge: from grpc.aio to the core. Metadata, sandbox, journal, faults of time, trailers.

Imported only when a provider's gRPC door is opened.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import grpc
import msgspec
from grpc.aio import ServicerContext

from emulator.core.clock import monotonic, wall
from emulator.core.directory import Directory
from emulator.core.journal import render_call_id
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Call, RpcAnswer
from emulator.edge.delay import Waiting
from emulator.edge.failures import explain_failure
from emulator.edge.faults.header import HEADER as FAULT_HEADER
from emulator.edge.faults.header import read_header
from emulator.edge.faults.rpc_transport import RpcOutgoing, prepare_rpc, read_trailers, stay
from emulator.edge.faults.transport import note_transport
from emulator.edge.health import Handlers, health_handlers
from emulator.edge.http import Rules, hint_text
from emulator.edge.locate import Located, locate_sandbox
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider, RpcDoor, RpcMethod, Services
from emulator.edge.publicity import refuse_public
from emulator.edge.record import log_call, record_rpc
from emulator.edge.reflection import reflection_handlers

Trailers = tuple[tuple[str, str | bytes], ...]

MAX_METADATA = 1 << 20  # bytes: gRPC's own default of 8 KB loses a request with a long certificate
MAX_MESSAGE = 4 << 20  # bytes, gRPC's and the real server's default

if TYPE_CHECKING:
    from emulator.authority import Identity

    Context = ServicerContext[Any, Any]  # grpc itself has no generic classes
else:
    Context = ServicerContext

_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_metadata_size", MAX_METADATA),
    ("grpc.absolute_max_metadata_size", MAX_METADATA),
)

log = logging.getLogger("emulator.calls")


# What a problem of the emulator's own is over gRPC.
_PROBLEM_CODES: Mapping[int, grpc.StatusCode] = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    503: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


class Tenant(msgspec.Struct, frozen=True):
    """A provider with its opened gRPC door."""

    provider: Provider
    door: RpcDoor


class RpcEdge:
    """Every gRPC call comes through here.

    `shares_port`: with other workers; else a port that another process has is taken.
    """

    def __init__(
        self,
        providers: Iterable[Provider],
        directory: Directory,
        services: Services,
        rules: Rules,
        *,
        shares_port: bool = False,
    ) -> None:
        self.shares_port = shares_port
        self._tenants = [Tenant(p, p.rpc_door()) for p in providers if p.rpc_door is not None]
        self._directory = directory
        self._services = services
        self._rules = rules
        self._waiting = Waiting()
        self._server = self._create_server()

    def end_delays(self) -> None:
        """Let every delayed call answer now: the process stops."""
        self._waiting.end()

    async def start(self) -> None:
        """Serve on the ports that were added."""
        await self._server.start()

    async def stop(self, grace_s: float) -> None:
        """Take no new calls, and let those under way end within so many seconds. Once."""
        try:
            await self._server.stop(grace_s)
        finally:
            # Its finaliser would shut it down once more, on a loop that may be gone by then.
            vars(self._server).pop("_server", None)

    def listen(self, host: str, port: int, identity: "Identity | None" = None) -> int:
        """Add an address to listen on; the port that it became. `identity`: to speak TLS with.

        Raises:
            OSError: it can't be had.
        """
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            if identity is None:
                return self._server.add_insecure_port(address)
            pair = (identity.key, identity.certificate)
            return self._server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
        except RuntimeError as error:
            raise OSError(str(error)) from None

    def _create_server(self) -> grpc.aio.Server:
        """A server with all services, health and reflection; nothing listens yet."""
        server = grpc.aio.server(options=(*_OPTIONS, ("grpc.so_reuseport", int(self.shares_port))))
        services: Handlers = {}
        for tenant in self._tenants:
            for method in tenant.door.methods:
                handler: grpc.RpcMethodHandler[Any, Any] = grpc.unary_unary_rpc_method_handler(
                    self._behaviour(tenant, method)
                )
                services.setdefault(method.service, {})[method.name] = handler
        names = tuple(services)
        services |= health_handlers()
        services |= reflection_handlers(names)
        server.add_generic_rpc_handlers(
            [grpc.method_handlers_generic_handler(name, at) for name, at in services.items()]
        )
        return server

    def _behaviour(self, tenant: Tenant, method: RpcMethod) -> Any:  # noqa: ANN401 - the stubs know no aio
        operation = f"{tenant.provider.name}.{method.operation}"
        target = f"/{method.service}/{method.name}"

        async def serve(request: bytes, context: Context) -> bytes:
            started = monotonic()
            call = Call(
                operation=operation,
                method="POST",
                target=target,
                params={},
                headers=_read_metadata(context),
                body=request,
                wall=wall(),
                client="",
                origin="",
            )
            try:
                located = await self._locate(tenant, call)
            except Problem as problem:
                await _abort_problem(problem, context)
            except Exception as error:  # noqa: BLE001 - the edge answers whatever breaks
                await _abort_unlocated(tenant, call, error, context)
            try:
                return await self._answer(tenant, method, located, call, started, context)
            except Problem as problem:
                await _abort_problem(problem, context)

        return serve

    async def _locate(self, tenant: Tenant, call: Call) -> Located:
        asked = call.headers.get(FAULT_HEADER)
        if asked is not None:
            call.fault = read_header(asked, is_open=self._rules.fault_header)
        return await locate_sandbox(
            self._directory, tenant.provider, call, None, first_use=self._rules.first_use
        )

    async def _answer(
        self,
        tenant: Tenant,
        method: RpcMethod,
        located: Located,
        call: Call,
        started: float,
        context: Context,
    ) -> bytes:
        sandbox, provider = located.sandbox, tenant.provider
        call.addressed = located.by == "header"
        call.number = sandbox.journal.open()
        rpc = await self._handle(tenant, method, sandbox, call)
        answer, firing = rpc.answer, rpc.answer.firing
        if firing is not None:
            note_transport(answer, firing)
        trailing = _own_metadata(call, located, rpc)
        if firing is not None and firing.then.grpc is not None:
            trailing += read_trailers(answer.headers)
            answer.headers = ()
        answer.headers = (*provider.dress(call, sandbox.state.born.seed), *answer.headers)
        initial = tuple((name.lower(), value) for name, value in answer.headers)
        try:
            if firing is not None and firing.delay_s:
                await self._waiting.hold(firing.delay_s, stay)
            told = await prepare_rpc(RpcOutgoing(context, rpc, initial, self._waiting))
        finally:  # a client that left was served all the same: the call changed what it changed
            duration_ms = (monotonic() - started) * 1000
            record_rpc(sandbox, provider, call, rpc, duration_ms)
            if self._rules.log_calls:
                log_call(sandbox, call, rpc.answer, duration_ms)
        if told.code != "OK":
            await context.abort(grpc.StatusCode[told.code], told.message, trailing)  # raises
        context.set_trailing_metadata(trailing)
        return told.answer.body

    async def _handle(
        self, tenant: Tenant, method: RpcMethod, sandbox: Sandbox, call: Call
    ) -> RpcAnswer:
        try:
            refuse_public(self._rules.public_keys, tenant.provider, call)
            return await method.handle(self._services, sandbox, call)
        except Problem:
            raise  # the fault metadata asks for what can't be
        except Exception as error:  # noqa: BLE001 - the edge answers whatever breaks
            return _break_down(tenant, call, explain_failure(error, call.operation))


def _break_down(tenant: Tenant, call: Call, failure: tuple[str, str]) -> RpcAnswer:
    name, hint = failure
    refusal = tenant.provider.refusal(name)
    refusal.hint = hint
    return tenant.door.say(refusal, call)


async def _abort_problem(problem: Problem, context: Context) -> NoReturn:
    """What the emulator itself has to say before the call is made, not in the provider's words."""
    code = _PROBLEM_CODES.get(problem.status, grpc.StatusCode.UNKNOWN)
    await context.abort(code, f"{problem.title}: {problem.detail}")


async def _abort_unlocated(tenant: Tenant, call: Call, error: Exception, context: Context) -> None:
    """Whose call it is can't be said: there is no sandbox to name, and no journal to keep it."""
    rpc = _break_down(tenant, call, explain_failure(error, call.operation))
    await context.abort(grpc.StatusCode[rpc.code], rpc.message, _told(rpc))


def _read_metadata(context: Context) -> dict[str, str]:
    """Names are lower-case already; of a repeated one the last counts.

    Faults are one dictionary in however many pieces they come, as over HTTP.
    """
    metadata: Any = context.invocation_metadata() or ()  # pairs; the stubs know another form
    read: dict[str, str] = {}
    for name, value in metadata:
        text = value if isinstance(value, str) else value.decode("latin-1")
        read[name] = f"{read[name]}, {text}" if name == FAULT_HEADER and name in read else text
    return read


def _own_metadata(call: Call, located: Located, rpc: RpcAnswer) -> Trailers:
    return (
        ("x-emulator-sandbox", f"{located.sandbox.id}; by={located.by}"),
        ("x-emulator-call", render_call_id(call.number)),
        *_told(rpc),
    )


def _told(rpc: RpcAnswer) -> Trailers:
    """What an answer says of itself in the trailing metadata."""
    told: list[tuple[str, str | bytes]] = []
    if rpc.answer.hint:
        told.append(("x-emulator-hint", hint_text(rpc.answer.hint)))
    if rpc.details is not None:
        told.append(("grpc-status-details-bin", rpc.details))
    return tuple(told)
