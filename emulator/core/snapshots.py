"""A sandbox's whole state at one moment, as one record: what forks, imports and ledgers keep.

It holds what the sandbox changed and never the fixture world beneath, which it names by digest.
Whatever else becomes part of a state is one more field here, with a default: so older snapshots
stay readable, while an older reader refuses a newer one as it knows no such field.
"""

from typing import Literal

import msgspec

from emulator.core.clock import Clock
from emulator.core.due import DueRow
from emulator.core.faults import Hits, Rule
from emulator.core.keyrings import IssuerRing
from emulator.core.limits import CallTimes
from emulator.core.tokens import Grant, TokenRow

VERSION: Literal[1] = 1  # of the form; it changes when an old reader could misread a new snapshot


class Birth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sandbox was born with, and goes back to. `at`: Unix seconds on its clock."""

    at: float
    seed: str
    world: str
    clock: Clock
    first_use: bool
    fixtures: msgspec.Raw
    credentials: msgspec.Raw


Change = tuple[str, msgspec.Raw]  # a key, the record that stands there; null: it was dropped


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the fold of a sandbox's facts has made.

    `identity`: the sandbox whose names and credentials it has: in a fork or import another's.
    `world`: the digest of the fixture world beneath. `tokens`, `faults`, `limits`: oldest first.
    `entities`: `<provider>.<kind>` -> what was put or dropped, in order. `due`: what comes first,
    first.
    """

    version: Literal[1] = VERSION
    identity: str
    world: str
    born: Birth
    clock: Clock
    counters: dict[str, int]
    lifetimes: dict[str, int]
    settings: dict[str, msgspec.Raw]
    grants: tuple[Grant, ...]
    tokens: tuple[TokenRow, ...]
    faults: tuple[tuple[Rule, Hits], ...]
    limits: tuple[CallTimes, ...]
    keyrings: tuple[IssuerRing, ...]
    entities: dict[str, tuple[Change, ...]]
    due: tuple[DueRow, ...] = ()
