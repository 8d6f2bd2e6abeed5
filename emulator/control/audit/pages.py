"""What does not belong into a page of a browser."""

from collections.abc import Iterator

from emulator.control.audit.scene import Offence, Scene
from emulator.core.journal import CallRecord


def find_leaked(scene: Scene) -> Iterator[Offence]:
    """A server's secret that a page had: so has everybody who opens it."""
    for call in scene.calls:
        if call.client.browser and call.client.presented == "secret":
            yield Offence(call, details=_tell_page(call))


def find_minting(scene: Scene) -> Iterator[Offence]:
    """A page that asked for a token by itself, where a server should decide who gets one."""
    for call in scene.calls:
        if call.client.browser and scene.is_mint(call):
            yield Offence(call, details=_tell_page(call))


def _tell_page(call: CallRecord) -> dict[str, str | None]:
    return {"origin": call.request.headers.get("origin")}
