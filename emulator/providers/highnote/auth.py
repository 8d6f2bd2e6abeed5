"""Who calls Highnote: an API key as Basic, or a client token as Bearer.

The order of the checks on a token is core/introspection.py's.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import msgspec

from emulator.core.decisions import Refusal
from emulator.core.defects import describe_defect
from emulator.core.facts import Fact, TokenEnded
from emulator.core.introspection import Finding, Reason, examine, explain_finding
from emulator.core.jwt import MalformedToken, Unverified, parse_token
from emulator.core.keys import KeyPool
from emulator.core.state import Entry
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.provider import Credential
from emulator.providers.highnote.errors import CATALOGUE
from emulator.providers.highnote.state.kinds import API_KEYS, ORGANIZATIONS, PROVIDER
from emulator.providers.highnote.state.records import ApiKey, Organization, Settings
from emulator.providers.highnote.tokens import MINTS, is_single_use

HEADER = "authorization"
LIVE = ("sk_live_", "rk_live_")
KEYS = (*LIVE, "sk_test_", "rk_test_")


class Caller(msgspec.Struct, frozen=True):
    """Who was let in: by `key` or by `token`. `spends`: this call spends the token."""

    organization: Organization
    key: ApiKey | None
    token: Token | None
    spends: bool = False
    hint: str = ""

    @property
    def subject(self) -> str:
        """Whom the rate limit counts: an organization, or a token's subject [doc] H."""
        return self.token.grant.subject if self.token else self.organization.organization_id


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The directory entries of the credential that was presented, or of the one in the query."""
    header = call.headers.get(HEADER)
    if header is None:
        yield from _locate_by_query(call)
        return
    scheme, rest = _split(header)
    if scheme == "bearer":
        entry = home(_unverified_claims(rest))
        if entry is not None:
            yield entry, "token"
    else:
        key, _ = read_key(rest or header)
        if key and not key.startswith(LIVE):
            yield (API_KEYS.id, key), "credential"


def home(claims: Mapping[str, Any]) -> Entry | None:
    """The directory entry of the organization that a token names."""
    organization = claims.get("org")
    return (ORGANIZATIONS.id, organization) if isinstance(organization, str) else None


def present(call: Call) -> Credential | None:
    """An API key, a server's alone, or a client token, which is made for a page [doc] H."""
    header = call.headers.get(HEADER)
    if header is not None:
        scheme, rest = _split(header)
        is_token = scheme == "bearer" and not rest.startswith(KEYS)
        return ("token" if is_token else "secret"), header
    if "token=" in call.target:
        token = parse_qs(call.target.partition("?")[2]).get("token", ())
        return ("token", token[0]) if token else None
    return None


def _locate_by_query(call: Call) -> Iterable[tuple[Entry, str]]:
    """What a browser frame or an upload has instead of a header."""
    query = call.target.partition("?")[2]
    if not query:
        return
    given = parse_qs(query)
    for token in given.get("token", ()):
        entry = home(_unverified_claims(token))
        if entry is not None:
            yield entry, "token"
    for organization in given.get("organization", ()):
        yield (ORGANIZATIONS.id, organization), "token"


def _unverified_claims(token: str) -> Mapping[str, Any]:
    try:
        return parse_token(token).claims
    except MalformedToken:
        return {}


def _split(header: str) -> tuple[str, str]:
    scheme, _, rest = header.partition(" ")
    return scheme.lower(), rest.strip()


