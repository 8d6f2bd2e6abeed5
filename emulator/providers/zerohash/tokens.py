"""zerohash's token: its claims, its key, how long it lives, and what it opens."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from emulator.core.decisions import Json
from emulator.core.defects import Frailty
from emulator.core.facts import TokenIssued
from emulator.core.ids import UPPER_ALNUM, derive_text, derive_uuid
from emulator.core.keyrings import Issuer
from emulator.core.tokens import Grant, Token, template
from emulator.core.view import View
from emulator.providers.zerohash.state import PROVIDER, Participant, Platform, Settings

OPERATION = "client_auth_token"
CLAIMS = (
    "application_id",
    "device_id",
    "exp",
    "iss",
    "jti",
    "participant_code",
    "payload",
    "permissions",
    "platform_code",
)
ONBOARDING = "onboarding_token"  # the older way to a token for onboarding [doc] H

# No kid, and the members in this order. [example] H
HEADER = '{"alg":"RS256","typ":"JWT"}'

LIFETIME_S = 3600  # [doc] H; for onboarding [guess]
PAYMENT_LIFETIME_S = 300  # crypto-withdrawals [doc] H; crypto-payouts [guess] M
PAYMENT_PERMISSIONS = frozenset({"crypto-withdrawals", "crypto-payouts"})

# Which permission opens which SDK module: one a line of the mint page's list, and payouts. The
# pairs are [doc][openapi] H, those of `fiat-*` by their names alone [guess] M. The names are the
# values of the web SDK's AppIdentifier: onboarding, profile, crypto-withdrawals and
# crypto-account-link as shown [doc] H, the others after their members' names [guess] M.
MODULES: Mapping[str, frozenset[str]] = {
    "onboarding": frozenset({"onboarding"}),
    "profile": frozenset({"participant-profile"}),
    "crypto-buy": frozenset({"crypto-buy"}),
    "crypto-sell": frozenset({"crypto-sell"}),
    "crypto-withdrawals": frozenset({"crypto-withdrawals"}),
    "fiat-deposits": frozenset({"fiat-deposits"}),
    "fiat-withdrawals": frozenset({"fiat-withdrawals"}),
    "fund": frozenset({"fwc"}),
    "fiat-account-link": frozenset({"fiat-account-link"}),
    "crypto-account-link": frozenset({"crypto-account-link"}),
    # Opened with the same permission [doc] H, its name after its member's [guess] M.
    "crypto-account-link-payouts": frozenset({"crypto-account-link"}),
    "pay": frozenset({"crypto-pay"}),
    "payouts": frozenset({"crypto-payouts"}),
}


def opens(token: Token, module: str) -> str | None:
    """None when the token's permissions open the module, else the permission that it lacks.

    Raises:
        KeyError: there is no such module.
    """
    needed = MODULES[module]
    if needed.isdisjoint(token.grant.permissions):
        return min(needed)
    return None


def issue(
    view: View,
    platform: Platform,
    participant: Participant | None,
    permissions: Sequence[str],
    details: Mapping[str, Any],
    *,
    requested_s: int | None = None,
    claims: Mapping[str, Json] | None = None,
    operation: str = OPERATION,
) -> TokenIssued:
    """A token for a participant of a platform. `claims` are laid over the usual ones.

    The claims' names and order are the published token's [example] H. That the payload carries
    what was asked for under the same names is [guess] M, shown for deposit_details [example] H;
    for somebody without a code participant_code is empty [guess] L.
    """
    short = not PAYMENT_PERMISSIONS.isdisjoint(permissions)
    lifetime_s = view.lifetime_s(
        PROVIDER, operation, PAYMENT_LIFETIME_S if short else LIFETIME_S, requested_s
    )
    code = participant.participant_code if participant else ""
    said: dict[str, Any] = {
        "application_id": "",
        "device_id": "",
        "exp": None,
        "iss": platform.issuer,
        "jti": None,
        "participant_code": code,
        "payload": {
            **details,
            **({"participant_code": code} if code else {}),
            "platform_agreement_link": platform.agreement_link,
            "platform_name": platform.name,
        },
        "permissions": list(permissions),
        "platform_code": platform.platform_code,
        **(claims or {}),
    }
    grant = Grant(
        provider=PROVIDER,
        kind=operation,
        subject=code or str(details.get("email", "")),
        permissions=tuple(permissions),
        lifetime_s=lifetime_s,
        header=HEADER,
        claims=template(said, ("exp", "jti"), order="sorted"),
        fills=("exp", "jti"),
        key=view.key_name(PROVIDER, view.settings(Settings).rsa_bits),
    )
    return view.issue(view.draw_uuid("zerohash.jti"), grant, lambda own: _make_abroad(view, own))


def _make_abroad(view: View, grant: Grant) -> Grant:
    """The same token of a platform in another sandbox, with its own code, issuer and key."""
    said = msgspec.json.decode(grant.claims)
    told = ("zerohash.abroad", view.seed, view.sandbox)
    said["platform_code"] = derive_text(*told, alphabet=UPPER_ALNUM, length=6)
    said["iss"] = derive_uuid(*told)
    key = view.other_key(grant.key, issuer_keys(view))
    return msgspec.structs.replace(
        grant, claims=template(said, grant.fills, order="sorted"), key=key
    )


def find_frailty(_: View, __: str) -> Frailty:
    """What can be wrong with a token: everything. Having no kid, aud or nbf, it is given one."""
    return Frailty(claims=CLAIMS)


def issuer_keys(view: View) -> tuple[str, ...]:
    """The keys that may sign a token of this sandbox: first the size that the settings ask for.

    4096 bits by default. [example] H
    """
    active = view.settings(Settings).rsa_bits
    sizes = (active, *(bits for bits in (4096, 2048) if bits != active))
    return tuple(name for bits in sizes for name in view.keyring(PROVIDER, bits).names)


def find_issuer(view: View, name: str | None) -> Issuer:
    """The one issuer that there is, with keys of the size that the settings ask for.

    Raises:
        KeyError: another name is asked for.
    """
    if name not in {None, PROVIDER}:
        raise KeyError(name)
    return Issuer(PROVIDER, view.settings(Settings).rsa_bits)
