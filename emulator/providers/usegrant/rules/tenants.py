"""Tenants, the issuers that they trust, and what these issuers' tokens must say."""

import msgspec

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.providers.usegrant.rules.records import enter
from emulator.providers.usegrant.state import (
    POLICIES,
    TENANT_PROVIDERS,
    TENANTS,
    ApiKey,
    Condition,
    Policy,
    Tenant,
    TenantProvider,
)


class NewTenant(msgspec.Struct, frozen=True):
    """A tenant to create."""

    name: str
    description: str


class NewTenantProvider(msgspec.Struct, frozen=True):
    """An issuer to trust. `max_age_h`: hours, 0 is no limit."""

    url: str
    fingerprints: tuple[str, ...]
    audience: str
    max_age_h: int | float


class NewPolicy(msgspec.Struct, frozen=True):
    """A policy to create."""

    name: str
    description: str
    audience: str
    conditions: tuple[Condition, ...]


def create_tenant(view: View, caller: ApiKey, new: NewTenant) -> Granted[Tenant]:  # noqa: ARG001
    """A tenant."""
    tenant = Tenant(
        id=view.draw_uuid("usegrant.tenant"),
        name=new.name,
        description=new.description,
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, TENANTS, tenant)


def create_provider(view: View, tenant: Tenant, new: NewTenantProvider) -> Granted[TenantProvider]:
    """An issuer that the tenant trusts."""
    provider = TenantProvider(
        id=view.draw_uuid("usegrant.tenant_provider"),
        tenant=tenant.id,
        url=new.url,
        fingerprints=new.fingerprints,
        audience=new.audience,
        earliest_issuance_time_allowed=new.max_age_h,
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, TENANT_PROVIDERS, provider)


def create_policy(view: View, provider: TenantProvider, new: NewPolicy) -> Granted[Policy]:
    """A policy for that issuer's tokens."""
    policy = Policy(
        id=view.draw_uuid("usegrant.policy"),
        tenant_provider=provider.id,
        name=new.name,
        description=new.description,
        audience=new.audience,
        conditions=new.conditions,
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, POLICIES, policy)
