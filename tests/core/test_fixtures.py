import os
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from emulator.core.fixtures import Document, FixtureError, Worlds, build_world
from emulator.core.world import World
from tests.core.toys import DOCUMENT, ITEMS, SHOPS, TOY, WORLD, Item, Shop

GOOD = yaml.safe_dump(DOCUMENT)


def read(folder: Path, text: str | bytes) -> World:
    """The world of one file, over the toy world."""
    (folder / "base.yaml").write_text(GOOD)
    file = folder / "own.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Worlds([TOY], [folder / "base.yaml", file]).current()


def shops(world: World) -> dict[str, object]:
    """The world's shops by id."""
    return dict(world.bases[SHOPS.id].records)


def test_files_become_tables(tmp_path: Path) -> None:
    """Records of a file are in the world under their keys."""
    world = read(tmp_path, "")
    assert shops(world) == {
        "corner": Shop("corner", "CORNER", "ann"),
        "market": Shop("market", "MARKET"),
    }
    assert len(world.bases[ITEMS.id].records) == 3


def test_a_later_file_lies_over_an_earlier_by_key(tmp_path: Path) -> None:
    """A record of the same key is replaced, others are added, the rest stays."""
    world = read(tmp_path, "toy: {shops: [{id: corner, code: NEW}, {id: kiosk, code: KIOSK}]}")
    assert shops(world) == {
        "corner": Shop("corner", "NEW"),
        "market": Shop("market", "MARKET"),
        "kiosk": Shop("kiosk", "KIOSK"),
    }
    assert len(world.bases[ITEMS.id].records) == 3


def test_replace_starts_a_provider_empty(tmp_path: Path) -> None:
    """With `replace: true` nothing of earlier layers remains, without it everything does."""
    world = read(tmp_path, "toy: {replace: true, shops: [{id: kiosk, code: KIOSK}]}")
    assert shops(world) == {"kiosk": Shop("kiosk", "KIOSK")}
    assert not world.bases[ITEMS.id].records
    assert len(shops(read(tmp_path, "toy: {replace: false}"))) == 2


def test_replace_leaves_other_providers_alone() -> None:
    """What starts one provider empty is nothing to another."""
    twin = replace(ITEMS, provider="twin", parent=None)
    both = [TOY, replace(TOY, provider="twin", kinds=(twin,))]
    layers: list[tuple[str, Document]] = [
        ("first", {**DOCUMENT, "twin": {"items": [{"sku": "fig", "shop": "any"}]}}),
        ("second", {"toy": {"replace": True}}),
    ]
    world = build_world(both, layers)
    assert not world.bases[ITEMS.id].records
    assert list(world.bases["twin.items"].records) == ["fig"]


