"""Answers kept for whoever asks the same next: what many ask in the same few words is worked out once a day.

They stand with the snapshot that they were worked out from, and go with it. Nothing pasted, and nothing that tells who asked, is
among them.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from handlers.answer import Answer, Outcome
from handlers.ask import Family
from handlers.conversation import Conversation
from handlers.pasting.pasted import CHECKS
from handlers.questions import leans
from knowledge.text import NormalText

LONGEST = 60  # characters of a message whose answer is kept
MOST = 1_000  # answers in each of two shelves: when the new one is full it becomes the old one, and the old one goes
MOST_BEHIND = 250  # of those that depend on what was said before, in two shelves of their own: most of them nobody asks for again
SHORT = 12  # characters up to which a message may choose from a menu by its words
UNKEPT = (*CHECKS, Family.FORWARD, Family.MORE)  # what was pasted; a forwarded text depends on more than the words
GOES_ON = (*CHECKS, Family.QUOTA, Family.STATS)  # after these any words may mean the same thing again
THE_SAME = (Outcome.ANSWERED, Outcome.NOT_STATED)  # with these, words that lean on nothing leave nothing of what was said before either
NOTHING_SAID = Conversation()
Kept = tuple[Answer, Conversation]  # and what is remembered of it, but for when it was asked


class Key(NamedTuple):
    """Under which an answer may be kept: the words, the day, and what was said before, where that may matter."""

    words: str
    day: dt.date
    behind: Conversation
    first: bool  # nothing was said before: else the words lean on nothing, or it stands in ``behind``


def key(message: NormalText, earlier: Conversation, today: dt.date) -> Key | None:
    """The key of a message; None where it is too long."""
    if len(message.raw) > LONGEST:
        return None
    if earlier.at is None or _stands_alone(message, earlier):
        return Key(message.raw, today, NOTHING_SAID, earlier.at is None)
    return Key(message.raw, today, earlier.whenever(), False)


def _stands_alone(message: NormalText, earlier: Conversation) -> bool:
    goes_on = earlier.expects or earlier.counts or earlier.registered or earlier.family in GOES_ON or "quota" in earlier.entry or earlier.entry.startswith("stat")
    return not goes_on and not (earlier.choices and len(message.text) <= SHORT) and not leans(message.text)


def kept(shelves: dict, asked: Key) -> Kept | None:
    """What was answered to that message, if it was lately."""
    new, old = _shelves(shelves, asked)
    if not (found := new.get(asked[:3]) or old.get(asked[:3])) or not _fits(asked, found[0]):
        return None
    if asked[:3] not in new:
        _put(shelves, asked, found)
    return found


def keep(shelves: dict, asked: Key, answer: Answer, after: Conversation) -> None:
    """Keep an answer, unless something was pasted, or it may have been another one behind other words."""
    if answer.family not in UNKEPT and not answer.ask.material and _fits(asked, answer):
        _put(shelves, asked, (answer, after.whenever()))


def _fits(asked: Key, answer: Answer) -> bool:
    """Whether the answer to a first message is also that behind others that don't matter, and the other way round."""
    return asked.first or asked.behind is not NOTHING_SAID or answer.outcome in THE_SAME


def _shelves(shelves: dict, asked: Key) -> list[dict]:
    """The new and the old one that such an answer stands on."""
    return shelves.setdefault(asked.behind is NOTHING_SAID, [{}, {}])


def _put(shelves: dict, asked: Key, found: Kept) -> None:
    both = _shelves(shelves, asked)
    both[0][asked[:3]] = found
    if len(both[0]) >= (MOST if asked.behind is NOTHING_SAID else MOST_BEHIND):
        both[:] = {}, both[0]
