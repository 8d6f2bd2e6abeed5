"""The kinds of Highnote's world, and the names that a sandbox has for itself."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from emulator.core.world import AnyKind, Blueprint, Draw, Identity, Kind, Parent, World
from emulator.providers.highnote.state import records as r

PROVIDER = "highnote"
HEX = "0123456789abcdef"
BASE62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

# Ids: prefix, then 32 hex digits. [example][repo] for cd_, ac_, ps_; the others [guess].
PREFIXES = {
    "payment_cards": "cd_",
    "financial_accounts": "ac_c022",
    "direct_deposit_details": "ddd_",
    "external_bank_account_details": "eba_",
    "account_holders": "ps_ah01",
    "authorized_users": "au_",
    "applications": "ap_",
    "document_upload_sessions": "dus_",
    "document_upload_links": "dul_",
    "transactions": "tx_",
    "scheduled_transfers": "st_",
    "payment_method_tokens": "pmt_",
}

BUSINESS_PREFIX = "og_ah02"  # of an account holder that is a business [example]

R = TypeVar("R", bound=msgspec.Struct)


def _kind(name: str, record: type[R], parent: Parent, **indexes: Callable[[Any], Any]) -> Kind[R]:
    prefix = PREFIXES[name]

    def new_key(draw: Draw) -> str:
        return prefix + draw(f"{PROVIDER}.{prefix}")[:16].hex()

    return Kind(PROVIDER, name, record, key="id", indexes=indexes, parent=parent, new_key=new_key)


_OF_ORGANIZATION = Parent("organization", "organizations")
_OF_ACCOUNT = Parent("financial_account", "financial_accounts")

ORGANIZATIONS = Kind(
    PROVIDER,
    "organizations",
    r.Organization,
    key="id",
    indexes={"organization_id": lambda organization: organization.organization_id},
    home="organization_id",
)
API_KEYS = Kind(
    PROVIDER,
    "api_keys",
    r.ApiKey,
    key="id",
    indexes={"api_key": lambda key: key.api_key},
    parent=_OF_ORGANIZATION,
    home="api_key",
    secrets=frozenset({"api_key"}),
)
FINANCIAL_ACCOUNTS = _kind("financial_accounts", r.FinancialAccount, _OF_ORGANIZATION)
PAYMENT_CARDS = _kind(
    "payment_cards",
    r.PaymentCard,
    _OF_ACCOUNT,
    idempotency=lambda card: card.idempotency_key and (card.organization, card.idempotency_key),
)
DIRECT_DEPOSIT_DETAILS = _kind(
    "direct_deposit_details",
    r.DirectDepositDetail,
    _OF_ACCOUNT,
    account=lambda detail: detail.financial_account,
)
EXTERNAL_BANK_ACCOUNT_DETAILS = _kind(
    "external_bank_account_details",
    r.ExternalBankAccountDetail,
    _OF_ACCOUNT,
    account=lambda detail: detail.financial_account,
)
ACCOUNT_HOLDERS = _kind("account_holders", r.AccountHolder, _OF_ORGANIZATION)
AUTHORIZED_USERS = _kind(
    "authorized_users", r.AuthorizedUser, Parent("account_holder", "account_holders")
)
APPLICATIONS = _kind("applications", r.Application, Parent("account_holder", "account_holders"))
DOCUMENT_UPLOAD_SESSIONS = _kind(
    "document_upload_sessions", r.DocumentUploadSession, Parent("application", "applications")
)
DOCUMENT_UPLOAD_LINKS = _kind(
    "document_upload_links",
    r.DocumentUploadLink,
    Parent("session", "document_upload_sessions"),
    session=lambda link: link.session,
)
TRANSACTIONS = _kind("transactions", r.Transaction, _OF_ACCOUNT)
SCHEDULED_TRANSFERS = _kind(
    "scheduled_transfers",
    r.ScheduledTransfer,
    Parent("to_financial_account", "financial_accounts"),
)
PAYMENT_METHOD_TOKENS = _kind("payment_method_tokens", r.PaymentMethodToken, _OF_ORGANIZATION)

KINDS: tuple[AnyKind, ...] = (
    ORGANIZATIONS,
    API_KEYS,
    FINANCIAL_ACCOUNTS,
    PAYMENT_CARDS,
    DIRECT_DEPOSIT_DETAILS,
    EXTERNAL_BANK_ACCOUNT_DETAILS,
    ACCOUNT_HOLDERS,
    AUTHORIZED_USERS,
    APPLICATIONS,
    DOCUMENT_UPLOAD_SESSIONS,
    DOCUMENT_UPLOAD_LINKS,
    TRANSACTIONS,
    SCHEDULED_TRANSFERS,
    PAYMENT_METHOD_TOKENS,
)


def settle(world: World, identity: Identity) -> Iterable[tuple[AnyKind, msgspec.Struct]]:
    """Each organization's own id, and beside each fixture key one of the sandbox's own.

    The first primary key and its organization take the credentials that the sandbox was given.
    """
    keys = [key for key in world.bases[API_KEYS.id].records.values() if isinstance(key, r.ApiKey)]
    main = next((key for key in keys if key.primary and not key.restricted), None)
    for organization in world.bases[ORGANIZATIONS.id].records.values():
        if isinstance(organization, r.Organization):
            given = identity.given if main and organization.id == main.organization else {}
            yield ORGANIZATIONS, _own_organization(organization, identity, given)
    for key in keys:
        given_key = None
        if key is main:
            given_key = identity.given.get("api_key")
        elif main and key.restricted and key.primary and key.organization == main.organization:
            given_key = identity.given.get("restricted_api_key")
        yield API_KEYS, _own_key(key, identity, given_key)


def _own_organization(
    organization: r.Organization, identity: Identity, given: Mapping[str, str]
) -> r.Organization:
    name = given.get("organization_id")
    own = name or "og_bs01" + identity.text(f"organization {organization.id}", HEX, 32)
    return msgspec.structs.replace(organization, organization_id=own)


def _own_key(key: r.ApiKey, identity: Identity, given: str | None) -> r.ApiKey:
    """Visibly fake. The fixture's key stays beside it, for calls that name their sandbox."""
    prefix = "rk_test_FAKE" if key.restricted else "sk_test_FAKE"
    own = given or prefix + identity.text(f"api key {key.id}", BASE62, 64)
    return msgspec.structs.replace(key, id=f"{key.id}-own", api_key=own)


BLUEPRINT = Blueprint(PROVIDER, KINDS, r.Settings, settle)
