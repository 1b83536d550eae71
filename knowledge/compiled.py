"""An index is built once: by the process that publishes, or the first that starts. All others read it from a file.

Building costs most of a second and leaves twice the memory behind that the index needs; reading it, some hundredths. A
file is named by everything that it depends on: the words of the notice, the code that builds it, the interpreter. One
that is missing or damaged is built again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from knowledge import files
from knowledge.index import Index

log = logging.getLogger("knowledge.compiled")
FOLDER = "published"  # in the data folder
SUFFIX, LOCK = ".index", ".index.lock"
TABLES = ("opencc", "pypinyin")  # packages whose tables the words go through
KEPT = 6  # files: of the notices in force, and of the versions before
_DIGEST = hashlib.sha256().digest_size


def index_for(key: bytes, folder: Path, build: Callable[[], Index]) -> Index:
    """The index of that key (a hash of the words that it is built from): read from ``folder``, else built and left there.

    A folder that can't be written costs the next process the same work again, and never an answer.
    """
    path = folder / (hashlib.sha256(_builder() + key).hexdigest()[:32] + SUFFIX)
    if index := _read(path):
        return index
    with _locked(folder):  # the workers notice a publication together: one builds, the others wait for its file
        if index := _read(path):
            return index
        index = build()
        try:
            _write(path, index)
        except OSError as error:
            log.warning("index not kept", extra={"event": "index_not_kept", "error": type(error).__name__})
        return index


@lru_cache(maxsize=1)
def _builder() -> bytes:
    """What builds: the interpreter, whose marshal format it is, and every line of code and table that may have a part in it."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    versions = [sys.version, *map(version, TABLES)]
    return hashlib.sha256(b"\0".join([*(one.encode() for one in versions), *(path.read_bytes() for path in sources)])).digest()


def _read(path: Path) -> Index | None:
    try:
        digest, packed = (whole := path.read_bytes())[:_DIGEST], whole[_DIGEST:]
    except OSError:
        return None
    if hashlib.sha256(packed).digest() != digest:
        log.warning("index damaged", extra={"event": "index_damaged"})
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return Index.unpacked(marshal.loads(packed))


def _write(path: Path, index: Index) -> None:
    """Leave it there for the others; the files used longest ago make room."""
    packed = marshal.dumps(index.packed())
    files.replace(path, hashlib.sha256(packed).digest() + packed, sync=False)
    by_use = sorted(path.parent.glob(f"*{SUFFIX}"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in by_use[KEPT:]:
        old.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; where the folder can't be written there is nothing to wait for."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
