"""Who may do what: the two sorts of credential, permissions, objects of one's own."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from emulator.core.decisions import Json, Refusal
from emulator.core.facts import EntityPut
from emulator.core.view import View
from emulator.core.world import AnyKind, Kind
from emulator.providers.highnote import tokens
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.errors import CATALOGUE
from emulator.providers.highnote.state.kinds import HEX, PREFIXES, PROVIDER
from emulator.providers.highnote.state.records import Settings

R = TypeVar("R", bound=msgspec.Struct)


def deny(hint: str) -> Refusal:
    """An AccessDeniedError."""
    return Refusal(CATALOGUE["access_denied"], hint=hint)


def refuse(row: str, description: str, *path: str, hint: str = "") -> Refusal:
    """A UserError about one field. `path`: from the argument on [guess]."""
    values: dict[str, Json] = {"description": description, "error_path": list(path)}
    return Refusal(CATALOGUE[row], values, hint=hint or description)


def need_key(caller: Caller) -> None:
    """Minting, and what else belongs on a server, takes an API key [doc] H; the form [guess]."""
    if caller.token is not None:
        raise deny("This mutation takes an API key, not a client token.")


def admit(
    view: View,
    caller: Caller,
    operation: str,
    object_id: str | None = None,
    *,
    token_only: bool = False,
) -> None:
    """Whether the caller may do this, to the object if there is one.

    `token_only`: the documentation's "requires token" [doc] H; a setting forgives it.
    """
    if caller.token is None:
        if token_only and not view.settings(Settings).api_key_may_use_token_operations:
            raise deny("This mutation takes a client token, not an API key.")
        return
    lacking = tokens.opens(caller.token, operation)
    if lacking is not None:
        kind, _, permission = lacking.partition(":")
        raise deny(f"The client token lacks the permission {permission} on {kind}.")
    if object_id is not None and not tokens.covers(caller.token, object_id):
        raise deny("The client token was minted for another object than this.")


def find_own(
    view: View,
    caller: Caller,
    kind: Kind[R],
    key: str,
    *path: str,
    accepts: Callable[[Any], bool] | None = None,
) -> R:
    """The caller's own object of that id.

    Raises:
        Refusal: there is none, it is of the wrong type, or another organization's.
    """
    record = view.table(kind).get(key)
    if record is None or (accepts is not None and not accepts(record)):
        hint = f"This sandbox has nothing of that id and type among its {kind.name}."
        raise refuse("not_found", "Not found", *path, hint=hint)
    if getattr(record, "organization", None) != caller.organization.id:
        if view.settings(Settings).foreign_object == "access_denied":
            raise deny("The object belongs to another organization.")
        hint = "The object belongs to another organization."
        raise refuse("not_found", "Not found", *path, hint=hint)
    return record


def put(view: View, kind: AnyKind, record: msgspec.Struct) -> EntityPut:
    """The fact that a record stands now."""
    raw = msgspec.Raw(msgspec.json.encode(record))
    return EntityPut(view.now, PROVIDER, kind.name, raw)


def draw_id(view: View, kind: AnyKind, prefix: str = "") -> str:
    """An id that nothing has yet. `prefix`: where it is not the kind's."""
    while True:
        drawn = draw_reference(view, prefix or PREFIXES[kind.name])
        if view.table(kind).get(drawn) is None:
            return drawn


def draw_reference(view: View, prefix: str) -> str:
    """A prefix and 32 hex digits."""
    return prefix + view.draw_text(f"{PROVIDER}.{prefix}", HEX, 32)


def plain(values: Sequence[Any]) -> tuple[str, ...]:
    """Enum members, or what stands for them, as the names on the wire."""
    return tuple(str(getattr(value, "value", value)) for value in values)
