"""useGrant: access tokens for clients of a provider, which is an OpenID issuer; and validation.

Sources: the client library (2.1.0), the published OpenAPI document, the guides, and the 2024
backend where nothing newer says. Gaps: the dashboard's log-in, billing and plan limits; TLS
fingerprints are kept, not checked.
"""

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.edge.call import Call, Headers
from emulator.edge.provider import Door, MintRequest, Provider, Retries
from emulator.providers.usegrant import auth, state, tokens
from emulator.providers.usegrant.errors import ALIASES, CATALOGUE
from emulator.providers.usegrant.faults import MAGIC
from emulator.providers.usegrant.state import API_KEYS, BLUEPRINT, CLIENTS, PROVIDERS
from emulator.providers.usegrant.wire import PRIVATE

OPERATIONS = (
    "listProviders",
    "createProvider",
    "getProvider",
    "deleteProvider",
    "listClients",
    "createClient",
    "getClient",
    "deleteClient",
    "createToken",
    "listDomains",
    "addDomain",
    "getDomain",
    "deleteDomain",
    "verifyDomain",
    "listTenants",
    "createTenant",
    "getTenant",
    "deleteTenant",
    "listTenantProviders",
    "createTenantProvider",
    "getTenantProvider",
    "deleteTenantProvider",
    "listTenantProviderPolicies",
    "createTenantProviderPolicy",
    "getTenantProviderPolicy",
    "deleteTenantProviderPolicy",
    "validateToken",
    "openidConfiguration",
    "jwks",
    "openApi",
)


def _open_door() -> Door:
    from emulator.providers.usegrant.routes import open_door  # noqa: PLC0415 - only when enabled

    return open_door(provider)


def _primary_key(view: View) -> state.ApiKey | None:
    """The sandbox's own key, before one of the fixtures'."""
    keys = view.table(API_KEYS)
    return next((key for key in (*keys.own(), *keys) if key.primary), None)


def _primary_client(view: View) -> state.Client | None:
    """The first provider's first client."""
    first = next(iter(view.table(PROVIDERS)), None)
    clients = view.table(CLIENTS).find("provider", first.id) if first else []
    return clients[0] if clients else None


def _credentials(view: View, origin: str) -> dict[str, str]:
    key, client = _primary_key(view), _primary_client(view)
    return {
        "base_url": f"{origin}/usegrant",
        **({"api_key": key.api_key} if key else {}),
        **({"provider_id": client.provider, "client_id": client.id} if client else {}),
    }


def _mint(view: View, request: MintRequest) -> Granted[None]:
    """A token without ceremony: for the first provider's first client."""
    client = _primary_client(view)
    if client is None:
        raise LookupError("this sandbox has no useGrant provider with a client")
    options = tokens.Options(lifetime_s=request.lifetime_s)
    issued = tokens.issue(view, client, request.home, options, request.claims)
    return Granted(None, facts=(issued,), token=issued)


def _opens(_: object, module: str) -> str | None:
    """Its tokens carry no permissions: there is nothing to ask about."""
    raise KeyError(module)


def _dress(_: Call, __: str) -> Headers:
    return ()


provider = Provider(
    name=state.PROVIDER,
    title="useGrant",
    blueprint=BLUEPRINT,
    hosts=frozenset({"sdk.usegrant.dev"}),
    catalogue=CATALOGUE,
    aliases=ALIASES,
    operations=OPERATIONS,
    lifetimes={tokens.OPERATION: tokens.LIFETIME_S},
    private=PRIVATE,
    kept_headers=frozenset({auth.ISSUER_HOST}),
    door=_open_door,
    locate=auth.locate,
    home=auth.home,
    issuer_keys=tokens.issuer_keys,
    find_issuer=tokens.find_issuer,
    credentials=_credentials,
    mint=_mint,
    modules=(),
    opens=_opens,
    dress=_dress,
    limit=auth.limit,
    frailty=tokens.find_frailty,
    parent_hosts=frozenset({tokens.ISSUER_DOMAIN}),
    magic=MAGIC,
    present=auth.present,
    retries=Retries(
        told="The provider's own client never sends a POST again, createToken included "
        "[sdk measured] H; over the limit it waits for Retry-After [doc sdk] H."
    ),
)
