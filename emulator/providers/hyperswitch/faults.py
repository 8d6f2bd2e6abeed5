"""The way in which a call to Hyperswitch asks for its own fault: a connector's key."""

from collections.abc import Iterable

from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Ask, Magic
from emulator.providers.hyperswitch.auth.metadata import peek

PREFIX = "fake-fault-"  # of a credential: fake-fault-rate_limited [design]


def find_magic(_: View, call: Call, __: Ask) -> Iterable[str]:
    """The values of the credentials in the metadata."""
    if any(PREFIX in value for name, value in call.headers.items() if name.startswith("x-")):
        presented = peek(call.headers)
        return presented.config.values() if presented else ()
    return ()


MAGIC = Magic(
    "a credential",
    PREFIX,
    find_magic,
    (("any value of a connector's credentials", f"{PREFIX}rate_limited"),),
)
