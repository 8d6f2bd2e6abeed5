"""Playing a scenario: its steps are work that falls due on the sandbox's clock."""

import msgspec

from emulator.control.scenarios.acts import Moment, act
from emulator.control.scenarios.bodies import Scenario, Step
from emulator.core.due import HOUSE, Work
from emulator.core.facts import DueDone, DueSet, Fact
from emulator.core.records import convert_record
from emulator.core.view import View
from emulator.edge.duty import Duty, Settled
from emulator.edge.problems import Problem
from emulator.edge.provider import Providers
from emulator.edge.shapes import encode_shape, read_shape

KIND = "scenario"


def make_duty(providers: Providers) -> Duty:
    """What does a step when its time has come."""

    def begin(view: View, work: Work) -> Settled:
        step = convert_record(msgspec.json.decode(work.data), Step, read_shape)
        try:
            return Settled("done", act(Moment(providers, view, work.due_at), step))
        except Problem as problem:
            return Settled(f"not done: {problem.detail}")

    return Duty(begin)


def start(view: View, scenario: Scenario) -> tuple[str, tuple[Fact, ...]]:
    """The name of a new run, and its steps as work that falls due, in order."""
    run = f"scenario_{view.draw_number(KIND)}"
    return run, tuple(
        DueSet(view.now, _make_work(view, f"{run}/{number}", step))
        for number, step in enumerate(scenario.steps, 1)
    )


def _make_work(view: View, key: str, step: Step) -> Work:
    data = msgspec.Raw(encode_shape(step))
    return Work(HOUSE, KIND, key, view.now + float(step.at), data=data)


def stop(view: View) -> tuple[Fact, ...]:
    """Let go of the steps that are still to come."""
    return tuple(
        DueDone(view.now, work.provider, work.kind, work.key) for work in list_waiting(view)
    )


def list_waiting(view: View) -> list[Work]:
    """The steps that are still to come, in their order."""
    return [work for work in view.state.due if (work.provider, work.kind) == (HOUSE, KIND)]
