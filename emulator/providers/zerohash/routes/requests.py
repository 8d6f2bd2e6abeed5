"""What each operation reads of its request: the body, the query, the headers that count."""

import re
from collections.abc import Mapping
from typing import get_args
from urllib.parse import parse_qs

from emulator.core.decisions import Refusal
from emulator.core.jwt import MalformedToken, Unverified, parse_token
from emulator.edge.call import Call
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.rules import mint, onboarding, participants
from emulator.providers.zerohash.state import ParticipantStatus
from emulator.providers.zerohash.wire.bodies import parse_body, read_body, refuse
from emulator.providers.zerohash.wire.headers import request_id
from emulator.providers.zerohash.wire.shapes import (
    ClientAuthToken,
    Customer,
    OnboardingToken,
    RevokeAuthToken,
)

# A token that was minted for long details is long itself, so the body's own limit is the limit.
_MOST_TOKEN = 1 << 20


def parse_mint(call: Call) -> mint.Mint:
    """A mint's body; what breaks its shape is told with what breaks the rules."""
    return mint.Mint(read_body(ClientAuthToken, call.body), call.target.partition("?")[2])


def parse_revocation(call: Call) -> Unverified:
    """A well-formed JWT with a `jti` [openapi] H; the texts [guess] M."""
    body, _ = parse_body(RevokeAuthToken, call.body)
    try:
        token = parse_token(body.token, limit=_MOST_TOKEN)
    except MalformedToken as error:
        raise refuse(["body/token must be a valid JWT"], hint=f"The token {error}.") from None
    if not isinstance(token.claims.get("jti"), str):
        hint = "The token has no jti: no token of zerohash's. The documented example has none."
        raise refuse(["body/token must contain a jti claim"], hint=hint)
    return token


def parse_applicant(call: Call) -> onboarding.Applicant:
    """Whom to onboard; a body that breaks the shape is a 403 here [doc] H."""
    row = CATALOGUE["onboarding_invalid"]
    try:
        reading = read_body(OnboardingToken, call.body)
    except Refusal as refusal:
        raise Refusal(row, hint=refusal.hint) from None
    if reading.body is None:
        raise Refusal(row, explanation={"errors": list(reading.errors)})
    return onboarding.Applicant(reading.body.email, reading.body.phone_number)


def parse_customer(call: Call) -> participants.NewCustomer:
    """A new customer, with what was sent to echo and what tells a repetition."""
    body, sent = parse_body(Customer, call.body)
    return participants.NewCustomer(body, sent, request_id(call.headers))


# Filters of the list, with the values that each may have [openapi] H; the texts [guess] M.
_ANY = re.compile(r".*", re.DOTALL)
_FORMAT = "format is not valid"
_ENUM = "must be equal to one of the allowed values"
_FILTERS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "participant_code": (re.compile(r"[A-Z0-9]{6}"), _FORMAT),
    "page": (re.compile(r"[1-9][0-9]{0,8}"), "must be >= 1"),
    "relationship_type": (_ANY, ""),
    "email": (_ANY, ""),
    "minors": (re.compile(r"true|false"), _ENUM),
    "entity_type": (
        re.compile(r"corporation|llc|partnership|sole_proprietorship|individual"),
        _ENUM,
    ),
    "status": (re.compile("|".join(get_args(ParticipantStatus))), _ENUM),
}


def parse_search(call: Call) -> participants.Search:
    """The filters and the page of a list; of a repeated one the last."""
    query = parse_qs(call.target.partition("?")[2], keep_blank_values=True)
    sent = {name: query[name][-1] for name in _FILTERS if name in query}
    errors = [
        f"querystring/{name} {_FILTERS[name][1]}"
        for name, value in sent.items()
        if not _FILTERS[name][0].fullmatch(value)
    ]
    if errors:
        raise refuse(errors)
    return participants.Search(
        participant_code=sent.get("participant_code"),
        email=sent.get("email"),
        status=sent.get("status"),
        page=int(sent.get("page", "1")),
        others=not {"relationship_type", "minors", "entity_type"}.isdisjoint(sent),
    )
