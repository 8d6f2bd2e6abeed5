"""Who calls the connector service: a connector and credentials, from the request's metadata alone.

The service itself holds no accounts: what it can't convert it refuses, and a wrong credential is
refused by the connector behind it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from emulator.core.decisions import Refusal
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Credential, Limited
from emulator.providers.hyperswitch.auth.dialect import Dialect, dialect_of
from emulator.providers.hyperswitch.auth.metadata import (
    AUTH,
    CONFIG,
    Presented,
    peek,
    read_metadata,
)
from emulator.providers.hyperswitch.connectors import AUTH_HEADERS, Connector
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.state import (
    CONNECTOR_ACCOUNTS,
    Account,
    Profile,
    Settings,
    name_credential,
)

__all__ = ["Caller", "authenticate", "check_account", "home", "limit", "locate", "present"]


class Caller(msgspec.Struct, frozen=True):
    """A connector with credentials that could be converted.

    `account`: the sandbox's, when the credentials are its; `is_known`: the sandbox has accounts at
    this connector at all.
    """

    connector: Connector
    profile: Profile
    dialect: Dialect
    settings: Settings
    account: Account | None
    is_known: bool
    hint: str = ""


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The directory entry of the account whose credentials were presented."""
    presented = peek(call.headers)
    if presented is not None:
        value = name_credential(presented.connector.name, presented.config)
        yield (CONNECTOR_ACCOUNTS.id, value), "credential"


def present(call: Call) -> Credential | None:
    """The metadata that credentials stand in, as it was sent."""
    headers = call.headers
    sent = "\n".join(headers[name] for name in _PRESENTED if name in headers)
    return ("secret", sent) if sent else None


_PRESENTED = (CONFIG, AUTH, *AUTH_HEADERS["multi-auth-key"], "x-auth-key-map")


def home(_: Mapping[str, Any]) -> Entry | None:
    """No token names where it comes from: they are opaque."""
    return None


def limit(view: View, call: Call) -> Limited | None:
    """Whom the limiter counts: the account, else the connector; no limit is documented [design]."""
    rate = view.settings(Settings).rate_limit
    presented = peek(call.headers) if rate.enabled else None
    if presented is None:
        return None
    account = _find_account(view, call, presented)
    return Limited(account.name if account else presented.connector.name, rate)


def authenticate(view: View, call: Call) -> Caller:
    """The connector that is meant, with credentials that could be converted.

    Raises:
        Refusal: the metadata names none, or its credentials don't fit it.
    """
    settings = view.settings(Settings)
    dialect = dialect_of(call.target)
    profile = settings.profile if settings.profile != "package" else dialect.profile
    bare = settings.bare_auth == "accept" or (
        settings.bare_auth == "profile" and profile == "documented"
    )
    presented = read_metadata(call.headers, dialect, strict=profile == "faithful", bare=bare)
    account = _find_account(view, call, presented)
    return Caller(
        presented.connector,
        profile,
        dialect,
        settings,
        account,
        bool(view.table(CONNECTOR_ACCOUNTS).find("connector", presented.connector.name)),
        _BARE_HINT if presented.is_bare else "",
    )


def _find_account(view: View, call: Call, presented: Presented) -> Account | None:
    """The sandbox's account with these credentials."""
    accounts = view.table(CONNECTOR_ACCOUNTS).find("connector", presented.connector.name)
    return next((a for a in accounts if a.knows(presented.config, addressed=call.addressed)), None)


_BARE_HINT = 'Accepted as published; the real server wants {"auth_type": ...} around the variant.'


def check_account(caller: Caller) -> None:
    """What the connector behind the service says to the credentials.

    Raises:
        Refusal: no account has them, or the account ends every call so.
    """
    account = caller.account
    if account is None:
        if caller.profile == "faithful" and caller.is_known:
            raise refuse_as_connector(caller, "connector_unauthorized")
        return
    if account.status == "disabled":
        raise refuse_as_connector(caller, "connector_unauthorized", "The account is disabled.")
    if account.outcome in CATALOGUE:
        raise refuse_as_connector(caller, account.outcome, "The account's outcome says so.")


def refuse_as_connector(caller: Caller, row: str, hint: str = "") -> Refusal:
    """The connector's no; up to April 2026 each was INTERNAL [repo] M."""
    found = CATALOGUE[row]
    if caller.dialect.era == "march" and caller.profile == "faithful" and row != "logical_failure":
        march = CATALOGUE["march_connector_error"]
        message = found.defaults.get("message", found.name)
        return Refusal(march, {"message": message}, hint=hint or found.hint)
    return Refusal(found, hint=hint)
