"""A REST operation's way: parse, one transact (fault, authentication, rule), sign, render."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec

from emulator.core.decisions import Decision, Granted, Refusal
from emulator.core.facts import CallCounted, Fact
from emulator.core.faults import Firing
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.edge.answers import render_refusal
from emulator.edge.call import Answer, Call
from emulator.edge.faults.meeting import meet_faults, stop
from emulator.edge.provider import Handler, Provider, Services

P = TypeVar("P")  # what the body and parameters parse to
C = TypeVar("C")  # who calls
Y = TypeVar("Y")  # what the rule replies
W = TypeVar("W")  # what is wanted of the network


class Preparation(msgspec.Struct, Generic[P, C, W], frozen=True):
    """What an operation wants of the network, and how it is got. Only for callers let in.

    `look` is pure, of the sandbox as it is before the decision; None: nothing is wanted.
    """

    look: Callable[[View, C, P], W | None]
    fetch: Callable[[Services, P, W], Awaitable[P]]


class Operation(msgspec.Struct, Generic[P, C, Y], frozen=True):
    """One REST operation as its rooms' functions. `parse`, `authenticate` may raise a Refusal.

    `preparation` gets from the network what the rule can't decide without, before the decision.
    """

    parse: Callable[[Call], P]
    authenticate: Callable[[View, Call], C]
    rule: Callable[[View, C, P], Granted[Y]]
    render: Callable[[Y, str], Answer]
    preparation: Preparation[P, C, Any] | None = None

    def handler(self, provider: Provider) -> Handler:
        """This operation as the edge calls it."""

        async def handle(services: Services, sandbox: Sandbox, call: Call) -> Answer:
            return await answer(self, provider, services, sandbox, call)

        return handle


async def answer(
    operation: Operation[P, C, Y],
    provider: Provider,
    services: Services,
    sandbox: Sandbox,
    call: Call,
) -> Answer:
    """Carry one call through, and say a refusal as the catalogue has it for HTTP."""
    outcome = await carry(operation, provider, services, sandbox, call)
    if isinstance(outcome.reply, Refusal):
        return render_refusal(outcome.reply, outcome.firing)
    return outcome.reply


class Outcome(msgspec.Struct, frozen=True):
    """How a call ended: rendered, or refused and still to be said; and the fault that befell it."""

    reply: Answer | Refusal
    firing: Firing | None


async def carry(
    operation: Operation[P, C, Y],
    provider: Provider,
    services: Services,
    sandbox: Sandbox,
    call: Call,
) -> Outcome:
    """Carry one call through: parse, one transact, sign, render."""
    parsed = _attempt(operation.parse, call)
    if operation.preparation is not None and not isinstance(parsed, Refusal):
        parsed = await _prepare(operation, operation.preparation, services, sandbox, call, parsed)

    # As a text, or each call would build this type anew: 10 us.
    def decide(view: View) -> "Decision[Granted[Y] | Refusal]":
        firing, _, facts = meet_faults(provider, view, call, (call.operation,))
        if firing is not None:
            stopped = stop(provider, firing)
            if stopped is not None:
                return Decision(stopped, facts, firing)
            view.fault = firing.then
        try:
            facts += meet_limit(provider, view, call)
            caller = operation.authenticate(view, call)
            if isinstance(parsed, Refusal):
                raise parsed
            granted = operation.rule(view, caller, parsed)
        except Refusal as refusal:
            return Decision(refusal, facts + refusal.facts, firing)
        return Decision(granted, facts + granted.facts, firing)

    decision = await sandbox.transact(decide, wall=call.wall)
    if isinstance(decision.reply, Refusal):
        return Outcome(decision.reply, decision.firing)
    granted = decision.reply
    text = ""
    if granted.token is not None:
        issued = granted.token
        text = await services.signer.sign(Token(issued.jti, issued.expires_at, issued.grant))
    rendered = operation.render(granted.reply, text)
    rendered.hint = granted.hint
    rendered.firing = decision.firing
    return Outcome(rendered, decision.firing)


async def _prepare(
    operation: Operation[P, C, Y],
    preparation: Preparation[P, C, W],
    services: Services,
    sandbox: Sandbox,
    call: Call,
    parsed: P,
) -> P:
    def look(view: View) -> W | None:
        try:
            return preparation.look(view, operation.authenticate(view, call), parsed)
        except Refusal:
            return None  # the decision will say so, in its turn

    wanted = await sandbox.look(look)
    return parsed if wanted is None else await preparation.fetch(services, parsed, wanted)


def meet_limit(provider: Provider, view: View, call: Call) -> tuple[Fact, ...]:
    """What the provider's rate limit counts; nothing when it is off.

    Raises:
        Refusal: the limit is reached.
    """
    limited = provider.limit(view, call) if provider.limit else None
    if limited is None:
        return ()
    subject, rate = limited
    wait_s = view.limits.wait_s((provider.name, subject), rate, view.now)
    if wait_s:
        hint = f"{rate.limit} calls in {rate.window_s:g} s are allowed here: see the settings."
        headers = (("Retry-After", str(wait_s)),)
        raise Refusal(provider.row("rate_limited"), headers=headers, hint=hint)
    return (CallCounted(view.now, provider.name, subject, rate.limit),)


def _attempt(parse: Callable[[Call], P], call: Call) -> P | Refusal:
    """What parsing yields, a refusal kept as a value: it is told only after authentication."""
    try:
        return parse(call)
    except Refusal as refusal:
        return refusal
