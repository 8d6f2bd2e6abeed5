"""useGrant's door: which path is which operation, and how its rooms' functions fit together.

The operations have the names of the client library's methods [sdk] H.
"""

from collections.abc import Callable, Sequence
from typing import Any

from emulator.core.decisions import Granted
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.core.world import AnyKind
from emulator.edge.answers import render_json
from emulator.edge.call import Answer, Call, Route
from emulator.edge.provider import Door, Handler, Provider, Services
from emulator.edge.rest import Operation, Preparation, answer
from emulator.providers.usegrant import auth
from emulator.providers.usegrant.routes import parse, signature
from emulator.providers.usegrant.rules import domains, issuers, providers, records, tenants
from emulator.providers.usegrant.rules.validation import validate
from emulator.providers.usegrant.state import (
    CLIENTS,
    DOMAINS,
    POLICIES,
    PROVIDERS,
    TENANT_PROVIDERS,
    TENANTS,
)
from emulator.providers.usegrant.tokens import Realm
from emulator.providers.usegrant.wire import answers

PROVIDER = "/v1/providers/{providerId}"
CLIENT = f"{PROVIDER}/clients/{{clientId}}"
DOMAIN = f"{PROVIDER}/domains/{{domainId}}"
TENANT = "/v1/tenants/{tenantId}"
TRUSTED = f"{TENANT}/providers/{{providerId}}"
POLICY = f"{TRUSTED}/policies/{{policyId}}"

DISCOVERY = "/.well-known/openid-configuration"
KEY_SET = "/.well-known/jwks"
ISSUERS = ("/oidc/{url_id}", "/oidc/{url_id}/{domain}")

Served = tuple[Route, Operation[Any, Any, Any]]
Within = Callable[[View, Call], Any]  # who calls, and what the path names
Rule = Callable[[View, Any, Any], Granted[Any]]
Show = Callable[[Any], answers.Fields]


def _get(name: str, path: str, within: Within, show: Show) -> Served:
    operation = Operation(parse.parse_nothing, within, records.get, answers.found(show))
    return Route("GET", path, name), operation


def _list(name: str, path: str, within: Within, rule: Rule, show: Show) -> Served:
    operation = Operation(parse.parse_nothing, within, rule, answers.listed(show))
    return Route("GET", path, name), operation


def _create(
    name: str, path: str, within: Within, read: Callable[[Call], Any], rule: Rule, show: Show
) -> Served:
    return Route("POST", path, name), Operation(read, within, rule, answers.created(show))


def _drop(name: str, path: str, within: Within, kind: AnyKind) -> Served:
    operation = Operation(parse.parse_nothing, within, records.drop(kind), answers.render_deleted)
    return Route("DELETE", path, name), operation


_PROVIDERS: tuple[Served, ...] = (
    _list(
        "listProviders",
        "/v1/providers",
        auth.authenticate,
        records.list_all(PROVIDERS),
        answers.show_provider,
    ),
    _create(
        "createProvider",
        "/v1/providers",
        auth.authenticate,
        parse.parse_provider,
        providers.create_provider,
        answers.show_provider,
    ),
    _get("getProvider", PROVIDER, auth.in_provider, answers.show_provider),
    _drop("deleteProvider", PROVIDER, auth.in_provider, PROVIDERS),
    _list(
        "listClients",
        f"{PROVIDER}/clients",
        auth.in_provider,
        records.list_within(CLIENTS, "provider"),
        answers.show_client,
    ),
    _create(
        "createClient",
        f"{PROVIDER}/clients",
        auth.in_provider,
        parse.parse_client,
        providers.create_client,
        answers.show_client,
    ),
    _get("getClient", CLIENT, auth.in_client, answers.show_client),
    _drop("deleteClient", CLIENT, auth.in_client, CLIENTS),
    (
        Route("POST", f"{CLIENT}/tokens", "createToken"),
        Operation(parse.parse_mint, auth.in_client, providers.create_token, answers.render_token),
    ),
    _list(
        "listDomains",
        f"{PROVIDER}/domains",
        auth.in_provider,
        records.list_within(DOMAINS, "provider"),
        answers.show_domain,
    ),
    _create(
        "addDomain",
        f"{PROVIDER}/domains",
        auth.in_provider,
        parse.parse_domain,
        domains.add_domain,
        answers.show_domain,
    ),
    _get("getDomain", DOMAIN, auth.in_domain, answers.show_domain),
    _drop("deleteDomain", DOMAIN, auth.in_domain, DOMAINS),
    (
        Route("POST", f"{DOMAIN}/verify", "verifyDomain"),
        Operation(
            parse.parse_nothing,
            auth.in_domain,
            domains.verify_domain,
            answers.render_verification,
        ),
    ),
)

