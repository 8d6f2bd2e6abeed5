"""A policy's conditions on a token's claims: all must hold. Case-sensitive [guess] M."""

from collections.abc import Iterable, Mapping

import msgspec

from emulator.core.decisions import Json
from emulator.providers.usegrant.state import Condition


def find_unmet(conditions: Iterable[Condition], claims: Mapping[str, Json]) -> int | None:
    """The place of the first condition that the claims do not meet, counted from 0."""
    for place, condition in enumerate(conditions):
        if not is_met(condition, claims.get(condition.key)):
            return place
    return None


def is_met(condition: Condition, claim: Json) -> bool:
    """An absent claim fails what demands, passes what forbids; of a list any counts [guess] M."""
    values = claim if isinstance(claim, list) else [] if claim is None else [claim]
    texts = [value if isinstance(value, str) else _text(value) for value in values]
    match condition.operator:
        case "stringEquals":
            return condition.value in texts
        case "stringNotEquals":
            return condition.value not in texts
        case "stringLike":
            return any(is_like(text, condition.value) for text in texts)
        case "stringNotLike":
            return not any(is_like(text, condition.value) for text in texts)


def is_like(text: str, pattern: str) -> bool:
    """Whether the text fits a pattern in which `*` stands for anything [doc] H, `?` for itself."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(last) >= at and text.endswith(last)


def _text(value: Json) -> str:
    """A claim that is no string, as JSON writes it [guess]."""
    return msgspec.json.encode(value).decode()
