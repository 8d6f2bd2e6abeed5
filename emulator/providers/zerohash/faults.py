"""The ways in which a call to zerohash asks for its own fault."""

from collections.abc import Iterable

from emulator.core.faults import Firing, Then
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Ask, Magic
from emulator.providers.zerohash.auth import SCENARIO
from emulator.providers.zerohash.errors import MINT_SCENARIOS, SCENARIOS
from emulator.providers.zerohash.state import PROVIDER

MINT = f"{PROVIDER}.client_auth_token"
PREFIX = "FAULT_"  # of a participant's code: FAULT_RATE_LIMITED [design]

_RAW = PREFIX.encode()


def trigger(call: Call) -> Firing | None:
    """The fault that the provider's own header asks for; an unknown scenario asks for none.

    What Payins say no to is a mint's [openapi] H: such a scenario befalls no other operation.
    """
    scenario = call.headers.get(SCENARIO)
    if not scenario:
        return None
    name = scenario.strip().lower()
    row = SCENARIOS.get(name)
    if row is None and call.operation == MINT:
        row = MINT_SCENARIOS.get(name)
    return Firing("X-Simulator-Scenario", Then(error=row)) if row else None


def find_magic(_: View, call: Call, ask: Ask) -> Iterable[str]:
    """A participant's code, in body, path or query."""
    if PREFIX not in call.target and _RAW not in call.body:
        return ()
    value = ask().value("participant_code")
    return (value,) if isinstance(value, str) else ()


MAGIC = Magic(
    "a participant_code",
    PREFIX,
    find_magic,
    (("`participant_code` in a body, a path or a query", f"{PREFIX}RATE_LIMITED"),),
)
