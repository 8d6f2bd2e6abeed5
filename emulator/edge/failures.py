"""What goes wrong on our side of a call: the alias of the provider's row, and its hint."""

import logging

from emulator.core.ledger import Unavailable
from emulator.core.sandbox import Gone
from emulator.edge.publicity import HINT, PublicKey

log = logging.getLogger("emulator.calls")


def explain_failure(error: Exception, what: str) -> tuple[str, str]:
    """The alias and the hint for an exception; a defect leaves its trace in the log.

    `what`: what failed, for the log.
    """
    if isinstance(error, PublicKey):
        return "unauthorized", HINT
    if isinstance(error, Gone):
        return "unavailable", "The sandbox was dropped while the call was under way."
    if isinstance(error, Unavailable):
        return "unavailable", str(error) or "The ledger did not answer."
    log.error("%s failed", what, exc_info=error)
    return "internal", "A defect of the emulator: its log has the trace."
