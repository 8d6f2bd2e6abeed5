"""The standard health service: always SERVING, whatever service is asked for [repo] H."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from emulator.edge.proto.health_pb2 import HealthCheckRequest, HealthCheckResponse

SERVICE = "grpc.health.v1.Health"

# grpc's handlers by service and method. Its stubs know no handler that is async.
Handlers = dict[str, dict[str, Any]]

_SERVING = HealthCheckResponse(status=HealthCheckResponse.SERVING)


def health_handlers() -> Handlers:
    """The service's handlers, by service and method."""
    read, write = HealthCheckRequest.FromString, HealthCheckResponse.SerializeToString
    check: Any = _check  # the stubs know handlers that are not async only
    watch: Any = _watch
    return {
        SERVICE: {
            "Check": grpc.unary_unary_rpc_method_handler(check, read, write),
            "Watch": grpc.unary_stream_rpc_method_handler(watch, read, write),
        }
    }


async def _check(_: HealthCheckRequest, __: object) -> HealthCheckResponse:
    return _SERVING


async def _watch(_: HealthCheckRequest, __: object) -> AsyncIterator[HealthCheckResponse]:
    """Says so once and stays open, as the standard asks; the real server has no Watch [repo] H."""
    yield _SERVING
    await asyncio.get_running_loop().create_future()
