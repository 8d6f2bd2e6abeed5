"""What zerohash sends on its own: the body of a payment's notification, and its headers.

Names, order and spelling of the body as in the guide's `initialized` and `abandoned` [example] H;
what neither this emulator nor the caller knows is empty there too.
"""

import hmac

import orjson

from emulator.core.clock import render_time
from emulator.edge.call import Headers
from emulator.edge.exchange import Seal
from emulator.providers.zerohash.state import Payment

PAYLOAD_TYPE = "payment_status_changed"  # [doc] H


def render_payment(payment: Payment, platform_code: str) -> bytes:
    """The body."""
    return orjson.dumps(
        {
            "payment_id": payment.payment_id,
            "obo_participant": {
                "participant_code": payment.participant_code,
                "account_group": platform_code,
                "account_label": payment.account_label,
            },
            "payment_details": {
                "withdrawal_request_id": "",
                "trade_id": "",
                "on_chain_transaction_id": "",
                "network_fee_notional": "",
                "network_fee_quantity": "",
                "withdrawal_fee_notional": "",
                "destination_address": payment.destination_address,
            },
            # Empty while nothing was chosen [example] H; an abandoned one's has a value there,
            # which comes from the user's choice [guess].
            "asset": "",
            "network": payment.network,
            "payment_type": "payout",
            "external_account_id": payment.external_account_id,
            "participant_code": payment.participant_code,
            "quantity": "",
            "status": payment.status,
            "created_at": render_milliseconds(payment.created_at),
            "updated_at": render_milliseconds(payment.updated_at),
            "total": payment.total,
            "reference_id": payment.reference_id,
        }
    )


def render_milliseconds(at: float) -> str:
    """RFC 3339 with three digits of a second, always [example] H."""
    text = render_time(int(at * 1000) / 1000)
    return text if "." in text else text.replace("Z", ".000Z")


def seal_webhook(body: bytes, key: str, now: float) -> tuple[Seal, ...]:
    """The same with RSA: names, messages and hex [doc webhook-security] H, PSS padding [repo] M.

    That the key is the one that signs tokens is [guess]: the provider hands out one for webhooks.
    """
    return (
        Seal("x-zh-hook-rsa-signature", key, body + render_timestamp(now)),
        Seal("x-zh-hook-rsa-signature-256", key, body),
    )


def render_timestamp(now: float) -> bytes:
    """Unix milliseconds [doc changelog 2025-06-13] H."""
    return str(int(now * 1000)).encode()


def sign_webhook(body: bytes, notification_id: str, secret: str, now: float) -> Headers:
    """The headers. The id is the same for every attempt, the timestamp is each attempt's own.

    The key is the secret's text as it stands [repo] H. The newer signature is that of the body
    with the timestamp behind it, without a delimiter [doc changelog 2025-06-13][repo] H, the older
    one of the body alone [doc webhook-security] H; both are sent, as in the time of transition.
    """
    timestamp = render_timestamp(now)
    key = secret.encode()
    return (
        ("content-type", "application/json"),
        ("x-zh-hook-notification-id", notification_id),
        ("x-zh-hook-payload-type", PAYLOAD_TYPE),
        ("x-zh-hook-timestamp", timestamp.decode()),
        ("x-zh-hook-signature", hmac.digest(key, body + timestamp, "sha256").hex()),
        ("x-zh-hook-signature-256", hmac.digest(key, body, "sha256").hex()),
    )
