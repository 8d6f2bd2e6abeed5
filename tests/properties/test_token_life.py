import asyncio
from contextlib import AsyncExitStack
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, Fact, Part, SandboxReset, TokenEnded, TokenIssued
from emulator.core.journal import Budget, Journal
from emulator.core.ledger import Ledger
from emulator.core.sandbox import Sandbox
from emulator.core.tokens import Ending
from emulator.core.view import View
from tests.core.toys import WORLD, born, grant, new_state, snapshot
from tests.ledgers import LEDGERS

PARTS: tuple[Part, ...] = get_args(Part)
START = 1000.0


class Model:
    """What tokens are, in ten lines."""

    def __init__(self) -> None:
        self.now = START
        self.tokens: dict[str, tuple[float, set[str]]] = {}

    def status(self, jti: str) -> str:
        """Revoked before spent before expired, whether ended so or by the clock."""
        expires_at, ends = self.tokens[jti]
        late = {"expired"} if self.now >= expires_at else set()
        return next((e for e in ("revoked", "spent", "expired") if e in ends | late), "active")


class TokenLife(RuleBasedStateMachine):
    """Tokens come, end, outlive their time and are forgotten, on a real log and in the model."""

    ledger_name = "memory"
    jtis = Bundle("jtis")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.model = Model()
        self.ledger: Ledger
        self.sandbox: Sandbox

    @initialize()
    def begin(self) -> None:
        """A sandbox on an empty ledger."""
        self.ledger = self.runner.run(self.stack.enter_async_context(LEDGERS[self.ledger_name]()))
        self.join()
        assert self.runner.run(self.sandbox.bear(born(at=START)))

    @rule()
    def join(self) -> None:
        """Another process goes on: it has nothing but the log."""
        self.sandbox = Sandbox(new_state, self.ledger, Journal(Budget(1 << 20)))

    @precondition(lambda self: self.ledger.shared)
    @rule()
    def trim(self) -> None:
        """One fact takes the place of all before: whoever joins or is behind finds the same."""
        self.runner.run(self.sandbox.transact(Decision))
        self.runner.run(self.sandbox._trim())

    @rule(target=jtis, lifetime_s=st.integers(0, 1000))
    def mint(self, lifetime_s: int) -> str:
        """A token with a drawn id; after a reset of ids an id may come again."""

        def decide(view: View) -> Decision[str]:
            jti = view.draw_uuid("jti")
            expires_at = int(view.now) + lifetime_s
            issued = TokenIssued(view.now, jti, expires_at, grant(lifetime_s=lifetime_s))
            return Decision(jti, (issued,))

        jti = self.runner.run(self.sandbox.transact(decide)).reply
        self.model.tokens.pop(jti, None)
        self.model.tokens[jti] = (int(self.model.now) + lifetime_s, set())
        return jti

    @rule(jti=jtis, how=st.sampled_from(["revoked", "spent", "expired"]))
    def end(self, jti: str, how: Ending) -> None:
        """A token ends early, perhaps for the second time or after it was forgotten."""
        self.append(TokenEnded(self.model.now, jti, how))
        if jti in self.model.tokens:
            self.model.tokens[jti][1].add(how)

    @rule(jti=consumes(jtis))
    def look(self, jti: str) -> None:
        """A token that is looked at is what the model says, or is unknown to both."""
        token = self.runner.run(self.sandbox.transact(lambda view: Decision(view.token(jti)))).reply
        assert (token is None) == (jti not in self.model.tokens)
        if token is not None:
            assert token.status(self.model.now) == self.model.status(jti)

    @rule(by_s=st.floats(0, 600))
    def advance(self, by_s: float) -> None:
        """Time goes on, and tokens run out."""
        self.append(ClockSet(self.model.now, self.sandbox.state.clock.advanced(by_s)))
        self.model.now += by_s

    @rule(parts=st.sets(st.sampled_from(PARTS), min_size=1))
    def reset(self, parts: set[Part]) -> None:
        """Parts of the sandbox are as at birth again."""
        self.append(SandboxReset(self.model.now, WORLD.digest, tuple(sorted(parts))))
        if "tokens" in parts:
            self.model.tokens.clear()
        if "clock" in parts:
            self.model.now = START

    @invariant()
    def agrees(self) -> None:
        """The book has the model's tokens, oldest first, each with the model's status."""
        view = self.runner.run(self.sandbox.transact(Decision)).reply
        assert view.now == self.model.now
        found = {token.jti: token.status(view.now) for token in reversed(view.tokens)}
        assert found == {jti: self.model.status(jti) for jti in self.model.tokens}
        assert list(found) == list(reversed(self.model.tokens))

    def append(self, fact: Fact) -> None:
        """A fact happens."""
        self.runner.run(self.sandbox.transact(lambda _: Decision(None, (fact,))))

    def teardown(self) -> None:
        """The log alone gives the state that is here; then everything is closed."""
        here = snapshot(self.sandbox.state)
        self.join()
        self.runner.run(self.sandbox.transact(lambda _: Decision(None)))
        assert snapshot(self.sandbox.state) == here
        self.runner.run(self.stack.aclose())
        self.runner.close()


@pytest.mark.parametrize("name", LEDGERS)
def test_token_life(name: str) -> None:
    """Over every ledger, tokens live and end as ten lines of Python say."""
    machine = type("Life", (TokenLife,), {"ledger_name": name})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )
