"""Requests signed as a provider's clients do, with a sandbox's own credentials."""

from typing import Annotated, Literal

import msgspec

from emulator.control.credentials import find_origin
from emulator.control.endpoint import Asked, render
from emulator.edge.call import Answer
from emulator.edge.problems import Problem
from emulator.edge.provider import Unsigned


class Sign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that is about to be sent. `route`: path and query, below the base URL.

    `clock`: whose time it is signed with.
    """

    method: Annotated[str, msgspec.Meta(pattern="^[A-Z]{1,16}$")]
    route: Annotated[str, msgspec.Meta(pattern="^/[!-~]*$", max_length=8192)]
    body: Annotated[str, msgspec.Meta(max_length=1 << 16)] = ""
    clock: Literal["sandbox", "wall"] = "sandbox"


class Signed(msgspec.Struct, frozen=True):
    """The headers that the request needs."""

    headers: dict[str, str]


async def sign(asked: Asked, body: Sign) -> Answer:
    """Sign a request with the sandbox's credentials."""
    sandbox, provider = await asked.sandbox(), asked.provider()
    signer = provider.sign
    if signer is None:
        detail = f"{provider.title}'s clients sign nothing: send its API key."
        raise Problem(409, "Nothing to sign", detail)
    origin = await find_origin(asked, sandbox)
    credentials, at = await sandbox.look(
        lambda view: (
            provider.credentials(view, origin),
            view.now if body.clock == "sandbox" else view.wall,
        )
    )
    request = Unsigned(body.method, body.route, body.body.encode(), at)
    try:
        return render(Signed(dict(signer(credentials, request))))
    except KeyError as error:
        detail = f"The sandbox's credentials have no {error}: it was dropped from its world."
        raise Problem(409, "Nothing to sign with", detail) from None
