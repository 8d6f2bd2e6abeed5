"""A test with a seeded sandbox that writes down all it gets; test_golden.py runs it twice."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from emulator.testing import Sandbox
from tests.testing.minting import BODY, ask_highnote, ask_hyperswitch, ask_usegrant

NOW = "2026-01-01T00:00:00Z"
METHOD = "/ucs.v2.MerchantAuthenticationService/CreateAccessToken"
# What the server's own HTTP says of real time.
UNSEEDED = {"date"}
# Issuers and URLs in answers begin with the origin that asked, whose port is any free one.
HOST = {"Host": "emulator.test:4600"}


@pytest.mark.token_sandbox(id="golden", seed=42, now=NOW)
def test_transcript(token_sandbox: Sandbox) -> None:
    """Everything that a client of any provider sees."""
    lines = [*speak(token_sandbox)]
    token_sandbox.clock.advance("2h")
    lines += speak(token_sandbox)
    lines += [repr(token) for token in token_sandbox.tokens.list()]
    Path(os.environ["TRANSCRIPT"]).write_text("\n".join(lines))


def speak(sandbox: Sandbox) -> Iterator[str]:
    """A mint with each provider, a refusal of each, a fault by chance, a call over gRPC."""
    sandbox.fail("usegrant.createToken", error="rate_limited", probability=0.5)
    yield sandbox.zerohash.api_key
    at = sandbox.clock.show().now
    path = "/client_auth_token"
    for body in (BODY, {"participant_code": "NOBODY"}):
        url = sandbox.zerohash.base_url + path
        headers = sandbox.zerohash.sign("POST", path, body, at=at)
        yield tell(httpx.post(url, json=body, headers={**headers, **HOST}))
    yield tell(send(ask_highnote(sandbox)))
    yield tell(send(ask_hyperswitch(sandbox)))
    for _ in range(8):
        yield tell(send(ask_usegrant(sandbox)))
    for ask in (ask_highnote, ask_hyperswitch, ask_usegrant):
        yield tell(send({**ask(sandbox), "headers": sandbox.headers}))
    yield from call(sandbox, sandbox.hyperswitch.metadata("Paypal"))
    yield from call(sandbox, (("x-emulator-sandbox", sandbox.id),))


def send(request: dict[str, Any]) -> httpx.Response:
    """Send a request, addressed as ever."""
    return httpx.request(**{**request, "headers": {**request["headers"], **HOST}})


def tell(answer: httpx.Response) -> str:
    """An answer, byte for byte, but for the date."""
    headers = [pair for pair in answer.headers.raw if pair[0].decode().lower() not in UNSEEDED]
    return f"{answer.status_code} {headers} {answer.content!r}"


def call(sandbox: Sandbox, metadata: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """What gRPC answers, with its metadata."""
    with grpc.insecure_channel(sandbox.hyperswitch.grpc_target) as channel:
        method: Any = channel.unary_unary(METHOD)
        try:
            reply, ended = method.with_call(b"", metadata=metadata)
        except grpc.RpcError as error:
            yield f"{error.code()} {error.details()} {sorted(map(str, error.trailing_metadata()))}"
        else:
            yield f"{reply!r} {sorted(map(str, ended.trailing_metadata()))}"
