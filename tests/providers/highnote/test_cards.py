import httpx
import pytest

from emulator.app import Emulator
from emulator.core.facts import encode_facts
from emulator.core.ledger import NOWHERE, Replaced
from emulator.providers.highnote.state.numbers import passes_luhn
from tests.graphql import (
    CARD,
    CARD_CLOSED,
    CARD_SUSPENDED,
    CARD_TO_ACTIVATE,
    ERRORS,
    READ_CARD,
    SET_PIN,
    bearer,
    call,
    card_token,
    mint,
    mutation,
)
from tests.providers.highnote.inputs import CARD_INPUT
from tests.providers.highnote.world import sandbox_of

pytestmark = pytest.mark.anyio

PINS = ["", "123", "12345", "12a4", "12ssss34", "\uff11\uff12\uff13\uff14", " 1234"]


@pytest.mark.parametrize("pin", PINS)
async def test_a_pin_has_four_digits(client: httpx.AsyncClient, pin: str) -> None:
    """Everything but four ASCII digits is a UserError at newPin."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN")
    values = {"paymentCardId": CARD, "newPin": pin}
    told = (await call(client, SET_PIN, {"input": values}, by=token))["setPinForPaymentCard"]
    assert [e["errorPath"] for e in told["errors"]] == [["input", "newPin"]]
    assert told["errors"][0]["code"] == "INVALID"


@pytest.mark.parametrize("card", [CARD_TO_ACTIVATE, CARD_SUSPENDED, CARD_CLOSED])
async def test_a_pin_needs_an_active_card(client: httpx.AsyncClient, card: str) -> None:
    """On a card that is not ACTIVE the PIN can't be set."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN", card=card)
    values = {"paymentCardId": card, "newPin": "1234"}
    told = (await call(client, SET_PIN, {"input": values}, by=token))["setPinForPaymentCard"]
    assert [e["errorPath"] for e in told["errors"]] == [["input", "paymentCardId"]]


async def test_a_pin_is_noted_and_forgotten(client: httpx.AsyncClient) -> None:
    """That and when the PIN was set can be read; the PIN nowhere."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN")
    read = """query R($id: ID!) { node(id: $id) { ... on PaymentCard {
      pinDetails { isSet pinUpdateHistory { updatedAt } } } } }"""
    before = (await call(client, read, {"id": CARD}))["node"]["pinDetails"]
    assert before == {"isSet": False, "pinUpdateHistory": []}
    values = {"paymentCardId": CARD, "newPin": "1234"}
    done = (await call(client, SET_PIN, {"input": values}, by=token))["setPinForPaymentCard"]
    assert (done["__typename"], done["id"]) == ("PaymentCard", CARD)
    after = (await call(client, read, {"id": CARD}))["node"]["pinDetails"]
    assert after["isSet"] is True
    assert len(after["pinUpdateHistory"]) == 1


MOVES = {
    (CARD, "suspendPaymentCard"): "SUSPENDED",
    (CARD, "closePaymentCard"): "CLOSED",
    (CARD, "activatePaymentCard"): None,
    (CARD_TO_ACTIVATE, "activatePaymentCard"): "ACTIVE",
    (CARD_TO_ACTIVATE, "suspendPaymentCard"): None,
    (CARD_SUSPENDED, "activatePaymentCard"): "ACTIVE",
    (CARD_CLOSED, "activatePaymentCard"): None,
    (CARD_CLOSED, "closePaymentCard"): None,
}


@pytest.mark.parametrize("move", MOVES, ids="-".join)
async def test_statuses_move(client: httpx.AsyncClient, move: tuple[str, str]) -> None:
    """A card goes where its status allows, and stays there; else it is a UserError."""
    card, name = move
    document = mutation(name, "... on PaymentCard { status } " + ERRORS)
    done = (await call(client, document, {"input": {"paymentCardId": card}}))[name]
    if MOVES[move] is None:
        assert done["errors"][0]["errorPath"] == ["input", "paymentCardId"]
        return
    assert done["status"] == MOVES[move]
    assert (await call(client, READ_CARD, {"id": card}))["node"]["status"] == MOVES[move]


async def test_numbers_are_derived(client: httpx.AsyncClient) -> None:
    """A card's number is a test number, its own in every sandbox, and the same on every look."""
    token = await card_token(client)
    seen = [(await call(client, READ_CARD, {"id": CARD}, by=token))["node"] for _ in range(2)]
    assert seen[0] == seen[1]
    number = seen[0]["restrictedDetails"]["number"]
    assert number.startswith("411111")
    assert number.endswith(seen[0]["last4"])
    assert passes_luhn(number)
    assert len(seen[0]["restrictedDetails"]["cvv"]) == 3


