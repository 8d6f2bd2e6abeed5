"""What every answer carries in `extensions`: the request's id, and what is left of the limits."""

from collections.abc import Mapping

import msgspec

from emulator.core.clock import render_time
from emulator.core.decisions import Json
from emulator.core.ids import derive_uuid
from emulator.core.view import View
from emulator.edge.call import Call

# [doc] H; the settings have them too.
KEY_LIMIT = 200
COMPLEXITY_LIMIT = 5000


class Usage(msgspec.Struct, frozen=True):
    """What a caller has used up, this call included. `cost`: this call's points."""

    calls: int = 1
    limit: int = KEY_LIMIT
    points: int = 0
    complexity: int = COMPLEXITY_LIMIT


def request_id(call: Call, seed: str) -> str:
    """A bare UUID [doc] H."""
    return derive_uuid(seed, "highnote.request_id", call.number)


def render_rate_limit(now: float, usage: Usage, retry_after_s: int | None = None) -> Json:
    """The documented shape [doc] H; with the limiter off only this call is counted."""
    remaining = max(usage.limit - usage.calls, 0)
    told: dict[str, Json] = {
        "asOf": render_time(now),
        "count": {"cost": 1, "remaining": remaining, "limit": usage.limit},
        "complexity": {
            "remaining": max(usage.complexity - usage.points, 0),
            "limit": usage.complexity,
        },
        "remaining": remaining,
        "limit": usage.limit,
    }
    if retry_after_s is not None:
        told["retryAfter"] = retry_after_s
    return told


def values(call: Call, view: View) -> Mapping[str, Json]:
    """What fills the places of every row."""
    now = view.state.clock.now(call.wall)
    return {
        "request_id": request_id(call, view.seed),
        "rate_limit": render_rate_limit(now, Usage()),
    }
