"""The frame pages that the card viewer puts into a page: ours, as the real ones are not public."""

from functools import lru_cache
from pathlib import Path

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.edge.call import Answer, Call
from emulator.edge.rest import Operation


def _parse(_: Call) -> None:
    return None


def _anybody(_: View, __: Call) -> None:
    return None


def _grant(_: View, __: None, ___: None) -> Granted[None]:
    return Granted(None)


def _render(_: None, __: str) -> Answer:
    """One page for any version, field and environment: it reads its own address."""
    headers = (("Cache-Control", "no-store"),)
    return Answer(200, _page(), media_type="text/html; charset=UTF-8", headers=headers)


@lru_cache(maxsize=1)
def _page() -> bytes:
    return Path(__file__).with_name("card_viewer.html").read_bytes()


FRAME: Operation[None, None, None] = Operation(_parse, _anybody, _grant, _render)
