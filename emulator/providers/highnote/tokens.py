"""Highnote's client tokens: claims, lifetimes, which mutation mints what, and what opens what."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

from emulator.core.decisions import Json
from emulator.core.defects import REFERENCE_DEFECTS, Frailty
from emulator.core.facts import TokenIssued
from emulator.core.ids import derive_text
from emulator.core.keyrings import Issuer
from emulator.core.keys import choose_key
from emulator.core.tokens import Grant, Token, template
from emulator.core.view import View
from emulator.providers.highnote.state.kinds import HEX, PROVIDER
from emulator.providers.highnote.state.records import Organization

# The members in this order. [example] H
_HEADER = '{{"kid":"{kid}","typ":"JWT","alg":"RS256"}}'
AUDIENCE = "prod.test.api.bay1.com"  # [example] H
REGION = "USA"  # [example] H
APP_ID = "ap_bay1:clientsdk:00000000000000000"  # [example] H
ISSUER = "prod.auth.bay1.com"  # begins "prod." and a, b or c [example] H; the rest [guess]

RSA_BITS = 2048  # [guess]
CLAIMS = ("aud", "org", "reg", "appid", "iss", "sub", "iat", "exp", "jti", "oid", "perms", "usage")
OPAQUE = ""  # the header of what is a reference and no JWT

LIFETIME_S = 600  # [doc] H
PAYMENT_METHOD_LIFETIME_S = 900  # [schema] H; the Secure Inputs page says 600 [doc]
RISK_LIFETIME_S = 1800  # [doc] H for what the Risk Application SDK hands out
REFERENCE_LIFETIME_S = 3600  # of a tokenized holder [guess]

Usage = Literal["UNTIL_EXPIRATION", "SINGLE_USE"]


class Mint(msgspec.Struct, frozen=True):
    """A mutation that mints. `type`: what its permissions are of.

    `implied`: a permission that the caller does not name; `needs`: what an ordinary organization or
    key does not have.
    """

    type: str
    implied: str = ""
    lifetime_s: int = LIFETIME_S
    usage: Usage = "UNTIL_EXPIRATION"
    needs: Literal["", "restricted key", "risk"] = ""


# The names of the implied permissions are ours. [schema] H for the mutations
MINTS: Mapping[str, Mint] = {
    "generatePaymentCardClientToken": Mint("PaymentCard"),
    "generateDirectDepositDetailClientToken": Mint("DirectDepositDetail"),
    "generateExternalBankAccountDetailClientToken": Mint("ExternalBankAccountDetail"),
    "generateTokenizeAccountHolderClientToken": Mint("AccountHolder", "TOKENIZE"),
    "generateTokenizeAuthorizedUserClientToken": Mint("AuthorizedUser", "TOKENIZE"),
    "generateDocumentUploadClientToken": Mint("DocumentUploadSession"),
    "generatePersonAccountHolderClientToken": Mint("PersonAccountHolder"),
    "generateBusinessAccountHolderClientToken": Mint("BusinessAccountHolder"),
    "generatePersonAuthorizedUserClientToken": Mint("PersonAuthorizedUser"),
    "generateInitiateSecureDepositClientToken": Mint("FinancialAccount"),
    "generateSecureDepositClientToken": Mint("SecureDeposit"),
    "generateScheduledTransferClientToken": Mint("ScheduledTransfer"),
    "generateCreateScheduledTransferClientToken": Mint("FinancialAccount"),
    "generateFinancialAccountSingleUseClientToken": Mint(
        "FinancialAccount", usage="SINGLE_USE", needs="restricted key"
    ),
    "generatePaymentMethodTokenizationClientToken": Mint(
        "PaymentMethod", lifetime_s=PAYMENT_METHOD_LIFETIME_S
    ),
    "generateRiskClientToken": Mint(
        "Risk", "CREATE_ACCOUNT_HOLDER", lifetime_s=RISK_LIFETIME_S, needs="risk"
    ),
}

# Others than client tokens: they open nothing here.
OTHER_MINTS: Mapping[str, int] = {
    "generateRiskApplicationSDKSessionToken": RISK_LIFETIME_S,
    "generateVerifiedExternalBankAccountLinkToken": RISK_LIFETIME_S,
    "generateAppleWebPushProvisioningToken": LIFETIME_S,
}
REFERENCES = (
    "tokenizeUSPersonAccountHolder",
    "tokenizeUSBusinessAccountHolder",
    "tokenizeUSPersonAuthorizedUser",
)
LIFETIMES: Mapping[str, int] = {
    **{operation: mint.lifetime_s for operation, mint in MINTS.items()},
    **OTHER_MINTS,
    **dict.fromkeys(REFERENCES, REFERENCE_LIFETIME_S),
}

_CREATE_HOLDER = frozenset({"AccountHolder:TOKENIZE", "Risk:CREATE_ACCOUNT_HOLDER"})
_TOKENIZE_HOLDER = frozenset({"AccountHolder:TOKENIZE"})
_AUTHORIZED_USER = frozenset({"AuthorizedUser:TOKENIZE"})
_DOCUMENTS = frozenset({"DocumentUploadSession:MANAGE_DOCUMENT_UPLOAD_SESSION"})
_MANAGE_CARD = frozenset({"PaymentCard:MANAGE_PAYMENT_CARD"})

# The permissions any one of which opens an operation to a client token. Rows 1 to 5 and 9 to 13 of
# the documented use cases H, rows 6 to 8 and MANAGE_PAYMENT_CARD [guess].
USES: Mapping[str, frozenset[str]] = {
    "setPinForPaymentCard": frozenset({"PaymentCard:SET_PAYMENT_CARD_PIN"}),
    "activatePaymentCard": _MANAGE_CARD,
    "suspendPaymentCard": _MANAGE_CARD,
    "closePaymentCard": _MANAGE_CARD,
    "tokenizeUSPersonAccountHolder": _TOKENIZE_HOLDER,
    "tokenizeUSBusinessAccountHolder": _TOKENIZE_HOLDER,
    "tokenizeUSPersonAuthorizedUser": _AUTHORIZED_USER,
    "createUSPersonAccountHolder": _CREATE_HOLDER,
    "createUSBusinessAccountHolder": _CREATE_HOLDER,
    "createUSPersonAuthorizedUser": _AUTHORIZED_USER,
    "startDocumentUploadSession": _DOCUMENTS,
    "createDocumentUploadLink": _DOCUMENTS,
    "endDocumentUploadSession": _DOCUMENTS,
    "tokenizeCardPaymentMethod": frozenset({"PaymentMethod:TOKENIZE_PAYMENT_METHOD"}),
    "issuePaymentCardForFinancialAccount": frozenset({"FinancialAccount:ISSUE_PAYMENT_CARD"}),
    "PaymentCard.restrictedDetails": frozenset({"PaymentCard:READ_RESTRICTED_DETAILS"}),
    "DirectDepositDetail.restrictedDetails": frozenset(
        {"DirectDepositDetail:READ_RESTRICTED_DETAILS"}
    ),
    "NonVerifiedExternalUSFinancialBankAccountDetail.restrictedDetails": frozenset(
        {"ExternalBankAccountDetail:READ_RESTRICTED_DETAILS"}
    ),
}


def opens(token: Token, module: str) -> str | None:
    """None when the token's permissions open the operation, else one that it lacks.

    Raises:
        KeyError: no client token opens that, or there is no such operation.
    """
    needed = USES[module]
    return None if needed.intersection(token.grant.permissions) else min(needed)


def issue(
    view: View,
    organization: Organization,
    operation: str,
    objects: Sequence[str],
    permissions: Sequence[str],
    *,
    nonce: str | None = None,
    requested_s: int | None = None,
    claims: Mapping[str, Json] | None = None,
) -> TokenIssued:
    """A client token for objects (their ids; none: the organization itself).

    `claims` are laid over the usual ones.
    """
    mint = MINTS[operation]
    lifetime_s = view.lifetime_s(PROVIDER, operation, mint.lifetime_s, requested_s)
    key = view.key_name(PROVIDER, RSA_BITS)
    grant = _grant(
        organization.organization_id,
        operation,
        tuple(objects),
        tuple(permissions),
        lifetime_s,
        find_kid(view, key),
        key,
        nonce,
    )
    if claims:
        said = {**msgspec.json.decode(grant.claims), **claims}
        grant = msgspec.structs.replace(grant, claims=template(said, grant.fills))
    return view.issue(view.draw_uuid("highnote.jti"), grant, lambda own: _make_abroad(view, own))


def _make_abroad(view: View, grant: Grant) -> Grant:
    """The same token of an organization in another sandbox, whose first key signs."""
    said = msgspec.json.decode(grant.claims)
    own = derive_text("highnote.abroad", view.seed, view.sandbox, alphabet=HEX, length=32)
    said["org"] = f"og_bs01{own}"
    return msgspec.structs.replace(
        grant,
        header=_HEADER.format(kid=1),
        claims=template(said, grant.fills),
        key=view.other_key(grant.key, issuer_keys(view)),
    )


def find_frailty(_: View, operation: str) -> Frailty:
    """What can be wrong with what an operation mints."""
    if operation in MINTS:
        return Frailty(claims=CLAIMS)
    return Frailty(REFERENCE_DEFECTS, why="is a reference and no JWT")


@lru_cache(maxsize=256)
def _grant(
    organization: str,
    operation: str,
    objects: tuple[str, ...],
    permissions: tuple[str, ...],
    lifetime_s: int,
    kid: str,
    key: str,
    nonce: str | None,
) -> Grant:
    """What tokens that are alike share; the claims from `sub` on are [guess]."""
    mint = MINTS[operation]
    scoped = tuple(dict.fromkeys(f"{mint.type}:{name}" for name in permissions))
    subject = objects[0] if objects else organization
    said: dict[str, Json] = {
        "aud": AUDIENCE,
        "org": organization,
        "reg": REGION,
        "appid": APP_ID,
        "iss": ISSUER,
        "sub": subject,
        "iat": None,
        "exp": None,
        "jti": None,
        "oid": list(objects) if len(objects) > 1 else subject,
        "perms": list(scoped),
        "usage": mint.usage,
        **({"nonce": nonce} if nonce else {}),
    }
    return Grant(
        provider=PROVIDER,
        kind=operation,
        subject=subject,
        permissions=scoped,
        lifetime_s=lifetime_s,
        header=_HEADER.format(kid=kid),
        claims=template(said, ("iat", "exp", "jti")),
        fills=("iat", "exp", "jti"),
        key=key,
    )


def issue_reference(
    view: View, operation: str, jti: str, subject: str, claims: Mapping[str, Json]
) -> TokenIssued:
    """A token that is only its id in the book, which says what it stands for."""
    lifetime_s = view.lifetime_s(PROVIDER, operation, LIFETIMES[operation])
    grant = Grant(
        provider=PROVIDER,
        kind=operation,
        subject=subject,
        permissions=(),
        lifetime_s=lifetime_s,
        header=OPAQUE,
        claims=template(claims, ()),
        fills=(),
        key="",
        opaque="{jti}",
    )
    return view.issue(jti, grant, lambda own: own)


def is_single_use(token: Token) -> bool:
    """Whether the first use spends the token."""
    mint = MINTS.get(token.grant.kind)
    return mint is not None and mint.usage == "SINGLE_USE"


def covers(token: Token, object_id: str) -> bool:
    """Whether the token was minted for that object."""
    oid = token.claims().get("oid")
    return object_id in oid if isinstance(oid, list) else object_id == oid


def issuer_keys(view: View) -> tuple[str, ...]:
    """The keys that may sign a token of this sandbox."""
    return view.keyring(PROVIDER, RSA_BITS).names


def find_issuer(_: View, name: str | None) -> Issuer:
    """The one issuer that there is.

    Raises:
        KeyError: another name is asked for.
    """
    if name not in {None, PROVIDER}:
        raise KeyError(name)
    return Issuer(PROVIDER, RSA_BITS)


def find_kid(view: View, key: str) -> str:
    """`1` for the first key [example] H, then 2, 3 [guess]: its place in the pool from there."""
    return _kid(view.state.key_names[RSA_BITS], view.seed, key)


@lru_cache(maxsize=1024)
def _kid(names: tuple[str, ...], seed: str, key: str) -> str:
    first = choose_key(names, seed, PROVIDER)
    return str((names.index(key) - names.index(first)) % len(names) + 1)
