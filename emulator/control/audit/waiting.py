"""Called again before the time that the answer had told."""

from collections.abc import Iterator

from emulator.control.audit.scene import (
    Offence,
    Scene,
    Side,
    answered_at,
    side_of,
    waited_s,
)
from emulator.core.journal import CallRecord
from emulator.core.matching import step_into

SLACK_S = 0.1  # timers are not exact


def find_impatience(scene: Scene) -> Iterator[Offence]:
    """Calls of the same operation by the same caller, too early after it was told to wait."""
    told: dict[Side, CallRecord] = {}
    for call in scene.calls:
        if not call.client.caller:
            continue
        side = side_of(call)
        before = told.get(side)
        if before is not None and call.client.wall < answered_at(before):
            continue  # sent before that answer was there
        if before is not None:
            wait_s = read_wait(scene, before) or 0.0
            if waited_s(before, call) + SLACK_S < wait_s:
                details = {"retry_after_s": wait_s, "waited_s": round(waited_s(before, call), 3)}
                yield Offence(call, before, details)
        if read_wait(scene, call) is not None:
            told[side] = call
        elif before is not None:
            del told[side]


def read_wait(scene: Scene, call: CallRecord) -> float | None:
    """How many seconds an answer asked to wait; of two that differ the shorter one."""
    headers = {name.lower(): value for name, value in call.response.headers.items()}
    value: object = call.response.body
    path = scene.retries(call).wait_at
    for name in path:
        value = step_into(value, name)
    found = [_seconds(headers.get("retry-after")), _seconds(value) if path else None]
    return min((seconds for seconds in found if seconds is not None), default=None)


def _seconds(value: object) -> float | None:
    """A number of seconds; a date is none."""
    if isinstance(value, str):
        return float(value) if value.isascii() and value.isdigit() and len(value) < 16 else None  # noqa: PLR2004
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
