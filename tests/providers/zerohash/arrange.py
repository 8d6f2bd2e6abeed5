"""Bringing a sandbox into the state that a test of zerohash needs, by facts alone."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from emulator.app import Emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, EntityDropped, EntityPut, Fact, SettingsSet
from emulator.core.sandbox import Sandbox
from emulator.core.world import AnyKind
from emulator.edge.call import Call
from emulator.providers.zerohash.state import (
    API_KEYS,
    PARTICIPANTS,
    PLATFORMS,
    PROVIDER,
    ApiKey,
    Participant,
    Platform,
)
from tests.signing import PRIMARY, Request


def default_sandbox(emulator: Emulator) -> Sandbox:
    """The sandbox `default`."""
    found = emulator.directory.get("default")
    assert found is not None
    return found


async def happen(sandbox: Sandbox, *facts: Fact) -> None:
    """Let facts happen."""
    await sandbox.transact(lambda _: Decision(None, facts))


async def switch(sandbox: Sandbox, **settings: object) -> None:
    """Set zerohash's switches; those not named fall back to their defaults, RSA-2048 excepted."""
    values = msgspec.Raw(msgspec.json.encode({"rsa_bits": 2048, **settings}))
    await happen(sandbox, SettingsSet(0.0, PROVIDER, values))


async def set_clock(sandbox: Sandbox, clock: Clock) -> None:
    """Give the sandbox another clock."""
    await happen(sandbox, ClockSet(0.0, clock))


async def put(sandbox: Sandbox, kind: AnyKind, record: msgspec.Struct) -> None:
    """Put a thing into the world."""
    raw = msgspec.Raw(msgspec.json.encode(record))
    await happen(sandbox, EntityPut(0.0, PROVIDER, kind.name, raw))


async def drop(sandbox: Sandbox, kind: AnyKind, key: str) -> None:
    """Take a thing out of the world."""
    await happen(sandbox, EntityDropped(0.0, PROVIDER, kind.name, key))


async def change_key(sandbox: Sandbox, **fields: Any) -> None:  # noqa: ANN401 - a record's fields
    """Change the primary key."""
    key = sandbox.state.table(API_KEYS).get(PRIMARY.api_key)
    assert isinstance(key, ApiKey)
    await put(sandbox, API_KEYS, msgspec.structs.replace(key, **fields))


async def change_platform(sandbox: Sandbox, **fields: Any) -> None:  # noqa: ANN401
    """Change the primary key's platform."""
    platform = sandbox.state.table(PLATFORMS).get("acme")
    assert isinstance(platform, Platform)
    await put(sandbox, PLATFORMS, msgspec.structs.replace(platform, **fields))


async def enrol(sandbox: Sandbox, code: str, **fields: Any) -> None:  # noqa: ANN401
    """Add a participant of the primary key's platform, or replace one."""
    email = f"{code.lower()}@example.com"
    given = {"participant_code": code, "platform": "acme", "email": email, **fields}
    await put(sandbox, PARTICIPANTS, Participant(**given))


def count_facts(sandbox: Sandbox) -> int:
    """How many facts the sandbox's log has."""
    return sandbox._head.position


def arrived(
    request: Request,
    wall: float,
    *,
    client: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> Call:
    """A request as the edge hands it on, arrived at that real time. `headers`: lower-case."""
    target = request["url"].removeprefix("/zerohash")
    sent = {name.lower(): value for name, value in request["headers"].items()}
    return Call(
        operation=f"{PROVIDER}.client_auth_token",
        method=request["method"],
        target=target,
        params={},
        headers={**sent, **(headers or {})},
        body=request["content"],
        wall=wall,
        client=client,
        origin="http://localhost:4600",
    )


def hint_of(answer: httpx.Response) -> str:
    """The emulator's own remark on an answer; empty when there is none."""
    hint: str = answer.headers.get("x-emulator-hint", "")
    return hint


def token_of(answer: httpx.Response) -> str:
    """The token of a granted mint."""
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["message"]["token"]
    return token


def read_claims(token: str) -> dict[str, Any]:
    """A token's claims, unverified, in the order in which they stand there."""
    return _read(token.split(".")[1])


def read_header(token: str) -> dict[str, Any]:
    """A token's header."""
    return _read(token.partition(".")[0])


def write_token(
    claims: Mapping[str, object],
    header: Mapping[str, object] | None = None,
    signature: str = "c2ln",
) -> str:
    """A token as a forger writes it."""
    parts = [json.dumps(part).encode() for part in (header or {"alg": "RS256"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts), signature])


def _read(part: str) -> dict[str, Any]:
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    read: dict[str, Any] = json.loads(raw)
    return read
