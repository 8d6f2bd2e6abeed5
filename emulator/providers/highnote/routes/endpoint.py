"""`POST /graphql`: the envelope as one transact, then graphql-core on the built schema.

The envelope meets the faults, authenticates and spends a single-use token. What is wrong with the
request itself is told only after that: 401 before 400.
"""

import inspect
import logging

import msgspec
import orjson
from graphql import ExecutionResult, GraphQLSchema, execute, value_from_ast_untyped
from graphql.execution import get_variable_values

from emulator.core.decisions import Decision, Json, Refusal
from emulator.core.faults import Firing
from emulator.core.journal import MASK
from emulator.core.matching import Request as Wanted
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.edge.answers import render_refusal
from emulator.edge.call import Answer, Call
from emulator.edge.faults.meeting import meet_faults, read_request, stop
from emulator.edge.provider import Provider, Services
from emulator.providers.highnote.auth import Caller, authenticate, spend
from emulator.providers.highnote.errors import DATA_ROWS
from emulator.providers.highnote.extensions import (
    KEY_LIMIT,
    Usage,
    render_rate_limit,
    request_id,
    values,
)
from emulator.providers.highnote.limiter import meet_limits
from emulator.providers.highnote.routes.documents import (
    Document,
    Documents,
    Invalid,
    Operation,
    render_error,
)
from emulator.providers.highnote.routes.injected import Asked, apply_fault
from emulator.providers.highnote.routes.negotiation import choose_media_type
from emulator.providers.highnote.routes.requests import (
    Body,
    judge,
    keep_for_journal,
    read_body,
    refuse,
)
from emulator.providers.highnote.schema.exchange import Exchange
from emulator.providers.highnote.state.kinds import PROVIDER

log = logging.getLogger("emulator.highnote")

UNNAMED = f"{PROVIDER}.graphql"  # the operation of a call that can't be read

_MESSAGES = frozenset({"message"})  # of an invalid request: they quote it


class Request(msgspec.Struct, frozen=True):
    """A request as it was understood. `operation` None: the name fits none of the document's."""

    body: Body
    document: Document
    operation: Operation | None


class Admitted(msgspec.Struct, frozen=True):
    """The envelope's yes. `firing`, `hit`: a fault, and the operation that it is for."""

    caller: Caller
    view: View
    usage: Usage
    firing: Firing | None
    hit: str


class Endpoint:
    """The GraphQL endpoint of one process."""

    def __init__(self, provider: Provider, schema: GraphQLSchema) -> None:
        self._provider = provider
        self._schema = schema
        self._documents = Documents(schema)

    async def answer(self, services: Services, sandbox: Sandbox, call: Call) -> Answer:
        """Carry one call through."""
        request = self._read(call)
        if isinstance(request, Request):
            operations = _name_operations(request)
        else:
            operations = (UNNAMED,)
            call.private = _MESSAGES
        call.operation = operations[0]

        def decide(view: View) -> "Decision[Admitted | Refusal]":  # a text costs nothing a call
            return self._admit(view, services, call, request, operations)

        decision = await sandbox.transact(decide, wall=call.wall)
        admitted = decision.reply
        if isinstance(admitted, Refusal) or isinstance(request, Refusal):
            refusal = admitted if isinstance(admitted, Refusal) else request
            assert isinstance(refusal, Refusal)  # noqa: S101 - one of the two is
            if isinstance(request, Request):
                _keep_unchecked(call, request)
            return self._refuse(refusal, call, sandbox.view(), decision.firing)
        return await self._execute(services, sandbox, call, request, admitted)

    def _read(self, call: Call) -> Request | Refusal:
        """The request; a refusal is kept as a value, to be told after authentication."""
        try:
            body = read_body(call)
        except Refusal as refusal:
            call.kept = b""
            return refusal
        document = self._documents.get(body.query)
        if isinstance(document, Invalid):
            keep_for_journal(call, document.kept, MASK)
            return refuse(document)
        request = Request(body, document, document.operation(body.operation_name))
        _mind_journal(call, request)
        return request

    def _admit(
        self,
        view: View,
        services: Services,
        call: Call,
        request: Request | Refusal,
        operations: tuple[str, ...],
    ) -> Decision[Admitted | Refusal]:
        firing, hit, facts = meet_faults(
            self._provider,
            view,
            call,
            operations,
            lambda name: _ask(self._provider, call, request, name),
        )
        if firing is not None and not _is_data(self._provider, firing):
            stopped = _strike(self._provider, firing, view.now)
            if stopped is not None:
                return Decision(stopped, facts, firing)
        try:
            caller = authenticate(view, call, services.keys)
            usage, counted = meet_limits(view, caller, _points(request))
        except Refusal as refusal:
            return Decision(refusal, facts + refusal.facts, firing)
        facts += counted + spend(view, caller)
        if isinstance(request, Refusal):
            return Decision(request, facts, firing)
        return Decision(Admitted(caller, view, usage, firing, hit), facts, firing)

    async def _execute(
        self,
        services: Services,
        sandbox: Sandbox,
        call: Call,
        request: Request,
        admitted: Admitted,
    ) -> Answer:
        exchange = Exchange(services, sandbox, call, admitted.caller, admitted.view)
        if admitted.firing is not None and request.operation is not None:
            exchange.strike(
                self._provider, admitted.firing, _key_of(request.operation, admitted.hit)
            )
        result = await self._carry_out(request, exchange)
        if result.errors:
            refusal = judge(result, request.body)
            if refusal is not None:
                call.private = _MESSAGES
                _keep_unchecked(call, request)
                return self._refuse(refusal, call, exchange.view, admitted.firing)
        return self._render(result, exchange, request, admitted)

    async def _carry_out(self, request: Request, exchange: Exchange) -> ExecutionResult:
        """By its plan, if it has one; by graphql-core's executor else."""
        body, plan = request.body, request.operation.plan if request.operation else None
        if plan is None:
            done = execute(
                self._schema,
                request.document.ast,
                context_value=exchange,
                variable_values=body.variables,
                operation_name=body.operation_name,
            )
            return await done if inspect.isawaitable(done) else done
        variables = get_variable_values(self._schema, plan.definitions, body.variables)
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        return ExecutionResult(await plan.run(exchange, variables), None)

    def _render(
        self, result: ExecutionResult, exchange: Exchange, request: Request, admitted: Admitted
    ) -> Answer:
        call, view = exchange.call, exchange.view
        if exchange.refusal and {} in (result.data or {}).values():
            exchange.hint("It is told as data: select ... on UserError and AccessDeniedError.")
        asked = Asked(self._schema, request.document.ast, request.body.operation_name)
        data, injected = apply_fault(asked, exchange, result.data)
        body: dict[str, object] = {"data": data}
        errors = [*map(render_error, result.errors or ()), *injected]
        if errors:
            body["errors"] = errors
        body["extensions"] = {
            "requestId": request_id(call, view.seed),
            "rateLimit": render_rate_limit(view.now, admitted.usage),
        }
        return Answer(
            200,
            orjson.dumps(body),
            media_type=choose_media_type(call.headers.get("accept")),
            refusal=exchange.refusal,
            hint=" ".join(exchange.hints)[:300],
            firing=admitted.firing,
        )

    def _refuse(self, refusal: Refusal, call: Call, view: View, firing: Firing | None) -> Answer:
        refusal.values = {**values(call, view), **refusal.values}
        answer = render_refusal(refusal, firing)
        if answer.media_type == "application/json":
            answer.media_type = choose_media_type(call.headers.get("accept"))
        return answer


