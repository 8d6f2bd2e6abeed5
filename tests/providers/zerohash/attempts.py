"""Calls that are let in or refused at a moment of the test's own choosing."""

from typing import Any

import pytest

from emulator.core.decisions import Refusal
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.providers.zerohash.auth import authenticate
from tests.providers.zerohash.arrange import (
    arrived,
)
from tests.signing import (
    MINT,
    signed,
)

NOW = 1_763_018_448.0  # a wall time of the tests' own
KEY, PASSPHRASE = "X-SCX-API-KEY", "X-SCX-PASSPHRASE"
SIGNED, TIMESTAMP = "X-SCX-SIGNED", "X-SCX-TIMESTAMP"


def refuse(sandbox: Sandbox, wall: float, **sent: Any) -> Refusal:  # noqa: ANN401
    """The refusal of a mint that arrives at that real time."""
    client = sent.pop("client", "127.0.0.1")
    request = signed("POST", "/client_auth_token", MINT, **sent)
    with pytest.raises(Refusal) as caught:
        authenticate(View(sandbox.state, wall), arrived(request, wall, client=client))
    return caught.value


def accept(sandbox: Sandbox, wall: float, **sent: Any) -> str:  # noqa: ANN401
    """The hint of a mint that is let in."""
    client = sent.pop("client", "127.0.0.1")
    request = signed("POST", "/client_auth_token", MINT, **sent)
    caller = authenticate(View(sandbox.state, wall), arrived(request, wall, client=client))
    return caller.hint


# Each step of the order: what breaks it, and the row that tells it.
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("missing_api_key", {"headers": {KEY: None}}),
    ("missing_passphrase", {"headers": {PASSPHRASE: None}}),
    ("missing_signature", {"headers": {SIGNED: None}}),
    ("missing_timestamp", {"headers": {TIMESTAMP: None}}),
    ("invalid_api_key", {"headers": {KEY: "NoSuchKey"}}),
    ("invalid_passphrase", {"headers": {PASSPHRASE: "wrong"}}),
    ("ip_not_allowed", {"client": "192.0.2.1"}),
    ("invalid_timestamp", {"headers": {TIMESTAMP: "0"}}),
    ("invalid_signature", {"signature": "wrong"}),
    ("no_write_permission", {}),
)
