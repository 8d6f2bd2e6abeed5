"""The messages that clients sign instead of the right one, each with the sentence that says so."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec

from emulator.providers.zerohash.signature import (
    NOTHING,
    Mode,
    Signed,
    compact_body,
    raw_body,
)

Attempt = tuple[bytes, str]  # a message, and what is wrong with it

_MOST_PARAMETERS = 4  # in a query whose every order is tried: 24 orders


def accepted_bodies(signed: Signed, mode: Mode) -> tuple[bytes, ...]:
    """The readings of the body that the server accepts."""
    readings = {"raw": (raw_body,), "compact": (compact_body,)}
    return tuple({read(signed): None for read in readings.get(mode, (raw_body, compact_body))})


def wrong_messages(signed: Signed, mode: Mode, bases: Sequence[str]) -> Iterator[Attempt]:
    """Likely mistakes, the commonest first. `bases`: what may stand before the route."""
    bodies = accepted_bodies(signed, mode)
    told: set[bytes] = set()
    for message, what in _candidates(signed, bodies, bases):
        if message not in told:
            told.add(message)
            yield message, what


def millisecond_messages(signed: Signed) -> Iterator[Attempt]:
    """The same with a timestamp of milliseconds: a thousand fall on one second."""
    rest = msgspec.structs.replace(signed, timestamp="").message(raw_body(signed))
    seconds = signed.timestamp.encode("latin-1")
    for milliseconds in range(1000):
        yield b"%b%03d%b" % (seconds, milliseconds, rest), _MILLISECONDS


def _candidates(signed: Signed, bodies: Sequence[bytes], bases: Sequence[str]) -> Iterator[Attempt]:
    for body, what in _wrong_bodies(signed, bodies):
        yield signed.message(body), what
    for wrong, what in _wrong_parts(signed, bases):
        for body in bodies:
            yield wrong.message(body), what
    for body in bodies:
        yield from _wrong_arrangements(signed, body)


_MILLISECONDS = "Milliseconds were signed: sign the whole seconds that the header carries."


def _wrong_bodies(signed: Signed, accepted: Sequence[bytes]) -> Iterator[Attempt]:
    if signed.method == "GET":
        yield b"", "GET signs the two characters {} as its body, although none is sent."
        return
    yield b"", "The body was left out of the signed message."
    yield NOTHING, "Signed {} for the body: only GET does; sign the body that is sent."
    if compact_body(signed) not in accepted:
        yield compact_body(signed), "Signed compact JSON, but other bytes were sent."
    if raw_body(signed) not in accepted:
        yield (
            raw_body(signed),
            "Signed the JSON with its spaces: in mode compact, sign and send compact JSON.",
        )
    yield signed.body.strip(), "White space around the body was sent but not signed."
    yield signed.body + b"\n", "A newline after the body was signed but not sent."
    try:
        spelled = tuple(_spellings(json.loads(signed.body)))
    except (ValueError, RecursionError):
        return
    for text, what in spelled:
        yield text.encode("utf-8", "replace"), f"Signed other bytes than were sent: {what}."


def _spellings(parsed: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    compact = (",", ":")
    yield json.dumps(parsed), "the signed JSON has spaces after ',' and ':'"
    yield json.dumps(parsed, ensure_ascii=False), "the signed JSON has spaces after ',' and ':'"
    yield json.dumps(parsed, separators=compact), "non-ASCII letters were escaped as \\u"
    for separators in (compact, None):
        for ascii_only in (False, True):
            ordered = json.dumps(
                parsed, separators=separators, sort_keys=True, ensure_ascii=ascii_only
            )
            yield ordered, "the signed JSON has its keys sorted"
    for indent in (2, 4, "\t"):
        yield json.dumps(parsed, indent=indent, ensure_ascii=False), "the signed JSON is indented"
    yield repr(parsed), "a Python repr was signed, with single quotes, instead of JSON"
    for once in (json.dumps(parsed), json.dumps(parsed, separators=compact)):
        yield json.dumps(once), "the signed JSON was serialised twice"
    if isinstance(parsed, dict):
        yield urlencode(parsed, doseq=True, errors="replace"), "the body was signed as a form"


def _wrong_parts(signed: Signed, bases: Sequence[str]) -> Iterator[tuple[Signed, str]]:
    yield (
        msgspec.structs.replace(signed, method=signed.method.lower()),
        "The method was signed in lower case: sign it in upper case.",
    )
    yield (
        msgspec.structs.replace(signed, method=""),
        "The method was left out of the signed message.",
    )
    # Bytes of UTF-8 are held in a text of latin-1 here: undone for the search, then done again.
    sent = signed.route.encode("latin-1").decode("utf-8", "replace")
    for route, what in _wrong_routes(sent, bases):
        wire = route.encode("utf-8", "replace").decode("latin-1")
        yield msgspec.structs.replace(signed, route=wire), what
    for timestamp, what in _wrong_timestamps(signed.timestamp):
        yield msgspec.structs.replace(signed, timestamp=timestamp), what


def _wrong_routes(route: str, bases: Sequence[str]) -> Iterator[tuple[str, str]]:
    path, _, query = route.partition("?")
    rest = f"?{query}" if query else ""
    if query:
        yield path, "The query string was left out of the signed route."
        for other in _orders(query):
            yield f"{path}?{other}", "The query was signed in another order than sent."
        for other in _encodings(query):
            yield f"{path}?{other}", "The query was signed in another encoding than sent."
    for other in (unquote(path), quote(unquote(path)), quote(unquote(path), safe="/@")):
        yield f"{other}{rest}", "The path was signed in another encoding than sent."
    yield f"{path}/{rest}", "The signed route ends in a slash and the sent one does not."
    yield f"{path.rstrip('/')}{rest}", "The sent route ends in a slash and the signed one does not."
    yield f"{path[1:]}{rest}", "The signed route lacks its leading slash."
    yield "", "The route was left out of the signed message."
    for base in bases:
        yield base + route, "Something was signed before the route: sign path and query only."


def _orders(query: str) -> Iterable[str]:
    pairs = query.split("&")
    if len(pairs) > _MOST_PARAMETERS:
        return ("&".join(sorted(pairs)), "&".join(reversed(pairs)))
    return map("&".join, permutations(pairs))


def _encodings(query: str) -> Iterator[str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    yield unquote(query)
    yield "&".join(f"{name}={value}" for name, value in pairs)
    yield urlencode(pairs)
    yield urlencode(pairs, quote_via=quote)
    yield urlencode(pairs, safe="@:/,")
    yield query.replace("%20", "+")
    yield query.replace("+", "%20")


def _wrong_timestamps(timestamp: str) -> Iterator[tuple[str, str]]:
    yield "", "The timestamp was left out of the signed message."
    if timestamp.isdecimal():
        for drift in (1, -1, 2, -2):
            yield (
                str(int(timestamp) + drift),
                "The timestamp was computed twice: sign the same text that the header carries.",
            )


def _wrong_arrangements(signed: Signed, body: bytes) -> Iterator[Attempt]:
    timestamp, method, route = (
        part.encode("latin-1") for part in (signed.timestamp, signed.method, signed.route)
    )
    for separator in (b"\n", b"", b" ", b".", b":", b"|", b",", b"&"):
        if separator:
            message = separator.join((timestamp, method, route, body))
            yield message, "The signed parts were separated: join them with nothing between."
        for parts in (
            (method, timestamp, route, body),
            (method, route, timestamp, body),
            (method, route, body, timestamp),
            (timestamp, route, method, body),
            (timestamp, method, body, route),
        ):
            yield (
                separator.join(parts),
                "The parts were signed in another order: timestamp, METHOD, route, body.",
            )
