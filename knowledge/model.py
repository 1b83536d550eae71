"""The notice as data: every value once, with its clause.

All records are immutable msgspec structs: they are decoded straight from TOML, unknown keys are refused, and an error
names the path of the field (``$.facts.apply.value.opens``). Text is Chinese; ids are English words joined by ``_``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct, field


class Kind(StrEnum):
    """小组 or 班组: the two kinds of team, which differ nearly everywhere."""

    GROUP = "group"
    CREW = "crew"

    @property
    def label(self) -> str:
        return {"group": "小组", "crew": "班组"}[self]


class FactType(StrEnum):
    """How a fact's value is written in TOML, shown in an answer and compared with what an asker says."""

    TEXT = "text"  # any words, shown as they stand
    DATE = "date"  # 2025-05-15, shown 2025年5月15日
    WINDOW = "window"  # {opens, closes}, both days included
    MONTHS = "months"  # {opens, closes}, shown 2024年5月至2025年5月
    NUMBER = "number"  # whole number; `unit` says of what
    LIST = "list"  # several texts
    CONTACT = "contact"  # a phone, mail address, account, QQ group or web address


class Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all records: immutable, and a misspelt key is an error, not silence."""


Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Header(Record):
    """The notice as a document (通知): the facts that name it are in ``Notice.facts``."""

    year: int
    title: str
    issued: dt.date
    successor_hint: str = ""


class Clause(Record):
    """条款: a passage of the notice. ``text`` stands verbatim (but for blanks) in the notice's text."""

    label: str  # as shown in an answer: 正文 二 · 附件1 二 · 附件2 注2
    text: str


class Window(Record):
    """起止: a period of days, both ends included."""

    opens: dt.date
    closes: dt.date


class Fact(Record):
    """One value of the notice: its clause, its unit, and the passage (``quote``) in which it stands verbatim."""

    label: str
    type: FactType
    clause: Id
    value: Any  # what `type` says; schema.py decodes each fact by its type
    unit: str = ""
    quote: str = ""
    words: tuple[str, ...] = ()


class Attachment(Record):
    """附件: number, title as in the notice, what it is for, for which kind."""

    number: int
    title: str
    short: str  # 小组申报表
    purpose: str
    clause: Id
    kind: Kind | None = None
    words: tuple[str, ...] = ()


class QuotaBand(Record):
    """名额档: from ``at_least`` to below ``below`` registered teams, either ``rate`` (percent of n) or ``fixed``."""

    kind: Kind
    at_least: int
    label: str  # as the notice prints it: 10≤n＜200
    clause: Id
    below: int | None = None
    rate: Decimal | None = None
    fixed: int | None = None


class FormField(Record):
    """One field of a form, sheet or table of an attachment, with its rule."""

    label: str
    attachments: tuple[int, ...]
    clause: Id
    unit: str = ""
    rule: str = ""  # what the notice says of it, in short
    allowed: tuple[str, ...] = ()
    locked: bool = False  # 提交后不再进行更改
    words: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()


class Statistic(Record):
    """One row of 附件6."""

    label: str  # as printed
    unit: str
    clause: Id
    numerator: str = ""  # for a rate: numerator / denominator × 100 %
    denominator: str = ""
    words: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()


class Section(Record):
    """One section of a report (附件8, 附件9): what it holds and how long it may be."""

    label: str
    attachment: int
    clause: Id
    content: str = ""
    at_most: int | None = None  # characters
    words: tuple[str, ...] = ()


class Outline(Record):
    """The steps of one kind of 课题, in order."""

    label: str
    steps: tuple[str, ...]
    clause: Id
    words: tuple[str, ...] = ()


class TitleRule(Record):
    """How a 班组's achievement title is formed: verb + method + closer, at most so many characters."""

    at_most: int
    verbs: tuple[str, ...]
    middle: str
    closers: tuple[str, ...]
    example: str
    clause: Id


class Ruling(Record):
    """解释口径: a point that the notice leaves open, and what the office decided (``text`` empty: not yet)."""

    point: str
    clause: Id
    text: str = ""
    decided: dt.date | None = None


class Role(StrEnum):
    """What a concept is in a question. Kinds and details are never missed, things and aspects are."""

    KIND = "kind"  # 小组 or 班组
    THING = "thing"  # what is asked about
    ASPECT = "aspect"  # what of it is asked
    HINT = "hint"  # words that speak for one entry
    DETAIL = "detail"  # a field or statistic, found besides what else the words mean
    VALUE = "value"


