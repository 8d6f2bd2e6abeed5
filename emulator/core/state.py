"""A sandbox's state: the fold of its facts. Changed by `apply` alone, in O(fact)."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar, assert_never, cast

import msgspec

from emulator.core import facts as f
from emulator.core.arming import Armed
from emulator.core.clock import Clock
from emulator.core.due import Due
from emulator.core.facts import Part
from emulator.core.holdings import DEFAULT, Entry, Holdings, Homes, Resolve
from emulator.core.keyrings import Issuer, Keyrings
from emulator.core.limits import Limits
from emulator.core.snapshots import Birth, Snapshot
from emulator.core.tokens import Book
from emulator.core.world import AnyKind, Blueprint, Kind, Table, World

__all__ = ["DEFAULT", "Entry", "Resolve", "State"]

R = TypeVar("R", bound=msgspec.Struct)
S = TypeVar("S", bound=msgspec.Struct)


class State:
    """What a sandbox is now.

    `key_names`: the names of the pool's keys by their bits; `kid`: how a key of that name is
    called in a token's header.
    """

    __slots__ = (
        "_settings",
        "_switches",
        "born",
        "clock",
        "control",
        "counters",
        "due",
        "faults",
        "holdings",
        "id",
        "identity",
        "key_names",
        "kid",
        "lifetimes",
        "limits",
        "overrides",
        "tokens",
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
        self.identity = sandbox
        self.key_names = key_names
        self.kid = kid
        self._switches = {blueprint.settings: blueprint.provider for blueprint in blueprints}
        self._settings: dict[type[msgspec.Struct], msgspec.Struct] = {}
        self.born = f.SandboxBorn(at=0.0, seed="", world="")
        self.holdings = Holdings(blueprints, resolve, key_names)
        self.clock = Clock()
        self.control = ""
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
                self.holdings.put(fact)
            case f.EntityDropped():
                self.holdings.drop(fact)
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
            case f.ControlGranted():
                self.control = fact.digest
            case f.SandboxReset():
                for part in fact.parts:
                    self._reset(part, fact.world)
            case f.SandboxBorn():
                self.born = fact
                self.clock = fact.clock
                self.holdings.populate(fact.world, self.identity, fact)
            case f.SandboxRestored():
                self._restore(fact.snapshot)
                self.control = fact.control or self.control
            case _:
                assert_never(fact)

    def snapshot(self) -> Snapshot:
        """All that it is but who controls it: `SandboxRestored` makes another state the same."""
        grants, tokens = self.tokens.list_rows()
        return Snapshot(
            identity=self.identity,
            world=self.holdings.base,
            born=Birth(**msgspec.structs.asdict(self.born)),
            clock=self.clock,
            counters=dict(self.counters),
            lifetimes=dict(self.lifetimes),
            settings={
                provider: msgspec.Raw(msgspec.json.encode(values))
                for provider, values in self.overrides.items()
            },
            grants=grants,
            tokens=tokens,
            faults=tuple(self.faults.items()),
            limits=self.limits.list_times(),
            due=self.due.list_rows(),
            keyrings=self.keyrings.list_rings(),
            entities=self.holdings.changes(),
        )

    @property
    def world(self) -> World:
        """The fixture world beneath."""
        return self.holdings.world

    @property
    def keyrings(self) -> Keyrings:
        """Which keys the issuers have."""
        return self.holdings.keyrings

    def table(self, kind: Kind[R]) -> Table[R]:
        """The records of one kind."""
        return self.holdings.table(kind)

    def settings(self, of: type[S]) -> S:
        """A provider's switches as they stand."""
        found = self._settings.get(of)
        if found is None:
            values = self.overrides.get(self._switches[of], {})
            found = self._settings[of] = msgspec.convert(values, of)
        return cast("S", found)

    def kind(self, provider: str, name: str) -> AnyKind | None:
        """The kind of that name, if the provider has it."""
        return self.holdings.kind(provider, name)

    def kinds(self, provider: str) -> Sequence[AnyKind]:
        """The kinds of a provider."""
        return self.holdings.kinds(provider)

    def holds(self, entry: Entry) -> bool:
        """Whether a home name is that of one of this sandbox's records."""
        return self.holdings.holds(entry)

    def homes(self, facts: Sequence[f.Fact]) -> tuple[list[Entry], list[Entry]]:
        """Directory entries that the facts, not yet applied, bring about: claimed, released.

        With another's identity it claims none: header or path lead to it, not the names it has.
        """
        claimed: Homes = {}  # by record: of several changes in one append the last counts
        released: list[Entry] = []
        for fact in facts:
            if isinstance(fact, f.SandboxRestored):
                released += self.own_homes()
                claimed = self._restored_homes(fact.snapshot)
            elif self.identity != self.id:
                continue
            elif isinstance(fact, f.EntityPut | f.EntityDropped):
                place, after, before = self.holdings.homes_of_change(fact)
                released += before if place not in claimed else ()
                claimed[place] = after
            elif isinstance(fact, f.SandboxReset) and "entities" in fact.parts:
                released += self.own_homes()
                claimed = self._settled_homes(fact.world, self.born)
            elif isinstance(fact, f.SandboxBorn):
                claimed = self._settled_homes(fact.world, fact)
        return [entry for entries in claimed.values() for entry in entries], released

    def own_homes(self) -> list[Entry]:
        """Every directory entry that this sandbox's own records make; none before its birth."""
        return self.holdings.own_homes(shared=self.identity == DEFAULT)

    def _settled_homes(self, base: str, born: f.SandboxBorn) -> Homes:
        world = self.holdings.resolve(base, born)
        placed = self.holdings.settle(world, self.identity, born)
        return self.holdings.homes_over(world, placed, shared=self.identity == DEFAULT)

    def _restored_homes(self, snapshot: Snapshot) -> Homes:
        if snapshot.identity != self.id:
            return {}
        world = self.holdings.resolve(snapshot.world, _birth(snapshot))
        placed = self.holdings.read_changes(snapshot.entities)
        return self.holdings.homes_over(world, placed, shared=self.id == DEFAULT)

    def _reset(self, part: Part, world: str) -> None:
        match part:
            case "tokens":
                self.tokens.clear()
            case "faults":
                self.faults.clear()
                self.due.drop_all(of_house=True)  # the steps of scenarios, which would arm more
            case "limits":
                self.limits.clear()
            case "clock":
                self.clock = self.born.clock
            case "entities":
                self.due.drop_all(of_house=False)  # it is about things that are gone
                self.holdings.populate(world, self.identity, self.born)
            case "settings":
                self.overrides.clear()
                self._settings.clear()
            case "lifetimes":
                self.lifetimes.clear()
            case "ids":
                self.counters.clear()

    def _restore(self, snapshot: Snapshot) -> None:
        self.identity = snapshot.identity
        self.born = _birth(snapshot)
        self.holdings.restore(snapshot.world, self.born, snapshot.entities, snapshot.keyrings)
        self.clock = snapshot.clock
        self.counters = dict(snapshot.counters)
        self.lifetimes = dict(snapshot.lifetimes)
        self.overrides = {
            provider: msgspec.json.decode(values) for provider, values in snapshot.settings.items()
        }
        self._settings.clear()
        self.tokens.restore(snapshot.grants, snapshot.tokens)
        self.faults.clear()
        for rule, hits in snapshot.faults:
            self.faults.arm(rule, hits)
        self.limits.restore(snapshot.limits)
        self.due.restore(snapshot.due)


def _birth(snapshot: Snapshot) -> f.SandboxBorn:
    return f.SandboxBorn(**msgspec.structs.asdict(snapshot.born))
