"""What there is to be called, and what each operation can be made to do: what a fault may ask."""

from typing import get_args

import msgspec

from emulator.control.endpoint import Asked, Parameter, no_sandbox, render
from emulator.control.pages import Page
from emulator.core.decisions import Row
from emulator.core.defects import MISSING_CLAIM
from emulator.core.faults import SILENT
from emulator.core.state import DEFAULT
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.faults.bodies import Transport
from emulator.edge.faults.checks import ALL, GRPC_CODES
from emulator.edge.provider import Provider

SANDBOX = Parameter(
    "sandbox",
    "Whose tokens are meant: what can be wrong with them may follow from its settings.",
    {"type": "string", "default": DEFAULT},
)
_RPC_ONLY = frozenset({"deadline"})


class ErrorShape(msgspec.Struct, frozen=True):
    """A way in which a provider says no. `aliases`: names that other providers have too."""

    name: str
    status: int
    source: str
    aliases: list[str]


class OperationShape(msgspec.Struct, frozen=True):
    """An operation; `*` stands for each of the provider's.

    `lifetime`: seconds that its tokens live by default, null if it mints none; `defects`: what can
    be wrong with them; `graphql`, `grpc`: whether it can fail as only these do.
    """

    name: str
    lifetime: int | None
    defects: list[str]
    transports: list[str]
    graphql: bool
    grpc: bool


class KindShape(msgspec.Struct, frozen=True):
    """A kind of record in its world. `key`: the field that names one."""

    name: str
    key: str


class ProviderShape(msgspec.Struct, frozen=True):
    """A provider. `modules`: what introspection can try a token on; `kinds`: of `entities`."""

    provider: str
    title: str
    errors: list[ErrorShape]
    modules: list[str]
    operations: list[OperationShape]
    kinds: list[KindShape]


class Operations(Page[ProviderShape], frozen=True, kw_only=True):
    """The providers. `unanswered`: transports that take `effect`, as the client sees nothing.

    `grpc_codes`: what a gRPC call can fail with.
    """

    unanswered: list[str]
    grpc_codes: list[str]


async def index(asked: Asked) -> Answer:
    """List the operations of each provider, with what can befall them."""
    name = asked.query.get("sandbox", DEFAULT)
    directory = asked.house.directory
    sandbox = await (directory.open(name) if name == DEFAULT else directory.find(name))
    if sandbox is None:
        raise no_sandbox(name)
    items = await sandbox.look(
        lambda view: [_show(provider, view) for provider in asked.house.providers.values()]
    )
    return render(Operations(items, unanswered=sorted(SILENT), grpc_codes=list(GRPC_CODES)))


def _show(provider: Provider, view: View) -> ProviderShape:
    return ProviderShape(
        provider.name,
        provider.title,
        [_show_error(provider, row) for row in provider.catalogue.values()],
        list(provider.modules),
        [_show_operation(provider, name, view) for name in (*provider.operations, ALL)],
        [KindShape(kind.name, kind.key) for kind in provider.blueprint.kinds],
    )


def _show_error(provider: Provider, row: Row) -> ErrorShape:
    aliases = [alias for alias, name in provider.aliases.items() if name == row.name]
    return ErrorShape(row.name, row.status, row.source, aliases)


def _show_operation(provider: Provider, name: str, view: View) -> OperationShape:
    is_rpc = name in provider.grpc
    lifetime = provider.lifetimes.get(name)
    return OperationShape(
        name,
        lifetime,
        [] if lifetime is None else _list_defects(provider, name, view),
        [kind for kind in get_args(Transport) if is_rpc or kind not in _RPC_ONLY],
        name in provider.graphql,
        is_rpc,
    )


def _list_defects(provider: Provider, name: str, view: View) -> list[str]:
    frailty = provider.frailty(view, name)
    return [*frailty.defects, *(f"{MISSING_CLAIM}{claim}" for claim in frailty.claims)]
