"""zerohash's door: which path is which operation, and how its rooms' functions fit together."""

from typing import Any

from emulator.core.view import View
from emulator.edge.call import Call, Route
from emulator.edge.provider import Door, Provider
from emulator.edge.rest import Operation
from emulator.providers.zerohash.auth import authenticate
from emulator.providers.zerohash.routes import answers, pages, requests
from emulator.providers.zerohash.rules import mint, moment, onboarding, participants, revoke

ROUTES = (
    Route("POST", "/client_auth_token", "client_auth_token"),
    Route("POST", "/revoke_auth_token", "revoke_auth_token"),
    Route("GET", "/time", "time"),
    Route("GET", "/participants", "list_participants"),
    Route("GET", "/participants/{email}", "get_participant", frozenset({"email"})),
    Route("POST", "/participants/customers/new", "create_customer"),
    Route("POST", "/participants/onboarding_token", "onboarding_token"),
    *pages.ROUTES,
)


def open_door(provider: Provider) -> Door:
    """The provider's HTTP surface."""
    operations: dict[str, Operation[Any, Any, Any]] = {
        "client_auth_token": Operation(
            requests.parse_mint, authenticate, mint.mint, answers.render_minted
        ),
        "revoke_auth_token": Operation(
            requests.parse_revocation, authenticate, revoke.revoke, answers.render_revoked
        ),
        "time": Operation(_parse_nothing, _anybody, moment.tell_time, answers.render_moment),
        "list_participants": Operation(
            requests.parse_search, authenticate, participants.list_participants, answers.render_page
        ),
        "get_participant": Operation(
            lambda call: call.params["email"],
            authenticate,
            participants.get_participant,
            answers.render_found,
        ),
        "create_customer": Operation(
            requests.parse_customer,
            authenticate,
            participants.create_customer,
            answers.render_created,
        ),
        "onboarding_token": Operation(
            requests.parse_applicant,
            authenticate,
            onboarding.mint_onboarding,
            answers.render_onboarding,
        ),
        **pages.OPERATIONS,
    }
    handlers = {name: operation.handler(provider) for name, operation in operations.items()}
    return Door(ROUTES, handlers, lambda: _describe(provider))


def _describe(provider: Provider) -> dict[str, Any]:
    """The surface as an OpenAPI document: built, and its builder imported, only when asked for."""
    from emulator.providers.zerohash.openapi import describe  # noqa: PLC0415 - off the start's path

    return describe(provider, ROUTES)


def _parse_nothing(_: Call) -> None:
    return None


def _anybody(_: View, __: Call) -> None:
    return None
