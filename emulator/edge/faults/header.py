"""The header's door: `X-Emulator-Fault` on one call, an RFC 9651 dictionary.

    X-Emulator-Fault: error=rate_limited, retry_after=3, delay="250ms"

The keys are those of a fault's `then`, but for sequences; what is an object there is its JSON in a
string. Of a call that carries several operations, `operation` says which is meant. Over gRPC the
same stands in the metadata.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from emulator.core.arming import make_firing
from emulator.core.faults import Firing
from emulator.core.records import Failure, Unfit, convert_record
from emulator.core.view import View
from emulator.edge.faults.bodies import HeaderFault, StepBody
from emulator.edge.faults.checks import check_step
from emulator.edge.faults.defects import check_defects
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider
from emulator.edge.shapes import read_shape

HEADER = "x-emulator-fault"
SOURCE = "X-Emulator-Fault"

_OBJECTS = frozenset({"delay", "graphql", "grpc"})
_EXAMPLE = 'X-Emulator-Fault: error=rate_limited, retry_after=3, delay="250ms"'


def read_header(text: str, *, is_open: bool) -> HeaderFault:
    """The fault that a header asks for.

    Raises:
        Problem: 400, it is malformed; 403, this door is closed. The call is not made.
    """
    if not is_open:
        raise Problem(
            403,
            "Fault header closed",
            "The emulator was started with EMULATOR_FAULT_HEADER=off: the call was not made. "
            "Arm faults with POST /_emulator/sandboxes/{id}/faults instead.",
        )
    values = _parse(text)
    operation = values.pop("operation", None)
    if operation is not None and not isinstance(operation, str):
        raise _refuse([Failure("/operation", "must be a name")])
    try:
        body = convert_record(values, StepBody, read_shape)
    except Unfit as unfit:
        raise _refuse(unfit.failures) from None
    return HeaderFault(body, operation)


def fire_header(
    provider: Provider, fault: HeaderFault, operations: Sequence[str], view: View, number: int
) -> tuple[Firing, str]:
    """The firing that a header asks for, and which of the call's operations it befalls.

    Raises:
        Problem: 400, it can't befall them.
    """
    operation = operations[0]
    if fault.operation is not None:
        short = fault.operation.removeprefix(f"{provider.name}.")
        operation = f"{provider.name}.{short}"
        if operation not in operations:
            message = f"is not in this call, which has {', '.join(operations)}"
            raise _refuse([Failure("/operation", message)])
    short = operation.partition(".")[2]
    failures = list(check_step(provider, short, fault.body, ""))
    failures = failures or list(check_defects(view, provider, short, fault.body, ""))
    if failures:
        raise _refuse(failures)
    return make_firing(SOURCE, fault.body.record(), view.seed, number), operation


def _parse(text: str) -> dict[str, Any]:
    from http_sfv.dictionary import Dictionary  # noqa: PLC0415 - for the calls that carry the header

    if not text.strip():
        raise _refuse([Failure("", "asks for nothing")])
    dictionary = Dictionary()
    try:
        dictionary.parse(text.encode("latin-1"))
    except ValueError:
        raise _refuse([Failure("", "is no RFC 9651 dictionary")]) from None
    return {name: _unpack(name, _plain(name, item)) for name, item in dictionary.items()}


def _plain(name: str, item: object) -> object:
    """A member's value; a token is a text here, whatever its class."""
    if not hasattr(item, "value"):
        raise _refuse([Failure(f"/{name}", "must be one value, not a list in parentheses")])
    return item.value if isinstance(item.value, bool | int | float) else str(item.value)


def _unpack(name: str, value: object) -> object:
    """An object is written as JSON in a string; a bare gRPC code stands for itself."""
    if name not in _OBJECTS or not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            raise _refuse([Failure(f"/{name}", "is not JSON, or too deep")]) from None
    return {"code": value} if name == "grpc" else value


def _refuse(failures: Sequence[Failure]) -> Problem:
    told = "; ".join(f"{path[1:] or 'it'} {message}" for path, message in failures[:3])
    errors: list[Mapping[str, str]] = [{"path": p, "message": m} for p, m in failures]
    return Problem(
        400,
        "Bad fault header",
        f"The emulator, not the provider, refuses X-Emulator-Fault: {told}. The call was not made. "
        f"An example: {_EXAMPLE}",
        errors=errors,
    )
