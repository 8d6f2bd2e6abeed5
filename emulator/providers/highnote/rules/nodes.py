"""Reading: `node(id)`, what a caller may see, and what is shown only with permission."""

from collections.abc import Iterable, Sequence

import msgspec

from emulator.core.view import View
from emulator.core.world import AnyKind
from emulator.providers.highnote import tokens
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.rules.access import admit, deny
from emulator.providers.highnote.state import kinds
from emulator.providers.highnote.state.records import (
    DirectDepositDetail,
    DocumentUploadLink,
    ExternalBankAccountDetail,
    FinancialAccount,
    Organization,
    Settings,
)

# All that `node` finds; applications, transactions and transfers are no nodes of this schema.
NODES: Sequence[AnyKind] = (
    kinds.PAYMENT_CARDS,
    kinds.FINANCIAL_ACCOUNTS,
    kinds.DIRECT_DEPOSIT_DETAILS,
    kinds.EXTERNAL_BANK_ACCOUNT_DETAILS,
    kinds.ACCOUNT_HOLDERS,
    kinds.AUTHORIZED_USERS,
    kinds.DOCUMENT_UPLOAD_SESSIONS,
    kinds.DOCUMENT_UPLOAD_LINKS,
    kinds.PAYMENT_METHOD_TOKENS,
)


def find_node(view: View, caller: Caller, object_id: str) -> tuple[msgspec.Struct | None, str]:
    """The object of that id that the caller may see, and a hint when there is none."""
    if object_id == caller.organization.organization_id:
        return (caller.organization, "") if caller.token is None else (None, _NOT_MINTED_FOR)
    for kind in NODES:
        record = view.table(kind).get(object_id)
        if record is None:
            continue
        if getattr(record, "organization", None) != caller.organization.id:
            return None, "The object belongs to another organization."
        return (record, "") if is_visible(caller, record) else (None, _NOT_MINTED_FOR)
    return None, "No object of that id in this sandbox."


_NOT_MINTED_FOR = "The client token was minted for another object than this."


def is_visible(caller: Caller, record: msgspec.Struct | None) -> bool:
    """Whether the caller may see an object: with a client token only what it was minted for.

    An upload link goes with its session [guess].
    """
    if record is None:
        return False
    if caller.token is None:
        return True
    key = record.session if isinstance(record, DocumentUploadLink) else getattr(record, "id", "")
    return tokens.covers(caller.token, key)


def organizations(caller: Caller) -> list[Organization]:
    """The API key's own; a client token sees none [guess]."""
    return [caller.organization] if caller.token is None else []


def check_restricted(view: View, caller: Caller, type_name: str, object_id: str) -> None:
    """Whether the caller may see `restrictedDetails`.

    Raises:
        Refusal: an API key of an organization without an attestation of compliance [schema] H,
            or a client token without the permission, or for another object.
    """
    if caller.token is None:
        if not view.settings(Settings).aoc:
            raise deny("API keys read restrictedDetails only with an AOC: setting aoc.")
        return
    admit(view, caller, f"{type_name}.restrictedDetails", object_id)


def account_of(
    view: View, detail: DirectDepositDetail | ExternalBankAccountDetail
) -> FinancialAccount | None:
    """The account that a detail is of."""
    return view.table(kinds.FINANCIAL_ACCOUNTS).get(detail.financial_account)


def direct_deposit_of(view: View, account: FinancialAccount) -> DirectDepositDetail | None:
    """An internal account's direct deposit detail."""
    found = view.table(kinds.DIRECT_DEPOSIT_DETAILS).find("account", account.id)
    return found[0] if found else None


def external_detail_of(view: View, account: FinancialAccount) -> ExternalBankAccountDetail | None:
    """An external account's detail."""
    found = view.table(kinds.EXTERNAL_BANK_ACCOUNT_DETAILS).find("account", account.id)
    return found[0] if found else None


def links_of(view: View, session: str) -> Iterable[DocumentUploadLink]:
    """A session's links."""
    return view.table(kinds.DOCUMENT_UPLOAD_LINKS).find("session", session)
