"""Webhooks of withdrawal payments, as a receiver sees them."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.core.clock import Clock, wall
from emulator.core.sandbox import Sandbox
from emulator.providers.zerohash.rules.payments import PAUSES_S
from tests.providers.zerohash.arrange import set_clock, switch
from tests.receiving import Received, Receiver, receiving
from tests.signing import Request, minting

pytestmark = pytest.mark.anyio

SECRET = b"fake-webhook-secret-acme"
WALLET = "00000000-0000-4000-8000-0000000000a2"
NOW = 1_763_018_448.0
CONTROL = "/_emulator/sandboxes/default"


@pytest.fixture
async def receiver(sandbox: Sandbox) -> AsyncIterator[Receiver]:
    """A receiver that the sandbox knows, whose clock stands still."""
    async with receiving() as made:
        await switch(sandbox, webhook_url=made.url)
        await set_clock(sandbox, Clock.frozen_at(NOW))
        yield made


def withdrawing(**fields: object) -> Request:
    """A request for a token to withdraw with."""
    details = {
        "quoted_asset": "USD",
        "withdrawal_request_amount": "200",
        "external_account_id": WALLET,
    }
    return minting(
        permissions=["crypto-withdrawals"],
        withdrawal_details=details,
        reference_id="my-reference",
        **fields,
    )


async def withdraw(client: httpx.AsyncClient) -> str:
    """The payment of a freshly minted token."""
    answer = await client.request(**withdrawing())
    assert answer.status_code == 201, answer.text
    payment_id: str = answer.json()["message"]["payment_id"]
    return payment_id


async def advance(client: httpx.AsyncClient, by: str) -> Any:  # noqa: ANN401 - JSON
    """What the clock's advance answers."""
    answer = await client.post(f"{CONTROL}/clock/advance", json={"by": by})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sent_calls(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The outgoing calls in the journal, the oldest first."""
    answer = await client.get(f"{CONTROL}/calls?direction=out")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items[::-1]


def outcomes(moved: Any) -> list[tuple[str, int, str]]:  # noqa: ANN401 - JSON
    """What fell due: its kind, attempt and end."""
    return [(one["kind"], one["attempt"], one["outcome"]) for one in moved["due"]]


def statuses(received: Sequence[Received]) -> list[str]:
    """What the receiver was told of the payment."""
    return [one.json()["status"] for one in received]


def verify(received: Received, secret: bytes = SECRET) -> bool:
    """Check both signatures as the provider's guides tell a receiver to."""
    stamp = received.headers["x-zh-hook-timestamp"]
    newer = hmac.new(secret, received.body + stamp.encode(), hashlib.sha256).hexdigest()
    older = hmac.new(secret, received.body, hashlib.sha256).hexdigest()
    return (newer, older) == (
        received.headers["x-zh-hook-signature"],
        received.headers["x-zh-hook-signature-256"],
    )


async def test_a_mint_is_told_of(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """A withdrawal's token brings a payment, and the platform is told that it is initialized."""
    payment_id = await withdraw(client)
    received = await receiver.next()
    assert (received.method, received.path) == ("POST", "/hooks")
    assert received.headers["content-type"] == "application/json"
    assert received.json() == {
        "payment_id": payment_id,
        "obo_participant": {
            "participant_code": "CUST01",
            "account_group": "FAKE01",
            "account_label": "general",
        },
        "payment_details": {
            "withdrawal_request_id": "",
            "trade_id": "",
            "on_chain_transaction_id": "",
            "network_fee_notional": "",
            "network_fee_quantity": "",
            "withdrawal_fee_notional": "",
            "destination_address": "0x00000000000000000000000000000000000fa4e1",
        },
        "asset": "",
        "network": "ETH",
        "payment_type": "payout",
        "external_account_id": WALLET,
        "participant_code": "CUST01",
        "quantity": "",
        "status": "initialized",
        "created_at": "2025-11-13T07:20:48.000Z",
        "updated_at": "2025-11-13T07:20:48.000Z",
        "total": "200",
        "reference_id": "my-reference",
    }


async def test_the_signatures_hold(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """The headers let a receiver check who sent it, when, and whether it came before."""
    await withdraw(client)
    received = await receiver.next()
    assert verify(received)
    assert not verify(received, b"another secret")
    assert received.headers["x-zh-hook-payload-type"] == "payment_status_changed"
    assert received.headers["x-zh-hook-timestamp"] == f"{int(NOW)}000"
    assert len(received.headers["x-zh-hook-notification-id"]) == 36


async def test_the_rsa_signatures_hold(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Whoever prefers RSA checks with the sandbox's published key, and needs no secret."""
    await withdraw(client)
    received = await receiver.next()
    url = f"{CONTROL}/jwks/zerohash.json"
    jwk = (await client.get(url)).json()["keys"][0]
    key = jwt.PyJWK(jwk, "RS256").key
    stamp = received.headers["x-zh-hook-timestamp"].encode()
    for header, message in (
        ("x-zh-hook-rsa-signature", received.body + stamp),
        ("x-zh-hook-rsa-signature-256", received.body),
    ):
        signature = bytes.fromhex(received.headers[header])
        for salt in (PSS.AUTO, PSS.DIGEST_LENGTH):
            key.verify(signature, message, PSS(MGF1(SHA256()), salt), SHA256())
        with pytest.raises(InvalidSignature):
            key.verify(signature, message + b" ", PSS(MGF1(SHA256()), PSS.AUTO), SHA256())


async def test_it_is_abandoned_at_expiry(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Five minutes on the sandbox's clock and not a second less, then it is told of."""
    payment_id = await withdraw(client)
    first = await receiver.next()
    assert outcomes(await advance(client, "299s")) == []
    moved = await advance(client, "1h")
    assert outcomes(moved) == [("abandonment", 1, "abandoned"), ("webhook", 1, "delivered")]
    assert moved["due_left"] == 0
    assert {one["at"] for one in moved["due"]} == {"2025-11-13T07:25:48Z"}
    assert moved["due"][0]["key"] == payment_id
    second = await receiver.next()
    assert second.json()["status"] == "abandoned"
    assert second.json()["created_at"] == first.json()["created_at"]
    assert second.json()["updated_at"] == "2025-11-13T07:25:48.000Z"
    ids = {one.headers["x-zh-hook-notification-id"] for one in (first, second)}
    assert len(ids) == 2
    assert verify(second)
    assert moved["due"][1]["call"] == (await sent_calls(client))[1]["id"]


async def test_putting_the_clock_does_the_same(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """Whoever replaces the clock is told what fell due as well."""
    await withdraw(client)
    await receiver.next()
    body = {"mode": "frozen", "at": "2026-01-01T00:00:00Z"}
    moved = (await client.put(f"{CONTROL}/clock", json=body)).json()
    assert outcomes(moved) == [("abandonment", 1, "abandoned"), ("webhook", 1, "delivered")]
    assert statuses([await receiver.next()]) == ["abandoned"]


async def test_the_payment_is_in_the_world(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """The payment can be looked at, in its state of the moment, without any receiver too."""
    payment_id = await withdraw(client)
    path = f"{CONTROL}/entities/zerohash/payments/{payment_id}"
    assert (await client.get(path)).json()["status"] == "initialized"
    await advance(client, "5m")
    assert (await client.get(path)).json()["status"] == "abandoned"
    assert statuses([await receiver.next(), await receiver.next()]) == ["initialized", "abandoned"]


async def test_without_a_url_nothing_leaves(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """The default: the payment is abandoned all the same, and nobody is told."""
    await set_clock(sandbox, Clock.frozen_at(NOW))
    await withdraw(client)
    assert outcomes(await advance(client, "5m")) == [("abandonment", 1, "abandoned")]
    assert await sent_calls(client) == []


async def test_what_has_begun_is_not_abandoned(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """A payment that was moved on before the token expired stays where it is."""
    payment_id = await withdraw(client)
    await receiver.next()
    path = f"{CONTROL}/entities/zerohash/payments/{payment_id}"
    payment = (await client.get(path)).json()
    assert (await client.put(path, json={**payment, "status": "submitted"})).status_code == 200
    assert outcomes(await advance(client, "5m")) == [("abandonment", 1, "needless")]
    assert (await client.get(path)).json()["status"] == "submitted"
    assert receiver.rest() == []


@pytest.mark.parametrize("permission", ["crypto-buy", "fwc", "onboarding"])
async def test_other_tokens_bring_none(
    client: httpx.AsyncClient, receiver: Receiver, permission: str
) -> None:
    """Only what moves crypto out is a payment."""
    assert (await client.request(**minting(permissions=[permission]))).status_code == 201
    assert outcomes(await advance(client, "1h")) == []
    assert receiver.rest() == []


async def test_payouts_bring_one(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """A payout's token is as good as a withdrawal's; what was not said is empty."""
    assert (await client.request(**minting(permissions=["crypto-payouts"]))).status_code == 201
    told = (await receiver.next()).json()
    assert (told["status"], told["total"], told["network"]) == ("initialized", "", "")


async def test_retries(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Four quick attempts more, three slower ones, then it is dropped; always the same id."""
    receiver.statuses = [500] * 8
    await withdraw(client)
    first = await receiver.next()
    moved = await advance(client, "249ms")
    assert outcomes(moved) == []
    moved = await advance(client, "1m")
    assert outcomes(moved) == [
        *(("webhook", attempt, "failed") for attempt in range(2, 8)),
        ("webhook", 8, "dropped"),
    ]
    later = [await receiver.next() for _ in range(7)]
    assert receiver.rest() == []
    ids = {one.headers["x-zh-hook-notification-id"] for one in (first, *later)}
    assert ids == {moved["due"][0]["key"]}
    assert {one.body for one in later} == {first.body}
    assert all(verify(one) for one in later)
    times = [one["at"] for one in moved["due"]]
    assert times[0] == "2025-11-13T07:20:48.250Z"
    assert times[-1] == "2025-11-13T07:20:52.500Z"
    assert sum(PAUSES_S) == 4.5


async def test_a_retry_that_succeeds_is_the_last(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """Once delivered, it is not sent again; any 2xx is a delivery, a redirect is none."""
    receiver.statuses = [302, 503, 204]
    await withdraw(client)
    moved = await advance(client, "1m")
    told = [("webhook", 2, "failed"), ("webhook", 3, "delivered")]
    assert [one for one in outcomes(moved) if one[1] > 1] == told
    assert [call["status"] for call in await sent_calls(client)] == [302, 503, 204]


async def test_real_time_retries_by_itself(
    client: httpx.AsyncClient, receiver: Receiver, sandbox: Sandbox
) -> None:
    """On a clock that goes nobody has to advance it."""
    await set_clock(sandbox, Clock())
    receiver.statuses = [500]
    await withdraw(client)
    first, second = await receiver.next(), await receiver.next()
    stamps = [int(one.headers["x-zh-hook-timestamp"]) for one in (first, second)]
    assert 250 <= stamps[1] - stamps[0] < 2000
    assert first.body == second.body


async def test_a_scaled_clock_abandons_by_itself(
    client: httpx.AsyncClient, receiver: Receiver, sandbox: Sandbox
) -> None:
    """Five minutes are over soon where a second counts a thousand."""
    await set_clock(sandbox, Clock().scaled(1000, wall()))
    await withdraw(client)
    assert statuses([await receiver.next(), await receiver.next()]) == ["initialized", "abandoned"]


async def test_every_attempt_is_in_the_journal(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """Outgoing calls stand beside the incoming ones, masked like them."""
    receiver.statuses = [500]
    await withdraw(client)
    await advance(client, "1s")
    first, second = await sent_calls(client)
    assert (first["direction"], first["provider"], first["operation"]) == (
        "out",
        "zerohash",
        "webhook",
    )
    assert (first["status"], second["status"]) == (500, 200)
    request = first["request"]
    assert (request["method"], request["target"]) == ("POST", receiver.url)
    assert request["body"]["status"] == "initialized"
    assert request["body"]["payment_details"]["destination_address"] == "***"
    ids = {one["request"]["headers"]["x-zh-hook-notification-id"] for one in (first, second)}
    assert len(ids) == 1


async def test_an_unreachable_receiver_harms_nothing(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """Where nobody listens, mints are as they were, and the journal says what became of it."""
    async with receiving() as gone:
        url = gone.url
    await switch(sandbox, webhook_url=url)
    await set_clock(sandbox, Clock.frozen_at(NOW))
    await withdraw(client)
    moved = await advance(client, "1h")
    kinds = [one[0] for one in outcomes(moved)]
    assert kinds.count("abandonment") == 1
    assert outcomes(moved)[-1] == ("webhook", 8, "dropped")
    calls = await sent_calls(client)
    assert len(calls) == 16
    assert {(call["status"], call["hint"]) for call in calls} == {
        (0, "It could not be reached."),
    }
    await withdraw(client)


async def test_a_silent_receiver_blocks_no_mint(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """While one delivery hangs, the next mint is answered."""
    receiver.statuses = [None]
    await withdraw(client)
    await receiver.next()
    await withdraw(client)
    assert await sent_calls(client) == []


async def test_only_this_machine_is_reached(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A URL elsewhere is asked only if the start allowed it; the journal says so."""
    await switch(sandbox, webhook_url="http://hooks.example.com/x?token=private")
    await set_clock(sandbox, Clock.frozen_at(NOW))
    await withdraw(client)
    await advance(client, "1s")
    call = (await sent_calls(client))[0]
    assert call["status"] == 0
    assert "EMULATOR_OUTGOING" in call["hint"]
    assert call["request"]["target"] == "http://hooks.example.com/x?token=***"


@pytest.mark.parametrize(
    "url", ["ftp://x/", "http://", "http://u:p@localhost/", "x", "http://localhost/#a", "http:///a"]
)
async def test_a_url_that_is_none(client: httpx.AsyncClient, url: str) -> None:
    """What can't be asked is refused when it is set."""
    body = {"zerohash": {"webhook_url": url}}
    answer = await client.put(f"{CONTROL}/settings", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "/zerohash/webhook_url"


async def test_the_url_is_a_setting(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """Null takes the URL away, and what was not delivered is needless then."""
    receiver.statuses = [500]
    await withdraw(client)
    await receiver.next()
    body = {"zerohash": {"webhook_url": None}}
    answer = await client.put(f"{CONTROL}/settings", json=body)
    assert answer.json()["zerohash"]["webhook_url"] is None
    assert outcomes(await advance(client, "1s")) == [("webhook", 2, "needless")]
    assert receiver.rest() == []


async def test_a_reset_forgets_what_is_due(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """With the things of the world goes what was to become of them."""
    await withdraw(client)
    await receiver.next()
    await client.post(f"{CONTROL}/reset", json={"what": ["entities"]})
    assert outcomes(await advance(client, "1h")) == []
    assert receiver.rest() == []
