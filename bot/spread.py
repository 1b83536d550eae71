"""What is published, on its way to other machines: the one with the desk puts it into Redis, the others follow.

Contents never change and are known by their hash; one pointer says which are in force. Followers hear of a new one at
once (pub/sub), and look every second in case they heard nothing; what is not what its hash says is not taken, and the
last good one stays on disk, so a machine that starts while Redis is away answers from that.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from bot import DAY, ahead, journal
from bot.shared.in_redis import owed_key
from bot.shared.link import Link
from bot.store import Store, StoreDown
from knowledge import bundle, files, live, schema
from knowledge import store as knowledge_store

log = logging.getLogger("bot.spread")
POINTER, CHANNEL = "cqb:current", "cqb:published"
LIFE = 90 * DAY  # seconds that Redis keeps it without a word from the desk
SUPERSEDED = 3600  # seconds that it keeps what is no longer in force, for who is just fetching it
AGAIN = DAY  # seconds after which it is put there anew
LOOK = 1.0  # seconds between two looks at the pointer
UNREADABLE = 30.0  # seconds until a store that can't be read is tried again
STRAGGLERS = 5.0  # seconds after a correction in which lines written before it may still arrive


class Pointer(msgspec.Struct, frozen=True):
    """The hashes of what is in force: the bundle of notices, and what stands ahead of replies."""

    bundle: str
    ahead: str


class Desk:
    """The side of the machine with the desk: what it has in force is what Redis has."""

    def __init__(self, link: Link, data_dir: Path, store: Store) -> None:
        self._link, self._data_dir, self._store = link, data_dir, store
        self._look_at = self._again_at = self._corrected_at = 0.0
        self._mark: tuple = ()  # of the files when they were last looked at, and when they were last put there
        self._put_mark: tuple = ()
        self._pointer = b""

    def round(self, clock: float) -> None:
        """Put there what is new, or missing. StoreDown: the next round tries again; a store that can't be read waits."""
        mark = tuple(files.mark(self._data_dir / name) for name in (knowledge_store.FILE, ahead.FILE))
        if mark == self._mark and clock < self._look_at:
            return
        self._mark, self._look_at = mark, clock + LOOK
        try:
            self._look(mark, clock)
        except knowledge_store.StoreError as error:  # all is tried again once its file is another, or a while later
            self._look_at = clock + UNREADABLE
            log.error("not published to others", extra={"event": "not_spread", "reason": str(error)})
        except StoreDown:
            self._mark = ()
            raise

    def _look(self, mark: tuple, clock: float) -> None:
        there = self._link.get(POINTER)
        if mark != self._put_mark or there != self._pointer or clock >= self._again_at:
            self._put(there, clock)
            # A file that was written a moment ago may be written again without its time telling.
            self._put_mark = mark if all(one is None or clock - one[1] / 1e9 > LOOK for one in mark) else ()
        if self._corrected_at and clock >= self._corrected_at:
            self._tell_who_is_owed(clock)
            self._corrected_at = 0.0

    def _put(self, there: bytes | None, clock: float) -> None:
        contents = bundle.pack(knowledge_store.Store(self._data_dir / knowledge_store.FILE)), ahead.raw(self._data_dir)
        pointer = msgspec.json.encode(Pointer(*map(bundle.hash_of, contents)))
        if pointer == there and clock < self._again_at:
            self._pointer = pointer
            return
        self._corrected_at = clock + STRAGGLERS  # first: whatever fails below, who is owed a correction is told
        for content in contents:
            self._link.call(lambda client, content=content: client.set(_key(bundle.hash_of(content)), content, ex=LIFE))
        self._link.call(lambda client: client.set(POINTER, pointer, ex=LIFE))
        self._link.call(lambda client: client.publish(CHANNEL, pointer))
        for name in _named_in(there) - _named_in(pointer):
            self._link.call(lambda client, name=name: client.expire(_key(name), SUPERSEDED))
        log.info("published to others", extra={"event": "spread", "bundle": bundle.hash_of(contents[0])[:12]})
        self._pointer, self._again_at = pointer, clock + AGAIN
        self._tell_who_is_owed(clock)

    def _tell_who_is_owed(self, clock: float) -> None:
        """The journal is here: who got a wrong answer is put where every machine finds it."""
        for one in ahead.current(self._data_dir).corrections:
            if (left := int(one.until - clock)) > 0:
                for person in journal.owing(self._store, one):
                    self._link.call(_owe, owed_key(person), one.id, left)


