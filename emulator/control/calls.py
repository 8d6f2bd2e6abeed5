"""The journal of calls: list, show, forget, explain."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.endpoint import NO_CONTENT, Asked, Parameter, render
from emulator.control.pages import PAGING, Page, bad_parameter, cut_page, parse_number
from emulator.core.clock import parse_time, render_time
from emulator.core.journal import CallRecord, Message, parse_call_id
from emulator.edge.call import Answer
from emulator.edge.problems import Problem

Filter = Callable[[CallRecord], bool]

_TEXT = {"type": "string"}
CHOICES = (
    Parameter("provider", "The provider's name.", _TEXT),
    Parameter("operation", "The operation, with or without its provider.", _TEXT),
    Parameter("status", "The answer's status.", {"type": "integer"}),
    Parameter("refusal", "The name of the row that it was refused with.", _TEXT),
    Parameter("since", "A time of the sandbox's, inclusive; or a call's id, exclusive.", _TEXT),
    Parameter("direction", "in or out.", {"enum": ["in", "out"]}),
)
FILTERS = (*CHOICES, *PAGING)


class MessageShape(msgspec.Struct, frozen=True):
    """Half of a call, masked. `size`: bytes of the body. `method`, `target`: of requests."""

    headers: dict[str, str]
    body: Any
    size: int
    method: str | UnsetType = UNSET
    target: str | UnsetType = UNSET


class CallShape(msgspec.Struct, frozen=True):
    """A call. `at`: the sandbox's time; `refusal`: the row's name; `fault`: where it came from."""

    id: str
    at: str
    direction: Literal["in", "out"]
    provider: str
    operation: str | None
    sandbox: str
    status: int
    duration_ms: float
    refusal: str | None
    fault: str | None
    request: MessageShape
    response: MessageShape
    hint: str


class Explained(msgspec.Struct, frozen=True):
    """Why a call went as it did. `source`: where that refusal is known from, with its mark."""

    id: str
    provider: str
    operation: str | None
    status: int
    refusal: str | None
    fault: str | None
    hint: str
    source: str | None
    explanation: Any
    what_to_do: str


async def index(asked: Asked) -> Answer:
    """List the calls."""
    sandbox = await asked.sandbox()
    filters = list(read_filters(asked.query))
    found = (call for call in reversed(sandbox.journal) if all(keep(call) for keep in filters))
    page = cut_page(asked, found, lambda call: call.id)
    return render(Page([show_call(call) for call in page.items], page.next))


async def clear(asked: Asked) -> Answer:
    """Forget the calls; their numbers go on."""
    (await asked.sandbox()).journal.clear()
    return NO_CONTENT


async def show(asked: Asked) -> Answer:
    """Show a call."""
    return render(show_call(await _find(asked)))


async def explain(asked: Asked) -> Answer:
    """Say why a call went as it did, and what to do."""
    call = await _find(asked)
    provider = asked.house.providers.get(call.provider)
    row = provider.catalogue.get(call.refusal or "") if provider else None
    return render(
        Explained(
            id=call.id,
            provider=call.provider,
            operation=call.operation,
            status=call.status,
            refusal=call.refusal,
            fault=call.fault,
            hint=call.hint or (row.hint if row else ""),
            source=row.source if row else None,
            explanation=call.explanation,
            what_to_do=_advise(call, row.hint if row else ""),
        )
    )


def _advise(call: CallRecord, hint: str) -> str:
    if call.fault is not None and call.fault.startswith("fault_"):
        path = f"/_emulator/sandboxes/{call.sandbox}/faults/{call.fault}"
        return f"The fault {call.fault} befell it: DELETE {path} disarms it."
    if call.fault is not None:
        return f"The request asked for it by {call.fault}: send it without."
    if call.refusal is None:
        return "Nothing: it was granted."
    cause = call.explanation.get("likely_cause") if isinstance(call.explanation, dict) else None
    if cause or call.hint or hint:
        return str(cause or call.hint or hint)
    return "Compare the request with the provider's documentation: `source` says where it is known."


def read_filters(query: Mapping[str, str]) -> Iterator[Filter]:
    """The filters of a query.

    Raises:
        Problem: 400, a value that could match nothing.
    """
    for name in ("provider", "refusal"):
        if name in query:
            yield _equal(name, query[name])
    if "operation" in query:
        wanted = query["operation"]
        yield lambda call: wanted in {call.operation, f"{call.provider}.{call.operation}"}
    if "direction" in query:
        if query["direction"] not in {"in", "out"}:
            raise bad_parameter("direction", "must be in or out")
        yield _equal("direction", query["direction"])
    if "status" in query:
        status = parse_number(query["status"])
        if status is None:
            raise bad_parameter("status", "must be a number")
        yield _equal("status", status)
    if "since" in query:
        yield _since(query["since"])


def _equal(name: str, wanted: object) -> Filter:
    return lambda call: getattr(call, name) == wanted


def _since(text: str) -> Filter:
    number = parse_call_id(text)
    if number is not None and text.startswith("call_"):
        return lambda call: (parse_call_id(call.id) or 0) > number
    try:
        at = parse_time(text)
    except ValueError as error:
        raise bad_parameter("since", f"{error}, and no call's id") from None
    return lambda call: call.at >= at


async def _find(asked: Asked) -> CallRecord:
    sandbox = await asked.sandbox()
    call = sandbox.journal.get(asked.params["call"])
    if call is None:
        detail = (
            "It was never made, or the journal has forgotten it: "
            f"GET /_emulator/sandboxes/{sandbox.id}/calls lists those it keeps."
        )
        raise Problem(404, "No such call", detail)
    return call


def show_call(call: CallRecord) -> CallShape:
    """A call as it is told."""
    values = {name: getattr(call, name) for name in CallShape.__struct_fields__}
    values["at"] = render_time(call.at)
    values["request"] = _show_message(call.request)
    values["response"] = _show_message(call.response)
    return CallShape(**values)


def _show_message(message: Message) -> MessageShape:
    return MessageShape(
        message.headers,
        message.body,
        message.size,
        UNSET if message.method is None else message.method,
        UNSET if message.target is None else message.target,
    )
