import httpx
import pytest

from emulator.core.journal import MASK, CallRecord
from tests.edge.house import House

pytestmark = pytest.mark.anyio

CANARY = "canary@example.com"


async def last(house: House) -> CallRecord:
    """The newest call of the default sandbox."""
    sandbox = await house.directory.open("default")
    return next(iter(reversed(sandbox.journal)))


async def test_a_call_is_kept_as_it_went(visitor: httpx.AsyncClient, house: House) -> None:
    """Operation, outcome, request and answer are in the journal, under the answer's call id."""
    answer = await visitor.post("/toy/echo?x=1", json={"a": [1]})
    call = await last(house)
    assert answer.headers["x-emulator-call"] == call.id == "call_1"
    assert (call.provider, call.operation, call.sandbox) == ("toy", "echo", "default")
    assert (call.status, call.refusal, call.fault, call.direction) == (200, None, None, "in")
    assert (call.request.method, call.request.target) == ("POST", "/echo?x=1")
    assert (call.request.body, call.request.size) == ({"a": [1]}, 9)
    assert call.response.body == {"reply": {"said": {"a": [1]}}}
    assert call.response.size == len(answer.content)
    assert call.response.headers["Toy-Number"].startswith("1 of ")
    assert call.duration_ms >= 0


async def test_a_call_has_the_sandboxes_time(visitor: httpx.AsyncClient, house: House) -> None:
    """`at` is the time of the sandbox's clock."""
    sandbox = await house.directory.open("default")
    sandbox.state.clock = sandbox.state.clock.frozen_at(77.0)
    await visitor.post("/toy/echo")
    assert (await last(house)).at == 77.0


async def test_refusals_and_faults_are_named(visitor: httpx.AsyncClient, house: House) -> None:
    """The row that was told, its hint, and the fault that befell the call are in the journal."""
    await visitor.post("/toy/echo", headers={"X-Toy-Key": "nobody"})
    call = await last(house)
    assert (call.refusal, call.status, call.hint) == ("unknown_caller", 401, "Send X-Toy-Key.")
    await visitor.post("/toy/echo", headers={"X-Toy-Error": "internal"})
    call = await last(house)
    assert (call.refusal, call.fault, call.status) == ("broken", "X-Toy-Error", 500)


async def test_only_listed_headers_are_kept(visitor: httpx.AsyncClient, house: House) -> None:
    """Request headers are kept by name: the usual ones and those the provider lists."""
    headers = {
        "Accept": "a",
        "Content-Type": "b",
        "Origin": "c",
        "User-Agent": "d",
        "X-Request-Id": "e",
        "X-Toy-Note": "f",
        "X-Toy-Key": CANARY,
        "Authorization": CANARY,
        "Cookie": CANARY,
        "X-Forwarded-For": CANARY,
        "Referer": CANARY,
    }
    await visitor.post("/toy/echo", content=b"{}", headers=headers)
    call = await last(house)
    assert call.request.headers == {
        "host": "localhost:4600",
        "content-length": "2",
        "accept": "a",
        "content-type": "b",
        "origin": "c",
        "user-agent": "d",
        "x-request-id": "e",
        "x-toy-note": "f",
    }
    assert CANARY not in repr(call)


async def test_private_fields_are_masked(visitor: httpx.AsyncClient, house: House) -> None:
    """Private values of body, path and query are masked, at any depth, in request and answer."""
    body = {"a": [{"email": CANARY, "b": {"token": [CANARY], "kept": 1}}], "secret": None}
    await visitor.post(f"/toy/echo?email={CANARY}&kept=1&secret=", json=body)
    call = await last(house)
    masked = {"a": [{"email": MASK, "b": {"token": MASK, "kept": 1}}], "secret": None}
    assert call.request.body == masked
    assert call.response.body == {"reply": {"said": masked}}
    assert call.request.target == "/echo?email=***&kept=1&secret=***"
    assert CANARY not in repr(call)


async def test_private_parameters_are_masked(visitor: httpx.AsyncClient, house: House) -> None:
    """A private part of the path is masked, another is kept."""
    await visitor.put(f"/toy/shops/{CANARY}/items/apple?q=a%20b")
    call = await last(house)
    assert call.request.target == "/shops/***/items/apple?q=a+b"
    assert CANARY not in repr(call.request)


@pytest.mark.parametrize(
    "raw",
    [
        f"{{'email': '{CANARY}'}}".encode(),
        f"email={CANARY}".encode(),
        b"\xff" + CANARY.encode(),
        b"[" * 2000 + CANARY.encode(),
        f'{{"a":{"[" * 900}"{CANARY}"{"]" * 900}}}'.encode(),
    ],
)
async def test_what_cannot_be_read_is_not_kept(
    visitor: httpx.AsyncClient, house: House, raw: bytes
) -> None:
    """A body that is no JSON can't be masked, so only its size is kept."""
    await visitor.post("/toy/echo", content=raw)
    call = await last(house)
    assert call.status == 400
    assert call.request.size == len(raw)
    assert CANARY not in repr(call)


async def test_an_unknown_path_is_masked_whole(visitor: httpx.AsyncClient, house: House) -> None:
    """Where no route says what is private, nothing of the path is kept."""
    await visitor.get(f"/toy/nowhere/{CANARY}?x={CANARY}")
    call = await last(house)
    assert (call.operation, call.request.target) == (None, MASK)
    assert (call.status, call.refusal) == (404, "nothing_here")
    assert CANARY not in repr(call)


async def test_a_text_answer_is_not_kept(visitor: httpx.AsyncClient, house: House) -> None:
    """An answer that is no JSON is told by its size."""
    await visitor.post("/toy/echo", headers={"X-Toy-Error": "slow_down"})
    call = await last(house)
    assert call.response.body is None
    assert call.response.size == len("Slow down, {who}.")
