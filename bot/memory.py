"""What is remembered for some minutes: replies to pushes, conversations, how many messages a minute.

A push is answered once without being claimed first: an answer is worked out from what is known and nothing else, so two
deliveries that overlap may both work it out, but one write alone settles it (the asker's record with the reply, and the
journal's line), and the other delivery gets that reply. So no claim can be left behind by a killed worker, and no lock
is held while an answer is worked out. All workers share this (``bot/shared``); where that fails, each goes on with a
memory of its own: that costs a follow-up, never the answer, and the journal's lines wait. People are kept under a keyed
hash of their openid.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import NamedTuple

from bot.ahead import Correction
from bot.asker import MINUTE, Asker
from bot.counters import DROPPED
from bot.journal import Row
from bot.shared import KEEP, Shared
from bot.store import Store, StoreDown
from handlers.conversation import Conversation

SHELF = 5_000  # people that a worker remembers without what is shared
WAITING = 10_000  # of the journal's lines that a worker holds back for it
AT_ONCE = 500  # of them that are written in one go
_NOBODY = Asker()


class Known(NamedTuple):
    """What is known when a push arrives: whose it is, their state, the reply that was settled for it (None: none yet)."""

    push: bytes
    person: bytes
    asker: Asker
    reply: str | None = None
    turn: int = 0


class Late(NamedTuple):
    """A push that could not be settled when it was answered."""

    push: bytes
    person: bytes
    reply: str
    row: Row
    clock: float


class Memory:
    """The memory of one worker over what all share. ``store`` is this machine's own, with the journal."""

    def __init__(self, shared: Shared, store: Store, secret: str) -> None:
        self.shared, self.store = shared, store
        self._secret = hashlib.blake2b(secret.encode(), digest_size=32, person=b"bot.memory").digest()
        self._askers: OrderedDict[bytes, Asker] = OrderedDict()
        self._late: OrderedDict[bytes, Late] = OrderedDict()
        self._to_erase: set[bytes] = set()
        self.dropped = 0  # of the journal's lines, for good

    def hashed(self, text: str) -> bytes:
        """The keyed hash under which a person or push is kept."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()

    @property
    def waiting(self) -> int:
        """How many of the journal's lines wait to be written."""
        return len(self._late)

    def look(self, push: bytes, person: bytes) -> Known:
        """What is known of a push and its asker."""
        try:
            turn, state = self.shared.look(person)
            asker = Asker.from_bytes(state)
        except StoreDown:
            turn, asker = 0, _NOBODY
        reply = asker.told(push)
        if self._askers and (mine := self._askers.get(person)):
            reply = mine.told(push) if reply is None else reply
            if _went_on(asker.conversation, mine.conversation):  # with another worker, since what is shared is back
                self._askers.pop(person, None)
            else:  # the record's own replies stay: what is late is added to them later
                asker = Asker(mine.since, mine.messages, mine.conversation, asker.replies)
        if reply is None and push in self._late:
            reply = self._late[push].reply
        return Known(push, person, asker, reply, turn)

    def settle(self, known: Known, reply: str, asker: Asker, row: Row | None, clock: float) -> str:
        """Keep the reply, the asker's state and the journal's line, all or none; the reply that counts.

        Where another delivery of the push settled first, its reply counts and nothing else is written.
        """
        push, person, turn = known.push, known.person, known.turn
        mine = asker.answered(push, reply, clock)
        try:
            while found := self.shared.settle(person, turn, mine.to_bytes(), clock, push, row):
                turn, theirs = found.turn, Asker.from_bytes(found.state)
                if (told := theirs.told(push)) is not None:
                    return told
                mine = theirs.counted(clock).talking(asker.conversation).answered(push, reply, clock)
        except StoreDown:
            return self._settle_alone(known, reply, asker, row, clock)
        if self._askers:
            self._askers.pop(person, None)
        return reply

    def recall(self, person: bytes) -> Known:
        """What is known of an asker, outside any push (as for /chat)."""
        return self.look(b"", person)

    def keep(self, known: Known, asker: Asker, clock: float) -> None:
        """Remember an asker's state, outside any push: the last one counts."""
        turn = known.turn
        try:
            while found := self.shared.settle(known.person, turn, asker.to_bytes(), clock):
                turn = found.turn
        except StoreDown:
            self._shelve(known.person, asker)
        else:
            self._askers.pop(known.person, None)

    def erase(self, person: bytes) -> int | None:
        """Delete everything kept of one person; records deleted, or None where that fails: the keeper tries again."""
        self._askers.pop(person, None)
        for late in [one for one in tuple(self._late.values()) if one.person == person]:
            self._late.pop(late.push, None)
        try:
            rows = self.shared.erase(person)
        except StoreDown:
            self._to_erase.add(person)
            return None
        self._to_erase.discard(person)
        return rows

    def catch_up(self, clock: float) -> None:
        """Do what could not be done when it was due: erase whom, and write what, was refused. StoreDown: still refused.

        What this worker remembers by itself is forgotten in the same time as what is shared.
        """
        for person, asker in tuple(self._askers.items()):
            if asker.since + MINUTE + KEEP < clock:
                self._askers.pop(person, None)
        for person in tuple(self._to_erase):
            self.erase(person)
        for push in tuple(self._late)[:AT_ONCE]:
            if late := self._late.get(push):  # an erasure may have taken it away meanwhile
                self._settle_late(late)
                self._late.pop(push, None)

    def owed(self, person: bytes, one: Correction) -> bool:
        """Whether a person is to be told a correction; not where that can't be found out now."""
        try:
            return self.shared.owed(person, one)
        except StoreDown:
            return False

    def tidy(self, clock: float) -> int:
        """Forget replies and conversations whose time is over; how many people's. StoreDown where that fails."""
        return self.shared.tidy(clock)

    def _settle_alone(self, known: Known, reply: str, asker: Asker, row: Row | None, clock: float) -> str:
        mine = self._askers.get(known.person, _NOBODY)
        if (told := mine.told(known.push)) is not None:
            return told
        alone = Asker(asker.since, asker.messages, asker.conversation, mine.replies)
        self._shelve(known.person, alone.answered(known.push, reply, clock))
        if row:
            self._late[known.push] = Late(known.push, known.person, reply, row, clock)
            if len(self._late) > WAITING:
                self._late.popitem(last=False)
                self.dropped += 1
                DROPPED.inc()
        return reply

    def _settle_late(self, late: Late) -> None:
        turn, state = self.shared.look(late.person)
        while (asker := Asker.from_bytes(state)).told(late.push) is None:
            state = asker.answered(late.push, late.reply, late.clock).to_bytes()
            found = self.shared.settle(late.person, turn, state, late.clock, late.push, late.row)
            if not found:
                return
            turn, state = found

    def _shelve(self, person: bytes, asker: Asker) -> None:
        self._askers[person] = asker
        self._askers.move_to_end(person)
        while len(self._askers) > SHELF:
            self._askers.popitem(last=False)


def _went_on(shared: Conversation, mine: Conversation) -> bool:
    """Whether the conversation that is shared is later than the one that a worker has by itself."""
    return bool(shared.at and mine.at and shared.at > mine.at)
