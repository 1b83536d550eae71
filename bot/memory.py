"""What is remembered for some minutes: replies to pushes, conversations, how many messages a minute.

A push is answered once without being claimed first: an answer is worked out from what is known and nothing else, so two
deliveries that overlap may both work it out, but one transaction alone settles it (reply, conversation, journal line),
and the other delivery gets that reply. So no claim can be left behind by a killed worker, and no lock is held while an
answer is worked out. All workers share this through the store; where the disk fails, each goes on with a memory of its
own: that costs a follow-up or a duplicate, never the answer. People are stored under a keyed hash of their openid.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot import journal
from bot.store import Store, StoreDown, checkpoint, transaction
from handlers.conversation import Conversation

KEEP = 600.0  # seconds that a reply is kept for retries, and a conversation at most twice as long
MINUTE = 60.0
Beside = Callable[[sqlite3.Connection], None]  # done in the transaction that settles a push
SHELF = 5_000  # entries of each kind that a worker keeps without the disk


@dataclass(frozen=True, slots=True)
class Asker:
    """One person's state: since when the minute runs, how many messages in it, and the conversation."""

    since: float = 0.0
    messages: int = 0
    conversation: Conversation = Conversation()

    def counted(self, clock: float) -> Asker:
        """Itself with one message more, in a new minute where the old one is over."""
        if not 0 <= clock - self.since < MINUTE:
            return Asker(clock, 1, self.conversation)
        return Asker(self.since, self.messages + 1, self.conversation)

    def forgetful(self) -> Asker:
        """Itself without the conversation, as after a slip that the conversation may have caused."""
        return Asker(self.since, self.messages)


@dataclass(frozen=True, slots=True)
class Push:
    """What tells one push from all others: its CreateTime, and a keyed hash of the person and the MsgId or event."""

    created: int
    key: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a push arrives: the reply that was settled for it (None: none yet), and its asker's state."""

    reply: str | None
    asker: Asker


class Memory:
    """The memory of one worker over the store that all share."""

    def __init__(self, store: Store, secret: str) -> None:
        self.store = store
        self._secret = hashlib.blake2b(secret.encode(), digest_size=32, person=b"bot.memory").digest()
        self._replies: OrderedDict[Push, str] = OrderedDict()
        self._askers: OrderedDict[bytes, Asker] = OrderedDict()
        self._to_erase: set[bytes] = set()

    def hashed(self, text: str) -> bytes:
        """The keyed hash under which a person or push is stored."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()

    def look(self, push: Push, person: bytes) -> Known:
        """What is known of a push and its asker."""
        if self._replies and push in self._replies:
            return Known(self._replies[push], Asker())
        try:
            known = self.store.use(_look, push, person)
        except StoreDown:
            known = Known(None, Asker())
        if self._askers and person in self._askers:
            return Known(known.reply, self._askers[person])
        return known

    def settle(self, push: Push, person: bytes, reply: str, asker: Asker | None, row: journal.Row | None, clock: float,
               beside: Beside | None = None) -> str:
        """Keep the reply, the asker's state and the journal's line in one transaction; the reply that counts.

        Where another delivery of the push settled first, its reply counts and nothing else is written, but for what is
        done ``beside``.
        """
        try:
            settled = self.store.use(_settle, push, person, reply, asker, row, clock, beside)
        except StoreDown:
            self._put(self._replies, push, reply)
            if asker:
                self._put(self._askers, person, asker)
            return self._replies.get(push, reply)
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

    @staticmethod
    def _put(shelf: OrderedDict, key: object, value: object) -> None:
        if isinstance(value, Asker):
            shelf[key] = value
        else:
            shelf.setdefault(key, value)
        while len(shelf) > SHELF:
            with contextlib.suppress(KeyError):
                shelf.popitem(last=False)


_LOOK = (
    "SELECT s.reply, a.since, a.messages, a.conversation FROM (SELECT 1) "
    "LEFT JOIN seen s ON s.created = ?1 AND s.push = ?2 LEFT JOIN asker a ON a.person = ?3"
)


def _look(db: sqlite3.Connection, push: Push, person: bytes) -> Known:
    reply, since, messages, conversation = db.execute(_LOOK, (push.created, push.key, person)).fetchone()
    return Known(reply, Asker() if since is None else Asker(since, messages, Conversation.from_json(conversation)))


def _asker(db: sqlite3.Connection, person: bytes) -> Asker:
    found = db.execute("SELECT since, messages, conversation FROM asker WHERE person = ?", (person,)).fetchone()
    return Asker(found[0], found[1], Conversation.from_json(found[2])) if found else Asker()


def _settle(db: sqlite3.Connection, push: Push, person: bytes, reply: str, asker: Asker | None, row: journal.Row | None, clock: float,
            beside: Beside | None) -> str:
    with transaction(db):
        if beside:
            beside(db)
        kept = db.execute("INSERT INTO seen VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING", (push.created, push.key, clock, person, reply))
        if not kept.rowcount:
            return db.execute("SELECT reply FROM seen WHERE created = ? AND push = ?", (push.created, push.key)).fetchone()[0]
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


_ERASE = ("DELETE FROM seen WHERE person = ?", "DELETE FROM asker WHERE person = ?", "DELETE FROM journal WHERE person = ?")


def _erase(db: sqlite3.Connection, person: bytes) -> int:
    with transaction(db):
        rows = sum(db.execute(statement, (person,)).rowcount for statement in _ERASE)
    if rows:
        checkpoint(db, wipe=True)
    return rows


def _tidy(db: sqlite3.Connection, clock: float) -> int:
    with transaction(db):
        seen = db.execute("DELETE FROM seen WHERE at < ?", (clock - KEEP,))
        askers = db.execute("DELETE FROM asker WHERE at < ?", (clock - 2 * KEEP,))
        db.execute("DELETE FROM signed WHERE at < ?", (clock - KEEP,))  # a signature is too old by then
        return seen.rowcount + askers.rowcount
