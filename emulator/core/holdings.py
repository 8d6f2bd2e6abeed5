"""What a sandbox holds of the providers' worlds: its tables over a shared base, its issuers' keys.

Part of the state: changed by the fold alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

import msgspec

from emulator.core.facts import EntityDropped, EntityPut, SandboxBorn
from emulator.core.keyrings import Issuer, IssuerRing, Keyrings
from emulator.core.snapshots import Change
from emulator.core.world import AnyKind, Blueprint, Identity, Kind, Table, World

R = TypeVar("R", bound=msgspec.Struct)

DEFAULT = "default"  # the sandbox that keeps the fixtures' own names and credentials

Entry = tuple[str, str]  # a directory entry: the kind's id, the value
Resolve = Callable[[str, bytes], World]  # a digest, a document of JSON to lay over it
Place = tuple[str, str]  # a kind's id, a record's key
Homes = dict[Place, tuple[Entry, ...]]  # the directory entries that each record makes
Placed = tuple[AnyKind, str, msgspec.Struct | None]  # a record under its key; None: it was dropped

_NULL = b"null"


class Holdings:
    """The tables and keyrings of one sandbox. `base`: the digest of the fixture world beneath."""

    __slots__ = ("_blueprints", "_key_names", "_resolve", "_tables", "base", "keyrings", "world")

    def __init__(
        self,
        blueprints: Sequence[Blueprint],
        resolve: Resolve,
        key_names: Mapping[int, tuple[str, ...]],
    ) -> None:
        self._blueprints = {blueprint.provider: blueprint for blueprint in blueprints}
        self._resolve = resolve
        self._key_names = key_names
        self._tables: dict[str, Table[Any]] = {}
        self.base = ""
        self.world: World
        self.keyrings = Keyrings(key_names, "")

    def table(self, kind: Kind[R]) -> Table[R]:
        """The records of one kind."""
        table = self._tables.get(kind.id)
        if table is None:
            base = self.world.bases[kind.id]
            table = self._tables[kind.id] = Table(cast("AnyKind", kind), base)
        return cast("Table[R]", table)

    def kinds(self, provider: str) -> Sequence[AnyKind]:
        """The kinds of a provider; none when it is not enabled."""
        blueprint = self._blueprints.get(provider)
        return blueprint.kinds if blueprint else ()

    def kind(self, provider: str, name: str) -> AnyKind | None:
        """The kind of that name, if the provider has it."""
        return next((kind for kind in self.kinds(provider) if kind.name == name), None)

    def all_kinds(self) -> Iterator[AnyKind]:
        """The kinds of all providers."""
        return (kind for blueprint in self._blueprints.values() for kind in blueprint.kinds)

    def resolve(self, world: str, born: SandboxBorn) -> World:
        """The world of that digest, with the fixtures over it that the sandbox was born with."""
        return self._resolve(world, bytes(born.fixtures))

    def settle(self, world: World, identity: str, born: SandboxBorn) -> Iterator[Placed]:
        """The records that give a sandbox names of its own; none for the default."""
        given: dict[str, dict[str, str]] = msgspec.json.decode(born.credentials)
        if identity == DEFAULT and not given:
            return
        for name, blueprint in self._blueprints.items():
            own = Identity(identity, born.seed, given.get(name, {}))
            for kind, record in blueprint.settle(world, own):
                yield kind, kind.key_of(record), record

    def populate(self, base: str, identity: str, born: SandboxBorn) -> None:
        """A fresh world with its issuers' keys, and the sandbox's own names laid over it."""
        self._begin(base, born)
        for kind in self.all_kinds():
            for key in self.world.bases[kind.id].records if kind.issuer_bits else ():
                self._assign_key(kind, key)
        for kind, _, record in self.settle(self.world, identity, born):
            if record is not None:
                self.place(kind, record)

    def place(self, kind: AnyKind, record: msgspec.Struct) -> None:
        """Add or replace a record; a new issuer gets a key."""
        self.table(kind).put(record)
        self._assign_key(kind, kind.key_of(record))

    def put(self, fact: EntityPut) -> None:
        """Fold it in."""
        kind = self.kind(fact.provider, fact.kind)
        if kind is not None:
            self.place(kind, kind.parse(fact.record))

    def drop(self, fact: EntityDropped) -> None:
        """Fold it in."""
        kind = self.kind(fact.provider, fact.kind)
        if kind is not None:
            self.table(kind).drop(fact.key)
            if kind.issuer_bits:
                self.keyrings.drop(Issuer(kind.issuer(fact.key), kind.issuer_bits))

    def holds(self, entry: Entry) -> bool:
        """Whether a home name is that of one of this sandbox's records."""
        provider, _, name = entry[0].partition(".")
        kind = self.kind(provider, name)
        if kind is None or kind.home is None:
            return False
        table = self.table(kind)
        if kind.home == kind.key:
            return table.get(entry[1]) is not None
        if kind.home in kind.indexes:
            return bool(table.find(kind.home, entry[1]))
        return any(entry in homes_of(kind, record) for record in table)

    def own_homes(self, *, shared: bool) -> list[Entry]:
        """Every directory entry of the sandbox's own records; `shared`: of those beneath too."""
        if not self.base:
            return []
        return [
            entry
            for kind in self.all_kinds()
            for record in (self.table(kind) if shared else self.table(kind).own())
            for entry in homes_of(kind, record)
        ]

    def homes_of_change(
        self, fact: EntityPut | EntityDropped
    ) -> tuple[Place, tuple[Entry, ...], tuple[Entry, ...]]:
        """A record's place, its directory entries after a change, and before all changes."""
        kind = self.kind(fact.provider, fact.kind)
        if kind is None or kind.home is None:
            return ("", ""), (), ()
        record = kind.parse(fact.record) if isinstance(fact, EntityPut) else None
        key = fact.key if isinstance(fact, EntityDropped) else kind.key_of(record)
        old = self.table(kind).get(key)
        return (kind.id, key), homes_of(kind, record), homes_of(kind, old)

    def homes_over(self, world: World, placed: Iterable[Placed], *, shared: bool) -> Homes:
        """The entries of what is placed over a world; `shared`: of what is beneath too."""
        homes = {
            (kind.id, key): homes_of(kind, record)
            for kind in (self.all_kinds() if shared else ())
            for key, record in world.bases[kind.id].records.items()
        }
        for kind, key, record in placed:
            homes[kind.id, key] = homes_of(kind, record)
        return homes

    def changes(self) -> dict[str, tuple[Change, ...]]:
        """What was put and dropped, by kind, for a snapshot."""
        return {
            name: tuple((key, _encode(record)) for key, record in table.changes())
            for name, table in self._tables.items()
            if table.changes()
        }

    def read_changes(self, entities: Mapping[str, Iterable[Change]]) -> Iterator[Placed]:
        """What `changes` wrote down; a provider that is not enabled here is left out."""
        for name, changes in entities.items():
            provider, _, of = name.partition(".")
            kind = self.kind(provider, of)
            if kind is not None:
                for key, raw in changes:
                    yield kind, key, None if bytes(raw) == _NULL else kind.parse(raw)

    def restore(
        self,
        base: str,
        born: SandboxBorn,
        entities: Mapping[str, Iterable[Change]],
        keyrings: Iterable[IssuerRing],
    ) -> None:
        """Be what a snapshot says."""
        self._begin(base, born)
        for kind, key, record in self.read_changes(entities):
            if record is None:
                self.table(kind).drop(key)
            else:
                self.table(kind).put(record)
        self.keyrings.restore(keyrings)

    def _begin(self, base: str, born: SandboxBorn) -> None:
        self.world = self.resolve(base, born)
        self.base = base
        self._tables.clear()
        self.keyrings = Keyrings(self._key_names, born.seed)

    def _assign_key(self, kind: AnyKind, key: str) -> None:
        if kind.issuer_bits:
            self.keyrings.assign(Issuer(kind.issuer(key), kind.issuer_bits))


def _encode(record: msgspec.Struct | None) -> msgspec.Raw:
    return msgspec.Raw(_NULL if record is None else msgspec.json.encode(record))


def homes_of(kind: AnyKind, record: msgspec.Struct | None) -> tuple[Entry, ...]:
    """The directory entry of a record, if it has one."""
    value: str | None = getattr(record, kind.home) if kind.home and record is not None else None
    return () if value is None else ((kind.id, value),)
