"""The ledger in Redis (7 or Valkey): any number of processes on any number of machines share it.

What has to happen in one step is a script in Redis. A lost answer is no lost append: the same
append is sent again with the same tag, and takes place once.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from emulator.core.facts import VERSION, Fact
from emulator.core.ids import draw_tag
from emulator.core.ledger import NOWHERE, Head, Lease, Moved, Replaced, Tail, Unavailable, Unusable
from emulator.core.ledger.calls import CallLine
from emulator.core.ledger.redis_calls import TELL, RedisCalls
from emulator.core.ledger.redis_link import Link, Script
from emulator.core.ledger.redis_records import (
    pack_head,
    pack_lease,
    read_tail,
    unpack_head,
    unpack_lease,
)
from emulator.core.ledger.redis_scripts import APPEND, DROP, READ, SCRIPTS, TRIM
from emulator.core.ledger.redis_wire import Command, Word
from emulator.core.ledger.sealing import check_version, seal, seal_facts, unseal
from emulator.core.state import Entry

PREFIX = "token-emulator:"
KEPT_BEHIND = 1000  # facts before a snapshot that stay, for those who are a little behind


class RedisLedger:
    """Logs in Redis.

    `url`: as redis-py takes it, with `?prefix=` for what every key begins with; `writer`: the
    release that writes, for those that can't read it; `kept_behind`: how many facts stay before a
    trim, so that who is a little behind need not begin anew.
    """

    shared = True

    def __init__(self, url: str, *, writer: str, kept_behind: int = KEPT_BEHIND) -> None:
        url, self._prefix = _split_prefix(url)
        self._kept_behind = kept_behind
        self._writer = writer
        self._link = Link(url, (*SCRIPTS, TELL))
        self._lane = 0

    async def open(self) -> None:
        """Whether Redis is there and holds what this version reads."""
        place = f"the Redis at {self._link.place}"
        try:
            await self._sign()
            found: bytes | None = await self._ask("GET", self._key("version"))
            self._lane = self._lane or await self._ask("INCR", self._key("lanes"))
        except Unavailable as error:
            why = error.__cause__ or error
            raise Unusable(
                f"{place} can't be used: {why}: start it, or change EMULATOR_LEDGER"
            ) from None
        version, _, writer = (found or b"").decode(errors="replace").partition(" ")
        if not version.isdecimal():
            raise Unusable(
                f"{place} holds something else under {self._key('version')}: set ?prefix= in "
                "EMULATOR_LEDGER to what no other program's keys begin with"
            )
        check_version(place, int(version), writer)

    async def close(self) -> None:
        """Let the connection go."""
        await self._link.close()

    async def read(self, sandbox: str, after: Head) -> Tail | Replaced:
        """The facts behind `after`."""
        head = await self._ask("HGET", self._key("heads"), sandbox)
        if head is not None and head == pack_head(after):
            return Tail((), after)
        found = head and await self._run(READ, sandbox, (after.position, after.tag))
        if not found:
            return Tail((), NOWHERE) if after == NOWHERE else Replaced()
        head = unpack_head(found[0])
        return read_tail(head, after, *found[1:]) if len(found) > 1 else Replaced()

    async def append(
        self,
        sandbox: str,
        expected: Head,
        facts: Sequence[Fact],
        *,
        claimed: Sequence[Entry] = (),
        released: Sequence[Entry] = (),
        lease: Lease | None = None,
    ) -> Head | Moved:
        """Append if the head has not moved."""
        if expected == NOWHERE:
            await self._sign()
        tag = draw_tag()
        head = Head(expected.incarnation or tag, expected.position + len(facts), tag)
        where = (pack_head(expected), pack_head(head), head.position, tag)
        begun = lease or Lease(sandbox, 0.0, 0.0, None, first_use=False)
        what = (seal_facts(facts), pack_lease(begun), repr(begun.used_at))
        moves = (*map(_field, released), "", *map(_field, claimed))
        said: Command = (*where, 0, *what, *moves)
        again: Command = (*where, 1, *what, *moves)
        done = await self._run(APPEND, sandbox, said, again)
        if done == b"unknown":
            raise Unavailable("Whether the change was kept is not known.")
        return head if done == b"done" else Moved()

    async def trim(self, sandbox: str, head: Head, fact: Fact) -> None:
        """Put a snapshot in the place of what is before `head`."""
        first = max(head.position - self._kept_behind, 0)
        kept = seal_facts((fact,))
        await self._run(TRIM, sandbox, (head.position, head.tag, kept, first))

    async def drop(self, sandbox: str, *, unused_since: float | None = None) -> bool:
        """Forget a log: the one that is there now, and none that is begun meanwhile."""
        head = await self._ask("HGET", self._key("heads"), sandbox)
        if head is None:
            return False
        since = "" if unused_since is None else repr(unused_since)
        incarnation = unpack_head(head).incarnation.hex()
        said = (incarnation, 0, since)
        done = await self._run(DROP, sandbox, said, (incarnation, 1, since))
        return bool(done == b"done")

    async def locate(self, kind: str, value: str) -> str | None:
        """The sandbox that holds an entry."""
        holder = await self._ask("HGET", self._key("directory"), _field((kind, value)))
        return None if holder is None else str(holder, "utf-8")

    async def lease(self, sandbox: str) -> Lease | None:
        """The lease of a sandbox."""
        begun = await self._ask("HGET", self._key("leases"), sandbox)
        used_at = await self._ask("ZSCORE", self._key("used"), sandbox)
        return None if begun is None else unpack_lease(sandbox, begun, used_at)

    async def leases(self) -> Sequence[Lease]:
        """All, in order of creation."""
        begun = _pairs(await self._ask("HGETALL", self._key("leases")))
        used = _pairs(await self._ask("ZRANGE", self._key("used"), 0, -1, "WITHSCORES"))
        found = [
            unpack_lease(str(name, "utf-8"), raw, used.get(name)) for name, raw in begun.items()
        ]
        return sorted(found, key=lambda lease: (lease.created_at, lease.sandbox))

    async def count(self) -> int:
        """How many there are."""
        return int(await self._ask("HLEN", self._key("heads")))

    async def touch(self, sandbox: str, at: float) -> None:
        """Note a use; of a sandbox that is gone there is none."""
        await self._ask("ZADD", self._key("used"), "XX", "GT", repr(at), sandbox)

    def line(self, sandbox: str) -> CallLine:
        """A capped stream of the sandbox's calls."""
        keys = (self._key("heads"), self._calls(sandbox))
        return RedisCalls(self._link, sandbox, keys).line(self._lane)

    async def keep_world(self, digest: str, document: bytes) -> None:
        """Keep a fixture world; it is large, so Redis is asked first whether it has it."""
        if not await self._ask("HEXISTS", self._key("worlds"), digest):
            await self._ask("HSETNX", self._key("worlds"), digest, seal(document))

    async def world(self, digest: str) -> bytes | None:
        """A kept fixture world's document."""
        found = await self._ask("HGET", self._key("worlds"), digest)
        return None if found is None else unseal(found)

    async def _sign(self) -> None:
        """Say whose facts these are; with each new log, as Redis may have lost it."""
        mine = f"{VERSION} {self._writer}"
        await self._ask("SET", self._key("version"), mine, "NX")

    async def _ask(self, *command: Word) -> Any:  # noqa: ANN401 - Redis's
        return await self._link.ask(command)

    async def _run(
        self, script: Script, sandbox: str, words: Command, again: Command | None = None
    ) -> Any:  # noqa: ANN401 - Redis's
        keys = self._keys(sandbox)
        first = script.call(keys, (sandbox, *words))
        return await self._link.ask(first, again and script.call(keys, (sandbox, *again)))

    def _key(self, name: str) -> str:
        return self._prefix + name

    def _keys(self, sandbox: str) -> tuple[str, ...]:
        own = (f"{name}:{sandbox}" for name in ("log", "kept", "entries"))
        shared = ("directory", "leases", "used")
        return (*map(self._key, ("heads", *own, *shared)), self._calls(sandbox))

    def _calls(self, sandbox: str) -> str:
        return self._key(f"calls:{sandbox}")


def _field(entry: Entry) -> str:
    """A directory entry as one text: a kind's id has no such byte."""
    return "\0".join(entry)


def _pairs(flat: Sequence[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _split_prefix(url: str) -> tuple[str, str]:
    """The URL without its `prefix`, which is ours and not redis-py's."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    prefix = query.pop("prefix", PREFIX)
    return parts._replace(query=urlencode(query)).geturl(), prefix
