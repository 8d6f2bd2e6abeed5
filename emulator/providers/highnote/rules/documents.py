"""Document upload: start, link, the file itself, end."""

import hmac
from hashlib import sha256

import msgspec

from emulator.core.decisions import Granted, Refusal
from emulator.core.ids import derive_bytes
from emulator.core.view import View
from emulator.providers.highnote.auth import Caller
from emulator.providers.highnote.errors import CATALOGUE
from emulator.providers.highnote.rules.access import admit, draw_id, find_own, put, refuse
from emulator.providers.highnote.state.kinds import DOCUMENT_UPLOAD_LINKS, DOCUMENT_UPLOAD_SESSIONS
from emulator.providers.highnote.state.numbers import derive_digest
from emulator.providers.highnote.state.records import DocumentUploadLink, DocumentUploadSession

LINK_LIFETIME_S = 900  # [guess]
MAX_FILE_BYTES = 10 * 1024 * 1024  # 10 MB [doc] H

# The types [doc] H, told by what a file begins with.
_SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}


def start(view: View, caller: Caller, session_id: str) -> Granted[DocumentUploadSession]:
    """CREATED becomes INITIATED; one that is under way stays as it is [guess]."""
    admit(view, caller, "startDocumentUploadSession", session_id)
    session = _find_session(view, caller, session_id, open_only=True)
    if session.status != "CREATED":
        return Granted(session, hint=f"The session was started before: {session.status}.")
    session = msgspec.structs.replace(session, status="INITIATED", updated_at=view.now)
    return Granted(session, facts=(put(view, DOCUMENT_UPLOAD_SESSIONS, session),))


def create_link(
    view: View, caller: Caller, session_id: str, document_type: str
) -> Granted[DocumentUploadLink]:
    """A place for one document; the session becomes IN_PROGRESS [doc] H."""
    admit(view, caller, "createDocumentUploadLink", session_id)
    session = _find_session(view, caller, session_id, open_only=True)
    if session.status == "CREATED":
        description = "The session must be started first"
        raise refuse("invalid", description, "input", "documentUploadSessionId")
    if session.types and document_type not in session.types:
        hint = "The session takes other document types: see its requirements."
        raise refuse("invalid", "Not requested here", "input", "documentType", hint=hint)
    link = DocumentUploadLink(
        id=draw_id(view, DOCUMENT_UPLOAD_LINKS),
        organization=session.organization,
        session=session.id,
        document_type=document_type,
        expires_at=int(view.now) + LINK_LIFETIME_S,
        created_at=view.now,
        updated_at=view.now,
    )
    session = msgspec.structs.replace(session, status="IN_PROGRESS", updated_at=view.now)
    return Granted(
        link,
        facts=(
            put(view, DOCUMENT_UPLOAD_SESSIONS, session),
            put(view, DOCUMENT_UPLOAD_LINKS, link),
        ),
    )


def end(view: View, caller: Caller, session_id: str) -> Granted[DocumentUploadSession]:
    """The session becomes SUBMITTED; at least one document has to be there [guess]."""
    admit(view, caller, "endDocumentUploadSession", session_id)
    session = _find_session(view, caller, session_id, open_only=True)
    links = view.table(DOCUMENT_UPLOAD_LINKS).find("session", session.id)
    if not any(link.status == "COMPLETED" for link in links):
        hint = "No document of this session was uploaded yet: PUT one to an uploadUrl."
        path = ("input", "documentUploadSessionId")
        raise refuse("invalid", "No document was uploaded", *path, hint=hint)
    session = msgspec.structs.replace(session, status="SUBMITTED", updated_at=view.now)
    return Granted(session, facts=(put(view, DOCUMENT_UPLOAD_SESSIONS, session),))


def _find_session(
    view: View, caller: Caller, session_id: str, *, open_only: bool
) -> DocumentUploadSession:
    path = ("input", "documentUploadSessionId")
    session = find_own(view, caller, DOCUMENT_UPLOAD_SESSIONS, session_id, *path)
    status = status_at(session, view.now)
    if open_only and status in {"SUBMITTED", "EXPIRED"}:
        hint = f"The session's status is {status}."
        raise refuse("invalid", "The session is closed", *path, hint=hint)
    return session


def status_at(session: DocumentUploadSession, now: float) -> str:
    """The session's status: what is open expires."""
    expired = session.expires_at is not None and now >= session.expires_at
    return "EXPIRED" if expired and session.status != "SUBMITTED" else session.status


def sign_upload(seed: str, link: DocumentUploadLink) -> str:
    """What makes an `uploadUrl` good for its link until it expires."""
    return derive_bytes(seed, "highnote.upload", link.id, int(link.expires_at), size=32).hex()


def receive(
    view: View, link_id: str, signature: str, media_type: str, body: bytes
) -> Granted[DocumentUploadLink]:
    """A file: its size, type and digest are noted, and the link is COMPLETED."""
    link = view.table(DOCUMENT_UPLOAD_LINKS).get(link_id)
    if link is None:
        raise Refusal(CATALOGUE["upload_not_found"])
    if not hmac.compare_digest(sign_upload(view.seed, link).encode(), signature.encode()):
        raise Refusal(CATALOGUE["upload_signature"])
    if view.now >= link.expires_at:
        raise Refusal(CATALOGUE["upload_expired"])
    session = view.table(DOCUMENT_UPLOAD_SESSIONS).get(link.session)
    closed = session is None or status_at(session, view.now) in {"SUBMITTED", "EXPIRED"}
    if closed or link.status in {"COMPLETED", "DENIED"}:
        raise Refusal(CATALOGUE["upload_closed"])
    row = _find_fault(media_type, body)
    if row is not None:
        failed = msgspec.structs.replace(link, status="FAILED", updated_at=view.now)
        facts = (put(view, DOCUMENT_UPLOAD_LINKS, failed),)
        raise Refusal(CATALOGUE[row], facts=facts)
    link = msgspec.structs.replace(
        link,
        status="COMPLETED",
        updated_at=view.now,
        size=len(body),
        media_type=media_type,
        digest=derive_digest(view.seed, "document", sha256(body).hexdigest()),
    )
    return Granted(link, facts=(put(view, DOCUMENT_UPLOAD_LINKS, link),))


def _find_fault(media_type: str, body: bytes) -> str | None:
    """The row that says what is wrong with a file."""
    if not body:
        return "upload_empty"
    if len(body) > MAX_FILE_BYTES:
        return "upload_too_large"
    begins = _SIGNATURES.get(media_type)
    return "upload_type" if begins is None or not body.startswith(begins) else None
