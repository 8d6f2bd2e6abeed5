"""The same request once more: after a no that stays a no, or when it may have been done already."""

from collections.abc import Iterator

from emulator.control.audit.outcomes import Outcome, conclude
from emulator.control.audit.scene import Offence, Scene, answered_at, side_of, waited_s
from emulator.control.audit.tokens import is_about_end
from emulator.core.journal import CallRecord

WITHIN_S = 60.0  # later it is another attempt, and no retry

_READING = frozenset({"GET", "HEAD"})


def find_futile(scene: Scene) -> Iterator[Offence]:
    """The same request again after an answer that will not change.

    Who put right what was wrong, and then got another answer, has done well. After an injected no
    nothing was there to be put right.
    """
    for before, call, outcome in _pairs(scene):
        if outcome != "never" or is_about_end(before) or _is_poll(before):
            continue
        if before.injected or before.refusal == call.refusal:
            yield Offence(call, before, {"status": before.status, "refusal": before.refusal})


def find_doubtful(scene: Scene) -> Iterator[Offence]:
    """The same mint again, when the first may have made a token: there may be two now."""
    for before, call, outcome in _pairs(scene):
        if outcome == "open" and scene.is_mint(call):
            details = {"status": before.status, "transport": before.transport}
            yield Offence(call, before, details, "notice")


def _pairs(scene: Scene) -> Iterator[tuple[CallRecord, CallRecord, Outcome]]:
    """Each call that came soon after the answer to its like, that one, and how that ended."""
    seen: dict[object, CallRecord] = {}
    for call in scene.calls:
        if not call.client.caller or not call.client.asked:
            continue
        like = (side_of(call), call.client.asked)
        before = seen.get(like)
        if (
            before is not None
            and call.client.wall >= answered_at(before)
            and waited_s(before, call) <= WITHIN_S
        ):
            yield before, call, conclude(scene, before)
        seen[like] = call


def _is_poll(call: CallRecord) -> bool:
    """Whether it asked for something that may yet come to be."""
    return call.request.method in _READING and call.status == 404  # noqa: PLR2004
