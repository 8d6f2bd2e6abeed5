"""axe-core finds nothing serious in the SDK pages, light or dark."""

from collections.abc import Iterator
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser

from tests.clients.browsing import CHROMIUM, browse
from tests.clients.node import find_packages
from tests.live import Live
from tests.signing import minting

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools"),
]

PAGES = (
    "/sdk/zerohash/fund#jwt={token}",
    "/sdk/zerohash/pay#jwt={token}",
    "/sdk/zerohash/",
    "/document-upload/1.0.0/index.html",
    "/document-upload/1.0.0/index.html#session=x&token=x",
    "/secure-inputs/1.0.0/index.html?field=pin&token=x&paymentCardId=x",
    "/card-viewer/1.0.0/index.html?field=cvv",
)


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's script."""
    file = find_packages("axe-core") / "node_modules" / "axe-core" / "axe.min.js"
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all."""
    with browse() as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_is_found(
    live: Live, browser: Browser, axe: str, path: str, scheme: Literal["light", "dark"]
) -> None:
    """Names, roles, contrast, order: whatever axe calls serious or critical is absent."""
    with httpx.Client(base_url=live.origin) as client:
        minted = client.request(**minting(permissions=["fwc"])).json()["message"]["token"]
    page = browser.new_page(color_scheme=scheme)
    page.goto(live.origin + path.format(token=minted), wait_until="networkidle")
    page.evaluate(f"{axe}; 0")
    found = page.evaluate("axe.run().then((told) => told.violations)")
    page.close()
    serious = [one["id"] for one in found if one["impact"] in {"serious", "critical"}]
    assert serious == []
