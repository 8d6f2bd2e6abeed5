"""The way in which a call to Highnote asks for its own fault: the id of what it is about."""

from collections.abc import Iterable

from emulator.core.matching import step_into
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Ask, Magic

PREFIX = "fault_"  # of an id: fault_rate_limited [design]


def find_magic(_: View, call: Call, ask: Ask) -> Iterable[str]:
    """The ids among a root field's arguments, and those of its input object."""
    if PREFIX.encode() not in call.body or not ask().is_readable:
        return
    arguments = ask().whole
    for place in (arguments, step_into(arguments, "input")):
        if isinstance(place, dict):
            for name, value in place.items():
                if isinstance(value, str) and name.lower().endswith("id"):
                    yield value


MAGIC = Magic(
    "an id",
    PREFIX,
    find_magic,
    (("any argument, or field of `input`, whose name ends in `id`", f"{PREFIX}rate_limited"),),
)
