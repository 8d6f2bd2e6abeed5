"""Who signed a token: found out before the decision, by the pool's keys or by discovery."""

from typing import NamedTuple

import msgspec

from emulator.core.jwt import Unverified, is_signed_by
from emulator.core.view import View
from emulator.edge.outgoing import Unreachable
from emulator.edge.provider import Services
from emulator.providers.usegrant.rules.validation import Presented, Signature, find_policy
from emulator.providers.usegrant.state import Tenant
from emulator.providers.usegrant.tokens import find_realm, parse_issuer


class Wanted(NamedTuple):
    """A token whose signer is to be found out. `issuer` None: one of the sandbox's own."""

    token: Unverified
    sandbox: str
    issuer: str | None


def look(view: View, tenant: Tenant, presented: Presented) -> Wanted | None:
    """Whose key set is to be looked at: none but the trusted issuer's.

    Raises:
        Refusal: the tenant has no such policy.
    """
    token = presented.token
    if token is None:
        return None
    _, trusted = find_policy(view, tenant, presented.policy)
    if find_realm(view, *parse_issuer(trusted.url)) is not None:
        return Wanted(token, view.sandbox, None)
    if token.claims.get("iss") not in (trusted.url, f"{trusted.url}/"):
        return None
    return Wanted(token, view.sandbox, trusted.url)


async def find_signer(services: Services, presented: Presented, wanted: Wanted) -> Presented:
    """What was presented, with what is known of its signature."""
    if wanted.issuer is None:
        return msgspec.structs.replace(presented, signature=_by_pool(services, wanted.token))
    try:
        signed = await services.discovery.is_signed(wanted.sandbox, wanted.issuer, wanted.token)
    except Unreachable as why:
        failure = f"The issuer's key set can't be had. {why}"
        return msgspec.structs.replace(presented, signature=Signature(failure=failure))
    signature = Signature(issuer=wanted.issuer if signed else None)
    return msgspec.structs.replace(presented, signature=signature)


def _by_pool(services: Services, token: Unverified) -> Signature:
    key = services.keys.find(token.header.get("kid"))
    signed = key is not None and is_signed_by(token, services.keys.public(key))
    return Signature(key=key if signed else None)
