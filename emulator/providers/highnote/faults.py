"""The way in which a call to Highnote asks for its own fault: the id of what it is about."""

from collections.abc import Iterable

from emulator.core.matching import step_into
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Ask, Magic

PREFIX = "fault_"  # of an id: fault_rate_limited [design]

_RAW = PREFIX.encode()


def find_magic(_: View, call: Call, ask: Ask) -> Iterable[str]:
    """The ids among a root field's arguments, and those of its input object."""
    if _RAW not in call.body:
        return ()
    arguments = ask().whole
    return _find_ids(arguments) + _find_ids(step_into(arguments, "input"))


def _find_ids(place: object) -> list[str]:
    if not isinstance(place, dict):
        return []
    return [v for name, v in place.items() if isinstance(v, str) and name.lower().endswith("id")]


MAGIC = Magic(
    "an id",
    PREFIX,
    find_magic,
    (("any argument, or field of `input`, whose name ends in `id`", f"{PREFIX}rate_limited"),),
)
