"""What a decision yields: facts, and a reply or a refusal.

A refusal names a row of a provider's catalogue; it is data until the provider's door renders it.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar

import msgspec

from emulator.core.facts import Fact, TokenIssued
from emulator.core.faults import Firing
from emulator.core.records import Json

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

__all__ = ["Decision", "Granted", "Json", "Refusal", "Row", "Rpc"]


class Rpc(msgspec.Struct, frozen=True):
    """How a row is said over gRPC: a status code's name, its message, and what goes with it.

    `message` and `details` are templates as a row's body; `details` names in `type` the message
    that the provider's door makes of them.
    """

    code: str
    message: str
    details: Json = None


class Row(msgspec.Struct, frozen=True):
    """One way in which a provider says no.

    `body`: JSON, or a text with its `media_type`; in its strings `{name}` takes the refusal's
    value of that name, and a string that is nothing but `{name}` becomes the value itself.
    `defaults` are the values where the refusal has none (an injected error). `source`: where it
    is known from, with the mark of docs/fidelity.md. `hint`: what the emulator adds in its own
    header. `grpc`: the same over gRPC, where the provider speaks it.
    """

    name: str
    status: int
    body: Json
    source: str
    hint: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    defaults: Mapping[str, Json] = msgspec.field(default_factory=dict)
    media_type: str = "application/json"
    grpc: Rpc | None = None


class Refusal(Exception):  # noqa: N818 - it is what the provider does, not an error of ours
    """A provider's no. `facts` happen all the same (a spent token, a count)."""

    def __init__(
        self,
        row: Row,
        values: Mapping[str, Json] | None = None,
        *,
        hint: str = "",
        facts: tuple[Fact, ...] = (),
        explanation: Mapping[str, Json] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(row.name)
        self.row = row
        self.values = values or {}
        self.hint = hint or row.hint
        self.facts = facts
        self.explanation = explanation
        self.headers = headers


class Granted(msgspec.Struct, Generic[R_co], frozen=True):
    """A rule's yes. `token`: what the door has to sign before it can render `reply`."""

    reply: R_co
    facts: tuple[Fact, ...] = ()
    token: TokenIssued | None = None
    hint: str = ""


class Decision(msgspec.Struct, Generic[R_co], frozen=True):
    """What one transact appends and answers. `firing`: the fault that befell the call."""

    reply: R_co
    facts: tuple[Fact, ...] = ()
    firing: Firing | None = None
