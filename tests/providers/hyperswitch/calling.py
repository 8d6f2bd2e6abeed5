"""Calling the connector service over a real gRPC channel, and what comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from emulator.providers.hyperswitch.proto import current_pb2 as current
from emulator.providers.hyperswitch.proto import legacy_pb2 as legacy
from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs

NAME = "MerchantAuthenticationService"
MODULES: Mapping[str, Any] = {"ucs.v2": ucs, "types": legacy}
CURRENT = ("CreateServer", "CreateClient")

Metadata = Mapping[str, str]

PAYPAL = {"client_id": "fake-paypal-client-id", "client_secret": "fake-paypal-client-secret"}
STRIPE = {"x-connector": "stripe", "x-connector-auth": '{"Stripe":{"api_key":"any"}}'}


def config(**variants: Mapping[str, Any]) -> dict[str, str]:
    """The metadata of `x-connector-config`."""
    return {"x-connector-config": json.dumps({"config": variants})}


@dataclass(frozen=True, slots=True)
class Got:
    """A reply or a refusal, with the metadata on both sides of it."""

    reply: Any
    code: str
    message: str
    initial: Mapping[str, Any]
    trailing: Mapping[str, Any]

    @property
    def details(self) -> bytes:
        """grpc-status-details-bin."""
        found: bytes = self.trailing.get("grpc-status-details-bin", b"")
        return found


class Service:
    """The service at a port."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel: Any = channel  # of bytes, which the stubs can't say

    async def call(
        self, package: str, method: str, metadata: Metadata | None = None, **fields: object
    ) -> Got:
        """Call a method of a package."""
        module = current if method.startswith(CURRENT) else MODULES[package]
        request = getattr(module, f"{NAME}{method}Request")(**fields)
        response = getattr(module, f"{NAME}{method}Response")
        got = await self.send(
            f"/{package}.{NAME}/{method}", request.SerializeToString(), metadata or {}
        )
        reply = None if got.reply is None else response.FromString(got.reply)
        return Got(reply, got.code, got.message, got.initial, got.trailing)

    async def send(
        self, path: str, body: bytes, metadata: Metadata, timeout_s: float | None = None
    ) -> Got:
        """Send bytes to a path."""
        method = self.channel.unary_unary(path)
        call = method(body, metadata=tuple(metadata.items()), timeout=timeout_s)
        try:
            reply = await call
        except grpc.aio.AioRpcError as error:
            return Got(
                None,
                error.code().name,
                error.details() or "",
                _pairs(error.initial_metadata()),
                _pairs(error.trailing_metadata()),
            )
        return Got(
            reply,
            "OK",
            "",
            _pairs(await call.initial_metadata()),
            _pairs(await call.trailing_metadata()),
        )


def _pairs(metadata: Any) -> dict[str, Any]:  # noqa: ANN401 - grpc's own
    return dict(tuple(metadata))
