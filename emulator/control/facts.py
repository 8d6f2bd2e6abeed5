"""Facts as the event stream tells them: what kind, when, of whom, and the names that it is about.

Nothing else: no value of a record, no credential, no text of a token. Whoever wants more asks for
the resource by its name. A fact that this room does not know is told by its kind alone.
"""

import re
from typing import Any

import msgspec

from emulator.core import facts as f
from emulator.core.clock import render_time
from emulator.core.journal import MASK
from emulator.core.state import State

About = dict[str, Any]

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")

# Bookkeeping beside other facts: no resource of this API shows it.
SILENT = (f.IdsDrawn,)


class FactShape(msgspec.Struct, frozen=True):
    """A fact. `kind`: `token_issued`, ...; `at`: the sandbox's time; `about`: names only."""

    kind: str
    at: str
    provider: str | None
    about: About


def show_fact(fact: f.Fact, state: State) -> FactShape:
    """A fact's public form. `state`: what is told of a token that it ends, or a rule it counts."""
    provider, about = _describe(fact, state)
    kind = _CAPITAL.sub("_", type(fact).__name__).lower()
    return FactShape(kind, render_time(fact.at), provider, about)


def _describe(  # noqa: C901, PLR0911 - one case a fact
    fact: f.Fact, state: State
) -> tuple[str | None, About]:
    match fact:
        case f.TokenIssued():
            return _describe_token(fact)
        case f.TokenEnded():
            return _describe_end(fact, state)
        case f.EntityPut() | f.EntityDropped():
            return _describe_entity(fact, state)
        case f.FaultArmed():
            rule = fact.rule
            return _provider_of(rule.operation), {"fault": rule.id, "operation": rule.operation}
        case f.FaultsCounted():
            return _describe_hits(fact, state)
        case f.FaultsDisarmed():
            return None, {"faults": list(fact.rules)}
        case f.SettingsSet() | f.CallCounted():
            return fact.provider, {}
        case f.KeysSet():
            return _provider_of(fact.issuer), {"issuer": fact.issuer}
        case f.SandboxReset():
            return None, {"what": list(fact.parts)}
        case f.ClockSet():
            return None, {"mode": fact.clock.mode}
    return None, {}


def _describe_token(fact: f.TokenIssued) -> tuple[str, About]:
    grant = fact.grant
    about = {
        "jti": MASK if grant.opaque else fact.jti,  # an opaque token's id is most of its text
        "kind": grant.kind,
        "expires_at": render_time(fact.expires_at),
    }
    return grant.provider, about


def _describe_end(fact: f.TokenEnded, state: State) -> tuple[str | None, About]:
    token = state.tokens.get(fact.jti)
    known = token is not None and not token.grant.opaque
    about = {"jti": fact.jti if known else MASK, "how": fact.how}
    return (token.grant.provider if token else None), about


def _describe_entity(fact: f.EntityPut | f.EntityDropped, state: State) -> tuple[str, About]:
    kind = state.kind(fact.provider, fact.kind)
    if kind is None or kind.key in kind.secrets:
        key = MASK
    elif isinstance(fact, f.EntityPut):
        key = kind.key_of(kind.parse(fact.record))
    else:
        key = fact.key
    return fact.provider, {"kind": fact.kind, "key": key}


def _describe_hits(fact: f.FaultsCounted, state: State) -> tuple[str | None, About]:
    armed = state.faults.get(fact.matched[0]) if fact.matched else None
    provider = _provider_of(armed[0].operation) if armed else None
    return provider, {"matched": list(fact.matched), "fired": fact.fired}


def _provider_of(name: str) -> str:
    return name.partition(".")[0]