def test_a_folder_is_its_yaml_files_by_name(tmp_path: Path) -> None:
    """Files of a folder are layers in the order of their names; others are left alone."""
    (tmp_path / "b.yml").write_text("toy: {shops: [{id: corner, code: SECOND}]}")
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "c.txt").write_text("no fixture")
    world = Worlds([TOY], [tmp_path]).current()
    assert shops(world)["corner"] == Shop("corner", "SECOND")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[" * 3000, r"own\.yaml: "),
        ("[]x", r"own\.yaml: "),
        ("a: b: c", r"own\.yaml: "),
        ("toy: {shops: [&a {id: x, code: *b}]}", r"own\.yaml: .*undefined alias"),
        ("!!python/object:os.system {}", r"own\.yaml: "),
        ("\tx", r"own\.yaml: "),
        (b"toy: \xff", r"own\.yaml: "),
        ("? [a]\n: b", r"own\.yaml: line 1: "),
        ("? {a: 1}\n: b", r"own\.yaml: line 1: "),
        ("x: 2026-13-45", r"own\.yaml: "),
        ("x: !!int abc", r"own\.yaml: "),
        ("[1, 2]", r"own\.yaml: must be a mapping with names"),
        ("text", r"own\.yaml: must be a mapping with names"),
        ("1: {}", r"own\.yaml: must be a mapping with names"),
        ("toy:", r"own\.yaml: toy: must be a mapping with names"),
        ("toy: [1]", r"own\.yaml: toy: must be a mapping with names"),
        ("toy: {1: []}", r"own\.yaml: toy: must be a mapping with names"),
        ("tay: {}", r"own\.yaml: no provider 'tay'; there is toy"),
        ("qqq: {}", r"own\.yaml: no provider 'qqq'; there is toy"),
        ("toy: {item: []}", r"own\.yaml: toy: no kind 'item'; there is items"),
        ("toy: {qqq: []}", r"own\.yaml: toy: no kind 'qqq'; there is items, shops"),
        ("toy: {replace: 'false'}", r"own\.yaml: toy: replace must be true or false"),
        ("toy: {replace: 1}", r"own\.yaml: toy: replace must be true or false"),
        ("toy: {shops: {id: x}}", r"own\.yaml: toy\.shops: must be a list of records"),
        ("toy: {shops: }", r"own\.yaml: toy\.shops: must be a list of records"),
        ("toy: {shops: [x]}", r"own\.yaml: toy\.shops\[0\]: Expected `object`"),
        ("toy: {shops: [{id: x}]}", r"toy\.shops\[0\]: .*missing required field `code`"),
        ("toy: {shops: [{id: x, code: 1}]}", r"toy\.shops\[0\]: Expected `str`.*\$\.code"),
        ("toy: {shops: [{id: x, code: y, z: 1}]}", r"toy\.shops\[0\]: .*unknown field `z`"),
        (
            "toy: {shops: [{id: x, code: a}, {id: y, code: b}, {id: x, code: c}]}",
            r"own\.yaml: toy\.shops\[2\]: id 'x' is claimed already by \[0\]",
        ),
        (
            "toy: {shops: [{id: x, code: a}, {id: y, code: a}]}",
            r"toy\.shops 'y': code 'a' is claimed already by 'x'",
        ),
        (
            "toy: {shops: [{id: x, code: CORNER}]}",
            r"toy\.shops 'x': code 'CORNER' is claimed already by 'corner'",
        ),
        (
            "toy: {items: [{sku: fig, shop: nowhere}]}",
            r"toy\.items 'fig': shop 'nowhere' is none of shops",
        ),
        (
            "toy: {replace: true, items: [{sku: fig, shop: corner}]}",
            r"toy\.items 'fig': shop 'corner' is none of shops",
        ),
        ("toy: {}\ntoy: {}", r"own\.yaml: line 2: 'toy' stands twice"),
        ("toy:\n  shops:\n    - id: x\n      code: a\n      id: y", r"line 5: 'id' stands twice"),
    ],
)
def test_what_is_no_world_is_told_with_its_place(tmp_path: Path, text: str, error: str) -> None:
    """Every way in which a file can be wrong is told in one line that says where."""
    with pytest.raises(FixtureError, match=error) as raised:
        read(tmp_path, text)
    assert "\n" not in str(raised.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    """A path that is not there is an error at start, as is a folder with a file's name."""
    with pytest.raises(FixtureError, match=r"nowhere\.yaml: no such file or folder"):
        Worlds([TOY], [tmp_path / "nowhere.yaml"]).current()
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(FixtureError, match=r"folder\.yaml: "):
        Worlds([TOY], [tmp_path]).current()


def test_merge_keys_still_work(tmp_path: Path) -> None:
    """YAML's own way to share fields is no duplicate."""
    world = read(
        tmp_path,
        "toy:\n  shops:\n    - &x {id: x, code: a, owner: bob}\n    - {<<: *x, id: y, code: b}",
    )
    assert shops(world)["y"] == Shop("y", "b", "bob")


def test_equal_worlds_have_equal_digests(tmp_path: Path) -> None:
    """A world is named by what it holds, not by where it was read."""
    assert read(tmp_path, "").digest == build_world([TOY], [("elsewhere", DOCUMENT)]).digest
    assert read(tmp_path, "").digest == WORLD.digest
    assert read(tmp_path, "toy: {shops: [{id: corner, code: X}]}").digest != WORLD.digest


def test_the_digest_is_pinned() -> None:
    """A log names its world by digest: a release must not change it for equal fixtures."""
    assert WORLD.digest == "35d9378143e2c31b89315667bbed2eed72fe79246556c68507f9ad077b161be2"


def test_changed_files_are_read_again(tmp_path: Path) -> None:
    """A changed file is a new world; an unchanged one, and the world before, stay as they were."""
    file = tmp_path / "own.yaml"
    file.write_text("toy: {shops: [{id: x, code: a}]}")
    worlds = Worlds([TOY], [file])
    first = worlds.current()
    assert worlds.current() is first
    file.write_text("toy: {shops: [{id: x, code: b}]}")
    os.utime(file, ns=(1, 1))
    second = worlds.current()
    assert shops(second) == {"x": Shop("x", "b")}
    assert worlds.resolve(first.digest) is first
    assert worlds.resolve(second.digest) is second


def test_a_file_that_broke_leaves_the_world_as_it_was(tmp_path: Path) -> None:
    """A bad change is told, and sandboxes of the old world go on."""
    file = tmp_path / "own.yaml"
    file.write_text(GOOD)
    worlds = Worlds([TOY], [file])
    first = worlds.current()
    file.write_text("toy: [")
    with pytest.raises(FixtureError):
        worlds.current()
    assert worlds.resolve(first.digest) is first


def test_a_document_is_laid_over_a_known_world(tmp_path: Path) -> None:
    """A sandbox's own document changes what it names, once built it is kept."""
    file = tmp_path / "base.yaml"
    file.write_text(GOOD)
    worlds = Worlds([TOY], [file])
    digest = worlds.current().digest
    overlay = b'{"toy":{"items":[{"sku":"fig","shop":"corner"}]}}'
    world = worlds.resolve(digest, overlay)
    assert world.bases[ITEMS.id].records["fig"] == Item("fig", "corner")
    assert worlds.resolve(digest, overlay) is world
    assert worlds.resolve(digest) is worlds.current()
    with pytest.raises(KeyError):
        worlds.resolve("unknown digest")


def test_a_document_can_be_checked_beforehand(tmp_path: Path) -> None:
    """What could not be laid over the world is refused before a sandbox is made of it."""
    file = tmp_path / "base.yaml"
    file.write_text(GOOD)
    worlds = Worlds([TOY], [file])
    worlds.check({"toy": {"items": [{"sku": "fig", "shop": "corner"}]}})
    with pytest.raises(FixtureError, match=r"fixtures: toy\.items\[0\]: "):
        worlds.check({"toy": {"items": [{"sku": 1, "shop": "corner"}]}})
