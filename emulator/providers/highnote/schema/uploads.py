"""Document upload sessions and links [schema] H."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, Optional
from urllib.parse import urlencode

import strawberry

from emulator.core.view import View
from emulator.providers.highnote.rules.documents import sign_upload, status_at
from emulator.providers.highnote.rules.nodes import links_of
from emulator.providers.highnote.schema.document_types import DocumentCategoryType, DocumentType
from emulator.providers.highnote.schema.errors import AccessDeniedError, UserError
from emulator.providers.highnote.schema.exchange import Asked, Exchange
from emulator.providers.highnote.schema.nodes import Node
from emulator.providers.highnote.schema.scalars import write_time
from emulator.providers.highnote.state import records
from emulator.providers.highnote.state.kinds import DOCUMENT_UPLOAD_SESSIONS


@strawberry.enum
class DocumentUploadSessionStatusCode(Enum):
    CREATED = "CREATED"
    INITIATED = "INITIATED"
    IN_PROGRESS = "IN_PROGRESS"
    SUBMITTED = "SUBMITTED"
    EXPIRED = "EXPIRED"


@strawberry.enum
class DocumentUploadLinkStatusCode(Enum):
    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    DENIED = "DENIED"


@strawberry.interface
class UploadLink:
    """A place for one file."""

    id: strawberry.ID
    status: DocumentUploadLinkStatusCode | None
    upload_url: str | None
    created_at: str | None
    updated_at: str | None


@strawberry.interface
class DocumentUploadSession:
    """A request for documents."""

    session: strawberry.Private[records.DocumentUploadSession]
    id: strawberry.ID
    status: DocumentUploadSessionStatusCode | None
    created_at: str | None
    updated_at: str | None

    @strawberry.field
    def documents(self, info: Asked) -> list[UploadLink] | None:
        """The session's links, oldest first."""
        exchange = info.context
        return [show_link(link, exchange) for link in links_of(exchange.view, self.session.id)]


@strawberry.type
class DocumentUploadLink(Node, UploadLink):
    """A place for one document. `uploadUrl` takes a PUT of the file."""

    link: strawberry.Private[records.DocumentUploadLink]
    document_type: DocumentType | None
    document_category_type: DocumentCategoryType | None

    @strawberry.field
    def document_upload_session(self, info: Asked) -> Optional[DocumentUploadSession]:  # noqa: UP045
        """The session that it belongs to."""
        view = info.context.view
        session = view.table(DOCUMENT_UPLOAD_SESSIONS).get(self.link.session)
        return show_session(session, view) if session else None


@strawberry.type
class DocumentUploadRequirementConstraint:
    document_type: DocumentCategoryType | None
    number_of_documents: int | None


UploadRequirementConstraint = Annotated[
    DocumentUploadRequirementConstraint,
    strawberry.union("UploadRequirementConstraint"),
]


@strawberry.type
class UploadRequirement:
    constraints: list[UploadRequirementConstraint | None] | None


@strawberry.type
class DocumentRequest:
    document_type: DocumentType | None
    required: bool | None


@strawberry.type
class USAccountHolderApplicationDocumentUploadSession(Node, DocumentUploadSession):
    """For an application under review: one document of each category that it names."""

    primary_document_types: list[DocumentType] | None
    secondary_document_types: list[DocumentType] | None
    supporting_document_types: list[DocumentType] | None
    upload_requirements: list[UploadRequirement] | None


@strawberry.type
class IdentityVerificationDocumentUploadSession(Node, DocumentUploadSession):
    """To prove who somebody is."""

    expires_at: str | None
    requested_documents: list[DocumentType] | None


@strawberry.type
class ManualDocumentRequestUploadSession(Node, DocumentUploadSession):
    """What a person at Highnote asked for."""

    expires_at: str | None
    document_requests: list[DocumentRequest] | None


AnySession = (
    USAccountHolderApplicationDocumentUploadSession
    | IdentityVerificationDocumentUploadSession
    | ManualDocumentRequestUploadSession
)


