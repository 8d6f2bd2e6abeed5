"""The queries: all on the envelope's view [schema] H."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import strawberry

from emulator.providers.highnote.rules.nodes import find_node, organizations
from emulator.providers.highnote.schema.accounts import (
    show_any_account,
    show_direct_deposit,
    show_external_detail,
)
from emulator.providers.highnote.schema.cards import show_card
from emulator.providers.highnote.schema.exchange import Asked, Exchange
from emulator.providers.highnote.schema.holders import show_business, show_person, show_user
from emulator.providers.highnote.schema.nodes import Node, Organization
from emulator.providers.highnote.schema.payment_methods import show_payment_method
from emulator.providers.highnote.schema.uploads import show_link, show_session
from emulator.providers.highnote.state import records


def _show_holder(holder: records.AccountHolder, exchange: Exchange) -> Node:
    show = show_person if holder.kind == "person" else show_business
    return show(holder, exchange.view)


# How each record is shown as a node.
_SHOW: Mapping[type[msgspec.Struct], Callable[[Any, Exchange], Node]] = {
    records.Organization: lambda found, _: _show_organization(found),
    records.PaymentCard: lambda found, exchange: show_card(found, exchange.view),
    records.FinancialAccount: lambda found, _: show_any_account(found),
    records.DirectDepositDetail: lambda found, _: show_direct_deposit(found),
    records.ExternalBankAccountDetail: lambda found, exchange: show_external_detail(
        exchange, found
    ),
    records.AccountHolder: _show_holder,
    records.AuthorizedUser: lambda found, exchange: show_user(found, exchange.view),
    records.DocumentUploadSession: lambda found, exchange: show_session(found, exchange.view),
    records.DocumentUploadLink: show_link,
    records.PaymentMethodToken: lambda found, exchange: show_payment_method(found, exchange.view),
}


def _show_organization(organization: records.Organization) -> Organization:
    return Organization(id=strawberry.ID(organization.organization_id))


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    def ping(self) -> str:
        """`pong` [sdk] H."""
        return "pong"

    @strawberry.field
    def node(self, info: Asked, id: strawberry.ID) -> Node | None:
        """The object of that id, null when there is none for the caller [doc] H."""
        exchange = info.context
        record, hint = find_node(exchange.view, exchange.caller, id)
        exchange.hint(hint)
        return None if record is None else _SHOW[type(record)](record, exchange)

    @strawberry.field
    def organizations(self, info: Asked) -> list[Organization] | None:
        """The API key's own organization."""
        return [_show_organization(found) for found in organizations(info.context.caller)]
