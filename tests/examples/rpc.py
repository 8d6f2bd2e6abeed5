"""Golden exchanges over gRPC: `method: GRPC`, the body as grpcurl takes and prints it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from emulator.app import Emulator
from emulator.providers.hyperswitch.proto import current_pb2 as current
from tests.providers.hyperswitch.calling import CURRENT, MODULES, NAME, Got, Service

METHOD = "GRPC"
STATUS = {code.name: code.value[0] for code in grpc.StatusCode}
HTTP_OK = 200  # gRPC's own status stands in a trailer


@asynccontextmanager
async def serve(emulator: Emulator) -> AsyncIterator[Service]:
    """The emulator's gRPC surface at a port of loopback."""
    rpc = emulator.open_rpc()
    port = rpc.listen("127.0.0.1", 0)
    await rpc.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Service(channel)
    finally:
        await rpc.stop(0)


async def ask(
    service: Service, path: str, metadata: Mapping[str, str], body: dict[str, Any] | None
) -> tuple[dict[str, str], object, str | None]:
    """Trailers, the reply or the status details as JSON, and the hint."""
    package, _, method = path[1:].rpartition(f".{NAME}/")
    module = current if method.startswith(CURRENT) else MODULES[package]
    request = ParseDict(body or {}, getattr(module, f"{NAME}{method}Request")())
    got = await service.send(path, request.SerializeToString(), metadata)
    told = {"grpc-status": str(STATUS[got.code])}
    if got.message:
        told["grpc-message"] = got.message
    shown = _details(got)
    if got.reply is not None:
        response = getattr(module, f"{NAME}{method}Response").FromString(got.reply)
        shown = MessageToDict(response)
    return told, shown, got.trailing.get("x-emulator-hint")


def _details(got: Got) -> Any:  # noqa: ANN401 - any JSON
    """grpc-status-details-bin, which is a bare message: which one, its error code tells."""
    if not got.details:
        return None
    name = "ConnectorError" if b"CONNECTOR_ERROR" in got.details else "IntegrationError"
    message: Message = getattr(current, name)()
    message.ParseFromString(got.details)
    return {"grpc-status-details-bin": {name: MessageToDict(message)}}
