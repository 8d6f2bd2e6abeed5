"""Changes to the sandbox that tests make from outside: its clock, switches, tokens, faults."""

import msgspec

from emulator.app import Emulator
from emulator.core.decisions import Decision
from emulator.core.facts import (
    ClockSet,
    EntityPut,
    Fact,
    FaultArmed,
    LifetimesSet,
    SettingsSet,
    TokenEnded,
)
from emulator.core.faults import Rule, Then, When
from emulator.core.jwt import parse_token
from emulator.core.sandbox import Sandbox
from emulator.core.world import AnyKind


async def sandbox_of(emulator: Emulator, name: str = "default") -> Sandbox:
    """A sandbox."""
    return await emulator.directory.open(name)


async def note(emulator: Emulator, fact: Fact, name: str = "default") -> None:
    """Let a fact have happened."""
    sandbox = await sandbox_of(emulator, name)
    await sandbox.transact(lambda _: Decision(None, (fact,)))


async def advance(emulator: Emulator, by_s: float, name: str = "default") -> None:
    """Move the sandbox's clock."""
    sandbox = await sandbox_of(emulator, name)
    clock = sandbox.state.clock.advanced(by_s)
    await note(emulator, ClockSet(sandbox.view().now, clock), name)


async def switch(emulator: Emulator, name: str = "default", **settings: object) -> None:
    """Set Highnote's switches."""
    values = msgspec.Raw(msgspec.json.encode(settings))
    await note(emulator, SettingsSet(0.0, "highnote", values), name)


async def live(emulator: Emulator, **lifetimes: int) -> None:
    """Set lifetimes, in seconds, by mutation or `highnote`."""
    named = {n if n == "highnote" else f"highnote.{n}": s for n, s in lifetimes.items()}
    await note(emulator, LifetimesSet(0.0, named))


async def arm(emulator: Emulator, operation: str, then: Then, times: int | None = None) -> None:
    """Arm a fault."""
    sandbox = await sandbox_of(emulator)
    name = f"f{len(list(sandbox.state.faults.items())) + 1}"
    rule = Rule(name, f"highnote.{operation}", 0.0, When(times=times), then)
    await note(emulator, FaultArmed(0.0, rule))


async def revoke(emulator: Emulator, authorization: str) -> None:
    """Revoke the token of an Authorization."""
    jti = parse_token(authorization.removeprefix("Bearer ")).claims["jti"]
    await note(emulator, TokenEnded(0.0, jti, "revoked"))


async def put(emulator: Emulator, kind: AnyKind, record: msgspec.Struct) -> None:
    """Put a record into the world."""
    raw = msgspec.Raw(msgspec.json.encode(record))
    await note(emulator, EntityPut(0.0, "highnote", kind.name, raw))
