"""The edges' one SQLite file (DATA_DIR/bot.db): opened once, kept open, and never allowed to hold up a reply.

WAL with synchronous=NORMAL: a killed process loses nothing, a power cut at most the last second. Checkpoints are the
keeper's (``bot/keeper.py``), off the way of a reply, but for those that wipe what was erased. A disk that is locked,
full, read-only or broken raises StoreDown at once or within BUSY_MS, and is left alone for PAUSE seconds so that later
messages don't wait for it too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

log = logging.getLogger("bot.store")
BUSY_MS = 250
PAUSE = 2.0
WRITTEN_BY = 1  # the shape of the tables
# What lives for minutes only is begun anew where the shape was another; the journal stays. With a rowid a whole record
# of up to 4 KB stands in one page; a row of the journal has its push only where it could arrive twice.
SCHEMA = """
DROP TABLE IF EXISTS seen;
DROP TABLE IF EXISTS asker;
DROP TABLE IF EXISTS signed;
CREATE TABLE asker (person BLOB PRIMARY KEY, at REAL NOT NULL, turn INTEGER NOT NULL, state BLOB NOT NULL);
CREATE TABLE signed (signature BLOB PRIMARY KEY, at REAL NOT NULL, push BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, person BLOB NOT NULL, question TEXT NOT NULL, family TEXT NOT NULL,
    entry TEXT NOT NULL, outcome TEXT NOT NULL, version INTEGER NOT NULL
);
ALTER TABLE journal ADD COLUMN push BLOB;
CREATE UNIQUE INDEX journal_push ON journal(push) WHERE push IS NOT NULL;
"""
# A push is settled by one statement: a person's record and the journal's line, or neither where the record was written since.
# Each further statement would let other threads have the interpreter, and cost as much again in waiting for it.
WRITTEN_SINCE = "written since"  # the message where it was
SETTLED = """
PRAGMA temp_store=MEMORY;
CREATE TEMP VIEW settled AS
    SELECT person, asker.at, turn, state, journal.at AS asked, question, family, entry, outcome, version FROM asker JOIN journal USING (person);
CREATE TEMP TRIGGER settle INSTEAD OF INSERT ON settled BEGIN
    INSERT INTO asker VALUES (new.person, new.at, new.turn + 1, new.state)
        ON CONFLICT (person) DO UPDATE SET at = excluded.at, turn = excluded.turn, state = excluded.state WHERE turn = new.turn;
    SELECT raise(ABORT, 'written since') WHERE changes() = 0;
    INSERT INTO journal(at, person, question, family, entry, outcome, version)
        SELECT new.asked, new.person, new.question, new.family, new.entry, new.outcome, new.version WHERE new.question IS NOT NULL;
END;
"""
Result = TypeVar("Result")


class StoreDown(Exception):
    """The disk can't serve just now. The message is SQLite's own, and holds no data."""


class Store:
    """A pool of open connections; ``use(work, …)`` lends one to ``work``."""

    def __init__(self, path: Path, pause: float = PAUSE) -> None:
        self.path, self._pause = path, pause
        self._idle: deque[sqlite3.Connection] = deque()
        self._pid = os.getpid()
        self._down_until = 0.0
        self.trouble = ""  # the last failure, empty once the disk served again

    def use(self, work: Callable[..., Result], *args: object) -> Result:
        """``work(connection, *args)``; StoreDown where the disk fails or failed a moment ago."""
        if self._down_until and time.monotonic() < self._down_until:
            raise StoreDown(self.trouble)
        try:
            connection = self._take()
            result = work(connection, *args)
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            raise StoreDown(self.trouble) from None
        self._idle.append(connection)
        if self._down_until:
            self._down_until, self.trouble = 0.0, ""
            log.warning("store is back", extra={"event": "store_back"})
        return result

    def close(self) -> None:
        """Close what is idle, as before a fork or at the end."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        if self._pid != os.getpid():  # forked: a parent's connection must not be used
            self._idle, self._pid = deque(), os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self.path)

    def _failed(self, error: Exception) -> None:
        self.close()
        fresh = not self._down_until
        self.trouble = str(error) if isinstance(error, sqlite3.Error) else error.strerror or type(error).__name__
        self._down_until = time.monotonic() + self._pause
        if fresh:
            log.error("store is down", extra={"event": "store_down", "error": type(error).__name__, "reason": self.trouble})
        if _broken(error):
            set_aside(self.path)


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the file, its tables in place. It commits by itself unless ``BEGIN`` is said."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=64)
    try:
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-512; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=0;"
        )
        _bring_up(connection)
        connection.executescript(SETTLED)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _bring_up(connection: sqlite3.Connection) -> None:
    """The tables in today's shape, by whichever worker is first."""
    if connection.execute("PRAGMA user_version").fetchone()[0] >= WRITTEN_BY:
        return
    with transaction(connection):
        if connection.execute("PRAGMA user_version").fetchone()[0] < WRITTEN_BY:
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {WRITTEN_BY}")


class transaction:
    """All or nothing, whatever ends it."""

    __slots__ = ("_db",)

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:
            self._db.execute("COMMIT")
            return
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("ROLLBACK")


def checkpoint(connection: sqlite3.Connection, wipe: bool = False) -> None:
    """Move the log into the file; ``wipe`` also empties the log, so that nothing erased stays readable in it."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)" if wipe else "PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def set_aside(path: Path) -> None:
    """Move a file that is no database any more out of the way; the next connection begins a new one."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            os.replace(f"{path}{suffix}", f"{path}.broken-{stamp}{suffix}")
    log.error("store set aside", extra={"event": "store_set_aside"})


def _broken(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
