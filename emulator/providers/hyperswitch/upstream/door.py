"""The upstream role's door: its routes and handlers, in each connector's own error bodies."""

from collections.abc import Iterator

from emulator.core.decisions import Granted, Refusal
from emulator.core.sandbox import Sandbox
from emulator.edge.answers import render_json, render_refusal
from emulator.edge.call import Answer, Call, Route
from emulator.edge.provider import Handler, Provider, Services
from emulator.edge.rest import Operation, carry
from emulator.providers.hyperswitch.errors import CATALOGUE
from emulator.providers.hyperswitch.upstream import answers
from emulator.providers.hyperswitch.upstream.endpoints import (
    ENDPOINTS,
    GATEWAY_PATH,
    Endpoint,
    endpoint_of,
)
from emulator.providers.hyperswitch.upstream.rules import (
    Accepted,
    Granting,
    authenticate,
    grant,
    parse,
)

GATEWAY = "upstream_mock_gateway"


def upstream_routes() -> Iterator[Route]:
    """One route for each path of each connector, and the mock gateway's."""
    for endpoint in ENDPOINTS:
        for path in endpoint.paths:
            yield Route("POST", f"/upstream/{endpoint.connector}{path}", endpoint.operation)
    yield Route("POST", GATEWAY_PATH, GATEWAY)


def upstream_handlers(provider: Provider) -> dict[str, Handler]:
    """What answers each operation."""
    found = {endpoint.operation: _handler(provider, endpoint) for endpoint in ENDPOINTS}
    return {**found, GATEWAY: _gateway(provider, found)}


def _handler(provider: Provider, endpoint: Endpoint) -> Handler:
    def read(call: Call) -> Granting:
        return parse(endpoint, call)

    def render(reply: Accepted, token: str) -> Answer:
        return render_json(answers.render_token(endpoint.operation, reply.issued(token)))

    operation: Operation[Granting, Granting, Accepted] = Operation(
        read, lambda view, call: authenticate(view, endpoint, call), grant, render
    )

    async def handle(services: Services, sandbox: Sandbox, call: Call) -> Answer:
        outcome = await carry(operation, provider, services, sandbox, call)
        if isinstance(outcome.reply, Refusal):
            answer = _say(endpoint.connector, outcome.reply)
            answer.firing = outcome.firing
            return answer
        return outcome.reply

    return handle


def _say(connector: str, refusal: Refusal) -> Answer:
    """A refusal in the connector's own words and with its own HTTP status."""
    answer = render_refusal(refusal)
    row = refusal.row
    values = {**row.defaults, **refusal.values}
    details = row.grpc.details if row.grpc else None
    told = details.get("http_status_code") if isinstance(details, dict) else None
    code = str(values.get("message", row.name))
    if row.name == "logical_failure" and connector == "trustpay":
        body = answers.render_logical_failure(str(values["code"]), code)
    else:
        answer.status = told if isinstance(told, int) else max(answer.status, 400)
        reason = str(values.get("reason") or code)
        body = answers.render_error(connector, answer.status, code, reason)
    rendered = render_json(body, answer.status)
    answer.body, answer.media_type = rendered.body, rendered.media_type
    return answer


def _gateway(provider: Provider, handlers: dict[str, Handler]) -> Handler:
    """Where a real server in test mode sends every connector's call [repo] H.

    The call is the connector's from here on: its operation, its faults.
    """

    async def handle(services: Services, sandbox: Sandbox, call: Call) -> Answer:
        endpoint = endpoint_of(call.target, call.headers)
        if endpoint is None:
            return await refuse(services, sandbox, call)
        call.operation = f"{provider.name}.{endpoint.operation}"
        return await handlers[endpoint.operation](services, sandbox, call)

    nothing: Operation[None, None, None] = Operation(
        lambda _: None, lambda *_: None, _refuse_unknown, lambda *_: Answer(404, b"")
    )
    refuse = nothing.handler(provider)
    return handle


def _refuse_unknown(*_: object) -> Granted[None]:
    raise Refusal(CATALOGUE["unknown_upstream"])
