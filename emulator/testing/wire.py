"""A request to the control API and its answer, as plain values."""

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args
from urllib.parse import quote, urlencode

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Object: TypeAlias = "dict[str, Json]"
Span: TypeAlias = str | float | timedelta  # seconds, or `10m` and `PT10M`

R = TypeVar("R")

MAX_PAGE = 1000


@dataclass(frozen=True)
class Request:
    """A request to be sent. `path`: below the control API's prefix; `body` None: none."""

    method: str
    path: str
    body: object = None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Json:
        """The body's JSON; None where there is no body.

        Raises:
            ValueError: it is none.
        """
        value: Json = json.loads(self.body) if self.body else None
        return value


def read(kind: type[R], value: Json) -> R:
    """A record from its JSON; what a newer emulator says besides is left out.

    Raises:
        TypeError: it lacks a field.
    """
    values = as_object(value)
    return kind(
        **{
            field.name: _convert(field.type, values[field.name])
            for field in fields(kind)  # type: ignore[arg-type] # every kind read is a dataclass
            if field.name in values
        }
    )


def read_items(kind: type[R], value: Json) -> tuple[R, ...]:
    """The records of a page."""
    return tuple(read(kind, item) for item in as_list(as_object(value).get("items")))


def as_object(value: Json) -> Object:
    """A JSON object as such.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, dict):
        raise TypeError(f"a JSON object was expected, not {value!r}")
    return value


def as_list(value: Json) -> "list[Json]":
    """A JSON array as such.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, list):
        raise TypeError(f"a JSON array was expected, not {value!r}")
    return value


def render_duration(value: Span) -> str:
    """A duration as the control API takes it; a number is seconds, a text stays as it is."""
    if isinstance(value, str):
        return value
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    sign = "-" if seconds < 0 else ""
    return f"{sign}PT{abs(seconds):.6f}".rstrip("0").rstrip(".") + "S"


def render_time(value: str | datetime) -> str:
    """A time as RFC 3339; one without a zone is UTC."""
    if isinstance(value, str):
        return value
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def place(*parts: str) -> str:
    """A path from its parts, encoded."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def with_query(path: str, **query: str | int | None) -> str:
    """A path with the parameters that are given."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _convert(kind: Any, value: Json) -> Any:  # noqa: ANN401 - a field's type and its value
    if value is None:
        return None
    wanted = next((of for of in get_args(kind) if of is not NoneType), kind)
    kind = wanted if NoneType in get_args(kind) else kind
    if kind is datetime:
        return datetime.fromisoformat(str(value))
    return read(kind, value) if isinstance(kind, type) and is_dataclass(kind) else value
