"""zerohash's shapes of an error: one endpoint answers with all of them [openapi] H."""

from collections.abc import Mapping

from emulator.core.decisions import Json, Row


def listed(name: str, error: str, source: str, hint: str, **defaults: Json) -> Row:
    """400: every failure as a text in an array [openapi Code400] H."""
    return Row(name, 400, {"errors": [error]}, source, hint, defaults=defaults)


def denied(name: str, message: str, source: str, hint: str) -> Row:
    """403: a boolean `error` beside the message [openapi Code403] H."""
    return Row(name, 403, {"error": True, "message": message}, source, hint)


def told(
    name: str,
    status: int,
    text: str,
    source: str,
    hint: str = "",
    *,
    headers: tuple[tuple[str, str], ...] = (),
    also: Mapping[str, Json] | None = None,
    **defaults: Json,
) -> Row:
    """Any other status: `error` is the text [openapi] H. `also`: members beside it."""
    body: Json = {"error": text, **(also or {})}
    return Row(name, status, body, source, hint, headers, defaults)