def show_session(session: records.DocumentUploadSession, view: View) -> AnySession:
    """A session as the type that its kind makes it."""
    key = strawberry.ID(session.id)
    status = DocumentUploadSessionStatusCode(status_at(session, view.now))
    created, updated = write_time(session.created_at), write_time(session.updated_at)
    expires = None if session.expires_at is None else write_time(session.expires_at)
    primary = _types(session.primary_types)
    if session.kind == "application":
        return USAccountHolderApplicationDocumentUploadSession(
            session=session,
            id=key,
            status=status,
            created_at=created,
            updated_at=updated,
            primary_document_types=primary,
            secondary_document_types=_types(session.secondary_types),
            supporting_document_types=_types(session.supporting_types),
            upload_requirements=_requirements(session),
        )
    if session.kind == "identity_verification":
        return IdentityVerificationDocumentUploadSession(
            session=session,
            id=key,
            status=status,
            created_at=created,
            updated_at=updated,
            expires_at=expires,
            requested_documents=primary,
        )
    return ManualDocumentRequestUploadSession(
        session=session,
        id=key,
        status=status,
        created_at=created,
        updated_at=updated,
        expires_at=expires,
        document_requests=[DocumentRequest(document_type=t, required=True) for t in primary],
    )


def _types(names: Sequence[str]) -> list[DocumentType]:
    return [DocumentType(name) for name in names]


def _categories(session: records.DocumentUploadSession) -> list[tuple[DocumentCategoryType, bool]]:
    return [
        (DocumentCategoryType.PRIMARY_DOCUMENT_TYPE, bool(session.primary_types)),
        (DocumentCategoryType.SECONDARY_DOCUMENT_TYPE, bool(session.secondary_types)),
        (DocumentCategoryType.SUPPORTING_DOCUMENT_TYPE, bool(session.supporting_types)),
    ]


def _requirements(session: records.DocumentUploadSession) -> list[UploadRequirement]:
    """One document of each category [guess]."""
    constraints: list[DocumentUploadRequirementConstraint | None] = [
        DocumentUploadRequirementConstraint(document_type=category, number_of_documents=1)
        for category, wanted in _categories(session)
        if wanted
    ]
    return [UploadRequirement(constraints=constraints)]


def show_link(link: records.DocumentUploadLink, exchange: Exchange) -> DocumentUploadLink:
    """A link with the URL that takes its file."""
    session = exchange.view.table(DOCUMENT_UPLOAD_SESSIONS).get(link.session)
    return DocumentUploadLink(
        id=strawberry.ID(link.id),
        link=link,
        status=DocumentUploadLinkStatusCode(link.status),
        upload_url=_upload_url(link, exchange),
        created_at=write_time(link.created_at),
        updated_at=write_time(link.updated_at),
        document_type=DocumentType(link.document_type),
        document_category_type=_category_of(session, link.document_type),
    )


def _category_of(
    session: records.DocumentUploadSession | None, document_type: str
) -> DocumentCategoryType | None:
    if session is None:
        return None
    by_category = (session.primary_types, session.secondary_types, session.supporting_types)
    for (category, _), names in zip(_categories(session), by_category, strict=True):
        if document_type in names:
            return category
    return None


def _upload_url(link: records.DocumentUploadLink, exchange: Exchange) -> str:
    """On the origin that asked; the query finds the sandbox, and proves that we wrote it."""
    call = exchange.call
    prefix = f"/_s/{exchange.sandbox.id}" if call.addressed else ""
    query = {
        "organization": exchange.caller.organization.organization_id,
        "expires": str(int(link.expires_at)),
        "signature": sign_upload(exchange.view.seed, link),
    }
    return f"{call.origin}{prefix}/highnote/uploads/{link.id}?{urlencode(query)}"


@strawberry.input
class StartDocumentUploadSessionInput:
    document_upload_session_id: strawberry.ID


@strawberry.input
class CreateDocumentUploadLinkInput:
    document_upload_session_id: strawberry.ID
    document_type: DocumentType


@strawberry.input
class EndDocumentUploadSessionInput:
    document_upload_session_id: strawberry.ID


StartDocumentUploadSessionPayload = Annotated[
    USAccountHolderApplicationDocumentUploadSession
    | IdentityVerificationDocumentUploadSession
    | ManualDocumentRequestUploadSession
    | UserError
    | AccessDeniedError,
    strawberry.union("StartDocumentUploadSessionPayload"),
]
CreateDocumentUploadLinkPayload = Annotated[
    DocumentUploadLink | UserError | AccessDeniedError,
    strawberry.union("CreateDocumentUploadLinkPayload"),
]
EndDocumentUploadSessionPayload = Annotated[
    USAccountHolderApplicationDocumentUploadSession
    | IdentityVerificationDocumentUploadSession
    | ManualDocumentRequestUploadSession
    | UserError
    | AccessDeniedError,
    strawberry.union("EndDocumentUploadSessionPayload"),
]
