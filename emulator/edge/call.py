"""One call as the edge hands it on, and the answer it gets back. Neither knows a framework."""

from collections.abc import Callable, Mapping

import msgspec

from emulator.core.decisions import Json
from emulator.core.faults import Firing
from emulator.edge.faults.bodies import HeaderFault

Headers = tuple[tuple[str, str], ...]


class Call(msgspec.Struct):
    """A request to a provider.

    `operation`: `<provider>.<name>`; `target`: path and query exactly as sent, without the
    emulator's own prefixes; `headers`: lower-case names, the last of a repeated one; `wall`:
    arrival, Unix seconds; `addressed`: the sandbox was named by header or path, so the
    fixture's credentials count there too; `number`: the journal's. `mount`: the prefixes that
    were stripped from the path. `home`: the URL under which a client that knows nothing else
    reaches this sandbox. For the journal a handler may name the `operation` more closely, give
    `kept` in the body's place, and name more fields that are `private` in this call. `fault`: what
    the call asked for itself; `fields`: what it asks as JSON, where its body is none.
    """

    operation: str
    method: str
    target: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    wall: float
    client: str
    origin: str
    addressed: bool = False
    number: int = 0
    mount: str = ""
    home: str = ""
    kept: bytes | None = None
    private: frozenset[str] = frozenset()
    fault: HeaderFault | None = None
    fields: Callable[[], Json] | None = None


class Answer(msgspec.Struct):
    """What goes back, and what the journal keeps of how it came to be.

    `status`: HTTP's, over gRPC the status code's number; `shown`: the body as JSON for the journal,
    where the body itself is none.
    """

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Headers = ()
    refusal: str | None = None
    hint: str = ""
    explanation: Mapping[str, Json] | None = None
    firing: Firing | None = None
    shown: object = None


class RpcAnswer(msgspec.Struct):
    """An answer over gRPC. `code`: the status code's name; `details`: grpc-status-details-bin.

    `asked`: the request as JSON for the journal; it and the answer's `shown` are masked already.
    """

    answer: Answer
    code: str = "OK"
    message: str = ""
    details: bytes | None = None
    asked: object = None


class Route(msgspec.Struct, frozen=True):
    """One method and path of a provider. A segment in braces is a parameter.

    `private`: parameters whose values the journal masks. `host_bound`: at the root it is there
    only for the hosts that the provider knows; its 404 becomes the emulator's own. `limit`: bytes
    of a body, where it is not the edge's usual one; `too_large`: the catalogue's row for that.
    """

    method: str
    path: str
    operation: str
    private: frozenset[str] = msgspec.field(default_factory=frozenset)
    host_bound: bool = False
    limit: int | None = None
    too_large: str = "payload_too_large"

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's parts."""
        return tuple(self.path.strip("/").split("/"))
