"""What a sandbox can tell of a test that failed: its last calls, and faults that never fired."""

from collections.abc import Iterator

from emulator.testing.calls import Calls
from emulator.testing.control import SANDBOXES, Emulator
from emulator.testing.errors import ControlError
from emulator.testing.records import Call, FaultState
from emulator.testing.sandbox import Sandbox
from emulator.testing.senders import Blocking

LAST_CALLS = 10
OTHERS = 100  # sandboxes that are asked where calls went
STRAYS = 3  # calls of the sandbox `default` that are told where none came here
_DEFAULT = "default"
_BAD = 400
_GONE = 404


def tell_sandbox(sandbox: Sandbox[Blocking]) -> str:
    """Lines for a person. An emulator that does not answer is told as well."""
    try:
        return "\n".join(_tell(sandbox))
    except ControlError as error:
        if error.status == _GONE:
            return "It was dropped before the test ended, and its calls with it."
        return f"The emulator can't be asked: {error}"
    except (LookupError, TypeError, ValueError) as error:  # the test's own failure goes before
        return f"The emulator's answer can't be read: {error!r}"


def _tell(sandbox: Sandbox[Blocking]) -> Iterator[str]:
    calls = sandbox.calls()
    last = calls.list(limit=LAST_CALLS)
    yield f"{sandbox.sender.where.url}/_emulator{sandbox.path}"
    yield f"last calls, oldest first ({len(last)}):" if last else "it got no call"
    for call in reversed(last):
        yield from _tell_call(calls, call)
    if not last and sandbox.id != _DEFAULT:
        yield from _tell_strays(sandbox)
    for fault in sandbox.faults.list():
        if fault.hits.fired == 0:
            yield from _tell_fault(sandbox, fault)


def _tell_strays(sandbox: Sandbox[Blocking]) -> Iterator[str]:
    """Where a call ends that has no sandbox's credentials: the likeliest place of a lost one."""
    path = f"{SANDBOXES}/{_DEFAULT}/calls"
    calls = Calls(sandbox.sender, path)
    last = calls.list(limit=STRAYS)
    if last:
        yield "calls that name no sandbox go to `default`; its last, if they are this test's:"
    for call in reversed(last):
        yield from _tell_call(calls, call)


def _tell_call(calls: Calls[Blocking], call: Call) -> Iterator[str]:
    outgoing = "" if call.direction == "in" else " (outgoing)"
    parts = [f"{call.provider}.{call.operation or '?'}{outgoing}", str(call.status)]
    parts += [call.refusal] if call.refusal else []
    parts += [f"by {call.fault}"] if call.fault else []
    yield f"  {call.id}  {call.at:%H:%M:%S}  {'  '.join(parts)}"
    if call.refusal or call.hint or call.status >= _BAD:
        told = calls.explain(call)
        if told.hint:
            yield f"      {told.hint}"
        if told.what_to_do != told.hint:
            yield f"      {told.what_to_do}"


def _tell_fault(sandbox: Sandbox[Blocking], fault: FaultState) -> Iterator[str]:
    name = f"{fault.id} on {fault.operation} never fired"
    if fault.hits.matched:
        yield f"{name}: it matched {fault.hits.matched} call(s), its `when` left out all"
        return
    if sandbox.calls(fault.operation).count():
        yield f"{name}: its `match` fits none of the calls of that operation here"
        return
    yield f"{name}: no call of that operation came here"
    elsewhere = list(_find_elsewhere(sandbox, fault.operation))
    for other, count in elsewhere:
        yield f"  {count} went to the sandbox {other}"
    if elsewhere:
        yield "  does the client use this sandbox's credentials, header or URL?"
    else:
        yield "  nor to any other sandbox of this emulator"


def _find_elsewhere(sandbox: Sandbox[Blocking], operation: str) -> Iterator[tuple[str, int]]:
    """Which other sandboxes got calls of an operation, and how many; `default` first."""
    sandboxes = Emulator(sandbox.sender, "").sandboxes
    names = [state.id for state in sandboxes.list() if state.id != sandbox.id]
    for name in sorted(names[:OTHERS], key=_DEFAULT.__ne__):
        path = f"{sandboxes.path}/{name}/calls"
        count = count_calls(Calls(sandbox.sender, path, operation))
        if count:
            yield name, count


def count_calls(calls: Calls[Blocking]) -> int:
    """How many calls; none where the sandbox was dropped meanwhile."""
    try:
        return calls.count()
    except ControlError as error:
        if error.status == _GONE:
            return 0
        raise
