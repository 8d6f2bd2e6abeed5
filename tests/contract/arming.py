"""Faults armed on a provider's operations, and bare requests that reach them."""

import re
from collections.abc import Sequence

from emulator.core.decisions import Decision
from emulator.core.facts import FaultArmed
from emulator.core.faults import Rule, Then, When
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Route
from emulator.edge.provider import Provider, RpcMethod


async def arm(sandbox: Sandbox, operation: str, then: Then, when: When | None = None) -> None:
    """A rule on one operation, behind those that are armed."""

    def decide(view_at: float) -> FaultArmed:
        name = f"f{len(list(sandbox.state.faults.items())) + 1}"
        return FaultArmed(view_at, Rule(name, operation, view_at, when or When(), then))

    await sandbox.transact(lambda view: Decision(None, (decide(view.now),)))


def routes_of(provider: Provider) -> Sequence[Route]:
    """The provider's routes."""
    return provider.door().routes


def methods_of(provider: Provider) -> Sequence[RpcMethod]:
    """The provider's methods over gRPC."""
    return provider.rpc_door().methods if provider.rpc_door else ()


def url_of(provider: Provider, route: Route) -> str:
    """A URL that reaches a route, its parameters filled with something."""
    return f"/{provider.name}" + re.sub(r"\{\w+\}", "x", route.path)
