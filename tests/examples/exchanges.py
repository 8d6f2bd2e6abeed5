"""Golden exchanges: reading them, playing one against an emulator, writing them back."""

import base64
import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Literal

import httpx
import msgspec
import yaml

from emulator.app import Emulator, create_emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, SettingsSet
from emulator.settings import Settings
from tests.conftest import client_of
from tests.examples import rpc
from tests.examples.normalise import normalise
from tests.providers.usegrant import calls as bearer
from tests.signing import MINIMAL, PRIMARY, READ, Key, Request, encode, signed

FOLDER = Path(__file__).parents[2] / "fixtures" / "examples"

# When all of them happen, on the sandbox's clock: an hour before the published token's `exp`.
NOW = 1_763_018_448.0

KEYS = {"primary": PRIMARY, "read": READ, "minimal": MINIMAL}
BEARERS = {"primary": bearer.KEY, "expired": bearer.EXPIRED, "revoked": bearer.REVOKED}

# What every exchange of a provider begins with.
SETTINGS: Mapping[str, Mapping[str, Any]] = {"zerohash": {"timestamp_clock": "sandbox"}}

HEADER = """\
# Golden exchanges. A person writes the request, where it is known from and how surely; the answer
# is recorded by `python -m tests.examples.record`, never edited by hand.
"""


