"""A toy provider's world: shops, their items. Enough for the core, and nobody's vocabulary."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from emulator.core.clock import Clock
from emulator.core.directory import Directory
from emulator.core.facts import Fact, SandboxBorn
from emulator.core.fixtures import Worlds, build_world
from emulator.core.ids import BASE58
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import Ledger
from emulator.core.ledger.memory import MemoryLedger
from emulator.core.sandbox import Sandbox
from emulator.core.state import State
from emulator.core.tokens import Grant
from emulator.core.world import AnyKind, Blueprint, Identity, Kind, Parent, World

KEY_NAMES = {2048: ("small-1", "small-2"), 4096: ("big-1",)}


class Shop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shop. `code` leads to its sandbox."""

    id: str
    code: str
    owner: str | None = None


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing that a shop sells."""

    sku: str
    shop: str
    colour: str | None = None


class Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The toy's switches."""

    mood: Literal["calm", "wild"] = "calm"
    limit: int = 3


SHOPS = Kind(
    "toy",
    "shops",
    Shop,
    key="id",
    indexes={"code": lambda shop: shop.code, "owner": lambda shop: shop.owner},
    home="code",
)
ITEMS = Kind(
    "toy",
    "items",
    Item,
    key="sku",
    indexes={"shop": lambda item: item.shop, "colour": lambda item: item.colour},
    parent=Parent("shop", "shops"),
)


def settle(world: World, identity: Identity) -> Iterable[tuple[AnyKind, msgspec.Struct]]:
    """Each shop gets a code of the sandbox's own, the first one that it was given, if any."""
    given = identity.given.get("code")
    for shop in world.bases[SHOPS.id].records.values():
        if isinstance(shop, Shop):
            code = given or identity.text(f"shop {shop.id}", BASE58, 8)
            yield SHOPS, msgspec.structs.replace(shop, code=code)
            given = None


TOY = Blueprint("toy", (SHOPS, ITEMS), Switches, settle)

DOCUMENT = {
    "toy": {
        "shops": [
            {"id": "corner", "code": "CORNER", "owner": "ann"},
            {"id": "market", "code": "MARKET"},
        ],
        "items": [
            {"sku": "apple", "shop": "corner", "colour": "red"},
            {"sku": "pear", "shop": "corner"},
            {"sku": "cherry", "shop": "market", "colour": "red"},
        ],
    }
}
WORLD = build_world([TOY], [("toys", DOCUMENT)])


def resolve(digest: str, overlay: bytes = b"{}") -> World:
    """The toy world, whatever its digest, with a document over it."""
    assert digest
    document = msgspec.json.decode(overlay)
    return build_world([TOY], [("overlay", document)], over=WORLD) if document else WORLD


def new_state(sandbox: str = "s1") -> State:
    """A state before its first fact."""
    return State(sandbox, [TOY], resolve, KEY_NAMES)


def born(seed: str = "seed", *, at: float = 1000.0, clock: Clock | None = None) -> SandboxBorn:
    """A first fact; the clock stands still at `at`."""
    return SandboxBorn(at=at, seed=seed, world=WORLD.digest, clock=clock or Clock.frozen_at(at))


def fold(facts: Sequence[Fact], sandbox: str = "s1") -> State:
    """The state of these facts."""
    state = new_state(sandbox)
    for fact in facts:
        state.apply(fact)
    return state


async def new_sandbox(ledger: Ledger | None = None, sandbox: str = "s1") -> Sandbox:
    """A born sandbox."""
    made = Sandbox(lambda: new_state(sandbox), ledger or MemoryLedger(), Journal(Budget(1 << 20)))
    assert await made.bear(born())
    return made


def new_directory(
    *,
    worlds: Worlds,
    ledger: Ledger | None = None,
    seed: str | None = "seed",
    ttl_s: float = 3600.0,
    cap: int = 100,
    idle_clock: Callable[[], float] | None = None,
    kinds: Blueprint = TOY,
) -> Directory:
    """A directory of toy worlds."""
    extra: dict[str, Any] = {} if idle_clock is None else {"idle_clock": idle_clock}
    return Directory(
        ledger=ledger or MemoryLedger(),
        worlds=worlds,
        blueprints=[kinds],
        budget=Budget(1 << 20),
        key_names=KEY_NAMES,
        seed=seed,
        ttl_s=ttl_s,
        cap=cap,
        **extra,
    )


def grant(
    *,
    lifetime_s: int = 600,
    key: str = "small-1",
    claims: str = '{"exp":null,"jti":null}',
    fills: tuple[str, ...] = ("exp", "jti"),
    header: str = '{"alg":"RS256","typ":"JWT"}',
    subject: str = "ann",
) -> Grant:
    """What a toy token says."""
    return Grant("toy", "pass", subject, ("buy",), lifetime_s, header, claims, fills, key)


def snapshot(state: State) -> dict[str, object]:
    """All that a state holds, to compare."""
    return {
        "id": state.id,
        "born": state.born,
        "clock": state.clock,
        "counters": dict(state.counters),
        "lifetimes": dict(state.lifetimes),
        "overrides": dict(state.overrides),
        "switches": state.settings(Switches),
        "tokens": list(reversed(state.tokens)),
        "faults": list(state.faults.items()),
        "limits": {subject: list(times) for subject, times in state.limits._times.items()},
        "due": [(work, state.due.claimed_until(work)) for work in state.due],
        "shops": list(state.table(SHOPS)),
        "items": list(state.table(ITEMS)),
        "homes": state.own_homes(),
    }
