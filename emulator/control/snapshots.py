"""Copies of a sandbox: fork it here, or take its state as one document and put it anywhere."""

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.endpoint import ONE, Asked, Endpoint, Taking, render
from emulator.control.imports import check_document, read_document
from emulator.control.sandboxes import (
    Created,
    SandboxId,
    SandboxShape,
    check_ttl,
    make_room_for,
    name_sandbox,
    render_made,
    show_of,
)
from emulator.core.decisions import Decision
from emulator.core.due import DueRow
from emulator.core.facts import SandboxRestored
from emulator.core.sandbox import Sandbox
from emulator.core.snapshots import VERSION, Snapshot
from emulator.core.state import DEFAULT
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.shapes import Duration

MAX_BYTES = 64 << 20  # a full book of tokens, each of a kind of its own


class Fork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A copy to be; everything may be left out. `ttl`: how long it may lie idle, null: for good."""

    id: SandboxId | None = None
    ttl: Duration | UnsetType | None = UNSET


class Document(Snapshot, frozen=True, kw_only=True):
    """A sandbox's state, to be kept. `emulator`: the release that wrote it; `sandbox`: of which."""

    emulator: str
    sandbox: SandboxId


async def fork(asked: Asked, body: Fork) -> Answer:
    """Copy a sandbox as it is now. Its calls are not copied."""
    check_ttl(body.ttl)
    name = name_sandbox(body.id)
    source = await asked.sandbox()
    making = asked.house.directory.restore(
        name,
        await source.look(_copy),
        ttl_s=float(body.ttl) if isinstance(body.ttl, Duration) else None,
        keep=body.ttl is None,
    )
    return await render_made(asked, await make_room_for(making), name)


async def show(asked: Asked) -> Answer:
    """Take a sandbox's whole state as one document."""
    sandbox = await asked.sandbox()
    snapshot = await sandbox.look(lambda view: view.state.snapshot())
    state = {name: getattr(snapshot, name) for name in Snapshot.__struct_fields__}
    about = {"version": VERSION, "emulator": asked.house.version, "sandbox": sandbox.id}
    return render({**about, **state})


async def put(asked: Asked, body: Document) -> Answer:
    """Make a sandbox what a document says; one that is not there is created."""
    name = name_sandbox(asked.params["id"])
    document = Snapshot(**{field: getattr(body, field) for field in Snapshot.__struct_fields__})
    snapshot = _release(document)
    await check_document(asked, snapshot)
    directory = asked.house.directory
    await directory.keep_world(snapshot.world)
    while True:
        found = await directory.find(name)
        if found is not None:
            return await _replace(asked, found, snapshot)
        made = await make_room_for(directory.restore(name, snapshot, keep=name == DEFAULT))
        if made is not None:
            return await render_made(asked, made, name)


async def _replace(asked: Asked, sandbox: Sandbox, snapshot: Snapshot) -> Answer:
    def decide(view: View) -> Decision[None]:
        return Decision(None, (SandboxRestored(view.now, snapshot),))

    await sandbox.transact(decide)
    return render(await show_of(asked.house, sandbox))


def _copy(view: View) -> Snapshot:
    """The state, of a sandbox that begins now and was made on purpose."""
    snapshot = view.state.snapshot()
    born = msgspec.structs.replace(snapshot.born, at=view.now, first_use=False)
    return msgspec.structs.replace(_release(snapshot), born=born)


def _release(snapshot: Snapshot) -> Snapshot:
    """The state with no work in hand: whoever has it does it for the sandbox that it is from."""
    due = tuple(DueRow(row.work) for row in snapshot.due)
    return msgspec.structs.replace(snapshot, due=due)


COPYING: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        ONE + "/fork",
        Taking(Fork, fork),
        "Copy a sandbox, its names and credentials too; header or prefix lead to the copy.",
        {201: Created},
        problems=(409, 503),
        reaches_out=True,
    ),
    Endpoint(
        "GET",
        ONE + "/snapshot",
        show,
        "Take a sandbox's whole state as one document; it holds its secrets.",
        {200: Document},
    ),
    Endpoint(
        "PUT",
        ONE + "/snapshot",
        Taking(Document, put, read_document),
        "Make a sandbox what a document says, or create it so.",
        {200: SandboxShape, 201: Created},
        problems=(409, 503),
        body_limit=MAX_BYTES,
    ),
)
