"""The world of useGrant: its kinds, its switches, and how a sandbox comes to names of its own."""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from emulator.core.ids import BASE64URL, LOWER_ALNUM, derive_text, derive_uuid
from emulator.core.limits import RateLimit
from emulator.core.world import AnyKind, Blueprint, Identity, Kind, Parent, World

PROVIDER = "usegrant"
KEY_BITS = 2048

KEY_PREFIX = "uga_"
KEY_LENGTH = 43  # unpadded base64url of 32 bytes [repo historic]; with this prefix [guess] M
SUBJECT_LENGTH = 32  # [example] H: Z3bXuT3jaHG-ZF9LYt2hmNGi3iAJlUv9
SUFFIX_LENGTH = 12  # of a url id: at least 10 [repo historic]

Operator = Literal["stringEquals", "stringLike", "stringNotEquals", "stringNotLike"]


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API key. `id`: the fixtures' name for it; `expires_at`: Unix seconds."""

    id: str
    api_key: str
    name: str = ""
    status: Literal["active", "revoked"] = "active"
    expires_at: float | None = None
    primary: bool = False


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issuer of tokens. `url_id`: its name in issuer URLs, each sandbox's own."""

    id: str
    name: str
    description: str
    url_id: str
    created_at: float = 0.0
    updated_at: float = 0.0


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a provider issues tokens to. `sub`: their subject, derived from the id when not given.

    It is not the id: the provider generates it when the client is created. [doc guides] H
    """

    id: str
    provider: str
    name: str
    audience: str
    sub: str = ""
    created_at: float = 0.0
    updated_at: float = 0.0

    def __post_init__(self) -> None:
        if not self.sub:
            sub = derive_text("usegrant.sub", self.id, alphabet=BASE64URL, length=SUBJECT_LENGTH)
            msgspec.structs.force_setattr(self, "sub", sub)


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A custom domain of a provider. Of two that are verified, the first signs [guess] M."""

    id: str
    provider: str
    domain: str
    verified: bool = False
    verified_at: float = 0.0
    created_at: float = 0.0
    updated_at: float = 0.0

    @property
    def host(self) -> str | None:
        """The host that leads here: none until the domain is verified."""
        return self.domain.lower() if self.verified else None


class Tenant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer with issuers that are trusted for them."""

    id: str
    name: str
    description: str
    created_at: float = 0.0
    updated_at: float = 0.0


class TenantProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An issuer that a tenant trusts. `earliest_issuance_time_allowed`: hours, 0 is no limit."""

    id: str
    tenant: str
    url: str
    fingerprints: tuple[str, ...]
    audience: str
    earliest_issuance_time_allowed: int | float = 0
    created_at: float = 0.0
    updated_at: float = 0.0


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a claim must be. `key`: the claim's name."""

    key: str
    operator: Operator
    value: str


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a trusted issuer's token must say besides."""

    id: str
    tenant_provider: str
    name: str
    description: str
    audience: str
    conditions: tuple[Condition, ...] = ()
    created_at: float = 0.0
    updated_at: float = 0.0


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """useGrant's switches. `rate_limit`: 1,000 an hour for each API key [doc sdk] H.

    `issuer`: `path` puts `<origin>/oidc/<url-id>` into `iss`, which a verifier can reach without
    DNS; `host` the faithful `https://<url-id>.auth.usegrant.dev`.
    `domain_verification`: what `verify` finds; `manual` is what the entity in the control API says.
    """

    issuer: Literal["path", "host"] = "path"
    domain_verification: Literal["automatic", "manual", "failing"] = "automatic"
    rate_limit: RateLimit = RateLimit()


API_KEYS = Kind(
    PROVIDER,
    "api_keys",
    ApiKey,
    key="id",
    indexes={"api_key": lambda key: key.api_key},
    home="api_key",
    secrets=frozenset({"api_key"}),
)
PROVIDERS = Kind(
    PROVIDER,
    "providers",
    Provider,
    key="id",
    indexes={"url_id": lambda provider: provider.url_id},
    home="url_id",
    issuer_bits=KEY_BITS,
)
CLIENTS = Kind(
    PROVIDER,
    "clients",
    Client,
    key="id",
    indexes={"provider": lambda client: client.provider, "sub": lambda client: client.sub},
    parent=Parent("provider", "providers"),
)
DOMAINS = Kind(
    PROVIDER,
    "domains",
    Domain,
    key="id",
    indexes={
        "provider": lambda domain: domain.provider,
        "verified": lambda domain: domain.provider if domain.verified else None,
        "host": lambda domain: domain.host,
    },
    parent=Parent("provider", "providers"),
    home="host",
)
TENANTS = Kind(PROVIDER, "tenants", Tenant, key="id")
TENANT_PROVIDERS = Kind(
    PROVIDER,
    "tenant_providers",
    TenantProvider,
    key="id",
    indexes={"tenant": lambda provider: provider.tenant},
    parent=Parent("tenant", "tenants"),
)
POLICIES = Kind(
    PROVIDER,
    "policies",
    Policy,
    key="id",
    indexes={"tenant_provider": lambda policy: policy.tenant_provider},
    parent=Parent("tenant_provider", "tenant_providers"),
)


def make_url_id(name: str, suffix: str) -> str:
    """The slug of a name, and a suffix that makes it one of its kind [repo historic]."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50].rstrip("-")
    return f"{slug}-{suffix}" if slug else suffix


def settle(world: World, identity: Identity) -> Iterable[tuple[AnyKind, msgspec.Struct]]:
    """Each provider's own url id, and a key of the sandbox's own for each of the fixtures'.

    The first primary key takes the value that the sandbox was given, if any.
    """
    for provider in world.bases[PROVIDERS.id].records.values():
        if isinstance(provider, Provider):
            suffix = identity.text(f"url id {provider.id}", LOWER_ALNUM, SUFFIX_LENGTH)
            url_id = make_url_id(provider.name, suffix)
            yield PROVIDERS, msgspec.structs.replace(provider, url_id=url_id)
    keys = [key for key in world.bases[API_KEYS.id].records.values() if isinstance(key, ApiKey)]
    main = next((key for key in keys if key.primary), None)
    for key in keys:
        given = identity.given.get("api_key") if key is main else None
        yield API_KEYS, _own_key(key, identity, given)


def _own_key(key: ApiKey, identity: Identity, given: str | None) -> ApiKey:
    """Visibly fake: it says so."""
    fake = "fake_" + identity.text(f"api key {key.id}", BASE64URL, KEY_LENGTH - len("fake_"))
    return msgspec.structs.replace(
        key,
        id=derive_uuid(identity.seed, identity.sandbox, f"api key {key.id}"),
        api_key=given or KEY_PREFIX + fake,
    )


BLUEPRINT = Blueprint(
    PROVIDER,
    (API_KEYS, PROVIDERS, CLIENTS, DOMAINS, TENANTS, TENANT_PROVIDERS, POLICIES),
    Settings,
    settle,
)
