from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from emulator.app import Emulator
from emulator.core.faults import Then
from emulator.providers.highnote.rules.documents import MAX_FILE_BYTES
from emulator.providers.highnote.state.kinds import DOCUMENT_UPLOAD_LINKS
from emulator.providers.highnote.state.records import DocumentUploadLink
from tests.graphql import (
    ERRORS,
    EXPIRED_SESSION,
    IDENTITY_SESSION,
    MANUAL_SESSION,
    SESSION,
    SUBMITTED_SESSION,
    bearer,
    call,
    mint,
    mutation,
    posted,
)
from tests.providers.highnote.world import advance, arm, sandbox_of

pytestmark = pytest.mark.anyio

PDF, PNG, JPEG = b"%PDF-1.7 fake", b"\x89PNG\r\n\x1a\nfake", b"\xff\xd8\xff\xe0fake"

_SESSION = (
    "... on USAccountHolderApplicationDocumentUploadSession { id status primaryDocumentTypes "
    "uploadRequirements { constraints { ... on DocumentUploadRequirementConstraint { documentType "
    "numberOfDocuments } } } documents { id status } } "
    "... on IdentityVerificationDocumentUploadSession { id status requestedDocuments } "
    "... on ManualDocumentRequestUploadSession { id status expiresAt documentRequests { "
    "documentType required } } "
) + ERRORS
START = mutation("startDocumentUploadSession", _SESSION)
END = mutation("endDocumentUploadSession", _SESSION)
LINK = mutation(
    "createDocumentUploadLink",
    "... on DocumentUploadLink { id status documentType documentCategoryType uploadUrl "
    "documentUploadSession { id status } } " + ERRORS,
)


async def token_for(client: httpx.AsyncClient, session: str = SESSION) -> str:
    """The Authorization of a token for a session."""
    values = {
        "documentUploadSessionId": session,
        "permissions": ["MANAGE_DOCUMENT_UPLOAD_SESSION"],
    }
    return bearer((await mint(client, "generateDocumentUploadClientToken", values))["value"])


async def start(client: httpx.AsyncClient, by: str, session: str = SESSION) -> Any:  # noqa: ANN401
    """What starting a session yields."""
    done = await call(client, START, {"input": {"documentUploadSessionId": session}}, by=by)
    return done["startDocumentUploadSession"]


async def end(client: httpx.AsyncClient, by: str, session: str = SESSION) -> Any:  # noqa: ANN401
    """What ending a session yields."""
    done = await call(client, END, {"input": {"documentUploadSessionId": session}}, by=by)
    return done["endDocumentUploadSession"]


async def link(
    client: httpx.AsyncClient, by: str, session: str = SESSION, kind: str = "PASSPORT"
) -> Any:  # noqa: ANN401 - JSON
    """What creating a link yields."""
    values = {"documentUploadSessionId": session, "documentType": kind}
    return (await call(client, LINK, {"input": values}, by=by))["createDocumentUploadLink"]


async def begun(client: httpx.AsyncClient) -> tuple[str, str]:
    """A started session's token and the uploadUrl of a link."""
    by = await token_for(client)
    await start(client, by)
    return by, (await link(client, by))["uploadUrl"]


async def upload(
    client: httpx.AsyncClient, url: str, file: bytes = PDF, media: str = "application/pdf"
) -> httpx.Response:
    """The answer to a PUT of a file, as a browser sends it."""
    headers = {"Content-Type": media, "Origin": "https://app.example"}
    return await client.put(url, content=file, headers=headers)


async def record_of(emulator: Emulator, url: str) -> DocumentUploadLink:
    """The link of an uploadUrl as it is kept."""
    table = (await sandbox_of(emulator)).state.table(DOCUMENT_UPLOAD_LINKS)
    found = table.get(urlsplit(url).path.rpartition("/")[2])
    assert found is not None
    return found


