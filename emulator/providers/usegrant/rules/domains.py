"""Custom domains: added, verified, and from then on the issuer's name."""

import msgspec

from emulator.core.decisions import Granted, Refusal
from emulator.core.view import View
from emulator.providers.usegrant.errors import CATALOGUE
from emulator.providers.usegrant.rules.records import enter
from emulator.providers.usegrant.state import DOMAINS, Domain, Provider, Settings

VERIFIED = "Domain verified"  # [guess] L
NOT_VERIFIED = "Domain not verified"  # [guess] L


class Verification(msgspec.Struct, frozen=True):
    """What came of a look at a domain's DNS."""

    domain: Domain
    message: str


def add_domain(view: View, provider: Provider, name: str) -> Granted[Domain]:
    """A domain, unverified. The same one twice is refused with 400 [guess] M."""
    for known in view.table(DOMAINS).find("provider", provider.id):
        if known.domain.lower() == name.lower():
            message = "Domain already exists"
            hint = "This provider has that domain already."
            raise Refusal(CATALOGUE["bad_request"], {"message": message}, hint=hint)
    domain = Domain(
        id=view.draw_uuid("usegrant.domain"),
        provider=provider.id,
        domain=name,
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, DOMAINS, domain)


def verify_domain(view: View, domain: Domain, request: None) -> Granted[Verification]:  # noqa: ARG001
    """Whether the domain is the provider's. That a failure is a 200 too is [guess] M."""
    if domain.verified:
        return Granted(Verification(domain, VERIFIED))
    hint = _explain_unverified(view, domain)
    if hint:
        return Granted(Verification(domain, NOT_VERIFIED), hint=hint)
    verified = msgspec.structs.replace(
        domain, verified=True, verified_at=view.now, updated_at=view.now
    )
    entered = enter(view, DOMAINS, verified)
    return Granted(Verification(verified, VERIFIED), entered.facts)


def _explain_unverified(view: View, domain: Domain) -> str:
    """Why the look fails; empty when it succeeds."""
    mode = view.settings(Settings).domain_verification
    if mode == "failing":
        return "The setting usegrant.domain_verification is failing."
    if mode == "manual":
        return "Verification is manual here: PUT the domain's entity with verified true."
    if view.table(DOMAINS).find("host", domain.domain.lower()):
        return "Another provider of this sandbox has verified that domain."
    return ""
