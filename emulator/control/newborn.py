"""What a sandbox is to be born with, checked before anything is made."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import msgspec

from emulator.control.endpoint import bad_body
from emulator.control.house import House
from emulator.core.fixtures import FixtureError
from emulator.core.records import (
    Failure,
    Unfit,
    convert_record,
    name_nearest,
    point,
    take,
)
from emulator.core.view import View
from emulator.core.world import AnyKind
from emulator.edge.problems import Problem

# What goes into headers: printable ASCII without spaces at its ends.
_CREDENTIAL = re.compile(r"[!-~](?:[ -~]{0,254}[!-~])?")
_LIVE = re.compile(r"(?:[a-z]{1,8}_live_|access_token\$production\$)")


async def read_world(house: House) -> str:
    """The digest of the fixture world as its files have it now, kept in the ledger.

    Raises:
        Problem: 409, the files hold none.
    """
    try:
        return await house.directory.keep_current_world()
    except (FixtureError, OSError) as error:
        detail = f"Nothing was changed: {error}. Put the file right and ask again."
        raise Problem(409, "Unusable fixtures", detail) from None


def check_fixtures(house: House, document: Mapping[str, Any]) -> None:
    """Whether a document can be laid over the fixture world.

    Raises:
        Problem: 400, it can't, or something in it looks like a live credential.
    """
    if not document:  # the files were just read: nothing is laid over them
        return
    check_fake(document, "/fixtures")
    try:
        house.directory.worlds.check(document)
    except FixtureError as error:
        raise bad_body([Failure("/fixtures", str(error).removeprefix("fixtures: "))]) from None


def check_credentials(
    house: House,
    sandbox: str,
    fixtures: Mapping[str, Any],
    credentials: Mapping[str, Mapping[str, str]],
) -> None:
    """Whether a sandbox can have these credentials.

    Raises:
        Problem: 400, names that are none or can't be chosen, or values that are unfit or live.
    """
    check_fake(credentials, "/credentials")
    failures = list_credential_failures(house, credentials)
    if credentials and not failures:
        failures = take(_check_effect(house, sandbox, fixtures, credentials))
    if failures:
        raise bad_body(failures)


def list_credential_failures(
    house: House, credentials: Mapping[str, Mapping[str, str]]
) -> list[Failure]:
    """What no sandbox could have as credentials."""
    return take(chain(_check_providers(house, credentials), _check_values(credentials)))


def check_fake(value: object, path: str = "") -> None:
    """Whether nothing in a body looks like a live credential.

    Raises:
        Problem: 400, something does.
    """
    message = "looks like a live credential: use a fake one; it was stored nowhere"
    failures = take(Failure(place, message) for place in _find_live(value, path))
    if failures:
        raise bad_body(failures)


def _find_live(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str) and _LIVE.match(value):
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _find_live(inner, path + point(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _find_live(inner, path + point(number))


def _check_providers(house: House, credentials: Mapping[str, Any]) -> Iterator[Failure]:
    for name in credentials:
        if name not in house.tenants:
            near = name_nearest(name, house.tenants)
            yield Failure(point("credentials", name), f"is no provider; there is {near}")


def _check_values(credentials: Mapping[str, Mapping[str, str]]) -> Iterator[Failure]:
    for provider, given in credentials.items():
        for name, value in given.items():
            if not _CREDENTIAL.fullmatch(value):
                message = "must be 1 to 256 characters of printable ASCII"
                yield Failure(point("credentials", provider, name), message)


def _check_effect(
    house: House,
    sandbox: str,
    fixtures: Mapping[str, Any],
    credentials: Mapping[str, Mapping[str, str]],
) -> Iterator[Failure]:
    """A name that has no effect would be ignored without a word."""
    view = house.directory.imagine(
        sandbox, msgspec.json.encode(fixtures), msgspec.json.encode(credentials)
    )
    for provider, given in credentials.items():
        has = house.providers[provider].credentials(view, "")
        for name, value in given.items():
            path = point("credentials", provider, name)
            if name not in has:
                yield Failure(path, f"is no credential; there is {name_nearest(name, has)}")
            elif has[name] != value:
                yield Failure(path, "is the same in every sandbox and can't be chosen")
        for kind in house.providers[provider].blueprint.kinds:
            yield from _check_records(view, kind)


def _check_records(view: View, kind: AnyKind) -> Iterator[Failure]:
    """A credential has to fit into the record that it becomes a part of."""
    for record in view.table(kind).own():
        try:
            convert_record(msgspec.to_builtins(record), kind.record)
        except Unfit as unfit:
            for path, message in unfit.failures:
                yield Failure(point("credentials", kind.provider) + path, message)
