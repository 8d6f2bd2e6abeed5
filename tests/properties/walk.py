"""A walk through the whole zerohash surface: every operation, granted and refused."""

from collections.abc import Mapping

import httpx
import msgspec

from emulator.app import Emulator
from emulator.core.clock import Clock
from emulator.core.decisions import Decision
from emulator.core.facts import ClockSet, SettingsSet
from tests.signing import MINIMAL, MINT, PRIMARY, READ, Body, Key, Request, signed

AT = 1_800_000_000.0

CUSTOMER: Mapping[str, object] = {
    "first_name": "Nora",
    "last_name": "New",
    "email": "nora.new@example.com",
    "address_one": "1 Fake Street",
    "city": "Chicago",
    "jurisdiction_code": "US-IL",
    "date_of_birth": "1990-01-31",
    "citizenship_code": "US",
    "kyc": "pass",
    "kyc_timestamp": 1_700_000_000,
    "sanction_screening": "pass",
    "sanction_screening_timestamp": 1_700_000_000,
}

LAST = "the token that was minted last"


def call(
    method: str,
    path: str,
    body: Body = None,
    *,
    key: Key = PRIMARY,
    headers: Mapping[str, str | None] | None = None,
    signature: str | None = None,
) -> Request:
    """A request signed at the walk's time."""
    return signed(method, path, body, key=key, timestamp=AT, headers=headers, signature=signature)


def mint(**fields: object) -> Request:
    """A mint, with other fields."""
    return call("POST", "/client_auth_token", {**MINT, **fields})


def revoke(token: str) -> Request:
    """A revocation."""
    return call("POST", "/revoke_auth_token", {"token": token})


STEPS: tuple[Request, ...] = (
    mint(),
    mint(),
    revoke(LAST),
    revoke(LAST),
    mint(permissions=["fwc"]),
    mint(
        permissions=["crypto-withdrawals"],
        withdrawal_details={
            "quoted_asset": "USD",
            "withdrawal_request_amount": "125.55",
            "external_account_id": "00000000-0000-4000-8000-0000000000a1",
        },
    ),
    mint(
        permissions=["crypto-pay"],
        payment_details={"purchase_amount": "600000", "denominated_currency": "USD"},
    ),
    mint(participant_code="CUST02", permissions=["fwc"]),
    mint(participant_code="NOBODY"),
    mint(permissions=["nothing"], reference_id="x" * 60),
    revoke("e30.e30.e30"),
    revoke("no token"),
    call("POST", "/client_auth_token", b'{"permissions":['),
    call("POST", "/client_auth_token", MINT, signature="bm9uZQ=="),
    call("POST", "/client_auth_token", MINT, key=READ),
    call("POST", "/client_auth_token", {**MINT, "participant_code": "OTHR01"}, key=MINIMAL),
    call("POST", "/client_auth_token", MINT, headers={"X-SCX-API-KEY": "unknown"}),
    call("POST", "/client_auth_token", MINT, headers={"X-SCX-SIGNED": None}),
    call("POST", "/client_auth_token", MINT, headers={"X-Simulator-Scenario": "daily-limit"}),
    call("POST", "/client_auth_token", MINT, headers={"X-Request-Id": "my-own-id"}),
    call("GET", "/time"),
    call("GET", "/participants?page=1"),
    call("GET", "/participants/jane.doe@example.com"),
    call("GET", "/participants/nobody@example.com"),
    call("POST", "/participants/customers/new", CUSTOMER),
    call("POST", "/participants/customers/new", CUSTOMER),
    call("POST", "/participants/customers/new", {"email": "x"}),
    call("GET", "/participants/nora.new@example.com"),
    call("POST", "/participants/onboarding_token", {"email": "nora.new@example.com"}),
    call("GET", "/nowhere"),
    call("DELETE", "/time"),
    signed("GET", "/sdk/zerohash"),
    signed("GET", "/sdk/zerohash/"),
    signed("GET", "/sdk/zerohash/crypto-buy"),
    signed("POST", "/sdk/zerohash/check", {"module": "crypto-buy", "jwt": "none"}),
)


async def stop_clock(emulator: Emulator, sandbox: str, clock: str = "sandbox") -> None:
    """The sandbox's clock stands at the walk's time. `clock`: which one counts for signers."""
    opened = await emulator.directory.open(sandbox)
    counts = msgspec.Raw(msgspec.json.encode({"timestamp_clock": clock}))
    await opened.transact(
        lambda _: Decision(
            None,
            (ClockSet(AT, Clock.frozen_at(AT)), SettingsSet(AT, "zerohash", counts)),
        )
    )


async def walk(client: httpx.AsyncClient, sandbox: str, *steps: Request) -> list[bytes]:
    """What the surface answers, step by step, byte for byte."""
    token = "none"
    answers = []
    for step in steps:
        request = step if LAST.encode() not in step["content"] else revoke(token)
        at_home = request.copy()
        at_home["headers"] = {**request["headers"], "X-Emulator-Sandbox": sandbox}
        answer = await client.request(**at_home)
        if answer.status_code == 201 and "token" in answer.json()["message"]:
            token = answer.json()["message"]["token"]
        answers.append(wire(answer))
    return answers


def wire(answer: httpx.Response) -> bytes:
    """An answer as it was on the wire."""
    lines = [f"{name}: {value}" for name, value in answer.headers.multi_items()]
    return "\r\n".join([str(answer.status_code), *lines, "", ""]).encode() + answer.content
