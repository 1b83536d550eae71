"""Backups restore: taken from a live database, checked, pruned, readable by the owner only."""

from __future__ import annotations

import contextlib
import fcntl
import io
import sqlite3
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "deploy" / "backup.py"


def backup(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def rows(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert database.execute("SELECT count(*) FROM line WHERE half IS NULL").fetchone()[0] == 0
        return database.execute("SELECT count(*) FROM line").fetchone()[0]


@pytest.fixture
def data(tmp_path) -> Path:
    """A data folder as the bot leaves it: a database with its log not yet moved in, the key, a lock, a subfolder."""
    folder = tmp_path / "data"
    (folder / "notices").mkdir(parents=True)
    (folder / "notices" / "2026.toml").write_text("[notice]\n", "utf-8")
    (folder / "secret_key").write_text("k" * 64)
    (folder / "keeper.lock").touch()
    (folder / "notices" / "0123456789abcdef.index").write_bytes(b"made again by whoever starts")
    (folder / "bot.db.broken-20250101T000000").write_bytes(b"old")
    return folder


@pytest.fixture
def database(data):
    with contextlib.closing(sqlite3.connect(data / "bot.db", isolation_level=None, check_same_thread=False)) as opened:
        opened.executescript("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE line(id INTEGER PRIMARY KEY, half TEXT);")
        opened.executemany("INSERT INTO line(half) VALUES (?)", [("x",)] * 500)
        yield opened


def archives(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"))


def test_what_was_saved_comes_back(data, database, tmp_path):
    saved = backup("save", "--data", data, "--to", tmp_path / "to")
    assert saved.returncode == 0 and len(saved.stdout.splitlines()) == 1, saved.stderr
    (archive,) = archives(tmp_path / "to")
    assert archive.stat().st_mode & 0o777 == 0o600 and archive.parent.stat().st_mode & 0o777 == 0o700
    assert backup("check", archive).returncode == 0
    restored = backup("restore", archive, "--data", tmp_path / "elsewhere" / "data")
    assert restored.returncode == 0, restored.stderr
    again = tmp_path / "elsewhere" / "data"
    assert sorted(path.relative_to(again).as_posix() for path in again.rglob("*")) == ["bot.db", "notices", "notices/2026.toml", "secret_key"]
    assert rows(again / "bot.db") == 500 and (again / "secret_key").read_text() == "k" * 64
    assert again.stat().st_mode & 0o777 == 0o700 and all(path.stat().st_mode & 0o077 == 0 for path in again.rglob("*"))


def test_a_backup_under_writes_is_whole(data, database, tmp_path):
    stop, trouble = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            try:
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO line(half) VALUES (NULL)")
                database.execute("UPDATE line SET half = 'x' WHERE half IS NULL")
                database.execute("COMMIT")
            except sqlite3.Error as error:
                trouble.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            assert backup("save", "--data", data, "--to", tmp_path / "to").returncode == 0
    finally:
        stop.set()
        writer.join()
    assert not trouble
    for number, archive in enumerate(archives(tmp_path / "to")):
        assert backup("restore", archive, "--data", tmp_path / f"back{number}").returncode == 0
        assert rows(tmp_path / f"back{number}" / "bot.db") >= 500
    assert number == 4


def test_only_the_youngest_are_kept(data, database, tmp_path):
    for _ in range(5):
        assert backup("save", "--data", data, "--to", tmp_path / "to", "--keep", 3).returncode == 0
    assert len(archives(tmp_path / "to")) == 3
    assert not [path for path in (tmp_path / "to").iterdir() if path.name.startswith(".")]


def test_what_was_there_is_set_aside_not_deleted(data, database, tmp_path):
    backup("save", "--data", data, "--to", tmp_path / "to")
    database.execute("DELETE FROM line")
    database.close()
    assert backup("restore", *archives(tmp_path / "to"), "--data", data).returncode == 0
    assert rows(data / "bot.db") == 500
    (aside,) = tmp_path.glob("data.before-*")
    assert rows(aside / "bot.db") == 0


def test_a_running_bot_is_not_pulled_from_under(data, database, tmp_path):
    backup("save", "--data", data, "--to", tmp_path / "to")
    with (data / "keeper.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = backup("restore", *archives(tmp_path / "to"), "--data", data)
    assert refused.returncode != 0 and "running" in refused.stderr and not list(tmp_path.glob("data.before-*"))


@pytest.mark.parametrize("spoil", ["cut", "noise", "foreign", "climbing", "damaged"])
def test_a_bad_archive_changes_nothing(spoil, data, database, tmp_path):
    backup("save", "--data", data, "--to", tmp_path / "to")
    (archive,) = archives(tmp_path / "to")
    if spoil == "cut":
        archive.write_bytes(archive.read_bytes()[:-200])
    elif spoil == "noise":
        archive.write_bytes(b"no archive at all")
    else:
        names = {"foreign": "etc/passwd", "climbing": "data/../../evil", "damaged": "data/bot.db"}
        content = b"SQLite format 3\0" + b"\xff" * 5000
        with tarfile.open(archive, "w:gz") as made:
            member = tarfile.TarInfo(names[spoil])
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    for refused in (backup("check", archive), backup("restore", archive, "--data", data)):
        assert refused.returncode != 0 and refused.stderr.startswith("Nothing was done") and "Traceback" not in refused.stderr
    assert (data / "secret_key").exists() and not list(tmp_path.glob("data.before-*")) and not (tmp_path / "evil").exists()


def test_a_damaged_database_is_not_saved_as_if_it_were_sound(data, database, tmp_path):
    (data / "other.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    refused = backup("save", "--data", data, "--to", tmp_path / "to")
    assert refused.returncode != 0 and "other.db" in refused.stderr and archives(tmp_path / "to") == []


@pytest.mark.parametrize("arguments", [["restore"], ["save", "x.tar.gz"], ["save", "--keep", "0"], ["check", "/nonexistent.tar.gz"], ["save", "--data", "/nonexistent"]], ids=" ".join)
def test_slips_are_answered_in_words(arguments):
    ended = backup(*arguments)
    assert ended.returncode != 0 and "Traceback" not in ended.stderr and ended.stderr.strip()
