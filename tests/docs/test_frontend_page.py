"""What docs/frontend.md shows is run as a reader would run it."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Error, Page, sync_playwright

from emulator.app import PROVIDERS
from tests.clients.node import find_packages
from tests.process.running import ROOT, Running, start

PAGE = (ROOT / "docs" / "frontend.md").read_text("utf-8")
HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="needs Node")


def block(chapter: str, language: str) -> str:
    """The first block of a language in a chapter."""
    text = PAGE.partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, chapter
    return found[1]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """An emulator that speaks TLS."""
    with start("--tls") as made:
        yield made


def run(script: str, **given: object) -> Any:  # noqa: ANN401 - JSON
    """What a script of ours tells."""
    done = subprocess.run(  # noqa: S603 - our own script
        [str(NODE), str(HERE / script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_host_is_named() -> None:
    """The Playwright chapter maps all that there are."""
    named = set(re.findall(r'"([a-z*][a-z.*-]+\.[a-z]+)"', block("Playwright", "js")))
    below = {f"*.{parent}" for p in PROVIDERS for parent in p.parent_hosts}
    assert named == {host for p in PROVIDERS for host in p.hosts} | below


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools")
def test_playwright(running: Running, tmp_path: Path) -> None:
    """With the configuration a page's calls to the fixed hosts are answered here."""
    port = running.get("/_emulator/health").json()["ports"]["https"]
    config = tmp_path / "playwright.config.mjs"
    config.write_text(block("Playwright", "js").replace("127.0.0.1:4643", f"127.0.0.1:{port}"))
    urls = ["https://api.cert.zerohash.com/time", "https://api.zerohash.eu/time"]
    told = run(
        "frontend.mjs",
        modules=str(find_packages("playwright-core")),
        chromium=CHROMIUM,
        config=str(config),
        page=f"{running.url}/zerohash/time",
        urls=urls,
    )["told"]
    assert all("epoch" in text for text in told), told


def test_cypress(running: Running, tmp_path: Path) -> None:
    """The support file can be read, and sends each host's requests to its provider here."""
    file = tmp_path / "emulator.mjs"
    file.write_text(block("Cypress", "js").replace("http://127.0.0.1:4600", running.url))
    asked = ["https://api.cert.zerohash.com/time?a=1", "https://shop.example/"]
    hers, other = run("cypress.mjs", file=str(file), urls=asked)
    assert hers["url"] == f"{running.url}/zerohash/time?a=1"
    answer = httpx.get(hers["url"], headers=hers["headers"])
    assert answer.headers["x-emulator-sandbox"] == "cy-7; by=header"
    assert other == {"url": asked[1], "headers": {}}


MAIN = """
const answer = await fetch("https://api.cert.zerohash.com/time");
document.title = `${answer.status} ${new URL(answer.url).pathname}`;
"""


@contextmanager
def vite(folder: Path, modules: Path) -> Iterator[str]:
    """Vite's dev server in a folder; its origin."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    script = modules / "node_modules" / "vite" / "bin" / "vite.js"
    command = [str(NODE), str(script), "--host", "127.0.0.1", "--port", str(port), "--strictPort"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        assert any(str(port) in line for line in process.stdout)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools")
def test_vite(running: Running, tmp_path: Path) -> None:
    """The page's own code asks a fixed host, and the dev server brings it here, on its origin."""
    config = block("Vite", "js").replace("http://127.0.0.1:4600", running.url)
    (tmp_path / "vite.config.mjs").write_text(config)
    (tmp_path / "index.html").write_text('<script type="module" src="/main.js"></script>')
    (tmp_path / "main.js").write_text(MAIN)
    with vite(tmp_path, find_packages("vite")) as origin:
        told = run(
            "frontend.mjs",
            modules=str(find_packages("playwright-core")),
            chromium=CHROMIUM,
            page=origin,
            urls=[f"{origin}/highnote/nowhere", f"{origin}/usegrant/api-docs"],
            title=True,
        )
        proxied = httpx.get(f"{origin}/zerohash/time")
    assert told["title"] == "200 /zerohash/time"
    assert proxied.headers["x-emulator-sandbox"] == "default; by=default"


def test_the_compose_file_is_one() -> None:
    """It names what the emulator's own has."""
    ours = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    theirs = yaml.safe_load(block("Containers", "yaml"))["services"]["backend"]
    assert set(theirs["depends_on"]) <= set(ours["services"])
    assert theirs["volumes"][0].partition(":")[0] in ours["volumes"]
    assert theirs["environment"]["NODE_EXTRA_CA_CERTS"] == "/emulator/ca.pem"


def test_the_hosts_files_names_are_certified() -> None:
    """And are this machine's."""
    address, *names = block("The hosts file", "text").split()
    assert address == "127.0.0.1"
    assert set(names) <= {host for p in PROVIDERS for host in p.hosts}


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make tools")
@pytest.mark.skipif(shutil.which("certutil") is None, reason="needs certutil: libnss3-tools")
def test_chromium_trusts_the_root(running: Running, tmp_path: Path) -> None:
    """Imported as the page says it satisfies a browser that checks everything, and only then."""
    port = running.get("/_emulator/health").json()["ports"]["https"]
    (tmp_path / "ca.pem").write_text(running.get("/_emulator/ca.pem").text)
    database = tmp_path / ".pki" / "nssdb"
    database.mkdir(parents=True)
    certutil = ["certutil", "-d", f"sql:{database}"]
    subprocess.run([*certutil, "-N", "--empty-password"], check=True)  # noqa: S603
    flags = ["--no-sandbox", f"--host-resolver-rules=MAP api.cert.zerohash.com 127.0.0.1:{port}"]
    home = {**os.environ, "HOME": str(tmp_path)}
    urls = ["https://api.cert.zerohash.com/time", f"https://127.0.0.1:{port}/zerohash/time"]

    def visit() -> list[int | str]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, env={**home})
            told = [open_page(browser.new_page(), url) for url in urls]
            browser.close()
            return told

    assert all("ERR_CERT_AUTHORITY_INVALID" in str(told) for told in visit())
    line = re.search(r"-A -t C,, -n token-emulator", PAGE)
    assert line
    command = [*certutil, *line[0].split(), "-i", str(tmp_path / "ca.pem")]
    subprocess.run(command, check=True)  # noqa: S603 - the page's
    assert visit() == [200, 200]


def open_page(page: Page, url: str) -> int | str:
    """The status, or why there is none."""
    try:
        answer = page.goto(url)
    except Error as error:
        return error.message
    assert answer is not None
    return answer.status
