"""Measures the emulator against the reference servers and prints how it stands to what is asked.

Exit code 1 means that a row could not be measured. A row that falls short is told, not punished:
the machine may be busy.
"""

import argparse
import os
import platform
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import subject
from bounds import BoundResult
from comparator import MissingError
from load import LoadError
from msgspec import MsgspecError
from process import ProcessError
from reference import load_key
from rounds import LoadResult, LoadRow, Plan, measure_load
from rows import BoundRow, derive_tail, select_rows
from tables import render_bounds, render_loads

UNMEASURED = (ProcessError, LoadError, subject.SubjectError, MsgspecError, OSError)


@dataclass(slots=True)
class Report:
    """What came out, row by row."""

    loads: list[LoadResult] = field(default_factory=list)
    bounds: list[BoundResult] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def attempt(self, name: str, measure: Callable[[], None]) -> None:
        """Measures one row; what goes wrong with it does not stop the others."""
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            measure()
        except MissingError as error:
            self.missing.append(f"{name}: {error}")
        except UNMEASURED as error:
            self.failed.append(f"{name}: {error}")

    def render(self) -> str:
        """The tables, then what is not in them and why."""
        parts = []
        if self.loads:
            parts.append(render_loads(self.loads))
        if self.bounds:
            parts.append(render_bounds(self.bounds))
        parts += [f"left out     {text}" for text in self.missing]
        parts += [f"NOT MEASURED {text}" for text in self.failed]
        return "\n\n".join(parts)


def open_folder() -> Path:
    """A folder of this user's own that keeps the keys and the comparator between runs."""
    folder = Path(tempfile.gettempdir()) / f"token-emulator-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to someone else: set TMPDIR to another place")
    return folder


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="", help="names or first words, with commas; default all")
    parser.add_argument("--rounds", type=int, default=3, help="pairs per row (default 3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="per run (default 2)")
    parser.add_argument("--mints", type=int, default=100_000, help="for memory (default 100000)")
    parser.add_argument("--emulator", default="", help="another command than the installed one")
    given = parser.parse_args()
    if not 0 < given.seconds <= subject.BATCH_TIMEOUT_S:
        parser.error(f"--seconds: above 0, at most {subject.BATCH_TIMEOUT_S:g} (signatures expire)")
    if given.rounds < 1 or given.mints < 1:
        parser.error("--rounds and --mints: at least 1")
    return given


def add_load(report: Report, row: LoadRow, plan: Plan) -> None:
    report.loads.append(measure_load(row, plan))


def add_bounds(report: Report, row: BoundRow, plan: Plan) -> None:
    report.bounds.extend(row.measure(plan))


def measure_all(loads: list[LoadRow], bounds: list[BoundRow], plan: Plan) -> Report:
    """All the rows, one after the other."""
    report = Report()
    for load_row in loads:
        report.attempt(load_row.name, partial(add_load, report, load_row, plan))
    report.bounds += derive_tail(report.loads)
    for bound_row in bounds:
        report.attempt(bound_row.name, partial(add_bounds, report, bound_row, plan))
    return report


def main() -> int:
    given = parse_arguments()
    try:
        loads, bounds = select_rows([name for name in given.rows.split(",") if name])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    folder = open_folder()
    for bits in (2048, 4096):
        load_key(folder, bits)
    command = shlex.split(given.emulator) or subject.find_command()
    emulator = subject.make_program(command)
    alone = subject.make_program(command, "--providers", "zerohash")
    plan = Plan(emulator, alone, folder, given.rounds, given.seconds, given.mints)
    report = measure_all(loads, bounds, plan)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {plan.rounds} rounds of "
        f"{plan.seconds:g} s, 32 keep-alive connections; ratio 1 = as good as the reference\n"
    )
    print(report.render())
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
