"""Answers kept for whoever asks the same next: what many ask in the same few words is worked out once a day.

They stand with the snapshot that they were worked out from, and go with it. Nothing pasted, and nothing that tells who asked, is
among them.
"""

from __future__ import annotations

import datetime as dt

from handlers.answer import Answer, Outcome
from handlers.ask import Family
from handlers.conversation import Conversation
from handlers.pasting.pasted import CHECKS
from handlers.questions import leans
from knowledge.text import NormalText

LONGEST = 60  # characters of a message whose answer is kept
MOST = 1_000  # answers in each of two shelves: when the new one is full it becomes the old one, and the old one goes
SHORT = 12  # characters up to which a message may choose from a menu by its words
UNKEPT = (*CHECKS, Family.FORWARD, Family.MORE)  # what was pasted; a forwarded text depends on more than the words
GOES_ON = (*CHECKS, Family.QUOTA, Family.STATS)  # after these any words may mean the same thing again
Key = tuple[str, dt.date, Conversation | None]  # None: behind whatever was said before, as the words lean on nothing
Kept = tuple[Answer, Conversation]  # and what is remembered of it, but for when it was asked


def key(message: NormalText, earlier: Conversation, today: dt.date) -> Key | None:
    """Under which the answer to a message may be kept: the words, the day, and what was said before, where that may matter."""
    if len(message.raw) > LONGEST:
        return None
    if earlier.at is None:
        return message.raw, today, earlier
    return message.raw, today, None if _stands_alone(message, earlier) else earlier.whenever()


def _stands_alone(message: NormalText, earlier: Conversation) -> bool:
    goes_on = earlier.expects or earlier.counts or earlier.registered or earlier.family in GOES_ON or "quota" in earlier.entry or earlier.entry.startswith("stat")
    return not goes_on and not (earlier.choices and len(message.text) <= SHORT) and not leans(message.text)


def kept(shelves: dict, asked: Key) -> Kept | None:
    """What was answered to that message, if it was lately."""
    if found := shelves.get("new", {}).get(asked):
        return found
    if found := shelves.get("old", {}).get(asked):
        _put(shelves, asked, found)
    return found


def keep(shelves: dict, asked: Key, answer: Answer, after: Conversation) -> None:
    """Keep an answer, unless something was pasted, or it may have been another one behind other words."""
    if answer.family in UNKEPT or answer.ask.material or asked[2] is None and answer.outcome not in (Outcome.ANSWERED, Outcome.NOT_STATED):
        return
    _put(shelves, asked, (answer, after.whenever()))


def _put(shelves: dict, asked: Key, found: Kept) -> None:
    new = shelves.setdefault("new", {})
    new[asked] = found
    if len(new) >= MOST:
        shelves["old"], shelves["new"] = new, {}
