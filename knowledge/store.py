"""Every version of every notice, and the drafts, in one SQLite file (DATA_DIR/knowledge.db).

A version never changes once it is there. Every write is one transaction, on disk before it is acknowledged (rollback
journal, synchronous=EXTRA: the unlinked journal's folder is synced too, so a power cut can't bring it back). What goes
wrong is a StoreError, one sentence for staff. Nothing here is called on the way of a reply.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILE = "knowledge.db"
BUSY_SECONDS = 5.0
WRITTEN_BY = 1  # the shape of the tables
TABLES = (
    """CREATE TABLE version (
    number INTEGER PRIMARY KEY, year INTEGER NOT NULL, document TEXT NOT NULL, digest TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL, changed TEXT NOT NULL, answers TEXT NOT NULL)""",  # the last two as JSON
    "CREATE TABLE in_force (year INTEGER PRIMARY KEY, number INTEGER NOT NULL REFERENCES version(number))",
    """CREATE TABLE draft (
    year INTEGER PRIMARY KEY, document TEXT NOT NULL, based_on INTEGER, revision INTEGER NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)""",
    "CREATE TRIGGER version_stays BEFORE UPDATE ON version BEGIN SELECT RAISE(ABORT, 'a version never changes'); END",
    "CREATE TRIGGER version_is_kept BEFORE DELETE ON version BEGIN SELECT RAISE(ABORT, 'a version is never deleted'); END",
)
REASONS = {
    "SQLITE_FULL": "磁盘已满，什么也没有写入，请腾出空间后再试", "SQLITE_READONLY": "数据文件夹不能写入，请检查权限",
    "SQLITE_CANTOPEN": "打不开知识库文件，请检查数据文件夹的权限", "SQLITE_PERM": "没有权限打开知识库文件",
    "SQLITE_BUSY": "别人正在写入，请稍后再试", "SQLITE_LOCKED": "别人正在写入，请稍后再试", "SQLITE_IOERR": "磁盘读写出错，什么也没有写入，请检查磁盘",
    "SQLITE_CORRUPT": "知识库文件已损坏，请从备份恢复", "SQLITE_NOTADB": "知识库文件已损坏，请从备份恢复",
}


class StoreError(Exception):
    """The store can't serve; the message is one Chinese sentence."""


class Stale(StoreError):
    """Somebody else wrote in between: nothing was written."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where the versions are kept."""

    path: Path


@dataclass(frozen=True, slots=True)
class Version:
    """发布的一版: who published what, when (UTC) and why, and the lines of what changed. Its text: ``text_of``."""

    number: int
    year: int
    digest: str  # SHA-256 of the text
    who: str
    why: str
    at: dt.datetime
    changed: tuple[str, ...] = ()
    answers: tuple[tuple[str, str, str, str], ...] = ()  # code, title, words before, words after: what copies in groups are held against


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as stored. ``revision`` counts its savings; ``based_on`` is the version it began from (None: a new notice)."""

    year: int
    text: str
    based_on: int | None
    revision: int
    who: str
    at: dt.datetime


def open_store(data_dir: Path) -> Store:
    """The store in this data folder, made (readable by its owner only) where there is none. StoreError."""
    store = Store(Path(data_dir) / FILE)
    try:
        if not store.path.exists():
            os.close(os.open(store.path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"不能在数据文件夹里建立知识库文件（{error.strerror}）。") from None
    with _connection(store) as db:
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            with _transaction(db):
                _make_tables(db)
    return store


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# -- versions

def in_force(store: Store) -> dict[int, Version]:
    """Year of the notice → its version in force."""
    with _connection(store) as db:
        rows = db.execute(f"SELECT {_COLUMNS} FROM version JOIN in_force USING (number) ORDER BY version.year").fetchall()  # noqa: S608
    return {row[1]: _version(row) for row in rows}


def history(store: Store, year: int | None = None) -> list[Version]:
    """The versions, newest first; of one year's notice, or of all."""
    with _connection(store) as db:
        rows = db.execute(f"SELECT {_COLUMNS} FROM version WHERE ? IS NULL OR year = ? ORDER BY number DESC", (year, year)).fetchall()  # noqa: S608
    return [_version(row) for row in rows]


def version(store: Store, number: int) -> Version:
    """One version. StoreError where there is none of that number."""
    with _connection(store) as db:
        row = db.execute(f"SELECT {_COLUMNS} FROM version WHERE number = ?", (number,)).fetchone()  # noqa: S608
    if row is None:
        raise StoreError(f"没有第{number}版。")
    return _version(row)


