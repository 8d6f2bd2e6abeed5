"""The world of zerohash: its kinds, its switches, and how a sandbox comes to names of its own."""

import base64
import ipaddress
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from emulator.core.clock import MAX_TIME, MIN_TIME
from emulator.core.ids import BASE58, UPPER_ALNUM, derive_uuid
from emulator.core.limits import MAX_LIMIT, RateLimit
from emulator.core.world import AnyKind, Blueprint, Draw, Identity, Kind, Parent, World

PROVIDER = "zerohash"

# The 15 of the request schema, and two that the documentation names beside it. [openapi enum] H
Permission = Literal[
    "onboarding",
    "update-participant",
    "csp-active",
    "csp-recovery",
    "fiat-deposits",
    "fiat-withdrawals",
    "crypto-withdrawals",
    "crypto-buy",
    "crypto-sell",
    "fwc",
    "participant-profile",
    "crypto-account-link",
    "crypto-payouts",
    "crypto-pay",
    "fiat-account-link",
    "crypto-deposits",  # not in the enum, named in the text beside it [openapi text][sdk] H
    "recovery",  # not in the enum [doc changelog v3.0.0] H
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

ParticipantStatus = Literal[
    "submitted",
    "pending_approval",
    "approved",
    "rejected",
    "locked",
    "pending_unlock",
    "pending_disable",
    "disabled",
    "divested",
    "closed",
]
# The first two are a token's doing [doc changelog 2025-06-18] H, the others a withdrawal's [doc] H.
PaymentStatus = Literal[
    "initialized", "abandoned", "submitted", "pending", "posted", "settled", "failed"
]
ReasonCode = Literal["compliance_issue", "user_request", "risk_cleared"]
KeyStatus = Literal["created", "active", "disabled"]
Access = Literal["none", "read", "read_and_write"]

# Of a participant or platform: 6 upper-case letters and digits. [example][openapi pattern] H
Code = Annotated[str, Meta(pattern=r"^[A-Z0-9]{6}$")]
Time = Annotated[float, Meta(ge=MIN_TIME, le=MAX_TIME)]  # Unix seconds
Secret = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}$", min_length=4)]  # base64 [sdk] H


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A platform: the client of zerohash. `id`: the fixtures' name for it, the same everywhere.

    `permissions`: what its tokens may carry (null: all). `agreement_link` and `issuer` go into its
    tokens' `payload.platform_agreement_link` and `iss`; `webhook_secret` signs what is sent to it.
    """

    id: str
    platform_code: Code
    name: str
    agreement_link: str = ""
    issuer: str = ""
    permissions: tuple[Permission, ...] | None = None
    webhook_secret: Annotated[str, Meta(min_length=1)] = "fake-webhook-secret"  # noqa: S105


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API key of a platform. `secret`: base64 of the HMAC key; `expires_at`: Unix seconds.

    `access` of `none` stands for a key without this product's permission. `allowed_ips`: single
    addresses, at most 10, none for no check [doc api-security] H; networks besides [guess].
    """

    api_key: str
    secret: Secret
    passphrase: str
    platform: str
    nickname: str = ""
    status: KeyStatus = "active"
    access: Access = "read_and_write"
    allowed_ips: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    expires_at: float | None = None
    primary: bool = False

    def __post_init__(self) -> None:
        for ip in self.allowed_ips:
            ipaddress.ip_network(ip, strict=False)  # a ValueError names the wrong one


class Participant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A customer of a platform. Only what a test needs to tell participants apart is kept."""

    participant_code: Code
    platform: str
    email: str
    status: ParticipantStatus = "approved"
    reason_code: ReasonCode | None = None
    kind: Literal["individual", "entity"] = "individual"
    first_name: str = ""
    last_name: str = ""
    tier: Literal["standard", "perishables"] = "standard"
    jurisdiction_code: str = "US-IL"
    request_id: str | None = None
    updated_at: Time = 0.0


class ExternalAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a participant's withdrawals may go. `network` and `address`: of a crypto account."""

    external_account_id: str
    participant_code: str
    label: str = ""
    asset: str = "USD"
    network: str = ""
    address: str = ""


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A withdrawal that a token was minted for. `total`: the amount asked for, as it was sent.

    `abandon_at`: when it is given up if it is still `initialized`: the token's expiry.
    """

    payment_id: str
    participant_code: str
    status: PaymentStatus = "initialized"
    external_account_id: str = ""
    account_label: str = "general"
    network: str = ""
    destination_address: str = ""
    total: str = ""
    reference_id: str = ""
    created_at: Time = 0.0
    updated_at: Time = 0.0
    abandon_at: float = 0.0


class AddressLimit(RateLimit, frozen=True, forbid_unknown_fields=True):
    """2,000 calls in any 10 s from one address [doc api-security] H; off by default."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 2000
    window: Annotated[float, msgspec.Meta(gt=0)] | str = "PT10S"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """zerohash's switches; each default is what its documentation makes likeliest."""

    signature: Literal["lenient", "compact", "raw"] = "lenient"
    timestamp_clock: Literal["either", "sandbox", "wall"] = "either"
    rsa_bits: Literal[4096, 2048] = 4096
    unknown_jti: Literal["strict", "lenient"] = "strict"
    auth_failure_status: Literal[403, 401] = 403
    withdrawal_details: Literal["optional", "required"] = "optional"
    unknown_fields: Literal["ignore", "refuse"] = "ignore"
    ids_placement: Literal["message", "both"] = "message"
    time_format: Literal["message", "epoch"] = "message"
    webhook_url: Annotated[str, Meta(pattern=r"^https?://[^\s@/?#]+([/?][^\s@#]*)?$")] | None = None
    rate_limit: AddressLimit = AddressLimit()


