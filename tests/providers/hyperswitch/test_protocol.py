import asyncio
import time
from typing import Any

import anyio
import grpc
import grpc.aio
import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.ledger import Unavailable
from emulator.core.ledger.memory import MemoryLedger
from emulator.edge.proto import health_pb2, reflection_pb2, reflection_v1alpha_pb2
from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs
from emulator.settings import Settings
from tests.providers.hyperswitch.calling import PAYPAL, STRIPE, Service, config

pytestmark = pytest.mark.anyio

PATH = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"
CURRENT = "/types.MerchantAuthenticationService/CreateServerAuthenticationToken"


async def delay(control: httpx.AsyncClient, by: str) -> None:
    """Hold every published call up."""
    rule = {"operation": "hyperswitch.create_access_token", "then": {"delay": by}}
    answer = await control.post("/faults", json=rule)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a\x02\xff\xfe",  # not UTF-8
        b"\x0a\x7fcut",
        b"\xff\xff\xff",
        b"\x08\x01",  # a varint where a text is: a wire type that does not fit is unknown
    ],
)
async def test_bytes_that_are_no_message(service: Service, body: bytes) -> None:
    """Unreadable bytes are the caller's fault, never an internal error."""
    got = await service.send(CURRENT, body, config(Paypal=PAYPAL))
    if body.startswith(b"\x08"):
        assert got.code == "OK"
    else:
        assert (got.code, got.message) == (
            "INVALID_ARGUMENT",
            "Invalid data format: failed to decode Protobuf message",
        )


async def test_authentication_comes_before_the_message(service: Service) -> None:
    """Whoever is nobody is told so first, whatever was sent."""
    got = await service.send(CURRENT, b"\xff", {})
    assert got.message == "Missing required field: x-connector"


async def test_unknown_fields_and_numbers_are_accepted(service: Service) -> None:
    """Fields 6 and 99 and a connector of 65535 are no reason to refuse."""
    body = b"\x10\xff\xff\x03\x32\x01a\x9a\x06\x01b"
    assert (await service.send(PATH, body, STRIPE)).code == "OK"


async def test_big_messages_and_big_metadata_arrive(service: Service) -> None:
    """A message of 1 MB and metadata of 100 KB are nothing special."""
    secret = b"m" * (1 << 20)
    request = ucs.MerchantAuthenticationServiceCreateAccessTokenRequest(
        connector_feature_data={"value": f'"{secret.decode()}"'}
    )
    metadata = {**STRIPE, "x-reference-id": "r" * 100_000}
    got = await service.send(PATH, request.SerializeToString(), metadata)
    assert got.code == "OK"


async def test_too_big_a_message_is_refused_by_the_transport(service: Service) -> None:
    """Over 4 MB the answer is gRPC's own."""
    got = await service.send(PATH, b"\x0a" * (5 << 20), STRIPE)
    assert got.code == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize("path", ["/ucs.v2.MerchantAuthenticationService/Nope", "/no.Such/Thing"])
async def test_unknown_methods_are_unimplemented(service: Service, path: str) -> None:
    """What is not there says so."""
    assert (await service.send(path, b"", STRIPE)).code == "UNIMPLEMENTED"


async def test_a_deadline_is_kept(service: Service, control: httpx.AsyncClient) -> None:
    """A call that is held up longer than its deadline ends at the deadline."""
    await delay(control, "30s")
    started = time.monotonic()
    got = await service.send(PATH, b"", STRIPE, timeout_s=0.2)
    assert got.code == "DEADLINE_EXCEEDED"
    assert time.monotonic() - started < 5


async def test_a_call_whose_client_left_is_in_the_journal(
    service: Service, control: httpx.AsyncClient
) -> None:
    """It was served all the same: its token is issued, and the journal has the call."""
    await delay(control, "30s")
    assert (await service.send(PATH, b"", STRIPE, timeout_s=0.2)).code == "DEADLINE_EXCEEDED"
    with anyio.fail_after(5):  # the server hears of it after the client
        while not (calls := (await control.get("/calls")).json()["items"]):  # noqa: ASYNC110 - the journal has no event
            await asyncio.sleep(0)
    assert [call["operation"] for call in calls] == ["create_access_token"]
    assert len((await control.get("/tokens")).json()["items"]) == 1


