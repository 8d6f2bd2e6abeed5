"""What a decision sees: a sandbox's state at one moment, to read and to draw ids from.

A view is made anew for each try of a decision, so drawing from it is as pure as reading.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from emulator.core import ids
from emulator.core.arming import Armed
from emulator.core.defects import end_at, spoil_grant
from emulator.core.facts import IdsDrawn, TokenIssued
from emulator.core.faults import Then
from emulator.core.keyrings import Issuer, Keyring, Step
from emulator.core.limits import Limits
from emulator.core.state import State
from emulator.core.tokens import Book, Grant, Token
from emulator.core.world import Kind, Table

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=msgspec.Struct)


class View:
    """`now`: the sandbox's time; `wall`: the call's arrival in real time; both Unix seconds.

    `fault`: what befalls the operation that is being decided.
    """

    __slots__ = ("_drawn", "_state", "fault", "now", "wall")

    def __init__(self, state: State, wall: float) -> None:
        self._state = state
        self._drawn: dict[str, int] = {}
        self.fault: Then | None = None
        self.wall = wall
        self.now = state.clock.now(wall)

    @property
    def sandbox(self) -> str:
        """The sandbox's id."""
        return self._state.id

    @property
    def seed(self) -> str:
        """What its ids derive from."""
        return self._state.born.seed

    @property
    def state(self) -> State:
        """The whole state, to read."""
        return self._state

    def table(self, kind: Kind[R]) -> Table[R]:
        """The records of one kind."""
        return self._state.holdings.table(kind)

    def settings(self, of: type[S]) -> S:
        """A provider's switches."""
        return self._state.settings(of)

    def token(self, jti: str) -> Token | None:
        """A token of this sandbox's book."""
        return self._state.tokens.get(jti)

    @property
    def tokens(self) -> Book:
        """The whole book."""
        return self._state.tokens

    @property
    def faults(self) -> Armed:
        """The armed faults."""
        return self._state.faults

    @property
    def limits(self) -> Limits:
        """The calls that rate limits have counted."""
        return self._state.limits

    def lifetime_s(
        self, provider: str, operation: str, default_s: int, requested_s: int | None = None
    ) -> int:
        """Seconds a token lives: by fault, by request, by operation, by provider, by default."""
        lifetimes = self._state.lifetimes
        if self.fault is not None and self.fault.lifetime_s is not None:
            return self.fault.lifetime_s
        if requested_s is not None:
            return requested_s
        if not lifetimes:
            return default_s
        return lifetimes.get(f"{provider}.{operation}", lifetimes.get(provider, default_s))

    def issue(self, jti: str, grant: Grant, abroad: Callable[[Grant], Grant]) -> TokenIssued:
        """A token that is minted now, with the defect that a fault asks for.

        `abroad`: the grant as another sandbox of the provider's would make it.
        """
        if self.fault is None or self.fault.token is None:
            return TokenIssued(self.now, jti, int(self.now) + grant.lifetime_s, grant)
        if self.fault.token == "foreign":  # noqa: S105 - a defect
            grant = abroad(grant)
        grant = spoil_grant(grant, self.fault.token)
        return TokenIssued(self.now, jti, end_at(grant, self.now), grant)

    def other_key(self, key: str, held: tuple[str, ...]) -> str:
        """A key of the same size that is none of the issuer's `held`, while the pool has one."""
        names = next(names for names in self._state.key_names.values() if key in names)
        after = names[names.index(key) + 1 :] + names[: names.index(key)]
        return next((name for name in after if name not in held), key)

    def keyring(self, issuer: str, bits: int) -> Keyring:
        """The issuer's keys of that size in this sandbox."""
        return self._state.keyrings.get(Issuer(issuer, bits))

    def rotate_keys(self, issuer: Issuer, step: Step) -> Keyring:
        """The issuer's keys as they would be after a step.

        Raises:
            CannotRotate: it is not possible now.
        """
        return self._state.keyrings.rotate(issuer, step)

    def key_name(self, issuer: str, bits: int) -> str:
        """The issuer's key of that size that signs now."""
        return self.keyring(issuer, bits).active

    def kid(self, key: str) -> str:
        """How a key is called in a token's header: its RFC 7638 thumbprint."""
        return self._state.kid(key)

    def draw_uuid(self, label: str, version: int = 4) -> str:
        """The next UUID of a label's sequence."""
        return ids.derive_uuid(self.seed, label, self._count(label), version=version)

    def draw_text(self, label: str, alphabet: str, length: int) -> str:
        """The next text of a label's sequence."""
        count = self._count(label)
        return ids.derive_text(self.seed, label, count, alphabet=alphabet, length=length)

    def draw_bytes(self, label: str) -> bytes:
        """The next 32 bytes of a label's sequence."""
        return ids.derive_bytes(self.seed, label, self._count(label))

    def draw_number(self, label: str) -> int:
        """The next number of a label's sequence: 1, 2, 3, ..."""
        return self._count(label)

    def drawn(self, at: float) -> tuple[IdsDrawn, ...]:
        """The fact of what this view drew, if it drew."""
        return (IdsDrawn(at, self._drawn),) if self._drawn else ()

    def _count(self, label: str) -> int:
        drawn = self._drawn.get(label, 0) + 1
        self._drawn[label] = drawn
        return self._state.counters.get(label, 0) + drawn