_TENANTS: tuple[Served, ...] = (
    _list(
        "listTenants",
        "/v1/tenants",
        auth.authenticate,
        records.list_all(TENANTS),
        answers.show_tenant,
    ),
    _create(
        "createTenant",
        "/v1/tenants",
        auth.authenticate,
        parse.parse_tenant,
        tenants.create_tenant,
        answers.show_tenant,
    ),
    _get("getTenant", TENANT, auth.in_tenant, answers.show_tenant),
    _drop("deleteTenant", TENANT, auth.in_tenant, TENANTS),
    _list(
        "listTenantProviders",
        f"{TENANT}/providers",
        auth.in_tenant,
        records.list_within(TENANT_PROVIDERS, "tenant"),
        answers.show_tenant_provider,
    ),
    _create(
        "createTenantProvider",
        f"{TENANT}/providers",
        auth.in_tenant,
        parse.parse_tenant_provider,
        tenants.create_provider,
        answers.show_tenant_provider,
    ),
    _get("getTenantProvider", TRUSTED, auth.in_tenant_provider, answers.show_tenant_provider),
    _drop("deleteTenantProvider", TRUSTED, auth.in_tenant_provider, TENANT_PROVIDERS),
    _list(
        "listTenantProviderPolicies",
        f"{TRUSTED}/policies",
        auth.in_tenant_provider,
        records.list_within(POLICIES, "tenant_provider"),
        answers.show_policy,
    ),
    _create(
        "createTenantProviderPolicy",
        f"{TRUSTED}/policies",
        auth.in_tenant_provider,
        parse.parse_policy,
        tenants.create_policy,
        answers.show_policy,
    ),
    _get("getTenantProviderPolicy", POLICY, auth.in_policy, answers.show_policy),
    _drop("deleteTenantProviderPolicy", POLICY, auth.in_policy, POLICIES),
    (
        Route("POST", f"{TENANT}/validate", "validateToken"),
        Operation(
            parse.parse_presented,
            auth.in_tenant,
            validate,
            answers.render_valid,
            Preparation(signature.look, signature.find_signer),
        ),
    ),
)

_DISCOVER: Operation[issuers.Asked, Realm, str] = Operation(
    parse.parse_asked, auth.in_issuer, issuers.discover, answers.render_discovery
)

# The key set's members are the pool's, which only the services know: its handler renders.
_PUBLIC_ROUTES = (
    Route("GET", DISCOVERY, "openidConfiguration", host_bound=True),
    Route("GET", KEY_SET, "jwks", host_bound=True),
    *(Route("GET", issuer + DISCOVERY, "openidConfiguration") for issuer in ISSUERS),
    *(Route("GET", issuer + KEY_SET, "jwks") for issuer in ISSUERS),
    Route("GET", "/open-api.json", "openApi"),
)


def open_door(provider: Provider) -> Door:
    """The provider's HTTP surface."""
    served = (*_PROVIDERS, *_TENANTS)
    operations = {route.operation: operation for route, operation in served}
    operations["openidConfiguration"] = _DISCOVER
    routes = (*(route for route, _ in served), *_PUBLIC_ROUTES)
    operations["openApi"] = _describing(provider, routes)
    handlers = {name: operation.handler(provider) for name, operation in operations.items()}
    handlers["jwks"] = _key_set_handler(provider)
    return Door(routes, handlers, lambda: _describe(provider, routes))


def _key_set_handler(provider: Provider) -> Handler:
    async def handle(services: Services, sandbox: Sandbox, call: Call) -> Answer:
        operation = Operation(
            parse.parse_known,
            auth.in_issuer,
            issuers.show_keys,
            lambda key_set, _: answers.render_key_set(services.keys, key_set),
        )
        return await answer(operation, provider, services, sandbox, call)

    return handle


def _describe(provider: Provider, routes: Sequence[Route]) -> dict[str, Any]:
    from emulator.providers.usegrant.openapi import describe  # noqa: PLC0415 - only when asked for

    return describe(provider, routes)


def _describing(provider: Provider, routes: Sequence[Route]) -> Operation[None, None, None]:
    """The specification, at the real server's path [repo] M; to anybody."""
    return Operation(
        parse.parse_nothing,
        lambda _, __: None,
        lambda _, __, ___: Granted(None),
        lambda _, __: render_json(_describe(provider, routes)),
    )
