#!/usr/bin/env python3
"""Saves and restores the bot's data folder. Standard library only: it works before anything is installed.

    backup.py save [--data DIR] [--to DIR] [--keep 14]     a new archive, while the bot runs; older ones are pruned
    backup.py check ARCHIVE                                 would it restore?
    backup.py restore ARCHIVE [--data DIR]                  put it back; the bot has to be stopped

Databases are copied by SQLite's own backup, never as files that are being written. An archive holds the key that
makes askers unrecognisable, so it is readable by its owner only.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import fcntl
import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

PREFIX = "cpcif-quality-bot-"
KEEP = 14
MAGIC = b"SQLite format 3\0"
BUSY_SECONDS = 30
PASSING = ("-wal", "-shm", "-journal", ".lock", ".tmp", ".index")  # endings of files that mean nothing without their process, or are made again


class Trouble(Exception):
    """What is wrong, in one sentence."""


def save(data: Path, to: Path, keep: int = KEEP) -> Path:
    """A new archive of ``data`` in ``to``; only the ``keep`` youngest stay."""
    if not data.is_dir():
        raise Trouble(f"there is no data folder {data}")
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{PREFIX}{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S.%fZ}.tar.gz"
    with tempfile.TemporaryDirectory(dir=to, prefix=".making-") as making:
        copy = Path(making) / "data"
        _copy(data, copy)
        draft = Path(making) / name
        with tarfile.open(draft, "w:gz") as archive:
            archive.add(copy, "data")
        _settle(draft)
        os.replace(draft, to / name)
    _settle(to)
    for old in sorted(to.glob(f"{PREFIX}*.tar.gz"))[:-keep]:
        old.unlink()
    return to / name


def restore(archive: Path, data: Path) -> Path | None:
    """Put ``archive`` in the place of ``data``; where the old folder went, if there was one."""
    data = data.absolute()
    if _in_use(data):
        raise Trouble("the bot is running; stop it first (systemctl stop cpcif-quality-bot)")
    data.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data.parent, prefix=".restoring-") as place:
        fresh = _unpack(archive, Path(place))
        aside = None
        if data.exists():
            owner = data.stat()
            for path in (fresh, *fresh.rglob("*")):
                with contextlib.suppress(PermissionError):
                    os.chown(path, owner.st_uid, owner.st_gid)
            aside = data.with_name(f"{data.name}.before-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}")
            os.replace(data, aside)
        os.replace(fresh, data)
    _settle(data.parent)
    return aside


def check(archive: Path) -> int:
    """How many files ``archive`` would restore; Trouble where it is damaged."""
    with tempfile.TemporaryDirectory() as place:
        return sum(path.is_file() for path in _unpack(archive, Path(place)).rglob("*"))


def _copy(data: Path, copy: Path) -> None:
    copy.mkdir(mode=0o700)
    for path in sorted(data.rglob("*")):
        target = copy / path.relative_to(data)
        if path.is_symlink() or path.name.endswith(PASSING) or ".broken-" in path.name or path.name.startswith("."):
            continue
        if path.is_dir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif path.is_file():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.touch(mode=0o600)
            (_copy_database if _is_database(path) else shutil.copyfile)(path, target)


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _copy_database(path: Path, target: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as source:
            source.execute("PRAGMA wal_autocheckpoint=0")  # reading only: moving the log is the bot's own business
            with contextlib.closing(sqlite3.connect(target)) as made:
                source.backup(made, pages=256, sleep=0.005)
                made.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Trouble(f"{path} can't be copied ({error})") from None
    _sound(target)


def _sound(path: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            verdict = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise Trouble(f"the database {path.name} is damaged ({verdict})")


def _unpack(archive: Path, place: Path) -> Path:
    try:
        with tarfile.open(archive, "r:gz") as opened:
            members = opened.getmembers()
            if any(not (one.isfile() or one.isdir()) or one.name.startswith("/") or ".." in Path(one.name).parts or Path(one.name).parts[0] != "data" for one in members):
                raise Trouble(f"{archive} is not one of our archives")
            opened.extractall(place, members=members, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    except (OSError, tarfile.TarError, EOFError) as error:
        raise Trouble(f"{archive} can't be read ({error})") from None
    fresh = place / "data"
    if not fresh.is_dir():
        raise Trouble(f"{archive} is not one of our archives")
    fresh.chmod(0o700)
    for path in fresh.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if path.is_file() and _is_database(path):
            _sound(path)
    return fresh


def _in_use(data: Path) -> bool:
    """Whether a running bot holds its lock."""
    try:
        with (data / "keeper.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _settle(path: Path) -> None:
    """On the disk, not only on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("save", "check", "restore"))
    parser.add_argument("archive", nargs="?", type=Path)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("DATA_DIR") or "instance"))
    parser.add_argument("--to", type=Path, default=Path("backups"))
    parser.add_argument("--keep", type=int, default=KEEP)
    asked = parser.parse_args(arguments)
    if (asked.archive is None) != (asked.what == "save") or asked.keep < 1:
        parser.error("save takes no archive, check and restore take one; --keep is 1 or more")
    os.umask(0o077)
    try:
        print({"save": _save, "check": _check, "restore": _restore}[asked.what](asked))
    except Trouble as trouble:
        sys.exit(f"Nothing was done: {trouble}.")
    except OSError as error:
        sys.exit(f"Nothing was done: {error}.")


def _save(asked: argparse.Namespace) -> str:
    made = save(asked.data, asked.to, asked.keep)
    return f"Saved {asked.data} as {made} ({made.stat().st_size} bytes)."


def _check(asked: argparse.Namespace) -> str:
    return f"{asked.archive} is sound and holds {check(asked.archive)} files."


def _restore(asked: argparse.Namespace) -> str:
    aside = restore(asked.archive, asked.data)
    return f"Restored {asked.archive} to {asked.data}." + (f" What was there is now {aside}." if aside else "")


if __name__ == "__main__":
    main()
