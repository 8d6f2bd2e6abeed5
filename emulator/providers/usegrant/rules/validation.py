"""Validating a token against a tenant's policy.

Order: the issuer is the trusted one, its key set made the signature, then times, audience, age,
conditions [doc concepts] M. What an own issuer made must stand in this sandbox's book besides.
"""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Granted, Json, Refusal
from emulator.core.defects import describe_defect, is_broken
from emulator.core.introspection import explain_token
from emulator.core.jwt import Unverified
from emulator.core.view import View
from emulator.providers.usegrant import tokens
from emulator.providers.usegrant.errors import CATALOGUE
from emulator.providers.usegrant.rules.conditions import find_unmet
from emulator.providers.usegrant.state import (
    POLICIES,
    PROVIDER,
    TENANT_PROVIDERS,
    Policy,
    Tenant,
    TenantProvider,
)

HOUR_S = 3600


class Signature(msgspec.Struct, frozen=True):
    """What is known of a token's signature before the decision.

    `key`: the name of the pool's key that made it. `issuer`: the foreign issuer whose key set made
    it; `failure`: why nothing of that is known.
    """

    key: str | None = None
    issuer: str | None = None
    failure: str = "No key that is known here made it."


class Presented(msgspec.Struct, frozen=True):
    """A token and the policy that it is to satisfy. `flaw`: why the text is no token."""

    policy: str
    token: Unverified | None
    flaw: str = ""
    signature: Signature = Signature()


def validate(view: View, tenant: Tenant, presented: Presented) -> Granted[int | float]:
    """When the token expires, Unix seconds.

    Raises:
        Refusal: no such policy, or the first check that fails.
    """
    policy, trusted = find_policy(view, tenant, presented.policy)
    if presented.token is None:
        raise _refuse("format", "Invalid token", f"The token {presented.flaw}.")
    claims = presented.token.claims
    _check_issuer(view, trusted, presented)
    expires_at = _check_times(view.now, claims)
    _check_audience(policy, trusted, claims)
    _check_age(view.now, trusted, claims)
    _check_whole(view, claims)
    unmet = find_unmet(policy.conditions, claims)
    if unmet is not None:
        condition = policy.conditions[unmet]
        hint = f"Condition {unmet} of the policy ({condition.operator}) is not met."
        raise _refuse("conditions", "Token does not satisfy the policy", hint, condition=unmet)
    return Granted(expires_at)


def find_policy(view: View, tenant: Tenant, policy_id: str) -> tuple[Policy, TenantProvider]:
    """The tenant's policy and the issuer that it is for.

    Raises:
        Refusal: the tenant has no such policy.
    """
    policy = view.table(POLICIES).get(policy_id)
    trusted = view.table(TENANT_PROVIDERS).get(policy.tenant_provider) if policy else None
    if policy is None or trusted is None:
        hint = ""
        if view.table(TENANT_PROVIDERS).get(policy_id) is not None:
            hint = "tenantProviderPolicyId is that of a tenant provider: it has to be a policy's."
        raise Refusal(CATALOGUE["policy_not_found"], hint=hint)
    if trusted.tenant != tenant.id:
        hint = "The policy exists, under another tenant."
        raise Refusal(CATALOGUE["policy_not_found"], hint=hint)
    return policy, trusted


def is_same_issuer(view: View, one: str, other: str) -> bool:
    """Equal but for a trailing slash; of an own issuer the server's other names count as well."""
    if one.rstrip("/") == other.rstrip("/"):
        return True
    first, second = (tokens.find_realm(view, *tokens.parse_issuer(url)) for url in (one, other))
    return first is not None and first == second


def _check_issuer(view: View, trusted: TenantProvider, presented: Presented) -> None:
    token, signature = presented.token, presented.signature
    assert token is not None  # noqa: S101 - asked before
    issuer = token.claims.get("iss")
    if not isinstance(issuer, str) or not is_same_issuer(view, issuer, trusted.url):
        hint = "The token's iss is not the url of the policy's tenant provider."
        raise _refuse("issuer", "Token issuer is not trusted", hint)
    realm = tokens.find_realm(view, *tokens.parse_issuer(issuer))
    if realm is None:
        if signature.issuer != trusted.url:
            raise _refuse("signature", "Invalid token signature", signature.failure)
        return
    if signature.key not in tokens.keyring(view, realm.provider).published:
        hint = "No key that the issuer publishes now made the signature."
        raise _refuse("signature", "Invalid token signature", hint)
    _check_book(view, token)


def _check_book(view: View, token: Unverified) -> None:
    """The pool's keys are public: a token counts only if this sandbox has issued it."""
    jti = token.claims.get("jti")
    record = view.token(jti) if isinstance(jti, str) else None
    if record is None or record.grant.provider != PROVIDER or record.claims() != token.claims:
        hint = "This sandbox has not issued that token: was it by an earlier run, or elsewhere?"
        raise _refuse("unknown", "Invalid token", hint)
    status = record.status(view.now)
    if status == "expired":
        hint = "It expired on the sandbox's clock."
        raise _refuse("expired", "Token has expired", hint, **explain_token(record))
    if status != "active":
        hint = f"The token was {status}."
        raise _refuse(status, "Invalid token", hint, **explain_token(record))


def _check_times(now: float, claims: Mapping[str, Json]) -> int | float:
    expires_at, not_before = _number(claims.get("exp")), _number(claims.get("nbf"))
    if expires_at is None:
        raise _refuse("expired", "Token has expired", "The token has no exp.")
    if now >= expires_at:
        hint = f"The token expired {int(now - expires_at)} s ago on the sandbox's clock."
        raise _refuse("expired", "Token has expired", hint)
    if not_before is not None and now < not_before:
        hint = f"The token is good only in {int(not_before - now)} s on the sandbox's clock."
        raise _refuse("not_before", "Token is not yet valid", hint)
    return expires_at


def _check_audience(policy: Policy, trusted: TenantProvider, claims: Mapping[str, Json]) -> None:
    """Both audiences are required; which of them wins is not public [guess] M."""
    audience = claims.get("aud")
    held = audience if isinstance(audience, list) else [audience]
    for whose, wanted in (("policy", policy.audience), ("tenant provider", trusted.audience)):
        if wanted not in held:
            hint = f"The token's aud does not contain the {whose}'s audience."
            raise _refuse("audience", "Token audience is not allowed", hint)


def _check_age(now: float, trusted: TenantProvider, claims: Mapping[str, Json]) -> None:
    """Issued at most so many hours ago; 0 asks for nothing [guess] M."""
    hours = trusted.earliest_issuance_time_allowed
    if not hours:
        return
    issued_at = _number(claims.get("iat"))
    if issued_at is None or issued_at < now - hours * HOUR_S:
        hint = f"The token has to be issued within {hours:g} h (earliestIssuanceTimeAllowed)."
        raise _refuse("age", "Token was issued too long ago", hint)


def _check_whole(view: View, claims: Mapping[str, Json]) -> None:
    """What none of the other checks looks at, of a token that was minted with a defect."""
    jti = claims.get("jti")
    record = view.token(jti) if isinstance(jti, str) else None
    if record is not None and is_broken(record.grant.defect):
        raise _refuse("defect", "Invalid token", describe_defect(record.grant.defect))


def _number(value: Json) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _refuse(check: str, message: str, hint: str, **details: Json) -> Refusal:
    return Refusal(
        CATALOGUE["invalid_token"],
        {"message": message},
        hint=hint,
        explanation={"check": check, **details},
    )
