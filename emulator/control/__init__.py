"""The emulator's own API, under /_emulator: looks at sandboxes and changes them.

Sections in files of their own; `table.py` lists every endpoint. It may know core and edge, and
providers only as records that it is given.
"""

from starlette.types import ASGIApp

from emulator.control.access import Access, is_loopback
from emulator.control.house import House, Readiness
from emulator.control.surface import open_surface
from emulator.control.table import ENDPOINTS

__all__ = ["Access", "House", "Readiness", "create_control", "is_loopback"]


def create_control(house: House) -> ASGIApp:
    """The control API of a house, as an ASGI application for every path below /_emulator."""
    return open_surface(house, ENDPOINTS)