async def test_the_whole_way(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Start, link, PUT, end: the statuses move as documented, and of the file a digest stays."""
    by = await token_for(client)
    started = await start(client, by)
    assert started["status"] == "INITIATED"
    assert started["primaryDocumentTypes"] == ["DRIVERS_LICENSE", "PASSPORT"]
    constraints = started["uploadRequirements"][0]["constraints"]
    assert [c["documentType"] for c in constraints] == [
        "PRIMARY_DOCUMENT_TYPE",
        "SECONDARY_DOCUMENT_TYPE",
        "SUPPORTING_DOCUMENT_TYPE",
    ]
    made = await link(client, by, kind="UTILITY_BILL")
    assert (made["status"], made["documentType"]) == ("PENDING", "UTILITY_BILL")
    assert made["documentCategoryType"] == "SECONDARY_DOCUMENT_TYPE"
    assert made["documentUploadSession"] == {"id": SESSION, "status": "IN_PROGRESS"}
    answer = await upload(client, made["uploadUrl"])
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    kept = await record_of(emulator, made["uploadUrl"])
    assert (kept.status, kept.size, kept.media_type) == ("COMPLETED", len(PDF), "application/pdf")
    assert kept.digest
    ended = await end(client, by)
    assert ended["status"] == "SUBMITTED"
    assert ended["documents"] == [{"id": made["id"], "status": "COMPLETED"}]


@pytest.mark.parametrize(
    ("file", "media", "status"),
    [
        (PNG, "image/png", 200),
        (JPEG, "image/jpeg", 200),
        (PDF, "application/pdf; charset=binary", 200),
        (PDF, "image/png", 400),
        (b"GIF89a", "image/gif", 400),
        (b"MZ executable", "application/pdf", 400),
        (b"", "application/pdf", 400),
        (PDF + b"0" * (MAX_FILE_BYTES - len(PDF)), "application/pdf", 200),
        (PDF + b"0" * MAX_FILE_BYTES, "application/pdf", 413),
    ],
    ids=["png", "jpeg", "parameter", "mislabelled", "gif", "exe", "empty", "10 MB", "over"],
)
async def test_files(client: httpx.AsyncClient, file: bytes, media: str, status: int) -> None:
    """PDF, PNG and JPEG up to 10 MB are taken, if they are what they are said to be."""
    _, url = await begun(client)
    answer = await upload(client, url, file, media)
    assert answer.status_code == status
    assert (b"<Error>" in answer.content) == (status != 200)


async def test_a_failed_file_may_be_tried_again(
    client: httpx.AsyncClient, emulator: Emulator
) -> None:
    """A wrong file leaves its link FAILED, until a right one completes it, once."""
    by, url = await begun(client)
    await upload(client, url, b"GIF89a", "image/gif")
    assert (await record_of(emulator, url)).status == "FAILED"
    refused = await end(client, by)
    assert refused["errors"][0]["errorPath"] == ["input", "documentUploadSessionId"]
    assert (await upload(client, url)).status_code == 200
    assert (await upload(client, url)).status_code == 403


async def test_the_signature_is_checked(client: httpx.AsyncClient) -> None:
    """Only the URL as it was handed out takes a file."""
    _, url = await begun(client)
    signature = parse_qs(urlsplit(url).query)["signature"][0]
    for wrong in ("", "0" * 64, "é", signature[:-1]):
        answer = await upload(client, url.replace(signature, wrong))
        assert answer.status_code == 403
    missing = await upload(client, url.replace("uploads/dul_", "uploads/dul_0"))
    assert missing.status_code == 404
    other = await upload(client, (await begun(client))[1].partition("?")[0] + f"?{url}")
    assert other.status_code == 403


async def test_the_url_expires(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """After its quarter of an hour on the sandbox's clock the URL is refused."""
    _, url = await begun(client)
    await advance(emulator, 890)
    assert (await upload(client, url, b"GIF89a", "image/gif")).status_code == 400
    await advance(emulator, 20)
    answer = await upload(client, url)
    assert answer.status_code == 400
    assert b"ExpiredToken" in answer.content


async def test_preflight_of_the_put(client: httpx.AsyncClient) -> None:
    """A browser may PUT from any origin."""
    _, url = await begun(client)
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = await client.options(url, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "PUT" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("sandbox", [None, "s1"])
async def test_the_url_leads_home(
    client: httpx.AsyncClient, emulator: Emulator, sandbox: str | None
) -> None:
    """The URL's origin is the one that asked; with nothing else it finds its sandbox."""
    headers = {"X-Emulator-Sandbox": sandbox} if sandbox else {}
    for document, values in (
        (START, {"documentUploadSessionId": SESSION}),
        (LINK, {"documentUploadSessionId": SESSION, "documentType": "PASSPORT"}),
    ):
        answer = await client.request(**posted(document, {"input": values}, headers=headers))
    url = answer.json()["data"]["createDocumentUploadLink"]["uploadUrl"]
    assert url.startswith("http://localhost:4600/")
    put = await upload(client, url)
    assert put.status_code == 200
    assert put.headers["x-emulator-sandbox"].startswith(sandbox or "default")
    assert (await sandbox_of(emulator, sandbox or "default")).journal.count


@pytest.mark.parametrize("session", [SUBMITTED_SESSION, EXPIRED_SESSION])
async def test_closed_sessions(client: httpx.AsyncClient, session: str) -> None:
    """What is submitted or expired can't be started, continued or ended."""
    by = await token_for(client, session)
    for told in (
        await start(client, by, session),
        await link(client, by, session),
        await end(client, by, session),
    ):
        assert told["errors"][0]["errorPath"] == ["input", "documentUploadSessionId"]


async def test_the_order_of_things(client: httpx.AsyncClient) -> None:
    """A session takes no link before it is started, and none of a type that it does not ask for."""
    by = await token_for(client)
    told = await link(client, by)
    assert told["errors"][0]["errorPath"] == ["input", "documentUploadSessionId"]
    await start(client, by)
    assert (await start(client, by))["status"] == "INITIATED"
    told = await link(client, by, kind="W2")
    assert told["errors"][0]["errorPath"] == ["input", "documentType"]


async def test_other_sessions(client: httpx.AsyncClient) -> None:
    """Each kind of session is its own type, with its own fields."""
    started = await start(client, await token_for(client, IDENTITY_SESSION), IDENTITY_SESSION)
    assert started["__typename"] == "IdentityVerificationDocumentUploadSession"
    assert started["requestedDocuments"] == ["PASSPORT"]
    started = await start(client, await token_for(client, MANUAL_SESSION), MANUAL_SESSION)
    assert started["__typename"] == "ManualDocumentRequestUploadSession"
    assert started["documentRequests"] == [{"documentType": "UTILITY_BILL", "required": True}]


async def test_a_link_is_a_node(client: httpx.AsyncClient) -> None:
    """A session's token sees its links, and not another session's."""
    by = await token_for(client)
    await start(client, by)
    made = await link(client, by)
    query = "query R($id: ID!) { node(id: $id) { id ... on DocumentUploadLink { status } } }"
    assert (await call(client, query, {"id": made["id"]}, by=by))["node"]["status"] == "PENDING"
    other = await token_for(client, IDENTITY_SESSION)
    assert (await call(client, query, {"id": made["id"]}, by=other))["node"] is None


async def test_uploads_meet_faults(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """An upload can be made to fail like every other operation."""
    _, url = await begun(client)
    await arm(emulator, "upload", Then(error="upload_too_large"), 1)
    assert (await upload(client, url)).status_code == 413
    assert (await upload(client, url)).status_code == 200
