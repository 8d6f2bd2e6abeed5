import msgspec
import pytest

from emulator.core.entities import (
    MAX_KEY,
    Put,
    add_entity,
    drop_entity,
    put_entity,
    show_entity,
)
from emulator.core.facts import EntityDropped
from emulator.core.journal import MASK
from emulator.core.records import Unfit
from emulator.core.state import State
from emulator.core.view import View
from emulator.core.world import Draw, Kind
from tests.core.toys import ITEMS, SHOPS, Item, Shop, born, fold

SECRETIVE = Kind("toy", "shops", Shop, key="id", secrets=frozenset({"code", "owner"}))


def view_of(state: State | None = None) -> View:
    """The toy world at one moment."""
    return View(state or fold([born()]), 1.0)


def apply(put: Put) -> View:
    """The world after a put."""
    return view_of(fold([born(), put.fact]))


def test_a_put_replaces_or_creates() -> None:
    """The record stands as given afterwards, and it is told whether it is new."""
    new = put_entity(view_of(), ITEMS, "fig", {"shop": "corner"})
    assert (new.is_new, new.record) == (True, Item("fig", "corner"))
    assert apply(new).table(ITEMS).get("fig") == Item("fig", "corner")
    old = put_entity(view_of(), ITEMS, "apple", {"sku": "apple", "shop": "market"})
    assert (old.is_new, old.record) == (False, Item("apple", "market"))
    assert apply(old).table(ITEMS).get("apple") == Item("apple", "market")


@pytest.mark.parametrize(
    ("key", "values", "error"),
    [
        ("fig", {"shop": "nowhere"}, "/shop names none of shops"),
        ("fig", {"shop": "corner", "sku": "nut"}, "/sku is not the key that the path names"),
        ("fig", {}, "/shop is required"),
        ("fig", {"shop": "corner", "weight": 1}, "/weight is no field here"),
        ("", {"shop": "corner"}, "/sku must be 1 to 256 printable characters"),
        ("x" * (MAX_KEY + 1), {"shop": "corner"}, "/sku must be 1 to 256 printable characters"),
        ("a\nb", {"shop": "corner"}, "/sku must be 1 to 256 printable characters"),
    ],
)
def test_what_makes_no_record_is_told(key: str, values: dict[str, object], error: str) -> None:
    """A put that can't stand is refused with the place of what is wrong."""
    with pytest.raises(Unfit, match=error):
        put_entity(view_of(), ITEMS, key, values)


def test_a_home_belongs_to_one_record() -> None:
    """A record may keep its home and not take another's."""
    view = view_of(fold([born()], "default"))
    kept = put_entity(view, SHOPS, "corner", {"code": "CORNER", "owner": "bob"})
    assert kept.record == Shop("corner", "CORNER", "bob")
    with pytest.raises(Unfit, match="/code is another's of shops already"):
        put_entity(view, SHOPS, "market", {"code": "CORNER"})


def test_a_masked_secret_keeps_its_value() -> None:
    """What was shown masked can be sent back: the mask means what stands there."""
    view = view_of(fold([born()], "default"))
    shown = show_entity(SECRETIVE, Shop("corner", "CORNER", "ann"))
    assert shown == {"id": "corner", "code": MASK, "owner": MASK}
    assert put_entity(view, SECRETIVE, "corner", shown).record == Shop("corner", "CORNER", "ann")
    changed = put_entity(view, SECRETIVE, "corner", {**shown, "code": "NEW"})
    assert changed.record == Shop("corner", "NEW", "ann")
    assert show_entity(SECRETIVE, Shop("market", "M"))["owner"] is None


def test_a_mask_is_no_first_value() -> None:
    """There is nothing that a mask could stand for in a record that is not there."""
    with pytest.raises(Unfit, match=r"/code is the mask.*; /owner is the mask"):
        put_entity(view_of(), SECRETIVE, "kiosk", {"code": MASK, "owner": MASK})


def test_an_added_record_has_a_key_that_is_drawn() -> None:
    """The key is derived, free, and not to be chosen."""
    added = [add_entity(view_of(), ITEMS, {"shop": "corner"}).record for _ in range(2)]
    assert added[0] == added[1]
    with pytest.raises(Unfit, match="/sku is drawn here"):
        add_entity(view_of(), ITEMS, {"sku": "fig", "shop": "corner"})


def test_a_drawn_key_is_free() -> None:
    """A key that is taken is drawn again, in the kind's own way."""
    keys = iter(("apple", "pear", "plum"))

    def new_key(draw: Draw) -> str:
        assert len(draw("item")) == 32
        return next(keys)

    picky = Kind("toy", "items", Item, key="sku", new_key=new_key)
    view = view_of()
    assert add_entity(view, picky, {"shop": "corner"}).record == Item("plum", "corner")
    assert view.drawn(1.0)[0].counts == {"item": 3}


def test_a_record_goes_with_all_that_hangs_on_it() -> None:
    """Dropping a parent drops its children first; what is not there drops nothing."""
    view = view_of()
    gone = drop_entity(view, SHOPS, "corner")
    assert gone == (
        EntityDropped(1000.0, "toy", "items", "apple"),
        EntityDropped(1000.0, "toy", "items", "pear"),
        EntityDropped(1000.0, "toy", "shops", "corner"),
    )
    after = view_of(fold([born(), *gone]))
    assert [item.sku for item in after.table(ITEMS)] == ["cherry"]
    assert drop_entity(after, SHOPS, "corner") == ()
    assert drop_entity(view, ITEMS, "pear") == (EntityDropped(1000.0, "toy", "items", "pear"),)


def test_a_put_is_a_fact_that_comes_back() -> None:
    """The fact holds the record whole."""
    put = put_entity(view_of(), ITEMS, "fig", {"shop": "corner", "colour": "green"})
    assert ITEMS.parse(put.fact.record) == put.record == Item("fig", "corner", "green")
    assert msgspec.json.decode(put.fact.record) == {
        "sku": "fig",
        "shop": "corner",
        "colour": "green",
    }
