"""What a test expects of calls, as it is asked, and the emulator's verdict, as it is told."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from emulator.testing.records import Verdict
from emulator.testing.wire import Json, Object, as_list, as_object

Where: TypeAlias = Mapping[str, object]

SHOWN = 3


def write_step(step: str | tuple[str, Where]) -> Mapping[str, object]:
    """A step of an order: an operation, alone or with its `where`."""
    operation, where = (step, {}) if isinstance(step, str) else step
    return {"operation": operation, "where": dict(where)}


def explain_verdict(subject: str, verdict: Verdict) -> Iterator[str]:
    """Why it is not so, or why nobody knows, and how the nearest calls differ."""
    yield f"{subject}: {verdict.reason}"
    for miss in map(as_object, verdict.nearest[:SHOWN]):
        found = as_list(miss["differences"])
        told = "; ".join(_tell(as_object(difference)) for difference in found)
        yield f"  {miss['call']} {miss['operation']}: {told}"


def _tell(difference: Object) -> str:
    wanted: Json = difference["expected"]
    if difference.get("masked"):
        return f"{difference['path']} is masked"
    if "actual" not in difference:
        return f"{difference['path']} is absent, not {wanted!r}"
    return f"{difference['path']} is {difference['actual']!r}, not {wanted!r}"
