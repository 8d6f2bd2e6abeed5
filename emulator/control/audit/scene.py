"""The calls of a sandbox as the audit looks at them: in the order in which they came in."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Literal, NamedTuple

import msgspec

from emulator.core.journal import CallRecord
from emulator.core.records import Json
from emulator.edge.provider import Providers, Retries

Severity = Literal["error", "notice"]
Side = tuple[str, str | None, str]  # provider, operation, caller

UNTOLD = Retries()


class Offence(NamedTuple):
    """A call that should not have been made so. `before`: the call that made it wrong."""

    call: CallRecord
    before: CallRecord | None = None
    details: Mapping[str, Json] = {}
    severity: Severity = "error"


class Scene(msgspec.Struct, frozen=True):
    """Calls that came in, and what is known of those who answered them."""

    calls: tuple[CallRecord, ...]
    providers: Providers

    def retries(self, call: CallRecord) -> Retries:
        """The rules of the call's provider for sending it again."""
        provider = self.providers.get(call.provider)
        return provider.retries if provider else UNTOLD

    def is_mint(self, call: CallRecord) -> bool:
        """Whether the call asked for a token."""
        provider = self.providers.get(call.provider)
        return provider is not None and call.operation in provider.lifetimes


def set_scene(calls: Iterable[CallRecord], providers: Providers) -> Scene:
    """The calls that came in, in that order. They are kept in the order of their ends."""
    came_in = (call for call in calls if call.direction == "in")
    return Scene(tuple(sorted(came_in, key=attrgetter("client.wall"))), providers)


def side_of(call: CallRecord) -> Side:
    """Who asked for what."""
    return call.provider, call.operation, call.client.caller


def answered_at(call: CallRecord) -> float:
    """When it was answered, Unix seconds of real time."""
    return call.client.wall + call.duration_ms / 1000


def waited_s(before: CallRecord, call: CallRecord) -> float:
    """How long somebody waited after an answer, by the clock that is kinder to them.

    They wait in real time; a test that moves the sandbox's clock, or scales it, waits by that.
    """
    in_reality = call.client.wall - answered_at(before)
    on_clock = call.at - before.at
    if abs(on_clock - (call.client.wall - before.client.wall)) < _SAME_S:
        return in_reality
    return max(in_reality, on_clock)


_SAME_S = 0.001  # the two clocks run alike
