"""A scenario as people write it: steps with relative times, each doing one thing."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from emulator.control.clock import ClockBody
from emulator.control.keys import Rotate
from emulator.edge.faults.bodies import FaultBody
from emulator.edge.shapes import Duration

MAX_STEPS = 200

Title = Annotated[str, Meta(min_length=1, max_length=120)]
About = Annotated[str, Meta(max_length=2000)]


class Tokens(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Which tokens end: all that are active, or those of a provider, kind or subject."""

    provider: str | None = None
    kind: str | None = None
    subject: str | None = None


class Rotation(Rotate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose keys take a step, and which."""

    provider: str


class Step(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One thing that happens, so long after the start on the sandbox's clock.

    `fault` is armed; `clock`, `settings`, `lifetimes` are changed as the control API's PUT does;
    `rotate`: keys take a step; `revoke`, `expire`: tokens that are active then end.
    """

    at: Duration = msgspec.field(default_factory=lambda: Duration(0))
    fault: FaultBody | None = None
    clock: ClockBody | None = None
    settings: dict[str, Any] | None = None
    lifetimes: dict[str, Any] | None = None
    rotate: Rotation | None = None
    revoke: Tokens | None = None
    expire: Tokens | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A script of faults and clock: what happens in a sandbox from its start on."""

    title: Title
    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=MAX_STEPS)]
    about: About = ""


ACTS = tuple(field.name for field in msgspec.structs.fields(Step) if field.name != "at")


def name_acts(step: Step) -> list[str]:
    """What the step does: one thing, if it is right."""
    return [name for name in ACTS if getattr(step, name) is not None]
