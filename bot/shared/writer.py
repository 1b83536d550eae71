"""The writer: moves the journal's lines from Redis' streams into the SQLite of the machine with the desk.

A line is acknowledged once SQLite has it, and known by its push if it arrives again: a writer that is killed at any
moment neither loses one nor writes one twice. One process is the writer at a time (the keeper's), so all of them read
under one name, and a new one begins with what the last one left.
"""

from __future__ import annotations

import contextlib
import sqlite3

import msgspec

from bot import journal
from bot.journal import Row
from bot.shared.in_redis import journal_key
from bot.shared.link import SHARDS, Link, read_group
from bot.store import Store, checkpoint, transaction

GROUP, NAME = "staff", "writer"
BATCH = 500
_LINE = msgspec.msgpack.Decoder(tuple[bytes, Row])
Item = tuple[bytes, dict[bytes, bytes] | None]


class Writer:
    """The writer over a Link and the journal's store."""

    def __init__(self, link: Link, store: Store) -> None:
        self._link, self._store = link, store
        self._left = set(range(SHARDS))  # shards in which something may be left that was read and not acknowledged

    def round(self, clock: float = 0.0) -> int:
        """Move all there is; how many items. StoreDown where Redis or the disk fails: the next round goes on."""
        return sum(map(self._drain, range(SHARDS)))

    def _drain(self, shard: int) -> int:
        stream, moved = journal_key(f"{shard:02d}"), 0
        while items := self._next(shard, stream):
            self._left.add(shard)
            self._store.use(_write, items)
            self._link.call(_done, stream, [one for one, _ in items])
            self._left.discard(shard)
            moved += len(items)
        return moved

    def _next(self, shard: int, stream: str) -> list[Item]:
        if shard in self._left:
            if left := self._link.call(read_group, stream, GROUP, NAME, "0", BATCH):
                return left
            self._left.discard(shard)
        return self._link.call(read_group, stream, GROUP, NAME, ">", BATCH)


def _write(db: sqlite3.Connection, items: list[Item]) -> None:
    erased = False
    with transaction(db):
        for _, fields in items:
            if person := (fields or {}).get(b"erase"):
                erased = bool(journal.forget(db, person)) or erased
            elif line := (fields or {}).get(b"row"):
                with contextlib.suppress(msgspec.MsgspecError):  # another program's, or another shape: nothing here can read it
                    push, row = _LINE.decode(line)
                    journal.write(db, row, push)
    if erased:
        checkpoint(db, wipe=True)


def _done(client: object, stream: str, ids: list[bytes]) -> None:
    client.xack(stream, GROUP, *ids)
    client.xdel(stream, *ids)
