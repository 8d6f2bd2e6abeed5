"""What every answer carries in `extensions`: the request's id, and what is left of the limits."""

from collections.abc import Mapping

from emulator.core.clock import render_time
from emulator.core.decisions import Json
from emulator.core.ids import derive_uuid
from emulator.core.view import View
from emulator.edge.call import Call

# Per 10 s: an organization's requests, a client token's, and complexity for either. [doc] H
KEY_LIMIT = 200
TOKEN_LIMIT = 20
COMPLEXITY_LIMIT = 5000


def request_id(call: Call, seed: str) -> str:
    """A bare UUID [doc] H."""
    return derive_uuid(seed, "highnote.request_id", call.number)


def render_rate_limit(now: float, limit: int, cost: int) -> Json:
    """The documented shape [doc] H; with the limiter off nothing is ever used up."""
    return {
        "asOf": render_time(now),
        "count": {"cost": 1, "remaining": limit - 1, "limit": limit},
        "complexity": {
            "remaining": max(COMPLEXITY_LIMIT - cost, 0),
            "limit": COMPLEXITY_LIMIT,
        },
        "remaining": limit - 1,
        "limit": limit,
    }


def values(call: Call, view: View) -> Mapping[str, Json]:
    """What fills the places of every row."""
    now = view.state.clock.now(call.wall)
    return {
        "request_id": request_id(call, view.seed),
        "rate_limit": render_rate_limit(now, KEY_LIMIT, 0),
    }


def render_used_up(limit: int, retry_after_s: int) -> dict[str, Json]:
    """What is left when nothing is [doc] H."""
    return {
        "count": {"cost": 1, "remaining": 0, "limit": limit},
        "complexity": {"remaining": COMPLEXITY_LIMIT, "limit": COMPLEXITY_LIMIT},
        "remaining": 0,
        "limit": limit,
        "retryAfter": retry_after_s,
    }
