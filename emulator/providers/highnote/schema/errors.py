"""What a field answers instead of its value: errors as data [schema] H."""

from collections.abc import Mapping
from typing import cast

import strawberry

from emulator.core.decisions import Json, Refusal
from emulator.edge.answers import fill


@strawberry.type
class FieldUserError:
    """One thing that is wrong with the input. `path`: the older form of `errorPath`."""

    path: list[str] | None = strawberry.field(deprecation_reason="No longer supported")
    code: str | None
    description: str | None
    error_path: list[str] | None


@strawberry.type
class UserError:
    """The input breaks a rule."""

    errors: list[FieldUserError] | None


@strawberry.type
class AccessDeniedError:
    """The credential does not allow this."""

    message: str


def tell(refusal: Refusal) -> UserError | AccessDeniedError:
    """A refusal's row as the member of the field's union that it describes."""
    body = fill(refusal.row.body, {**refusal.row.defaults, **refusal.values})
    told = cast("Mapping[str, Json]", body)
    if told["__typename"] == "AccessDeniedError":
        return AccessDeniedError(message=str(told["message"]))
    errors = cast("list[dict[str, Json]]", told["errors"])
    return UserError(errors=[_tell_field(error) for error in errors])


def _tell_field(error: Mapping[str, Json]) -> FieldUserError:
    path = cast("list[str]", error["errorPath"])
    code, description = str(error["code"]), str(error["description"])
    return FieldUserError(path=path, code=code, description=description, error_path=path)


def only_denied(told: object) -> AccessDeniedError:
    """For the one union that has no UserError: what it can say of a wrong input [guess]."""
    if isinstance(told, UserError) and told.errors:
        return AccessDeniedError(message=told.errors[0].description or "Access denied")
    assert isinstance(told, AccessDeniedError)  # noqa: S101 - there are only these two
    return told
