"""Strict reading: bodies up to a limit, and JSON that no two readers could read differently."""

import json
from collections.abc import Awaitable, Callable, Mapping
from math import isinf
from typing import Any

import orjson

from emulator.core.decisions import Json

Receive = Callable[[], Awaitable[Any]]

# What every writer of JSON can write again: deeper or larger, and some would fail at the answer.
MAX_DEPTH = 64
MIN_WHOLE, MAX_WHOLE = -(2**63), 2**64 - 1


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
    if declared is not None and declared.isdecimal() and int(declared[:20]) > limit:
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

    Nested `MAX_DEPTH` deep at most, whole numbers of 64 bits at most.

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
    except _DuplicateKeyError:
        raise UnreadableJsonError("body has a duplicate key") from None
    except _OutOfRangeError:
        raise UnreadableJsonError("body has a number that is out of range") from None
    except RecursionError:
        raise UnreadableJsonError("body is nested too deeply") from None
    except ValueError:
        raise UnreadableJsonError("body is not valid JSON") from None
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(value):
        raise UnreadableJsonError("body is nested too deeply")
    return value


class _DuplicateKeyError(Exception):
    pass


class _OutOfRangeError(Exception):
    pass


def _is_deep(value: Json) -> bool:
    """Whether anything lies below `MAX_DEPTH`."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    return bool(level)


def _whole(text: str) -> int:
    number = int(text)
    if not MIN_WHOLE <= number <= MAX_WHOLE:
        raise _OutOfRangeError
    return number


def _fraction(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise _OutOfRangeError
    return number


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _refuse_constant(_: str) -> None:
    raise ValueError


_decoder = json.JSONDecoder(
    object_pairs_hook=_refuse_duplicates,
    parse_int=_whole,
    parse_float=_fraction,
    parse_constant=_refuse_constant,
)