def _draw_code(draw: Draw) -> str:
    number = int.from_bytes(draw("zerohash.participant_code"))
    return "".join(UPPER_ALNUM[(number >> (6 * i)) % len(UPPER_ALNUM)] for i in range(6))


PLATFORMS = Kind(
    PROVIDER,
    "platforms",
    Platform,
    key="id",
    indexes={"platform_code": lambda platform: platform.platform_code},
    home="platform_code",
    secrets=frozenset({"webhook_secret"}),
)
API_KEYS = Kind(
    PROVIDER,
    "api_keys",
    ApiKey,
    key="api_key",
    indexes={"platform": lambda key: key.platform},
    parent=Parent("platform", "platforms"),
    home="api_key",
    secrets=frozenset({"secret", "passphrase"}),
)
PARTICIPANTS = Kind(
    PROVIDER,
    "participants",
    Participant,
    key="participant_code",
    indexes={
        "email": lambda participant: (participant.platform, participant.email.lower()),
        "platform": lambda participant: participant.platform,
    },
    parent=Parent("platform", "platforms"),
    new_key=_draw_code,
)
EXTERNAL_ACCOUNTS = Kind(
    PROVIDER,
    "external_accounts",
    ExternalAccount,
    key="external_account_id",
    indexes={"participant_code": lambda account: account.participant_code},
    parent=Parent("participant_code", "participants"),
)
PAYMENTS = Kind(
    PROVIDER,
    "payments",
    Payment,
    key="payment_id",
    indexes={"participant_code": lambda payment: payment.participant_code},
    parent=Parent("participant_code", "participants"),
    most=10_000,
)


def settle(world: World, identity: Identity) -> Iterable[tuple[AnyKind, msgspec.Struct]]:
    """Each platform's own code and issuer, and a key of the sandbox's own for each fixture key.

    The first primary key and its platform take the credentials that the sandbox was given, if any.
    """
    keys = [key for key in world.bases[API_KEYS.id].records.values() if isinstance(key, ApiKey)]
    main = next((key for key in keys if key.primary), None)
    for platform in world.bases[PLATFORMS.id].records.values():
        if isinstance(platform, Platform):
            given = identity.given if main and platform.id == main.platform else {}
            yield PLATFORMS, _own_platform(platform, identity, given)
    for key in keys:
        yield API_KEYS, _own_key(key, identity, identity.given if key is main else {})


def _own_platform(platform: Platform, identity: Identity, given: Mapping[str, str]) -> Platform:
    code = given.get("platform_code") or identity.text(f"platform {platform.id}", UPPER_ALNUM, 6)
    issuer = derive_uuid(identity.seed, identity.sandbox, f"issuer {platform.id}")
    label = f"webhook secret {platform.id}"
    secret = (
        given.get("webhook_secret") or f"fake-webhook-secret-{identity.text(label, BASE58, 12)}"
    )
    return msgspec.structs.replace(
        platform, platform_code=code, issuer=issuer, webhook_secret=secret
    )


def _own_key(key: ApiKey, identity: Identity, given: Mapping[str, str]) -> ApiKey:
    """Visibly fake: the names say so, the secret does once it is decoded."""
    label = f"api key {key.api_key}"
    secret = b"fake-secret-" + identity.text(f"secret of {label}", BASE58, 20).encode()
    return msgspec.structs.replace(
        key,
        api_key=given.get("api_key") or f"FakeKey{identity.text(label, BASE58, 15)}",
        secret=given.get("secret") or base64.b64encode(secret).decode(),
        passphrase=given.get("passphrase")
        or f"fake-passphrase-{identity.text(f'passphrase of {label}', BASE58, 8)}",
    )


BLUEPRINT = Blueprint(
    PROVIDER, (PLATFORMS, API_KEYS, PARTICIPANTS, EXTERNAL_ACCOUNTS, PAYMENTS), Settings, settle
)
