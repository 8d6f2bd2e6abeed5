"""gRPC's part of the benchmark: the bare server that rows are compared with, and a load on one.

Run as a program it is that server: one grpc.aio handler that answers the same message as the
emulator, and beside it a port that says over HTTP which port gRPC has.
"""

import argparse
import asyncio
import gc
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
import uvloop
from load import GRACE_S, LoadError, Outcome

PATH = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"
CONNECTIONS = 32
READY_PATH = "/ready"

# The published call: {"merchant_access_token_id": "token_001", "connector": "STRIPE",
# "test_mode": true}
REQUEST = b"\x0a\x09token_001\x10\x4b\x28\x01"
METADATA = (
    ("x-connector", "stripe"),
    ("x-connector-auth", '{"Stripe":{"api_key":"sk_test_fake_stripe_key"}}'),
)


@dataclass(frozen=True, slots=True)
class RpcShot:
    """Where to send the published call."""

    port: int


def drive_rpc(shot: RpcShot, seconds: float, meter: Callable[[], float]) -> Outcome:
    """The call over 32 connections for so long, each asking again once answered.

    Raises:
        LoadError: a call was refused, or the server did not answer in time.
    """
    gc.collect()
    try:
        return uvloop.run(asyncio.wait_for(_drive(shot, seconds, meter), seconds + GRACE_S))
    except grpc.aio.AioRpcError as error:
        raise LoadError(f"refused: {error.code().name} {error.details()}") from None
    except TimeoutError:
        raise LoadError("the server hangs") from None


async def _drive(shot: RpcShot, seconds: float, meter: Callable[[], float]) -> Outcome:
    # Without pools of their own all channels would share one connection.
    options = (("grpc.use_local_subchannel_pool", 1),)
    channels = [
        grpc.aio.insecure_channel(f"127.0.0.1:{shot.port}", options=options)
        for _ in range(CONNECTIONS)
    ]
    latencies = array("d")
    try:
        await asyncio.gather(*(_call(channel) for channel in channels))
        before, started = meter(), time.perf_counter()
        until = started + seconds
        await asyncio.gather(*(_ask(channel, until, latencies) for channel in channels))
        wall_s, metered = time.perf_counter() - started, meter() - before
    finally:
        for channel in channels:
            await channel.close()
    count = len(latencies)
    return Outcome(count, {0: count}, wall_s, metered, array("d", sorted(latencies)))


async def _ask(channel: grpc.aio.Channel, until: float, latencies: "array[float]") -> None:
    while (at := time.perf_counter()) < until:
        await _call(channel)
        latencies.append(time.perf_counter() - at)


async def _call(channel: grpc.aio.Channel) -> None:
    method: Any = channel.unary_unary(PATH)  # of bytes, which the stubs can't say
    await method(REQUEST, metadata=METADATA)


async def _serve(port: int) -> None:
    from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs  # noqa: PLC0415

    request = ucs.MerchantAuthenticationServiceCreateAccessTokenRequest
    response = ucs.MerchantAuthenticationServiceCreateAccessTokenResponse

    async def answer(asked: Any, _: object) -> Any:  # noqa: ANN401 - messages
        return response(
            access_token={"value": "pk_test_0123456789abcdefghijklmn"},
            token_type="Bearer",  # noqa: S106 - a token's type
            expires_in_seconds=1_900_000_000,
            status="OPERATION_STATUS_SUCCESS",
            status_code=200,
            merchant_access_token_id=asked.merchant_access_token_id,
        )

    server = grpc.aio.server()
    service, _, method = PATH[1:].partition("/")
    handler = grpc.unary_unary_rpc_method_handler(
        answer, request.FromString, response.SerializeToString
    )
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(service, {method: handler})]
    )
    rpc_port = server.add_insecure_port("127.0.0.1:0")
    await server.start()

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f'{{"ports":{{"grpc":{rpc_port}}}}}'.encode()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    ready = await asyncio.start_server(tell, "127.0.0.1", port)
    await ready.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(_serve(parser.parse_args().port))
