"""What every kind has in common: looking up, listing, entering and dropping a record."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from emulator.core.decisions import Granted
from emulator.core.entities import drop_entity
from emulator.core.facts import EntityPut
from emulator.core.view import View
from emulator.core.world import AnyKind, Kind
from emulator.providers.usegrant.state import Provider, Tenant, TenantProvider

R = TypeVar("R", bound=msgspec.Struct)
Parent = Provider | Tenant | TenantProvider


def get(view: View, caller: R, request: None) -> Granted[R]:  # noqa: ARG001 - found on the way in
    """The record that the path names."""
    return Granted(caller)


def list_all(kind: Kind[R]) -> Callable[[View, Any, None], Granted[Sequence[R]]]:
    """All records of a kind, in order of creation [guess]."""
    return lambda view, _, __: Granted(list(view.table(kind)))


def list_within(kind: Kind[R], index: str) -> Callable[[View, Parent, None], Granted[Sequence[R]]]:
    """The records of a kind that belong to what the path names, in order of creation [guess]."""
    return lambda view, parent, _: Granted(view.table(kind).find(index, parent.id))


def drop(kind: AnyKind) -> Callable[[View, Any, None], Granted[None]]:
    """The end of a record and of all that hangs on it [repo] H for providers, else [guess]."""
    return lambda view, record, _: Granted(None, drop_entity(view, kind, kind.key_of(record)))


def enter(view: View, kind: Kind[R], record: R) -> Granted[R]:
    """A record, new or changed."""
    raw = msgspec.Raw(msgspec.json.encode(record))
    return Granted(record, (EntityPut(view.now, kind.provider, kind.name, raw),))
