"""Which sandbox a call lives in, and why: header, path, credential, token, else the default."""

from typing import Literal

import msgspec

from emulator.core.directory import SANDBOX_ID, Directory, Full
from emulator.core.fixtures import FixtureError
from emulator.core.sandbox import Sandbox
from emulator.core.state import DEFAULT
from emulator.edge.call import Call
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider

Reason = Literal["header", "path", "credential", "token", "issuer", "default"]

HEADER = "x-emulator-sandbox"


class Located(msgspec.Struct, frozen=True):
    """The sandbox and how it was found."""

    sandbox: Sandbox
    by: str


async def locate_sandbox(
    directory: Directory, provider: Provider, call: Call, in_path: str | None, *, first_use: bool
) -> Located:
    """The sandbox of a call; one named by header or path is made on first use.

    Raises:
        Problem: the id is malformed or unknown, or the house is full.
    """
    named = call.headers.get(HEADER)
    if named is not None:
        return Located(await open_sandbox(directory, named.strip(), first_use=first_use), "header")
    if in_path is not None:
        return Located(await open_sandbox(directory, in_path, first_use=first_use), "path")
    for entry, kind in provider.locate(call):
        found = await directory.locate(entry)
        if found is not None:
            return Located(found, kind)
    return Located(await open_sandbox(directory, DEFAULT, first_use=True), "default")


async def open_sandbox(directory: Directory, name: str, *, first_use: bool) -> Sandbox:
    """A sandbox by the name that a client gave."""
    if not SANDBOX_ID.fullmatch(name):
        raise Problem(
            400,
            "Bad sandbox id",
            "A sandbox id is 1 to 63 of a-z, 0-9, '-' and '_', and begins with a letter or digit.",
        )
    found = await directory.find(name)
    if found is not None:
        return found
    if not first_use:
        raise Problem(
            404,
            "No such sandbox",
            "Sandboxes are not made on first use here: POST /_emulator/sandboxes makes one.",
        )
    try:
        return await directory.open(name)
    except Full as full:
        raise Problem(
            503,
            "Too many sandboxes",
            f"{full}: DELETE some under /_emulator/sandboxes, or raise EMULATOR_SANDBOX_CAP.",
        ) from None
    except FixtureError as error:
        raise Problem(
            503, "Unusable fixtures", f"No sandbox can be made: {error}. Put the file right."
        ) from None
