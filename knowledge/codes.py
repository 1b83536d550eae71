"""Short codes of published answers (Q3): what a copy in a group is recognised by.

A code written in TOML stays. An entry without one gets the next free number in the order of the files, so that entries
added at the end of a file leave all others as they are; what has to stand between others needs its code written.
Answers of the notice count on from the highest written number, what it does not say counts from OPEN on.
"""

from __future__ import annotations

import re
from itertools import count

import msgspec

from knowledge.model import Document, Entry

OPEN = 501  # the first number of what the notice leaves open
WRITTEN = re.compile(r"Q(\d+)")


def coded(entries: dict[str, Entry]) -> dict[str, Entry]:
    """The entries, each that may be forwarded with its code."""
    written = {int(found[1]) for one in entries.values() if (found := WRITTEN.fullmatch(one.code))}
    stated = (number for number in count(max((number for number in written if number < OPEN), default=0) + 1))
    unstated = (number for number in count(OPEN) if number not in written)
    return {name: _with(one, stated if one.stated else unstated) if one.forwardable and not one.code else one for name, one in entries.items()}


def _with(entry: Entry, numbers) -> Entry:
    return msgspec.structs.replace(entry, code=f"Q{next(numbers)}")


def by_code(notice: Document, code: str) -> str:
    """The id of the entry that has this code (any case), "" where none has it."""
    return next((name for name, one in notice.entries.items() if one.code == code.upper()), "")
