"""What the house knows of a provider: one frozen record of plain functions and data."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from emulator.core.decisions import Granted, Json, Refusal, Row
from emulator.core.defects import Frailty
from emulator.core.faults import Firing, GrpcFault
from emulator.core.jwt import Unverified
from emulator.core.keyrings import Issuer
from emulator.core.keys import KeyPool
from emulator.core.limits import RateLimit
from emulator.core.matching import Request
from emulator.core.sandbox import Sandbox
from emulator.core.state import Entry
from emulator.core.tokens import Token
from emulator.core.view import View
from emulator.core.world import Blueprint
from emulator.edge.call import Answer, Call, Headers, Route, RpcAnswer
from emulator.edge.duty import Duty
from emulator.edge.signer import Signer

# Rows that the edge itself needs of every catalogue, by alias.
EDGE_ALIASES = (
    "route_not_found",
    "method_not_allowed",
    "payload_too_large",
    "internal",
    "unavailable",
)

# The names under which every provider's errors can be armed.
FAULT_ALIASES = (
    "unauthorized",
    "forbidden",
    "not_found",
    "conflict",
    "validation",
    "rate_limited",
    "internal",
    "unavailable",
    "timeout",
)


class KeySets(Protocol):
    """The key sets of foreign issuers."""

    async def is_signed(self, sandbox: str, issuer: str, token: Unverified) -> bool:
        """Whether a key of the issuer's set made the signature.

        Raises:
            Unreachable: the set can't be got.
        """
        ...


class Services(msgspec.Struct, frozen=True):
    """What doors and the control API are given to work with."""

    signer: Signer
    keys: KeyPool
    discovery: KeySets


class Limited(NamedTuple):
    """Whom a call counts against, and the limit."""

    subject: str
    rate: RateLimit


Ask = Callable[[], Request]  # what a call asks of one operation

# What a call presents, as it was sent: a server's secret, or a token made for a client.
Credential = tuple[Literal["secret", "token"], str]

Handler = Callable[[Services, Sandbox, Call], Awaitable[Answer]]
RpcHandler = Callable[[Services, Sandbox, Call], Awaitable[RpcAnswer]]


class Door(msgspec.Struct, frozen=True):
    """A provider's HTTP surface: its routes, and what answers each operation by short name.

    `fields`: operations that a route's body names, a GraphQL schema's root fields; `sdl`: that
    schema as text; `read_kept`: what a body, as the journal has it, asks of each operation that it
    carries, where that is not the body itself.
    """

    routes: Sequence[Route]
    handlers: Mapping[str, Handler]
    openapi: Callable[[], dict[str, Any]]
    fields: frozenset[str] = frozenset()
    sdl: Callable[[], str] | None = None
    read_kept: Callable[[Json], Mapping[str, Json]] | None = None


class RpcMethod(msgspec.Struct, frozen=True):
    """A unary gRPC method. `service`: its full name; `operation`: the short name of the call."""

    service: str
    name: str
    operation: str
    handle: RpcHandler


class RpcDoor(msgspec.Struct, frozen=True):
    """A provider's gRPC surface. `say`: a refusal as this provider says it over gRPC."""

    methods: Sequence[RpcMethod]
    say: Callable[[Refusal, Call], RpcAnswer]


class MintRequest(msgspec.Struct, frozen=True):
    """A token minted without ceremony: claims laid over the defaults, a lifetime in seconds.

    `home`: the URL under which the sandbox is reached, for issuers that are URLs of ours.
    """

    claims: Mapping[str, Json]
    lifetime_s: int | None
    home: str = ""


class Unsigned(msgspec.Struct, frozen=True):
    """A request that a client is about to send. `at`: Unix seconds."""

    method: str
    route: str
    body: bytes
    at: float


def _frail(_: View, __: str) -> Frailty:
    return Frailty()


class Magic(msgspec.Struct, frozen=True):
    """The values of a provider's vocabulary that ask for a fault: `prefix` and its name.

    `source`: what they are called; `find`: those of a call's values that might be such, cheap where
    none is; `places`: for the docs, where they stand and an example of a whole value.
    """

    source: str
    prefix: str
    find: Callable[[View, Call, Ask], Iterable[str]]
    places: tuple[tuple[str, str], ...]


