"""A provider's world as tables: a shared immutable base, and each sandbox's own changes over it."""

from collections.abc import Callable, Hashable, ItemsView, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

import msgspec

from emulator.core.ids import derive_bytes, derive_text

R = TypeVar("R", bound=msgspec.Struct)

Index = Mapping[Hashable, tuple[str, ...]]


class Parent(msgspec.Struct, frozen=True):
    """This kind's `field` names a record of `kind`, and goes when that record goes."""

    field: str
    kind: str


class Kind(msgspec.Struct, Generic[R], frozen=True, dict=True):
    """A kind of thing in a provider's world.

    `key`: the field that names a record. `indexes`: look-ups by another value (None is not
    indexed). `home`: the attribute whose value leads a call to this sandbox (None: nothing does).
    `secrets`: fields that no look at the world shows. `new_key`: a key for a record made without
    one. `issuer_bits`: each record is an issuer, with RSA keys of its own of that size. `most`: how
    many of its own a sandbox keeps, the oldest leaves.
    """

    provider: str
    name: str
    record: type[R]
    key: str
    indexes: Mapping[str, Callable[[R], Hashable | None]] = msgspec.field(default_factory=dict)
    parent: Parent | None = None
    home: str | None = None
    secrets: frozenset[str] = frozenset()
    new_key: Callable[["Draw"], str] | None = None
    issuer_bits: int | None = None
    most: int | None = None

    @cached_property
    def id(self) -> str:
        """`<provider>.<kind>`: its name in the world and in the directory."""
        return f"{self.provider}.{self.name}"

    def key_of(self, record: R) -> str:
        """The value of the key field."""
        return cast("str", getattr(record, self.key))

    def issuer(self, key: str) -> str:
        """The name under which a record's keys are kept, where records are issuers."""
        return f"{self.id}/{key}"

    def parse(self, raw: bytes | msgspec.Raw) -> R:
        """A record from JSON.

        Raises:
            msgspec.ValidationError: it does not have this kind's shape.
        """
        return msgspec.json.decode(raw, type=self.record)


AnyKind = Kind[Any]
Draw = Callable[[str], bytes]  # a label -> 32 derived bytes, the next of its sequence


class Identity(msgspec.Struct, frozen=True):
    """What a sandbox's own names derive from. `given`: credentials it was told to have."""

    sandbox: str
    seed: str
    given: Mapping[str, str]

    def text(self, label: str, alphabet: str, length: int) -> str:
        """A name that no other sandbox has."""
        return derive_text(self.seed, self.sandbox, label, alphabet=alphabet, length=length)

    def raw(self, label: str, size: int) -> bytes:
        """Bytes that no other sandbox has."""
        return derive_bytes(self.seed, self.sandbox, label, size=size)


class Base(msgspec.Struct, Generic[R], frozen=True):
    """The records of one kind that all sandboxes share, with their indexes."""

    records: Mapping[str, R]
    indexes: Mapping[str, Index]


def build_base(kind: Kind[R], records: Iterable[R]) -> Base[R]:
    """A base of records, a later one of the same key over an earlier one."""
    by_key = {kind.key_of(record): record for record in records}
    indexes: dict[str, dict[Hashable, tuple[str, ...]]] = {}
    for name, value_of in kind.indexes.items():
        index = indexes[name] = {}
        for key, record in by_key.items():
            value = value_of(record)
            if value is not None:
                index[value] = (*index.get(value, ()), key)
    return Base(by_key, indexes)


