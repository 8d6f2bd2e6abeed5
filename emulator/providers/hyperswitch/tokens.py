"""What connectors' tokens look like, how long they live, and how they stand in the book."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from emulator.core.decisions import Json
from emulator.core.defects import OPAQUE_DEFECTS, Frailty
from emulator.core.facts import TokenIssued
from emulator.core.ids import BASE62
from emulator.core.keyrings import Issuer
from emulator.core.tokens import TAIL_LENGTH, Grant, Token, template
from emulator.core.view import View
from emulator.providers.hyperswitch.state import PROVIDER, Settings

# An RSA-2048 public key for card encryption, as Fiserv hands one out; its private half is nowhere.
_FISERV_KEY = "RmFrZS1maXNlcnYtcHVibGljLWtleS1mb3ItdGhlLWVtdWxhdG9yLW9ubHk"

Kind = Literal["access_token", "session_token", "client_token"]

HEADER = '{"alg":"RS256","typ":"JWT"}'
BITS = 2048
CLAIMS = ("iss", "sub", "jti", "iat", "exp", "connector", "token_use")
LIFETIME_S = 3600  # "typically 1 hour" [doc] H


class Look(msgspec.Struct, frozen=True):
    """A token's outward form: `{jti}` is its id, `length` (at most 32) letters and digits."""

    text: str
    length: int

    @property
    def pattern(self) -> "re.Pattern[str]":
        """What recognises such a token and finds its id."""
        jti = f"(?P<jti>[0-9A-Za-z]{{{self.length}}})"
        tail = f"[0-9A-Za-z]{{{TAIL_LENGTH}}}"
        escaped = re.escape(self.text).replace(r"\{jti\}", jti).replace(r"\{tail\}", tail)
        return re.compile(escaped)


# How the tokens of these connectors look [guess] L, but for Stripe's prefixes [example] H.
LOOKS: Mapping[str, Look] = {
    "paypal": Look("A21AA{jti}{tail}{tail}", 32),
    "globalpay": Look("{jti}", 28),
    "airwallex": Look("aw_{jti}{tail}", 32),
    "trustpay": Look("tp_{jti}", 32),
    "volt": Look("volt_{jti}{tail}", 32),
    "jpmorgan": Look("jpm_{jti}{tail}", 32),
    "truelayer": Look("tl_{jti}{tail}", 32),
    "iatapay": Look("ip_{jti}", 32),
    "itaubank": Look("itau_{jti}", 32),
    "getnet": Look("gn_{jti}", 32),
    # keyId and the encoded public key in one text [repo] H
    "fiservcommercehub": Look(f"{{jti}}|||{_FISERV_KEY}", 32),
    "pinelabs_online": Look("pl_{jti}", 32),
    "stripe test": Look("pk_test_{jti}", 24),
    "stripe live": Look("pk_live_{jti}", 24),
    "other test": Look("tok_test_{jti}", 32),
    "other live": Look("tok_live_{jti}", 32),
    "stripe client": Look("pi_3{jti}_secret_{tail}", 23),
    "adyen client": Look("Ab02b4c0!{jti}{tail}", 32),
    "checkout client": Look("pss_{jti}", 32),
    "session": Look("{jti}", 32),
}


def look_of(connector: str, *, test_mode: bool) -> Look:
    """How an access token of a connector looks."""
    mode = "test" if test_mode else "live"
    return LOOKS.get(connector) or LOOKS.get(f"{connector} {mode}") or LOOKS[f"other {mode}"]


def find_ids(text: str) -> Iterator[str]:
    """The ids in the book that an opaque token's text may have; none proves anything."""
    seen: set[str] = set()
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match and match["jti"] not in seen:
            seen.add(match["jti"])
            yield match["jti"]


_PATTERNS = tuple(look.pattern for look in LOOKS.values())


class Wanted(msgspec.Struct, frozen=True):
    """A token to issue. `subject`: the caller's own name for it, else the connector."""

    kind: Kind
    connector: str
    subject: str
    look: Look
    lifetime_s: int
    permissions: Sequence[str] = ()
    claims: Mapping[str, Json] | None = None


def issue(view: View, wanted: Wanted) -> TokenIssued:
    """A token for the book: opaque, or a signed JWT where the setting says so."""
    opaque = view.settings(Settings).tokens == "opaque"
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "sub": wanted.subject,
        "jti": None,
        "iat": None,
        "exp": None,
        "connector": wanted.connector,
        "token_use": wanted.kind,
        **({"permissions": list(wanted.permissions)} if wanted.permissions else {}),
        **(wanted.claims or {}),
    }
    grant = Grant(
        provider=PROVIDER,
        kind=wanted.kind,
        subject=wanted.subject,
        permissions=tuple(wanted.permissions),
        lifetime_s=wanted.lifetime_s,
        header="" if opaque else HEADER,
        claims=template(claims, ("jti", "iat", "exp")),
        fills=("jti", "iat", "exp"),
        key="" if opaque else view.key_name(PROVIDER, BITS),
        opaque=wanted.look.text if opaque else "",
    )
    jti = _draw_jti(view, wanted.look.length)
    return view.issue(jti, grant, lambda own: _make_abroad(view, own))


def _make_abroad(view: View, grant: Grant) -> Grant:
    """The same token with another sandbox's key; what an opaque one says is in its text alone."""
    if grant.opaque:
        return grant
    key = view.other_key(grant.key, issuer_keys(view))
    return msgspec.structs.replace(grant, key=key)


def find_frailty(view: View, _: str) -> Frailty:
    """What can be wrong with a token: everything where tokens are JWTs."""
    if view.settings(Settings).tokens == "opaque":
        return Frailty(OPAQUE_DEFECTS, why="is opaque here: the setting tokens can make it a JWT")
    return Frailty(claims=CLAIMS)


def _draw_jti(view: View, length: int) -> str:
    """Letters and digits, a byte each: ten times as fast as exact division, and as unguessable."""
    return view.draw_bytes("hyperswitch.jti").translate(_LETTERS)[:length].decode()


# The first eight letters are a little likelier than the others.
_LETTERS = bytes(BASE62.encode()[byte % len(BASE62)] for byte in range(256))

ISSUER = "https://connector-service.hyperswitch.emulator"


def issuer_keys(view: View) -> tuple[str, ...]:
    """The keys that may have signed JWTs, where the setting asks for them."""
    return view.keyring(PROVIDER, BITS).names


def find_issuer(_: View, name: str | None) -> Issuer:
    """The one issuer that there is.

    Raises:
        KeyError: another name is asked for.
    """
    if name not in {None, PROVIDER}:
        raise KeyError(name)
    return Issuer(PROVIDER, BITS)


def opens(_: Token, module: str) -> str | None:
    """Nothing here is opened by a token's permissions.

    Raises:
        KeyError: there are no modules.
    """
    raise KeyError(module)
