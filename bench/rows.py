"""The rows of the benchmark and what is asked of each. A new row is one more line here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import comparator
import grant
import graphql_subject
import ledgers
import subject
from bounds import (
    BoundResult,
    measure_idle_memory,
    measure_memory_growth,
    measure_sandboxes,
    measure_start,
)
from engine import measure_engine
from process import Program
from replica import measure_redis
from rounds import LoadResult, LoadRow, Plan, Reference, Without

FRESH_TOKENS = 4_000
TAIL_AT_MOST = 3.0


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row with absolute bounds; one measurement may answer several of them."""

    name: str
    measure: Callable[[Plan], list[BoundResult]]


def _emulator(plan: Plan) -> Program:
    return plan.emulator


def _comparator(plan: Plan) -> Program:
    return comparator.install(plan.folder)


LOAD_ROWS: tuple[LoadRow, ...] = (
    LoadRow(
        "zerohash-mint-2048",
        _emulator,
        partial(subject.aim_mint, bits=2048),
        Reference("sign", 2048),
        0.85,
    ),
    LoadRow(
        "zerohash-mint-4096",
        _emulator,
        partial(subject.aim_mint, bits=4096),
        Reference("sign", 4096),
        0.95,
    ),
    LoadRow(
        "zerohash-revoke",
        _emulator,
        partial(subject.aim_revoke, count=FRESH_TOKENS),
        Reference("base"),
        0.50,
    ),
    LoadRow(
        "usegrant-create-token",
        _emulator,
        grant.aim_create_token,
        Reference("sign", 2048),
        0.85,
    ),
    LoadRow("usegrant-get", _emulator, grant.aim_get, Reference("base"), 0.50),
    LoadRow("usegrant-validate", _emulator, grant.aim_validate, Reference("verify"), 0.50),
    *(
        LoadRow(
            f"usegrant-{name}-of-1000",
            _emulator,
            grant.aim_among_thousand(aim),
            Without(aim),
            0.9,
        )
        for name, aim in (
            ("create-token", grant.aim_create_token),
            ("get", grant.aim_get),
            ("validate", grant.aim_validate),
        )
    ),
    LoadRow(
        "highnote-mint",
        _emulator,
        graphql_subject.aim_mint,
        Reference("sign", 2048),
        0.70,
    ),
    LoadRow("highnote-ping", _emulator, graphql_subject.aim_ping, Reference("base"), 0.20),
    LoadRow(
        "highnote-mint-unseen",
        _emulator,
        partial(graphql_subject.aim_unseen, count=2_000),
        Reference("sign", 2048),
        None,
    ),
    LoadRow("hyperswitch-create-access-token", _emulator, subject.find_rpc, Reference("rpc"), 0.70),
    LoadRow("introspect", _emulator, subject.aim_introspect, Reference("verify"), 0.50),
    LoadRow(
        "sqlite-zerohash-mint-2048",
        ledgers.on_file,
        partial(subject.aim_mint, bits=2048),
        ledgers.Emulator("MEMORY", _emulator, partial(subject.aim_mint, bits=2048)),
        0.75,
    ),
    LoadRow(
        "sqlite-two-workers",
        ledgers.by_workers,
        ledgers.aim_mint_everywhere,
        ledgers.Emulator("ONE-WORKER", ledgers.on_file, ledgers.aim_mint_everywhere),
        1.6,
        by_rate=True,
    ),
    LoadRow(
        "sqlite-two-workers-one-sandbox",
        ledgers.by_workers,
        partial(subject.aim_mint, bits=2048),
        ledgers.Emulator("ONE-WORKER", ledgers.on_file, partial(subject.aim_mint, bits=2048)),
        None,
        by_rate=True,
    ),
    LoadRow("oauth2-mock-server", _comparator, comparator.aim_token, Reference("sign", 2048), None),
)

BOUND_ROWS = (
    BoundRow("start", measure_start),
    BoundRow("idle-memory", measure_idle_memory),
    BoundRow("memory-growth", measure_memory_growth),
    BoundRow("sandbox", measure_sandboxes),
    BoundRow("engine", measure_engine),
    BoundRow("redis", measure_redis),
)

TAIL_ROW = "p99"
"""Read off the emulator's load rows: asking for it alone runs them all."""


def derive_tail(results: list[LoadResult]) -> list[BoundResult]:
    """The worst p99 over p50 among the emulator's own rows that ran."""
    ours = [result for result in results if result.row.program is _emulator]
    if not ours:
        return []
    worst = max(ours, key=lambda result: result.tails[0])
    value, base = worst.tails
    note = f"worst row: {worst.row.name}; {worst.row.reference.name} {base:.2f}"
    return [BoundResult("p99 over p50", value, "", TAIL_AT_MOST, note)]


def select_rows(names: list[str]) -> tuple[list[LoadRow], list[BoundRow]]:
    """The rows whose name is given, or begins with a given word (`zerohash`); all when none is.

    Raises:
        ValueError: for a name that fits no row.
    """
    loads, bounds = ([row.name for row in rows] for rows in (LOAD_ROWS, BOUND_ROWS))
    known = [*loads, *bounds, TAIL_ROW]

    def fits(row_name: str, name: str) -> bool:
        return row_name == name or row_name.startswith(f"{name}-")

    for name in names:
        if not any(fits(row_name, name) for row_name in known):
            raise ValueError(f"no row {name!r}; there are {', '.join(known)}")
    wanted = {row_name for row_name in known if any(fits(row_name, name) for name in names)}
    if not names:
        wanted = set(known)
    if TAIL_ROW in wanted:
        wanted |= {row.name for row in LOAD_ROWS if row.program is _emulator}
    return (
        [row for row in LOAD_ROWS if row.name in wanted],
        [row for row in BOUND_ROWS if row.name in wanted],
    )
