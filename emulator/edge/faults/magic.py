"""Magic values: ids and names of a provider's own vocabulary that ask for a fault.

For clients that can set neither a header nor reach the control API: a value that begins with the
provider's prefix names a fault.
"""

from collections.abc import Mapping
from typing import get_args

from emulator.core.arming import make_firing
from emulator.core.defects import DEFECTS
from emulator.core.faults import Delay, Firing
from emulator.core.view import View
from emulator.edge.faults.bodies import StepBody, Transport
from emulator.edge.faults.checks import check_step
from emulator.edge.faults.defects import check_defects
from emulator.edge.provider import Provider
from emulator.edge.shapes import Delay as DelayShape

SLOW_S = 2.0

# What a magic value can ask for besides every error of the catalogue and every alias.
TRANSPORTS = tuple(kind for kind in get_args(Transport) if kind != "deadline")  # gRPC's alone
_WAYS: Mapping[str, StepBody] = {
    "slow": StepBody(delay=DelayShape(Delay(SLOW_S, SLOW_S))),
    **{kind: StepBody(transport=kind) for kind in TRANSPORTS},
    **{f"token_{defect}": StepBody(token=defect) for defect in DEFECTS},
}


def fire_magic(provider: Provider, operation: str, value: str, view: View) -> Firing | None:
    """The fault that a value asks for; one that asks for none, or for what can't be, is a value.

    `operation`: its short name. Behind the prefix letter case does not count, nor `-` for `_`.
    """
    magic = provider.magic
    if magic is None or not value.startswith(magic.prefix):
        return None
    asked = value[len(magic.prefix) :].lower().replace("-", "_")
    step = _WAYS.get(asked) or StepBody(error=asked)
    if any(check_step(provider, operation, step, "")):
        return None
    if any(check_defects(view, provider, operation, step, "")):
        return None
    return make_firing(magic.source, step.record(), view.seed, value)


def name_ways(provider: Provider) -> list[str]:
    """Everything that the provider's magic values can ask for, behind its prefix."""
    errors = [*provider.aliases, *(n for n in provider.catalogue if n not in provider.aliases)]
    return [*errors, *_WAYS]
