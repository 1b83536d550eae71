"""What is in force, kept ready in this process. One thread looks for a new version; no reply ever waits for it.

A snapshot is only ever replaced by a better one: while the store can't be read or a version in it is damaged, the last
good one answers and says so (``degraded``). A copy of what is in force stands beside the store as readable files
(DATA_DIR/published/2025.toml), for the one case that a process starts while the store is broken. A machine that only
follows another's publications has a bundle (knowledge/bundle.py) in the store's place.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge import bundle, files, publish, schema, store
from knowledge.compiled import FOLDER
from knowledge.snapshot import Snapshot, build, packaged
from knowledge.store import StoreError, Version

log = logging.getLogger("knowledge.live")
EVERY = 0.25  # seconds between two looks at the store's file
RETRY = 5.0  # seconds until a store in trouble is read again
SETTLED = 0.1  # seconds after which a file's time tells two writes apart
Force = dict[int, tuple[int, str]]  # year → number and digest of the version: another machine's first is not this one's
_kept: dict[Path, Kept] = {}
_lock, _looking = threading.Lock(), threading.Lock()
_watcher: threading.Thread | None = None


@dataclass(slots=True)
class Kept:
    """The snapshot for one data folder, and the mark of the file that it was read from."""

    data_dir: Path
    snapshot: Snapshot
    force: Force
    mark: tuple | None = None  # (): to be read at the next look
    again_at: float = 0.0


def current(data_dir: Path) -> Snapshot:
    """What is in force for this data folder, from memory. The first call of a process reads the store; StoreError."""
    kept = _kept.get(data_dir)
    if kept is None:
        with _lock:
            kept = _kept.get(data_dir) or _kept.setdefault(data_dir, _first(data_dir))
    if _watcher is None:
        _watch()
    return kept.snapshot


def refresh(data_dir: Path) -> None:
    """Have in force what stands in the data folder now, rather than at the watcher's next look."""
    if kept := _kept.get(data_dir):
        look(kept)


def load(data_dir: Path) -> Snapshot:
    """Read what is in force from the store. StoreError or KnowledgeError where it can't be had whole."""
    return _load(data_dir)[0]


def look(kept: Kept) -> None:
    """One look: where the store's file has changed, read it, and swap the snapshot if another version is in force."""
    with _looking:
        _look(kept)


def _look(kept: Kept) -> None:
    mark, now = _mark(kept.data_dir), time.monotonic()
    if mark == kept.mark and not (kept.snapshot.degraded and now >= kept.again_at):
        return
    try:
        if mark is None:
            raise StoreError("知识库文件不见了，请从备份恢复。")
        force = _force(kept.data_dir)
        if force != kept.force or kept.snapshot.degraded:
            kept.snapshot, kept.force = _load(kept.data_dir)
            log.info("snapshot", extra={"event": "snapshot", "version": kept.snapshot.version})
    except Exception as error:
        _degrade(kept, error)
        kept.again_at = now + RETRY
    kept.mark = mark if _settled(mark) else ()


# -- reading

def _first(data_dir: Path) -> Kept:
    mark = _mark(data_dir)
    try:
        return Kept(data_dir, *_load(data_dir), mark if mark and _settled(mark) else ())
    except Exception as error:
        kept = Kept(data_dir, _otherwise(data_dir, error), {}, mark, time.monotonic() + RETRY)
        _degrade(kept, error)
        return kept


def _force(data_dir: Path) -> Force:
    """What is in force now."""
    taken = bundle.kept(data_dir)
    return _marked(taken.versions if taken else store.in_force(store.Store(data_dir / store.FILE)).values())


def _marked(versions: Iterable[Version | bundle.Published]) -> Force:
    return {one.year: (one.number, one.digest) for one in versions}


