"""What an SDK module says to the page that opened it, and what the stand-in tells of a token."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from emulator.providers.zerohash.wire.shapes import Shape

# The prefix of a module's messages is its name in capitals. [sdk iOS] H Seen for these; for the
# other modules [guess] M.
SEEN = frozenset({"onboarding", "profile", "fund", "crypto-account-link"})

# What every module says of itself, after its prefix. [doc][sdk iOS] H
USUAL = (
    ("loaded", "APP_LOADED"),
    ("completed", "COMPLETED"),
    ("failed", "FAILED"),
    ("closed", "CLOSE_BUTTON_CLICKED"),
)

# What one module says besides, in full. [doc] H
_LINKED = ("account linked", "CRYPTO_ACCOUNT_LINK_EXTERNAL_ACCOUNT_CREATED")
BESIDES = {
    "onboarding": ("pending approval", "ONBOARDING_PENDING_APPROVAL"),
    "crypto-account-link": _LINKED,
    "crypto-account-link-payouts": _LINKED,
}

READY = "SDK_MOBILE_READY"  # said once, before a module is asked for [doc][sdk iOS] H


class Event(msgspec.Struct, frozen=True):
    """A message that a module may send. `known`: its type is documented or seen, not guessed."""

    name: str
    type: str
    known: bool


class Verdict(msgspec.Struct, frozen=True):
    """Whether a token opens a module. All [design]: the real web app asks its own backend.

    `reason`: the check that failed, None when none did; `needs`: the permission that the module
    asks for; `claims`: what the token says, None when it is no JWT; `now`: the sandbox's time, Unix
    seconds; `modules`: all that there are.
    """

    module: str
    opens: bool
    reason: str | None
    detail: str
    needs: str | None
    claims: Mapping[str, Any] | None
    events: tuple[Event, ...]
    modules: tuple[str, ...]
    now: float


class CheckModule(Shape):
    """The module that a token is to open."""

    module: str


def list_events(module: str) -> Iterator[Event]:
    """What a module may send."""
    prefix = module.replace("-", "_").upper()
    for name, ending in USUAL:
        yield Event(name, f"{prefix}_{ending}", module in SEEN)
    if module in BESIDES:
        name, kind = BESIDES[module]
        yield Event(name, kind, known=True)
