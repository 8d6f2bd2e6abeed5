r"""JSON as JavaScript writes it again: what `JSON.stringify(JSON.parse(text))` makes of a text.

A server that verifies over the parsed body sees this form, whatever was sent [guess] M:
`1.0` becomes `1`, `1e2` `100`, `\u00e9` a raw letter, `\/` a slash; of a repeated key the last
value counts; keys that are whole numbers move to the front.
"""

import json
import math
import re
from decimal import Decimal
from json.encoder import encode_basestring

from emulator.core.decisions import Json

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_LAST_INDEX = 2**32 - 2  # an array's, by ECMA-262
_PLAIN_FROM, _PLAIN_BELOW = 1e-6, 1e21  # between them a number is written without an exponent


def reserialise(raw: bytes) -> bytes:
    """The text in UTF-8, written anew.

    Raises:
        ValueError: no JSON, or not UTF-8.
        RecursionError: nested too deeply.
    """
    value: Json = _decoder.decode(raw.decode())
    return _write(value).encode("utf-8", "backslashreplace")  # lone surrogates as \\ud800


def _whole(text: str) -> float:
    return float(text)  # JavaScript has but one kind of number


def _refuse(_: str) -> float:
    raise ValueError("NaN and Infinity are no JSON")


_decoder = json.JSONDecoder(parse_int=_whole, parse_constant=_refuse)


def _write(value: Json) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        members = sorted(value.items(), key=_place)
        return "{" + ",".join(f"{encode_basestring(k)}:{_write(v)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _write_number(value)


def _place(member: tuple[str, Json]) -> int:
    """Where a key goes: indexes first, in their order; the others as they came."""
    name = member[0]
    return int(name) if _INDEX.fullmatch(name) and int(name) <= _LAST_INDEX else _LAST_INDEX + 1


def _write_number(number: float) -> str:
    if not math.isfinite(number):
        return "null"
    if number == 0:
        return "0"
    if _PLAIN_FROM <= abs(number) < _PLAIN_BELOW:
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    digits, _, exponent = repr(number).partition("e")
    return f"{digits.removesuffix('.0')}e{int(exponent):+d}"
