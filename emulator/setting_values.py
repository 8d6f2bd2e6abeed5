"""Settings' values from text. Each error ends a sentence that begins with the setting's name."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import msgspec

from emulator.core.clock import parse_duration, render_duration

_PORT = re.compile(r"[0-9]{1,5}")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_SIZE = re.compile(r"([0-9]{1,15})([kKmM]?)")
_UNIT_BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20}
_HOST = re.compile(r"(\*\.)?[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?")
_TOKEN = re.compile(r"[\x21-\x7e]+")  # what an Authorization header can carry

MAX_PORT = 65535
MASK = "****"

_QUERY_PASSWORD = re.compile(r"(password=)[^&]*", re.IGNORECASE)
_REDIS = ("redis://", "rediss://", "unix://")


class LedgerPlace(msgspec.Struct, frozen=True):
    """Where sandboxes live: a kind of ledger; a file, or a server's URL with its password.

    `synchronous`: what a file outlives, the process (normal) or a loss of power too (full).
    """

    kind: Literal["memory", "sqlite", "redis"] = "memory"
    target: str = ""
    synchronous: Literal["normal", "full"] = "normal"

    def __str__(self) -> str:
        """As it would be set, without the password."""
        if self.kind == "redis":
            return _mask_password(self.target)
        options = "?synchronous=full" if self.synchronous == "full" else ""
        return f"{self.kind}:{self.target}{options}"


class TlsPlace(msgspec.Struct, frozen=True):
    """That TLS is spoken, and the folder that keeps the authority; None: it ends with us."""

    folder: Path | None = None

    def __str__(self) -> str:
        """As it would be set."""
        return "on" if self.folder is None else str(self.folder)


def parse_tls(text: str) -> TlsPlace | None:
    """Off, on, or a folder."""
    if text in {"on", "off", "1", "0"}:
        return TlsPlace() if parse_switch(text) else None
    if text.startswith("~") or not {"/", os.sep} & set(text):
        raise ValueError("must be on, off or a folder written with a slash, such as ./tls")
    return TlsPlace(Path(text))


def parse_hosts(text: str) -> tuple[str, ...]:
    """Host names, `*.` before them or not, and IP addresses between commas."""
    names = parse_names(text)
    for name in names:
        with suppress(ValueError):
            ip_address(name)
            continue
        if not _HOST.fullmatch(name):
            raise ValueError("must be host names or IP addresses such as emulator.test,10.0.0.7")
    return names


def parse_text(text: str) -> str:
    """Any text but none."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


def parse_port(text: str) -> int:
    """A port, 0 for any."""
    if not _PORT.fullmatch(text) or int(text) > MAX_PORT:
        raise ValueError(f"must be a whole number from 0 to {MAX_PORT}")
    return int(text)


def parse_port_or_off(text: str) -> int:
    """A port, 0 for any, -1 for none."""
    if text == "off":
        return -1
    try:
        return parse_port(text)
    except ValueError as error:
        raise ValueError(f"{error}, or off") from None


def parse_count(text: str) -> int:
    """A whole number from 1."""
    if not _COUNT.fullmatch(text):
        raise ValueError("must be a whole number from 1")
    return int(text)


def parse_size(text: str) -> int:
    """Bytes; k and m stand for 1,024 and 1,048,576 of them."""
    size = _SIZE.fullmatch(text)
    if size is None or int(size[1]) == 0:
        raise ValueError("must be a number of bytes such as 65536, 512k or 4m")
    return int(size[1]) * _UNIT_BYTES[size[2].lower()]


def parse_lifetime(text: str) -> float:
    """Seconds, more than none."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        seconds = 0.0
    if seconds <= 0:
        raise ValueError("must be a duration such as 90s, 10m, 1h or PT1H")
    return seconds


def parse_switch(text: str) -> bool:
    """On or off, or 1 and 0."""
    if text not in {"on", "off", "1", "0"}:
        raise ValueError("must be on or off")
    return text in {"on", "1"}


def parse_choice(*choices: str) -> Callable[[str], str]:
    """One of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be {', '.join(choices[:-1])} or {choices[-1]}")
        return text

    return parse


