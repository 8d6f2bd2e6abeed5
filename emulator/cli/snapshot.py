"""token-emulator snapshot: sandboxes to a file and back, over the control API."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import click
import msgspec

from emulator import __version__
from emulator.cli.client import Emulator, with_sandbox, with_url
from emulator.cli.errors import Misuse, Refused
from emulator.core.directory import SANDBOX_ID
from emulator.core.snapshots import VERSION
from emulator.core.state import DEFAULT

FILE = click.argument(
    "file", metavar="FILE|-", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True)
)


class _One(msgspec.Struct, frozen=True):
    """What is read of a document before it is sent; the emulator checks the rest."""

    sandbox: Annotated[str, msgspec.Meta(pattern=f"^{SANDBOX_ID.pattern}\\Z")]


class _File(msgspec.Struct, frozen=True):
    """A file's head. `sandboxes`: the documents of several; without it the file is one itself."""

    version: int
    emulator: str = ""
    sandboxes: tuple[msgspec.Raw, ...] | None = None


class _Several(msgspec.Struct, frozen=True):
    """The documents of several sandboxes in one."""

    version: int
    emulator: str
    sandboxes: Sequence[msgspec.Raw]


class _Page(msgspec.Struct, frozen=True):
    items: tuple["_Sandbox", ...]
    next: str | None


class _Sandbox(msgspec.Struct, frozen=True):
    id: str


@click.group("snapshot", short_help="Save sandboxes to a file and load them.")
def command() -> None:
    """Move sandboxes between emulators, or keep one as it is now: state, without the calls."""


@command.command("save")
@click.option("--all", "every", is_flag=True, help="All sandboxes, and not one.")
@with_sandbox
@with_url
@FILE
def save(emulator: Emulator, sandbox: str, file: Path, *, every: bool) -> None:
    """Write the state of a sandbox to FILE as JSON (- is standard output).

    It holds the sandbox's own keys and secrets.
    """
    if every and sandbox != DEFAULT:
        raise Misuse("--all saves that sandbox too: leave --sandbox out")
    names = _list(emulator) if every else [sandbox]
    documents = [emulator.get(f"/sandboxes/{name}/snapshot", msgspec.Raw) for name in names]
    raw = bytes(documents[0])
    if every:
        raw = msgspec.json.encode(_Several(VERSION, __version__, documents))
    try:
        with click.open_file(str(file), "wb") as out:
            out.write(raw + b"\n")
    except OSError as error:
        raise Misuse(f"{file}: {error.strerror}") from None
    for name in names:
        click.echo(f"saved {name}", err=_is_stream(file))


@command.command("load")
@with_url
@FILE
def load(emulator: Emulator, file: Path) -> None:
    """Make the sandboxes that FILE holds (- is standard input) as they were, in place of any there.

    One that the emulator refuses ends it; those before it stay loaded.
    """
    try:
        with click.open_file(str(file), "rb") as source:
            raw = source.read()
    except OSError as error:
        raise Misuse(f"{file}: {error.strerror}") from None
    for name, document in _read(file, raw):
        emulator.put(f"/sandboxes/{name}/snapshot", document, _Sandbox)
        click.echo(f"loaded {name}")


def _list(emulator: Emulator) -> list[str]:
    """All sandboxes, the oldest first."""
    names: list[str] = []
    path: str | None = "/sandboxes?limit=1000"
    while path is not None:
        page = emulator.get(path, _Page)
        names += [sandbox.id for sandbox in page.items]
        path = page.next and f"/sandboxes?limit=1000&cursor={page.next}"
    return names[::-1]


def _read(file: Path, raw: bytes) -> list[tuple[str, msgspec.Raw]]:
    """The documents of a file with their sandboxes."""
    try:
        head = msgspec.json.decode(raw, type=_File)
        if head.version != VERSION:
            raise Refused(_other_version(file, head))
        documents = (msgspec.Raw(raw),) if head.sandboxes is None else head.sandboxes
        return [(msgspec.json.decode(one, type=_One).sandbox, one) for one in documents]
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = f"{file} is no snapshot: token-emulator snapshot save writes one"
        raise Refused(message) from None


def _other_version(file: Path, head: _File) -> str:
    writer = f"token-emulator {head.emulator}" if head.emulator else "the release"
    return (
        f"{file} is of version {head.version}: token-emulator {__version__} reads snapshots of "
        f"version {VERSION} alone. Load it with {writer} that wrote it."
    )


def _is_stream(file: Path) -> bool:
    return str(file) == "-"