async def test_a_call_can_be_cancelled(service: Service, control: httpx.AsyncClient) -> None:
    """A client that leaves ends its call; the next one is served."""
    await delay(control, "30s")
    call = service.channel.unary_unary(PATH)(b"", metadata=tuple(STRIPE.items()))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert (await service.send(CURRENT, b"", config(Paypal=PAYPAL))).code == "OK"


async def test_compressed_messages_are_read(service: Service) -> None:
    """Gzip and deflate both work."""
    for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
        request = ucs.MerchantAuthenticationServiceCreateAccessTokenRequest(
            merchant_access_token_id="x" * 4000
        )
        reply = await service.channel.unary_unary(PATH)(
            request.SerializeToString(), metadata=tuple(STRIPE.items()), compression=compression
        )
        found = ucs.MerchantAuthenticationServiceCreateAccessTokenResponse.FromString(reply)
        assert found.merchant_access_token_id == "x" * 4000


async def test_binary_metadata_does_no_harm(service: Service) -> None:
    """A -bin header is carried and ignored."""
    call = service.channel.unary_unary(PATH)(
        b"", metadata=(*STRIPE.items(), ("trace-bin", b"\x00\xff"))
    )
    assert await call


async def test_stopping_lets_calls_end(emulator: Emulator) -> None:
    """A call under way when the server stops is answered; a delayed one at once."""
    rpc = emulator.open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    sandbox = await emulator.directory.open("default")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
        channel = Service(opened).channel
        metadata = (*STRIPE.items(), ("x-emulator-sandbox", "default"))
        calls = [channel.unary_unary(PATH)(b"", metadata=metadata) for _ in range(20)]
        while sandbox.journal.count < 20:  # noqa: ASYNC110 - the journal has no event
            await asyncio.sleep(0)
        rpc.end_delays()
        await rpc.stop(5)
        assert all([await call for call in calls])


class Silent(MemoryLedger):
    """A ledger that does not answer a search."""

    async def locate(self, kind: str, value: str) -> str | None:  # noqa: ARG002 - none of them
        """No answer."""
        raise Unavailable


async def test_a_ledger_that_is_silent_is_the_services_refusal() -> None:
    """When it can't be said whose call it is, the service is unavailable, in its own dialect."""
    rpc = create_emulator(Settings(), Silent()).open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
            got = await Service(opened).send(CURRENT, b"", config(Paypal=PAYPAL))
    finally:
        await rpc.stop(0)
    assert got.code == "UNAVAILABLE"
    assert got.trailing["x-emulator-hint"] == "The ledger did not answer."


async def test_health_is_serving_whatever_is_asked(service: Service) -> None:
    """Check answers SERVING for any service; Watch says so and stays."""
    for name in ("", "types.MerchantAuthenticationService", "no.such"):
        request = health_pb2.HealthCheckRequest(service=name).SerializeToString()
        got = await service.send("/grpc.health.v1.Health/Check", request, {})
        assert health_pb2.HealthCheckResponse.FromString(got.reply).status == 1
    watch = service.channel.unary_stream("/grpc.health.v1.Health/Watch")(b"")
    first = await watch.read()
    assert isinstance(first, bytes)
    assert health_pb2.HealthCheckResponse.FromString(first).status == 1
    watch.cancel()


@pytest.mark.parametrize(
    ("version", "messages"), [("v1", reflection_pb2), ("v1alpha", reflection_v1alpha_pb2)]
)
async def test_reflection_tells_everything(
    service: Service,
    version: str,
    messages: Any,  # noqa: ANN401 - either of two modules
) -> None:
    """Both versions list the services and hand out files with JSON names."""
    path = f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo"
    stream: Any = service.channel.stream_stream(path)()

    async def ask(**request: object) -> Any:  # noqa: ANN401 - of either version
        await stream.write(messages.ServerReflectionRequest(**request).SerializeToString())
        return messages.ServerReflectionResponse.FromString(await stream.read())

    listed = await ask(list_services="")
    names = {service.name for service in listed.list_services_response.service}
    assert {"types.MerchantAuthenticationService", "ucs.v2.MerchantAuthenticationService"} < names
    assert "grpc.health.v1.Health" in names
    found = await ask(file_containing_symbol="ucs.v2.MerchantAuthenticationService")
    files = found.file_descriptor_response.file_descriptor_proto
    assert len(files) > 3
    assert any(b"merchantAccessTokenId" in file for file in files)
    assert (await ask(file_by_filename="no.proto")).error_response.error_code == 5
    assert (await ask(file_containing_symbol="no.such")).error_response.error_code == 5
    await stream.done_writing()
