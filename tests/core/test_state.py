from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from emulator.core.clock import Clock
from emulator.core.facts import (
    CallCounted,
    ClockSet,
    EntityDropped,
    EntityPut,
    Fact,
    FaultArmed,
    IdsDrawn,
    LifetimesSet,
    Part,
    SandboxBorn,
    SandboxReset,
    SettingsSet,
    TokenIssued,
    decode_facts,
    encode_facts,
)
from emulator.core.faults import Hits
from emulator.core.keyrings import Issuer
from emulator.core.state import Resolve, State
from emulator.core.world import AnyKind, Kind, World, build_base
from tests.core.test_facts import LOG, RULE
from tests.core.toys import (
    ITEMS,
    KEY_NAMES,
    SHOPS,
    TOY,
    WORLD,
    Item,
    Shop,
    Switches,
    born,
    fold,
    grant,
    snapshot,
)


def put(kind: str, record: msgspec.Struct) -> EntityPut:
    """A thing of the toy world is put."""
    return EntityPut(1.0, "toy", kind, msgspec.Raw(msgspec.json.encode(record)))


def test_every_fact_folds() -> None:
    """Each fact does to the state what it says, and nothing else."""
    state = fold(LOG)
    assert state.born == LOG[0]
    assert state.clock == Clock.offset_by(5.25)
    assert state.counters == {"jti": 2, "other": 1}
    assert state.settings(Switches) == Switches(mood="wild")
    assert state.lifetimes == {}
    ended = state.tokens.get("jti-1")
    assert ended is not None
    assert ended.endings == ("revoked",)
    assert [token.jti for token in reversed(state.tokens)] == ["jti-2", "jti-1"]
    assert list(state.faults.items()) == [(RULE, Hits(2, 1))]
    assert {item.sku for item in state.table(ITEMS)} == {"pear", "cherry", "fig"}
    assert state.table(SHOPS).get("corner") == Shop("corner", "NEW")
    assert {shop.id for shop in state.table(SHOPS)} == {"corner", "market", "kiosk"}


def test_a_decoded_log_folds_to_an_equal_state() -> None:
    """State has no source but the log: what was written and read again gives the same."""
    assert snapshot(fold(decode_facts(encode_facts(LOG)))) == snapshot(fold(LOG))


def test_folding_reads_no_clock() -> None:
    """The same facts give the same state whenever they are folded."""
    assert snapshot(fold(LOG)) == snapshot(fold(LOG))


def test_draws_add_up() -> None:
    """Counters go on from where they were, label by label."""
    state = fold([born(), IdsDrawn(1.0, {"a": 2}), IdsDrawn(1.0, {"a": 3, "b": 1})])
    assert state.counters == {"a": 5, "b": 1}


def test_lifetimes_and_settings_are_replaced_whole() -> None:
    """A later setting replaces all of an earlier one; settings without a change have defaults."""
    state = fold([born(), LifetimesSet(1.0, {"toy": 1}), LifetimesSet(1.0, {"toy.op": 2})])
    assert state.lifetimes == {"toy.op": 2}
    assert state.settings(Switches) == Switches()
    for values in (b'{"mood":"wild","limit":9}', b'{"limit":4}'):
        state.apply(SettingsSet(1.0, "toy", msgspec.Raw(values)))
    assert state.settings(Switches) == Switches(limit=4)


@pytest.mark.parametrize(
    "fact",
    [
        EntityPut(1.0, "other", "items", msgspec.Raw(b"{}")),
        EntityPut(1.0, "toy", "others", msgspec.Raw(b"{}")),
        EntityDropped(1.0, "other", "items", "apple"),
        SettingsSet(1.0, "other", msgspec.Raw(b'{"x":1}')),
    ],
)
def test_facts_of_a_provider_that_is_not_enabled_change_nothing(fact: Fact) -> None:
    """A log with another provider's facts folds here, and shows as if they were not there."""
    state, plain = fold([born(), fact]), fold([born()])
    state.overrides.pop("other", None)
    assert snapshot(state) == snapshot(plain)
    assert state.homes([fact]) == ([], [])


