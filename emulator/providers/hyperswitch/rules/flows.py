"""Which connector knows which call, and what the service says where one does not."""

from emulator.core.decisions import Refusal
from emulator.providers.hyperswitch.auth import Caller
from emulator.providers.hyperswitch.connectors import FLOWS, NOT_SUPPORTED
from emulator.providers.hyperswitch.errors import CATALOGUE


def check_flow(caller: Caller, flow: str) -> None:
    """Whether the connector has this call; as documented, every one has.

    Raises:
        Refusal: the service's two ways to say that it has not.
    """
    name = caller.connector.name
    if caller.profile == "documented" or name in FLOWS[flow]:
        return
    row = "flow_not_supported" if name in NOT_SUPPORTED else "not_implemented"
    if caller.dialect.era == "march":
        row = f"march_{row}"
    raise Refusal(CATALOGUE[row], {"flow": flow, "connector": name.replace("_online", "online")})
