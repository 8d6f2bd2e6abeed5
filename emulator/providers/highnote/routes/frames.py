"""The pages of the browser SDKs: ours, as the real ones are not public.

The card viewer's address is its own [sdk] H; those of the PIN frame and of document upload are made
after it [guess] M. Below each, `index.js` stands in for the SDK itself. [design]
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.core.decisions import Granted, Refusal
from emulator.core.view import View
from emulator.edge.call import Answer, Call, Route
from emulator.edge.pages import render_file
from emulator.edge.rest import Operation
from emulator.providers.highnote.errors import CATALOGUE

ROUTES = (
    Route("GET", "/card-viewer/{version}/{name}", "card_viewer"),
    Route("GET", "/secure-inputs/{version}/{name}", "secure_inputs"),
    Route("GET", "/document-upload/{version}/{name}", "document_upload"),
)

_FOLDER = Path(__file__).with_name("sdk")


def _anybody(_: View, __: Call) -> None:
    return None


def _find_file(call: Call) -> Answer:
    """One page for any version, field and environment: it reads its own address.

    Raises:
        Refusal: there is no such file.
    """
    name = call.params["name"]
    sdk = call.operation.partition(".")[2]
    known = {
        "index.html": f"{sdk}.html",
        "index_test.html": f"{sdk}.html",
        "index.js": f"{sdk}_sdk.js",
    }
    found = render_file(_FOLDER, known.get(name, name))
    if found is None:
        raise Refusal(CATALOGUE["route_not_found"])
    return found


def _grant(_: View, __: None, answer: Answer) -> Granted[Answer]:
    return Granted(answer)


_PAGE: Operation[Answer, None, Answer] = Operation(
    _find_file, _anybody, _grant, lambda answer, _: answer
)

OPERATIONS: Mapping[str, Operation[Any, Any, Any]] = {route.operation: _PAGE for route in ROUTES}
