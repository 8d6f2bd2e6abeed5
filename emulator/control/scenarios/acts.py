"""What a scenario's steps do: facts, decided when their time has come. Pure, of view and step."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from emulator.control.clock import ClockBody, make_clock
from emulator.control.faults import make_rule
from emulator.control.keys import rotate_keys
from emulator.control.lifetimes import change_lifetimes, check_lifetimes
from emulator.control.scenarios.bodies import ACTS, Rotation, Scenario, Step, Tokens, name_acts
from emulator.control.settings import change_settings, check_settings
from emulator.core.clock import Clock
from emulator.core.facts import ClockSet, Fact, FaultArmed, TokenEnded
from emulator.core.records import Failure, name_nearest, point
from emulator.core.tokens import Ending
from emulator.core.view import View
from emulator.edge.faults.bodies import FaultBody
from emulator.edge.faults.checks import check_fault
from emulator.edge.problems import Problem
from emulator.edge.provider import Providers


def check_scenario(providers: Providers, scenario: Scenario) -> list[Failure]:
    """Everything in a scenario that could never happen."""
    return [
        Failure(point("steps", number) + path, message)
        for number, step in enumerate(scenario.steps)
        for path, message in _check_step(providers, step)
    ]


class Moment(NamedTuple):
    """What a step is decided on. `due_at`: when its time came, which may have passed."""

    providers: Providers
    view: View
    due_at: float


def act(moment: Moment, step: Step) -> tuple[Fact, ...]:
    """What the step does now.

    Raises:
        Problem: it can't be done as things are.
    """
    (name,) = name_acts(step)
    return _ACTS[name](moment, getattr(step, name))


def _arm(moment: Moment, body: FaultBody) -> tuple[Fact, ...]:
    if body.operation.partition(".")[0] not in moment.providers:
        return ()
    rule = make_rule(moment.providers, moment.view, body, moment.due_at)
    return (FaultArmed(moment.view.now, rule),)


def _set_clock(moment: Moment, body: ClockBody) -> tuple[Fact, ...]:
    view = moment.view
    return (ClockSet(view.now, make_clock(body, view.state.clock, view.wall)),)


def _change_settings(moment: Moment, patch: dict[str, Any]) -> tuple[Fact, ...]:
    return change_settings(moment.providers, moment.view, _of_enabled(moment, patch))


def _change_lifetimes(moment: Moment, patch: dict[str, Any]) -> tuple[Fact, ...]:
    return change_lifetimes(moment.providers, moment.view, _of_enabled(moment, patch))


def _of_enabled(moment: Moment, patch: dict[str, Any]) -> dict[str, Any]:
    """What is said of the providers that are enabled here: scenarios speak of others as well."""
    return {n: value for n, value in patch.items() if n.partition(".")[0] in moment.providers}


def _rotate(moment: Moment, body: Rotation) -> tuple[Fact, ...]:
    provider = moment.providers.get(body.provider)
    return rotate_keys(moment.view, provider, body)[1] if provider else ()


def _revoke(moment: Moment, which: Tokens) -> tuple[Fact, ...]:
    return _end(moment.view, which, "revoked")


def _expire(moment: Moment, which: Tokens) -> tuple[Fact, ...]:
    return _end(moment.view, which, "expired")


_ACTS: Mapping[str, Callable[[Moment, Any], tuple[Fact, ...]]] = {
    "fault": _arm,
    "clock": _set_clock,
    "settings": _change_settings,
    "lifetimes": _change_lifetimes,
    "rotate": _rotate,
    "revoke": _revoke,
    "expire": _expire,
}


def _end(view: View, which: Tokens, how: Ending) -> tuple[Fact, ...]:
    return tuple(
        TokenEnded(view.now, token.jti, how)
        for token in reversed(view.tokens)
        if token.status(view.now) == "active"
        and which.provider in {None, token.grant.provider}
        and which.kind in {None, token.grant.kind}
        and which.subject in {None, token.grant.subject}
    )


def _check_step(providers: Providers, step: Step) -> Iterator[Failure]:
    acts = name_acts(step)
    if step.at < 0:
        yield Failure("/at", "must not be negative: a scenario begins at 0")
    if len(acts) != 1:
        message = f"must do one thing, of {', '.join(ACTS)}"
        yield Failure("" if not acts else f"/{acts[1]}", message)
    if step.fault is not None:
        yield from _under("fault", check_fault(providers, step.fault))
    if step.rotate is not None:
        yield from _check_provider(providers, "/rotate/provider", step.rotate.provider)
    for name, which in (("revoke", step.revoke), ("expire", step.expire)):
        if which is not None and which.provider is not None:
            yield from _check_provider(providers, f"/{name}/provider", which.provider)
    yield from _check_changes(providers, step)


def _check_changes(providers: Providers, step: Step) -> Iterator[Failure]:
    """What the control API itself would say of the same bodies."""
    if step.lifetimes is not None:
        yield from _under("lifetimes", check_lifetimes(providers, step.lifetimes))
    if step.settings is not None:
        yield from _under("settings", check_settings(providers, step.settings))
    if step.clock is not None:
        try:
            make_clock(step.clock, Clock(), 0.0)
        except Problem as problem:
            yield from _under("clock", [Failure(**error) for error in problem.members["errors"]])


def _check_provider(providers: Providers, path: str, name: str) -> Iterator[Failure]:
    if name not in providers:
        yield Failure(path, f"is no provider; there is {name_nearest(name, providers)}")


def _under(name: str, failures: "list[Failure]") -> Iterator[Failure]:
    for path, message in failures:
        yield Failure(point(name) + path, message)