class Table(Generic[R]):
    """One kind in one sandbox: the base, and over it what the sandbox changed (None: dropped)."""

    __slots__ = ("_base", "_index", "_own", "kind")

    def __init__(self, kind: Kind[R], base: Base[R]) -> None:
        self.kind = kind
        self._base = base
        self._own: dict[str, R | None] = {}
        self._index: dict[str, dict[Hashable, _Keys]] = {}

    def __len__(self) -> int:
        base = self._base.records
        dropped = sum(record is None for record in self._own.values())
        added = sum(key not in base for key, record in self._own.items() if record is not None)
        return len(base) + added - dropped

    def __iter__(self) -> Iterator[R]:
        """In order of creation, a replaced record in its old place."""
        base = self._base.records
        for key, record in base.items():
            own = self._own.get(key, record)
            if own is not None:
                yield own
        for key, own in self._own.items():
            if own is not None and key not in base:
                yield own

    def get(self, key: str) -> R | None:
        """The record of that key."""
        if key in self._own:
            return self._own[key]
        return self._base.records.get(key)

    def find(self, index: str, value: Hashable) -> list[R]:
        """The records with that value in an index, in order of creation."""
        base, value_of = self._base.records, self.kind.indexes[index]
        own = _many(self._index.get(index, {}).get(value, {}))
        found = [
            self._own.get(key) or base[key]
            for key in self._base.indexes[index].get(value, ())
            if key in own or key not in self._own
        ]
        for key in own:
            if key not in base or value_of(base[key]) != value:
                record = self._own[key]
                if record is not None:
                    found.append(record)
        return found

    def put(self, record: R) -> None:
        """Add or replace a record."""
        key = self.kind.key_of(record)
        stood = key in self._own
        old = self._own.get(key)
        if self.kind.most is not None and len(self._own) >= self.kind.most and key not in self._own:
            self.drop(next(iter(self._own)))
        self._own[key] = record
        for name, value_of in self.kind.indexes.items():
            before, value = None if old is None else value_of(old), value_of(record)
            if value == before:
                continue
            self._unindex(name, before, key)
            if value is not None:
                group = self._index.setdefault(name, {})
                joined = group[value] = _join(group.get(value), key)
                if stood and isinstance(joined, dict):  # it is older than where it joined
                    group[value] = {known: None for known in self._own if known in joined}

    def drop(self, key: str) -> None:
        """Take a record out; an unknown key changes nothing."""
        old = self._own.get(key)
        if old is not None:
            for name, value_of in self.kind.indexes.items():
                self._unindex(name, value_of(old), key)
        if key in self._base.records:
            self._own[key] = None
        else:
            self._own.pop(key, None)

    def own(self) -> Iterator[R]:
        """The records that this sandbox added or replaced."""
        return (record for record in self._own.values() if record is not None)

    def changes(self) -> ItemsView[str, R | None]:
        """What the sandbox put or dropped (None), by key, in order."""
        return self._own.items()

    def _unindex(self, index: str, value: Hashable | None, key: str) -> None:
        if value is None:
            return
        keys = self._index[index][value]
        if isinstance(keys, dict):
            del keys[key]
        if keys in (key, {}):
            del self._index[index][value]


# The keys under one value of an index. Most are one, and then the key itself stands for them:
# a dict for each would be a third of what a new sandbox weighs.
_Keys = str | dict[str, None]


def _many(keys: _Keys) -> dict[str, None]:
    return {keys: None} if isinstance(keys, str) else keys


def _join(keys: _Keys | None, key: str) -> _Keys:
    if keys is None or keys == key:
        return key
    many = _many(keys)
    many[key] = None
    return many


class World(msgspec.Struct, frozen=True):
    """A fixture world: the base of every kind, and a digest that names it."""

    digest: str
    bases: Mapping[str, Base[msgspec.Struct]]


class Blueprint(msgspec.Struct, frozen=True):
    """What the fold needs to know of one provider.

    `settings`: the provider's switches with their defaults. `settle`: the records that give a
    sandbox a name of its own (credentials, homes), from the shared world; the same for the same
    identity.
    """

    provider: str
    kinds: tuple[AnyKind, ...]
    settings: type[msgspec.Struct]
    settle: Callable[[World, Identity], Iterable[tuple[AnyKind, msgspec.Struct]]]
