from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.clock import Clock
from emulator.core.facts import (
    CallCounted,
    ClockSet,
    EntityDropped,
    EntityPut,
    Fact,
    FaultArmed,
    FaultsCounted,
    FaultsDisarmed,
    IdsDrawn,
    KeysSet,
    LifetimesSet,
    SandboxReset,
    SandboxRestored,
    SettingsSet,
    TokenEnded,
    TokenIssued,
    decode_facts,
    encode_facts,
)
from emulator.core.faults import Rule, Then, When
from emulator.core.keyrings import Issuer, Keyring
from emulator.core.snapshots import Snapshot
from emulator.core.state import DEFAULT, State
from tests.core.test_facts import LOG
from tests.core.toys import ITEMS, KEY_NAMES, SHOPS, WORLD, Item, Shop, born, fold, grant, snapshot

KIOSK = msgspec.Raw(b'{"toy":{"shops":[{"id":"kiosk","code":"KIOSK"}]}}')
BIRTHS = [born(), msgspec.structs.replace(born("other"), fixtures=KIOSK)]

names = st.sampled_from(["a", "b", "apple", "pear", "cherry"])
jtis = st.sampled_from(["j1", "j2", "j3"])
rules = st.sampled_from(["f1", "f2"])
colours = st.sampled_from([None, "red", "blue"])
shops = st.sampled_from(["corner", "market", "new"])
counts = st.integers(1, 3)


def put(kind: str, record: msgspec.Struct) -> EntityPut:
    """A thing of the toy world is put."""
    return EntityPut(1.0, "toy", kind, msgspec.Raw(msgspec.json.encode(record)))


def arm(rule: str, times: int) -> FaultArmed:
    """A rule is armed."""
    return FaultArmed(1.0, Rule(rule, "toy.op", 1.0, When(times=times), Then("internal")))


facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(lambda at: ClockSet(1.0, Clock.frozen_at(at)), st.integers(0, 5)),
    st.builds(lambda label, n: IdsDrawn(1.0, {label: n}), names, counts),
    st.builds(lambda n: LifetimesSet(1.0, {"toy": n}), counts),
    st.builds(lambda n: SettingsSet(1.0, "toy", msgspec.Raw(b'{"limit":%d}' % n)), counts),
    st.builds(lambda j, n, s: TokenIssued(1.0, j, n, grant(subject=s)), jtis, counts, names),
    st.builds(TokenEnded, st.just(1.0), jtis, st.sampled_from(["revoked", "spent", "expired"])),
    st.builds(arm, rules, counts),
    st.builds(lambda rule, fires: FaultsCounted(1.0, (rule,), fires), rules, rules),
    st.builds(lambda rule: FaultsDisarmed(1.0, (rule,)), rules),
    st.builds(lambda who, keep: CallCounted(2.5, "toy", who, keep, 2), names, counts),
    st.builds(lambda who: KeysSet(1.0, who, 2048, Keyring("small-2", KEY_NAMES[2048])), names),
    st.builds(lambda sku, shop, c: put("items", Item(sku, shop, c)), names, shops, colours),
    st.builds(lambda shop, code: put("shops", Shop(shop, code)), shops, names),
    st.builds(lambda sku: EntityDropped(1.0, "toy", "items", sku), names),
    st.builds(lambda shop: EntityDropped(1.0, "toy", "shops", shop), shops),
    st.builds(
        lambda part: SandboxReset(1.0, WORLD.digest, (part,)),
        st.sampled_from(["tokens", "faults", "limits", "clock", "entities", "settings", "ids"]),
    ),
)
logs = st.builds(lambda first, rest: [first, *rest], st.sampled_from(BIRTHS), st.lists(facts))


def look(state: State) -> dict[str, object]:
    """All that can be seen of a state, the order within indexes and what keys are free included."""
    items, places = state.table(ITEMS), state.table(SHOPS)
    return snapshot(state) | {
        "identity": state.identity,
        "world": state.world.digest,
        "base": state.holdings.base,
        "count": (len(items), len(places)),
        "colours": [items.find("colour", colour) for colour in ("red", "blue")],
        "by shop": [items.find("shop", shop) for shop in ("corner", "market", "new")],
        "codes": [places.find("code", code) for code in ("a", "b", "CORNER")],
        "keys": [state.keyrings.get(Issuer(name, 2048)) for name in ("a", "b", "z")],
        "uses": {key: n for key, n in state.keyrings._uses.items() if n},
        "shared": {g: shared.count for g, shared in state.tokens._grants.items()},
    }


