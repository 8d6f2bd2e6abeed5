"""The documented rate limits: calls of an organization or token subject, and complexity."""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Json, Refusal
from emulator.core.facts import CallCounted, Fact
from emulator.core.limits import RateLimit
from emulator.core.view import View
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.errors import CATALOGUE, USED_UP
from emulator.providers.highnote.extensions import Usage, render_rate_limit
from emulator.providers.highnote.state.kinds import PROVIDER
from emulator.providers.highnote.state.records import Limits, Settings


def meet_limits(view: View, caller: Caller, points: int) -> tuple[Usage, tuple[Fact, ...]]:
    """What the caller has used with this call, and what is counted of it.

    Counted by whom the credential proves to be, so after authentication [guess].

    Raises:
        Refusal: a limit is reached; nothing is counted then.
    """
    limits = view.settings(Settings).rate_limit
    limit = limits.token_limit if caller.token else limits.limit
    if not limits.enabled:
        return Usage(1, limit, points, limits.complexity), ()
    calls = msgspec.structs.replace(limits, limit=limit)
    complexity = msgspec.structs.replace(limits, limit=limits.complexity)
    _check(view, caller, calls, "request")
    _check(view, caller, complexity, "request complexity")
    usage = Usage(
        _used(view, caller, calls, "request") + 1,
        limit,
        _used(view, caller, complexity, "request complexity") + points,
        limits.complexity,
    )
    counted = (
        CallCounted(view.now, PROVIDER, _subject(caller, "request"), limit),
        CallCounted(
            view.now,
            PROVIDER,
            _subject(caller, "request complexity"),
            limits.complexity,
            max(points, 1),
        ),
    )
    return usage, counted


def _subject(caller: Caller, what: str) -> str:
    return f"{what} of {caller.subject}"


def _used(view: View, caller: Caller, rate: RateLimit, what: str) -> int:
    return view.limits.used((PROVIDER, _subject(caller, what)), rate, view.now)


def _check(view: View, caller: Caller, rate: Limits, what: str) -> None:
    wait_s = view.limits.wait_s((PROVIDER, _subject(caller, what)), rate, view.now)
    if not wait_s:
        return
    window = rate.window_s
    values: Mapping[str, Json] = {
        "message": USED_UP.format(limit=rate.limit, what=what, window=window),
        "used_up": render_rate_limit(view.now, Usage(rate.limit, rate.limit), wait_s),
    }
    hint = f"{rate.limit} {what} points in {window:g} s are allowed here: see the settings."
    headers = (("Retry-After", str(wait_s)),)
    raise Refusal(CATALOGUE["rate_limited"], values, hint=hint, headers=headers)
