"""The way in which a call to useGrant asks for its own fault: the name of a client."""

from collections.abc import Iterable

from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Ask, Magic
from emulator.providers.usegrant.state import CLIENTS

PREFIX = "fault-"  # of a client's name: fault-rate-limited [design]


def find_magic(view: View, call: Call, _: Ask) -> Iterable[str]:
    """The name of the client that the call is about; creating one of that name fails nothing."""
    wanted = call.params.get("clientId")
    client = view.table(CLIENTS).get(wanted) if wanted else None
    return (client.name,) if client is not None and client.name.startswith(PREFIX) else ()


MAGIC = Magic(
    "a client's name",
    PREFIX,
    find_magic,
    (("the `name` of the client that a call is about", f"{PREFIX}rate-limited"),),
)