def full() -> State:
    """A state in which every part differs from birth."""
    return fold(
        [
            born(),
            ClockSet(1.0, Clock.offset_by(9)),
            IdsDrawn(1.0, {"a": 1}),
            SettingsSet(1.0, "toy", msgspec.Raw(b'{"limit":9}')),
            LifetimesSet(1.0, {"toy": 1}),
            TokenIssued(1.0, "j", 1000, grant()),
            FaultArmed(1.0, RULE),
            CallCounted(1.0, "toy", "ann", 3),
            put("items", Item("fig", "corner")),
        ]
    )


_SHOWS: dict[Part, tuple[str, ...]] = {
    "tokens": ("tokens",),
    "faults": ("faults",),
    "limits": ("limits",),
    "clock": ("clock",),
    "entities": ("items",),
    "settings": ("overrides", "switches"),
    "lifetimes": ("lifetimes",),
    "ids": ("counters",),
}


@pytest.mark.parametrize("part", _SHOWS)
def test_a_reset_of_a_part_leaves_the_rest(part: Part) -> None:
    """Each part goes back to what it was at birth, alone."""
    state = full()
    state.settings(Switches)
    before, birth = snapshot(state), snapshot(fold([born()]))
    state.apply(SandboxReset(2.0, WORLD.digest, (part,)))
    after = snapshot(state)
    for name, value in after.items():
        assert value == (birth if name in _SHOWS[part] else before)[name], name
    assert all(before[name] != after[name] for name in _SHOWS[part])


def test_every_part_can_be_reset() -> None:
    """A new part of the state has to join the tests above."""
    assert set(_SHOWS) == set(get_args(Part))


def test_a_reset_of_everything_is_birth() -> None:
    """After all parts are reset nothing tells the sandbox from a new one."""
    state = full()
    state.apply(SandboxReset(2.0, WORLD.digest, tuple(_SHOWS)))
    assert snapshot(state) == snapshot(fold([born()]))


def test_a_sandbox_has_names_of_its_own() -> None:
    """Every sandbox but the default has its own homes, the same for the same seed."""
    one, again, other = (fold([born()], name) for name in ("s1", "s1", "s2"))
    default = fold([born()], "default")
    assert one.own_homes() == again.own_homes() != other.own_homes()
    assert set(one.own_homes()).isdisjoint(other.own_homes())
    assert default.own_homes() == [("toy.shops", "CORNER"), ("toy.shops", "MARKET")]
    assert {shop.owner for shop in one.table(SHOPS)} == {"ann", None}


@pytest.mark.parametrize("sandbox", ["s1", "default"])
@pytest.mark.parametrize("given", [b"{}", b'{"toy":{"code":"GIVEN"}}'])
def test_what_is_claimed_at_birth_is_what_it_has(sandbox: str, given: bytes) -> None:
    """The directory entries of a birth are the homes that the state has after it."""
    first = msgspec.structs.replace(born(), credentials=msgspec.Raw(given))
    claimed, released = fold([], sandbox).homes([first])
    assert sorted(set(claimed)) == sorted(set(fold([first], sandbox).own_homes()))
    assert released == []
    if given != b"{}":
        assert ("toy.shops", "GIVEN") in claimed


def test_a_world_of_its_own_is_laid_over_the_shared_one() -> None:
    """Fixtures given at birth are in the sandbox's world, and have homes."""
    fixtures = msgspec.Raw(b'{"toy":{"shops":[{"id":"kiosk","code":"KIOSK"}]}}')
    first = msgspec.structs.replace(born(), fixtures=fixtures)
    state = fold([first])
    assert {shop.id for shop in state.table(SHOPS)} == {"corner", "market", "kiosk"}
    assert len(fold([]).homes([first])[0]) == 3
    state.apply(SandboxReset(2.0, WORLD.digest, ("entities",)))
    assert {shop.id for shop in state.table(SHOPS)} == {"corner", "market", "kiosk"}


def test_an_entity_moves_its_home_with_it() -> None:
    """A new record claims its home; a replaced or dropped one releases its old home."""
    state = fold([born()], "default")
    assert state.homes([put("shops", Shop("kiosk", "KIOSK"))]) == ([("toy.shops", "KIOSK")], [])
    assert state.homes([put("shops", Shop("corner", "MOVED"))]) == (
        [("toy.shops", "MOVED")],
        [("toy.shops", "CORNER")],
    )
    gone = EntityDropped(1.0, "toy", "shops", "corner")
    assert state.homes([gone]) == ([], [("toy.shops", "CORNER")])
    assert state.homes([EntityDropped(1.0, "toy", "shops", "nobody")]) == ([], [])
    assert state.homes([put("items", Item("fig", "corner"))]) == ([], [])


