"""A withdrawal's payment: it begins with a mint, is abandoned at expiry, and is told of.

The payment's states and what they are sent as [doc changelog 2025-06-18] H, for crypto-payouts as
well as for crypto-withdrawals. A payment that was moved on through the control API is not
abandoned, and nothing is sent of that move.
"""

import msgspec

from emulator.core.due import Work
from emulator.core.facts import DueSet, EntityPut, Fact
from emulator.core.view import View
from emulator.edge.duty import Settled
from emulator.edge.exchange import Request, Response, Unanswered
from emulator.providers.zerohash import tokens
from emulator.providers.zerohash.state import (
    PARTICIPANTS,
    PAYMENTS,
    PLATFORMS,
    PROVIDER,
    Payment,
    Platform,
    Settings,
)
from emulator.providers.zerohash.wire.webhooks import (
    render_payment,
    seal_webhook,
    sign_webhook,
)

ABANDONMENT = "abandonment"
WEBHOOK = "webhook"

# What passes before each further attempt: four quick ones, then three that take ever longer, then
# it is dropped [doc] H; that the longer ones go on doubling from there [guess].
PAUSES_S = (0.25, 0.25, 0.25, 0.25, 0.5, 1.0, 2.0)


class Notification(msgspec.Struct, frozen=True):
    """What is told: a payment as it stood, and to which platform."""

    platform: str
    payment: Payment


def begin(view: View, platform: Platform, payment: Payment) -> tuple[Fact, ...]:
    """A payment that is `initialized`, told of, and abandoned when its token expires."""
    abandonment = Work(PROVIDER, ABANDONMENT, payment.payment_id, payment.abandon_at)
    return (
        _put(view, payment),
        DueSet(view.now, abandonment),
        *_tell(view, platform.id, payment, view.now),
    )


def abandon(view: View, work: Work) -> Settled:
    """What nobody began before the token expired is `abandoned`, as of that moment."""
    payment = view.table(PAYMENTS).get(work.key)
    if payment is None or payment.status != "initialized":
        return Settled("needless")
    participant = view.table(PARTICIPANTS).get(payment.participant_code)
    abandoned = msgspec.structs.replace(payment, status="abandoned", updated_at=work.due_at)
    told = _tell(view, participant.platform, abandoned, work.due_at) if participant else ()
    return Settled("abandoned", (_put(view, abandoned), *told))


def send(view: View, work: Work) -> Request | Settled:
    """The notification, to the URL and with the secret that hold now."""
    url = view.settings(Settings).webhook_url
    notification = msgspec.json.decode(work.data, type=Notification)
    platform = view.table(PLATFORMS).get(notification.platform)
    if url is None or platform is None:
        return Settled("needless")
    body = render_payment(notification.payment, platform.platform_code)
    headers = sign_webhook(body, work.key, platform.webhook_secret, view.now)
    seals = seal_webhook(body, tokens.issuer_keys(view)[0], view.now)
    return Request("POST", url, headers, body, seals)


def settle(_: View, work: Work, response: Response | Unanswered) -> Settled:
    """Delivered with any 2xx [guess]; else once more, or dropped."""
    if isinstance(response, Response) and 200 <= response.status < 300:  # noqa: PLR2004
        return Settled("delivered")
    if work.attempt > len(PAUSES_S):
        return Settled("dropped")
    return Settled("failed", again_in_s=PAUSES_S[work.attempt - 1])


def _tell(view: View, platform: str, payment: Payment, at: float) -> tuple[Fact, ...]:
    """A notification, where there is somebody to tell."""
    if view.settings(Settings).webhook_url is None:
        return ()
    data = msgspec.Raw(msgspec.json.encode(Notification(platform, payment)))
    notification_id = view.draw_uuid("zerohash.notification_id")
    return (DueSet(view.now, Work(PROVIDER, WEBHOOK, notification_id, at, data=data)),)


def _put(view: View, payment: Payment) -> EntityPut:
    return EntityPut(view.now, PROVIDER, PAYMENTS.name, msgspec.Raw(msgspec.json.encode(payment)))