def text_of(store: Store, number: int) -> str:
    """The notice of a version as TOML. StoreError where it is missing or no longer what was published."""
    with _connection(store) as db:
        row = db.execute("SELECT document, digest FROM version WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise StoreError(f"没有第{number}版。")
    if not isinstance(row[0], str) or digest_of(row[0]) != row[1]:
        raise StoreError(f"第{number}版的内容已损坏，请从备份恢复。")
    return row[0]


def add_version(store: Store, year: int, text: str, who: str, why: str, changed: tuple[str, ...] = (),
                answers: tuple[tuple[str, str, str, str], ...] = (), *, expected: int | None, draft: int | None = None) -> Version:
    """The new version in force, in one step.

    ``expected`` is the version that must still be in force (None: none yet), ``draft`` the revision of the draft that
    this publishes and thereby ends. Stale where either has moved on.
    """
    with _connection(store) as db, _transaction(db):
        held = db.execute("SELECT number FROM in_force WHERE year = ?", (year,)).fetchone()
        if (held[0] if held else None) != expected:
            raise Stale(f"现在已是第{held[0]}版，有人先发布了，请看过新的一版再发布。" if held else "原来的版本已经不在了，请重新打开。")
        if draft is not None and db.execute("DELETE FROM draft WHERE year = ? AND revision = ?", (year, draft)).rowcount != 1:
            raise Stale("草稿刚被别人改过，没有发布，请看过再发布。")
        number = db.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM version").fetchone()[0]
        at = _now()
        db.execute("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   (number, year, text, digest_of(text), who, why, at.isoformat(), _json(changed), _json(answers)))
        db.execute("INSERT OR REPLACE INTO in_force VALUES (?, ?)", (year, number))
    return Version(number, year, digest_of(text), who, why, at, tuple(changed), tuple(answers))


# -- drafts

def read_draft(store: Store, year: int) -> DraftRow | None:
    """The draft of a year's notice, if there is one."""
    with _connection(store) as db:
        row = db.execute("SELECT year, document, based_on, revision, who, at FROM draft WHERE year = ?", (year,)).fetchone()
    return row and DraftRow(*row[:5], dt.datetime.fromisoformat(row[5]))


def draft_years(store: Store) -> list[int]:
    """The years whose notice has a draft."""
    with _connection(store) as db:
        return [year for year, in db.execute("SELECT year FROM draft ORDER BY year")]


def write_draft(store: Store, year: int, text: str, based_on: int | None, revision: int, who: str) -> DraftRow:
    """Save the draft whose last known revision is ``revision`` (0: there was none). Stale where it is another by now."""
    with _connection(store) as db, _transaction(db):
        held = db.execute("SELECT revision FROM draft WHERE year = ?", (year,)).fetchone()
        if (held[0] if held else 0) != revision:
            raise Stale("草稿刚被别人改过。")
        at = _now()
        db.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?)", (year, text, based_on, revision + 1, who, at.isoformat()))
    return DraftRow(year, text, based_on, revision + 1, who, at)


def drop_draft(store: Store, year: int, revision: int) -> None:
    """Throw the draft away. Stale where it is another by now."""
    with _connection(store) as db, _transaction(db):
        if db.execute("DELETE FROM draft WHERE year = ? AND revision = ?", (year, revision)).rowcount != 1:
            raise Stale("草稿刚被别人改过或删除。")


# -- SQLite

_COLUMNS = "number, version.year, digest, who, why, at, changed, answers"


def _version(row: tuple) -> Version:
    return Version(*row[:5], dt.datetime.fromisoformat(row[5]), tuple(json.loads(row[6])), tuple(map(tuple, json.loads(row[7]))))


def _json(rows: tuple) -> str:
    return json.dumps(rows, ensure_ascii=False)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@contextmanager
def _connection(store: Store) -> Iterator[sqlite3.Connection]:
    """A connection for one piece of work; SQLite's errors become StoreErrors."""
    db = None
    try:
        db = sqlite3.connect(f"file:{_quoted(store.path)}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        db.execute("PRAGMA synchronous=EXTRA")
        yield db
    except sqlite3.Error as error:
        raise StoreError(f"{_reason(error)}。") from error
    finally:
        if db is not None:
            db.close()


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; one writer at a time."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _make_tables(db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody else was faster
        for statement in TABLES:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {WRITTEN_BY}")


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _reason(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "") or ""
    return next((said for start, said in REASONS.items() if name.startswith(start)), f"知识库暂时不能使用（{error}）")
