"""What the stand-in of the SDK modules asks of a token, and how its pages are served."""

from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from emulator.core.sandbox import Sandbox
from emulator.edge.pages import POLICY
from emulator.providers.zerohash.tokens import MODULES
from emulator.providers.zerohash.wire.modules import list_events
from tests.providers.zerohash.arrange import token_of
from tests.providers.zerohash.samples import PAYMENT
from tests.signing import minting, revoking

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("sandbox")]

CHECK = "/sdk/zerohash/check"


async def mint(client: httpx.AsyncClient, *permissions: str) -> str:
    """A token for CUST01."""
    asked = minting(permissions=list(permissions), payment_details=PAYMENT)
    return token_of(await client.request(**asked))


async def check(client: httpx.AsyncClient, token: str, module: str) -> Any:  # noqa: ANN401 - JSON
    """The verdict, as the page asks for it."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await client.post(CHECK, json={"module": module}, headers=headers)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("module", MODULES)
async def test_a_token_opens_its_module(client: httpx.AsyncClient, module: str) -> None:
    """With the permission of a module a token opens it, and what it carries is told."""
    permission = min(MODULES[module])
    verdict = await check(client, await mint(client, permission), module)
    assert (verdict["opens"], verdict["reason"], verdict["needs"]) == (True, None, permission)
    assert verdict["claims"]["participant_code"] in {"CUST01", "SHOP01"}
    assert verdict["claims"]["payload"]["platform_name"] == "ACME Limited"


async def test_another_permission_is_told(client: httpx.AsyncClient) -> None:
    """The permission that is missing is named, and those that there are."""
    verdict = await check(client, await mint(client, "crypto-buy", "crypto-sell"), "fund")
    assert (verdict["opens"], verdict["reason"]) == (False, "permission")
    assert (
        verdict["detail"] == "fund needs the permission fwc; the token has crypto-buy, crypto-sell."
    )


async def test_a_revoked_token_is_told(client: httpx.AsyncClient) -> None:
    """After its revocation a token opens nothing, whatever it permits."""
    token = await mint(client, "fwc")
    await client.request(**revoking(token))
    verdict = await check(client, token, "fund")
    assert (verdict["reason"], verdict["detail"]) == ("revoked", "It was revoked.")


async def test_an_expired_token_is_told(client: httpx.AsyncClient) -> None:
    """It expires on the sandbox's clock, not on the browser's."""
    token = await mint(client, "fwc")
    advance = "/_emulator/sandboxes/default/clock/advance"
    await client.post(advance, json={"by": "61m"})
    assert (await check(client, token, "fund"))["reason"] == "expired"


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "e30.W10.x"])
async def test_no_token_is_told(client: httpx.AsyncClient, token: str) -> None:
    """What is no JWT has no claims to show."""
    verdict = await check(client, token, "fund")
    assert (verdict["reason"], verdict["claims"]) == ("malformed", None)
    assert verdict["detail"]


async def test_an_altered_token_is_told(client: httpx.AsyncClient) -> None:
    """Claims under a signature that is not theirs are told, but prove nothing."""
    one, other = await mint(client, "fwc"), await mint(client, "crypto-buy")
    mixed = ".".join([*other.split(".")[:2], one.split(".")[2]])
    verdict = await check(client, mixed, "crypto-buy")
    assert verdict["reason"] == "signature"
    assert verdict["claims"]["permissions"] == ["crypto-buy"]


async def test_another_providers_token_is_told(client: httpx.AsyncClient) -> None:
    """A good token of another provider in the same sandbox opens nothing here."""
    minted = await client.post("/_emulator/sandboxes/default/tokens", json={"provider": "highnote"})
    verdict = await check(client, minted.json()["token"], "fund")
    assert (verdict["reason"], verdict["opens"]) == ("foreign", False)


async def test_an_unknown_module_is_told(client: httpx.AsyncClient) -> None:
    """The names that somebody may have meant are told."""
    verdict = await check(client, await mint(client, "fwc"), "funds")
    assert (verdict["reason"], verdict["needs"], verdict["events"]) == ("module", None, [])
    assert "fund" in verdict["detail"]


async def test_the_token_finds_its_sandbox(client: httpx.AsyncClient) -> None:
    """With nothing but the token the verdict is its own sandbox's."""
    await client.post("/_emulator/sandboxes", json={"id": "s1"})
    minted = await client.post("/_emulator/sandboxes/s1/tokens", json={"provider": "zerohash"})
    token = minted.json()["token"]
    assert (await check(client, token, "crypto-buy"))["opens"]
    elsewhere = await client.post(
        f"/_s/default{CHECK}",
        json={"module": "crypto-buy"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert elsewhere.json()["reason"] == "foreign"


async def test_checking_changes_nothing(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """A token may be checked as often as one likes: nothing is written down."""
    token = await mint(client, "fwc")
    before = sandbox.state.tokens
    position = sandbox._head.position
    await check(client, token, "fund")
    assert sandbox._head.position == position
    assert sandbox.state.tokens is before


async def test_the_journal_keeps_no_token(client: httpx.AsyncClient, emulator: Emulator) -> None:
    """Neither the one that is checked, nor the one in an older shell's address."""
    token = await mint(client, "fwc")
    await check(client, token, "fund")
    await client.get(f"/sdk/zerohash/fund?jwt={token}")
    calls = await client.get("/_emulator/sandboxes/default/calls")
    assert token not in calls.text
    assert emulator.directory.get("default") is not None


@pytest.mark.parametrize("prefix", ["", "/zerohash", "/_s/s1", "/_s/s1/zerohash"])
async def test_the_page_is_served(client: httpx.AsyncClient, prefix: str) -> None:
    """At its address with and without the slash, for any module's name, and with its files."""
    entry = await client.get(f"{prefix}/sdk/zerohash?theme=dark")
    assert (entry.status_code, entry.headers["location"]) == (308, "zerohash/?theme=dark")
    for name in ("", "fund", "crypto-account-link"):
        page = await client.get(f"{prefix}/sdk/zerohash/{name}")
        assert page.headers["content-type"].startswith("text/html")
        assert "Stand-in" in page.text
    for name in ("stand_in.js", "host.js", "view.js", "stand_in.css"):
        file = await client.get(f"{prefix}/sdk/zerohash/{name}")
        assert file.status_code == 200
        assert file.headers["x-content-type-options"] == "nosniff"


async def test_the_page_may_be_framed_and_runs_nothing_else(client: httpx.AsyncClient) -> None:
    """Any page may frame it; it runs its own files alone, and makes no markup of texts."""
    page = await client.get("/sdk/zerohash/")
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["referrer-policy"] == "no-referrer"  # a token may be in the address
    assert "frame-ancestors *" in POLICY
    assert "script-src 'self';" in POLICY
    assert "require-trusted-types-for 'script'" in POLICY
    assert "x-frame-options" not in page.headers
    assert page.text.count("<script") == page.text.count('<script type="module" src=')
    assert "style=" not in page.text


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "stand_in.js.map", ".html"])
async def test_there_are_no_other_files(client: httpx.AsyncClient, name: str) -> None:
    """A name that is no file of the page is a path that is not there."""
    assert (await client.get(f"/zerohash/sdk/zerohash/{name}")).status_code == 404


def test_the_messages_of_a_module() -> None:
    """The documented modules' messages are known, the others' guessed by the same rule."""
    onboarding = {event.type: event.known for event in list_events("onboarding")}
    assert onboarding == {
        "ONBOARDING_APP_LOADED": True,
        "ONBOARDING_COMPLETED": True,
        "ONBOARDING_FAILED": True,
        "ONBOARDING_CLOSE_BUTTON_CLICKED": True,
        "ONBOARDING_PENDING_APPROVAL": True,
    }
    linked = {event.type: event.known for event in list_events("crypto-account-link-payouts")}
    assert linked["CRYPTO_ACCOUNT_LINK_EXTERNAL_ACCOUNT_CREATED"]
    assert not linked["CRYPTO_ACCOUNT_LINK_PAYOUTS_APP_LOADED"]
