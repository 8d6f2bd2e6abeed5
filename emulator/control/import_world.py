"""What a snapshot says of the providers' worlds, and whether that fits the world that is here."""

from collections.abc import Iterator

import msgspec

from emulator.control.house import House
from emulator.control.import_parts import check_clock, check_record
from emulator.control.newborn import list_credential_failures
from emulator.core.clock import MAX_TIME, MIN_TIME
from emulator.core.directory import SANDBOX_ID
from emulator.core.entities import MAX_KEY
from emulator.core.fixtures import FixtureError
from emulator.core.records import Failure, name_nearest, point
from emulator.core.snapshots import Birth, Change, Snapshot
from emulator.core.world import AnyKind

MAX_SEED = 256
SHOWN_DIGITS = 12

_Credentials = dict[str, dict[str, str]]


def check_world(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """A snapshot lies over the fixture world that it was taken over, and over no other."""
    worlds = house.directory.worlds
    if not SANDBOX_ID.fullmatch(snapshot.identity):
        yield Failure("/identity", "is no sandbox id")
    if not worlds.knows(snapshot.world):
        theirs, ours = snapshot.world[:SHOWN_DIGITS], worlds.current().digest[:SHOWN_DIGITS]
        named = f" {theirs}..." if theirs.isalnum() and theirs.isascii() else ""
        message = (
            f"names a fixture world{named} that is not here (here it is {ours}...): start with "
            "the release, EMULATOR_FIXTURES and EMULATOR_PROVIDERS that it was saved with"
        )
        yield Failure("/world", message)


def check_birth(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """What a reset goes back to."""
    born = snapshot.born
    if not 0 < len(born.seed) <= MAX_SEED:
        yield Failure("/born/seed", f"must be 1 to {MAX_SEED} characters")
    if not MIN_TIME <= born.at <= MAX_TIME:
        yield Failure("/born/at", "is outside 1970 to 9999")
    yield from check_clock(born.clock, "/born/clock")
    yield from _check_credentials(house, born)
    if house.directory.worlds.knows(snapshot.world):
        yield from _check_fixtures(house, snapshot)


def _check_credentials(house: House, born: Birth) -> Iterator[Failure]:
    try:
        given = msgspec.json.decode(born.credentials, type=_Credentials)
    except msgspec.ValidationError:
        yield Failure("/born/credentials", "must be provider -> name -> value")
        return
    for path, message in list_credential_failures(house, given):
        yield Failure("/born" + path, message)


def _check_fixtures(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    fixtures = bytes(snapshot.born.fixtures)
    if not fixtures.startswith(b"{"):
        yield Failure("/born/fixtures", "must be provider -> kind -> records")
        return
    try:
        house.directory.worlds.resolve(snapshot.world, fixtures)
    except FixtureError as error:
        yield Failure("/born/fixtures", str(error).removeprefix("fixtures: "))


def check_keyrings(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Keys of the pool's, each issuer's once."""
    pool = house.services.keys.by_bits
    seen: set[tuple[str, int]] = set()
    for number, held in enumerate(snapshot.keyrings):
        place, ring = point("keyrings", number), held.ring
        if (held.issuer, held.bits) in seen:
            yield Failure(place + "/issuer", "stands twice")
        seen.add((held.issuer, held.bits))
        if held.bits not in pool:
            yield Failure(place + "/bits", f"must be one of {', '.join(map(str, pool))}")
        elif not set(ring.published) <= set(pool[held.bits]):
            message = (
                "names keys that are not here: start with those (EMULATOR_KEYS) it was saved with"
            )
            yield Failure(place + "/ring/published", message)
        if len(set(ring.published)) != len(ring.published):
            yield Failure(place + "/ring/published", "names a key twice")
        if ring.active not in ring.published:
            yield Failure(place + "/ring/active", "must be one of those published")


def check_entities(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Records as their kinds have them, under the keys that they have."""
    kinds = {kind.id: kind for p in house.providers.values() for kind in p.blueprint.kinds}
    for name, changes in snapshot.entities.items():
        if name not in kinds:
            near = name_nearest(name, kinds)
            yield Failure(point("entities", name), f"is no kind; there is {near}")
            continue
        seen: set[str] = set()
        for number, change in enumerate(changes):
            place = point("entities", name, number)
            if not 0 < len(change[0]) <= MAX_KEY or change[0] in seen:
                yield Failure(place + "/0", f"must be 1 to {MAX_KEY} characters, and stand once")
            seen.add(change[0])
            yield from _check_change(kinds[name], change, place + "/1")


def _check_change(kind: AnyKind, change: Change, path: str) -> Iterator[Failure]:
    key, raw = change
    values = msgspec.json.decode(raw)
    if values is None:
        return
    if not isinstance(values, dict):
        yield Failure(path, "must be a record, or null where one was dropped")
        return
    failed = False
    for failure in check_record(values, kind.record, path):
        failed = True
        yield failure
    if not failed and kind.key_of(kind.parse(raw)) != key:
        yield Failure(path + point(kind.key), "is not the key that stands before it")


def check_parents(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Whatever hangs on another record finds it there."""
    bare = msgspec.structs.replace(snapshot, grants=(), tokens=())  # these hang on nothing
    state = house.directory.imagine_restored(snapshot.identity, bare).state
    for provider in house.providers:
        for kind in state.kinds(provider):
            parents = kind.parent and state.kind(provider, kind.parent.kind)
            if not parents or not kind.parent:
                continue
            changes = snapshot.entities.get(kind.id, ())
            places = {key: number for number, (key, _) in enumerate(changes)}
            for record in state.table(kind):
                parent = getattr(record, kind.parent.field)
                if state.table(parents).get(parent) is None:
                    number = places.get(kind.key_of(record))
                    place = (
                        (kind.id,) if number is None else (kind.id, number, 1, kind.parent.field)
                    )
                    message = f"leaves a record whose {kind.parent.field} is none of {parents.id}"
                    yield Failure(point("entities", *place), message)