TOKENIZE = mutation(
    "tokenizeCardPaymentMethod",
    "... on PaymentMethodToken { id instrument { ... on PaymentCardInstrument { brand last4 "
    "expiryYear expiryMonth } } token(scope: ECOMMERCE) { ... on ScopedPaymentMethodToken { token }"
    " } } " + ERRORS,
)


async def tokenize(client: httpx.AsyncClient, **fields: str) -> dict[str, object]:
    """What tokenizing a card yields, fields laid over a good one."""
    name = "generatePaymentMethodTokenizationClientToken"
    minted = await mint(client, name, {"permissions": ["TOKENIZE_PAYMENT_METHOD"]})
    given = {"input": {"paymentCard": {**CARD_INPUT["paymentCard"], **fields}}}
    done = await call(client, TOKENIZE, given, by=bearer(minted["value"]))
    told: dict[str, object] = done["tokenizeCardPaymentMethod"]
    return told


async def test_a_card_is_tokenized(client: httpx.AsyncClient) -> None:
    """Brand, last four and expiry stand in the token; it can be read again with the API key."""
    token = await tokenize(client)
    assert token["instrument"] == {
        "brand": "VISA",
        "last4": "1111",
        "expiryYear": "2090",
        "expiryMonth": "01",
    }
    found = await call(
        client, "query R($id: ID!) { node(id: $id) { id __typename } }", {"id": token["id"]}
    )
    assert found["node"] == {"id": token["id"], "__typename": "PaymentMethodToken"}


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("378282246310005", "AMERICAN_EXPRESS"),
        ("5555555555554444", "MASTERCARD"),
        ("6011111111111117", "DISCOVER"),
        ("3530111333300000", "JCB"),
        ("30569309025904", "DINERS_CLUB"),
        ("6200000000000005", "UNIONPAY"),
        ("9000000000000001", "UNKNOWN"),
    ],
)
async def test_brands(client: httpx.AsyncClient, number: str, brand: str) -> None:
    """The networks' published test numbers are told apart."""
    token = await tokenize(client, cardNumber=number)
    instrument = token.get("instrument")
    assert isinstance(instrument, dict), token
    assert instrument["brand"] == brand


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cardNumber", "4111111111111112"),
        ("cardNumber", "text"),
        ("expiryMonth", "13"),
        ("expiryYear", "90"),
        ("expiryYear", "2001"),
    ],
)
async def test_cards_that_are_none(client: httpx.AsyncClient, field: str, value: str) -> None:
    """A wrong number or date is a UserError that names its field."""
    told = await tokenize(client, **{field: value})
    errors = told["errors"]
    assert isinstance(errors, list)
    assert errors[0]["errorPath"] == ["input", "paymentCard", field]


async def test_nothing_secret_is_kept(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """No PIN, number or code that was sent is in the log."""
    token = await card_token(client, "SET_PAYMENT_CARD_PIN")
    values = {"paymentCardId": CARD, "newPin": "7391"}
    await call(client, SET_PIN, {"input": values}, by=token)
    await tokenize(client, securityCode="7391")
    sandbox = await sandbox_of(emulator)
    tail = await sandbox._ledger.read("default", NOWHERE)
    assert not isinstance(tail, Replaced)
    kept = encode_facts(tail.facts).decode()
    assert "411111111111" not in kept
    assert "7391" not in kept
    assert '"last4":"1111"' in kept
