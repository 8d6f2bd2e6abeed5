"""What a connector's endpoint decides: whose credentials these are, and a token for them."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.facts import TokenIssued
from emulator.core.ids import BASE62
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.providers.hyperswitch import tokens
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.state import (
    CONNECTOR_ACCOUNTS,
    PROVIDER,
    Account,
    Settings,
    name_credential,
)
from emulator.providers.hyperswitch.upstream.answers import Issued
from emulator.providers.hyperswitch.upstream.endpoints import Endpoint, endpoint_of
from emulator.providers.hyperswitch.upstream.requests import Sent, read_sent

INTERVALS = {"5_MINUTES": 300, "10_MINUTES": 600, "30_MINUTES": 1800, "1_HOUR": 3600}
INTERVALS |= {"12_HOURS": 43200, "1_DAY": 86400, "1_WEEK": 604800}

_SHA256_BYTES = 32


class Granting(msgspec.Struct, frozen=True):
    """A request at an endpoint with the credentials in it."""

    endpoint: Endpoint
    sent: Sent
    credentials: Mapping[str, str]


class Accepted(msgspec.Struct, frozen=True):
    """A token was granted; its text is yet to be derived."""

    token: TokenIssued
    reference: str
    fields: Mapping[str, Json]

    def issued(self, text: str) -> Issued:
        """The same with the token's text."""
        token = self.token
        return Issued(text, token.grant.lifetime_s, token.expires_at, self.reference, self.fields)


def locate(call: Call) -> Entry | None:
    """The directory entry of the account whose credentials a call at an endpoint presents."""
    endpoint = endpoint_of(call.target, call.headers)
    if endpoint is None:
        return None
    sent = read_sent(endpoint.encoding, call.body, call.headers)
    if sent is None:
        return None
    return CONNECTOR_ACCOUNTS.id, name_credential(endpoint.connector, endpoint.reads(sent))


def parse(endpoint: Endpoint, call: Call) -> Granting:
    """The request.

    Raises:
        Refusal: the body can't be read, or asks for another grant type.
    """
    granting = _read(endpoint, call)
    if endpoint.grants and granting.sent.text("grant_type") not in endpoint.grants:
        raise Refusal(CATALOGUE["unsupported_grant_type"])
    return granting


def authenticate(view: View, endpoint: Endpoint, call: Call) -> Granting:
    """The account at the connector; as documented, any credentials will do.

    Raises:
        Refusal: no account has these credentials, or it ends every call so.
    """
    granting = _read(endpoint, call)
    account = _find(view, granting, addressed=call.addressed)
    if account is not None and account.outcome in CATALOGUE:
        raise Refusal(CATALOGUE[account.outcome], hint="The account's outcome says so.")
    documented = view.settings(Settings).profile == "documented"
    known = account is not None and account.status == "active"
    if not known and not (documented and all(granting.credentials.values())):
        raise Refusal(CATALOGUE["connector_unauthorized"])
    return granting


def grant(view: View, granting: Granting, _: Granting) -> Granted[Accepted]:
    """A token for the account."""
    endpoint, sent = granting.endpoint, granting.sent
    permissions = sent.fields.get("permissions")
    restricted = isinstance(permissions, list)
    client = endpoint.kind == "client_token" or restricted
    default = INTERVALS.get(sent.text("interval_to_expire"), endpoint.lifetime_s)
    name = endpoint.connector
    look = tokens.look_of(name, test_mode=True)
    if client:
        look = tokens.LOOKS.get(f"{name} client", look)
    issued = tokens.issue(
        view,
        tokens.Wanted(
            kind="client_token" if client else "access_token",
            connector=name,
            subject=name,
            look=look,
            lifetime_s=view.lifetime_s(PROVIDER, endpoint.operation, default),
            permissions=[str(p) for p in permissions] if isinstance(permissions, list) else (),
        ),
    )
    reference = view.draw_text("hyperswitch.upstream", BASE62, 16)
    return Granted(Accepted(issued, reference, sent.fields), facts=(issued,), token=issued)


def _read(endpoint: Endpoint, call: Call) -> Granting:
    sent = read_sent(endpoint.encoding, call.body, call.headers)
    if sent is None:
        raise Refusal(CATALOGUE["connector_invalid_request"])
    return Granting(endpoint, sent, endpoint.reads(sent))


def _find(view: View, granting: Granting, *, addressed: bool) -> Account | None:
    accounts = view.table(CONNECTOR_ACCOUNTS).find("connector", granting.endpoint.connector)
    token = granting.credentials.get("access_token")
    if token is not None:
        return next(iter(accounts), None) if _is_good(view, token) else None
    for account in accounts:
        configs = (account.config, *([account.fixture_config] if addressed else []))
        if any(_fits(config, granting.credentials) for config in configs if config):
            return account
    return None


def _is_good(view: View, text: str) -> bool:
    """Whether an access token of this sandbox has that text and stands."""
    found = (view.token(jti) for jti in tokens.find_ids(text))
    records = [record for record in found if record is not None and record.grant.opaque]
    return any(r.opaque_text() == text and r.status(view.now) == "active" for r in records)


def _fits(config: Mapping[str, str], sent: Mapping[str, str]) -> bool:
    """Whether these are an account's credentials; a key may come inside a hash."""
    if "nonce" in sent:  # Globalpay: secret = sha512hex(nonce + app_key) [repo] H
        digest = hashlib.sha512(f"{sent['nonce']}{config.get('app_key')}".encode()).hexdigest()
        secret = sent["secret"].lower()
        return sent["app_id"] == config.get("app_id") and hmac.compare_digest(
            digest.encode(), secret.encode()
        )
    plain = {name: value for name, value in sent.items() if name != "hmac"}
    if "hmac" in sent and not _is_digest(sent["hmac"]):
        return False
    return all(value and config.get(name) == value for name, value in plain.items())


def _is_digest(text: str) -> bool:
    """Whether it is base64 of 32 bytes: what Fiserv's HMAC signs is not public [design]."""
    try:
        return len(base64.b64decode(text, validate=True)) == _SHA256_BYTES
    except (binascii.Error, ValueError):
        return False
