"""What the client did wrong, over real calls of all four providers; and what is not wrong."""

import httpx
import pytest

from emulator.app import Emulator
from tests.control.answers import DEFAULT, create, read, read_problem
from tests.control.audit.conftest import MINTS, Audited, mint
from tests.graphql import API_KEY, CARD, READ_CARD, card_token, posted
from tests.providers.usegrant import calls as usegrant
from tests.signing import minting, revoking, signed

pytestmark = pytest.mark.anyio

ZEROHASH = "zerohash.client_auth_token"
HIGHNOTE = "highnote.generatePaymentCardClientToken"
PAGE = {"Origin": "https://shop.example"}


async def test_a_good_client_is_clean(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """Two mints of each provider, one after the other, are nothing to be told of."""
    for _ in range(2):
        assert (await mint(client, operation)).is_success
    assert await audited.tell() == {"items": [], "next": None, "complete": True, "judged": 2}


async def test_retry_after_is_not_waited_for(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """A call at once after a 429 with Retry-After: one finding, with both calls as evidence."""
    await audited.fail(operation, {"error": "rate_limited", "retry_after": 3})
    assert (await mint(client, operation)).status_code == 429
    assert (await mint(client, operation)).is_success
    assert (await mint(client, operation)).is_success  # the answer before asked for no patience
    told = await audited.tell()
    (finding,) = told["items"]
    assert finding["finding"] == "retry_too_early"
    assert f"{finding['provider']}.{finding['operation']}" == operation
    assert (finding["times"], finding["severity"]) == (1, "error")
    assert finding["calls"] == ["call_1", "call_2"]
    assert finding["details"]["waited_s"] < 1
    assert finding["details"]["retry_after_s"] == 3
    assert finding["first_at"] == finding["last_at"]


async def test_retry_after_is_waited_for(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """A test that moves the clock on has waited; what another operation does is its own."""
    await audited.fail(operation, {"error": "rate_limited", "retry_after": 3})
    await mint(client, operation)
    other = ZEROHASH if operation != ZEROHASH else HIGHNOTE
    await mint(client, other)
    await audited.advance("PT3S")
    await mint(client, operation)
    assert await audited.names() == []


async def test_another_caller_need_not_wait(client: httpx.AsyncClient, audited: Audited) -> None:
    """Who was not told to wait may call: callers are told apart by their credential."""
    first, second = await card_token(client), await card_token(client)
    await audited.fail("highnote.node", {"error": "rate_limited", "retry_after": 9})
    statuses = [
        (await client.request(**posted(READ_CARD, {"id": CARD}, by=by))).status_code
        for by in (first, second)
    ]
    assert statuses == [429, 200]
    assert await audited.names() == []
    await client.request(**posted(READ_CARD, {"id": CARD}, by=first))
    assert await audited.names() == ["retry_too_early"]


@pytest.mark.parametrize("how", ["advance", "revoke", "expire"])
async def test_a_token_is_used_after_its_end(
    client: httpx.AsyncClient, audited: Audited, how: str
) -> None:
    """Highnote's own no to a token that is over; the evidence names the token."""
    token = await card_token(client)
    good = await client.request(**posted(READ_CARD, {"id": CARD}, by=token))
    assert good.status_code == 200
    (record,) = read(await audited.control.get(f"{DEFAULT}/tokens"))["items"]
    if how == "advance":
        await audited.advance("PT10M")
    else:
        read(await audited.control.post(f"{DEFAULT}/tokens/{record['jti']}/{how}"))
    assert await audited.names() == []
    await audited.fail("highnote.node", {"delay": "1ms"})  # a fault that changes nothing
    for _ in range(2):
        bad = await client.request(**posted(READ_CARD, {"id": CARD}, by=token))
        assert bad.status_code == 401
    (finding,) = (await audited.tell())["items"]
    assert (finding["finding"], finding["severity"]) == ("token_after_end", "error")
    assert finding["details"]["jti"] == record["jti"]
    assert finding["details"]["reason"] == ("revoked" if how == "revoke" else "expired")
    assert (finding["times"], finding["calls"]) == (2, ["call_3", "call_4"])


async def test_an_injected_end_is_none(client: httpx.AsyncClient, audited: Audited) -> None:
    """A good token that a fault calls expired was not used after its end; to insist on it is."""
    token = await card_token(client)
    await audited.fail("highnote.node", {"error": "expired_token"}, times=1)
    request = posted(READ_CARD, {"id": CARD}, by=token)
    assert (await client.request(**request)).status_code == 401
    assert await audited.names() == []
    await client.request(**request)
    assert await audited.names() == ["retry_refused"]


async def test_an_ended_token_is_validated(client: httpx.AsyncClient, audited: Audited) -> None:
    """Who has a token of useGrant's checked has only been shown it: a notice, no error."""
    client.headers.update(usegrant.bearer(usegrant.KEY))
    minted = await client.post(usegrant.TOKENS, json={})
    token = minted.json()["accessToken"]
    issuer = f"{usegrant.ORIGIN}/oidc/{usegrant.URL_ID}"
    trusted = await usegrant.trust(client, issuer)
    body = trusted.body(token)
    assert (await client.post(trusted.path, json=body)).status_code == 200, issuer
    (record,) = read(await audited.control.get(f"{DEFAULT}/tokens"))["items"]
    read(await audited.control.post(f"{DEFAULT}/tokens/{record['jti']}/revoke"))
    assert (await client.post(trusted.path, json=body)).status_code == 400
    (finding,) = (await audited.tell())["items"]
    assert (finding["finding"], finding["severity"]) == ("token_after_end", "notice")
    assert finding["details"]["jti"] == record["jti"]


async def test_to_revoke_twice_is_no_use(client: httpx.AsyncClient, audited: Audited) -> None:
    """A token is taken by zerohash only to end it: that it is over already does no harm."""
    token = (await client.request(**minting())).json()["message"]["token"]
    for _ in range(2):
        assert (await client.request(**revoking(token))).status_code == 204
    assert await audited.names() == []


async def test_a_page_has_a_secret(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """A key from a browser's origin, and a mint with it; from a server neither."""
    await mint(client, operation)
    await mint(client, operation, **{"Sec-Fetch-Mode": "cors"})  # Node's fetch
    assert await audited.names() == []
    await mint(client, operation, **PAGE)
    await mint(client, operation, **{"Sec-Fetch-Site": "same-origin"})
    told = (await audited.tell())["items"]
    assert {f["finding"] for f in told} == {"secret_in_browser", "mint_in_browser"}
    assert {f["times"] for f in told} == {2}
    assert all(f["calls"] == ["call_3", "call_4"] for f in told)


async def test_a_page_may_have_a_token(client: httpx.AsyncClient, audited: Audited) -> None:
    """A client token is made for a page; an API key as its Bearer is a key all the same."""
    token = await card_token(client)
    use = posted(READ_CARD, {"id": CARD}, by=token, headers=PAGE)
    assert (await client.request(**use)).status_code == 200
    assert await audited.names() == []
    await client.request(**posted(READ_CARD, {"id": CARD}, by=f"Bearer {API_KEY}", headers=PAGE))
    assert await audited.names() == ["secret_in_browser"]


async def test_a_refused_request_is_sent_again(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """The same request after an injected no that is one for good, whatever comes of it then."""
    await audited.fail(operation, {"error": "validation"})
    assert (await mint(client, operation)).status_code == 400
    await mint(client, operation)
    await mint(client, operation)
    (finding,) = (await audited.tell())["items"]
    assert (finding["finding"], finding["times"]) == ("retry_refused", 1)
    assert finding["calls"] == ["call_1", "call_2"]


async def test_another_request_is_no_repetition(
    client: httpx.AsyncClient, audited: Audited
) -> None:
    """What was put right is another request, also where the journal has masked the difference."""
    for email in ("a@example.com", "b@example.com"):
        request = minting({"email": email, "permissions": ["nonsense"]})
        assert (await client.request(**request)).status_code == 400
    assert await audited.names() == []
    await client.request(**minting({"email": "b@example.com", "permissions": ["nonsense"]}))
    assert await audited.names() == ["retry_refused"]


async def test_the_world_was_put_right(client: httpx.AsyncClient, audited: Audited) -> None:
    """The same request after what it lacked was made is no repetition of a refused one."""
    lacking = minting({"participant_code": "NEW001", "permissions": ["crypto-buy"]})
    assert (await client.request(**lacking)).status_code == 404
    found = read(await audited.control.get(f"{DEFAULT}/entities/zerohash/participants/CUST01"))
    made = {**found, "participant_code": "NEW001", "email": "new001@example.com"}
    path = f"{DEFAULT}/entities/zerohash/participants/NEW001"
    read(await audited.control.put(path, json=made), 201)
    again = minting({"participant_code": "NEW001", "permissions": ["crypto-buy"]})
    assert (await client.request(**again)).status_code == 201
    assert await audited.names() == []


async def test_to_poll_is_no_repetition(client: httpx.AsyncClient, audited: Audited) -> None:
    """A GET of what is not there yet may be asked again; one that is not allowed may not."""
    for _ in range(2):
        nobody = signed("GET", "/participants/nobody@example.com")
        assert (await client.request(**nobody)).status_code == 404
    assert await audited.names() == []
    for _ in range(2):
        bad = signed("GET", "/participants", signature="AAAA")
        assert (await client.request(**bad)).status_code == 403
    assert await audited.names() == ["retry_refused"]


async def test_a_mint_is_repeated_in_doubt(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """After a 504 nobody knows whether there is a token: a notice, with the provider's rule."""
    await audited.fail(operation, {"error": "timeout"})
    assert (await mint(client, operation)).status_code == 504
    await mint(client, operation)
    (finding,) = (await audited.tell())["items"]
    assert (finding["finding"], finding["severity"]) == ("mint_repeated", "notice")
    assert "[" in finding["advice"]


@pytest.mark.parametrize(
    ("error", "names"),
    [("internal", ["retry_refused"]), ("unavailable", []), ("bad_gateway", ["mint_repeated"])],
)
async def test_zerohash_has_rules_of_its_own(
    client: httpx.AsyncClient, audited: Audited, error: str, names: list[str]
) -> None:
    """A 500 is not to be sent again, a 503 may be, a 502 leaves it open [doc error-handling]."""
    await audited.fail(ZEROHASH, {"error": error})
    await mint(client, ZEROHASH)
    await mint(client, ZEROHASH)
    assert await audited.names() == names


async def test_an_answer_was_lost(
    client: httpx.AsyncClient, audited: Audited, operation: str
) -> None:
    """It was done and half of the answer is missing; a whole one that crawls is no riddle."""
    await audited.fail(operation, {"transport": "wrong_content_type"})
    await mint(client, operation)
    await mint(client, operation)
    assert await audited.names() == []
    await audited.fail(operation, {"transport": "garble"})
    await mint(client, operation)
    await mint(client, operation)
    assert await audited.names() == ["mint_repeated"]


async def test_findings_are_paged_and_chosen(client: httpx.AsyncClient, audited: Audited) -> None:
    """The last comes first; a page leads to the next; a kind or provider that is none is told."""
    for operation in MINTS:
        await mint(client, operation, **PAGE)
    assert len(await audited.names()) == 8
    first = await audited.tell(limit="3")
    second = await audited.tell(limit="3", cursor=first["next"])
    told = [finding["id"] for page in (first, second) for finding in page["items"]]
    assert told == [f["id"] for f in (await audited.tell())["items"]][:6]
    assert first["items"][0]["provider"] == "hyperswitch"
    assert await audited.names(finding="mint_in_browser") == ["mint_in_browser"] * 4
    chosen = await audited.tell(provider="usegrant", finding="secret_in_browser")
    assert [f["provider"] for f in chosen["items"]] == ["usegrant"]
    for name in ("finding", "provider"):
        answer = await audited.control.get(f"{DEFAULT}/audit", params={name: "nonsense"})
        read_problem(answer, 400, f"?{name}")
    read_problem(await audited.control.get("/sandboxes/nowhere/audit"), 404)


async def test_sandboxes_are_judged_apart(client: httpx.AsyncClient, audited: Audited) -> None:
    """What happened in one is not seen in another, and the digests of one credential differ."""
    other = await create(audited.control, id="other")
    await mint(client, ZEROHASH, **PAGE)
    assert await audited.names()
    assert (await audited.tell(other["id"]))["items"] == []
    await mint(client, ZEROHASH, **PAGE, **{"X-Emulator-Sandbox": "other"})
    here, there = [(await audited.tell(name))["items"][0] for name in ("default", "other")]
    assert here["caller"] != there["caller"]


async def test_what_was_forgotten_is_not_judged(
    client: httpx.AsyncClient, audited: Audited, emulator: Emulator
) -> None:
    """When the journal is full the audit says that it is not complete; cleared, it begins anew."""
    await mint(client, ZEROHASH, **PAGE)
    assert (await audited.tell())["complete"] is True
    sandbox = await emulator.directory.open("default")
    filler = minting({"participant_code": "x" * 60_000, "permissions": ["crypto-buy"]})
    for _ in range(25):
        await client.request(**filler)
    assert sandbox.journal.forgotten
    told = await audited.tell(finding="mint_in_browser")
    assert (told["complete"], told["items"]) == (False, [])
    await audited.control.delete(f"{DEFAULT}/calls")
    told = await audited.tell()
    assert (told["complete"], told["judged"], told["items"]) == (True, 0, [])


async def test_nothing_of_a_credential_is_told(client: httpx.AsyncClient, audited: Audited) -> None:
    """Neither the audit nor the journal has a key or a token in it."""
    token = await card_token(client)
    await audited.advance("PT10M")
    await client.request(**posted(READ_CARD, {"id": CARD}, by=token, headers=PAGE))
    for operation in MINTS:
        await mint(client, operation, **PAGE)
    text = (await audited.control.get(f"{DEFAULT}/audit")).text
    for secret in (
        token.removeprefix("Bearer "),
        API_KEY,
        usegrant.KEY,
        "fake-paypal",
        "FakeKeyAcme",
    ):
        assert secret not in text
