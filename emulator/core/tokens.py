"""The book of tokens: what was granted, what became of it, and the claims it carries.

A token's text is signed again from its record whenever it is wanted. The part that tokens of one
kind share (`Grant`) is kept once; a record adds the id, the expiry and the endings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from emulator.core.ids import BASE62, derive_text

Ending = Literal["revoked", "spent", "expired"]
Status = Literal["active", "revoked", "spent", "expired"]

CAPACITY = 100_000
TAIL_LENGTH = 24

# In base64 over 16 KB, Node's limit for all headers together; nginx and Tomcat read 8 of them.
PADDING = "x" * 12_400

# The order in which an ended token's end is told.
_ENDINGS: tuple[Ending, ...] = ("revoked", "spent", "expired")


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """All that a token says but its id and times.

    `claims` is JSON in the provider's own order; a name in `fills` stands there as null and
    takes its value (`jti`, `exp`, `iat`, `nbf`, `padding`) from the token. `lifetime_s`: seconds.
    `key`: the pool's name. `opaque`: of a token that is no JWT, its text with `{jti}` and, where
    the id alone is too short, `{tail}` in it; such a token has neither header nor key.
    `defect`: what is wrong with it, on purpose; header and claims are then as it has them.
    """

    provider: str
    kind: str
    subject: str
    permissions: tuple[str, ...]
    lifetime_s: int
    header: str
    claims: str
    fills: tuple[str, ...]
    key: str
    opaque: str = ""
    defect: str = ""


class Token(msgspec.Struct, frozen=True, gc=False):
    """One entry of the book. `expires_at`: Unix seconds; `endings`: how it ended, if it did."""

    jti: str
    expires_at: int
    grant: Grant
    endings: tuple[Ending, ...] = ()

    @property
    def issued_at(self) -> int:
        """Unix seconds."""
        return self.expires_at - self.grant.lifetime_s

    def status(self, now: float) -> Status:
        """What the token is at `now`: revoked is told before spent, spent before expired."""
        for ending in _ENDINGS:
            if ending in self.endings:
                return ending
        return "expired" if now >= self.expires_at else "active"

    def opaque_text(self) -> str:
        """The text of a token that is no JWT: the same for the same record."""
        text = self.grant.opaque.replace("{jti}", self.jti)
        if "{tail}" not in text:
            return text
        tail = derive_text(self.jti, "tail", alphabet=BASE62, length=TAIL_LENGTH)
        return text.replace("{tail}", tail)

    def claims(self) -> dict[str, object]:
        """The claims exactly as signed, in the provider's order."""
        claims: dict[str, object] = msgspec.json.decode(self.grant.claims)
        for name in self.grant.fills:
            claims[name] = _fill(name, self.jti, self.expires_at, self.issued_at)
        return claims


def enter(jti: str, expires_at: int, grant: Grant) -> Token:
    """A token as it stands in the book at first: one that is minted revoked has ended."""
    return Token(jti, expires_at, grant, ("revoked",) if grant.defect == "revoked" else ())


class TokenRow(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """A token as a snapshot keeps it. `grant`: its place among the grants beside it."""

    jti: str
    expires_at: int
    grant: int
    endings: tuple[Ending, ...]


class _Shared:
    """A grant and how many tokens of the book carry it."""

    __slots__ = ("count", "grant")

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self.count = 0


class Book:
    """The tokens of one sandbox by jti, oldest first; the oldest leave when it is full."""

    __slots__ = ("_capacity", "_grants", "_tokens")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._tokens: dict[str, Token] = {}
        self._grants: dict[Grant, _Shared] = {}

    def __len__(self) -> int:
        return len(self._tokens)

    def __reversed__(self) -> Iterator[Token]:
        return reversed(self._tokens.values())

    def get(self, jti: str) -> Token | None:
        """The token of that id, ended or not."""
        return self._tokens.get(jti)

    def issue(self, jti: str, expires_at: int, grant: Grant) -> None:
        """Enter a token; the oldest leaves when the book is full."""
        if jti in self._tokens:
            self._forget(jti)
        elif len(self._tokens) >= self._capacity:
            self._forget(next(iter(self._tokens)))
        self._tokens[jti] = enter(jti, expires_at, self._share(grant))

    def end(self, jti: str, how: Ending) -> None:
        """Note an end; one that stands there already changes nothing."""
        token = self._tokens.get(jti)
        if token is not None and how not in token.endings:
            endings = (*token.endings, how)
            self._tokens[jti] = Token(jti, token.expires_at, token.grant, endings)

    def clear(self) -> None:
        """Forget all."""
        self._tokens.clear()
        self._grants.clear()

    def list_rows(self) -> tuple[tuple[Grant, ...], tuple[TokenRow, ...]]:
        """The whole book, oldest first; what `restore` takes."""
        places = {grant: place for place, grant in enumerate(self._grants)}
        rows = (
            TokenRow(token.jti, token.expires_at, places[token.grant], token.endings)
            for token in self._tokens.values()
        )
        return tuple(self._grants), tuple(rows)

    def restore(self, grants: Sequence[Grant], rows: Iterable[TokenRow]) -> None:
        """Be the book of these rows."""
        self.clear()
        for row in rows:
            self.issue(row.jti, row.expires_at, grants[row.grant])
            for how in row.endings:
                self.end(row.jti, how)

    def _share(self, grant: Grant) -> Grant:
        """The one kept copy of an equal grant, counted."""
        shared = self._grants.get(grant)
        if shared is None:
            shared = self._grants[grant] = _Shared(grant)
        shared.count += 1
        return shared.grant

    def _forget(self, jti: str) -> None:
        grant = self._tokens.pop(jti).grant
        shared = self._grants[grant]
        shared.count -= 1
        if not shared.count:
            del self._grants[grant]


def _fill(name: str, jti: str, expires_at: int, issued_at: int) -> object:
    match name:
        case "jti":
            return jti
        case "exp":
            return expires_at
        case "iat" | "nbf":
            return issued_at
        case "padding":
            return PADDING
    raise ValueError(f"{name} is no claim that a token fills")


def template(
    claims: Mapping[str, object],
    fills: tuple[str, ...],
    order: Literal["sorted"] | None = None,
) -> str:
    """Claims as a grant keeps them: JSON with null where the token fills in, sorted on request."""
    kept = {name: None if name in fills else value for name, value in claims.items()}
    return msgspec.json.encode(kept, order=order).decode()
