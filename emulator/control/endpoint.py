"""An endpoint of the control API as one record: what it answers to, what it takes and gives."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from emulator.control.house import House
from emulator.control.streaming import Stream
from emulator.core.directory import SANDBOX_ID
from emulator.core.records import Failure, Unfit, convert_record, name_nearest
from emulator.core.sandbox import Sandbox
from emulator.core.state import DEFAULT
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.edge.call import Answer
from emulator.edge.problems import Problem
from emulator.edge.provider import Provider
from emulator.edge.shapes import read_shape

B = TypeVar("B", bound=msgspec.Struct)

_encoder = msgspec.json.Encoder()

ONE = "/sandboxes/{id}"

NO_CONTENT = Answer(204, b"")


class Asked(msgspec.Struct, frozen=True):
    """A request that was let through. `origin`: scheme and host that asked; `body`: as sent.

    `headers`: those that the endpoint names, lower-case.
    """

    house: House
    method: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    origin: str
    body: bytes
    headers: Mapping[str, str]

    async def sandbox(self) -> Sandbox:
        """The sandbox that the path names; only `default` is made when it is not there.

        Its journal has heard of the calls that others served.

        Raises:
            Problem: 404, there is none.
        """
        name = self.params["id"]
        directory = self.house.directory
        found = await (directory.open(name) if name == DEFAULT else directory.find(name))
        if found is None:
            raise no_sandbox(name)
        await found.journal.catch_up()
        return found

    def provider(self) -> Provider:
        """The provider that the path names.

        Raises:
            Problem: 404, there is none.
        """
        name = self.params["provider"]
        provider = self.house.providers.get(name)
        if provider is None:
            near = name_nearest(name, self.house.providers)
            raise Problem(404, "No such provider", f"There is {near}.")
        return provider


Handle = Callable[[Asked], Awaitable[Answer | Stream]]


class Taking(msgspec.Struct, Generic[B], frozen=True):
    """A handler with the body that it takes. An empty body of a POST is an empty object.

    `prepare`: what comes before the shape is asked for.
    """

    shape: type[B]
    handle: Callable[[Asked, B], Awaitable[Answer]]
    prepare: Callable[[Asked, dict[str, Any]], Mapping[str, Any]] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """Read the body and go on."""
        values: Mapping[str, Any] = read_object(asked)
        if self.prepare is not None:
            values = self.prepare(asked, dict(values))
        try:
            body = convert_record(values, self.shape, read_shape)
        except Unfit as unfit:
            raise bad_body(unfit.failures) from None
        return await self.handle(asked, body)


class TakingObject(msgspec.Struct, frozen=True):
    """A handler that takes a JSON object whose names only it knows. `schema`: JSON Schema."""

    schema: Mapping[str, Any]
    handle: Callable[[Asked, dict[str, Any]], Awaitable[Answer]]

    async def __call__(self, asked: Asked) -> Answer:
        """Read the body and go on."""
        return await self.handle(asked, read_object(asked))


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of the query, or a header."""

    name: str
    description: str
    schema: Mapping[str, Any]


class Endpoint(msgspec.Struct, frozen=True):
    """One method of one path.

    `answers`: status -> what the answer's JSON is (a type; None: no content); `media_type` of
    what is not JSON; `problems`: statuses that it refuses with, besides those that follow from
    its shape; `is_open`: no access is asked for; `reaches_out`: it makes other sandboxes, which a
    sandbox's own token does not allow;
    `body_limit`: bytes of a body, where they may be more than elsewhere.
    """

    method: str
    path: str
    handle: Handle
    summary: str
    answers: Mapping[int, Any]
    problems: tuple[int, ...] = ()
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    is_open: bool = False
    reaches_out: bool = False
    body_limit: int = 0
    media_type: str = "application/json"

    @property
    def takes_body(self) -> bool:
        """Whether a body is read at all."""
        return isinstance(self.handle, Taking | TakingObject)

    @property
    def name(self) -> str:
        """A name of its own: `tokens_mint`."""
        handle = (
            self.handle.handle if isinstance(self.handle, Taking | TakingObject) else self.handle
        )
        return f"{handle.__module__.rpartition('.')[2]}_{handle.__name__}"


def render(body: object, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(status, _encoder.encode(body))


def read_object(asked: Asked) -> dict[str, Any]:
    """The body's JSON object.

    Raises:
        Problem: 400, it is none.
    """
    if not asked.body and asked.method == "POST":
        return {}
    try:
        value = parse_json(asked.body)
    except UnreadableJsonError as error:
        raise Problem(400, "Unreadable body", f"The {error}: send one JSON object.") from None
    if not isinstance(value, dict):
        raise bad_body([Failure("", "must be a JSON object")])
    return value


def bad_body(failures: "list[Failure] | tuple[Failure, ...]") -> Problem:
    """400, with everything that is wrong."""
    told = "; ".join(f"{path or 'the body'} {message}" for path, message in failures[:3])
    more = f"; and {len(failures) - 3} more" if len(failures) > 3 else ""  # noqa: PLR2004
    errors = [{"path": path, "message": message} for path, message in failures]
    return Problem(400, "Bad request body", f"Nothing was changed: {told}{more}.", errors=errors)


def no_sandbox(name: str) -> Problem:
    """404, or 400 where no sandbox could have that name."""
    if not SANDBOX_ID.fullmatch(name):
        return Problem(
            400,
            "Bad sandbox id",
            "A sandbox id is 1 to 63 of a-z, 0-9, '-' and '_', and begins with a letter or digit.",
        )
    return Problem(
        404,
        "No such sandbox",
        "The control API makes no sandbox by being asked about one: POST /_emulator/sandboxes "
        f'with {{"id": "{name}"}} makes it, GET /_emulator/sandboxes lists those there are.',
    )
