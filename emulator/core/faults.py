"""Faults: what may befall a call, and which calls. Records only; `arming` decides.

An error is named, never written here: it is a row of the provider's own catalogue. What the edge
has to carry out (a cut connection, a broken token) is named too.
"""

import math
from typing import Any, Literal

import msgspec

MAX_DELAY_S = 60.0

Scalar = None | bool | int | float | str
Pattern = Scalar | list[Scalar]
Effect = Literal["before", "after"]

# Of these the client sees nothing of an answer, so whether the operation ran is a choice.
SILENT = frozenset({"reset", "close_before_headers"})

_Z99 = 2.3263478740408408  # the normal distribution's 99th percentile


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Which of the matching calls.

    The nth fires when n > `after`, (n - after - 1) % `every` == 0, the draw is below
    `probability`, fewer than `times` have fired, and less than `for_s` seconds of the sandbox's
    time have passed since the rule was armed.
    """

    after: int = 0
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    for_s: float | None = None


class Delay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How long a call waits, in seconds of real time.

    Anywhere between `low_s` and `high_s`; `skewed`: log-normal, with these as its 50th and 99th
    percentiles.
    """

    low_s: float
    high_s: float
    skewed: bool = False

    def draw(self, chance: float) -> float:
        """The delay for a chance of 0 up to 1."""
        if not self.skewed:
            return self.low_s + (self.high_s - self.low_s) * chance
        from statistics import NormalDist  # noqa: PLC0415 - 5 ms, for those who want it

        middle = math.log(self.low_s)
        spread = (math.log(self.high_s) - middle) / _Z99
        z = NormalDist().inv_cdf(min(max(chance, 1e-9), 1 - 1e-9))
        return min(MAX_DELAY_S, math.exp(middle + spread * z))


class GraphqlFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a GraphQL answer says besides: top-level `errors`, `nulls` at dotted paths, no data."""

    errors: tuple[dict[str, Any], ...] = ()
    nulls: tuple[str, ...] = ()
    drops_data: bool = False


class GrpcFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A status in place of an answer. `code`: its name; `trailers`: metadata besides."""

    code: str
    message: str = ""
    trailers: tuple[tuple[str, str], ...] = ()


class Then(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What happens to a call; nothing of it, and it passes.

    `error` and `grpc` answer instead of the operation; `retry_after` (whole seconds) goes with an
    error. `transport`: how the answer is mangled on its way; `effect`: whether a call whose answer
    never comes was carried out. `token`: a defect of what is minted.
    """

    error: str | None = None
    retry_after: int | None = None
    delay: Delay | None = None
    lifetime_s: int | None = None
    transport: str | None = None
    effect: Effect = "before"
    token: str | None = None
    graphql: GraphqlFault | None = None
    grpc: GrpcFault | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the client sees nothing of an answer."""
        return self.transport in SILENT

    @property
    def is_unanswered(self) -> bool:
        """Whether the operation is not carried out because its answer is lost beforehand."""
        return self.is_silent and self.effect == "before"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An armed fault. `operation`: `<provider>.<operation>`, or `<provider>.*`.

    `armed_at`: Unix seconds; `match`: dotted paths and their patterns. With `sequence` the kth
    firing plays its step k in `then`'s place; `repeats`: from the start again after the last.
    """

    id: str
    operation: str
    armed_at: float
    when: When
    then: Then
    match: dict[str, Pattern] = {}
    sequence: tuple[Then, ...] = ()
    repeats: bool = False


class Hits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a rule has seen: calls that matched, and times it fired."""

    matched: int = 0
    fired: int = 0


class Firing(msgspec.Struct, frozen=True, gc=False):
    """The fault that befalls one call. `source`: the rule's id, or the door it came through.

    `delay_s`: how long this one waits.
    """

    source: str
    then: Then
    delay_s: float = 0.0
