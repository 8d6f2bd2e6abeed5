"""Telling the time, to anybody: the one operation without authentication [openapi] H."""

import msgspec

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.providers.zerohash.state import Settings


class Moment(msgspec.Struct, frozen=True):
    """The sandbox's time, and how the provider's answer is to say it."""

    now: float
    epoch_only: bool


def tell_time(view: View, caller: None, request: None) -> Granted[Moment]:  # noqa: ARG001 - anybody's
    """The sandbox's time."""
    return Granted(Moment(view.now, view.settings(Settings).time_format == "epoch"))
