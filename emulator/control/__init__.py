"""The emulator's own API, under /_emulator: looks at sandboxes and changes them.

Sections in files of their own; `table.py` lists every endpoint. It may know core and edge, and
providers only as records that it is given.
"""

from starlette.types import ASGIApp

from emulator.control.access import Access
from emulator.control.house import House
from emulator.control.surface import open_surface
from emulator.control.table import ENDPOINTS

__all__ = ["Access", "House", "create_control"]


def create_control(house: House) -> ASGIApp:
    """The control API of a house, as an ASGI application for every path below /_emulator."""
    return open_surface(house, ENDPOINTS)
