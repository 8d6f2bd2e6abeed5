"""The answers, field by field as the client library demands them [sdk 2.1.0] H."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import orjson

from emulator.core.clock import render_time
from emulator.core.keys import KeyPool
from emulator.edge.answers import render_json
from emulator.edge.call import Answer
from emulator.providers.usegrant.rules import issuers
from emulator.providers.usegrant.rules.domains import Verification
from emulator.providers.usegrant.state import (
    Client,
    Domain,
    Policy,
    Provider,
    Tenant,
    TenantProvider,
)

T = TypeVar("T")

KEY_SET_MAX_AGE_S = 300  # [guess]

Fields = Mapping[str, object]


def show_provider(provider: Provider) -> Fields:
    """A provider."""
    return {
        "id": provider.id,
        "name": provider.name,
        "description": provider.description,
        **_times(provider),
    }


def show_client(client: Client) -> Fields:
    """A client; its `sub` is not shown [sdk] H."""
    return {
        "id": client.id,
        "name": client.name,
        "audience": client.audience,
        **_times(client),
    }


def show_domain(domain: Domain) -> Fields:
    """A domain: `domain`, which the OpenAPI document calls `name` [sdk] H."""
    return {
        "id": domain.id,
        "domain": domain.domain,
        "verified": domain.verified,
        **_times(domain),
    }


def show_tenant(tenant: Tenant) -> Fields:
    """A tenant."""
    return {
        "id": tenant.id,
        "name": tenant.name,
        "description": tenant.description,
        **_times(tenant),
    }


def show_tenant_provider(provider: TenantProvider) -> Fields:
    """A tenant provider."""
    return {
        "id": provider.id,
        "url": provider.url,
        "fingerprints": provider.fingerprints,
        "audience": provider.audience,
        "earliestIssuanceTimeAllowed": provider.earliest_issuance_time_allowed,
        **_times(provider),
    }


def show_policy(policy: Policy) -> Fields:
    """A policy."""
    return {
        "id": policy.id,
        "name": policy.name,
        "description": policy.description,
        "audience": policy.audience,
        "conditions": [
            {"key": condition.key, "operator": condition.operator, "value": condition.value}
            for condition in policy.conditions
        ],
        **_times(policy),
    }


def found(show: Callable[[T], Fields]) -> Callable[[T, str], Answer]:
    """200 with one thing."""
    return lambda thing, _: render_json(show(thing))


def created(show: Callable[[T], Fields]) -> Callable[[T, str], Answer]:
    """201 with the new thing [doc] H."""
    return lambda thing, _: render_json(show(thing), 201)


def listed(show: Callable[[T], Fields]) -> Callable[[Sequence[T], str], Answer]:
    """200 with a bare array: there is no paging [doc][sdk] H."""
    return lambda things, _: render_json([show(thing) for thing in things])


def render_deleted(_: None, __: str) -> Answer:
    """204 and nothing: the client library wants the empty string [sdk] H."""
    return Answer(204, b"")


def render_token(expires_at: int, token: str) -> Answer:
    """200, unlike every other creation [doc] M."""
    return render_json(
        {"accessToken": token, "expiresAt": _render_second(expires_at), "type": "Bearer"}
    )


def render_verification(verification: Verification, _: str) -> Answer:
    """The wrapper that the client library wants, not the bare domain of the OpenAPI [sdk] H."""
    domain = verification.domain
    return render_json(
        {
            "domain": show_domain(domain),
            "verified": domain.verified,
            "message": verification.message,
        }
    )


def render_valid(expires_at: float, _: str) -> Answer:
    """Both fields: `isValid` for the OpenAPI, `exp` for the client library [doc][sdk] H."""
    return render_json({"isValid": True, "exp": expires_at})


def render_discovery(issuer: str, _: str) -> Answer:
    """The discovery document [repo] M."""
    return render_json(
        {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/.well-known/jwks",
            "response_types_supported": [],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid"],
            "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti", "nbf"],
        }
    )


def render_key_set(keys: KeyPool, key_set: issuers.KeySet) -> Answer:
    """The public keys, or 304 when the caller has them. Form [guess] H."""
    body = orjson.dumps({"keys": [_show_key(keys, name) for name in key_set.names]})
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = (("ETag", tag), ("Cache-Control", f"public, max-age={KEY_SET_MAX_AGE_S}"))
    if tag in key_set.known or "*" in key_set.known:
        return Answer(304, b"", headers=headers)
    return Answer(200, body, headers=headers)


def _show_key(keys: KeyPool, name: str) -> Fields:
    jwk = keys.public_jwk(name)
    return {member: jwk[member] for member in ("kty", "use", "alg", "kid", "n", "e")}


def _times(
    record: Provider | Client | Domain | Tenant | TenantProvider | Policy,
) -> dict[str, str]:
    """Whole seconds, as in the published examples [example] M."""
    return {
        "createdAt": _render_second(int(record.created_at)),
        "updatedAt": _render_second(int(record.updated_at)),
    }


@lru_cache(maxsize=1024)
def _render_second(at: int) -> str:
    """The same few seconds are told again and again."""
    return render_time(at)
