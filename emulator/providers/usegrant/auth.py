"""Who calls useGrant, and within what: the API key, and the things that the path names.

The order is [guess] M: 401 for the key, then 404 from the outermost thing inwards; only then is a
body looked at.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from emulator.core.decisions import Refusal
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.core.world import AnyKind, Kind
from emulator.edge.call import Call
from emulator.edge.provider import Credential, Limited
from emulator.providers.usegrant import tokens
from emulator.providers.usegrant.errors import CATALOGUE
from emulator.providers.usegrant.state import (
    API_KEYS,
    CLIENTS,
    DOMAINS,
    KEY_PREFIX,
    POLICIES,
    PROVIDER,
    PROVIDERS,
    TENANT_PROVIDERS,
    TENANTS,
    ApiKey,
    Client,
    Domain,
    Policy,
    Provider,
    Settings,
    Tenant,
    TenantProvider,
)

ISSUER_HOST = "x-ug-host"  # the issuer's own name, before Host [repo historic] M

_PUBLIC = frozenset({f"{PROVIDER}.openidConfiguration", f"{PROVIDER}.jwks"})
_HISTORIC_PREFIXES = ("ug_api_", "usegrant_api_", "usegrant_")

R = TypeVar("R", bound=msgspec.Struct)


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The directory entries of the API key that was presented, or of the issuer asked about."""
    if call.operation in _PUBLIC:
        yield tokens.entry_of_issuer(*_issuer_asked(call)), "issuer"
    else:
        key = _presented(call)
        if key:
            yield (API_KEYS.id, key), "credential"


def present(call: Call) -> Credential | None:
    """The API key, a server's alone; who asks about an issuer presents none."""
    key = _presented(call)
    return ("secret", key) if key else None


def home(claims: Mapping[str, Any]) -> Entry | None:
    """The directory entry of the issuer that a token names."""
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        return None
    return tokens.entry_of_issuer(*tokens.parse_issuer(issuer))


def limit(view: View, call: Call) -> Limited | None:
    """Whom the limiter counts: the API key; a key that is not known is refused anyway."""
    rate = view.settings(Settings).rate_limit
    if not rate.enabled or call.operation in _PUBLIC:
        return None
    known = view.table(API_KEYS).find("api_key", _presented(call))
    return Limited(known[0].id, rate) if known else None


def authenticate(view: View, call: Call) -> ApiKey:
    """The caller's key.

    Raises:
        Refusal: 401, always and whatever is wrong with it [doc] H.
    """
    presented = _presented(call)
    known = view.table(API_KEYS).find("api_key", presented) if presented else []
    if not known:
        raise Refusal(CATALOGUE["unauthorized"], hint=_explain_key(call, presented))
    key = known[0]
    if key.status == "revoked":
        raise Refusal(CATALOGUE["unauthorized"], hint="The API key was revoked.")
    if key.expires_at is not None and view.now >= key.expires_at:
        hint = "The API key has expired on the sandbox's clock."
        raise Refusal(CATALOGUE["unauthorized"], hint=hint)
    return key


def in_provider(view: View, call: Call) -> Provider:
    """The provider that the path names."""
    authenticate(view, call)
    return _find(view, PROVIDERS, call.params["providerId"], "provider_not_found")


def in_client(view: View, call: Call) -> Client:
    """The client that the path names, of the provider that it names [repo] H."""
    provider = in_provider(view, call)
    client = _find(view, CLIENTS, call.params["clientId"], "client_not_found")
    if client.provider != provider.id:
        raise _strayed("client_not_found", "client", "provider")
    return client


def in_domain(view: View, call: Call) -> Domain:
    """The domain that the path names, of the provider that it names."""
    provider = in_provider(view, call)
    domain = _find(view, DOMAINS, call.params["domainId"], "domain_not_found")
    if domain.provider != provider.id:
        raise _strayed("domain_not_found", "domain", "provider")
    return domain