class Follower:
    """The side of a machine without a desk: what Redis says is in force is what it has."""

    def __init__(self, link: Link, data_dir: Path) -> None:
        self._link, self._data_dir = link, data_dir
        self._pid = 0
        self._taken = b""
        self._refused: dict[bytes | str, float] = {}  # pointer or content that was not taken → when it may be tried again

    def round(self, clock: float) -> None:
        """Have a thread in this process that follows. Costs nothing once there is one."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="follower", daemon=True).start()

    def pull(self) -> None:
        """Take what is in force, where it is not here yet. StoreDown; what is damaged is not taken, and logged."""
        found = self._link.get(POINTER)
        if not found or found == self._taken and (self._data_dir / bundle.FILE).exists():
            return
        try:
            pointer = msgspec.json.decode(found, type=Pointer)
        except msgspec.MsgspecError as error:
            self._refuse(found, error)
            return
        # What stands ahead of replies does not wait for a bundle that this program can't read.
        if all([self._has(pointer.ahead, self._take_ahead), self._has(pointer.bundle, self._take_bundle)]):
            self._taken = found
            self._refused.clear()

    def _has(self, name: str, take: Callable[[str], None]) -> bool:
        """Whether the content of that name is here, taken now where it may be tried."""
        if time.monotonic() < self._refused.get(name, 0.0):
            return False
        try:
            take(name)
        except (knowledge_store.StoreError, OSError) as error:  # another word from Redis, or the disk, may mend it at any moment
            self._refuse(name, error)
        except schema.KnowledgeError as error:  # only another program or another bundle mends it, and reading it takes a second
            self._refuse(name, error, UNREADABLE)
        else:
            return True
        return False

    def _take_ahead(self, name: str) -> None:
        if name != bundle.hash_of(ahead.raw(self._data_dir)):
            ahead.replace(self._data_dir, self._content(name))

    def _take_bundle(self, name: str) -> None:
        if name != bundle.kept_name(self._data_dir):
            bundle.keep(self._data_dir, self._content(name), name)
        live.refresh(self._data_dir)  # a worker that starts answers from it at once

    def _content(self, name: str) -> bytes:
        """The content of that name. StoreError where it is not what it is called."""
        content = self._link.get(_key(name)) or b""
        if bundle.hash_of(content) != name:
            raise knowledge_store.StoreError("收到的内容与它的校验值不符，没有采用。")
        return content

    def _refuse(self, what: bytes | str, error: Exception, seconds: float = 0.0) -> None:
        """Log what was not taken, once, and leave it alone for so long."""
        if what not in self._refused:
            log.error("not taken", extra={"event": "not_followed", "error": type(error).__name__, "reason": str(error)})
        self._refused[what] = time.monotonic() + seconds

    def _run(self) -> None:
        while True:
            try:
                with self._link.listening(CHANNEL) as wait:
                    while True:
                        self.pull()
                        wait(LOOK)
            except StoreDown:
                time.sleep(LOOK)  # the link has said so in the log
            except Exception as error:
                log.error("follower", extra={"event": "failed", "error": type(error).__name__})
                time.sleep(LOOK)


def _named_in(pointer: bytes | None) -> set[str]:
    """The contents that a pointer names; none where it is no pointer."""
    try:
        return set(msgspec.json.decode(pointer or b"", type=dict[str, str]).values())
    except msgspec.MsgspecError:
        return set()


def _owe(client: object, key: str, correction: str, seconds: int) -> None:
    client.sadd(key, correction)
    client.expire(key, seconds)


def _key(name: str) -> str:
    return f"cqb:content:{name}"
