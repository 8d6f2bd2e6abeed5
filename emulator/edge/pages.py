"""Pages for a browser: files of the package, under a policy that lets them run nothing else.

Any page may frame them: a developer's own does. They load and ask only what is beside them, and
take no markup from a text.
"""

from functools import lru_cache
from pathlib import Path

from emulator.edge.call import Answer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors *; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)

_TYPES = {
    ".html": "text/html; charset=UTF-8",
    ".css": "text/css; charset=UTF-8",
    ".js": "text/javascript; charset=UTF-8",
}


def render_file(folder: Path, name: str) -> Answer | None:
    """A file of a folder; None: the folder has none of that name that a browser is to see."""
    raw = _read_files(folder).get(name)
    if raw is None:
        return None
    media_type = _TYPES[name[name.rindex(".") :]]
    return Answer(200, raw, media_type=media_type, headers=_HEADERS)


@lru_cache(maxsize=16)
def _read_files(folder: Path) -> dict[str, bytes]:
    """All of them at once, so that a name that was sent never becomes a path."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix in _TYPES}
