"""What each part of a snapshot has to be: clock, switches, tokens, faults, limits."""

from collections.abc import Iterable, Iterator

import msgspec

from emulator.control.clock import MAX_FACTOR, MIN_FACTOR
from emulator.control.faults import MAX_RULES, show_rule
from emulator.control.house import House
from emulator.control.lifetimes import list_names
from emulator.core.clock import MAX_TIME, MIN_TIME, Clock
from emulator.core.defects import SPELLINGS, is_defect
from emulator.core.due import MOST
from emulator.core.entities import MAX_KEY
from emulator.core.faults import Hits, Rule
from emulator.core.limits import MAX_LIMIT, MAX_SUBJECTS
from emulator.core.records import Failure, Unfit, convert_record, name_nearest, point
from emulator.core.snapshots import Snapshot
from emulator.core.tokens import CAPACITY, Grant
from emulator.edge.faults.bodies import FaultBody
from emulator.edge.faults.checks import check_fault
from emulator.edge.shapes import MAX_LIFETIME_S, read_lifetime, read_shape

MAX_COUNT = 2**53
MAX_JTI = 256

_FILLS = {"jti", "exp", "iat", "nbf", "padding"}
_SHOWN = ("id", "hits", "armed_at")  # of a rule, besides what arms it


def check_clock(clock: Clock, path: str) -> Iterator[Failure]:
    """A clock that could have been set."""
    if max(abs(clock.base_now), abs(clock.base_wall)) > MAX_TIME:
        yield Failure(path, "leads outside 1970 to 9999")
    low, high = {"real": (1.0, 1.0), "frozen": (0.0, 0.0), "offset": (1.0, 1.0)}.get(
        clock.mode, (MIN_FACTOR, MAX_FACTOR)
    )
    if not low <= clock.factor <= high:
        bounds = f"{low:g}" if low == high else f"{low:g} to {high:.0f}"
        yield Failure(path + "/factor", f"must be {bounds} with mode {clock.mode}")


def check_counters(snapshot: Snapshot) -> Iterator[Failure]:
    """So many ids were drawn."""
    for label, count in snapshot.counters.items():
        if not 0 <= count <= MAX_COUNT:
            yield Failure(point("counters", label), "must be 0 or more, as a number of draws is")