class Retries(msgspec.Struct, frozen=True):
    """What a provider's own rules say of sending a call again; nothing is known by default.

    Statuses: after `final` ones it is not to be, after `safe` ones it may be. `told`: the rules in
    words, with their source mark. `wait_at`: where an answer's body tells how long to wait.
    """

    final: frozenset[int] = frozenset()
    safe: frozenset[int] = frozenset()
    told: str = ""
    wait_at: tuple[str, ...] = ()


def _present_nothing(_: Call) -> Credential | None:
    return None


class Provider(msgspec.Struct, frozen=True):
    """A tenant of the house.

    `operations`: names that faults and journal use; `lifetimes`: the operations that mint, with
    their default seconds; `private`: field names that the journal masks; `kept_headers`:
    request headers that it keeps besides the usual; `locate`: the directory entries that a call
    may stand under, and what names them (`credential`, `token`, `issuer`); `home`: the same for
    a token's claims; `issuer_keys`: the key names it may sign with, the active first;
    `find_issuer`: the issuer of a name that a person gave, the one meant when none was given
    (KeyError: there is none); `credentials`: what `/credentials` answers; `mint`: a token without
    ceremony; `opens`: None when a token opens the named module, else what it lacks (KeyError: no
    such module); `dress`: headers that every answer of the provider carries; `limit`: whom a call
    counts against and by what limit, None when the limiter is off (None: there is none);
    `parent_hosts`: the hosts right below these are the provider's too; `values`: what fills the
    places of every row of the catalogue, such as an id of the call; `kid`: what its tokens call
    a key, where that is not the thumbprint;
    `rpc_door`: its gRPC surface, opened by the server alone; `details`: credentials that are more
    than a text, for `/credentials` as well; `read_opaque`: the ids that the text of an opaque
    token may have in the book; `graphql`, `grpc`: the operations that are spoken so, which can
    fail in ways that only these have; `trigger`: the fault that the provider's own way of asking
    for one asks for; `magic`: values that do; `due`: what does its work that falls due, by kind;
    `frailty`: what can be wrong with the tokens that an operation mints; `present`: the credential
    that a call presents, unchecked and cheap: every call is asked; `retries`: its rules for sending
    a call again.
    """

    name: str
    title: str
    blueprint: Blueprint
    hosts: frozenset[str]
    catalogue: Mapping[str, Row]
    aliases: Mapping[str, str]
    operations: Sequence[str]
    lifetimes: Mapping[str, int]
    private: frozenset[str]
    kept_headers: frozenset[str]
    door: Callable[[], Door]
    locate: Callable[[Call], Iterable[tuple[Entry, str]]]
    home: Callable[[Mapping[str, Any]], Entry | None]
    issuer_keys: Callable[[View], tuple[str, ...]]
    find_issuer: Callable[[View, str | None], Issuer]
    credentials: Callable[[View, str], dict[str, str]]
    mint: Callable[[View, MintRequest], Granted[None]]
    modules: Sequence[str]
    opens: Callable[[Token, str], str | None]
    dress: Callable[[Call, str], Headers]
    rpc_door: Callable[[], RpcDoor] | None = None
    details: Callable[[View], Mapping[str, Json]] | None = None
    read_opaque: Callable[[str], Iterable[str]] | None = None
    limit: Callable[[View, Call], Limited | None] | None = None
    sign: Callable[[Mapping[str, str], Unsigned], Headers] | None = None
    parent_hosts: frozenset[str] = frozenset()
    values: Callable[[Call, View], Mapping[str, Json]] | None = None
    kid: Callable[[View, str], str] | None = None
    due: Mapping[str, Duty] = {}
    graphql: frozenset[str] = frozenset()
    grpc: frozenset[str] = frozenset()
    say_status: Callable[[GrpcFault], Row] | None = None
    frailty: Callable[[View, str], Frailty] = _frail
    trigger: Callable[[Call], Firing | None] | None = None
    magic: Magic | None = None
    present: Callable[[Call], Credential | None] = _present_nothing
    retries: Retries = Retries()

    def row(self, name: str) -> Row:
        """A row of the catalogue by its name or an alias.

        Raises:
            KeyError: there is none.
        """
        return self.catalogue[self.aliases.get(name, name)]

    def refusal(self, name: str, values: Mapping[str, Json] | None = None) -> Refusal:
        """A refusal by row name or alias."""
        return Refusal(self.row(name), values)


Providers = Mapping[str, Provider]  # by name
