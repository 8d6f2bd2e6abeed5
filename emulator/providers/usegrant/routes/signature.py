"""Who signed a token: found out before the decision, by the pool's keys or by discovery."""

from dataclasses import replace

from emulator.core.decisions import Refusal
from emulator.core.jwt import Unverified, is_signed_by
from emulator.core.view import View
from emulator.edge.outgoing import Unreachable
from emulator.edge.provider import Services
from emulator.providers.usegrant.rules.validation import Presented, Signature, find_policy
from emulator.providers.usegrant.state import Tenant
from emulator.providers.usegrant.tokens import find_realm, parse_issuer


async def check_signature(
    services: Services, view: View, tenant: Tenant, presented: Presented
) -> Presented:
    """What was presented, with what is known of its signature. Only a trusted issuer is asked."""
    token = presented.token
    if token is None:
        return presented
    try:
        _, trusted = find_policy(view, tenant, presented.policy)
    except Refusal:
        return presented  # the decision will say so, in its turn
    if find_realm(view, *parse_issuer(trusted.url)) is not None:
        return replace(presented, signature=_by_pool(services, token))
    if token.claims.get("iss") not in {trusted.url, f"{trusted.url}/"}:
        return presented
    return replace(presented, signature=await _by_discovery(services, view, trusted.url, token))


def _by_pool(services: Services, token: Unverified) -> Signature:
    key = services.keys.find(token.header.get("kid"))
    signed = key is not None and is_signed_by(token, services.keys.public(key))
    return Signature(key=key if signed else None)


async def _by_discovery(
    services: Services, view: View, issuer: str, token: Unverified
) -> Signature:
    try:
        signed = await services.discovery.is_signed(view.sandbox, issuer, token)
    except Unreachable as why:
        return Signature(failure=f"The issuer's key set can't be had. {why}")
    return Signature(issuer=issuer if signed else None)
