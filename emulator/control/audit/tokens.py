"""A token that was used when it was over."""

from collections.abc import Iterator, Mapping

from emulator.control.audit.scene import Offence, Scene
from emulator.core.introspection import ENDS
from emulator.core.journal import CallRecord


def find_outlived(scene: Scene) -> Iterator[Offence]:
    """Calls with an ended token. Who had it checked for another has only passed it on."""
    for call in scene.calls:
        if is_about_end(call):
            told = call.explanation if isinstance(call.explanation, Mapping) else {}
            details = {"reason": told["check"]}
            details |= {name: told[name] for name in ("jti", "expires_at") if name in told}
            own = call.client.presented == "token"
            yield Offence(call, details=details, severity="error" if own else "notice")


def is_about_end(call: CallRecord) -> bool:
    """Whether it was refused for a token that is over. An injected no explains nothing."""
    told = call.explanation
    return isinstance(told, dict) and told.get("check") in ENDS
