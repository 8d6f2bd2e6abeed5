"""Minting: one rule for the sixteen client tokens, and the three that make other tokens."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from emulator.core.decisions import Granted
from emulator.core.facts import TokenIssued
from emulator.core.view import View
from emulator.core.world import AnyKind
from emulator.providers.highnote import tokens
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.rules.access import (
    deny,
    draw_reference,
    find_own,
    need_key,
    refuse,
)
from emulator.providers.highnote.state import kinds
from emulator.providers.highnote.state.records import Settings

MAX_NONCE = 255  # characters [schema] H


class Target(msgspec.Struct, frozen=True):
    """An object that a mint names: of which kind it has to be."""

    kind: AnyKind
    accepts: Callable[[Any], bool] | None = None


def _internal(account: Any) -> bool:  # noqa: ANN401 - a record of FINANCIAL_ACCOUNTS
    return bool(account.kind == "internal")


def _external(account: Any) -> bool:  # noqa: ANN401 - a record of FINANCIAL_ACCOUNTS
    return bool(account.kind != "internal")


# By mutation, the input's fields that name objects.
TARGETS: Mapping[str, Mapping[str, Target]] = {
    "generatePaymentCardClientToken": {"paymentCardId": Target(kinds.PAYMENT_CARDS)},
    "generateDirectDepositDetailClientToken": {
        "directDepositDetailId": Target(kinds.DIRECT_DEPOSIT_DETAILS)
    },
    "generateExternalBankAccountDetailClientToken": {
        "externalBankAccountDetailId": Target(kinds.EXTERNAL_BANK_ACCOUNT_DETAILS)
    },
    "generateDocumentUploadClientToken": {
        "documentUploadSessionId": Target(kinds.DOCUMENT_UPLOAD_SESSIONS)
    },
    "generatePersonAccountHolderClientToken": {
        "accountHolderId": Target(kinds.ACCOUNT_HOLDERS, lambda holder: holder.kind == "person")
    },
    "generateBusinessAccountHolderClientToken": {
        "accountHolderId": Target(kinds.ACCOUNT_HOLDERS, lambda holder: holder.kind == "business")
    },
    "generatePersonAuthorizedUserClientToken": {"authorizedUserId": Target(kinds.AUTHORIZED_USERS)},
    "generateInitiateSecureDepositClientToken": {
        "fromFinancialAccountId": Target(kinds.FINANCIAL_ACCOUNTS, _external),
        "toFinancialAccountId": Target(kinds.FINANCIAL_ACCOUNTS, _internal),
    },
    "generateSecureDepositClientToken": {"transactionId": Target(kinds.TRANSACTIONS)},
    "generateScheduledTransferClientToken": {
        "scheduledTransferId": Target(kinds.SCHEDULED_TRANSFERS)
    },
    "generateCreateScheduledTransferClientToken": {
        "fromFinancialAccountId": Target(kinds.FINANCIAL_ACCOUNTS),
        "toFinancialAccountId": Target(kinds.FINANCIAL_ACCOUNTS),
    },
    "generateFinancialAccountSingleUseClientToken": {
        "financialAccountId": Target(kinds.FINANCIAL_ACCOUNTS, _internal)
    },
}


class Wanted(msgspec.Struct, frozen=True):
    """A client token to mint. `objects`: ids by input field; `permissions` None: none to name."""

    operation: str
    objects: Mapping[str, str]
    permissions: tuple[str, ...] | None = None
    nonce: str | None = None
    session: str | None = None


def mint(view: View, caller: Caller, wanted: Wanted) -> Granted[TokenIssued]:
    """A client token."""
    row = tokens.MINTS[wanted.operation]
    need_key(caller)
    _need_grant(view, caller, row)
    for field, target in TARGETS.get(wanted.operation, {}).items():
        key = wanted.objects[field]
        find_own(view, caller, target.kind, key, "input", field, accepts=target.accepts)
    permissions = (row.implied,) if wanted.permissions is None else wanted.permissions
    if not permissions:
        raise refuse("invalid", "At least one permission is needed", "input", "permissions")
    _check_nonce(wanted.nonce)
    if wanted.session is not None and not wanted.session.strip():
        raise refuse("required", "A session id is needed", "input", "sessionId")
    objects = [*wanted.objects.values(), *([wanted.session] if wanted.session else [])]
    issued = tokens.issue(
        view, caller.organization, wanted.operation, objects, permissions, nonce=wanted.nonce
    )
    return Granted(issued, facts=(issued,), token=issued)


def _need_grant(view: View, caller: Caller, row: tokens.Mint) -> None:
    """What Highnote has to grant first [schema][doc] H; the error [guess] M."""
    key = caller.key
    if row.needs == "restricted key" and (key is None or not key.restricted):
        raise deny("This mutation takes a restricted API key: see /credentials.")
    if row.needs == "risk":
        _need_risk(view)


def _need_risk(view: View) -> None:
    if not view.settings(Settings).risk_enabled:
        raise deny("The organization is not enabled for risk: setting risk_enabled.")


def _check_nonce(nonce: str | None) -> None:
    if nonce is not None and not (nonce.isascii() and 0 < len(nonce) <= MAX_NONCE):
        description = f"Must be ASCII, at most {MAX_NONCE} characters"
        raise refuse("invalid", description, "input", "singleUseToken")


def mint_risk_session(view: View, caller: Caller) -> Granted[TokenIssued]:
    """A session token for the risk SDK's third party: opaque, and nothing here takes it."""
    need_key(caller)
    _need_risk(view)
    return _mint_other(view, caller, "generateRiskApplicationSDKSessionToken", "rst_")


def mint_link(view: View, caller: Caller, holder: str) -> Granted[TokenIssued]:
    """A token for a bank link's third party."""
    need_key(caller)
    find_own(view, caller, kinds.ACCOUNT_HOLDERS, holder, "input", "accountHolderId")
    operation = "generateVerifiedExternalBankAccountLinkToken"
    return _mint_other(view, caller, operation, "link-sandbox-")


def mint_provisioning(view: View, caller: Caller, card: str) -> Granted[TokenIssued]:
    """A token for a wallet's web page."""
    need_key(caller)
    find_own(view, caller, kinds.PAYMENT_CARDS, card, "input", "paymentCardId")
    return _mint_other(view, caller, "generateAppleWebPushProvisioningToken", "awp_")


def _mint_other(view: View, caller: Caller, operation: str, prefix: str) -> Granted[TokenIssued]:
    organization = caller.organization.organization_id
    jti = draw_reference(view, prefix)
    issued = tokens.issue_reference(view, operation, jti, organization, {"org": organization})
    return Granted(issued, facts=(issued,))
