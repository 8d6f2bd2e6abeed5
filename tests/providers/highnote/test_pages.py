"""The pages of the browser SDKs, as they are served."""

import httpx
import pytest

from emulator.edge.pages import POLICY

pytestmark = pytest.mark.anyio

SDKS = ("card-viewer", "secure-inputs", "document-upload")


@pytest.mark.parametrize("sdk", SDKS)
@pytest.mark.parametrize("page", ["1.4.1/index.html", "0.0.1/index_test.html"])
@pytest.mark.parametrize("prefix", ["", "/highnote", "/_s/s1/highnote"])
async def test_a_page_is_served(
    client: httpx.AsyncClient, sdk: str, page: str, prefix: str
) -> None:
    """For any version and environment, with every file that it names, and nothing inline."""
    base = f"{prefix}/{sdk}/{page}"
    answer = await client.get(base)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["referrer-policy"] == "no-referrer"  # a token may be in the address
    assert "stand-in" in answer.text.lower() or "emulated" in answer.text
    assert answer.text.count("<script") == answer.text.count('<script type="module" src="')
    assert "style=" not in answer.text
    for part in answer.text.split('="')[1:]:
        name = part.partition('"')[0]
        if name.endswith((".js", ".css")):
            file = await client.get(f"{prefix}/{sdk}/1.0.0/{name}")
            assert file.status_code == 200


@pytest.mark.parametrize("sdk", ["secure-inputs", "document-upload"])
async def test_a_module_is_served_to_any_origin(client: httpx.AsyncClient, sdk: str) -> None:
    """A developer's page imports the stand-in of the SDK from here."""
    headers = {"Origin": "https://app.example"}
    answer = await client.get(f"/{sdk}/1.0.0/index.js", headers=headers)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize("name", ["nothing.js", "frames.py", "..%2fframes.py", "index"])
async def test_there_are_no_other_files(client: httpx.AsyncClient, name: str) -> None:
    """A name that is no file of the pages is a path that is not there."""
    assert (await client.get(f"/highnote/card-viewer/1.4.1/{name}")).status_code == 404
    assert (await client.get("/highnote/card-viewer/1.4.1/index.js")).status_code == 404
