"""Golden exchanges over GraphQL: by a key or a kept token, in one sandbox for each file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx
import msgspec
import yaml

from emulator.app import Emulator, create_emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, Fact, SettingsSet, TokenEnded
from emulator.core.jwt import parse_token
from emulator.settings import Settings
from tests.conftest import client_of
from tests.examples.exchanges import FOLDER, HEADER, NOW, Answered, Then, dump, nothing
from tests.examples.graphql_normalise import normalise
from tests.graphql import API_KEY, OTHER_KEY, RESTRICTED_KEY, basic, bearer, posted

KEYS = {"key": API_KEY, "restricted": RESTRICTED_KEY, "other": OTHER_KEY}


class Asked(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A request. `by`: `key`, `restricted`, `other`, `nobody`, or the name of a kept value.

    `put`: a kept URL to which `text` is sent as a PDF instead.
    """

    query: str = ""
    variables: Any = None
    by: str = "key"
    put: str | None = None
    text: str = ""


class Exchange(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One exchange. `keep`: names for what the answer's paths (`data.x.value`) hold.

    `after_s`: how far the clock is moved on before it; `revoke`: a kept token that is revoked then.
    """

    title: str
    source: str
    confidence: Literal["H", "M", "L"]
    request: Asked
    published: bool = False
    settings: dict[str, Any] = {}
    after_s: int = 0
    revoke: str | None = None
    keep: dict[str, str] = {}
    answer: Answered | None = None


def files() -> list[Path]:
    """Every file of exchanges."""
    return sorted((FOLDER / "highnote").glob("*.yaml"))


def load(file: Path) -> list[Exchange]:
    """The exchanges of a file."""
    return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), list[Exchange])


def save(file: Path, exchanges: Sequence[Exchange]) -> None:
    """Write a file of exchanges."""
    file.write_text(HEADER + dump(msgspec.to_builtins(exchanges)), encoding="utf-8")


async def play(exchanges: Sequence[Exchange], then: Then = nothing) -> list[Answered]:
    """The answers of an emulator of its own, in order. `then`: what is done with it after."""
    emulator = create_emulator(Settings(seed="golden exchanges"))
    await emulator.directory.open("default")
    kept: dict[str, str] = {}
    now, answers = NOW, []
    async with client_of(emulator) as client:
        for exchange in exchanges:
            now += exchange.after_s
            await _arrange(emulator, exchange, kept, now)
            answer = await _send(client, exchange.request, kept)
            for name, path in exchange.keep.items():
                kept[name] = _find(answer.json(), path)
            answers.append(_read(answer, now))
        await then(client)
    emulator.services.signer.close()
    return answers


async def _arrange(
    emulator: Emulator, exchange: Exchange, kept: Mapping[str, str], now: float
) -> None:
    sandbox = emulator.directory.get("default")
    assert sandbox is not None
    settings = msgspec.Raw(msgspec.json.encode(exchange.settings))
    facts: list[Fact] = [
        ClockSet(now, Clock.frozen_at(now)),
        SettingsSet(now, "highnote", settings),
    ]
    if exchange.revoke is not None:
        jti = parse_token(kept[exchange.revoke]).claims["jti"]
        facts.append(TokenEnded(now, jti, "revoked"))
    await sandbox.transact(lambda _: Decision(None, tuple(facts)))


async def _send(client: httpx.AsyncClient, asked: Asked, kept: Mapping[str, str]) -> httpx.Response:
    if asked.put is not None:
        headers = {"Content-Type": "application/pdf"}
        return await client.put(kept[asked.put], content=asked.text.encode(), headers=headers)
    by = basic(KEYS[asked.by]) if asked.by in KEYS else bearer(kept.get(asked.by, "nobody"))
    request = posted(asked.query, asked.variables, by=by)
    for name, value in kept.items():
        request["content"] = request["content"].replace(f"{{{{{name}}}}}".encode(), value.encode())
    return await client.request(**request)


def _find(body: Any, path: str) -> str:  # noqa: ANN401 - JSON
    for step in path.split("."):
        body = body[step]
    return str(body)


def _read(answer: httpx.Response, now: float) -> Answered:
    headers = {"content-type": answer.headers["content-type"]}
    is_json = "json" in headers["content-type"]
    body = normalise(answer.json(), now) if is_json else answer.text or None
    return Answered(answer.status_code, headers, body, answer.headers.get("x-emulator-hint"))
