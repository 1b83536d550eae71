"""Ask: what was understood of one message, and nothing of how it is answered."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from handlers.sharing.edition import Edition
from handlers.values import Values
from knowledge.model import Kind


class Family(StrEnum):
    """The families of questions: one handler file for each, and the same word in cases and tests."""

    FACT = "fact"
    TIME = "time"  # a fact whose answer depends on the day: handlers/dates.py
    QUOTA = "quota"
    STATS = "stats"
    NAMES = "names"
    TITLE = "title"
    TEAM = "team"
    COMPANY = "company"
    FORM = "form"  # several fields pasted at once
    OUTLINE = "outline"  # headings of a report
    MULTI = "multi"
    CLARIFY = "clarify"
    OUTSIDE = "outside"
    CHAT = "chat"
    FORWARD = "forward"
    MORE = "more"  # the next page of the last reply


class Ask(msgspec.Struct, frozen=True):
    """One question. ``entry`` is the knowledge-base entry that answers it; ``material`` what was pasted for a check."""

    family: Family
    entry: str = ""
    topic: str = ""
    kinds: tuple[Kind, ...] = ()  # said by the asker; () where the kind is unsaid
    values: Values = Values()
    concepts: frozenset[str] = frozenset()
    material: str = ""
    choices: tuple[str, ...] = ()  # entry ids between which the asker is to choose
    parts: tuple[Ask, ...] = ()  # of a multi question
    text: str = ""  # the normalised words, for handlers that look for a nuance
    unfamiliar: int = 0  # characters in words in which nobody asks the entry
    yes_no: bool = False  # asked so that 可以 or 不可以 is the answer
    earlier: tuple[int, ...] = ()  # part and whole of the rate asked before, -1 where unsaid
    edition: Edition = Edition()  # from which a forwarded text is taken

    @property
    def kind(self) -> Kind | None:
        """The one kind that was said, or None for neither or both."""
        return self.kinds[0] if len(self.kinds) == 1 else None

    def but(self, **changes: object) -> Ask:
        return msgspec.structs.replace(self, **changes)