def parse_names(text: str) -> tuple[str, ...]:
    """Names between commas."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise ValueError("must be names separated by single commas")
    return names


def parse_paths(text: str) -> tuple[Path, ...]:
    """Paths between commas."""
    return tuple(map(Path, parse_names(text)))


def parse_folder(text: str) -> Path:
    """A folder with JSON files in it."""
    folder = Path(text)
    if not any(folder.glob("*.json")):
        raise ValueError("must be a folder that holds *.json files")
    return folder


def parse_token(text: str) -> str:
    """What an Authorization header can carry."""
    if not _TOKEN.fullmatch(text):
        raise ValueError("must be printable ASCII without spaces")
    return text


def read_token(text: str) -> str:
    """The token in a file, without the white space around it."""
    try:
        token = Path(text).read_text(encoding="ascii").strip()
    except OSError as error:
        raise ValueError(f"can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError("must name a file of ASCII text") from None
    if not _TOKEN.fullmatch(token):
        raise ValueError("must name a file with one token and nothing else")
    return token


def parse_public_url(text: str) -> str | None:
    """An origin, or None for the one that asked."""
    if text == "auto":
        return None
    if not is_origin(text.removesuffix("/")):
        raise ValueError("must be auto or an origin such as https://emulator.example.com")
    return text.removesuffix("/")


def is_origin(text: str) -> bool:
    """Whether a text is scheme, host and port of HTTP, and nothing more."""
    try:
        url = urlsplit(text)
        whole = f"{url.scheme}://{url.netloc}" == text and url.port != 0
    except ValueError:
        return False
    return whole and url.scheme in {"http", "https"} and "@" not in text and bool(url.hostname)


def parse_ledger(text: str) -> LedgerPlace:
    """Memory, a file of SQLite, or a server of Redis."""
    if text in {"memory", "memory:"}:
        return LedgerPlace()
    if text.startswith(_REDIS):
        _check_redis(text)
        return LedgerPlace("redis", text)
    kind, _, rest = text.partition(":")
    path, _, query = rest.partition("?")
    if kind != "sqlite" or not path or path == ":memory:":
        raise ValueError("must be memory:, sqlite:<file> or redis://<host>:<port>/<number>")
    options = dict(parse_qsl(query, keep_blank_values=True))
    full = options.pop("synchronous", "normal")
    if options or full not in {"normal", "full"}:
        raise ValueError("takes after a file nothing but ?synchronous=full or ?synchronous=normal")
    return LedgerPlace("sqlite", path, "full" if full == "full" else "normal")


def _check_redis(url: str) -> None:
    """What redis-py would tell with a part of the password in it, or take for number 0."""
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    if not has_port or parts.fragment or "@" in parts.query:
        raise ValueError(
            "must be redis://<user>:<password>@<host>:<port>/<number>, "
            "with %2F, %3F, %23 and %40 for / ? # @ in a password"
        )
    number = parts.path.strip("/")
    if parts.scheme != "unix" and not re.fullmatch(r"[0-9]{0,9}", number):
        raise ValueError("must end in the number of a database, as redis://<host>:<port>/0 does")


def _mask_password(url: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if ":" in user:
        user = f"{user.partition(':')[0]}:{MASK}"
    shown = url.replace(parts.netloc, f"{user}{at}{host}", 1)
    return _QUERY_PASSWORD.sub(rf"\1{MASK}", shown)


def parse_networks(text: str) -> tuple[str, ...]:
    """IP addresses and networks between commas."""
    names = parse_names(text)
    try:
        return tuple(str(ip_network(name)) for name in names)
    except ValueError:
        raise ValueError("must be IP addresses or networks such as 10.0.0.0/8") from None


def render(value: object) -> str:
    """A value as it would be set."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return render_duration(value)
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(value)
