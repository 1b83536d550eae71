"""The desk's one SQLite file (DATA_DIR/desk.db): accounts, sessions, wrong tries, the audit log, ignored questions.

Rollback journal with synchronous=FULL: what was acknowledged survives a power cut. A connection a use; it is opened
some times a minute, by people.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

BUSY_SECONDS = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL, disabled INTEGER NOT NULL DEFAULT 0, made REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS session (
    id BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name), csrf TEXT NOT NULL, made REAL NOT NULL, seen REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS tries (key BLOB PRIMARY KEY, wrong INTEGER NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, ip TEXT NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL, note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ignored (question TEXT PRIMARY KEY, who TEXT NOT NULL, at REAL NOT NULL);
"""


class DeskDown(Exception):
    """The disk can't serve; the message is a sentence for staff."""


class DeskStore:
    """``with store.open() as db``: one transaction, kept whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a writing transaction, committed at the end, rolled back by an exception. DeskDown."""
        try:
            with contextlib.closing(self._connect()) as db:
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise DeskDown(f"员工台的数据库暂时不能使用（{error}），刚才的操作没有保存，请稍后再试。") from error

    def _connect(self) -> sqlite3.Connection:
        fresh = not self.path.exists()
        if fresh:
            self.path.touch(mode=0o600)
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA secure_delete=ON")
        if fresh or not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'ignored'").fetchone():
            db.executescript(SCHEMA)
        return db
