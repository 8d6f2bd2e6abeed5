"""Every endpoint of the control API. Routes and OpenAPI document are both made from this."""

from typing import Any

import orjson

from emulator.control import (
    authority,
    clock,
    credentials,
    faults,
    health,
    introspection,
    keys,
    lifetimes,
    metrics,
    sandboxes,
    settings,
    specs,
    tokens,
)
from emulator.control.console.session import SESSION
from emulator.control.endpoint import ONE, Asked, Endpoint, Taking, TakingObject
from emulator.control.exploring import EXPLORING
from emulator.control.openapi import describe_api
from emulator.control.pages import PAGING, Page
from emulator.control.scenarios import scenarios
from emulator.control.snapshots import COPYING
from emulator.control.watching import WATCHING
from emulator.edge.call import Answer
from emulator.edge.faults.bodies import FaultBody


async def show_api(asked: Asked) -> Answer:
    """Show this API as an OpenAPI document."""
    return Answer(200, orjson.dumps(describe_api(ENDPOINTS, asked.house.version)))


# In the order in which paths are tried: what is asked most comes first.
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        ONE + "/introspect",
        Taking(introspection.Introspect, introspection.introspect),
        "Say whether a token is good, why not, and whether it opens a module.",
        {200: introspection.Introspection},
    ),
    Endpoint(
        "GET",
        "/health",
        health.show,
        "Tell whether every surface listens.",
        {200: health.Health, 503: health.Health},
        is_open=True,
    ),
    authority.SHOW,
    Endpoint("GET", "/openapi.json", show_api, "Describe this API.", {200: dict[str, Any]}),
    Endpoint(
        "GET",
        "/specs",
        specs.index,
        "List the descriptions of the providers' surfaces.",
        {200: Page[specs.Spec]},
    ),
    Endpoint(
        "GET",
        "/specs/{provider}.json",
        specs.show,
        "Describe a provider's surface as it is served.",
        {200: dict[str, Any]},
    ),
    Endpoint(
        "GET",
        "/specs/{provider}.graphql",
        specs.show_sdl,
        "Show a provider's GraphQL schema.",
        {200: str},
        media_type="text/plain",
    ),
    Endpoint(
        "GET",
        "/metrics",
        metrics.show,
        "Count calls for Prometheus.",
        {200: str},
        media_type="text/plain",
    ),
    Endpoint(
        "GET",
        "/sandboxes",
        sandboxes.index,
        "List the sandboxes.",
        {200: Page[sandboxes.SandboxShape]},
        query=PAGING,
    ),
    Endpoint(
        "POST",
        "/sandboxes",
        Taking(sandboxes.Create, sandboxes.create),
        "Make a sandbox with credentials of its own.",
        {201: sandboxes.Created},
        problems=(409, 503),
    ),
    Endpoint(
        "GET",
        ONE,
        sandboxes.show,
        "Show a sandbox.",
        {200: sandboxes.SandboxShape},
    ),
    Endpoint(
        "DELETE",
        ONE,
        sandboxes.drop,
        "Drop a sandbox; `default` stays.",
        {204: None},
        problems=(409,),
    ),
    Endpoint(
        "POST",
        ONE + "/reset",
        Taking(sandboxes.Reset, sandboxes.reset),
        "Go back to the world it was born with, or parts of it; fixture files are reread.",
        {200: sandboxes.SandboxShape},
        problems=(409,),
    ),
    *COPYING,
    *SESSION,
    Endpoint(
        "GET",
        ONE + "/credentials",
        credentials.show,
        "Show keys and base URLs, also as variables and as lines for a shell.",
        {200: credentials.Credentials},
    ),
    Endpoint("GET", ONE + "/clock", clock.show, "Show the clock.", {200: clock.ClockShape}),
    Endpoint(
        "PUT",
        ONE + "/clock",
        Taking(clock.ClockBody, clock.put),
        "Replace the clock, and do what falls due.",
        {200: clock.MovedClock},
    ),
    Endpoint(
        "POST",
        ONE + "/clock/advance",
        Taking(clock.Advance, clock.advance),
        "Move the clock on, and do what falls due.",
        {200: clock.MovedClock},
    ),
    Endpoint(
        "GET",
        ONE + "/lifetimes",
        lifetimes.show,
        "Show the tokens' lifetimes; null where the provider's default holds.",
        {200: lifetimes.Lifetimes},
    ),
    Endpoint(
        "PUT",
        ONE + "/lifetimes",
        TakingObject(lifetimes.SCHEMA, lifetimes.put),
        "Change the tokens' lifetimes (RFC 7396).",
        {200: lifetimes.Lifetimes},
    ),
    Endpoint(
        "GET", ONE + "/settings", settings.show, "Show the switches.", {200: settings.Settings}
    ),
    Endpoint(
        "PUT",
        ONE + "/settings",
        TakingObject(settings.SCHEMA, settings.put),
        "Change switches (RFC 7396).",
        {200: settings.Settings},
    ),
    Endpoint(
        "GET",
        ONE + "/tokens",
        tokens.index,
        "List the tokens.",
        {200: Page[tokens.TokenShape]},
        query=PAGING,
    ),
    Endpoint(
        "POST",
        ONE + "/tokens",
        Taking(tokens.Mint, tokens.mint),
        "Mint a token without ceremony.",
        {201: tokens.TokenShape},
        problems=(409,),
    ),
    Endpoint("GET", ONE + "/tokens/{jti}", tokens.show, "Show a token.", {200: tokens.TokenShape}),
    Endpoint(
        "POST",
        ONE + "/tokens/{jti}/revoke",
        tokens.revoke,
        "Revoke a token.",
        {200: tokens.TokenShape},
    ),
    Endpoint(
        "POST",
        ONE + "/tokens/{jti}/expire",
        tokens.expire,
        "Let a token expire now.",
        {200: tokens.TokenShape},
    ),
    Endpoint(
        "GET",
        ONE + "/jwks/{provider}.json",
        keys.show,
        "Show the keys that verify a provider's tokens.",
        {200: keys.Jwks},
        query=(keys.ISSUER,),
        is_open=True,
    ),
    Endpoint(
        "POST",
        ONE + "/keys/{provider}/rotate",
        Taking(keys.Rotate, keys.rotate),
        "Take an issuer's keys a step further.",
        {200: keys.IssuerKeys},
        problems=(409,),
    ),
    Endpoint(
        "GET",
        ONE + "/faults",
        faults.index,
        "List the armed faults with their hits.",
        {200: Page[faults.RuleShape]},
        query=PAGING,
    ),
    Endpoint(
        "POST",
        ONE + "/faults",
        Taking(FaultBody, faults.arm),
        "Arm a fault.",
        {201: faults.RuleShape},
        problems=(409,),
    ),
    Endpoint(
        "GET",
        "/scenarios",
        scenarios.index,
        "List the scenarios that can be run by name.",
        {200: Page[scenarios.ScenarioShape]},
        problems=(409,),
    ),
    Endpoint(
        "GET",
        "/scenarios/schema.json",
        scenarios.schema,
        "Describe scenario files as a JSON Schema.",
        {200: dict[str, Any]},
        media_type="application/schema+json",
    ),
    Endpoint(
        "POST",
        ONE + "/scenarios",
        Taking(scenarios.Run, scenarios.run),
        "Play a scenario, from now on.",
        {201: scenarios.RunShape},
        problems=(409,),
    ),
    Endpoint(
        "GET",
        ONE + "/scenarios",
        scenarios.waiting,
        "List the steps of scenarios that are still to come.",
        {200: Page[scenarios.StepShape]},
    ),
    Endpoint(
        "DELETE",
        ONE + "/scenarios",
        scenarios.stop_all,
        "Let go of the steps of scenarios that are still to come.",
        {204: None},
    ),
    Endpoint("DELETE", ONE + "/faults", faults.disarm_all, "Disarm all faults.", {204: None}),
    Endpoint("GET", ONE + "/faults/{fault}", faults.show, "Show a fault.", {200: faults.RuleShape}),
    Endpoint("DELETE", ONE + "/faults/{fault}", faults.disarm, "Disarm a fault.", {204: None}),
    *WATCHING,
    *EXPLORING,
)
