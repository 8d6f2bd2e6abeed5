"""Faults over gRPC, and what they are in HTTP mode, as real clients see them."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import grpc
import httpx
import pytest
from google.protobuf.message import DecodeError

from emulator.app import Emulator
from emulator.core.journal import CallRecord
from emulator.edge.faults.checks import GRPC_CODES
from emulator.edge.faults.rpc_transport import KINDS
from emulator.edge.faults.transport import KINDS as OVER_HTTP
from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs
from tests.providers.hyperswitch.calling import PAYPAL, Got, Service, config

pytestmark = pytest.mark.anyio

PATH = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"
HTTP_PATH = "/payments/create_access_token"
Reply = ucs.MerchantAuthenticationServiceCreateAccessTokenResponse


async def mint(service: Service, fault: str | None = None, timeout_s: float = 20.0) -> Got:
    """One call for a token, with a fault."""
    metadata = config(Paypal=PAYPAL) | ({"x-emulator-fault": fault} if fault else {})
    return await service.send(PATH, b"", metadata, timeout_s)


async def last_call(emulator: Emulator) -> CallRecord:
    """The newest call in the journal."""
    sandbox = await emulator.directory.open("default")
    return next(iter(reversed(sandbox.journal)))


async def count_tokens(control: httpx.AsyncClient) -> int:
    """How many tokens were minted."""
    return len((await control.get("/tokens")).json()["items"])


@pytest.mark.parametrize("code", GRPC_CODES)
async def test_every_status(service: Service, emulator: Emulator, code: str) -> None:
    """A status with its message and trailing metadata, in place of the operation."""
    fault = {"code": code, "message": "Bröken {here}", "trailers": {"x-why": "a test"}}
    got = await mint(service, f"grpc={json.dumps(json.dumps(fault))}")
    assert (got.code, got.message) == (code, "Bröken {here}")
    assert got.trailing["x-why"] == "a test"
    assert "x-why" not in got.initial
    call = await last_call(emulator)
    assert (call.refusal, call.fault) == (f"grpc_{code.lower()}", "X-Emulator-Fault")


async def test_a_bare_status(service: Service) -> None:
    """In the metadata the code's name will do; what the catalogue has comes with its details."""
    assert (await mint(service, "grpc=UNAVAILABLE")).details == b""
    fault = {"x-emulator-fault": "error=unavailable"} | config(Paypal=PAYPAL)
    got = await service.send(PATH.replace("ucs.v2", "types"), b"", fault)
    assert (got.code, got.details != b"") == ("UNAVAILABLE", True)


async def test_pieces_of_the_metadata_are_one_dictionary(service: Service) -> None:
    """Metadata that is sent twice is one, as the lines of the header are over HTTP."""
    method = service.channel.unary_unary(PATH)
    pieces = [("x-emulator-fault", "error=internal"), ("x-emulator-fault", "token=expired")]
    call = method(b"", metadata=(*config(Paypal=PAYPAL).items(), *pieces))
    with pytest.raises(grpc.aio.AioRpcError, match="token contradicts error"):
        await call


async def test_binary_trailers(service: Service) -> None:
    """Written in base64, sent as the bytes that they are."""
    fault = json.dumps(json.dumps({"code": "ABORTED", "trailers": {"x-raw-bin": "AAH/"}}))
    assert (await mint(service, f"grpc={fault}")).trailing["x-raw-bin"] == b"\x00\x01\xff"


@pytest.mark.parametrize(
    ("name", "value"),
    [("Upper", "a"), ("grpc-status", "0"), ("content-length", "1"), ("x-a", "ü"), ("a-bin", "%")],
)
async def test_trailers_that_cant_be_sent(
    control: httpx.AsyncClient, name: str, value: str
) -> None:
    """They are refused when they are written, by their place."""
    rule = {
        "operation": "hyperswitch.create_access_token",
        "then": {"grpc": {"code": "ABORTED", "trailers": {name: value}}},
    }
    problem = (await control.post("/faults", json=rule)).json()
    assert [error["path"] for error in problem["errors"]] == [f"/then/grpc/trailers/{name}"]


@pytest.mark.parametrize(
    ("code", "status"), [("UNAVAILABLE", 503), ("DEADLINE_EXCEEDED", 504), ("ABORTED", 409)]
)
async def test_a_status_in_http_mode(client: httpx.AsyncClient, code: str, status: int) -> None:
    """It is said as that mode says statuses, the trailing metadata as headers."""
    fault = {"code": code, "message": "Broken", "trailers": {"x-why": "a test"}}
    headers = {"X-Emulator-Fault": f"grpc={json.dumps(json.dumps(fault))}"}
    answer = await client.post(HTTP_PATH, json={}, headers=config(Paypal=PAYPAL) | headers)
    assert answer.status_code == status
    assert answer.json() == {"error": {"message": "Broken", "code": str(status)}}
    assert answer.headers["x-why"] == "a test"


