"""What each call asks for: its parameters, headers and body as the rules want them."""

from emulator.core.jwt import MalformedToken, parse_token
from emulator.edge.call import Call
from emulator.providers.usegrant.rules import issuers, providers, tenants, validation
from emulator.providers.usegrant.state import Condition
from emulator.providers.usegrant.tokens import Options
from emulator.providers.usegrant.wire import bodies
from emulator.providers.usegrant.wire.bodies import parse_body


def parse_nothing(_: Call) -> None:
    """No body is looked at."""


def parse_provider(call: Call) -> providers.NewProvider:
    """A provider to create."""
    body = parse_body(bodies.CreateProvider, call.body)
    return providers.NewProvider(body.name, body.description)


def parse_client(call: Call) -> providers.NewClient:
    """A client to create."""
    body = parse_body(bodies.CreateClient, call.body)
    return providers.NewClient(body.name, body.audience)


def parse_domain(call: Call) -> str:
    """A domain to add."""
    return parse_body(bodies.AddDomain, call.body).domain


def parse_mint(call: Call) -> providers.Mint:
    """A token to issue."""
    body = parse_body(bodies.CreateToken, call.body)
    options = Options(
        lifetime_s=body.requested_s,
        jwt_type=body.useJwtType,
        audience_as_array=body.audienceAsArray,
        default_domain=body.forceDefaultDomain,
    )
    return providers.Mint(options, call.home)


def parse_tenant(call: Call) -> tenants.NewTenant:
    """A tenant to create."""
    body = parse_body(bodies.CreateTenant, call.body)
    return tenants.NewTenant(body.name, body.description)


def parse_tenant_provider(call: Call) -> tenants.NewTenantProvider:
    """An issuer to trust."""
    body = parse_body(bodies.CreateTenantProvider, call.body)
    hours = body.earliestIssuanceTimeAllowed
    return tenants.NewTenantProvider(
        url=body.url,
        fingerprints=tuple(body.fingerprints),
        audience=body.audience,
        max_age_h=int(hours) if hours.is_integer() else hours,
    )


def parse_policy(call: Call) -> tenants.NewPolicy:
    """A policy to create."""
    body = parse_body(bodies.CreateTenantProviderPolicy, call.body)
    conditions = tuple(Condition(c.key, c.operator, c.value) for c in body.conditions)
    return tenants.NewPolicy(body.name, body.description, body.audience, conditions)


def parse_presented(call: Call) -> validation.Presented:
    """A token to validate. A text that is none is kept as a value: the policy comes first."""
    body = parse_body(bodies.ValidateToken, call.body)
    try:
        return validation.Presented(body.tenantProviderPolicyId, parse_token(body.token))
    except MalformedToken as error:
        return validation.Presented(body.tenantProviderPolicyId, None, str(error))


def parse_asked(call: Call) -> issuers.Asked:
    """Under which name an issuer was asked."""
    return issuers.Asked(call.origin + call.mount if "url_id" in call.params else None)


def parse_known(call: Call) -> frozenset[str]:
    """The entity tags of If-None-Match, weak ones like strong ones (RFC 9110, 13.1.2)."""
    sent = call.headers.get("if-none-match", "").split(",")
    return frozenset(tag.strip().removeprefix("W/") for tag in sent if tag.strip())
