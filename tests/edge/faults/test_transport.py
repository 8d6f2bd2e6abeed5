import asyncio
import json
from typing import Any, get_args

import pytest

from emulator.core.faults import Firing, Then
from emulator.edge.body import Disconnected
from emulator.edge.call import Answer
from emulator.edge.delay import Waiting
from emulator.edge.faults.bodies import Transport
from emulator.edge.faults.transport import KINDS, MAX_PIECES, deliver, garble, note_transport
from emulator.edge.wire import BrokenWireError, Message, Wire

pytestmark = pytest.mark.anyio

BODY = b'{"message":{"token":"fake"}}'
NEEDY = ("reset", "close_before_headers", "close_mid_body", "truncate")


class Client:
    """One side of a wire that notes what it is sent and what becomes of its connection."""

    def __init__(self, *, leaves: bool = False) -> None:
        self.sent: list[Message] = []
        self.ended: list[str] = []
        self._gone = asyncio.Event()
        if leaves:
            self._gone.set()

    async def receive(self) -> Message:
        """Nothing more until the connection ends."""
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Note it."""
        self.sent.append(message)

    def close(self) -> None:
        """In order."""
        self.ended.append("close")
        self._gone.set()

    def reset(self) -> None:
        """Broken off."""
        self.ended.append("reset")
        self._gone.set()

    @property
    def head(self) -> dict[bytes, bytes]:
        """The headers it was sent."""
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> bytes:
        """The body, as far as it came."""
        return b"".join(message["body"] for message in self.sent[1:])


def firing_of(kind: str | None) -> Firing:
    """A fault of that kind."""
    return Firing("f1", Then(transport=kind))


async def send(
    kind: str | None,
    body: bytes = BODY,
    *,
    status: int = 200,
    leaves: bool = False,
    socket: bool = True,
    has_body: bool = True,
) -> Client:
    """Who was sent an answer to a call that a fault of that kind befell."""
    client = Client(leaves=leaves)
    connection: Any = client if socket else None
    wire = Wire(client.receive, client.send, connection, has_body)
    await deliver(wire, Answer(status, body), firing_of(kind), (), Waiting())
    return client


def test_every_kind_is_carried_out() -> None:
    """What a fault may name has a function here, and nothing else has one."""
    assert set(KINDS) == set(get_args(Transport))


async def test_without_a_kind_an_answer_is_sent_whole() -> None:
    """A fault of another sort leaves the way alone."""
    client = await send(None)
    assert (client.body, client.ended) == (BODY, [])


@pytest.mark.parametrize("kind", ["reset", "close_before_headers"])
async def test_nothing_is_sent(kind: str) -> None:
    """The connection ends before a byte of the answer."""
    client = await send(kind)
    assert (client.sent, client.ended) == ([], ["reset" if kind == "reset" else "close"])


@pytest.mark.parametrize(("kind", "length"), [("truncate", b"28"), ("close_mid_body", None)])
async def test_half_a_body(kind: str, length: bytes | None) -> None:
    """It begins, the connection is closed in order, and only `truncate` told its length."""
    client = await send(kind)
    assert client.head.get(b"content-length") == length
    assert client.body == BODY[:14]
    assert client.sent[-1]["more_body"]
    assert client.ended == ["close"]


async def test_of_an_empty_body_a_byte_is_missing() -> None:
    """What is truncated is never whole."""
    client = await send("truncate", b"")
    assert (client.head[b"content-length"], client.body) == (b"1", b"")


@pytest.mark.parametrize("kind", NEEDY)
@pytest.mark.parametrize("answer", ["head", "no content"])
async def test_who_gets_no_body_is_sent_none(kind: str, answer: str) -> None:
    """An answer to HEAD, and a 204, have nothing that could be broken but the connection."""
    status = 204 if answer == "no content" else 200
    client = await send(kind, b"", status=status, has_body=answer != "head")
    assert client.ended
    assert client.body == b""


@pytest.mark.parametrize("kind", NEEDY)
async def test_without_a_connection_it_raises(kind: str) -> None:
    """Under a server that has no connection to break, the application fails by this name."""
    with pytest.raises(BrokenWireError):
        await send(kind, socket=False)


@pytest.mark.parametrize(
    "body", [BODY, b"{}", b"[]", b'"text"', b"12", b"null", b"true", b"", b"<Error/>", b"[1]\n"]
)
async def test_garbled_never_parses(body: bytes) -> None:
    """Whatever the body was, it is no JSON, nor does it begin with any that ends."""
    client = await send("garble", body)
    assert client.head[b"content-length"] == str(max(1, len(body))).encode()
    assert len(client.body) == max(1, len(body))
    with pytest.raises(json.JSONDecodeError):
        json.loads(client.body)


def test_the_journal_keeps_what_the_provider_said() -> None:
    """What is sent is changed; the answer itself is not."""
    answer = Answer(200, BODY)
    assert garble(answer).body != BODY
    assert answer.body == BODY


class Counting(Waiting):
    """Counts pauses, and does not make them. `lets_go`: as when the process stops."""

    def __init__(self, *, lets_go: bool) -> None:
        super().__init__()
        self.pauses = 0
        self._lets_go = lets_go

    async def hold(self, *_: object) -> bool:
        """No time passes."""
        self.pauses += 1
        return not self._lets_go


@pytest.mark.parametrize(("lets_go", "pauses"), [(False, MAX_PIECES), (True, 1)])
async def test_a_dribble_is_bounded(*, lets_go: bool, pauses: int) -> None:
    """A long body comes in larger pieces, not in more of them; let go, the rest comes at once."""
    client, waiting = Client(), Counting(lets_go=lets_go)
    body = b"x" * 100 * MAX_PIECES
    await deliver(
        Wire(client.receive, client.send), Answer(200, body), firing_of("dribble"), (), waiting
    )
    assert (client.body, waiting.pauses) == (body, pauses)
    assert client.sent[-1] == {"type": "http.response.body", "body": b""}


@pytest.mark.parametrize("lets_go", [False, True])
async def test_an_overrun_is_answered_in_the_end(*, lets_go: bool) -> None:
    """After its wait, or at once where too many wait already, the answer goes out whole."""
    client, waiting = Client(), Counting(lets_go=lets_go)
    await deliver(
        Wire(client.receive, client.send), Answer(200, BODY), firing_of("deadline"), (), waiting
    )
    assert (client.body, waiting.pauses) == (BODY, 1)


async def test_a_dribble_ends_when_the_client_leaves() -> None:
    """Nothing is sent to who is gone."""
    with pytest.raises(Disconnected):
        await send("dribble", leaves=True)


@pytest.mark.parametrize("hint", ["", "Its own."])
def test_the_hint_tells_what_is_wrong(hint: str) -> None:
    """Who looks at a broken answer learns who broke it; what else there is to tell comes first."""
    answer = Answer(200, BODY, hint=hint)
    note_transport(answer, firing_of("empty"))
    assert answer.hint == (hint or "Injected by f1: transport=empty.")
