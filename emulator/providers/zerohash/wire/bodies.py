"""Reading zerohash's bodies, and wording what breaks their shapes as the provider does."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

import msgspec
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from emulator.core.decisions import Json, Refusal
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.wire import advice
from emulator.providers.zerohash.wire.shapes import Shape

M = TypeVar("M", bound=Shape)

Failure = tuple[tuple[str, ...], str]  # where in the body, and the provider's text


class Reading(msgspec.Struct, Generic[M], frozen=True):
    """A body as it was sent, as its shape, and what breaks the shape (then `body` is None)."""

    sent: dict[str, Json]
    body: M | None
    failures: tuple[Failure, ...] = ()

    @property
    def errors(self) -> list[str]:
        """The failures as the provider words them."""
        return [f"body/{'/'.join(path)} {text}" for path, text in self.failures]

    @property
    def hint(self) -> str:
        """What most likely led to them."""
        return advice.explain(self.sent, self.failures)


def read_body(shape: type[M], body: bytes) -> Reading[M]:
    """A body read against its shape.

    Raises:
        Refusal: `validation`, when it is no JSON object at all.
    """
    try:
        sent = parse_json(body) if body else {}
    except UnreadableJsonError as error:
        raise refuse([str(error)], hint=advice.explain_unreadable(body)) from None
    if not isinstance(sent, dict):
        raise refuse(["body must be object"], hint=advice.explain_no_object(sent))
    try:
        return Reading(sent, shape.model_validate(sent))
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return Reading(sent, None, tuple(map(word, details)))


def parse_body(shape: type[M], body: bytes) -> tuple[M, Mapping[str, Json]]:
    """A body as its shape, and as it was sent.

    Raises:
        Refusal: `validation` with every failure.
    """
    reading = read_body(shape, body)
    if reading.body is None:
        raise refuse(reading.errors, hint=reading.hint)
    return reading.body, reading.sent


def refuse(errors: Iterable[str], hint: str = "") -> Refusal:
    """A 400 with all its failures, each told once."""
    told: list[Json] = list(dict.fromkeys(errors))
    return Refusal(CATALOGUE["validation"], {"errors": told}, hint=hint)


# pydantic's kinds of failure in the provider's words: `body/<path> <text>` is documented
# [openapi Code400] H, the texts after "is required" are [guess] M in that style.
_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "string_type": "must be string",
    "list_type": "must be array",
    "model_type": "must be object",
    "float_type": "must be number",
    "literal_error": "must be equal to one of the allowed values",
    "string_too_short": "must NOT have fewer than {min_length} characters",
    "string_too_long": "must NOT have more than {max_length} characters",
    "too_short": "must NOT have fewer than {min_length} items",
    "string_pattern_mismatch": "format is not valid",
}


def word(error: ErrorDetails) -> Failure:
    """One failure as the provider would say it."""
    known = _WORDS.get(error["type"])
    text = known.format(**error.get("ctx", {})) if known else error["msg"]
    return tuple(str(part) for part in error["loc"]), text
