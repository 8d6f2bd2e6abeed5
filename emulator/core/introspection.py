"""What a presented token is worth in a sandbox: the first reason against it, and by how much.

Pure: of the token as it reads, the sandbox at one moment, and the public keys. Whether the token
would open something is the provider's to say.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any, Literal

import msgspec

from emulator.core.clock import render_time
from emulator.core.defects import describe_defect, find_defect, is_broken
from emulator.core.jwt import Unverified, is_signed_by
from emulator.core.keys import KeyPool
from emulator.core.records import Json
from emulator.core.state import Entry
from emulator.core.tokens import Token
from emulator.core.view import View

# In the order in which they are asked for: the first that holds is the one that is told.
Reason = Literal[
    "signature",
    "foreign",
    "unknown",
    "revoked",
    "spent",
    "expired",
    "not_yet_valid",
    "permission",
]

# The reasons for which a token that was good is so no more.
ENDS: frozenset[str] = frozenset({"revoked", "spent", "expired"})

Home = Callable[[Mapping[str, Any]], Entry | None]  # the directory entry that claims name


class Finding(msgspec.Struct, frozen=True):
    """`reason` None: the token is good. `record`: the book's entry of its jti, if there is one."""

    reason: Reason | None
    detail: str = ""
    record: Token | None = None


def examine(view: View, token: Unverified, keys: KeyPool, homes: Mapping[str, Home]) -> Finding:
    """The finding on a token. `homes`: how each provider's tokens name where they come from."""
    jti = token.claims.get("jti")
    record = view.token(jti) if isinstance(jti, str) else None
    if record is not None and record.grant.opaque:
        record = None  # that one is no JWT
    if not _is_signed(token, record, keys):
        return Finding(
            "signature", _name_defect(record) or _explain_signature(token, record), record
        )
    entry = _find_home(token.claims, record, homes)
    if entry is not None and not view.state.holds(entry):
        told = f"Its issuer {entry[1]!r} is not one of this sandbox's. {_name_defect(record)}"
        return Finding("foreign", told.rstrip(), record)
    if record is None:
        return Finding("unknown", _explain_unknown(jti))
    claims = record.claims()
    if claims != token.claims:
        detail = f"The book has that jti with other claims: {_differing(claims, token.claims)}."
        return Finding("unknown", detail, record)
    return _find_ending(record, view.now) if not record.grant.defect else _judge(record, view.now)


def explain_finding(finding: Finding) -> dict[str, Json]:
    """Which check failed, and of which token, for a person with control access."""
    told: dict[str, Json] = {"check": finding.reason, "detail": finding.detail}
    if finding.record is not None:
        told |= explain_token(finding.record)
    return told


def explain_token(record: Token) -> dict[str, Json]:
    """Which token it is that was refused, and when it is over by its own claims."""
    return {"jti": record.jti, "expires_at": render_time(record.expires_at)}


def examine_opaque(view: View, text: str, ids: Iterable[str]) -> Finding | None:
    """The finding on a token that is no JWT; None when it does not look like one of ours.

    `ids`: those that a text of its look may have in the book.
    """
    ids = list(ids)
    for jti in ids:
        record = view.token(jti)
        if record is None or not record.grant.opaque:
            continue
        if record.opaque_text() == text:
            return _find_ending(record, view.now)
        if record.grant.defect:
            return Finding("unknown", _name_defect(record), record)
    return Finding("unknown", _explain_unknown(ids[0])) if ids else None


def _find_ending(record: Token, now: float) -> Finding:
    match record.status(now):
        case "active":
            return Finding(None, record=record)
        case "expired" if now < record.expires_at:
            return Finding("expired", "It was made to expire ahead of its time.", record)
        case "expired":
            ago = f"{now - record.expires_at:.0f} s ago"
            return Finding("expired", f"It expired {ago} on the sandbox's clock.", record)
        case ended:
            return Finding(ended, f"It was {ended}.", record)


def _judge(record: Token, now: float) -> Finding:
    """Of a token that is what was minted, but was minted wrong."""
    name = record.grant.defect
    reason, told = find_defect(name).reason, _name_defect(record)
    if is_broken(name):
        return Finding(reason, told, record)
    ending = _find_ending(record, now)
    if ending.reason == reason:
        return Finding(reason, told, record)
    if ending.reason is None and reason == "not_yet_valid" and now < record.issued_at:
        return Finding(reason, told, record)
    return ending


def _name_defect(record: Token | None) -> str:
    return describe_defect(record.grant.defect) if record and record.grant.defect else ""


def _is_signed(token: Unverified, record: Token | None, keys: KeyPool) -> bool:
    """By the key that signed the book's token of that jti; else by any key there is."""
    if record is not None and is_signed_by(token, keys.public(record.grant.key)):
        return True
    names = chain.from_iterable(keys.by_bits.values())
    return any(is_signed_by(token, keys.public(name)) for name in names)


def _find_home(
    claims: Mapping[str, Any], record: Token | None, homes: Mapping[str, Home]
) -> Entry | None:
    if record is not None and record.grant.provider in homes:
        return homes[record.grant.provider](claims)
    found = (home(claims) for home in homes.values())
    return next((entry for entry in found if entry is not None), None)


def _explain_signature(token: Unverified, record: Token | None) -> str:
    algorithm = token.header.get("alg")
    if algorithm != "RS256":
        return f"Its header says alg {str(algorithm)[:32]!r}; tokens here are signed with RS256."
    if record is None:
        return (
            "None of this emulator's keys made the signature: tampered with, or minted elsewhere."
        )
    claims = record.claims()
    if claims != token.claims:
        return f"It was changed after it was signed: {_differing(claims, token.claims)}."
    return "Its claims are as they were minted; its header or signature was changed."


def _explain_unknown(jti: object) -> str:
    if not isinstance(jti, str):
        return "It has no jti; every token that is minted here has one."
    return (
        f"This sandbox has issued no token with jti {jti[:64]!r}: "
        "was it issued by an earlier run, before a reset, or in another sandbox?"
    )


def _differing(minted: Mapping[str, Any], presented: Mapping[str, Any]) -> str:
    """The names of the claims that are not as they were minted."""
    names = sorted({*minted, *presented})
    missing = object()
    return ", ".join(n for n in names if minted.get(n, missing) != presented.get(n, missing))
