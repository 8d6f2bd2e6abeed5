"""Defects: the ways in which a minted token can be wrong, one row each, by name.

A row says what becomes of the grant before it enters the book, so that the book has the header and
the claims exactly as they are signed; what becomes of the text alone is in `texts`. Nothing is
drawn: the same record has the same text.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec

from emulator.core.tokens import Grant, template

MISSING_CLAIM = "missing_claim:"
SHIFT_S = 3600  # beyond any leeway that verifiers allow for clocks
WRONG_ISSUER = "https://wrong-issuer.invalid"
WRONG_AUDIENCE = "https://wrong-audience.invalid"
WRONG_TYPE = "logout+jwt"  # registered, and never an access token's (RFC 8725, 3.11)
UNKNOWN_KID = "no-such-key"

Reason = Literal["signature", "foreign", "unknown", "revoked", "expired", "not_yet_valid"]
Json = dict[str, Any]


class Parts(NamedTuple):
    """What a grant says, taken apart. `argument`: what stands behind the defect's colon."""

    header: Json
    claims: Json
    fills: tuple[str, ...]
    argument: str


class Defect(NamedTuple):
    """One way to be wrong. `told`: how, of the token; `reason`: what introspection calls it.

    `spoil` changes the grant's parts. `shift_s`: by how much the times are moved; `ago`: the token
    ends so long ago, whatever its lifetime. `opaque`: a token that is no JWT can have it too.
    """

    told: str
    reason: Reason
    spoil: Callable[[Parts], Parts] | None = None
    shift_s: int = 0
    is_over: bool = False
    opaque: bool = False


def _set_header(name: str, value: str) -> Callable[[Parts], Parts]:
    def spoil(parts: Parts) -> Parts:
        return parts._replace(header={**parts.header, name: value})

    return spoil


def _set_issuer(parts: Parts) -> Parts:
    return parts._replace(claims={**parts.claims, "iss": WRONG_ISSUER})


def _set_audience(parts: Parts) -> Parts:
    """Of the same form; a token without one gets one, which its verifier is not (RFC 7519)."""
    is_list = isinstance(parts.claims.get("aud"), list)
    wrong: Any = [WRONG_AUDIENCE] if is_list else WRONG_AUDIENCE
    return parts._replace(claims={**parts.claims, "aud": wrong})


def _fill(name: str) -> Callable[[Parts], Parts]:
    def spoil(parts: Parts) -> Parts:
        fills = tuple(dict.fromkeys((*parts.fills, name)))
        return parts._replace(claims={**parts.claims, name: None}, fills=fills)

    return spoil


def _drop_claim(parts: Parts) -> Parts:
    missing = parts.argument
    claims = {name: value for name, value in parts.claims.items() if name != missing}
    return parts._replace(claims=claims, fills=tuple(n for n in parts.fills if n != missing))


_ROWS: dict[str, Defect] = {
    "expired": Defect("had expired when it was minted", "expired", is_over=True, opaque=True),
    "not_yet_valid": Defect(
        "is good only from its nbf on", "not_yet_valid", _fill("nbf"), shift_s=SHIFT_S
    ),
    "bad_signature": Defect("has a signature that nobody made", "signature"),
    "tampered": Defect("was changed after it was made", "signature", opaque=True),
    "unknown_kid": Defect(
        "names a key that no key set has", "signature", _set_header("kid", UNKNOWN_KID)
    ),
    "alg_none": Defect("is not signed: its alg is none", "signature", _set_header("alg", "none")),
    "hs256_confusion": Defect(
        "is signed by HS256, the public key being the secret",
        "signature",
        _set_header("alg", "HS256"),
    ),
    "wrong_issuer": Defect("names an issuer that did not make it", "foreign", _set_issuer),
    "wrong_audience": Defect("is meant for another audience", "foreign", _set_audience),
    "wrong_type": Defect(
        "is of another type by its typ", "foreign", _set_header("typ", WRONG_TYPE)
    ),
    "missing_claim": Defect("lacks a claim", "unknown", _drop_claim),
    "truncated": Defect("was cut off", "signature", opaque=True),
    "oversized": Defect(
        "is longer than servers read of a header", "signature", _fill("padding"), opaque=True
    ),
    "foreign": Defect("is another sandbox's", "foreign", opaque=True),
    "revoked": Defect("was minted revoked", "revoked", opaque=True),
}

# As people write them; `missing_claim` takes a name besides.
DEFECTS = tuple(name for name in _ROWS if name != "missing_claim")
SPELLINGS = (*DEFECTS, f"{MISSING_CLAIM}<name>")
OPAQUE_DEFECTS = tuple(name for name in DEFECTS if _ROWS[name].opaque)
# Of a reference, which is nothing but its id, the text is never altered.
REFERENCE_DEFECTS = ("expired", "revoked")


class Frailty(NamedTuple):
    """What can be wrong with the tokens of an operation. `claims`: those that can be missing.

    `why`: what the tokens are, where not every defect makes sense.
    """

    defects: tuple[str, ...] = DEFECTS
    claims: tuple[str, ...] = ()
    why: str = ""

    def allows(self, name: str) -> bool:
        """Whether such a token can have that defect."""
        kind, colon, claim = name.partition(":")
        return claim in self.claims if colon and kind == "missing_claim" else name in self.defects


def is_defect(name: str) -> bool:
    """Whether there is a defect of that name."""
    return name in DEFECTS or (name.startswith(MISSING_CLAIM) and len(name) > len(MISSING_CLAIM))


def find_defect(name: str) -> Defect:
    """The row of a defect.

    Raises:
        KeyError: there is none of that name.
    """
    return _ROWS[name.partition(":")[0]]


def is_broken(name: str) -> bool:
    """Whether a token with that defect (empty: none) never was good, whenever it is looked at."""
    return bool(name) and find_defect(name).reason in {"signature", "foreign", "unknown"}


def describe_defect(name: str) -> str:
    """What is wrong, as a sentence that names the defect."""
    return f"It {find_defect(name).told}, as it was asked for: {name}."


def spoil_grant(grant: Grant, name: str) -> Grant:
    """The grant of a token that has the defect."""
    spoil = find_defect(name).spoil
    if spoil is None or grant.opaque or not grant.header:
        return msgspec.structs.replace(grant, defect=name)
    header: Json = msgspec.json.decode(grant.header)
    claims: Json = msgspec.json.decode(grant.claims)
    order: Literal["sorted"] | None = "sorted" if list(claims) == sorted(claims) else None
    parts = spoil(Parts(header, claims, grant.fills, name.partition(":")[2]))
    return msgspec.structs.replace(
        grant,
        header=msgspec.json.encode(parts.header).decode(),
        claims=template(parts.claims, parts.fills, order),
        fills=parts.fills,
        defect=name,
    )


def end_at(grant: Grant, now: float) -> int:
    """When a token that is minted now ends, Unix seconds: as its defect has it."""
    if not grant.defect:
        return int(now) + grant.lifetime_s
    defect = find_defect(grant.defect)
    return int(now) + (-SHIFT_S if defect.is_over else grant.lifetime_s + defect.shift_s)
