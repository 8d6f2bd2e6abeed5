"""Highnote's own scalars, and how it writes times."""

import re
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from emulator.core.clock import render_time

IdempotencyKey = NewType("IdempotencyKey", str)
UnsignedInt = NewType("UnsignedInt", int)

MAX_UNSIGNED = 2**32 - 1
_UUID4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)


def _parse_key(value: object) -> str:
    """A version 4 UUID [schema] H."""
    if not isinstance(value, str) or not _UUID4.fullmatch(value):
        raise GraphQLError("IdempotencyKey must be a UUID of version 4.")
    return value.lower()


def _parse_unsigned(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_UNSIGNED:
        raise GraphQLError("UnsignedInt must be a whole number from 0 to 4294967295.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    IdempotencyKey: strawberry.scalar(name="IdempotencyKey", parse_value=_parse_key),
    UnsignedInt: strawberry.scalar(name="UnsignedInt", parse_value=_parse_unsigned),
}


def write_time(at: float) -> str:
    """ISO 8601 with milliseconds and `Z` [example] H."""
    text = render_time(at)
    return text if "." in text else text.replace("Z", ".000Z")
