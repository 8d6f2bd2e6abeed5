"""The journal as an HTTP Archive (HAR 1.2), for the tools that read one. Masked as the journal is.

What a call was to the emulator stands under `_emulator`: HAR leaves such names to its writers.
"""

import asyncio
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec import UNSET, UnsetType

from emulator.control.calls import read_filters
from emulator.control.endpoint import Asked, render
from emulator.core.clock import render_time
from emulator.core.journal import CallRecord, Message, parse_call_id
from emulator.core.state import DEFAULT
from emulator.edge.call import Answer
from emulator.edge.http import SANDBOX_PREFIX

AT_ONCE = 100  # calls rendered before others have a turn
UNKNOWN = -1  # as HAR writes it
JSON = "application/json"
COMMENT = "Secrets and personal values are masked; times are the sandbox's."
RPC_COMMENT = "A gRPC call: messages are shown as JSON, the status is in grpc-status."


class Pair(msgspec.Struct, frozen=True):
    """A header or a parameter of the query."""

    name: str
    value: str


class PostData(msgspec.Struct, frozen=True, rename="camel"):
    """A request's body: its JSON, masked."""

    mime_type: str
    text: str


class Content(msgspec.Struct, frozen=True, rename="camel"):
    """An answer's body: its JSON, masked. `size`: bytes as they were sent."""

    size: int
    mime_type: str
    text: str | UnsetType = UNSET


class HarRequest(msgspec.Struct, frozen=True, rename="camel"):
    """What was asked. `url`: where the same request can be sent again."""

    method: str
    url: str
    http_version: str
    cookies: list[Pair]
    headers: list[Pair]
    query_string: list[Pair]
    headers_size: int
    body_size: int
    post_data: PostData | UnsetType = UNSET


class HarResponse(msgspec.Struct, frozen=True, rename="camel"):
    """What was answered. `status` 0: nothing was."""

    status: int
    status_text: str
    http_version: str
    cookies: list[Pair]
    headers: list[Pair]
    content: Content
    headers_size: int
    body_size: int
    redirect_url: str = msgspec.field(default="", name="redirectURL")


class Timings(msgspec.Struct, frozen=True):
    """Milliseconds; the whole time is the emulator's."""

    send: float
    wait: float
    receive: float


class Seen(msgspec.Struct, frozen=True):
    """What the call was to the emulator, as `GET .../calls/{call}` has it."""

    call: str
    sandbox: str
    direction: str
    provider: str
    operation: str | None
    status: int
    refusal: str | None
    fault: str | None
    hint: str


class Entry(msgspec.Struct, frozen=True, rename={"started": "startedDateTime", "own": "_emulator"}):
    """A call."""

    started: str
    time: float
    request: HarRequest
    response: HarResponse
    cache: dict[str, Any]
    timings: Timings
    own: Seen
    comment: str | UnsetType = UNSET


class Creator(msgspec.Struct, frozen=True):
    """Who wrote it."""

    name: str
    version: str


class Log(msgspec.Struct, frozen=True):
    """The calls, in the order in which they came in."""

    version: str
    creator: Creator
    entries: list[Entry]
    comment: str


class Har(msgspec.Struct, frozen=True):
    """An HTTP Archive."""

    log: Log


async def export(asked: Asked) -> Answer:
    """Show the calls as an HTTP Archive."""
    sandbox = await asked.sandbox()
    filters = list(read_filters(asked.query))
    entries: list[tuple[int, Entry]] = []
    for number, call in enumerate(reversed(sandbox.journal)):
        if all(keep(call) for keep in filters):
            entries.append((_number(call), show_entry(call, asked.origin)))
        if number % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
    entries.sort(key=lambda numbered: numbered[0])
    creator = Creator("token-emulator", asked.house.version)
    answer = render(Har(Log("1.2", creator, [entry for _, entry in entries], COMMENT)))
    answer.headers = (("content-disposition", f'attachment; filename="{sandbox.id}.har"'),)
    return answer


def show_entry(call: CallRecord, origin: str) -> Entry:
    """A call as an entry. `origin`: scheme and host of the emulator."""
    is_rpc = "grpc-status" in call.response.headers
    version = "HTTP/2.0" if is_rpc else "HTTP/1.1"
    own = {name: getattr(call, name) for name in Seen.__struct_fields__ if name != "call"}
    return Entry(
        started=render_time(call.at),
        time=call.duration_ms,
        request=_show_request(call, version, _find_url(call, origin, is_rpc=is_rpc)),
        response=_show_response(call.response, HTTPStatus.OK if is_rpc else call.status, version),
        cache={},
        timings=Timings(0, call.duration_ms, 0),
        own=Seen(call=call.id, **own),
        comment=RPC_COMMENT if is_rpc else UNSET,
    )


def _find_url(call: CallRecord, origin: str, *, is_rpc: bool) -> str:
    """Where it went, or where it could be sent again: the journal keeps no prefixes."""
    target = quote(call.request.target or "", safe="/?&=%:@+,;$!'()*~#[]")
    if call.direction == "out":
        return target
    host = call.request.headers.get("host")
    if is_rpc:
        return f"{origin.partition(':')[0]}://{host or 'localhost'}{target}"
    sandbox = "" if call.sandbox == DEFAULT else f"{SANDBOX_PREFIX}{call.sandbox}"
    return f"{origin}{sandbox}/{call.provider}{target if target.startswith('/') else f'/{target}'}"


def _show_request(call: CallRecord, version: str, url: str) -> HarRequest:
    request = call.request
    query = parse_qsl(url.partition("?")[2], keep_blank_values=True)
    post_data: PostData | UnsetType = UNSET
    if request.body is not None:
        media_type = request.headers.get("content-type", JSON)
        post_data = PostData(media_type, _show_body(request.body))
    return HarRequest(
        method=request.method or "",
        url=url,
        http_version=version,
        cookies=[],
        headers=_show_headers(request),
        query_string=[Pair(name, value) for name, value in query],
        headers_size=UNKNOWN,
        body_size=request.size,
        post_data=post_data,
    )


def _show_response(response: Message, status: int, version: str) -> HarResponse:
    body: str | UnsetType = UNSET if response.body is None else _show_body(response.body)
    media_type = response.headers.get("content-type", "" if body is UNSET else JSON)
    return HarResponse(
        status=status,
        status_text=HTTPStatus(status).phrase if status in set(HTTPStatus) else "",
        http_version=version,
        cookies=[],
        headers=_show_headers(response),
        content=Content(response.size, media_type, body),
        headers_size=UNKNOWN,
        body_size=response.size,
    )


def _show_headers(message: Message) -> list[Pair]:
    return [Pair(name, value) for name, value in message.headers.items()]


def _show_body(body: object) -> str:
    return msgspec.json.encode(body).decode()


def _number(call: CallRecord) -> int:
    return parse_call_id(call.id) or 0