def _points(request: Request | Refusal) -> int:
    """What the call asks for, in points of complexity."""
    known = isinstance(request, Request) and request.operation
    return known.cost if known else 0


def _is_data(provider: Provider, firing: Firing) -> bool:
    """Whether the fault is an error that is told as its field's data."""
    error = firing.then.error
    return error is not None and provider.row(error).name in DATA_ROWS


def _strike(provider: Provider, firing: Firing, now: float) -> Refusal | None:
    """A fault that befalls the whole call; None: it lets the operation run."""
    refusal = stop(provider, firing)
    if (
        refusal is not None
        and refusal.row.name == "rate_limited"
        and firing.then.retry_after is not None
    ):
        spent = render_rate_limit(now, Usage(calls=KEY_LIMIT), firing.then.retry_after)
        refusal.values = {"used_up": spent}
    return refusal


def _name_operations(request: Request) -> tuple[str, ...]:
    """`highnote.<rootField>` of each root field, once."""
    if request.operation is None:
        return (UNNAMED,)
    names = dict.fromkeys(field.name for field in request.operation.roots)
    return tuple(f"{PROVIDER}.{name}" for name in names)


def _ask(provider: Provider, call: Call, request: Request | Refusal, name: str) -> Wanted:
    """What the call asks of one operation: the field's arguments, beside the call's variables."""

    def read() -> dict[str, object]:
        if isinstance(request, Refusal) or request.operation is None:
            raise ValueError(UNNAMED)
        variables = request.body.variables
        short = name.partition(".")[2]
        field = next(field for field in request.operation.roots if field.name == short)
        given = {
            argument.name.value: value_from_ast_untyped(argument.value, variables)
            for argument in field.arguments
        }
        return {**variables, **given}

    return read_request(provider, call, read)


def _key_of(operation: Operation, hit: str) -> str:
    """The response key of the first root field of that operation."""
    name = hit.partition(".")[2]
    return next((field.key for field in operation.roots if field.name == name), "")


def _mind_journal(call: Call, request: Request) -> None:
    """Keep from the journal what its masking by field name does not find."""
    document, body = request.document, request.body
    call.private = document.private
    declared = request.operation.variables if request.operation else frozenset()
    if document.kept is None and not body.has_more and declared.issuperset(body.variables):
        return
    variables: Json = {name: body.variables[name] for name in body.variables if name in declared}
    keep_for_journal(call, document.kept or body.query, variables, body.operation_name)


def _keep_unchecked(call: Call, request: Request) -> None:
    """Variables that were not coerced may hold anything anywhere."""
    keep_for_journal(call, request.document.kept or request.body.query, MASK)
