"""Hyperswitch's connector service ("Prism"): the gRPC token service, HTTP mode, the connectors.

Sources: the service's own repository and the packages of its SDK. Gaps: every service but
MerchantAuthenticationService; connectors are played only as far as their token endpoints; the
answer printed in the published page, which can't come from grpcurl (a SecretString is a message,
an enumeration's value has its full name, an int64 is a text); a token's limited scope, which the
page promises and nothing enforces; the real server's INTERNAL for bytes that are no message.
"""

from collections.abc import Iterable, Mapping

from emulator.core.decisions import Granted, Json
from emulator.core.ids import derive_uuid
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.call import Call, Headers
from emulator.edge.provider import Credential, Door, MintRequest, Provider, Retries, RpcDoor
from emulator.providers.hyperswitch import tokens
from emulator.providers.hyperswitch.auth import home, limit, locate, present
from emulator.providers.hyperswitch.connectors import CONNECTORS
from emulator.providers.hyperswitch.errors import ALIASES, CATALOGUE
from emulator.providers.hyperswitch.errors.rows import make_status_row
from emulator.providers.hyperswitch.faults import MAGIC
from emulator.providers.hyperswitch.state import BLUEPRINT, CONNECTOR_ACCOUNTS, PROVIDER
from emulator.providers.hyperswitch.upstream import rules as upstream
from emulator.providers.hyperswitch.upstream.endpoints import ENDPOINTS
from emulator.providers.hyperswitch.wire import PRIVATE

MINTING = (
    "create_access_token",
    "create_server_authentication_token",
    "create_session_token",
    "create_server_session_authentication_token",
    "create_sdk_session_token",
    "create_client_authentication_token",
)
# The upstream role's operations with the seconds that they grant.
UPSTREAM = {endpoint.operation: endpoint.lifetime_s for endpoint in ENDPOINTS}


def _open_door() -> Door:
    from emulator.providers.hyperswitch.routes import open_door  # noqa: PLC0415 - only when enabled

    return open_door(provider)


def _open_rpc_door() -> RpcDoor:
    from emulator.providers.hyperswitch.service import open_rpc_door  # noqa: PLC0415 - as above

    return open_rpc_door(provider)


def _credentials(_: View, origin: str) -> dict[str, str]:
    """Where it answers; gRPC's address is the server's to say."""
    return {
        "grpc_target": "",
        "http_url": f"{origin}/hyperswitch",
        "upstream_url": f"{origin}/hyperswitch/upstream",
    }


def _locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """The account whose credentials were presented, to the service or to a connector."""
    yield from locate(call)
    entry = upstream.locate(call)
    if entry is not None:
        yield entry, "credential"


def _present(call: Call) -> Credential | None:
    """The credentials of a connector's account, a server's alone, sent to the one or the other."""
    given = present(call)
    if given is not None:
        return given
    entry = upstream.locate(call)
    return ("secret", entry[1]) if entry else None


def _details(view: View) -> Mapping[str, Json]:
    """What goes into `x-connector-config`, of each connector its first account."""
    found: dict[str, Json] = {}
    for account in view.table(CONNECTOR_ACCOUNTS):
        known = CONNECTORS.get(account.connector)
        if known is not None:
            found.setdefault(known.variant, dict(account.config))
    return {"connector_config": found}


def _mint(view: View, request: MintRequest) -> Granted[None]:
    """A token without ceremony: of the connector in the claims, else PayPal's."""
    claims = dict(request.claims)
    connector = claims.pop("connector", "paypal")
    name = connector if isinstance(connector, str) and connector in CONNECTORS else "paypal"
    subject = claims.pop("sub", name)
    lifetime_s = view.lifetime_s(
        PROVIDER, "create_access_token", tokens.LIFETIME_S, request.lifetime_s
    )
    look = tokens.look_of(name, test_mode=True)
    wanted = tokens.Wanted(
        "access_token", name, str(subject), look, lifetime_s, claims=claims or None
    )
    issued = tokens.issue(view, wanted)
    return Granted(None, facts=(issued,), token=issued)


def _dress(call: Call, seed: str) -> Headers:
    """x-request-id: the caller's, else one of our own [repo] M."""
    given = call.headers.get("x-request-id")
    if given is None or not given.isascii():
        given = derive_uuid(seed, "hyperswitch.request_id", call.number)
    return (("x-request-id", given),)


provider = Provider(
    name=PROVIDER,
    title="Hyperswitch",
    blueprint=BLUEPRINT,
    hosts=frozenset(),
    catalogue=CATALOGUE,
    aliases=ALIASES,
    operations=(*MINTING, *UPSTREAM, "health", "upstream_mock_gateway"),
    lifetimes={**dict.fromkeys(MINTING, tokens.LIFETIME_S), **UPSTREAM},
    private=PRIVATE,
    kept_headers=frozenset(
        {"x-connector", "x-auth", "x-merchant-id", "x-tenant-id", "x-reference-id", "x-resource-id"}
    ),
    door=_open_door,
    locate=_locate,
    home=home,
    issuer_keys=tokens.issuer_keys,
    find_issuer=tokens.find_issuer,
    credentials=_credentials,
    mint=_mint,
    modules=(),
    opens=tokens.opens,
    dress=_dress,
    limit=limit,
    rpc_door=_open_rpc_door,
    details=_details,
    frailty=tokens.find_frailty,
    read_opaque=tokens.find_ids,
    grpc=frozenset(MINTING),
    say_status=make_status_row,
    magic=MAGIC,
    present=_present,
    retries=Retries(
        told="No token call has an idempotency key; FAILED_PRECONDITION and the like stay as they "
        "are until the request or its metadata is put right [repo] H that these are their codes."
    ),
)
