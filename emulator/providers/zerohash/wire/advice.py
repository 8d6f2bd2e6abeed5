"""Hints for bodies that break the rules: the traps of the provider's pages, and the usual slips.

A hint names what is ours (fields, permissions), never what was sent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from emulator.core.decisions import Json
from emulator.providers.zerohash import hints
from emulator.providers.zerohash.state import PERMISSIONS
from emulator.providers.zerohash.wire.shapes import ClientAuthToken, Customer, RevokeAuthToken

# What people write for a permission, most of it copied from the provider's own pages [doc] H.
_MISNOMERS: Mapping[str, str] = {
    "crypto-acccount-link": "It is crypto-account-link: the guides' tables misspell it.",
    "fiat deposits": "The changelog prints a space: the permission is fiat-deposits.",
    "account-funding": "Account funding is the permission fwc.",
    "fund": "Account funding is the permission fwc.",
    "funding": "Account funding is the permission fwc.",
    "pay": "The Pay and Payins SDK is the permission crypto-pay.",
    "payins": "The Pay and Payins SDK is the permission crypto-pay.",
    "payouts": "The Payouts SDK is the permission crypto-payouts.",
    "profile": "The Participant Profile SDK is the permission participant-profile.",
    "withdrawals": "The permissions are crypto-withdrawals and fiat-withdrawals.",
}

_MOST_FAILURES, _MOST_BYTES = 20, 16_384  # that are looked at for a cause

_NAMES = frozenset(
    name for shape in (ClientAuthToken, Customer, RevokeAuthToken) for name in shape.model_fields
)


def explain(sent: dict[str, Json], failures: Sequence[tuple[tuple[str, ...], str]]) -> str:
    """The likeliest causes of a body's failures."""
    few = failures[:_MOST_FAILURES]
    causes = [cause for path, text in few for cause in _causes(sent, path, text)]
    return hints.join(*causes, *_misnamed(sent))


def explain_unreadable(body: bytes) -> str:
    """Why a body may be no JSON."""
    text = body[:_MOST_BYTES].decode("utf-8", "replace")
    return next((what for pattern, what in _SLIPS if pattern.search(text)), "")


def explain_no_object(sent: Json) -> str:
    """Why a body may be JSON but no object."""
    if isinstance(sent, str):
        return "The body is a JSON string: it was serialised twice."
    return ""


_SLIPS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"^\ufeff"), "The body begins with a byte order mark: send none."),
    (
        re.compile(r"(^|[,{\[\s])//"),
        "The body has a // comment: JSON has none. The docs' Payins example lacks a comma as well.",
    ),
    (
        re.compile(r"[{,\[]\s*'|:\s*(True|False|None)\b"),
        "The body is Python's repr, as the docs' examples print it: send json.dumps of it.",
    ),
    (re.compile(r",\s*[}\]]"), "The body has a comma before a closing bracket."),
    (
        re.compile(r"[\"\d}\]]\s+\"\w+\"\s*:"),
        "A comma is missing between two members, as in the docs' Payins example.",
    ),
    (re.compile(r"^[\w.%\[\]-]+="), "The body is a form: send JSON."),
)


def _causes(sent: dict[str, Json], path: tuple[str, ...], text: str) -> Iterator[str]:
    value = _value_at(sent, path)
    match path:
        case ("permissions",) if isinstance(value, str):
            yield "permissions is an array, for one permission too."
        case ("permissions", _) if isinstance(value, str):
            yield _permission_meant(value)
        case ("participant_code",) if "characters" in text:
            yield (
                "participant_code has exactly 6 characters; only merchant_participant_code may "
                "have others, as MERCH01 in the docs' Payins example."
            )
        case ("deposit_details", "account_label") if text == "is required":
            yield "deposit_details needs account_label, though a guide leaves it out."
        case ("deposit_details", "denominated_currency"):
            yield "Only USD is supported as denominated_currency."
        case (*_, name) if "amount" in name and _is_number(value):
            yield 'Amounts are strings: "250.00", not 250.00.'
        case _:
            return


def _permission_meant(value: str) -> str:
    """Which permission a misspelt one stands for."""
    slip = value.strip().lower()
    known = _MISNOMERS.get(slip)
    if known is not None:
        return known
    near = get_close_matches(re.sub(r"[\s_]+", "-", slip)[:64], PERMISSIONS, n=1, cutoff=0.75)
    return f"The nearest permission is {near[0]}." if near else ""


def _misnamed(sent: Iterable[str]) -> Iterator[str]:
    """Fields whose names are right but for their letters' case."""
    plain = {name.replace("_", ""): name for name in _NAMES}
    meant = [
        plain[bare]
        for name in sent
        if name not in _NAMES and (bare := re.sub(r"[_-]", "", name).lower()) in plain
    ]
    if meant:
        yield f"Field names are in snake case: {hints.enumerate_names(meant)}."


def _value_at(sent: Json, path: Iterable[str]) -> Json:
    """What was sent at a failure's path; None where nothing was."""
    for part in path:
        if isinstance(sent, dict):
            sent = sent.get(part)
        elif isinstance(sent, list):
            sent = sent[int(part)]
    return sent


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
