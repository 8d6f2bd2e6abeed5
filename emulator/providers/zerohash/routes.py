"""zerohash's door: which path is which operation, and how its rooms' functions fit together."""

import re
from typing import Any
from urllib.parse import parse_qs

from emulator.core.clock import render_time
from emulator.core.jwt import MalformedToken, Unverified, parse_token
from emulator.core.view import View
from emulator.edge.answers import render_json
from emulator.edge.call import Answer, Call, Route
from emulator.edge.provider import Door, Provider
from emulator.edge.rest import Operation
from emulator.providers.zerohash import rules
from emulator.providers.zerohash.auth import authenticate, trigger
from emulator.providers.zerohash.openapi import describe
from emulator.providers.zerohash.state import Participant
from emulator.providers.zerohash.wire import (
    ClientAuthToken,
    Customer,
    RevokeAuthToken,
    parse_body,
    refuse,
)

ROUTES = (
    Route("POST", "/client_auth_token", "client_auth_token"),
    Route("POST", "/revoke_auth_token", "revoke_auth_token"),
    Route("GET", "/time", "time"),
    Route("GET", "/participants", "list_participants"),
    Route("GET", "/participants/{email}", "get_participant", frozenset({"email"})),
    Route("POST", "/participants/customers/new", "create_customer"),
)


def open_door(provider: Provider) -> Door:
    """The provider's HTTP surface."""
    operations: dict[str, Operation[Any, Any, Any]] = {
        "client_auth_token": Operation(_parse_mint, authenticate, rules.mint, _render_minted),
        "revoke_auth_token": Operation(_parse_revoke, authenticate, rules.revoke, _render_revoked),
        "time": Operation(_parse_nothing, _anybody, rules.tell_time, _render_time),
        "list_participants": Operation(
            _parse_search, authenticate, rules.list_participants, _render_page
        ),
        "get_participant": Operation(
            lambda call: call.params["email"], authenticate, rules.get_participant, _render_found
        ),
        "create_customer": Operation(
            _parse_customer, authenticate, rules.create_customer, _render_created
        ),
    }
    handlers = {
        name: operation.handler(provider, trigger) for name, operation in operations.items()
    }
    return Door(ROUTES, handlers, lambda: describe(provider))


def _parse_mint(call: Call) -> rules.Mint:
    return rules.Mint(*parse_body(ClientAuthToken, call.body))


def _parse_revoke(call: Call) -> Unverified:
    """A well-formed JWT with a `jti` [openapi] H; the texts [guess] M."""
    body, _ = parse_body(RevokeAuthToken, call.body)
    try:
        token = parse_token(body.token)
    except MalformedToken as error:
        raise refuse(["body/token must be a valid JWT"], hint=f"The token {error}.") from None
    if not isinstance(token.claims.get("jti"), str):
        hint = "The token has no jti: no token of zerohash's. The documented example has none."
        raise refuse(["body/token must contain a jti claim"], hint=hint)
    return token


def _parse_customer(call: Call) -> rules.NewCustomer:
    body, sent = parse_body(Customer, call.body)
    return rules.NewCustomer(body, sent, call.headers.get("x-request-id"))


def _parse_search(call: Call) -> rules.Search:
    query = parse_qs(call.target.partition("?")[2])
    page = query.get("page", ["1"])[-1]
    if not re.fullmatch(r"[1-9]\d{0,8}", page):
        raise refuse(["querystring/page must be >= 1"])
    return rules.Search(
        participant_code=query.get("participant_code", [None])[-1],
        email=query.get("email", [None])[-1],
        status=query.get("status", [None])[-1],
        page=int(page),
    )


def _parse_nothing(_: Call) -> None:
    return None


def _anybody(_: View, __: Call) -> None:
    return None


def _render_minted(minted: rules.Minted, token: str) -> Answer:
    """201; the ids inside `message`, as in every worked example [doc] H, or at both places."""
    ids = {
        name: value
        for name, value in (
            ("payment_id", minted.payment_id),
            ("deposit_intent_id", minted.deposit_intent_id),
        )
        if value is not None
    }
    beside = ids if minted.both_places else {}
    return render_json({"message": {"token": token, **ids}, **beside}, 201)


def _render_revoked(_: None, __: str) -> Answer:
    return Answer(204, b"")


def _render_time(moment: rules.Moment, _: str) -> Answer:
    """The guide's form [doc] H, newer than the schema's `{"epoch": <s>}` [openapi]."""
    if moment.epoch_only:
        return render_json({"epoch": int(moment.now)})
    milliseconds = int(moment.now * 1000)
    iso = render_time(milliseconds / 1000)
    return render_json(
        {
            "message": {
                "epoch": milliseconds,
                "epoch_units": "milliseconds",
                "iso_8601": iso if "." in iso else iso.replace("Z", ".000Z"),
            }
        }
    )


def _render_page(page: rules.Page, _: str) -> Answer:
    return render_json(
        {
            "message": [_participant(participant) for participant in page.participants],
            "count": page.count,
            "page": page.page,
            "page_size": rules.PAGE_SIZE,
            "total_pages": page.pages,
        }
    )


def _render_found(participant: Participant, _: str) -> Answer:
    code, email = participant.participant_code, participant.email
    return render_json({"message": {"participant_code": code, "email": email}})


def _render_created(created: rules.Created, _: str) -> Answer:
    return render_json(
        {
            "message": {
                **created.sent,
                "platform_code": created.platform_code,
                "participant_code": created.participant.participant_code,
                "status": created.participant.status,
            }
        },
        201,
    )


def _participant(participant: Participant) -> dict[str, object]:
    """One entry of the list [openapi ParticipantEntity] H."""
    shown: dict[str, object] = {
        "participant_code": participant.participant_code,
        "participant_name": f"{participant.first_name} {participant.last_name}".strip(),
        "email": participant.email,
        "status": participant.status,
        "jurisdiction_code": participant.jurisdiction_code,
        "limits": [],
        "updated_at": int(participant.updated_at * 1000),
    }
    if participant.reason_code is not None:
        shown["reason_code"] = participant.reason_code
    return shown
