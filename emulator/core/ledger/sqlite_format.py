"""The form of a SQLite ledger's file: made, recognised, refused; and what SQLite's errors mean."""

import sqlite3
from pathlib import Path
from typing import Literal

from emulator.core.facts import VERSION
from emulator.core.ledger import Unusable
from emulator.core.ledger.sealing import check_version

Synchronous = Literal["normal", "full"]

APPLICATION_ID = 0x746F6B65  # "toke": what `file` and other programs know it by
SCHEMA_VERSION = 1

_SCHEMA = (
    "CREATE TABLE format (facts INTEGER NOT NULL, writer TEXT NOT NULL)",
    """CREATE TABLE sandboxes (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    incarnation BLOB NOT NULL, created_at REAL NOT NULL, used_at REAL NOT NULL, ttl_s REAL,
    first_use INTEGER NOT NULL)""",
    """CREATE TABLE appends (place INTEGER PRIMARY KEY, tag BLOB NOT NULL,
    count INTEGER NOT NULL, facts BLOB NOT NULL)""",
    """CREATE TABLE entries (kind TEXT NOT NULL, value TEXT NOT NULL, sandbox INTEGER NOT NULL,
    PRIMARY KEY (kind, value)) WITHOUT ROWID""",
    "CREATE INDEX entries_of_sandbox ON entries (sandbox)",
    """CREATE TABLE calls (place INTEGER PRIMARY KEY, number INTEGER NOT NULL,
    record BLOB NOT NULL)""",
    "CREATE TABLE worlds (digest TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID",
)

# By SQLite's primary result code: what is told of a file that can't be opened, and what a call
# is told of one that was.
_ERRORS = {
    sqlite3.SQLITE_BUSY: ("is locked by another program: stop it", "locked by another process"),
    sqlite3.SQLITE_CANTOPEN: ("can't be opened: is there its folder, to write in?", "gone"),
    sqlite3.SQLITE_CORRUPT: ("is damaged: put a copy in its place", "damaged"),
    sqlite3.SQLITE_FULL: ("does not fit on its disk: make room", "full, or its disk is"),
    sqlite3.SQLITE_IOERR: ("can't be read or written: its disk fails", "failing to be read"),
    sqlite3.SQLITE_NOTADB: ("is no SQLite file", "no SQLite file any more"),
    sqlite3.SQLITE_READONLY: ("can't be written by this user: allow it", "not to be written"),
}


def open_file(path: Path, synchronous: Synchronous, writer: str) -> sqlite3.Connection:
    """A connection to a file that holds our tables; a new file gets them, made by `writer`.

    Raises:
        Unusable: it holds something else, or another version's facts.
        sqlite3.Error: it can't be opened, read or written.
    """
    file = sqlite3.connect(path, timeout=0, isolation_level=None, cached_statements=64)
    try:
        _check_owner(path, file)
        _check_mode(path, file)
        file.execute(f"PRAGMA synchronous = {synchronous}")
        file.execute("BEGIN IMMEDIATE")
        _check_format(path, file, writer)
        file.execute("COMMIT")
    except BaseException:
        file.close()
        raise
    return file


def tell(path: Path, error: sqlite3.Error) -> str:
    """Why a file can't be opened, and what to do."""
    told = _ERRORS.get(_code(error), (f"can't be used: {error}", ""))[0]
    return f"{path} {told}, or set EMULATOR_LEDGER to another file"


def explain(error: sqlite3.Error) -> str:
    """Why a call could not be served, as a sentence for a hint."""
    told = _ERRORS.get(_code(error), ("", "failing"))[1]
    return f"The ledger's file is {told}."


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the file for the moment."""
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code(error: sqlite3.Error) -> int:
    """The primary result code; the extended ones say more than we need."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def _check_owner(path: Path, file: sqlite3.Connection) -> None:
    owner = file.execute("PRAGMA application_id").fetchone()[0]
    tables = file.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if owner != APPLICATION_ID and (owner or tables):
        raise Unusable(f"{path} is another program's: set EMULATOR_LEDGER to another file")


def _check_mode(path: Path, file: sqlite3.Connection) -> None:
    """A write-ahead log, which several processes can read while one writes."""
    if file.execute("PRAGMA journal_mode = wal").fetchone()[0] != "wal":
        raise Unusable(f"{path} is where SQLite can't share a file: use a local disk")


def _check_format(path: Path, file: sqlite3.Connection, writer: str) -> None:
    """Within a transaction: of several processes that make the file one does."""
    schema = file.execute("PRAGMA user_version").fetchone()[0]
    if schema == 0:
        for statement in _SCHEMA:
            file.execute(statement)
        file.execute("INSERT INTO format VALUES (?, ?)", (VERSION, writer))
        file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        file.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return
    known = file.execute("SELECT facts, writer FROM format").fetchone()
    if known is None:
        raise Unusable(f"{path} does not say who wrote it: set EMULATOR_LEDGER to another file")
    found, wrote = known
    if schema != SCHEMA_VERSION:
        raise Unusable(
            f"{path} is laid out as version {schema}, this release reads {SCHEMA_VERSION}: "
            f"token-emulator {wrote}, which wrote it, can read it; or set EMULATOR_LEDGER to "
            "another file"
        )
    check_version(str(path), found, wrote)
