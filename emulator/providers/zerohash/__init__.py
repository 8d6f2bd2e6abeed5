"""zerohash: client access tokens for its SDK modules, minted and revoked over HMAC-signed REST.

Sources: the provider's published OpenAPI document (1.7.0), its guides, and the code of its mobile
SDKs. Gaps: of webhooks there are the two of a payment that a mint begins, `initialized` and
`abandoned`, and what a user does in the SDK moves no payment on; the approval of new keys and the
edge's own allow-list are states and errors to set, not processes; the Connect product's OAuth and
WebSocket signing are other schemes; what the SDK's hosted web app calls and shows is not public: a
stand-in opens in its place, which checks the token and sends the documented messages; the claim
that tells a token's region is not known.
"""

from emulator.core.decisions import Granted
from emulator.core.ids import derive_uuid
from emulator.core.view import View
from emulator.edge.call import Call, Headers
from emulator.edge.duty import Duty
from emulator.edge.provider import Door, MintRequest, Provider, Retries
from emulator.providers.zerohash import tokens
from emulator.providers.zerohash.auth import (
    SCENARIO,
    TIMESTAMP,
    home,
    limit,
    locate,
    present,
    sign,
)
from emulator.providers.zerohash.errors import ALIASES, CATALOGUE
from emulator.providers.zerohash.faults import MAGIC, trigger
from emulator.providers.zerohash.rules import payments
from emulator.providers.zerohash.state import (
    API_KEYS,
    BLUEPRINT,
    PARTICIPANTS,
    PLATFORMS,
    PROVIDER,
    ApiKey,
)
from emulator.providers.zerohash.wire.headers import request_id
from emulator.providers.zerohash.wire.privacy import PRIVATE


def _open_door() -> Door:
    from emulator.providers.zerohash.routes import open_door  # noqa: PLC0415 - only when enabled

    return open_door(provider)


def _primary_key(view: View) -> ApiKey | None:
    """The sandbox's own key, before one of the fixtures'."""
    keys = view.table(API_KEYS)
    return next((key for key in (*keys.own(), *keys) if key.primary), None)


def _credentials(view: View, origin: str) -> dict[str, str]:
    key = _primary_key(view)
    platform = view.table(PLATFORMS).get(key.platform) if key else None
    if key is None or platform is None:
        return {"base_url": f"{origin}/zerohash"}
    approved = (p for p in view.table(PARTICIPANTS) if p.platform == platform.id)
    participant = next((p for p in approved if p.status == "approved"), None)
    return {
        "base_url": f"{origin}/zerohash",
        "api_key": key.api_key,
        "secret": key.secret,
        "passphrase": key.passphrase,
        "platform_code": platform.platform_code,
        "participant_code": participant.participant_code if participant else "",
        "webhook_secret": platform.webhook_secret,
    }


def _mint(view: View, request: MintRequest) -> Granted[None]:
    """A token without ceremony: for the first approved participant, with the claims asked for."""
    key = _primary_key(view)
    platform = view.table(PLATFORMS).get(key.platform) if key else None
    if platform is None:
        raise LookupError("this sandbox has no zerohash platform with a primary key")
    claims = dict(request.claims)
    participants = view.table(PARTICIPANTS)
    wanted = claims.get("participant_code")
    approved = (p for p in participants.find("platform", platform.id) if p.status == "approved")
    participant = participants.get(wanted) if isinstance(wanted, str) else next(approved, None)
    permissions = claims.get("permissions", ["crypto-buy"])
    issued = tokens.issue(
        view,
        platform,
        participant,
        [str(name) for name in permissions] if isinstance(permissions, list) else [],
        {},
        requested_s=request.lifetime_s,
        claims=claims,
    )
    return Granted(None, facts=(issued,), token=issued)


def _dress(call: Call, seed: str) -> Headers:
    """X-Request-Id: the caller's where it can be sent back, else one of our own.

    [openapi][doc request-ids] H
    """
    given = request_id(call.headers)
    return (("X-Request-Id", given or derive_uuid(seed, "zerohash.request_id", call.number)),)


provider = Provider(
    name=PROVIDER,
    title="zerohash",
    blueprint=BLUEPRINT,
    hosts=frozenset(
        {
            "api.cert.zerohash.com",
            "api.zerohash.com",
            "api.cert.zerohash.eu",
            "api.zerohash.eu",
        }
    ),
    catalogue=CATALOGUE,
    aliases=ALIASES,
    operations=(
        "client_auth_token",
        "revoke_auth_token",
        "time",
        "list_participants",
        "get_participant",
        "create_customer",
        "onboarding_token",
        "sdk_entry",
        "sdk_start",
        "sdk_page",
        "sdk_check",
    ),
    lifetimes={tokens.OPERATION: tokens.LIFETIME_S, tokens.ONBOARDING: tokens.LIFETIME_S},
    private=PRIVATE,
    kept_headers=frozenset({TIMESTAMP, SCENARIO}),
    door=_open_door,
    locate=locate,
    home=home,
    issuer_keys=tokens.issuer_keys,
    find_issuer=tokens.find_issuer,
    credentials=_credentials,
    mint=_mint,
    modules=tuple(tokens.MODULES),
    opens=tokens.opens,
    dress=_dress,
    limit=limit,
    sign=sign,
    frailty=tokens.find_frailty,
    trigger=trigger,
    magic=MAGIC,
    present=present,
    retries=Retries(
        final=frozenset({500}),
        safe=frozenset({503}),
        told="A 500 is not to be sent again, a 503 may be (zh-allow-retry: true), a 502 or 504 "
        "leaves open whether it was done; mint and revoke have no idempotency key "
        "[doc error-handling][openapi] H.",
    ),
    due={
        payments.ABANDONMENT: Duty(payments.abandon),
        payments.WEBHOOK: Duty(payments.send, payments.settle),
    },
)