@lru_cache(maxsize=256)
def read_key(encoded: str) -> tuple[str, bool]:
    """The API key in a Basic credential, and whether it was written with its colon, as it must.

    `("", False)` when there is none to be read.
    """
    if len(encoded) > 1024:  # noqa: PLR2004 - ten times the longest key
        return "", False
    try:
        text = base64.b64decode(encoded, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return "", False
    key, colon, password = text.partition(":")
    return (key, True) if colon and not password else (key if not colon else "", False)


def authenticate(view: View, call: Call, keys: KeyPool) -> Caller:
    """The caller.

    Raises:
        Refusal: 401, and why in its hint.
    """
    header = call.headers.get(HEADER)
    if header is None:
        raise Refusal(CATALOGUE["missing_credentials"])
    scheme, rest = _split(header)
    if scheme == "bearer":
        return _authenticate_token(view, rest, keys)
    lenient = view.settings(Settings).authorization == "lenient"
    if scheme != "basic" and not (lenient and not rest):
        raise Refusal(CATALOGUE["malformed_credentials"])
    key, is_whole = read_key(rest or header)
    if not key or not (is_whole or lenient):
        hint = "The Basic credential lacks the colon behind the key." if key else ""
        raise Refusal(CATALOGUE["malformed_credentials"], hint=hint)
    return _authenticate_key(view, key)


def _authenticate_key(view: View, text: str) -> Caller:
    if text.startswith(LIVE):
        raise Refusal(CATALOGUE["live_credential"])
    found = view.table(API_KEYS).find("api_key", text)
    if not found:
        raise Refusal(CATALOGUE["invalid_api_key"])
    key = found[0]
    if key.status == "revoked":
        raise Refusal(CATALOGUE["revoked_api_key"])
    organization = view.table(ORGANIZATIONS).get(key.organization)
    if organization is None:
        hint = "The key's organization was deleted."
        raise Refusal(CATALOGUE["invalid_api_key"], hint=hint)
    return Caller(organization, key, None)


_ROWS: Mapping[Reason, str] = {
    "revoked": "revoked_token",
    "spent": "spent_token",
    "expired": "expired_token",
}


def _authenticate_token(view: View, text: str, keys: KeyPool) -> Caller:
    if text.startswith(LIVE):
        raise Refusal(CATALOGUE["live_credential"])
    if text.startswith(KEYS):
        hint = "An API key goes into Authorization: Basic, with a colon behind it."  # [guess]
        raise Refusal(CATALOGUE["invalid_token"], hint=hint)
    try:
        token = parse_token(text)
    except MalformedToken as error:
        raise Refusal(CATALOGUE["invalid_token"], hint=f"The token {error}.") from None
    finding = examine(view, token, keys, {PROVIDER: home})
    if finding.reason is not None:
        row = _ROWS.get(finding.reason, "invalid_token")
        hint = (_hint(finding) + _hint_defect(finding)).strip()
        raise Refusal(CATALOGUE[row], hint=hint, explanation=explain_finding(finding))
    record = finding.record
    if record is None or record.grant.kind not in MINTS:
        hint = "It is a token of another provider's, or none that opens anything here."
        raise Refusal(CATALOGUE["invalid_token"], hint=hint)
    return Caller(_organization(view, token), None, record, spends=is_single_use(record))


def _hint(finding: Finding) -> str:
    """What was found, without a word of the token's own."""
    match finding.reason:
        case "signature":
            return "The token's signature is not of this emulator's keys, or it was changed."
        case "foreign":
            return "The token's organization is not one of this sandbox's."
        case "unknown":
            return "No such token in this sandbox: issued by an earlier run, or before a reset?"
        case "expired":
            return f"The client token has expired. {finding.detail}"
        case _:
            return ""


def _hint_defect(finding: Finding) -> str:
    defect = finding.record.grant.defect if finding.record else ""
    return f" {describe_defect(defect)}" if defect else ""


def _organization(view: View, token: Unverified) -> Organization:
    found = view.table(ORGANIZATIONS).find("organization_id", token.claims["org"])
    if not found:
        raise Refusal(CATALOGUE["invalid_token"], hint="The token's organization was deleted.")
    return found[0]


def spend(view: View, caller: Caller) -> tuple[Fact, ...]:
    """What a call does to its own credential, whatever becomes of the call [schema] H."""
    if caller.token is None or not caller.spends:
        return ()
    return (TokenEnded(view.now, caller.token.jti, "spent"),)


def still_stands(view: View, caller: Caller) -> bool:
    """Whether a credential that was let in before is good now too."""
    if caller.token is not None:
        token = view.token(caller.token.jti)
        if token is None:
            return False
        endings = tuple(e for e in token.endings if not (e == "spent" and caller.spends))
        return not endings and view.now < token.expires_at
    assert caller.key is not None  # noqa: S101 - a caller has one of both
    key = view.table(API_KEYS).get(caller.key.id)
    return key is not None and key == caller.key
