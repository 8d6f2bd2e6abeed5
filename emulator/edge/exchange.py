"""A request that leaves and what comes of it, as data."""

import msgspec

from emulator.edge.call import Headers


class Request(msgspec.Struct, frozen=True):
    """What is sent, to a plain http or https URL."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class Response(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes
    media_type: str = ""


class Unanswered(msgspec.Struct, frozen=True):
    """Nothing came back; `reason` says why and what to do, without the URL."""

    reason: str
