"""Load rows: a server and its reference, measured in turn, round after round.

What is compared is always a pair of neighbours in time, so that a machine that slows down between
two rounds slows down both.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

import reference
import rpc
import subject
from load import Outcome, Shot, drive, render_request
from process import Program, Server, start

WARM_UP_S = 0.3


@dataclass(frozen=True, slots=True)
class Plan:
    """What this run of the benchmark was asked for; `folder` keeps keys and the comparator.

    `alone`: the emulator with one REST provider.
    """

    emulator: Program
    alone: Program
    folder: Path
    rounds: int
    seconds: float
    mints: int


class Counterpart(Protocol):
    """What a row is measured against."""

    @property
    def name(self) -> str:
        """As the tables call it."""
        ...

    def program(self, plan: Plan) -> Program:
        """The server."""
        ...

    def aim(self, port: int, plan: Plan) -> Shot | rpc.RpcShot:
        """The request that it answers."""
        ...


@dataclass(frozen=True, slots=True)
class Without:
    """The emulator itself, asked the same in a smaller world."""

    aim_at: Callable[[int], Shot]

    @property
    def name(self) -> str:
        """As the tables call it."""
        return "WITHOUT"

    def program(self, plan: Plan) -> Program:
        """Another emulator."""
        return plan.emulator

    def aim(self, port: int, plan: Plan) -> Shot:  # noqa: ARG002 - it needs no folder
        """The same request."""
        return self.aim_at(port)


@dataclass(frozen=True, slots=True)
class Reference:
    """One mode of the reference server."""

    mode: str
    bits: int = 2048

    @property
    def name(self) -> str:
        """As the tables call it."""
        return self.mode.upper() + (f"-{self.bits}" if self.mode == "sign" else "")

    def program(self, plan: Plan) -> Program:
        """The server; the plan's folder holds its keys."""
        if self.mode == "rpc":
            script = [sys.executable, rpc.__file__]
            return Program(self.name, lambda port: [*script, "--port", str(port)], rpc.READY_PATH)
        options = ["--mode", self.mode, "--bits", str(self.bits), "--folder", str(plan.folder)]
        command = [sys.executable, reference.__file__, *options]
        return Program(
            self.name, lambda port: [*command, "--port", str(port)], reference.READY_PATH
        )

    def aim(self, port: int, plan: Plan) -> Shot | rpc.RpcShot:
        """The request that this mode answers."""
        if self.mode == "rpc":
            return subject.find_rpc(port, rpc.READY_PATH)
        body = b'{"participant_code":"CUST01","permissions":["crypto-buy"]}'
        if self.mode == "verify":
            key = reference.load_key(plan.folder, self.bits)
            claims: dict[str, object] = {
                "jti": "0" * 32,
                "iat": 1_700_000_000,
                "exp": 4_000_000_000,
                "payload": {"participant_code": "CUST01", "permissions": ["crypto-buy"]},
            }
            body = b'{"token":"' + reference.sign_token(key, claims).encode() + b'"}'
        return Shot(render_request("POST", port, reference.PATH, body), 200)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One row: what to start, what to send it, and the ratio to its reference that is asked.

    `aim` is called before every round, because signatures die and live tokens are used up.
    `by_rate`: what is asked is of requests per second, not of CPU time.
    """

    name: str
    program: Callable[[Plan], Program]
    aim: Callable[[int], Shot | rpc.RpcShot]
    reference: Counterpart
    asked: float | None
    by_rate: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One server in one round."""

    outcome: Outcome

    @property
    def cpu_us(self) -> float:
        """CPU time of the server per request, in microseconds."""
        return self.outcome.metered / self.outcome.count * 1e6

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.outcome.count / self.outcome.wall_s


@dataclass(frozen=True, slots=True)
class LoadResult:
    """A row's rounds: pairs of (measured server, reference)."""

    row: LoadRow
    pairs: tuple[tuple[Sample, Sample], ...]

    @property
    def cpu_ratios(self) -> list[float]:
        """Reference CPU over ours, per round: 0.5 means that we cost twice the reference."""
        return [base.cpu_us / ours.cpu_us for ours, base in self.pairs]

    @property
    def rate_ratios(self) -> list[float]:
        """Our requests per second over the reference's, per round."""
        return [ours.rate / base.rate for ours, base in self.pairs]

    @property
    def cpu_us(self) -> tuple[float, float]:
        """CPU per request, ours and the reference's, in microseconds."""
        return median(ours.cpu_us for ours, _ in self.pairs), median(
            base.cpu_us for _, base in self.pairs
        )

    @property
    def tails(self) -> tuple[float, float]:
        """p99 over p50, ours and the reference's."""
        return median(ours.outcome.tail for ours, _ in self.pairs), median(
            base.outcome.tail for _, base in self.pairs
        )

    @property
    def is_short(self) -> bool:
        """Whether the row costs more than asked; a row without a bound is never short."""
        ratios = self.rate_ratios if self.row.by_rate else self.cpu_ratios
        return self.row.asked is not None and median(ratios) < self.row.asked


def take_sample(server: Server, shot: Shot | rpc.RpcShot, seconds: float) -> Sample:
    """One run against one server, with the CPU time that the server spent on it."""
    if isinstance(shot, rpc.RpcShot):
        return Sample(rpc.drive_rpc(shot, seconds, server.cpu_s))
    return Sample(drive(server.port, shot, seconds=seconds, meter=server.cpu_s))


def measure_load(row: LoadRow, plan: Plan) -> LoadResult:
    """Both servers up at once, never under load at once: A B A B."""
    program, base_program = row.program(plan), row.reference.program(plan)
    with start(program) as ours, start(base_program) as base:
        base_shot = row.reference.aim(base.port, plan)
        take_sample(ours, row.aim(ours.port), WARM_UP_S)
        take_sample(base, base_shot, WARM_UP_S)
        pairs = [
            (
                take_sample(ours, row.aim(ours.port), plan.seconds),
                take_sample(base, base_shot, plan.seconds),
            )
            for _ in range(plan.rounds)
        ]
    return LoadResult(row, tuple(pairs))
