"""The keeper: one thread among all workers that keeps the store small, off the way of every reply.

It moves the log into the file, forgets replies and conversations whose time is over, and purges the journal; where
machines share a Redis it also carries between that and this machine's files (``chores``). A file
lock elects it, so that one connection alone checkpoints (SQLite before 3.51.3 can lose data when two race).
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bot import DAY, journal
from bot.memory import Memory
from bot.store import StoreDown, checkpoint

log = logging.getLogger("bot.keeper")
TICK = 0.25
TIDY_EVERY, PURGE_EVERY = 60.0, 3600.0
LOG_AT_MOST = 1 << 20  # bytes of write-ahead log from which it is moved into the file


class Keeper:
    """Started by the first request of a worker, so that a fork or a command-line run has no thread."""

    def __init__(self, memory: Memory, journal_days: int, *chores: Callable[[float], object]) -> None:
        self._memory, self._days, self._chores = memory, journal_days, chores
        self._log = Path(f"{memory.store.path}-wal")
        self._pid = 0
        self._lock = -1
        self._tidied = self._purged = 0.0

    def start(self) -> None:
        """Have a thread in this process. Costs nothing once there is one."""
        if self._pid != os.getpid():
            self._pid, self._lock = os.getpid(), -1
            threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(TICK)
            self._try(self._memory.shared.mend)
            self._try(self._memory.catch_up, time.time())
            if self._try(self._elected):
                for chore in (self.round, *self._chores):
                    self._try(chore, time.time())

    def _try(self, work: Callable[..., object], *args: object) -> object:
        """One piece of work; where it fails the others go on, and the next round tries again."""
        try:
            return work(*args)
        except (StoreDown, OSError):
            return None  # the store has said so in the log
        except Exception as error:
            log.error("keeper", extra={"event": "failed", "error": type(error).__name__})
            return None

    def round(self, clock: float) -> None:
        """One round of housekeeping."""
        if clock - self._purged >= PURGE_EVERY:
            journal.purge(self._memory.store, clock - self._days * DAY)
            journal.forget_pushes(self._memory.store, clock - DAY)
            self._purged = clock
        if clock - self._tidied >= TIDY_EVERY:
            wipe = self._memory.tidy(clock) > 0
            self._memory.store.use(checkpoint, wipe)
            self._tidied = clock
        elif (size := self._log_size()) > LOG_AT_MOST:
            # Under steady writing a log never becomes free by itself; a long one is emptied while writers wait a moment.
            self._memory.store.use(checkpoint)
            if size > 8 * LOG_AT_MOST:
                self._memory.store.use(checkpoint, True)

    def _log_size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0

    def _elected(self) -> bool:
        """Whether this process holds the keeper's lock; the kernel frees it when the process ends, however it ends."""
        if self._lock >= 0:
            return True
        handle = os.open(self._memory.store.path.with_name("keeper.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._lock = handle
        return True
