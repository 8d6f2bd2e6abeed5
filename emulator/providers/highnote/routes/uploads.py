"""`PUT /uploads/{link}`: a document's bytes, of which only size, type and digest stay."""

from urllib.parse import parse_qs

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.edge.call import Answer, Call
from emulator.edge.rest import Operation
from emulator.providers.highnote.rules.documents import receive
from emulator.providers.highnote.state.records import DocumentUploadLink

Upload = tuple[str, str, str, bytes]  # link, signature, media type, body


def _parse(call: Call) -> Upload:
    call.kept = b""
    query = parse_qs(call.target.partition("?")[2])
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    return call.params["link"], query.get("signature", [""])[-1], media_type, call.body


def _anybody(_: View, __: Call) -> None:
    return None


def _receive(view: View, _: None, upload: Upload) -> Granted[DocumentUploadLink]:
    return receive(view, *upload)


def _render(_: DocumentUploadLink, __: str) -> Answer:
    """What the storage service answers [guess]."""
    return Answer(200, b"", media_type="text/html; charset=UTF-8")


UPLOAD: Operation[Upload, None, DocumentUploadLink] = Operation(_parse, _anybody, _receive, _render)
