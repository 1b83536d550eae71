"""The internal deadline: work that takes too long is stopped, and the asker gets the apology within WeChat's five seconds.

One watching thread raises DeadlineExceeded inside the thread that is late. That truly ends a runaway answer (a pool
would let it go on burning) and costs the others two dictionary operations a message.
"""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import TypeVar

SECONDS = 4.0
TICK = 0.1
Result = TypeVar("Result")
_running: dict[int, float] = {}
_watching = 0  # the process that has a watching thread (a fork has none)


class DeadlineExceeded(BaseException):
    """An answer was not worked out in time. Not an Exception, so that no handler swallows it."""


def within(seconds: float, work: Callable[..., Result], *args: object) -> Result:
    """``work(*args)``, or DeadlineExceeded once ``seconds`` are over. Only Python code can be stopped."""
    _watch()
    me, struck = threading.get_ident(), False
    _running[me] = time.monotonic() + seconds
    try:
        return work(*args)
    except DeadlineExceeded:
        struck = True
        raise
    finally:
        if not struck and _running.pop(me, None) is None:
            _await_the_blow()


def _await_the_blow() -> None:
    """The watcher was quicker than the end of the work: its exception is on its way, and must strike here."""
    for _ in range(1000):
        time.sleep(0.001)


def _watch() -> None:
    global _watching
    if _watching != os.getpid():
        _watching = os.getpid()
        _running.clear()
        threading.Thread(target=_watcher, name="deadline", daemon=True).start()


def _watcher() -> None:
    while True:
        time.sleep(TICK)
        now = time.monotonic()
        for thread, until in tuple(_running.items()):
            if now > until and _running.pop(thread, None) is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(DeadlineExceeded))