def _load(data_dir: Path) -> tuple[Snapshot, Force]:
    if taken := bundle.kept(data_dir):
        return _unpacked(data_dir, taken)
    if not (data_dir / store.FILE).exists() and _copies(data_dir):
        raise StoreError("知识库文件不见了，请从备份恢复。")
    kept = store.open_store(data_dir)
    try:
        publish.bring_in_packaged(kept)
    except StoreError:
        if not store.in_force(kept):
            raise  # else the disk can't be written: what is there is still in force
    force = store.in_force(kept)
    documents = {one: publish.document(kept, one.number) for one in force.values()}
    snapshot = build(list(documents.values()), max(one.number for one in force.values()), bundle.changes(kept), data_dir / FOLDER)
    _write_copies(data_dir, force, lambda one: store.text_of(kept, one.number))
    return snapshot, _marked(force.values())


def _unpacked(data_dir: Path, taken: bundle.Bundle) -> tuple[Snapshot, Force]:
    """What another machine published, and this one only follows."""
    snapshot = build([schema.parsed(one.text) for one in taken.versions], max(one.number for one in taken.versions), taken.changes, data_dir / FOLDER)
    _write_copies(data_dir, {one.year: one for one in taken.versions}, lambda one: one.text)
    return snapshot, _marked(taken.versions)


def _otherwise(data_dir: Path, error: Exception) -> Snapshot:
    """Where the store can't be read at the start: the copy of what was in force; what came with the program only where
    nothing else was ever published. Else the error: rather no answer than an outdated one."""
    if copies := _copies(data_dir):
        numbers = [int(found[1]) for text in copies if (found := re.match(r"# 第(\d+)版", text))]
        return build([schema.loads(text, "副本") for text in copies], max(numbers, default=1), folder=data_dir / FOLDER)
    if (data_dir / store.FILE).exists() and (data_dir / store.FILE).stat().st_size:
        raise error
    return packaged()


def _degrade(kept: Kept, error: Exception) -> None:
    reason = str(error) if isinstance(error, (StoreError, schema.KnowledgeError)) else f"知识库读不出来（{type(error).__name__}）。"
    if kept.snapshot.degraded != reason:
        kept.snapshot = replace(kept.snapshot, degraded=reason)
        log.error("snapshot kept", extra={"event": "snapshot_kept", "version": kept.snapshot.version, "reason": reason})


def _mark(data_dir: Path) -> tuple | None:
    return files.mark(data_dir / bundle.FILE) or files.mark(data_dir / store.FILE)


def _settled(mark: tuple | None) -> bool:
    """Whether a further write would show in the file's time; until then the file is read at every look."""
    return mark is None or time.time() - mark[1] / 1e9 > SETTLED


# -- the copy

def _copies(data_dir: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((data_dir / FOLDER).glob("[0-9][0-9][0-9][0-9].toml"))]


def _write_copies(data_dir: Path, force: dict[int, Version], text_of: Callable[[Version], str]) -> None:
    """Readable files of what is in force; a folder that can't be written is the store's trouble, not an answer's."""
    folder = data_dir / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        for year, one in force.items():
            path, head = folder / f"{year}.toml", f"# 第{one.number}版 {one.digest}\n"
            if not path.exists() or not path.read_text("utf-8").startswith(head):
                files.replace(path, (head + text_of(one)).encode())
    except OSError as error:
        log.warning("no copy", extra={"event": "no_copy", "error": type(error).__name__})


# -- the thread

def _watch() -> None:
    global _watcher
    with _lock:
        if _watcher is None:
            _watcher = threading.Thread(target=_run, name="snapshot", daemon=True)
            _watcher.start()


def _run() -> None:
    while True:
        time.sleep(EVERY)
        for kept in list(_kept.values()):
            try:
                if kept.data_dir.is_dir():
                    look(kept)
                else:
                    _kept.pop(kept.data_dir, None)  # the folder of a finished test
            except Exception as error:
                log.error("watch", extra={"event": "failed", "error": type(error).__name__})


def _after_fork() -> None:
    """A child has its parent's snapshots, and neither its thread nor a lock that somebody else held."""
    global _watcher, _lock, _looking
    _watcher, _lock, _looking = None, threading.Lock(), threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
