"""The gRPC door: which method of which package is which operation, and how refusals are said."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from google.protobuf.message import DecodeError

from emulator.core.decisions import Json, Refusal
from emulator.core.journal import mask
from emulator.core.sandbox import Sandbox
from emulator.edge.answers import fill
from emulator.edge.call import Answer, Call, RpcAnswer
from emulator.edge.provider import Provider, RpcDoor, RpcMethod, Services
from emulator.edge.rest import Operation, carry
from emulator.providers.hyperswitch import rules
from emulator.providers.hyperswitch.auth import authenticate
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.errors.rows import CODE_NUMBERS, code_of
from emulator.providers.hyperswitch.proto import current_pb2 as current
from emulator.providers.hyperswitch.proto import legacy_pb2 as legacy
from emulator.providers.hyperswitch.proto import service_pb2
from emulator.providers.hyperswitch.proto.ucs import legacy_pb2 as ucs
from emulator.providers.hyperswitch.proto.ucs import service_pb2 as ucs_service_pb2
from emulator.providers.hyperswitch.wire import PRIVATE, Fields, messages

_PREFIX = "MerchantAuthenticationService"
TYPES = service_pb2.DESCRIPTOR.services_by_name[_PREFIX].full_name
UCS = ucs_service_pb2.DESCRIPTOR.services_by_name[_PREFIX].full_name


class Spec(msgspec.Struct, frozen=True):
    """A method: what it reads, what it decides, what it writes."""

    name: str
    operation: str
    read: Callable[[Any], Any]
    rule: Callable[..., Any]
    fields: Callable[[Any, str], Fields]


def render_access_token(reply: rules.AccessToken, token: str) -> Fields:
    """Status SUCCESS and 200 whatever the connector's own code was [repo][run] H."""
    fields: dict[str, Json] = {"access_token": {"value": token}, "status": 1, "status_code": 200}
    if reply.token_type is not None:
        fields["token_type"] = reply.token_type
    if reply.expires_in_seconds is not None:
        fields["expires_in_seconds"] = reply.expires_in_seconds
    if reply.reference is not None:
        fields["merchant_access_token_id"] = reply.reference
    return fields


def render_started(reply: rules.Started, token: str) -> Fields:
    """A session's answer, filled in."""
    filled = fill(reply.template, {**reply.values, "token": token})
    assert isinstance(filled, dict)  # noqa: S101 - the template is a message
    return filled


LEGACY = (
    Spec(
        "CreateAccessToken",
        "create_access_token",
        messages.read_access_token,
        rules.create_access_token,
        render_access_token,
    ),
    Spec(
        "CreateSessionToken",
        "create_session_token",
        messages.read_old_session,
        rules.create_session_token,
        render_started,
    ),
    Spec(
        "CreateSdkSessionToken",
        "create_sdk_session_token",
        messages.read_sdk_session,
        rules.create_sdk_session_token,
        render_started,
    ),
)
CURRENT = (
    Spec(
        "CreateServerAuthenticationToken",
        "create_server_authentication_token",
        messages.read_access_token,
        rules.create_access_token,
        render_access_token,
    ),
    Spec(
        "CreateServerSessionAuthenticationToken",
        "create_server_session_authentication_token",
        messages.read_session,
        rules.create_session_token,
        render_started,
    ),
    Spec(
        "CreateClientAuthenticationToken",
        "create_client_authentication_token",
        messages.read_client,
        rules.create_client_token,
        render_started,
    ),
)


def open_rpc_door(provider: Provider) -> RpcDoor:
    """The provider's gRPC surface: current and old names in `types`, the old ones in `ucs.v2`."""
    methods = (
        *(_method(provider, UCS, spec, ucs) for spec in LEGACY),
        *(_method(provider, TYPES, spec, legacy) for spec in LEGACY),
        *(_method(provider, TYPES, spec, current) for spec in CURRENT),
    )
    return RpcDoor(methods, say)


def _method(provider: Provider, service: str, spec: Spec, module: Any) -> RpcMethod:  # noqa: ANN401 - one of three
    request = getattr(module, f"{_PREFIX}{spec.name}Request")
    response = getattr(module, f"{_PREFIX}{spec.name}Response")

    def parse(call: Call) -> Any:  # noqa: ANN401 - each method's own
        try:
            message = request.FromString(call.body)
        except DecodeError:
            raise Refusal(CATALOGUE["undecodable_message"]) from None
        return spec.read(message)

    def render(reply: Any, token: str) -> Answer:  # noqa: ANN401
        fields = spec.fields(reply, token)
        shown = mask(fields, PRIVATE)
        return Answer(0, response(**fields).SerializeToString(), shown=shown)

    rule = partial(spec.rule, operation=spec.operation)
    operation: Operation[Any, Any, Any] = Operation(parse, authenticate, rule, render)

    def read_fields(call: Call) -> Json:
        try:
            return messages.show(request.FromString(call.body), frozenset())
        except DecodeError:
            raise ValueError(spec.operation) from None

    async def handle(services: Services, sandbox: Sandbox, call: Call) -> RpcAnswer:
        call.fields = partial(read_fields, call)
        outcome = await carry(operation, provider, services, sandbox, call)
        if isinstance(outcome.reply, Refusal):
            answer = say(outcome.reply, call, response)
            answer.answer.firing = outcome.firing
        else:
            answer = RpcAnswer(outcome.reply)
        answer.asked = _show_request(request, call.body)
        return answer

    return RpcMethod(service, spec.name, spec.operation, handle)


def _show_request(request: Any, body: bytes) -> Json:  # noqa: ANN401 - a message class
    try:
        return messages.show(request.FromString(body))
    except DecodeError:
        return None


_DETAILS: Mapping[str, Any] = {
    "IntegrationError": current.IntegrationError,
    "ConnectorError": current.ConnectorError,
}


def say(refusal: Refusal, call: Call, response: Any = None) -> RpcAnswer:  # noqa: ANN401 - a message class
    """A refusal over gRPC.

    The trailer holds the bare message, not a google.rpc.Status, and came after `ucs.v2` was gone.
    [repo] H
    """
    row = refusal.row
    values = {**row.defaults, **refusal.values}
    code, message, template = code_of(row)
    filled = fill(template, values)
    details = filled if isinstance(filled, dict) else {}
    text = str(fill(message, values))
    kind = details.pop("type", None)
    answer = Answer(
        CODE_NUMBERS[code],
        b"",
        headers=tuple((name.lower(), value) for name, value in refusal.headers),
        refusal=row.name,
        hint=refusal.hint,
        explanation=refusal.explanation,
        shown=details or None,
    )
    if kind == "reply":
        if response is not None and "status" in response.DESCRIPTOR.fields_by_name:
            answer.body = response(**details).SerializeToString()
            return RpcAnswer(answer)
        answer.status, code = CODE_NUMBERS["INTERNAL"], "INTERNAL"
        return RpcAnswer(answer, code, str(values.get("message", "")))
    raw = None
    if kind is not None and call.target.startswith("/types."):
        raw = _DETAILS[str(kind)](**details).SerializeToString()
    return RpcAnswer(answer, code, text, raw)
