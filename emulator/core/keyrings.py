"""Which of the pool's keys an issuer has: the one that signs, those that verifiers are shown.

Keys are known here by name only. Issuers of one sandbox share a key only when the pool has run
out: a key set must not vouch for another issuer's tokens.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, assert_never

import msgspec

from emulator.core.keys import choose_key

Step = Literal["overlap", "publish", "activate", "retire", "abrupt"]


class Issuer(NamedTuple):
    """Who signs, as its keys are kept: a name, and the size of its keys."""

    name: str
    bits: int

    @property
    def label(self) -> str:
        """What a person calls it: the key of its record, where it has one."""
        return self.name.rpartition("/")[2]


class Keyring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """An issuer's keys. `published`: all that verify, in order of publication."""

    active: str
    published: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The one that signs, then the others."""
        return (self.active, *(name for name in self.published if name != self.active))


class IssuerRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A keyring as a snapshot keeps it."""

    issuer: str
    bits: int
    ring: Keyring


class CannotRotate(ValueError):  # noqa: N818 - what the issuer can't
    """The step is not possible now; the text says why and what to do."""


class Keyrings:
    """The keyrings of a sandbox. `names`: the pool's keys by their size in bits."""

    __slots__ = ("_derived", "_names", "_rings", "_seed", "_uses")

    def __init__(self, names: Mapping[int, tuple[str, ...]], seed: str) -> None:
        self._names = names
        self._seed = seed
        self._rings: dict[Issuer, Keyring] = {}
        self._derived: dict[Issuer, Keyring] = {}
        self._uses: Counter[str] = Counter()

    def get(self, issuer: Issuer) -> Keyring:
        """The issuer's keyring; one that was never assigned any has a derived key."""
        ring = self._rings.get(issuer) or self._derived.get(issuer)
        if ring is None:
            name = choose_key(self._names[issuer.bits], self._seed, issuer.name)
            ring = self._derived[issuer] = Keyring(name, (name,))
        return ring

    def assign(self, issuer: Issuer) -> None:
        """Give a new issuer the pool's next key that fewest others publish."""
        if issuer not in self._rings:
            names = self._names[issuer.bits]
            start = choose_key(names, self._seed, "issuers")
            name = self._least_used(_after(names, start))
            self.put(issuer, Keyring(name, (name,)))

    def put(self, issuer: Issuer, ring: Keyring) -> None:
        """Replace a keyring."""
        self.drop(issuer)
        self._rings[issuer] = ring
        self._uses.update(ring.published)

    def drop(self, issuer: Issuer) -> None:
        """Forget an issuer."""
        ring = self._rings.pop(issuer, None)
        if ring is not None:
            self._uses.subtract(ring.published)

    def list_rings(self) -> tuple[IssuerRing, ...]:
        """All that were assigned or put; what `restore` takes."""
        return tuple(IssuerRing(*issuer, ring) for issuer, ring in self._rings.items())

    def restore(self, held: Iterable[IssuerRing]) -> None:
        """Take these in as they are."""
        for one in held:
            self.put(Issuer(one.issuer, one.bits), one.ring)

    def rotate(self, issuer: Issuer, step: Step) -> Keyring:
        """The keyring as it is after a step.

        `publish` shows the next key ahead of use; `activate` signs with the newest one shown;
        `overlap` does both, the old keys staying; `retire` withdraws all but the one that signs;
        `abrupt` replaces them all at once.

        Raises:
            CannotRotate: no key is left, or none was published ahead.
        """
        ring = self.get(issuer)
        match step:
            case "publish":
                return Keyring(ring.active, (*ring.published, self._next(issuer, ring)))
            case "activate":
                if ring.active == ring.published[-1]:
                    raise CannotRotate("The newest key signs already: publish another first.")
                return Keyring(ring.published[-1], ring.published)
            case "overlap":
                fresh = self._next(issuer, ring)
                return Keyring(fresh, (*ring.published, fresh))
            case "retire":
                return Keyring(ring.active, (ring.active,))
            case "abrupt":
                fresh = self._next(issuer, ring)
                return Keyring(fresh, (fresh,))
        assert_never(step)

    def _next(self, issuer: Issuer, ring: Keyring) -> str:
        """The pool's next key that the issuer does not publish, and fewest others do."""
        names = _after(self._names[issuer.bits], ring.published[-1])
        free = tuple(name for name in names if name not in ring.published)
        if not free:
            size = len(names)
            raise CannotRotate(f"All {size} keys of that size are published: retire some first.")
        return self._least_used(free)

    def _least_used(self, names: tuple[str, ...]) -> str:
        return min(names, key=self._uses.__getitem__)


def _after(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """All the names in the pool's order, beginning behind one of them."""
    start = names.index(name) + 1
    return names[start:] + names[:start]