class Concept(Record):
    """What people mean, and the words they use for it. ``…`` in a word stands for up to eight characters."""

    words: tuple[str, ...]
    role: Role = Role.THING  # a match inside a longer one of the same role does not count
    weight: float | None = None
    alone: bool = False  # counts only where hardly anything else is said (你好, 好的)


class Compare(StrEnum):
    """How a value that the asker names is held against a fact."""

    AT_MOST = "at_most"
    FROM_ON = "from_on"
    WITHIN = "within"
    EQUALS = "equals"


class Entry(Record):
    """One answer: what it answers (``cues``), the words in which it is asked (``phrasings``), and what it says.

    A cue is concepts that must all be in the question: ``a|b`` one of them, ``?a`` welcome, ``-a`` forbidden.
    ``words`` make a concept of the entry's own, with the entry's id. ``answer`` serves both kinds, else ``group`` and
    ``crew`` differ. Templates name facts in braces and hold no digit of their own.
    """

    topic: str
    title: str
    clause: Id | tuple[Id, ...] = ()
    words: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()  # words that speak for this entry without deciding
    phrasings: tuple[str, ...] = ()
    answer: str = ""
    group: str = ""
    crew: str = ""
    more: str = ""  # a line or two worth adding
    yes: str = ""  # said first to a yes/no question that this entry answers 是
    stated: bool = True  # False: the notice does not say (通知未规定)
    window: str = ""  # fact id: the answer also says where the day of the question stands
    compare: Compare | None = None
    against: str = ""  # fact id, or its stem when there is one for each kind
    members: str = ""  # list fact (or its stem), form or outline in which the asker may look for an item: 有没有座机
    family: str = "fact"
    related: tuple[Id, ...] = ()
    strict: bool = False  # answers only where a cue fits, however alike the wording
    forwardable: bool = True
    code: str = ""


class Verdict(StrEnum):
    """The sign with which a check's reply begins."""

    PASS = "✅"
    WARN = "⚠️"
    FAIL = "❌"


class Case(Record):
    """回归题: what an asker writes, and what the last reply must and must not hold. Played before every publication.

    ``must`` and ``must_not`` are plain words, compared without blanks and widths; no patterns.
    """

    turns: tuple[str, ...]
    on: dt.date | None = None  # the day of the question; None: some days into the notice's application window
    entry: str = ""  # id of the entry that has to answer, a derived one (annex2, field_mobile) too
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    verdict: Verdict | None = None
    note: str = ""


class Document(Record):
    """通知: the whole of what is published for one year."""

    notice: Header
    clauses: dict[str, Clause]
    facts: dict[str, Fact]
    attachments: tuple[Attachment, ...]
    bands: tuple[QuotaBand, ...]
    fields: dict[str, FormField]
    statistics: dict[str, Statistic]
    sections: dict[str, Section]
    outlines: dict[str, Outline]
    title_rule: TitleRule
    rulings: dict[str, Ruling] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    sounds_like: tuple[str, ...] = ()  # two-character words that voice input often writes otherwise
    never_mend: tuple[str, ...] = ()  # words that sound like ours and are not meant
    cases: dict[str, Case] = field(default_factory=dict)
    unconfirmed: tuple[str, ...] = ()  # 待确认: paths of records taken over from last year that nobody has looked at

    def label(self, clause: str | tuple[str, ...]) -> str:
        """The clause or clauses as shown in an answer: 附件1 二（1）、附件2 注3."""
        ids = (clause,) if isinstance(clause, str) else clause
        return "、".join([self.clauses[one].label for one in ids if one])

    def fact_id(self, stem: str, kind: Kind | None = None) -> str:
        """The id of a fact, or of the one for ``kind`` where 小组 and 班组 have one each; KeyError if there is none."""
        name = f"{stem}_{kind}" if kind and f"{stem}_{kind}" in self.facts else stem
        if name not in self.facts:
            raise KeyError(name)
        return name

    def value(self, stem: str, kind: Kind | None = None):
        """The value of a fact, in its TOML type."""
        return self.facts[self.fact_id(stem, kind)].value

    def bands_for(self, kind: Kind) -> tuple[QuotaBand, ...]:
        """名额档 of one kind, from the smallest number up."""
        return tuple(sorted((b for b in self.bands if b.kind is kind), key=lambda band: band.at_least))

    def attachment(self, number: int) -> Attachment | None:
        return next((one for one in self.attachments if one.number == number), None)
