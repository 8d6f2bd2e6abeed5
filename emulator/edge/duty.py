"""What a provider says of one kind of its work that falls due: plain functions and data."""

from collections.abc import Callable

import msgspec

from emulator.core.due import Work
from emulator.core.facts import Fact
from emulator.core.view import View
from emulator.edge.exchange import Request, Response, Unanswered


class Settled(msgspec.Struct, frozen=True):
    """How a piece of work ended, in a word, and the facts that follow.

    `again_in_s`: it did not end, and is to be tried again after so many seconds on the sandbox's
    clock.
    """

    outcome: str
    facts: tuple[Fact, ...] = ()
    again_in_s: float | None = None


def _settle_nothing(_: View, __: Work, ___: Response | Unanswered) -> Settled:
    return Settled("done")


class Duty(msgspec.Struct, frozen=True):
    """One kind of work. Both functions are pure, and may run several times.

    `begin`: what is to be sent, or how it ended where nothing is. `settle`: what follows from the
    answer. A piece of work is about the moment when it was due, which may have passed.
    """

    begin: Callable[[View, Work], Request | Settled]
    settle: Callable[[View, Work, Response | Unanswered], Settled] = _settle_nothing
