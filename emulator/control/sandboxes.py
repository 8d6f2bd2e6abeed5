"""Sandboxes: list, create, show, drop, reset."""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.access import digest_token
from emulator.control.clock import ClockBody, ClockShape, make_clock, show_clock
from emulator.control.credentials import Credentials, list_credentials
from emulator.control.endpoint import NO_CONTENT, Asked, bad_body, no_sandbox, render
from emulator.control.house import House
from emulator.control.newborn import check_credentials, check_fixtures, read_world
from emulator.control.pages import Page, cut_page
from emulator.core.clock import Clock, render_time, wall
from emulator.core.decisions import Decision
from emulator.core.directory import SANDBOX_ID, Full
from emulator.core.facts import ControlGranted, Part, SandboxReset
from emulator.core.fixtures import FixtureError
from emulator.core.ids import draw_seed
from emulator.core.ledger import Unavailable
from emulator.core.records import Failure
from emulator.core.sandbox import Gone, Sandbox
from emulator.core.state import DEFAULT
from emulator.core.tenancies import Tenancy
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.problems import Problem
from emulator.edge.shapes import MAX_LIFETIME_S, Duration

MIN_TTL_S = 1.0

SandboxId = Annotated[str, msgspec.Meta(pattern=f"^{SANDBOX_ID.pattern}$")]
Resettable = Literal["tokens", "faults", "clock", "calls", "entities", "settings", "lifetimes"]