@pytest.mark.parametrize("kind", ["reset", "close_before_headers", "close_mid_body"])
async def test_a_connection_that_ends(service: Service, kind: str) -> None:
    """The client's library reports it as its own finding, and soon connects anew.

    A call that it sends before it has noticed the end shares that.
    """
    got = await mint(service, f"transport={kind}")
    assert got.code == "UNAVAILABLE"
    assert "x-emulator-call" not in got.trailing
    assert bool(got.initial) == (kind == "close_mid_body")
    codes = [(await mint(service)).code for _ in range(3)]
    assert codes[-1] == "OK"


@pytest.mark.parametrize("effect", ["before", "after"])
async def test_a_lost_answer(
    service: Service, emulator: Emulator, control: httpx.AsyncClient, effect: str
) -> None:
    """`effect` says whether the call was carried out; the journal has what became of it."""
    before = await count_tokens(control)
    assert (await mint(service, f"transport=reset, effect={effect}")).code == "UNAVAILABLE"
    after = await count_tokens(control)
    assert after - before == (effect == "after")
    call = await last_call(emulator)
    expected = (0, None) if effect == "after" else (14, "unanswered")
    assert (call.status, call.refusal) == expected


@asynccontextmanager
async def relay(port: int, ends: list[str]) -> AsyncIterator[int]:
    """A port that passes on to another, and notes how the server ended its connections."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above, below = await asyncio.open_connection("127.0.0.1", port)
        sending = asyncio.create_task(pass_on(reader, below))
        try:
            while data := await above.read(65536):
                writer.write(data)
            ends.append("closed")
        except ConnectionResetError:
            ends.append("reset")
        sending.cancel()
        writer.close()
        below.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("kind", "end"), [("reset", "reset"), ("close_before_headers", "closed")])
async def test_how_a_connection_ends(emulator: Emulator, kind: str, end: str) -> None:
    """A reset is an RST at the socket; the other kinds close it in order."""
    rpc = emulator.open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    ends: list[str] = []
    try:
        async with relay(port, ends) as front, grpc.aio.insecure_channel(f"127.0.0.1:{front}") as c:
            assert (await mint(Service(c), f"transport={kind}")).code == "UNAVAILABLE"
            assert ends == [end]
    finally:
        await rpc.stop(0)


@pytest.mark.parametrize("kind", ["truncate", "garble"])
async def test_a_message_that_cant_be_decoded(service: Service, kind: str) -> None:
    """The status is OK, and the bytes are no message."""
    got = await mint(service, f"transport={kind}")
    assert got.code == "OK"
    assert got.reply
    with pytest.raises(DecodeError):
        Reply.FromString(got.reply)


async def test_an_empty_message(service: Service) -> None:
    """Every field has its default."""
    assert (await mint(service, "transport=empty")).reply == b""


async def test_a_wrong_content_type(service: Service) -> None:
    """What a client says of an answer that is no gRPC."""
    got = await mint(service, "transport=wrong_content_type")
    assert (got.code, got.message) == ("UNKNOWN", "invalid content-type: text/html")


async def test_a_dribble(service: Service) -> None:
    """The answer begins at once and its message comes later, whole."""
    got = await mint(service, "transport=dribble")
    assert Reply.FromString(got.reply).access_token.value


async def test_an_overrun_deadline(service: Service, emulator: Emulator) -> None:
    """The client's time passes without an answer, and the call is over here too."""
    started = asyncio.get_running_loop().time()
    got = await mint(service, "transport=deadline", timeout_s=0.3)
    assert got.code == "DEADLINE_EXCEEDED"
    assert 0.25 < asyncio.get_running_loop().time() - started < 5.0
    assert (await mint(service)).code == "OK"
    assert (await last_call(emulator)).status == 0


async def test_an_error_has_no_message_to_break(service: Service) -> None:
    """The provider's own status stands, whatever is done to messages."""
    for kind in ("truncate", "garble", "empty"):
        assert (await mint(service, f"error=forbidden, transport={kind}")).code == (
            "PERMISSION_DENIED"
        )


def test_every_kind_is_carried_out() -> None:
    """What HTTP has a kind for, gRPC has one for too."""
    assert set(KINDS) == set(OVER_HTTP)


async def test_64_calls_with_faults_harm_nobody(service: Service) -> None:
    """On one connection, those that are broken and those that wait hold up no other."""
    faults = ("transport=garble", "grpc=ABORTED", 'delay="30s"', "transport=deadline")

    async def call(number: int) -> str:
        fault = None if number % 2 else faults[number // 2 % len(faults)]
        got = await mint(service, fault, timeout_s=20.0 if number % 2 else 1.0)
        return f"usual {got.code}" if fault is None else got.code

    seen = Counter(await asyncio.gather(*(call(number) for number in range(64))))
    assert seen == {"usual OK": 32, "OK": 8, "ABORTED": 8, "DEADLINE_EXCEEDED": 16}
    assert (await mint(service)).code == "OK"
