"""Rows with an absolute bound: start, memory, a new sandbox.

Absolute numbers do not carry over to another machine: where there is one, BASE's own is beside it.
"""

from dataclasses import dataclass
from statistics import median
from time import sleep

from load import Outcome, Shot, drive
from process import Program, start
from rounds import Plan, Reference
from subject import BATCH_TIMEOUT_S, SubjectError, aim_mint, aim_sandbox

STARTS = 5
SETTLE_S = 0.5
BATCH = 10_000
FLAT_AFTER = 0.2
"""The share of the mints that is minted again to see whether memory stays flat."""
FLAT_MIB = 2.0
"""What counts as flat: less than the allocator's own swing."""
SANDBOXES = 1_000
WARM_UP_SANDBOXES = 50


@dataclass(frozen=True, slots=True)
class BoundResult:
    """One measured value, and the most it may be; None: it is only shown."""

    name: str
    value: float
    unit: str
    at_most: float | None
    note: str

    @property
    def is_short(self) -> bool:
        """Whether more was measured than may be."""
        return self.at_most is not None and self.value > self.at_most


def _start_times_ms(program: Program) -> list[float]:
    """Spawn to first 200, sorted; the first start is not counted: it writes the bytecode."""
    times_ms = []
    for _ in range(STARTS + 1):
        with start(program) as server:
            times_ms.append(server.ready_s * 1e3)
    return sorted(times_ms[1:])


def measure_start(plan: Plan) -> list[BoundResult]:
    """From spawning the command to the first 200 of its health: one REST provider, and all four.

    It is the last surface that listens: gRPC does before.
    """
    ours_ms = _start_times_ms(plan.alone)
    all_ms = _start_times_ms(plan.emulator)
    base_ms = _start_times_ms(Reference("base").program(plan))
    note = f"{ours_ms[0]:.0f} to {ours_ms[-1]:.0f} ms in {STARTS}; BASE {median(base_ms):.0f} ms"
    note_all = f"{all_ms[0]:.0f} to {all_ms[-1]:.0f} ms in {STARTS}"
    return [
        BoundResult("start to first 200, one provider", median(ours_ms), "ms", 250, note),
        BoundResult("start to first 200, all four", median(all_ms), "ms", 400, note_all),
    ]


def _idle_mib(program: Program) -> float:
    with start(program) as server:
        sleep(SETTLE_S)
        return server.rss_kb() / 1024


def measure_idle_memory(plan: Plan) -> list[BoundResult]:
    """Resident memory of a server that nobody has called yet: one REST provider, and all four."""
    note = f"BASE {_idle_mib(Reference('base').program(plan)):.1f} MiB"
    return [
        BoundResult("idle memory, one provider", _idle_mib(plan.alone), "MiB", 55, note),
        BoundResult("idle memory, all four", _idle_mib(plan.emulator), "MiB", 80, ""),
    ]


def _mint(port: int, count: int) -> None:
    """Mints in batches, each signed anew: one signature does not live long enough for all."""
    for done in range(0, count, BATCH):
        _drive_all(port, aim_mint(port, 2048), min(BATCH, count - done), connections=32)


def _drive_all(port: int, shot: Shot, count: int, connections: int) -> Outcome:
    outcome = drive(port, shot, seconds=BATCH_TIMEOUT_S, count=count, connections=connections)
    if outcome.count < count:
        raise SubjectError(f"{outcome.count} of {count} calls in {BATCH_TIMEOUT_S:.0f} s")
    return outcome


def measure_memory_growth(plan: Plan) -> list[BoundResult]:
    """What minting adds to idle memory, and whether it goes on adding."""
    more = int(plan.mints * FLAT_AFTER)
    with start(plan.emulator) as server:
        sleep(SETTLE_S)
        idle_kb = server.rss_kb()
        _mint(server.port, plan.mints)
        full_kb = server.rss_kb()
        _mint(server.port, more)
        later_kb = server.rss_kb()
    growth, flat = (full_kb - idle_kb) / 1024, (later_kb - full_kb) / 1024
    note = f"from {idle_kb / 1024:.1f} to {full_kb / 1024:.1f} MiB"
    return [
        BoundResult(f"memory after {plan.mints:,} mints", growth, "MiB", 30, note),
        BoundResult(f"memory after {more:,} more", flat, "MiB", FLAT_MIB, "flat"),
    ]


def measure_sandboxes(plan: Plan) -> list[BoundResult]:
    """What one more sandbox costs, created one after the other over one connection."""
    with start(plan.emulator) as server:
        shot = aim_sandbox(server.port)
        _drive_all(server.port, shot, WARM_UP_SANDBOXES, connections=1)
        before_kb = server.rss_kb()
        outcome = _drive_all(server.port, shot, SANDBOXES, connections=1)
        grown_kb = server.rss_kb() - before_kb
    each_ms = outcome.wall_s / SANDBOXES * 1e3
    note = f"p99 {outcome.percentile(0.99) * 1e3:.2f} ms"
    return [
        BoundResult("new sandbox, time", each_ms, "ms", 2, note),
        BoundResult("new sandbox, memory", grown_kb / SANDBOXES, "KiB", 20, f"mean of {SANDBOXES}"),
    ]
