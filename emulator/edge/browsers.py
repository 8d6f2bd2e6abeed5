"""A server's secret that a browser sent: said in each such answer's hint, and in the log once."""

import logging

from emulator.core.sandbox import Sandbox
from emulator.edge.call import Answer, Call
from emulator.edge.client import is_page
from emulator.edge.provider import Provider

log = logging.getLogger("emulator.browsers")

WARNING = "A browser sent a secret key, which belongs on a server: give pages tokens alone."
HINT_BYTES = 300
MAX_TOLD = 4096


class Browsers:
    """The pages that send what they should not have. `most`: places that are remembered."""

    def __init__(self, most: int = MAX_TOLD) -> None:
        self._most = most
        self._told: set[tuple[str, str]] = set()

    def warn(self, provider: Provider, sandbox: Sandbox, call: Call, answer: Answer) -> None:
        """Add the warning to an answer's hint, if a page presented a secret."""
        if not is_page(call.headers) or not _presents_secret(provider, call):
            return
        answer.hint = add_warning(answer.hint)
        place = (sandbox.id, provider.name)
        if place in self._told:
            return
        if len(self._told) >= self._most:
            self._told.clear()  # what is told twice does less harm than what is never forgotten
        self._told.add(place)
        fields = {"sandbox": sandbox.id, "operation": call.operation}
        log.warning("a browser sent a secret key: mint on a server", extra={"fields": fields})


def add_warning(hint: str) -> str:
    """The hint with the warning after it; what is too long for both is cut in the hint."""
    room = HINT_BYTES - len(WARNING) - 1
    if len(hint) > room:
        hint = f"{hint[: room - 3]}..."
    return f"{hint} {WARNING}".lstrip()


def _presents_secret(provider: Provider, call: Call) -> bool:
    presented = provider.present(call)
    return presented is not None and presented[0] == "secret"
