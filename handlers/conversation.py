"""Conversation: what is remembered of one asker for some minutes. A plain value, which the edge stores."""

from __future__ import annotations

import datetime as dt

import msgspec

from handlers.answer import Choice
from knowledge.model import Kind

LIFE = dt.timedelta(minutes=15)


class Conversation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last question (its entry, concepts, kinds, count), the menu on offer, the rest of a long reply.

    Holds no pasted material and no text of the asker. ``at`` is the CreateTime of the last message.
    """

    at: dt.datetime | None = None
    family: str = ""
    entry: str = ""
    concepts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    counts: tuple[int, ...] = ()  # team counts of the last quota question; part and whole (-1: unsaid) of the last rate
    registered: tuple[tuple[Kind, int], ...] = ()  # the last count of each kind
    choices: tuple[Choice, ...] = ()
    expects: str = ""  # a family that waits: "names", "title", "team", "company", "quota" …
    rest: str = ""  # the pages of the last reply that were not sent yet

    def fresh(self, now: dt.datetime) -> Conversation:
        """Itself while it lives, else an empty one. Out-of-order messages count as in time."""
        return self if self.at and now - self.at <= LIFE else Conversation()

    def whenever(self) -> Conversation:
        """Itself without the time of the last message."""
        return msgspec.structs.replace(self, at=None)
