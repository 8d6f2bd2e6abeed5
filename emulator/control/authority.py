"""The certificate that clients have to trust, to speak TLS with this emulator."""

from emulator.control.endpoint import Asked, Endpoint
from emulator.edge.call import Answer
from emulator.edge.problems import Problem

MEDIA_TYPE = "application/x-pem-file"


async def show(asked: Asked) -> Answer:
    """Show the local authority's certificate; its key is shown to nobody.

    Raises:
        Problem: 404, TLS is not spoken.
    """
    if asked.house.root is None:
        detail = "There is no local authority: TLS is off. EMULATOR_TLS=on turns it on."
        raise Problem(404, "No local authority", detail)
    return Answer(200, asked.house.root, media_type=MEDIA_TYPE)


SHOW = Endpoint(
    "GET",
    "/ca.pem",
    show,
    "Show the local authority's certificate, for clients to trust.",
    {200: str},
    problems=(404,),
    is_open=True,
    media_type=MEDIA_TYPE,
)
