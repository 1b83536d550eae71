"""A captured signature signs no other message (only plain posts need it: in safe mode the signature covers the body).

The signature of a plain post covers timestamp and nonce alone: who reads one request could post any other message with
it for five minutes. So which message a signature has served is kept that long, for all workers, under keyed hashes.
Retries are the same message, and served. Where the disk fails each worker remembers for itself.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from bot.counters import COUNTED
from bot.memory import SHELF, Memory
from bot.store import StoreDown


class Signatures:
    """Which message each signature has served."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._mine: OrderedDict[bytes, bytes] = OrderedDict()

    def serves_another(self, query: dict[str, str], once: str, clock: float) -> bool:
        """Whether the (verified) signature of ``query`` has served another message than ``once``; else it serves this one."""
        stamp, signature, push = self._keys(query, once)
        try:
            return self._memory.store.use(_served, stamp, signature, push, clock) != push
        except StoreDown:
            while len(self._mine) >= SHELF:
                self._mine.popitem(last=False)
            return self._mine.setdefault(signature, push) != push

    def counting(self, query: dict[str, str], once: str, clock: float) -> Callable[[sqlite3.Connection], None]:
        """What counts a signature that has served another message: where that refuses nothing, it can share the push's transaction."""
        return partial(_count, self._keys(query, once), clock)

    def _keys(self, query: dict[str, str], once: str) -> tuple[int, bytes, bytes]:
        """The timestamp, and the keyed hashes of the signature and of the message."""
        stamp = int(query["timestamp"])
        return stamp, self._memory.hashed(f"s\n{stamp}\n{query['nonce']}"), self._memory.hashed(once)


def _count(keys: tuple[int, bytes, bytes], clock: float, db: sqlite3.Connection) -> None:
    stamp, signature, push = keys
    if _served(db, stamp, signature, push, clock) != push:
        COUNTED["replayed"].inc()


def _served(db: sqlite3.Connection, stamp: int, signature: bytes, push: bytes, clock: float) -> bytes:
    """The message that the signature has served first: this one, where it is new."""
    if db.execute("INSERT INTO signed VALUES (?,?,?,?) ON CONFLICT DO NOTHING", (stamp, signature, clock, push)).rowcount:
        return push
    found = db.execute("SELECT push FROM signed WHERE stamp = ? AND signature = ?", (stamp, signature)).fetchone()
    return found[0] if found else push
