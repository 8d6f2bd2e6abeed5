"""Changing a provider's world from outside: pure decisions on records of any kind."""

from collections.abc import Mapping

import msgspec

from emulator.core.facts import EntityDropped, EntityPut
from emulator.core.journal import MASK
from emulator.core.records import Failure, Unfit, convert_record, point
from emulator.core.view import View
from emulator.core.world import AnyKind

MAX_KEY = 256


class Put(msgspec.Struct, frozen=True):
    """A record as it is to stand. `is_new`: nothing stood under its key."""

    record: msgspec.Struct
    is_new: bool
    fact: EntityPut


def put_entity(view: View, kind: AnyKind, key: str, values: Mapping[str, object]) -> Put:
    """Replace or create a record; a masked secret keeps the value that it has.

    Raises:
        Unfit: the values make no record, name another key, a parent that is not there, or a home
            that another record has.
    """
    old = view.table(kind).get(key)
    unmasked = _unmask(kind, old, {kind.key: key, **values})
    record = convert_record(unmasked, kind.record)
    if kind.key_of(record) != key:
        raise Unfit([Failure(point(kind.key), "is not the key that the path names")])
    _check_key(kind, key)
    _check_parent(view, kind, record)
    _check_home(view, kind, record)
    raw = msgspec.Raw(msgspec.json.encode(record))
    return Put(record, old is None, EntityPut(view.now, kind.provider, kind.name, raw))


def add_entity(view: View, kind: AnyKind, values: Mapping[str, object]) -> Put:
    """Create a record under a key that is drawn.

    Raises:
        Unfit: as `put_entity`, or the values have a key.
    """
    if kind.key in values:
        raise Unfit([Failure(point(kind.key), "is drawn here: PUT a record to choose it")])
    return put_entity(view, kind, _draw_key(view, kind), values)


def drop_entity(view: View, kind: AnyKind, key: str) -> tuple[EntityDropped, ...]:
    """A record's end, and the end of all that hangs on it; none when there is no such record."""
    if view.table(kind).get(key) is None:
        return ()
    children = (
        fact
        for child in view.state.kinds(kind.provider)
        if child.parent is not None and child.parent.kind == kind.name
        for record in view.table(child)
        if getattr(record, child.parent.field) == key
        for fact in drop_entity(view, child, child.key_of(record))
    )
    return (*children, EntityDropped(view.now, kind.provider, kind.name, key))


def show_entity(kind: AnyKind, record: msgspec.Struct) -> dict[str, object]:
    """A record as anybody may see it: its secrets masked."""
    shown: dict[str, object] = msgspec.to_builtins(record)
    return {
        name: MASK if name in kind.secrets and value is not None else value
        for name, value in shown.items()
    }


def _unmask(
    kind: AnyKind, old: msgspec.Struct | None, values: Mapping[str, object]
) -> Mapping[str, object]:
    """The values with what is masked taken from the record that stands."""
    masked = [name for name in kind.secrets if values.get(name) == MASK]
    if masked and old is None:
        raise Unfit(Failure(point(name), "is the mask, not a value") for name in sorted(masked))
    return {**values, **{name: getattr(old, name) for name in masked}}


def _draw_key(view: View, kind: AnyKind) -> str:
    while True:
        if kind.new_key is not None:
            key = kind.new_key(view.draw_bytes)
        else:
            key = view.draw_uuid(f"{kind.id}.key")
        if view.table(kind).get(key) is None:
            return key


def _check_key(kind: AnyKind, key: str) -> None:
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        message = f"must be 1 to {MAX_KEY} printable characters"
        raise Unfit([Failure(point(kind.key), message)])


def _check_parent(view: View, kind: AnyKind, record: msgspec.Struct) -> None:
    if kind.parent is None:
        return
    parents = view.state.kind(kind.provider, kind.parent.kind)
    if parents is None or view.table(parents).get(getattr(record, kind.parent.field)) is None:
        raise Unfit([Failure(point(kind.parent.field), f"names none of {kind.parent.kind}")])


def _check_home(view: View, kind: AnyKind, record: msgspec.Struct) -> None:
    """What leads a call to this sandbox leads to one record here."""
    if kind.home is None or kind.home == kind.key:
        return
    home = getattr(record, kind.home)
    others = (other for other in view.table(kind) if getattr(other, kind.home) == home)
    if any(kind.key_of(other) != kind.key_of(record) for other in others):
        raise Unfit([Failure(point(kind.home), f"is another's of {kind.name} already")])
