"""Strict reading: bodies up to a limit, and JSON that no two readers could read differently."""

import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from emulator.core.decisions import Json

Receive = Callable[[], Awaitable[Any]]

MAX_DEPTH = 64
MAX_INTEGER = 2**63 - 1


class BodyTooLarge(Exception):  # noqa: N818 - what the body is
    """The body is over the limit."""


class Disconnected(Exception):  # noqa: N818 - what the client did
    """The client left before its request was whole."""


class UnreadableJsonError(ValueError):
    """Not JSON, or JSON that is ambiguous; the text says why without quoting it."""


async def read_body(receive: Receive, declared: str | None, limit: int) -> bytes:
    """The whole body.

    Raises:
        BodyTooLarge: more than `limit` bytes, declared or sent.
        Disconnected: the client left.
    """
    if declared is not None and declared.isdigit() and int(declared[:20]) > limit:
        raise BodyTooLarge
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
        return body
    return await _read_rest(receive, message, limit)


async def _read_rest(receive: Receive, message: Mapping[str, Any], limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise BodyTooLarge
        if not message.get("more_body"):
            return b"".join(chunks)
        message = await receive()


def parse_json(raw: bytes) -> Json:
    """JSON by RFC 8259 in UTF-8, with no duplicate keys, NaN, infinity or lone surrogates.

    Nor anything that could not be written again: integers over 64 bits, floats that overflow,
    nesting deeper than `MAX_DEPTH`.

    Raises:
        UnreadableJsonError: it is not.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise UnreadableJsonError("body is not UTF-8") from None
    try:
        value: Json = _decoder.decode(text)
        if "\\u" in text:
            orjson.loads(raw)  # refuses lone surrogates, which could not be written again
        if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
            _check_depth(value)
    except _DuplicateKeyError:
        raise UnreadableJsonError("body has a duplicate key") from None
    except RecursionError:
        raise UnreadableJsonError("body is nested too deeply") from None
    except OverflowError:
        raise UnreadableJsonError("body has a number out of range") from None
    except ValueError:
        raise UnreadableJsonError("body is not valid JSON") from None
    return value


class _DuplicateKeyError(Exception):
    pass


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _refuse_constant(_: str) -> None:
    raise ValueError


def _parse_int(text: str) -> int:
    value = int(text[:24])
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise OverflowError
    return value


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise OverflowError
    return value


def _check_depth(value: Json) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise RecursionError


def _children(value: Json) -> list[Json]:
    """The objects and arrays right inside of one."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [child for child in inner if isinstance(child, dict | list)]


_decoder = json.JSONDecoder(
    object_pairs_hook=_refuse_duplicates,
    parse_constant=_refuse_constant,
    parse_int=_parse_int,
    parse_float=_parse_float,
)