def check_lifetimes(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """As the control API sets them."""
    names = list_names(house.providers)
    for name, seconds in snapshot.lifetimes.items():
        place = point("lifetimes", name)
        if name not in names:
            yield Failure(place, f"names nothing that mints; there is {name_nearest(name, names)}")
        try:
            read_lifetime(seconds)
        except ValueError as error:
            yield Failure(place, str(error))


def check_settings(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Switches that the providers have."""
    for name, raw in snapshot.settings.items():
        provider = house.providers.get(name)
        values = msgspec.json.decode(raw)
        if provider is None:
            near = name_nearest(name, house.providers)
            yield Failure(point("settings", name), f"is no provider; there is {near}")
        elif not isinstance(values, dict):
            yield Failure(point("settings", name), "must be an object")
        else:
            yield from check_record(values, provider.blueprint.settings, point("settings", name))


def check_record(
    values: dict[str, object], shape: type[msgspec.Struct], path: str
) -> Iterator[Failure]:
    """Values that make a record."""
    try:
        convert_record(values, shape)
    except Unfit as unfit:
        yield from (Failure(path + place, message) for place, message in unfit.failures)


def check_grants(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """What tokens say, and with keys of the pool's."""
    keys = {name for names in house.services.keys.by_bits.values() for name in names}
    for number, grant in enumerate(snapshot.grants):
        place = point("grants", number)
        if grant.provider not in house.providers:
            near = name_nearest(grant.provider, house.providers)
            yield Failure(place + "/provider", f"is no provider; there is {near}")
        if abs(grant.lifetime_s) > MAX_LIFETIME_S:
            yield Failure(place + "/lifetime_s", "must be at most 10 years")
        if grant.defect and not is_defect(grant.defect):
            near = name_nearest(grant.defect, SPELLINGS)
            yield Failure(place + "/defect", f"is no defect; there is {near}")
        yield from _check_text(grant, keys, place)


def _check_text(grant: Grant, keys: set[str], place: str) -> Iterator[Failure]:
    if not set(grant.fills) <= _FILLS:
        yield Failure(place + "/fills", f"may name {', '.join(sorted(_FILLS))} alone")
    if not _is_object(grant.claims):
        yield Failure(place + "/claims", "must be the text of a JSON object")
    if grant.opaque:
        return
    if not _is_object(grant.header):
        yield Failure(place + "/header", "must be the text of a JSON object")
    if grant.key not in keys:
        message = "is no key here: start with the keys (EMULATOR_KEYS) that it was saved with"
        yield Failure(place + "/key", message)


def _is_object(text: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except msgspec.DecodeError:
        return False


def check_tokens(snapshot: Snapshot) -> Iterator[Failure]:
    """The book: each token once, of a grant that is there."""
    if len(snapshot.tokens) > CAPACITY:
        yield Failure("/tokens", f"has more than the {CAPACITY:,} that a book holds")
        return
    seen: set[str] = set()
    grants = len(snapshot.grants)
    for number, row in enumerate(snapshot.tokens):
        if not 0 < len(row.jti) <= MAX_JTI or row.jti in seen:
            message = f"must be 1 to {MAX_JTI} characters that no other token's id is"
            yield Failure(point("tokens", number, 0), message)
        if abs(row.expires_at) > MAX_TIME:
            yield Failure(point("tokens", number, 1), "leads outside 1970 to 9999")
        if not 0 <= row.grant < grants:
            message = f"must be the number of one of the {grants} grants, from 0"
            yield Failure(point("tokens", number, 2), message)
        if len(set(row.endings)) != len(row.endings):
            yield Failure(point("tokens", number, 3), "names an end twice")
        seen.add(row.jti)


def check_faults(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Rules that could be armed here."""
    if len(snapshot.faults) > MAX_RULES:
        yield Failure("/faults", f"has more than {MAX_RULES} rules")
        return
    rules = [rule.id for rule, _ in snapshot.faults]
    yield from _check_once(rules, "/faults", "/0/id")
    for number, (rule, hits) in enumerate(snapshot.faults):
        if not 0 <= hits.fired <= hits.matched <= MAX_COUNT:
            message = "must count 0 or more calls, and no more that it hit than it matched"
            yield Failure(point("faults", number, 1), message)
        for path, message in _find_unfit(house, rule):
            yield Failure(point("faults", number, 0) + path, message)


def _find_unfit(house: House, rule: Rule) -> Iterable[Failure]:
    """Why a rule could not be armed, as it would be told when it is."""
    if not 0 < len(rule.id) <= MAX_JTI or abs(rule.armed_at) > MAX_TIME:
        return [Failure("", "must have an id, and be armed between 1970 and 9999")]
    try:
        shown = show_rule(rule, Hits())
        asked = {name: value for name, value in shown.items() if name not in _SHOWN}
        body = convert_record(msgspec.to_builtins(asked), FaultBody, read_shape)
    except Unfit as unfit:
        return unfit.failures
    return check_fault(house.providers, body)


def check_limits(snapshot: Snapshot) -> Iterator[Failure]:
    """Counted calls, no more than a limit can look at."""
    if len(snapshot.limits) > MAX_SUBJECTS:
        yield Failure("/limits", f"has more than {MAX_SUBJECTS:,} subjects")
        return
    subjects = [(one.provider, one.subject) for one in snapshot.limits]
    yield from _check_once(subjects, "/limits", "/subject")
    for number, one in enumerate(snapshot.limits):
        if not 1 <= one.keep <= MAX_LIMIT:
            yield Failure(point("limits", number, "keep"), f"must be 1 to {MAX_LIMIT}")
        if len(one.times) > one.keep:
            yield Failure(point("limits", number, "times"), "has more than it keeps")


def check_due(house: House, snapshot: Snapshot) -> Iterator[Failure]:
    """Work that somebody here can do."""
    if len(snapshot.due) > MOST:
        yield Failure("/due", f"has more than {MOST:,} pieces of work")
        return
    yield from _check_once([row.work.name for row in snapshot.due], "/due", "/work/key")
    kinds = {(p.name, kind) for p in house.providers.values() for kind in p.due}
    for number, row in enumerate(snapshot.due):
        work, place = row.work, point("due", number, "work")
        if (work.provider, work.kind) not in kinds:
            yield Failure(place + "/kind", "is nothing that its provider does when it falls due")
        if not 0 < len(work.key) <= MAX_KEY:
            yield Failure(place + "/key", f"must be 1 to {MAX_KEY} characters")
        if not MIN_TIME <= work.due_at <= MAX_TIME:
            yield Failure(place + "/due_at", "is outside 1970 to 9999")
        if not 1 <= work.attempt <= MAX_COUNT:
            yield Failure(place + "/attempt", "must be 1 or more")


def _check_once(names: Iterable[object], path: str, field: str) -> Iterator[Failure]:
    seen: set[object] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Failure(path + point(number) + field, "stands twice")
        seen.add(name)
