"""The frame pages that the card viewer puts into a page: ours, as the real ones are not public."""

from functools import lru_cache
from pathlib import Path

from emulator.core.sandbox import Sandbox
from emulator.edge.call import Answer, Call
from emulator.edge.provider import Services


async def serve_frame(_: Services, __: Sandbox, ___: Call) -> Answer:
    """The page for any version, field and environment: it reads its own address."""
    headers = (("Cache-Control", "no-store"),)
    return Answer(200, _page(), media_type="text/html; charset=UTF-8", headers=headers)


@lru_cache(maxsize=1)
def _page() -> bytes:
    return Path(__file__).with_name("card_viewer.html").read_bytes()
