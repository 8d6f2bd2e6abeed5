"""One GraphQL call under way: what its resolvers work with.

Queries read the envelope's view. Each mutation field is one transact of its own, in order, which
first asks again whether the credential still stands.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from strawberry.types import Info

from emulator.core.decisions import Decision, Granted, Refusal
from emulator.core.facts import TokenIssued
from emulator.core.faults import Firing, GraphqlFault, Then
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.edge.call import Call
from emulator.edge.faults.meeting import inject
from emulator.edge.provider import Provider, Services
from emulator.providers.highnote.auth import Caller, still_stands
from emulator.providers.highnote.errors import CATALOGUE
from emulator.providers.highnote.schema.errors import (
    AccessDeniedError,
    UserError,
    only_denied,
    tell,
)

Y = TypeVar("Y")
T = TypeVar("T")

Rule = Callable[[View, Caller], Granted[Y]]


class Fault(msgspec.Struct, frozen=True):
    """A fault of one root field. `key`: its response key; `refusal` None: it runs."""

    key: str
    refusal: Refusal | None
    then: Then


class Exchange(msgspec.Struct):
    """`view`: the newest that the call has seen; `fault`: what befalls one root field only."""

    services: Services
    sandbox: Sandbox
    call: Call
    caller: Caller
    view: View
    fault: Fault | None = None
    hints: list[str] = msgspec.field(default_factory=list)
    refusal: str | None = None
    _changes: int = 0

    async def change(self, key: str, rule: Rule[Y]) -> Granted[Y] | UserError | AccessDeniedError:
        """Decide one mutation field. `key`: its response key."""
        self._changes += 1
        nth = self._changes
        fault = self.fault if self.fault is not None and self.fault.key == key else None

        def decide(view: View) -> "Decision[Granted[Y] | Refusal]":  # a text costs nothing a call
            self.view = view
            try:
                granted = self._decide(view, nth, fault, rule)
            except Refusal as refusal:
                return Decision(refusal, refusal.facts)
            return Decision(granted, granted.facts)

        decision = await self.sandbox.transact(decide, wall=self.call.wall)
        reply = decision.reply
        if isinstance(reply, Refusal):
            return self.tell(reply)
        self.hint(reply.hint)
        return reply

    def _decide(self, view: View, nth: int, fault: Fault | None, rule: Rule[Y]) -> Granted[Y]:
        if not still_stands(view, self.caller):
            raise Refusal(CATALOGUE["access_denied"], hint="The credential ended meanwhile.")
        if self.caller.spends and nth > 1:
            hint = "A SINGLE_USE token is good for one mutation; this is the document's second."
            raise Refusal(CATALOGUE["access_denied"], hint=hint)
        if fault is not None:
            if fault.refusal is not None:
                raise fault.refusal
            view.fault = fault.then
        return rule(view, self.caller)

    def strike(self, provider: Provider, firing: Firing, key: str) -> None:
        """Let a fault befall the root field of that response key."""
        error = firing.then.error
        refusal = inject(provider, firing, error) if error else None
        self.fault = Fault(key, refusal, firing.then)

    def tell_fault(self, *, is_mutation: bool) -> GraphqlFault | None:
        """What the fault makes of the answer. A query has no place for a refusal but an error."""
        if self.fault is None:
            return None
        if self.fault.refusal is None or is_mutation:
            return self.fault.then.graphql
        told = self.tell(self.fault.refusal)
        if isinstance(told, UserError):
            told = only_denied(told)
        return GraphqlFault(({"message": told.message},), ("",))

    def tell(self, refusal: Refusal) -> UserError | AccessDeniedError:
        """A refusal as data, noted for the journal and the hint."""
        self.refusal = self.refusal or refusal.row.name
        self.hint(refusal.hint)
        return tell(refusal)

    def hint(self, text: str) -> None:
        """Note what the developer should know."""
        if text and text not in self.hints:
            self.hints.append(text)

    async def sign(self, issued: TokenIssued) -> str:
        """A token's text."""
        token = Token(issued.jti, issued.expires_at, issued.grant)
        return await self.services.signer.sign(token)


Asked = Info[Exchange, None]


async def carry(
    info: Asked, rule: Rule[Y], render: Callable[[Y, View], T]
) -> T | UserError | AccessDeniedError:
    """One mutation field: decide, and render what was granted."""
    exchange = info.context
    done = await exchange.change(str(info.path.key), rule)
    if isinstance(done, Granted):
        return render(done.reply, exchange.view)
    return done
