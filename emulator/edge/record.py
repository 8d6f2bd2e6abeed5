"""What the journal keeps of a call: chosen headers, bodies masked by field name."""

import logging
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import orjson

from emulator.core.clock import wall as read_wall
from emulator.core.journal import MASK, CallRecord, Message, mask, render_call_id
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Answer, Call, Route, RpcAnswer
from emulator.edge.client import describe_client
from emulator.edge.exchange import Request, Response, Unanswered
from emulator.edge.provider import Provider

log = logging.getLogger("emulator.calls")

KEPT_HEADERS = frozenset(
    ("accept", "content-length", "content-type", "host", "origin", "user-agent", "x-request-id")
)


def record_call(
    sandbox: Sandbox,
    provider: Provider,
    route: Route | None,
    call: Call,
    answer: Answer,
    duration_ms: float,
) -> None:
    """Close the journal's entry of a call over HTTP."""
    private = provider.private | call.private if call.private else provider.private
    asked = _masked(call.body if call.kept is None else call.kept, private)
    told = Message(dict(answer.headers), _shown(answer, private), size=len(answer.body))
    request = _request(provider, call, asked, _masked_target(route, call, private))
    _close(sandbox, provider, call, answer, duration_ms, request, told)


def record_rpc(
    sandbox: Sandbox, provider: Provider, call: Call, rpc: RpcAnswer, duration_ms: float
) -> None:
    """Close the journal's entry of a call over gRPC."""
    answer = rpc.answer
    status = {"grpc-status": str(answer.status)}
    if rpc.message:
        status["grpc-message"] = rpc.message
    told = Message({**dict(answer.headers), **status}, answer.shown, size=len(answer.body))
    request = _request(provider, call, rpc.asked, call.target)
    _close(sandbox, provider, call, answer, duration_ms, request, told)


def _request(provider: Provider, call: Call, body: object, target: str) -> Message:
    headers = _keep(call.headers, provider.kept_headers)
    return Message(headers, body, call.method, target, len(call.body))


def _close(
    sandbox: Sandbox,
    provider: Provider,
    call: Call,
    answer: Answer,
    duration_ms: float,
    request: Message,
    response: Message,
) -> None:
    then = answer.firing.then if answer.firing else None
    sandbox.journal.close(
        call.number,
        CallRecord(
            id=render_call_id(call.number),
            at=sandbox.state.clock.now(call.wall),
            direction="in",
            provider=provider.name,
            operation=call.operation.partition(".")[2] or None,
            sandbox=sandbox.id,
            status=answer.status,
            duration_ms=round(duration_ms, 3),
            refusal=answer.refusal,
            fault=answer.firing.source if answer.firing else None,
            request=request,
            response=response,
            hint=answer.hint,
            explanation=answer.explanation,
            client=describe_client(provider, call, sandbox.state.born.seed),
            injected=then is not None and (then.error or then.grpc) is not None,
            transport=then.transport if then else None,
        ),
    )


def record_sent(
    sandbox: Sandbox,
    provider: Provider,
    operation: str,
    number: int,
    sent: Request,
    response: Response | Unanswered,
    took_s: float,
) -> None:
    """Close the journal's entry of a request that left, answered or not (then its status is 0)."""
    url, _, query = sent.url.partition("?")
    target = f"{url}?{_masked_query(query, provider.private)}" if query else url
    body = _masked(sent.body, provider.private)
    request = Message(dict(sent.headers), body, sent.method, target, len(sent.body))
    status, hint, told = 0, "", Message({})
    if isinstance(response, Unanswered):
        hint = response.reason
    else:
        status = response.status
        headers = {"content-type": response.media_type} if response.media_type else {}
        body = _masked(response.body, provider.private)
        told = Message(headers, body, size=len(response.body))
    record = CallRecord(
        id=render_call_id(number),
        at=sandbox.state.clock.now(read_wall()),
        direction="out",
        provider=provider.name,
        operation=operation,
        sandbox=sandbox.id,
        status=status,
        duration_ms=round(took_s * 1000, 3),
        refusal=None,
        fault=None,
        request=request,
        response=told,
        hint=hint,
    )
    sandbox.journal.close(number, record)


def log_call(sandbox: Sandbox, call: Call, answer: Answer, duration_ms: float) -> None:
    """Write the line of a call: names and numbers only."""
    log.info(
        "call",
        extra={
            "fields": {
                "call": render_call_id(call.number),
                "sandbox": sandbox.id,
                "operation": call.operation,
                "status": answer.status,
                "refusal": answer.refusal,
                "fault": answer.firing.source if answer.firing else None,
                "duration_ms": round(duration_ms, 3),
            }
        },
    )


def _shown(answer: Answer, private: frozenset[str]) -> object:
    if answer.shown is not None:
        return mask(answer.shown, private)
    return _masked(answer.body, private)


def _keep(headers: Mapping[str, str], also: frozenset[str]) -> dict[str, str]:
    return {name: headers[name] for name in _kept(also) if name in headers}


@lru_cache
def _kept(also: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(KEPT_HEADERS | also))


def _masked(raw: bytes, private: frozenset[str]) -> object:
    """A body's JSON, masked. What can't be read can't be masked, so it is not kept."""
    if not raw:
        return None
    try:
        return mask(orjson.loads(raw), private)
    except (orjson.JSONDecodeError, RecursionError):
        return None


def _masked_target(route: Route | None, call: Call, private: frozenset[str]) -> str:
    """The route's path with its private parameters masked, and the query likewise."""
    if route is None:
        return MASK
    path = route.path
    for name, value in call.params.items():
        path = path.replace("{" + name + "}", MASK if name in route.private else value)
    _, _, query = call.target.partition("?")
    if not query:
        return path
    return f"{path}?{_masked_query(query, private)}"


def _masked_query(query: str, private: frozenset[str]) -> str:
    pairs = [
        (name, MASK if name in private else value)
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return urlencode(pairs, safe="*")