def restored(kept: Snapshot, over: Sequence[Fact] = (), sandbox: str = "s1") -> State:
    """A state that a snapshot was laid over, by way of JSON."""
    (fact,) = decode_facts(encode_facts([SandboxRestored(1.0, kept)]))
    return fold([*over, fact], sandbox)


@given(logs, logs, st.lists(facts))
def test_a_snapshot_is_the_fold(
    log: Sequence[Fact], before: Sequence[Fact], after: Sequence[Fact]
) -> None:
    """Whatever happened: a snapshot restored, first of a log or over another, is the same state.

    It stays the same whatever happens after.
    """
    there = fold(log)
    kept = there.snapshot()
    for here in (restored(kept), restored(kept, before)):
        assert here.snapshot() == kept
        assert look(here) == look(there)
        for fact in after:
            here.apply(fact)
        assert look(here) == look(fold([*log, *after]))


def test_a_snapshot_has_the_whole_log() -> None:
    """The log with every fact in it folds to its own snapshot."""
    kept = fold(LOG).snapshot()
    assert look(restored(kept)) == look(fold(LOG))
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Snapshot) == kept


def test_a_snapshot_shares_nothing_that_changes() -> None:
    """What happens to a sandbox after its snapshot was taken is not in it, nor the reverse."""
    state = fold(LOG)
    kept = state.snapshot()
    written = msgspec.json.encode(kept)
    copy = fold([SandboxRestored(1.0, kept)])
    copy.apply(IdsDrawn(1.0, {"jti": 1}))
    copy.apply(TokenEnded(1.0, "jti-2", "spent"))
    state.apply(SandboxReset(1.0, WORLD.digest, ("tokens", "ids", "entities")))
    assert msgspec.json.encode(kept) == written


def test_grants_are_kept_once() -> None:
    """A book of many tokens of a few kinds writes each kind once."""
    minted: list[Fact] = [TokenIssued(1.0, f"j{n}", 601, grant()) for n in range(50)]
    state = fold([born(), *minted])
    kept = state.snapshot()
    assert kept.grants == (grant(),)
    assert {row.grant for row in kept.tokens} == {0}
    one, two = list(reversed(restored(kept).tokens))[:2]
    assert one.grant is two.grant


def test_the_world_beneath_is_named_and_not_copied() -> None:
    """A snapshot holds what the sandbox changed: nothing of a default that changed nothing."""
    assert fold([born()], DEFAULT).snapshot().entities == {}
    assert fold([born()]).snapshot().world == WORLD.digest
    changed = fold([born(), EntityDropped(1.0, "toy", "items", "apple")], DEFAULT).snapshot()
    assert changed.entities == {"toy.items": (("apple", msgspec.Raw(b"null")),)}


@pytest.mark.parametrize("sandbox", ["s1", DEFAULT])
def test_a_sandbox_has_its_own_names_again(sandbox: str) -> None:
    """A snapshot over the sandbox that it is of claims just the names that it has."""
    log: list[Fact] = [
        born(),
        put("shops", Shop("market", "MOVED")),
        put("shops", Shop("new", "NEW")),
    ]
    there = fold(log, sandbox)
    fact = SandboxRestored(1.0, there.snapshot())
    assert sorted(fold([], sandbox).homes([fact])[0]) == sorted(there.own_homes())
    here = fold([born("another"), put("shops", Shop("kiosk", "OLD"))], sandbox)
    claimed, released = here.homes([fact])
    assert sorted(claimed) == sorted(there.own_homes())
    assert sorted(released) == sorted(here.own_homes())


@pytest.mark.parametrize("origin", ["s1", DEFAULT])
def test_a_copy_claims_no_names(origin: str) -> None:
    """A fork or import keeps the names that it copied, also through a reset, and claims none."""
    there = fold([born()], origin)
    fact = SandboxRestored(1.0, there.snapshot())
    before = fold([born()], "copy")
    assert before.homes([fact]) == ([], before.own_homes())
    copy = fold([born(), fact], "copy")
    assert copy.own_homes() == there.own_homes()
    reset = SandboxReset(2.0, WORLD.digest, ("entities",))
    assert copy.homes([reset, put("shops", Shop("new", "NEW"))]) == ([], [])
    copy.apply(reset)
    assert copy.own_homes() == there.own_homes()
    assert copy.id == "copy"
    assert copy.snapshot().identity == origin


def test_a_newer_snapshot_is_refused() -> None:
    """A field or version that is not known here is an error: nothing is half read."""
    text = msgspec.json.encode(fold(LOG).snapshot())
    for newer in (text.replace(b'"version":1', b'"version":2'), text[:-1] + b',"rumours":[]}'):
        assert newer != text
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(newer, type=Snapshot)