class Create(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sandbox to be; everything may be left out.

    `fixtures`: laid over the fixture world, provider -> kind -> records; `credentials`: provider ->
    name -> value, the rest is derived; `ttl`: how long it may lie idle, null: for good.
    """

    id: SandboxId | None = None
    seed: Annotated[str, msgspec.Meta(min_length=1, max_length=256)] | None = None
    clock: ClockBody | None = None
    fixtures: dict[str, Any] = msgspec.field(default_factory=dict)
    credentials: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    ttl: Duration | UnsetType | None = UNSET


class Reset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to reset: everything but the identity when it is left out."""

    what: Annotated[list[Resettable], msgspec.Meta(min_length=1)] | None = None


class SandboxShape(msgspec.Struct, frozen=True):
    """A sandbox. `expires_at`: when it goes if it lies idle, null: never; in real time.

    `listed`: its own credentials lead to it, without header or prefix.
    """

    id: str
    seed: str
    created_at: str
    expires_at: str | None
    clock: ClockShape
    listed: bool


class Created(SandboxShape, frozen=True):
    """A sandbox that was just made, with its credentials.

    `control_token`: good for this sandbox alone, where strangers share the emulator.
    """

    credentials: Credentials
    control_token: str | UnsetType = UNSET


async def index(asked: Asked) -> Answer:
    """List the sandboxes."""
    directory = asked.house.directory
    page = cut_page(asked, reversed(await directory.leases()), lambda lease: lease.sandbox)
    items: list[SandboxShape] = []
    for lease in page.items:
        with suppress(Gone):
            items += await _list(asked.house, lease.sandbox)
    return render(Page(items, page.next))


async def _list(house: House, name: str) -> list[SandboxShape]:
    """It alone, or nothing where it is gone.

    Raises:
        Unavailable: it can't be read, by its name: it may be damaged, and can be dropped.
    """
    try:
        tenancy = await house.directory.look_up(name)
        return [] if tenancy is None else [await _show(house, tenancy)]
    except Unavailable as error:
        raise Unavailable(f"The sandbox {name!r} can't be read. {error}") from None


async def show(asked: Asked) -> Answer:
    """Show a sandbox."""
    sandbox = await asked.sandbox()
    return render(await show_of(asked.house, sandbox))


async def create(asked: Asked, body: Create) -> Answer:
    """Make a sandbox with names and credentials of its own."""
    check_ttl(body.ttl)
    name = name_sandbox(body.id)
    clock = make_clock(body.clock, Clock(), wall(), "/clock") if body.clock else None
    await read_world(asked.house)
    check_fixtures(asked.house, body.fixtures)
    check_credentials(asked.house, name, body.fixtures, body.credentials)
    making = asked.house.directory.create(
        name,
        seed=body.seed,
        clock=clock,
        fixtures=msgspec.json.encode(body.fixtures),
        credentials=msgspec.json.encode(body.credentials),
        ttl_s=float(body.ttl) if isinstance(body.ttl, Duration) else None,
        keep=body.ttl is None,
    )
    return await render_made(asked, await make_room_for(making), name)


def name_sandbox(wanted: str | None) -> str:
    """The id of a sandbox to be: the wanted one, else a random one.

    Raises:
        Problem: 400, no sandbox could have that id.
    """
    name = f"sb-{draw_seed()[:12]}" if wanted is None else wanted
    if not SANDBOX_ID.fullmatch(name):  # a regex's `$` lets a newline through
        raise no_sandbox(name)
    return name


async def make_room_for(making: Awaitable[Sandbox | None]) -> Sandbox | None:
    """The sandbox once it is made; None when its id is taken.

    Raises:
        Problem: 503, there are too many.
    """
    try:
        return await making
    except Full as full:
        detail = f"{full}: DELETE some, or raise EMULATOR_SANDBOX_CAP."
        raise Problem(503, "Too many sandboxes", detail) from None


async def render_made(asked: Asked, made: Sandbox | None, name: str) -> Answer:
    """201 with a sandbox that was just made, and its credentials.

    Raises:
        Problem: 409, none was made as its id is taken.
    """
    if made is None:
        detail = f"There is a sandbox {name!r}: DELETE it first, reset it, or take another id."
        raise Problem(409, "Sandbox id taken", detail)
    shape = await show_of(asked.house, made)
    created = Created(
        **msgspec.structs.asdict(shape),
        credentials=await list_credentials(asked, made),
        control_token=await _grant_control(made) if asked.house.is_shared else UNSET,
    )
    return render(created, 201)


async def _grant_control(sandbox: Sandbox) -> str:
    """A token for whoever asked for this sandbox; only its digest is kept."""
    token = f"sandbox-{draw_seed()}"
    digest = digest_token(token)
    await sandbox.transact(lambda view: Decision(None, (ControlGranted(view.now, digest),)))
    return token


async def drop(asked: Asked) -> Answer:
    """Drop a sandbox and all that is in it."""
    name = asked.params["id"]
    if name == DEFAULT:
        detail = "The sandbox `default` stays: POST /_emulator/sandboxes/default/reset empties it."
        raise Problem(409, "Not droppable", detail)
    if not await asked.house.directory.drop(name):
        raise no_sandbox(name)
    return NO_CONTENT


async def reset(asked: Asked, body: Reset) -> Answer:
    """Go back to the world it was born with, or parts of it; changed fixture files are reread."""
    sandbox = await asked.sandbox()
    world = await read_world(asked.house)
    wanted = get_args(Resettable) if body.what is None else body.what
    parts = tuple(part for part in get_args(Part) if body.what is None or part in wanted)

    def decide(view: View) -> Decision[None]:
        return Decision(None, (SandboxReset(view.now, world, parts),) if parts else ())

    try:
        await sandbox.transact(decide)
    except FixtureError as error:  # the sandbox's own fixtures don't fit the files any more
        raise Problem(409, "Unusable fixtures", f"Nothing was reset: {error}.") from None
    if body.what is None:
        sandbox.journal.restart()
    elif "calls" in wanted:
        sandbox.journal.clear()
    return render(await show_of(asked.house, sandbox))


def check_ttl(ttl: Duration | UnsetType | None) -> None:
    """Whether a sandbox may lie idle for so long.

    Raises:
        Problem: 400, it may not.
    """
    if isinstance(ttl, Duration) and not MIN_TTL_S <= ttl <= MAX_LIFETIME_S:
        raise bad_body([Failure("/ttl", "must be 1 s to 10 years, or null to keep it for good")])


async def show_of(house: House, sandbox: Sandbox) -> SandboxShape:
    """A sandbox as it is told.

    Raises:
        Problem: 404, it was dropped meanwhile.
    """
    tenancy = house.directory.tenancy(sandbox.id)
    if tenancy is None:
        raise no_sandbox(sandbox.id)
    return await _show(house, tenancy)


async def _show(house: House, tenancy: Tenancy) -> SandboxShape:
    """As it is now, whoever changed it: what is here of it may be behind.

    Raises:
        Gone: it was dropped meanwhile.
    """
    sandbox = tenancy.sandbox
    now = wall()
    born, clock = await sandbox.look(lambda view: (view.state.born, view.state.clock))
    left_s = house.directory.expires_in_s(tenancy)
    return SandboxShape(
        id=sandbox.id,
        seed=born.seed,
        created_at=render_time(born.at),
        expires_at=None if left_s is None else render_time(now + left_s),
        clock=show_clock(clock, now),
        listed=await house.directory.is_listed(sandbox),
    )