def test_of_several_changes_at_once_the_last_home_counts() -> None:
    """In one append a record may change more than once: only where it ends up is claimed."""
    state = fold([born()], "default")
    first, then = put("shops", Shop("kiosk", "FIRST")), put("shops", Shop("kiosk", "THEN"))
    gone = EntityDropped(1.0, "toy", "shops", "kiosk")
    assert state.homes([first, then]) == ([("toy.shops", "THEN")], [])
    assert state.homes([first, gone]) == ([], [])
    moved = [put("shops", Shop("corner", "MOVED")), put("shops", Shop("corner", "AGAIN"))]
    assert state.homes(moved) == ([("toy.shops", "AGAIN")], [("toy.shops", "CORNER")])
    reset = SandboxReset(2.0, WORLD.digest, ("entities",))
    claimed, _ = state.homes([reset, *moved])
    assert sorted(claimed) == [("toy.shops", "AGAIN"), ("toy.shops", "MARKET")]


@pytest.mark.parametrize("sandbox", ["s1", "default"])
def test_a_reset_of_entities_moves_homes_back(sandbox: str) -> None:
    """Homes that came since birth are released, those of birth claimed again."""
    state = fold([born(), put("shops", Shop("kiosk", "KIOSK"))], sandbox)
    reset = SandboxReset(2.0, WORLD.digest, ("tokens", "entities"))
    claimed, released = state.homes([reset])
    assert ("toy.shops", "KIOSK") in released
    state.apply(reset)
    assert sorted(claimed) == sorted(state.own_homes())
    assert state.homes([SandboxReset(2.0, WORLD.digest, ("tokens",))]) == ([], [])


def test_kinds_are_found_by_name() -> None:
    """A kind is found by provider and name, and nothing is made up for others."""
    state = fold([born()])
    assert state.kind("toy", "items") is ITEMS
    assert state.kind("toy", "others") is None
    assert state.kind("other", "items") is None


def test_a_state_holds_its_homes() -> None:
    """A home is held when a record here makes it, found by key, by index or by search."""
    state = fold([born()], "default")
    assert state.holds(("toy.shops", "CORNER"))
    assert not state.holds(("toy.shops", "NOWHERE"))
    assert not state.holds(("toy.items", "apple"))
    assert not state.holds(("other.shops", "CORNER"))
    by_key = Kind("toy", "shops", Shop, key="code", home="code")
    by_search = Kind("toy", "shops", Shop, key="id", home="code")
    for kind in (by_key, by_search):
        made = State("default", [replace(TOY, kinds=(kind,))], one_shop(kind), KEY_NAMES)
        made.apply(born())
        assert made.holds(("toy.shops", "CORNER"))
        assert not made.holds(("toy.shops", "NOWHERE"))


def one_shop(kind: AnyKind) -> Resolve:
    """A world of one shop, kept in another way."""
    world = World("digest", {kind.id: build_base(kind, [Shop("corner", "CORNER")])})
    return lambda _, __: world


def test_an_issuer_keeps_its_key() -> None:
    """The key of an issuer and a size is one of that size, the same as long as the sandbox is."""
    state = fold([born()])
    big, small = Issuer("iss", 4096), Issuer("iss", 2048)
    assert state.keyrings.get(big).active == "big-1"
    assert state.keyrings.get(small) is state.keyrings.get(small)
    assert {fold([born(f"s{n}")]).keyrings.get(small).active for n in range(20)} == {
        "small-1",
        "small-2",
    }


def test_birth_sets_clock_and_seed() -> None:
    """A sandbox may be born with a clock, and a reset of the clock returns to it."""
    first = SandboxBorn(at=5.0, seed="x", world=WORLD.digest, clock=Clock.frozen_at(5.0))
    state = fold([first, ClockSet(6.0, Clock())])
    state.apply(SandboxReset(7.0, WORLD.digest, ("clock",)))
    assert state.clock == Clock.frozen_at(5.0)
