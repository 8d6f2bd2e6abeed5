"""A sandbox's state: the fold of its facts. Changed by `apply` alone, in O(fact)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, assert_never, cast

import msgspec

from emulator.core import facts as f
from emulator.core.clock import Clock
from emulator.core.due import Due
from emulator.core.facts import Part
from emulator.core.faults import Armed
from emulator.core.keyrings import Issuer, Keyrings
from emulator.core.limits import Limits
from emulator.core.tokens import Book
from emulator.core.world import AnyKind, Blueprint, Identity, Kind, Table, World

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=msgspec.Struct)

DEFAULT = "default"  # the sandbox that keeps the fixtures' own names and credentials

Entry = tuple[str, str]  # a directory entry: the kind's id, the value
Resolve = Callable[[str, bytes], World]  # a digest, a document of JSON to lay over it


class State:
    """What a sandbox is now.

    `key_names`: the names of the pool's keys by their bits; `kid`: how a key of that name is
    called in a token's header.
    """

    __slots__ = (
        "_blueprints",
        "_resolve",
        "_settings",
        "_tables",
        "born",
        "clock",
        "counters",
        "due",
        "faults",
        "id",
        "key_names",
        "keyrings",
        "kid",
        "lifetimes",
        "limits",
        "overrides",
        "tokens",
        "world",
    )

    def __init__(
        self,
        sandbox: str,
        blueprints: Sequence[Blueprint],
        resolve: Resolve,
        key_names: Mapping[int, tuple[str, ...]],
        kid: Callable[[str], str] = str,
    ) -> None:
        self.id = sandbox
        self.key_names = key_names
        self.kid = kid
        self._blueprints = {blueprint.provider: blueprint for blueprint in blueprints}
        self._resolve = resolve
        self._tables: dict[str, Table[Any]] = {}
        self._settings: dict[type[msgspec.Struct], msgspec.Struct] = {}
        self.born = f.SandboxBorn(at=0.0, seed="", world="")
        self.world: World
        self.keyrings = Keyrings(key_names, "")
        self.clock = Clock()
        self.counters: dict[str, int] = {}
        self.lifetimes: dict[str, int] = {}
        self.overrides: dict[str, dict[str, object]] = {}
        self.tokens = Book()
        self.faults = Armed()
        self.limits = Limits()
        self.due = Due()

    def apply(self, fact: f.Fact) -> None:  # noqa: C901, PLR0912 - one case a fact
        """Fold one fact in. A fact of a provider that is not enabled here changes nothing."""
        match fact:
            case f.TokenIssued():
                self.tokens.issue(fact.jti, fact.expires_at, fact.grant)
            case f.IdsDrawn():
                for label, count in fact.counts.items():
                    self.counters[label] = self.counters.get(label, 0) + count
            case f.TokenEnded():
                self.tokens.end(fact.jti, fact.how)
            case f.FaultsCounted():
                self.faults.count(fact.matched, fact.fired)
            case f.CallCounted():
                subject = (fact.provider, fact.subject)
                self.limits.count(subject, fact.at, fact.keep, fact.cost)
            case f.KeysSet():
                self.keyrings.put(Issuer(fact.issuer, fact.bits), fact.ring)
            case f.EntityPut():
                self._put(fact)
            case f.EntityDropped():
                self._drop(fact)
            case f.DueSet():
                self.due.set(fact.work)
            case f.DueClaimed():
                self.due.claim((fact.provider, fact.kind, fact.key), fact.until)
            case f.DueDone():
                self.due.drop((fact.provider, fact.kind, fact.key))
            case f.FaultArmed():
                self.faults.arm(fact.rule)
            case f.FaultsDisarmed():
                self.faults.disarm(fact.rules)
            case f.ClockSet():
                self.clock = fact.clock
            case f.SettingsSet():
                self.overrides[fact.provider] = msgspec.json.decode(fact.values)
                self._settings.clear()
            case f.LifetimesSet():
                self.lifetimes = dict(fact.lifetimes)
            case f.SandboxReset():
                for part in fact.parts:
                    self._reset(part, fact.world)
            case f.SandboxBorn():
                self.born = fact
                self.clock = fact.clock
                self._populate(fact.world)
            case _:
                assert_never(fact)

    def table(self, kind: Kind[R]) -> Table[R]:
        """The records of one kind."""
        table = self._tables.get(kind.id)
        if table is None:
            base = self.world.bases[kind.id]
            table = self._tables[kind.id] = Table(cast("AnyKind", kind), base)
        return cast("Table[R]", table)

    def settings(self, of: type[S]) -> S:
        """A provider's switches as they stand."""
        found = self._settings.get(of)
        if found is None:
            name = next(b.provider for b in self._blueprints.values() if b.settings is of)
            found = self._settings[of] = msgspec.convert(self.overrides.get(name, {}), of)
        return cast("S", found)

    def kind(self, provider: str, name: str) -> AnyKind | None:
        """The kind of that name, if the provider has it."""
        return next((kind for kind in self.kinds(provider) if kind.name == name), None)

    def kinds(self, provider: str) -> Sequence[AnyKind]:
        """The kinds of a provider."""
        blueprint = self._blueprints.get(provider)
        return blueprint.kinds if blueprint else ()

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
        return any(entry in _homes(kind, record) for record in table)

    def homes(self, facts: Sequence[f.Fact]) -> tuple[list[Entry], list[Entry]]:
        """Directory entries that the facts, not yet applied, bring about: claimed, released."""
        claimed: list[Entry] = []
        released: list[Entry] = []
        for fact in facts:
            if isinstance(fact, f.EntityPut | f.EntityDropped):
                self._home_of_entity(fact, claimed, released)
            elif isinstance(fact, f.SandboxReset) and "entities" in fact.parts:
                released += self.own_homes()
                claimed += self._settled_homes(
                    self._resolve(fact.world, bytes(self.born.fixtures)), self.born
                )
            elif isinstance(fact, f.SandboxBorn):
                claimed += self._settled_homes(
                    self._resolve(fact.world, bytes(fact.fixtures)), fact
                )
        return claimed, released

    def own_homes(self) -> list[Entry]:
        """Every directory entry that this sandbox's own records make."""
        if self.id == DEFAULT:
            return [e for k in self._homed() for record in self.table(k) for e in _homes(k, record)]
        return [
            e for k in self._homed() for record in self.table(k).own() for e in _homes(k, record)
        ]

    def _homed(self) -> list[AnyKind]:
        return [kind for b in self._blueprints.values() for kind in b.kinds if kind.home]

    def _home_of_entity(
        self, fact: f.EntityPut | f.EntityDropped, claimed: list[Entry], released: list[Entry]
    ) -> None:
        kind = self.kind(fact.provider, fact.kind)
        if kind is None or kind.home is None:
            return
        if isinstance(fact, f.EntityPut):
            record = kind.parse(fact.record)
            claimed += _homes(kind, record)
            key = kind.key_of(record)
        else:
            key = fact.key
        old = self.table(kind).get(key)
        if old is not None:
            released += _homes(kind, old)

    def _settled_homes(self, world: World, born: f.SandboxBorn) -> list[Entry]:
        shared = self._homed() if self.id == DEFAULT else []
        homes = {
            (kind.id, key): _homes(kind, record)
            for kind in shared
            for key, record in world.bases[kind.id].records.items()
        }
        for kind, record in self._settle(world, born):
            homes[kind.id, kind.key_of(record)] = _homes(kind, record)
        return [entry for entries in homes.values() for entry in entries]

    def _settle(self, world: World, born: f.SandboxBorn) -> list[tuple[AnyKind, msgspec.Struct]]:
        given: dict[str, dict[str, str]] = msgspec.json.decode(born.credentials)
        if self.id == DEFAULT and not given:
            return []
        return [
            placed
            for blueprint in self._blueprints.values()
            for placed in blueprint.settle(
                world, Identity(self.id, born.seed, given.get(blueprint.provider, {}))
            )
        ]

    def _populate(self, world: str) -> None:
        """A fresh world with its issuers' keys, and the sandbox's own names laid over it."""
        self.world = self._resolve(world, bytes(self.born.fixtures))
        self._tables.clear()
        self.keyrings = Keyrings(self.key_names, self.born.seed)
        for blueprint in self._blueprints.values():
            for kind in blueprint.kinds:
                for key in self.world.bases[kind.id].records if kind.issuer_bits else ():
                    self._assign_key(kind, key)
        for kind, record in self._settle(self.world, self.born):
            self._place(kind, record)

    def _place(self, kind: AnyKind, record: msgspec.Struct) -> None:
        self.table(kind).put(record)
        self._assign_key(kind, kind.key_of(record))

    def _assign_key(self, kind: AnyKind, key: str) -> None:
        if kind.issuer_bits:
            self.keyrings.assign(Issuer(kind.issuer(key), kind.issuer_bits))

    def _reset(self, part: Part, world: str) -> None:
        match part:
            case "tokens":
                self.tokens.clear()
            case "faults":
                self.faults.clear()
            case "limits":
                self.limits.clear()
            case "clock":
                self.clock = self.born.clock
            case "entities":
                self.due.clear()  # it is about things that are gone
                self._populate(world)
            case "settings":
                self.overrides.clear()
                self._settings.clear()
            case "lifetimes":
                self.lifetimes.clear()
            case "ids":
                self.counters.clear()

    def _put(self, fact: f.EntityPut) -> None:
        kind = self.kind(fact.provider, fact.kind)
        if kind is not None:
            self._place(kind, kind.parse(fact.record))

    def _drop(self, fact: f.EntityDropped) -> None:
        kind = self.kind(fact.provider, fact.kind)
        if kind is not None:
            self.table(kind).drop(fact.key)
            if kind.issuer_bits:
                self.keyrings.drop(Issuer(kind.issuer(fact.key), kind.issuer_bits))


def _homes(kind: AnyKind, record: msgspec.Struct) -> tuple[Entry, ...]:
    """The directory entry of a record, if it has one."""
    value: str | None = getattr(record, kind.home) if kind.home else None
    return () if value is None else ((kind.id, value),)
