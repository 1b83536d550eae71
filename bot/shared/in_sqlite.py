"""What workers of one machine share, in the edges' SQLite file."""

from __future__ import annotations

import sqlite3

from bot import journal
from bot.ahead import Correction
from bot.journal import Row
from bot.shared import KEEP, NOBODY, SIGNED, Found
from bot.store import WRITTEN_SINCE, Store, checkpoint, transaction


class InSqlite:
    """``Shared`` over a Store."""

    def __init__(self, store: Store) -> None:
        self._use = store.use

    def look(self, person: bytes) -> Found:
        return self._use(_look, person)

    def settle(self, person: bytes, turn: int, state: bytes, clock: float, push: bytes = b"", row: Row | None = None) -> Found | None:
        return self._use(_settle, person, turn, state, clock, row)

    def erase(self, person: bytes) -> int:
        return self._use(_erase, person)

    def served(self, signature: bytes, push: bytes, clock: float) -> bytes:
        return self._use(_served, signature, push, clock)

    def owed(self, person: bytes, one: Correction) -> bool:
        return self._use(journal.is_owed, person, one)

    def tidy(self, clock: float) -> int:
        return self._use(_tidy, clock)

    def check(self) -> None:
        self._use(_look, b"")

    def mend(self) -> None: ...  # the store tries by itself: that costs a message a quarter of a second at most


_LOOK = "SELECT turn, state FROM asker WHERE person = ?"
_SETTLE = "INSERT INTO settled VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NO_ROW = (None,) * 6


def _look(db: sqlite3.Connection, person: bytes) -> Found:
    found = db.execute(_LOOK, (person,)).fetchone()
    return Found(*found) if found else NOBODY


def _settle(db: sqlite3.Connection, person: bytes, turn: int, state: bytes, clock: float, row: Row | None) -> Found | None:
    line = (row.at, row.question, row.family, row.entry, row.outcome, row.version) if row else _NO_ROW
    try:
        db.execute(_SETTLE, (person, clock, turn, state, *line))
    except sqlite3.IntegrityError as error:
        if str(error) != WRITTEN_SINCE:
            raise
        return _look(db, person)
    return None


def _erase(db: sqlite3.Connection, person: bytes) -> int:
    with transaction(db):
        rows = db.execute("DELETE FROM asker WHERE person = ?", (person,)).rowcount + journal.forget(db, person)
    if rows:
        checkpoint(db, wipe=True)
    return rows


def _served(db: sqlite3.Connection, signature: bytes, push: bytes, clock: float) -> bytes:
    if db.execute("INSERT INTO signed VALUES (?,?,?) ON CONFLICT DO NOTHING", (signature, clock, push)).rowcount:
        return push
    found = db.execute("SELECT push FROM signed WHERE signature = ?", (signature,)).fetchone()
    return found[0] if found else push


def _tidy(db: sqlite3.Connection, clock: float) -> int:
    with transaction(db):
        gone = db.execute("DELETE FROM asker WHERE at < ?", (clock - KEEP,)).rowcount
        db.execute("DELETE FROM signed WHERE at < ?", (clock - SIGNED,))
    return gone
