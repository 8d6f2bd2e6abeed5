"""A sandbox's clock: look, set, advance."""

from collections.abc import Callable

import msgspec

from emulator.control.endpoint import Asked, bad_body, render
from emulator.core.clock import MAX_TIME, MIN_TIME, Clock, Mode, render_duration, render_time
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet
from emulator.core.journal import render_call_id
from emulator.core.records import Failure, point
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.due import Done
from emulator.edge.shapes import Duration, Moment

MIN_FACTOR = 0.001
MAX_FACTOR = 1_000_000.0

DRAIN_S = 10.0  # how long an answer waits for what falls due

_MEMBERS: dict[Mode, str | None] = {
    "real": None,
    "frozen": "at",
    "offset": "by",
    "scaled": "factor",
}


class ClockBody(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A clock to be: `real`; `frozen` `at` a time (else now); `offset` `by` a duration; `scaled`.

    `by` is absolute against real time and may be negative; `factor`: seconds for each real second.
    """

    mode: Mode
    at: Moment | None = None
    by: Duration | None = None
    factor: float | None = None


class Advance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far to go."""

    by: Duration


class ClockShape(msgspec.Struct, frozen=True):
    """A clock as it is. `at`, `by`, `factor`: only with the mode that has them."""

    mode: Mode
    now: str
    at: str | msgspec.UnsetType = msgspec.UNSET
    by: str | msgspec.UnsetType = msgspec.UNSET
    factor: float | msgspec.UnsetType = msgspec.UNSET


class DoneShape(msgspec.Struct, frozen=True):
    """Something that fell due and was done. `at`: when it was due; `key`: what it was about.

    `call`: the request that was sent, in the journal; only where one was.
    """

    at: str
    provider: str
    kind: str
    key: str
    attempt: int
    outcome: str
    call: str | msgspec.UnsetType = msgspec.UNSET


class MovedClock(ClockShape, frozen=True, kw_only=True):
    """A clock that was moved. `due`: what fell due and was done, in that order.

    `due_left`: how much is due but was not done within 10 s; it is being done still.
    """

    due: list[DoneShape]
    due_left: int


def show_clock(clock: Clock, wall: float) -> ClockShape:
    """A clock at a real time, Unix seconds."""
    now = render_time(clock.now(wall))
    match clock.mode:
        case "frozen":
            return ClockShape("frozen", now, at=now)
        case "offset":
            return ClockShape("offset", now, by=render_duration(clock.offset_s))
        case "scaled":
            return ClockShape("scaled", now, factor=clock.factor)
    return ClockShape("real", now)


def make_clock(body: ClockBody, before: Clock, wall: float, path: str = "") -> Clock:
    """The clock that a body asks for.

    Raises:
        Problem: 400, a member is missing, of another mode or out of bounds.
    """
    failures = [*_check_members(body, path), *_check_factor(body, path)]
    if failures:
        raise bad_body(failures)
    clock = Clock()
    if body.mode == "frozen":
        clock = Clock.frozen_at(before.now(wall) if body.at is None else float(body.at))
    elif body.mode == "offset" and body.by is not None:
        clock = Clock.offset_by(float(body.by))
    elif body.mode == "scaled" and body.factor is not None:
        clock = before.scaled(body.factor, wall)
    return _check_bounds(clock, wall, f"{path}/by")


async def show(asked: Asked) -> Answer:
    """Show the clock."""
    sandbox = await asked.sandbox()
    return render(await sandbox.look(lambda view: show_clock(view.state.clock, view.wall)))


async def put(asked: Asked, body: ClockBody) -> Answer:
    """Replace the clock, and do what falls due."""
    return await _move(asked, lambda view: make_clock(body, view.state.clock, view.wall))


async def advance(asked: Asked, body: Advance) -> Answer:
    """Move the clock on (frozen stays frozen, real becomes offset), and do what falls due."""
    if body.by < 0:
        raise bad_body([Failure("/by", "must not be negative: PUT the clock to go back")])

    def advanced(view: View) -> Clock:
        clock = view.state.clock.advanced(float(body.by))
        return _check_bounds(clock, view.wall, "/by")

    return await _move(asked, advanced)


async def _move(asked: Asked, choose: Callable[[View], Clock]) -> Answer:
    def decide(view: View) -> Decision[ClockShape]:
        clock = choose(view)
        return Decision(show_clock(clock, view.wall), (ClockSet(view.now, clock),))

    sandbox, worker = await asked.sandbox(), asked.house.worker
    with worker.watch(sandbox) as done:
        shape = (await sandbox.transact(decide)).reply
        await worker.drain(sandbox, DRAIN_S)
    left = await sandbox.look(lambda view: view.state.due.count(view.now))
    due = [show_done(one) for one in done]
    return render(MovedClock(**msgspec.structs.asdict(shape), due=due, due_left=left))


def show_done(done: Done) -> DoneShape:
    """What was done, as it is told."""
    work = done.work
    call = msgspec.UNSET if done.call is None else render_call_id(done.call)
    return DoneShape(
        render_time(work.due_at),
        work.provider,
        work.kind,
        work.key,
        work.attempt,
        done.outcome,
        call,
    )


def _check_members(body: ClockBody, path: str) -> list[Failure]:
    wanted = _MEMBERS[body.mode]
    failures = [
        Failure(path + point(name), f"does not go with mode {body.mode}")
        for name in ("at", "by", "factor")
        if name != wanted and getattr(body, name) is not None
    ]
    if wanted in {"by", "factor"} and getattr(body, wanted) is None:
        failures.append(Failure(path + point(wanted), f"is required with mode {body.mode}"))
    return failures


def _check_factor(body: ClockBody, path: str) -> list[Failure]:
    if body.factor is None or MIN_FACTOR <= body.factor <= MAX_FACTOR:
        return []
    return [Failure(f"{path}/factor", f"must be {MIN_FACTOR:g} to {MAX_FACTOR:.0f}")]


def _check_bounds(clock: Clock, wall: float, path: str) -> Clock:
    """A clock may not begin where RFC 3339 can't write the time."""
    at = clock.base_now + (wall - clock.base_wall) * clock.factor
    if clock.mode != "real" and not MIN_TIME <= at <= MAX_TIME:
        raise bad_body([Failure(path, "leads outside 1970 to 9999")])
    return clock
