"""Defects that a provider's tokens can't have are refused when they are asked for."""

from collections.abc import Iterator

from emulator.core.defects import MISSING_CLAIM, Frailty
from emulator.core.records import Failure, name_nearest, point
from emulator.core.view import View
from emulator.edge.faults.bodies import StepBody, ThenBody
from emulator.edge.provider import Provider


def check_defects(
    view: View, provider: Provider, operation: str, then: StepBody, path: str
) -> Iterator[Failure]:
    """What tokens of the operation can't have, in a fault that is right otherwise."""
    steps: list[tuple[str, StepBody]] = [(path, then)]
    sequence = then.sequence if isinstance(then, ThenBody) else None
    for number, step in enumerate(sequence or ()):
        if isinstance(step, StepBody):
            steps.append((path + point("sequence", number), step))
    for place, step in steps:
        if step.token is not None:
            message = tell_unfit(view, provider, operation, step.token)
            if message:
                yield Failure(place + "/token", message)


def tell_unfit(view: View, provider: Provider, operation: str, defect: str) -> str | None:
    """Why tokens of the operation can't have the defect; None: they can."""
    frailty = provider.frailty(view, operation)
    if frailty.allows(defect):
        return None
    names = _list_names(frailty)
    if frailty.why:
        what = f"{provider.name}.{operation}"
        return f"is nothing for a token that {frailty.why} ({what}): {', '.join(names)}"
    return f"is no defect of {provider.name}'s tokens; there is {name_nearest(defect, names)}"


def _list_names(frailty: Frailty) -> list[str]:
    return [*frailty.defects, *(f"{MISSING_CLAIM}{claim}" for claim in frailty.claims)]
