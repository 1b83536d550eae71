"""What is remembered for some minutes: pushes already seen and their replies, conversations, how many messages a minute.

All workers share it through the store. Where the disk fails, each worker goes on with a memory of its own: that costs
a follow-up or a duplicate, never the answer. People are stored under a keyed hash of their openid.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections import OrderedDict
from dataclasses import dataclass

from bot import journal
from bot.store import Store, StoreDown, checkpoint, transaction
from handlers.conversation import Conversation

KEEP = 600.0  # seconds that a reply is kept for retries, and a conversation at most twice as long
MINUTE = 60.0
SHELF = 5_000  # entries of each kind that a worker keeps without the disk


@dataclass(frozen=True, slots=True)
class Asker:
    """One person's state: since when the minute runs, how many messages in it, and the conversation."""

    since: float = 0.0
    messages: int = 0
    conversation: Conversation = Conversation()

    def counted(self, clock: float) -> "Asker":
        """Itself with one message more, in a new minute where the old one is over."""
        if not 0 <= clock - self.since < MINUTE:
            return Asker(clock, 1, self.conversation)
        return Asker(self.since, self.messages + 1, self.conversation)

    def forgetful(self) -> "Asker":
        """Itself without the conversation, as after a slip that the conversation may have caused."""
        return Asker(self.since, self.messages)


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose turn it is: ``first`` to see this push, else ``reply`` is what was said (None: still being worked out)."""

    first: bool
    reply: str | None
    asker: Asker


class Memory:
    """The memory of one worker over the store that all share."""

    def __init__(self, store: Store, secret: str) -> None:
        self.store = store
        self._secret = hashlib.blake2b(secret.encode(), digest_size=32, person=b"bot.memory").digest()
        self._replies: OrderedDict[bytes, str | None] = OrderedDict()
        self._askers: OrderedDict[bytes, Asker] = OrderedDict()
        self._to_erase: set[bytes] = set()

    def hashed(self, text: str) -> bytes:
        """The keyed hash under which a person or push is stored."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()

    def claim(self, push: bytes, person: bytes, clock: float) -> Claim:
        """Take a push, atomically among all workers; what is known of its asker comes along."""
        if self._replies and push in self._replies:
            return Claim(False, self._replies[push], self._askers.get(person, Asker()))
        try:
            first, reply, asker = self.store.use(_claim, push, person, clock)
        except StoreDown:
            first, reply, asker = self._claim_here(push), None, Asker()
        if self._askers:
            asker = self._askers.get(person, asker)
        return Claim(first, reply, asker)

    def wait(self, push: bytes, seconds: float) -> str | None:
        """The reply that another delivery of the push is working out; None where it did not come in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.01)
            if (reply := self._replies.get(push)) is not None:
                return reply
            with contextlib.suppress(StoreDown):
                if (reply := self.store.use(_reply, push)) is not None:
                    return reply
        return None

    def settle(self, push: bytes, person: bytes, reply: str, asker: Asker | None, row: journal.Row | None, clock: float) -> str:
        """Keep the reply, the asker's state and the journal's line in one transaction; the reply that counts.

        Where another delivery settled first, its reply counts and nothing else is written.
        """
        try:
            settled = self.store.use(_settle, push, person, reply, asker, row, clock)
        except StoreDown:
            self._put(self._replies, push, reply)
            if asker:
                self._put(self._askers, person, asker)
            return reply
        if self._askers:
            self._askers.pop(person, None)
        return settled

    def recall(self, person: bytes) -> Asker:
        """What is known of an asker, outside any push (as for /chat)."""
        try:
            found = self.store.use(_asker, person)
        except StoreDown:
            found = Asker()
        return self._askers.get(person, found)

    def keep(self, person: bytes, asker: Asker, clock: float) -> None:
        """Remember an asker's state, outside any push."""
        try:
            self.store.use(_keep, person, asker, clock)
            self._askers.pop(person, None)
        except StoreDown:
            self._put(self._askers, person, asker)

    def erase(self, person: bytes) -> int | None:
        """Delete everything kept of one person; rows deleted, or None where the disk fails: the keeper tries again."""
        self._askers.pop(person, None)
        try:
            rows = self.store.use(_erase, person)
        except StoreDown:
            self._to_erase.add(person)
            return None
        self._to_erase.discard(person)
        return rows

    def retry_erasures(self) -> None:
        """Finish what the disk refused to erase."""
        for person in tuple(self._to_erase):
            self.erase(person)

    def tidy(self, clock: float) -> int:
        """Forget replies and conversations whose time is over; how many. StoreDown where the disk fails."""
        return self.store.use(_tidy, clock)

    def _claim_here(self, push: bytes) -> bool:
        if push in self._replies:
            return False
        self._put(self._replies, push, None)
        return True

    @staticmethod
    def _put(shelf: OrderedDict, key: bytes, value: object) -> None:
        shelf[key] = value
        while len(shelf) > SHELF:
            with contextlib.suppress(KeyError):
                shelf.popitem(last=False)


def _claim(db: sqlite3.Connection, push: bytes, person: bytes, clock: float) -> tuple[bool, str | None, Asker]:
    inserted = db.execute("INSERT INTO seen(key, person, at) VALUES (?,?,?) ON CONFLICT(key) DO NOTHING", (push, person, clock))
    if inserted.rowcount:
        return True, None, _asker(db, person)
    return False, _reply(db, push), _asker(db, person)


def _reply(db: sqlite3.Connection, push: bytes) -> str | None:
    found = db.execute("SELECT reply FROM seen WHERE key = ?", (push,)).fetchone()
    return found[0] if found else None


def _asker(db: sqlite3.Connection, person: bytes) -> Asker:
    found = db.execute("SELECT since, messages, conversation FROM asker WHERE person = ?", (person,)).fetchone()
    return Asker(found[0], found[1], Conversation.from_json(found[2])) if found else Asker()


def _settle(db: sqlite3.Connection, push: bytes, person: bytes, reply: str, asker: Asker | None, row: journal.Row | None, clock: float) -> str:
    with transaction(db):
        if not db.execute("UPDATE seen SET reply = ? WHERE key = ? AND reply IS NULL", (reply, push)).rowcount:
            settled = _reply(db, push)
            if settled is not None:
                return settled
            db.execute("INSERT INTO seen(key, person, at, reply) VALUES (?,?,?,?)", (push, person, clock, reply))
        if asker:
            _keep(db, person, asker, clock)
        if row:
            journal.write(db, row)
    return reply


def _keep(db: sqlite3.Connection, person: bytes, asker: Asker, clock: float) -> None:
    db.execute(
        "INSERT INTO asker(person, at, since, messages, conversation) VALUES (?,?,?,?,?) ON CONFLICT(person) DO UPDATE SET "
        "at = excluded.at, since = excluded.since, messages = excluded.messages, conversation = excluded.conversation",
        (person, clock, asker.since, asker.messages, asker.conversation.to_json()),
    )


def _erase(db: sqlite3.Connection, person: bytes) -> int:
    with transaction(db):
        rows = sum(db.execute(f"DELETE FROM {table} WHERE person = ?", (person,)).rowcount for table in ("seen", "asker", "journal"))
    if rows:
        checkpoint(db, wipe=True)
    return rows


def _tidy(db: sqlite3.Connection, clock: float) -> int:
    with transaction(db):
        seen = db.execute("DELETE FROM seen WHERE id IN (SELECT id FROM seen ORDER BY id LIMIT 20000) AND at < ?", (clock - KEEP,))
        askers = db.execute("DELETE FROM asker WHERE at < ?", (clock - 2 * KEEP,))
        return seen.rowcount + askers.rowcount
