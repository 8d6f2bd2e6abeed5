"""Which of the service's ways of speaking a call is in: its package, or HTTP mode."""

from typing import Literal

import msgspec

from emulator.providers.hyperswitch.state import Profile


class Dialect(msgspec.Struct, frozen=True):
    """`era`: whose texts refusals have; `profile`: what holds unless a setting says otherwise.

    The profile per package follows the specification's proposal. [design]
    """

    name: Literal["ucs.v2", "types", "http"]
    era: Literal["march", "current"]
    profile: Profile


UCS = Dialect("ucs.v2", "march", "documented")
TYPES = Dialect("types", "current", "faithful")
HTTP = Dialect("http", "current", "faithful")


def dialect_of(target: str) -> Dialect:
    """The dialect of a gRPC path or an HTTP one."""
    if target.startswith("/types."):
        return TYPES
    return UCS if target.startswith("/ucs.") else HTTP
