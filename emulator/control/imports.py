"""A snapshot's document, checked before anything is made of it: every failure, with its place."""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import msgspec

from emulator.control.endpoint import Asked, bad_body
from emulator.control.import_parts import (
    check_clock,
    check_counters,
    check_due,
    check_faults,
    check_grants,
    check_lifetimes,
    check_limits,
    check_settings,
    check_tokens,
)
from emulator.control.import_world import (
    check_birth,
    check_entities,
    check_keyrings,
    check_parents,
    check_world,
)
from emulator.control.newborn import check_fake, read_world
from emulator.core.records import take
from emulator.core.snapshots import VERSION, Snapshot
from emulator.edge.problems import Problem

_RELEASE = re.compile(r"[0-9A-Za-z.+-]{1,32}")
_LIVE_MARKS = (b"_live_", b"access_token$production$")


def read_document(asked: Asked, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values with what the snapshot keeps as text made text.

    Raises:
        Problem: 400, it is of another version.
    """
    version = values.get("version", VERSION)
    if version != VERSION or isinstance(version, bool):
        raise _other_version(asked.house.version, values)
    return {name: _keep_raw(name, value) for name, value in values.items()}


async def check_document(asked: Asked, snapshot: Snapshot) -> None:
    """Whether a sandbox can be what a snapshot says, which was read from the body.

    Raises:
        Problem: 400, it can't, or something in it looks like a live credential; 409, the fixture
            files are unusable.
    """
    house = asked.house
    text = msgspec.json.encode(snapshot)
    if any(mark in text for mark in _LIVE_MARKS):  # to look at each text takes its time
        check_fake(msgspec.json.decode(text))
    await read_world(house)
    await house.directory.find_world(snapshot.world)
    failures = take(
        chain(
            check_world(house, snapshot),
            check_birth(house, snapshot),
            check_clock(snapshot.clock, "/clock"),
            check_counters(snapshot),
            check_lifetimes(house, snapshot),
            check_settings(house, snapshot),
            check_grants(house, snapshot),
            check_tokens(snapshot),
            check_faults(house, snapshot),
            check_limits(snapshot),
            check_keyrings(house, snapshot),
            check_entities(house, snapshot),
            check_due(house, snapshot),
        )
    )
    failures = failures or take(check_parents(house, snapshot))
    if failures:
        raise bad_body(failures)


def _other_version(release: str, values: Mapping[str, Any]) -> Problem:
    writer = values.get("emulator")
    known = isinstance(writer, str) and _RELEASE.fullmatch(writer)
    wrote = f"the token-emulator {writer}" if known else "the release"
    detail = (
        f"Nothing was changed: token-emulator {release} reads snapshots of version {VERSION} "
        f"alone. Load it with {wrote} that wrote it."
    )
    errors = [{"path": "/version", "message": f"must be {VERSION}"}]
    return Problem(400, "Snapshot of another version", detail, errors=errors)


def _keep_raw(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """A member of the document; of any other shape it stays as it is, to be refused."""
    match name, value:
        case "born", dict():
            kept = {"fixtures", "credentials"}
            return {key: _raw(inner) if key in kept else inner for key, inner in value.items()}
        case "settings", dict():
            return {provider: _raw(inner) for provider, inner in value.items()}
        case "due", list():
            return [_keep_work(row) for row in value]
        case "entities", dict():
            return {kind: _keep_changes(inner) for kind, inner in value.items()}
    return value


def _keep_changes(changes: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(changes, list):
        return changes
    return [
        [change[0], _raw(change[1])] if isinstance(change, list) and len(change) == 2 else change  # noqa: PLR2004
        for change in changes
    ]


def _keep_work(row: Any) -> Any:  # noqa: ANN401 - JSON
    match row:
        case {"work": {"data": data, **work}, **more}:
            return {"work": {**work, "data": _raw(data)}, **more}
    return row


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