class Sign(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a request is signed, where not as it should be. `late_s`: the timestamp's lead."""

    late_s: int = 0
    secret: Literal["decoded", "undecoded"] = "decoded"
    digest: Literal["base64", "hex"] = "base64"
    body: str | None = None
    timestamp: str | None = None
    signature: str | None = None


class Asked(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A request. `body`: JSON, sent compact; `text`: sent as it stands; `method` may be GRPC.

    `key`: a name of `KEYS`, or of `BEARERS`.
    """

    method: str
    path: str
    key: str = "primary"
    headers: dict[str, str] = {}
    body: Any = None
    text: str | None = None
    sign: Sign = Sign()


class Answered(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """An answer, normalised. `hint`: the emulator's own remark."""

    status: int
    headers: dict[str, str] = {}
    body: Any = None
    hint: str | None = None


class Exchange(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One exchange. `keep`: a name for its token or id, to be used as `{{name}}` in what follows.

    `published`: a sample that the provider prints, played literally.
    """

    title: str
    source: str
    confidence: Literal["H", "M", "L"]
    request: Asked
    published: bool = False
    settings: dict[str, Any] = {}
    keep: str | None = None
    answer: Answered | None = None


def files() -> list[Path]:
    """Every file of REST exchanges; those over GraphQL are in graphql_exchanges.py."""
    return [file for file in sorted(FOLDER.glob("*/*.yaml")) if file.parent.name != "highnote"]


def load(file: Path) -> list[Exchange]:
    """The exchanges of a file."""
    return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), list[Exchange])


def save(file: Path, exchanges: Sequence[Exchange]) -> None:
    """Write a file of exchanges."""
    file.write_text(HEADER + dump(msgspec.to_builtins(exchanges)), encoding="utf-8")


def dump(exchanges: object) -> str:
    """Exchanges as YAML."""
    text: str = yaml.dump(exchanges, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96)
    return text


class _Dumper(yaml.SafeDumper):
    """YAML with texts of several lines written as lines."""


def _write_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


Then = Callable[[httpx.AsyncClient], Awaitable[None]]


async def nothing(_: httpx.AsyncClient) -> None:
    """Leave it at that."""


async def play(
    provider: str, exchanges: Sequence[Exchange], then: Then = nothing
) -> list[Answered]:
    """The answers of an emulator of its own, in order. `then`: what is done with it after."""
    ask = {"zerohash": _sign, "hyperswitch": _plain}.get(provider, _bear)
    emulator = create_emulator(Settings(seed="golden exchanges"))
    await emulator.directory.open("default")
    kept: dict[str, str] = {}
    answers = []
    async with client_of(emulator) as client, AsyncExitStack() as stack:
        over_rpc = any(exchange.request.method == rpc.METHOD for exchange in exchanges)
        service = await stack.enter_async_context(rpc.serve(emulator)) if over_rpc else None
        for exchange in exchanges:
            await _arrange(emulator, provider, exchange)
            asked = exchange.request
            if service is not None and asked.method == rpc.METHOD:
                told, body, hint = await rpc.ask(service, asked.path, asked.headers, asked.body)
                answers.append(Answered(rpc.HTTP_OK, told, body, hint))
                continue
            answer = await client.request(**ask(exchange.request, kept))
            if exchange.keep is not None:
                kept[exchange.keep] = _find_kept(answer.json())
            answers.append(_read(answer))
        await then(client)
    emulator.services.signer.close()
    return answers


def _find_kept(body: Any) -> str:  # noqa: ANN401 - any JSON
    """A token, or the id of what was made."""
    if "message" in body:
        body = body["message"]
    found: str = next(
        body[name] for name in ("token", "accessToken", "access_token", "id") if name in body
    )
    return found


async def _arrange(emulator: Emulator, provider: str, exchange: Exchange) -> None:
    sandbox = emulator.directory.get("default")
    assert sandbox is not None
    settings = {**SETTINGS.get(provider, {}), **exchange.settings}
    facts = (
        ClockSet(NOW, Clock.frozen_at(NOW)),
        SettingsSet(NOW, provider, msgspec.Raw(msgspec.json.encode(settings))),
    )
    await sandbox.transact(lambda _: Decision(None, facts))


def _content(asked: Asked, kept: dict[str, str]) -> bytes:
    body: Any = asked.text if asked.text is not None else asked.body
    return _fill(encode(body).decode("utf-8", "surrogateescape"), kept).encode(
        "utf-8", "surrogateescape"
    )


def _fill(text: str, kept: dict[str, str]) -> str:
    for name, value in kept.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _bear(asked: Asked, kept: dict[str, str]) -> Request:
    """A request of useGrant's: a bearer key, or none."""
    key = BEARERS.get(asked.key)
    content = _content(asked, kept)
    return {
        "method": asked.method,
        "url": f"/usegrant{_fill(asked.path, kept)}",
        "headers": {
            **({"Authorization": f"Bearer {key}"} if key else {}),
            **({"Content-Type": "application/json"} if content else {}),
            **asked.headers,
        },
        "content": content,
    }


def _plain(asked: Asked, kept: dict[str, str]) -> Request:
    """A request whose headers say everything."""
    return {
        "method": asked.method,
        "url": f"/hyperswitch{asked.path}",
        "headers": {name: _fill(value, kept) for name, value in asked.headers.items()},
        "content": _content(asked, kept),
    }


def _sign(asked: Asked, kept: dict[str, str]) -> Request:
    """A request of zerohash's, signed."""
    sign, key = asked.sign, KEYS[asked.key]
    content = _content(asked, kept)
    timestamp = sign.timestamp or str(int(NOW) + sign.late_s)
    request = signed(
        asked.method,
        asked.path,
        content or None,
        key=key,
        timestamp=timestamp,
        headers=dict(asked.headers),
        signing=None if sign.body is None else sign.body.encode(),
        signature=sign.signature,
    )
    if sign.secret == "undecoded" or sign.digest == "hex":
        request["headers"]["X-SCX-SIGNED"] = _missign(asked, key, timestamp, content)
    return request


def _missign(asked: Asked, key: Key, timestamp: str, content: bytes) -> str:
    sign = asked.sign
    secret = key.secret.encode() if sign.secret == "undecoded" else base64.b64decode(key.secret)
    body = sign.body.encode() if sign.body is not None else content
    message = f"{timestamp}{asked.method}{asked.path}".encode() + body
    digest = hmac.digest(secret, message, "sha256")
    return digest.hex() if sign.digest == "hex" else base64.b64encode(digest).decode()


_KEPT = (
    *("content-type", "retry-after", "zh-allow-retry", "allow", "x-request-id"),
    *("etag", "cache-control"),
)


def _read(answer: httpx.Response) -> Answered:
    headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
    is_json = answer.headers.get("content-type") == "application/json"
    body = answer.json() if is_json else answer.text or None
    headers, body = normalise(headers, body, NOW)
    return Answered(answer.status_code, headers, body, answer.headers.get("x-emulator-hint"))


def published() -> Iterator[tuple[str, Exchange]]:
    """The provider's own samples, with the provider's name."""
    for file in files():
        for exchange in load(file):
            if exchange.published:
                yield file.parent.name, exchange
