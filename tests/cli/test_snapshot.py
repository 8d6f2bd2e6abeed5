from pathlib import Path

import httpx
import msgspec
import pytest

from emulator import __version__
from tests.cli.conftest import Cli
from tests.cli.stub import Stub
from tests.live import serve

DOCUMENT = {"version": 1, "emulator": "1.2.3", "sandbox": "a", "more": [1]}


def path_of(sandbox: str) -> str:
    """Where a sandbox's document is."""
    return f"/sandboxes/{sandbox}/snapshot"


def test_sandboxes_move_between_emulators(cli: Cli, tmp_path: Path) -> None:
    """What was saved from one emulator is there in another, with its names; forks too."""
    file = str(tmp_path / "all.json")
    with serve() as one, serve() as other:
        control = f"{one.origin}/_emulator/sandboxes"
        httpx.get(f"{control}/default")
        httpx.post(control, json={"id": "a", "seed": "s"})
        httpx.post(f"{control}/a/tokens", json={"provider": "zerohash"})
        httpx.post(f"{control}/a/fork", json={"id": "b"})
        saved = cli("snapshot", "save", "--all", file, "--url", one.origin)
        assert (saved.code, saved.out) == (0, "saved default\nsaved a\nsaved b\n"), saved.err
        loaded = cli("snapshot", "load", file, "--url", other.origin)
        assert (loaded.code, loaded.out) == (0, "loaded default\nloaded a\nloaded b\n"), loaded.err
        for name in ("a", "b"):
            there, here = [
                httpx.get(f"{origin}/_emulator/sandboxes/{name}/snapshot").json()
                for origin in (one.origin, other.origin)
            ]
            assert there == here
        shown = httpx.get(f"{other.origin}/_emulator/sandboxes").json()["items"]
        assert {item["id"]: item["listed"] for item in shown} == {
            "default": True,
            "a": True,
            "b": False,
        }


def test_one_sandbox_is_saved_as_the_emulator_tells_it(
    here: Cli, stub: Stub, tmp_path: Path
) -> None:
    """The file of one sandbox is its document, so that curl can put it too."""
    file = tmp_path / "a.json"
    stub.on("GET", path_of("a"), DOCUMENT)
    outcome = here("snapshot", "save", "--sandbox", "a", str(file))
    assert (outcome.code, outcome.out) == (0, "saved a\n")
    assert msgspec.json.decode(file.read_bytes()) == DOCUMENT


def test_it_goes_through_pipes(here: Cli, stub: Stub) -> None:
    """`-` is standard output, which then holds nothing else, and standard input."""
    stub.on("GET", path_of("default"), DOCUMENT)
    saved = here("snapshot", "save", "-")
    assert saved.code == 0
    assert saved.err == "saved default\n"
    assert msgspec.json.decode(saved.out) == DOCUMENT
    stub.on("PUT", path_of("a"), {"id": "a"}, 201)
    loaded = here("snapshot", "load", "-", stdin=saved.out.encode())
    assert (loaded.code, loaded.out) == (0, "loaded a\n")
    assert stub.asked[-1].body == DOCUMENT


def test_all_are_listed_page_by_page(here: Cli, stub: Stub, tmp_path: Path) -> None:
    """Every page is asked for; the oldest sandbox comes first."""
    file = tmp_path / "all.json"
    stub.on("GET", "/sandboxes", {"items": [{"id": "b"}, {"id": "a"}], "next": None})
    for name in ("a", "b"):
        stub.on("GET", path_of(name), {**DOCUMENT, "sandbox": name})
    assert here("snapshot", "save", "--all", str(file)).out == "saved a\nsaved b\n"
    saved = msgspec.json.decode(file.read_bytes())
    assert saved["version"] == 1
    assert saved["emulator"] == __version__
    assert [one["sandbox"] for one in saved["sandboxes"]] == ["a", "b"]


def test_a_refusal_ends_it(here: Cli, stub: Stub) -> None:
    """What the emulator says of the first that it refuses is told, and no other is sent."""
    two = [{**DOCUMENT, "sandbox": name} for name in ("a", "b")]
    stub.on("PUT", path_of("a"), {"title": "Bad", "detail": "Nothing was changed: it is."}, 400)
    outcome = here(
        "snapshot", "load", "-", stdin=msgspec.json.encode({"version": 1, "sandboxes": two})
    )
    assert (outcome.code, outcome.out) == (1, "")
    assert "answered 400: Nothing was changed: it is." in outcome.err
    assert [asked.path for asked in stub.asked] == [path_of("a")]


@pytest.mark.parametrize("more", [{}, {"sandboxes": [DOCUMENT]}])
def test_another_version_is_not_sent(here: Cli, stub: Stub, more: dict[str, object]) -> None:
    """The line names what can read it."""
    newer = {**DOCUMENT, **more, "version": 2}
    outcome = here("snapshot", "load", "-", stdin=msgspec.json.encode(newer))
    assert outcome.code == 1
    assert "is of version 2" in outcome.err
    assert "Load it with token-emulator 1.2.3 that wrote it." in outcome.err
    assert not stub.asked


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'{"version":1}', b"\xff", b'{"version":1,"sandboxes":[1]}']
)
def test_what_is_no_snapshot_is_told(here: Cli, raw: bytes) -> None:
    """The line says what writes one."""
    outcome = here("snapshot", "load", "-", stdin=raw)
    assert outcome.code == 1
    assert "is no snapshot: token-emulator snapshot save writes one" in outcome.err


def test_files_that_can_not_be_used_are_told(here: Cli, stub: Stub, tmp_path: Path) -> None:
    """A file that is not there, a folder that is not."""
    assert here("snapshot", "load", str(tmp_path / "none.json")).code == 2
    stub.on("GET", path_of("default"), DOCUMENT)
    outcome = here("snapshot", "save", str(tmp_path / "no" / "a.json"))
    assert outcome.code == 2
    assert "No such file" in outcome.err
    outcome = here("snapshot", "save", "--all", "--sandbox", "a", "-")
    assert (outcome.code, outcome.out) == (2, "")