def in_tenant(view: View, call: Call) -> Tenant:
    """The tenant that the path names."""
    authenticate(view, call)
    return _find(view, TENANTS, call.params["tenantId"], "tenant_not_found")


def in_tenant_provider(view: View, call: Call) -> TenantProvider:
    """The tenant provider that the path names, of the tenant that it names."""
    tenant = in_tenant(view, call)
    provider = _find(view, TENANT_PROVIDERS, call.params["providerId"], "tenant_provider_not_found")
    if provider.tenant != tenant.id:
        raise _strayed("tenant_provider_not_found", "tenant provider", "tenant")
    return provider


def in_policy(view: View, call: Call) -> Policy:
    """The policy that the path names, of the tenant provider that it names."""
    provider = in_tenant_provider(view, call)
    policy = _find(view, POLICIES, call.params["policyId"], "policy_not_found")
    if policy.tenant_provider != provider.id:
        raise _strayed("policy_not_found", "policy", "tenant provider")
    return policy


def in_issuer(view: View, call: Call) -> tokens.Realm:
    """The issuer that the path, X-UG-Host or Host names; anybody may ask."""
    realm = tokens.find_realm(view, *_issuer_asked(call))
    if realm is None:
        raise Refusal(CATALOGUE["unknown_host"])
    return realm


def _presented(call: Call) -> str:
    """The bearer credential as it was sent; empty when there is none."""
    scheme, _, credential = call.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""


def _issuer_asked(call: Call) -> tuple[str | None, str | None]:
    """The url id and the domain of the issuer that a call asks about."""
    if "url_id" in call.params:
        return call.params["url_id"], call.params.get("domain")
    host = call.headers.get(ISSUER_HOST) or call.headers.get("host", "")
    return tokens.parse_host(host.partition(":")[0])


def _find(view: View, kind: Kind[R], key: str, row: str) -> R:
    record = view.table(kind).get(key)
    if record is None:
        raise Refusal(CATALOGUE[row], hint=_explain_id(view, key))
    return record


def _strayed(row: str, what: str, parent: str) -> Refusal:
    return Refusal(CATALOGUE[row], hint=f"The {what} exists, under another {parent}.")


def _explain_key(call: Call, presented: str) -> str:
    """Why a credential is none."""
    if not call.headers.get("authorization"):
        return "There is no Authorization header: send Bearer and an API key."
    if not presented:
        return "The Authorization header has to be the word Bearer, a space and the API key."
    if presented.count(".") == 2:  # noqa: PLR2004 - a JWT's
        return "That is a token; the API wants an API key, which begins with uga_."
    if presented.startswith(_HISTORIC_PREFIXES):
        return "That prefix is historic: API keys begin with uga_."
    if not presented.startswith(KEY_PREFIX):
        return "That is no API key: they begin with uga_."
    return "No such API key in this sandbox: see its credentials in the control API."


_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KINDS: tuple[tuple[AnyKind, str, str], ...] = (
    (PROVIDERS, "a provider", "/v1/providers/{providerId}"),
    (CLIENTS, "a client", "/v1/providers/{providerId}/clients/{clientId}"),
    (DOMAINS, "a domain", "/v1/providers/{providerId}/domains/{domainId}"),
    (TENANTS, "a tenant", "/v1/tenants/{tenantId}"),
    (TENANT_PROVIDERS, "a tenant provider", "/v1/tenants/{tenantId}/providers/{providerId}"),
    (POLICIES, "a policy", "a policy's path"),
)


def _explain_id(view: View, key: str) -> str:
    """What an id is that is not of the kind that was asked for; empty when it is nothing."""
    for kind, what, path in _KINDS:
        if view.table(kind).get(key) is not None:
            return f"The id is that of {what}: {path}."
    if view.table(CLIENTS).find("sub", key):
        return "That is a client's subject (sub); paths take its id."
    if view.table(PROVIDERS).find("url_id", key):
        return "That is a provider's url id; paths take its id."
    if not _UUID.fullmatch(key):
        return "Ids are UUIDs, and this is none."
    return ""
