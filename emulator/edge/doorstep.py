"""Whoever comes to look is led to the console; a client at the same path is not."""

from collections.abc import Mapping

from emulator.edge.call import Answer

HOME = "/_emulator/"


def lead_in(method: str, headers: Mapping[str, str]) -> Answer | None:
    """The way to the console for a browser that wants a page; None for everybody else."""
    if method not in {"GET", "HEAD"} or "text/html" not in headers.get("accept", ""):
        return None
    return Answer(307, b"", "text/plain", headers=(("Location", HOME), ("Vary", "Accept")))
