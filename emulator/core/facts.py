"""The log's vocabulary: everything that can happen in a sandbox, and its form as JSON.

A fact is frozen, says when it happened on the sandbox's clock (`at`, Unix seconds) and is told
apart in JSON by `type`. `VERSION` changes when an old reader could misread a new fact.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from emulator.core.clock import Clock
from emulator.core.due import Work
from emulator.core.faults import Rule
from emulator.core.keyrings import Keyring
from emulator.core.snapshots import Snapshot
from emulator.core.tokens import Ending, Grant

VERSION = 1

Part = Literal["tokens", "faults", "limits", "clock", "entities", "settings", "lifetimes", "ids"]


class _Fact(msgspec.Struct, frozen=True, tag=True, gc=False):
    at: float


class SandboxBorn(_Fact, frozen=True, gc=False):
    """The first fact of a log, if that is no snapshot. `world`: the fixture world's digest."""

    seed: str
    world: str
    clock: Clock = Clock()
    first_use: bool = False
    fixtures: msgspec.Raw = msgspec.Raw(b"{}")
    credentials: msgspec.Raw = msgspec.Raw(b"{}")


class SandboxReset(_Fact, frozen=True, gc=False):
    """Back to the world it was born with, or `parts` of it. `world`: the fixtures as reread."""

    world: str
    parts: tuple[Part, ...]


class SandboxRestored(_Fact, frozen=True, gc=False):
    """The whole state is this one's from now on: a fork, an import, or a log that was trimmed.

    `control`: who controls the sandbox, where a log is trimmed: no copy is controlled by it.
    """

    snapshot: Snapshot
    control: str = ""


class ClockSet(_Fact, frozen=True, gc=False):
    """The sandbox's clock was replaced or advanced."""

    clock: Clock


class IdsDrawn(_Fact, frozen=True, gc=False):
    """So many ids were drawn from each label's sequence."""

    counts: dict[str, int]


class SettingsSet(_Fact, frozen=True, gc=False):
    """A provider's settings, all that differ from its defaults."""

    provider: str
    values: msgspec.Raw


class LifetimesSet(_Fact, frozen=True, gc=False):
    """Token lifetimes in seconds by provider or operation, all that differ from the defaults."""

    lifetimes: dict[str, int]


class TokenIssued(_Fact, frozen=True, gc=False):
    """A token was minted; its text is derived, never stored. `expires_at`: Unix seconds."""

    jti: str
    expires_at: int
    grant: Grant


class TokenEnded(_Fact, frozen=True, gc=False):
    """A token was revoked, spent or expired ahead of its time."""

    jti: str
    how: Ending


class FaultArmed(_Fact, frozen=True, gc=False):
    """A rule now waits for calls."""

    rule: Rule


class FaultsCounted(_Fact, frozen=True, gc=False):
    """A call met armed rules: all that it matched, and the one that fired."""

    matched: tuple[str, ...]
    fired: str | None = None


class FaultsDisarmed(_Fact, frozen=True, gc=False):
    """These rules are gone."""

    rules: tuple[str, ...]


class CallCounted(_Fact, frozen=True, gc=False):
    """A call that a rate limit let through, counted as `cost` of them.

    `keep`: how many of them the limit looks at.
    """

    provider: str
    subject: str
    keep: int
    cost: int = 1


class KeysSet(_Fact, frozen=True, gc=False):
    """An issuer's keys of one size are these from now on."""

    issuer: str
    bits: int
    ring: Keyring


class EntityPut(_Fact, frozen=True, gc=False):
    """A thing of a provider's world came to be or was replaced."""

    provider: str
    kind: str
    record: msgspec.Raw


class ControlGranted(_Fact, frozen=True, gc=False):
    """Whoever has the token of this digest may control this sandbox, and no other."""

    digest: str


class EntityDropped(_Fact, frozen=True, gc=False):
    """A thing of a provider's world is gone."""

    provider: str
    kind: str
    key: str


class DueSet(_Fact, frozen=True, gc=False):
    """A piece of work will fall due, or is put off to another attempt."""

    work: Work


class DueClaimed(_Fact, frozen=True, gc=False):
    """A process has a piece of work in hand, until `until`: Unix seconds of real time."""

    provider: str
    kind: str
    key: str
    until: float


class DueDone(_Fact, frozen=True, gc=False):
    """A piece of work is done, given up or needless."""

    provider: str
    kind: str
    key: str


Fact = (
    SandboxBorn
    | SandboxReset
    | SandboxRestored
    | ClockSet
    | IdsDrawn
    | SettingsSet
    | LifetimesSet
    | TokenIssued
    | TokenEnded
    | FaultArmed
    | FaultsCounted
    | FaultsDisarmed
    | CallCounted
    | KeysSet
    | EntityPut
    | EntityDropped
    | ControlGranted
    | DueSet
    | DueClaimed
    | DueDone
)

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[Fact])


def encode_facts(facts: Sequence[Fact]) -> bytes:
    """The facts as one JSON array."""
    return _encoder.encode(facts)


def decode_facts(raw: bytes) -> list[Fact]:
    """The facts of `encode_facts`.

    Raises:
        msgspec.DecodeError: not a list of facts of this version.
    """
    return _decoder.decode(raw)
