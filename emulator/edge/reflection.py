"""The standard reflection service, under v1 and v1alpha: older clients know the second only."""

from collections.abc import AsyncIterator, Iterable, Sequence
from functools import cache
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

from emulator.edge import health
from emulator.edge.proto import reflection_pb2, reflection_v1alpha_pb2
from emulator.edge.proto.pool import POOL

SERVICES = (
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
)

_NOT_FOUND = 5


def reflection_handlers(
    services: Sequence[str],
) -> health.Handlers:
    """The service's handlers under both names; `services`: what it tells of, besides itself."""
    told = sorted((*services, health.SERVICE, *SERVICES))
    modules: tuple[Any, Any] = (reflection_pb2, reflection_v1alpha_pb2)
    return {
        name: {"ServerReflectionInfo": _handler(module, told)}
        for name, module in zip(SERVICES, modules, strict=True)
    }


def _handler(messages: Any, told: Sequence[str]) -> Any:  # noqa: ANN401 - either of two modules
    async def inform(requests: AsyncIterator[Any], _: object) -> AsyncIterator[Any]:
        async for request in requests:
            response = messages.ServerReflectionResponse(
                valid_host=request.host, original_request=request
            )
            _respond(request, response, told)
            yield response

    behaviour: Any = inform
    return grpc.stream_stream_rpc_method_handler(
        behaviour,
        messages.ServerReflectionRequest.FromString,
        messages.ServerReflectionResponse.SerializeToString,
    )


def _respond(request: Any, response: Any, told: Sequence[str]) -> None:  # noqa: ANN401
    """Fill one response in."""
    match request.WhichOneof("message_request"):
        case "list_services":
            for name in told:
                response.list_services_response.service.add(name=name)
        case "file_by_filename":
            _put_files(response, request.file_by_filename, POOL.FindFileByName)
        case "file_containing_symbol":
            _put_files(response, request.file_containing_symbol, _find_symbol)
        case "all_extension_numbers_of_type":
            name = request.all_extension_numbers_of_type
            response.all_extension_numbers_response.base_type_name = name
        case _:
            _put_error(response)


def _find_symbol(symbol: str) -> FileDescriptor:
    """The file of a symbol; a method's is its service's."""
    try:
        return POOL.FindFileContainingSymbol(symbol)
    except KeyError:
        service, _, method = symbol.rpartition(".")
        if method in POOL.FindServiceByName(service).methods_by_name:
            return POOL.FindFileContainingSymbol(service)
        raise


def _put_files(response: Any, name: str, find: Any) -> None:  # noqa: ANN401
    try:
        file: FileDescriptor = find(name)
    except KeyError:
        _put_error(response)
        return
    response.file_descriptor_response.file_descriptor_proto.extend(
        _describe(found) for found in _closure(file)
    )


def _put_error(response: Any) -> None:  # noqa: ANN401
    response.error_response.error_code = _NOT_FOUND
    response.error_response.error_message = "not found"


def _closure(file: FileDescriptor) -> list[str]:
    """The names of a file and of all that it imports."""
    found = {file.name: None}
    waiting = [file]
    while waiting:
        for dependency in waiting.pop().dependencies:
            if dependency.name not in found:
                found[dependency.name] = None
                waiting.append(dependency)
    return list(found)


@cache
def _describe(name: str) -> bytes:
    """A file's descriptor with JSON names: without them grpcurl prints snake_case."""
    proto = FileDescriptorProto.FromString(POOL.FindFileByName(name).serialized_pb)
    _name_fields(proto.message_type)
    return proto.SerializeToString()


def _name_fields(messages: Iterable[DescriptorProto]) -> None:
    for message in messages:
        for field in message.field:
            first, *rest = field.name.split("_")
            field.json_name = first + "".join(word.capitalize() for word in rest)
        _name_fields(message.nested_type)
