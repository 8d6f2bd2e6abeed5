"""What the console costs: little to load, next to nothing while it is only looked at."""

from pathlib import Path

import pytest
from playwright.sync_api import Response

from tests.console.desk import Desk

pytestmark = pytest.mark.slow

FIRST_PAINT = 60_000  # bytes
WATCHED_S = 10.0


def test_the_first_paint_is_small_on_the_wire(desk: Desk) -> None:
    """All that comes before the first view is shown, uncompressed, is under 60 KB."""
    page = desk.page()
    sizes: dict[str, int] = {}

    def weigh(response: Response) -> None:
        """Note what an answer says of its length; a stream says nothing."""
        sizes[response.url] = int(response.headers.get("content-length", 0))

    page.on("response", weigh)
    page.goto(f"{desk.origin}/_emulator/")
    page.get_by_role("heading", name="Overview").wait_for()
    own = {url: size for url, size in sizes.items() if "/console/" in url or url.endswith("/")}
    assert len(own) > 10
    assert all(own.values())
    assert sum(own.values()) < FIRST_PAINT, own
    assert all(url.startswith(desk.origin) for url in sizes)


@pytest.mark.slow
def test_an_idle_console_costs_the_server_nothing(desk: Desk) -> None:
    """Under 1 % of a core, with a page open at each of the views that follow what happens."""
    pid = desk.running.process.pid
    clock = Path(f"/proc/{pid}/stat")
    if not clock.exists():
        pytest.skip("needs /proc")
    for view in ("overview", "tokens", "calls"):
        desk.open(view)
    page = desk.open("clock")
    page.wait_for_timeout(1000)
    before = read_ticks(clock)
    page.wait_for_timeout(WATCHED_S * 1000)  # what is measured is real time
    spent_s = (read_ticks(clock) - before) / 100
    assert spent_s / WATCHED_S < 0.01, f"{spent_s / WATCHED_S:.2%} of a core"


def read_ticks(stat: Path) -> int:
    """What a process has had of the processor, in hundredths of a second."""
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
