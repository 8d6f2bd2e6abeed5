from collections.abc import Hashable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.world import Identity, Table, build_base
from tests.core.toys import ITEMS, Item

SKUS = st.sampled_from("abcdef")
RECORDS = st.builds(
    Item, sku=SKUS, shop=st.sampled_from("xy"), colour=st.sampled_from(["red", "blue", None])
)


@given(
    st.lists(RECORDS),
    st.lists(st.one_of(st.tuples(st.just("put"), RECORDS), st.tuples(st.just("drop"), SKUS))),
)
def test_a_table_is_what_a_plain_dict_would_be(
    base: list[Item], changes: list[tuple[str, Item | str]]
) -> None:
    """Over any base and changes a table is as one dict, an index as a search through it."""
    table = Table(ITEMS, build_base(ITEMS, base))
    model = {item.sku: item for item in base}
    own: set[str] = set()
    for _, what in changes:
        if isinstance(what, Item):
            table.put(what)
            model[what.sku] = what
            own.add(what.sku)
        else:
            table.drop(what)
            model.pop(what, None)
            own.discard(what)
    everything = list(table)
    assert len(table) == len(everything) == len(model)
    assert {item.sku: item for item in everything} == model
    assert all(table.get(sku) == model.get(sku) for sku in "abcdef")
    assert {item.sku for item in table.own()} == own
    values: list[Hashable] = ["red", "blue", None, "x", "y", "nothing"]
    for index, value_of in ITEMS.indexes.items():
        for value in values:
            found = table.find(index, value)
            wanted = [item for item in model.values() if value_of(item) == value]
            expected = [] if value is None else wanted
            assert sorted(item.sku for item in found) == sorted(item.sku for item in expected)
            assert all(model[item.sku] == item for item in found)


def table_of(*skus: str) -> Table[Item]:
    """A table over a base of red things."""
    return Table(ITEMS, build_base(ITEMS, [Item(sku, "x", "red") for sku in skus]))


def test_two_tables_share_a_base_and_nothing_else() -> None:
    """What one sandbox changes no other sees."""
    base = build_base(ITEMS, [Item("a", "x", "red")])
    one, other = Table(ITEMS, base), Table(ITEMS, base)
    one.put(Item("b", "x", "red"))
    one.drop("a")
    assert [item.sku for item in one.find("colour", "red")] == ["b"]
    assert [item.sku for item in other.find("colour", "red")] == ["a"]


def test_a_dropped_record_stays_dropped_until_put_again() -> None:
    """A tombstone hides the base's record everywhere, and putting lifts it."""
    table = table_of("a", "b")
    table.drop("a")
    table.drop("a")
    assert table.get("a") is None
    assert [item.sku for item in table] == ["b"]
    assert len(table) == 1
    table.put(Item("a", "y"))
    assert table.get("a") == Item("a", "y")
    assert [item.sku for item in table.find("shop", "y")] == ["a"]
    assert [item.sku for item in table.find("shop", "x")] == ["b"]
    assert len(table) == 2


def test_the_base_comes_first() -> None:
    """A look-up tells the shared records before the sandbox's own."""
    table = table_of("z", "y")
    table.put(Item("a", "x", "red"))
    assert [item.sku for item in table.find("colour", "red")] == ["z", "y", "a"]
    assert [item.sku for item in table] == ["z", "y", "a"]


def test_an_unknown_index_is_a_mistake() -> None:
    """Asking by a name that no index has is an error, not an empty answer."""
    with pytest.raises(KeyError):
        table_of("a").find("weight", 1)


def test_a_later_record_of_a_base_lies_over_an_earlier() -> None:
    """Of two records with one key the last counts, in the indexes too."""
    base = build_base(ITEMS, [Item("a", "x", "red"), Item("a", "y", "blue")])
    table = Table(ITEMS, base)
    assert list(table) == [Item("a", "y", "blue")]
    assert table.find("colour", "red") == []


def test_a_kind_reads_its_own_shape_only() -> None:
    """Unknown fields, missing ones and wrong types are told."""
    assert ITEMS.parse(b'{"sku":"a","shop":"x"}') == Item("a", "x")
    assert ITEMS.id == "toy.items"
    for raw in (b'{"sku":"a"}', b'{"sku":"a","shop":"x","weight":1}', b'{"sku":1,"shop":"x"}'):
        with pytest.raises(msgspec.ValidationError):
            ITEMS.parse(raw)


def test_names_are_a_sandboxs_own() -> None:
    """Two sandboxes of one seed have other names, and one sandbox always the same."""
    one, other = Identity("s1", "seed", {}), Identity("s2", "seed", {})
    assert one.text("shop", "ab", 40) != other.text("shop", "ab", 40)
    assert one.raw("shop", 8) != other.raw("shop", 8)
    assert one.text("shop", "ab", 40) == Identity("s1", "seed", {}).text("shop", "ab", 40)
    assert len(one.raw("shop", 8)) == 8


def test_a_record_is_found_in_its_old_place() -> None:
    """A record that comes back under a value stands where it was created, not behind the others."""
    table = Table(ITEMS, build_base(ITEMS, []))
    for colour in ("red", "blue", "red"):
        table.put(Item("fig", "corner", colour))
        table.put(Item("plum", "corner", "red"))
    assert [item.sku for item in table.find("colour", "red")] == ["fig", "plum"]
