"""Reading: a message with all that is read from it once, for every later step."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from handlers.numerals import joined
from handlers.values import Values, read_values
from knowledge.index import Index
from knowledge.model import Document, Kind
from knowledge.text import NormalText

QUOTES = re.compile(r"[\s“”\"'‘’「」《》]+")
PEOPLE = ("人", "个人", "名", "位", "口人")
KINDS = tuple((kind, kind.value) for kind in Kind)  # looked up once: an enumeration is slow to walk
LONGEST = 1500  # characters of a message that are read for questions


class Reading(msgspec.Struct, frozen=True):
    """``normal.text`` is mended: what only sounds like a word of ours is written as that word. ``flat``: its words in one run."""

    normal: NormalText
    flat: str
    values: Values
    concepts: frozenset[str]
    kinds: tuple[Kind, ...]
    today: dt.date

    @property
    def text(self) -> str:
        return self.normal.text


def read(message: NormalText, notice: Document, index: Index, today: dt.date) -> Reading:
    """The message mended and read: values, kinds, concepts."""
    normal = NormalText(message.raw, joined(index.mend(message.text[:LONGEST])))
    values = read_values(normal, today)
    run = flat(normal.text)
    concepts = with_values(index.concepts(run), values, notice)
    return Reading(normal, run, values, concepts, kinds_of(concepts), today)


def flat(text: str) -> str:
    """The words in one run: no blanks, no quotation marks."""
    return QUOTES.sub("", text)


def kinds_of(concepts: frozenset[str]) -> tuple[Kind, ...]:
    """小组, 班组 or both, as far as said."""
    return tuple([kind for kind, name in KINDS if name in concepts])


def with_values(concepts: frozenset[str], values: Values, notice: Document) -> frozenset[str]:
    """The concepts, with next_year, later_year or past_year where a year other than the notice's is named, day_named for a day,
    people_named for a number of people."""
    if not (values.numbers or values.days or values.years):
        return concepts
    year = notice.notice.year
    named = {*values.years, *(day.year for day in values.days)}
    after = {"next_year"} if any(one > year for one in named) else set()
    later = {"later_year"} if any(one > year + 1 for one in named) else set()
    before = {"past_year"} if any(one < year for one in named) else set()
    day = {"day_named"} if any(one.day for one in values.days) else set()
    people = {"people_named"} if any(one.value > 1 and one.after.startswith(PEOPLE) for one in values.numbers) else set()
    return concepts | after | later | before | day | people
