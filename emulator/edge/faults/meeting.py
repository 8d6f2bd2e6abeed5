"""Which fault befalls a call: the header's, else a magic value's, else that of an armed rule.

The first that fires is the only one. Rules count every call that they match, whatever befalls it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qsl

import orjson

from emulator.core.arming import Moment
from emulator.core.decisions import Json, Refusal, Row, Rpc
from emulator.core.facts import Fact, FaultsCounted
from emulator.core.faults import Firing, GrpcFault
from emulator.core.matching import Request
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.faults.header import fire_header
from emulator.edge.faults.magic import fire_magic
from emulator.edge.provider import Provider

# The answer that never comes: the edge closes the connection in its place.
UNANSWERED = Row("unanswered", 0, "", "[design] faults", grpc=Rpc("UNAVAILABLE", ""))


class Befallen(NamedTuple):
    """The fault of a call, which of its operations it is for, and what the rules count."""

    firing: Firing | None
    operation: str
    facts: tuple[Fact, ...]


def meet_faults(
    provider: Provider,
    view: View,
    call: Call,
    operations: Sequence[str],
    ask: Callable[[str], Request] | None = None,
) -> Befallen:
    """What befalls the call.

    `operations`: different names, those of a call that carries several in their order. `ask`: what
    the call asks of one of them, where that is not its body.

    Raises:
        Problem: the header asks for what can't be.
    """
    ask = ask or partial(_read_whole, provider, call)
    firing, hit = _meet_doors(provider, view, call, operations, ask)
    if not view.faults:
        return Befallen(firing, hit, ())
    moment = Moment(view.now, view.seed)
    matched: list[str] = []
    fired: str | None = None
    for operation in operations:
        met = view.faults.meet(operation, ask(operation), moment, taken=firing is not None)
        matched += [rule for rule in met.matched if rule not in matched]  # once a call
        if met.firing is not None:
            firing, hit, fired = met.firing, operation, met.fired
    facts = (FaultsCounted(view.now, tuple(matched), fired),) if matched else ()
    return Befallen(firing, hit, facts)


def _meet_doors(
    provider: Provider,
    view: View,
    call: Call,
    operations: Sequence[str],
    ask: Callable[[str], Request],
) -> tuple[Firing | None, str]:
    """The fault that the call asks for by itself, and which of its operations that befalls."""
    if call.fault is not None:
        return fire_header(provider, call.fault, operations, view, call.number)
    firing = provider.trigger(call) if provider.trigger else None
    if firing is None and provider.magic is not None:
        for operation in operations:
            for value in provider.magic.find(view, call, partial(ask, operation)):
                found = fire_magic(provider, operation.partition(".")[2], value, view)
                if found is not None:
                    return found, operation
    return firing, operations[0]


def _read_whole(provider: Provider, call: Call, _: str) -> Request:
    """What a call asks that carries one operation alone."""
    return read_request(provider, call)


def read_request(
    provider: Provider, call: Call, read: Callable[[], object] | None = None
) -> Request:
    """What a call asks, by its body, its path and its query. `read`: in the body's place."""
    _, _, query = call.target.partition("?")
    parameters = {**call.params, **dict(parse_qsl(query))}

    def name_caller() -> str | None:
        return next((entry[1] for entry, _ in provider.locate(call)), None)

    return Request(read or (lambda: _read_body(call)), call.headers, name_caller, parameters)


def stop(provider: Provider, firing: Firing) -> Refusal | None:
    """The refusal that a fault puts in the operation's place; None: the operation runs."""
    then, hint = firing.then, _tell(firing)
    if then.error is not None:
        return inject(provider, firing, then.error)
    if then.grpc is not None:
        return Refusal(_row_of(provider, then.grpc), hint=hint, headers=then.grpc.trailers)
    if then.is_unanswered:
        return Refusal(UNANSWERED, hint=hint)
    return None


def inject(provider: Provider, firing: Firing, error: str) -> Refusal:
    """The provider's own error that a fault asks for."""
    headers: tuple[tuple[str, str], ...] = ()
    if firing.then.retry_after is not None:
        headers = (("Retry-After", str(firing.then.retry_after)),)
    return Refusal(provider.row(error), headers=headers, hint=_tell(firing))


def _tell(firing: Firing) -> str:
    return f"Injected by {firing.source}: nothing was wrong with this call."


def _row_of(provider: Provider, fault: GrpcFault) -> Row:
    if provider.say_status is not None:
        return provider.say_status(fault)
    body: Json = {"code": fault.code, "message": fault.message}
    name = f"grpc_{fault.code.lower()}"
    return Row(name, 502, body, "[design] faults", grpc=Rpc(fault.code, fault.message))


def _read_body(call: Call) -> object:
    """The body's JSON, or its form's fields; a ValueError says that there is neither."""
    if call.fields is not None:
        return call.fields()
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    return orjson.loads(call.body) if call.body else {}
