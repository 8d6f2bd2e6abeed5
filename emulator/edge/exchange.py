"""A request that leaves and what comes of it, as data."""

import msgspec

from emulator.edge.call import Headers


class Seal(msgspec.Struct, frozen=True):
    """A header that is signed on the way out: hex of RSASSA-PSS with SHA-256 over `message`.

    `key`: the pool's name of the key.
    """

    header: str
    key: str
    message: bytes


class Request(msgspec.Struct, frozen=True):
    """What is sent, to a plain http or https URL."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    seals: tuple[Seal, ...] = ()


class Response(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes
    media_type: str = ""


class Unanswered(msgspec.Struct, frozen=True):
    """Nothing came back; `reason` says why and what to do, without the URL."""

    reason: str
