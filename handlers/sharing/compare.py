"""What a passed-on text says, held against the facts: one line for each date, number, address or name (family forward).

一致 · 不一致（应为…）· 通知未规定. What the facts do not speak of gets no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

import msgspec

from handlers.ask import Ask
from handlers.values import Day, Number
from knowledge.model import Document, Entry, Fact, FactType, Kind, Window
from knowledge.template import names, percent, show, show_day
from knowledge.text import normalise, squeeze

SAME_UNIT = {"人": "人名位个", "名": "人名位个", "字": "字", "年": "年"}  # unit of a fact → how people count it
NO_COUNT = re.compile(r"(?:附件|第|注|表|群|备案\D{0,4}|通过|注册)$")
BEGINS = re.compile(r"开始|起[,，。]?$|开放|开通|启动|开网")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
SITE = re.compile(r"(?:https?://|www\.)[\w./-]+|(?<![@\w.])[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org)(?:\.cn)?", re.ASCII)
PHONE = re.compile(r"(?<![\d@])(?:0\d{2,3}[- ]?)?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
QQ = re.compile(r"(?<!\d)\d{9,10}(?!\d)")
DOC = re.compile(r"[(〔\[]20\d\d[)〕\]]\s*\d+号")
QUOTED = re.compile(r"[“\"「『‘']([^“”\"「」『』‘’']{2,24})[”\"」』’']")


class Held(StrEnum):
    """How a claim stands against the notice."""

    AGREES = "一致"
    DIFFERS = "不一致"
    NOT_STATED = "通知未规定"


class Line(msgspec.Struct, frozen=True):
    """One claim: what it is about, what was said, how that stands, and what it should be."""

    about: str
    said: str
    held: Held
    right: str = ""

    def __str__(self) -> str:
        return f"{self.about} {self.said}：{self.held}" + (f"（应为{self.right}）" if self.held is Held.DIFFERS else "")


def compare(claim: Ask, notice: Document) -> list[Line]:
    """The lines of one piece of the text; ``claim.entry`` is what it is about, "" where only addresses can be told."""
    lines = [*_addresses(claim.text, notice), *_documents(claim.text, notice)]
    if claim.entry:
        entry = notice.entries[claim.entry]
        facts = facts_named(entry, claim.kinds, notice)
        lines += [*_days(claim, entry, facts), *_numbers(claim, entry, facts), *_rates(claim, entry, notice), *_quoted(claim, facts)]
    return lines


def facts_named(entry: Entry, kinds: tuple[Kind, ...], notice: Document) -> list[Fact]:
    """The facts that an answer is made of, for the kinds in question."""
    texts = [entry.answer, *([entry.group] if Kind.GROUP in kinds or not kinds else []), *([entry.crew] if Kind.CREW in kinds or not kinds else []), entry.more]
    ids = [entry.window, *(name.partition(".")[0] for text in texts for name in names(text))]
    ids += [entry.against, *(f"{entry.against}_{kind}" for kind in kinds or Kind)] if entry.against else []
    return [notice.facts[one] for one in dict.fromkeys(ids) if one in notice.facts]


# -- dates

def _days(claim: Ask, entry: Entry, facts: list[Fact]) -> Iterator[Line]:
    dated = [one for one in facts if one.type in (FactType.DATE, FactType.WINDOW, FactType.MONTHS)]
    days = claim.values.days
    for place, day in enumerate(days):
        said = claim.text[day.start:day.end]
        if dated:
            yield _day(day, said, dated, begins=bool(BEGINS.search(claim.text)) and len(days) == 1 or len(days) == 2 and place == 0)
        elif not entry.stated:
            yield Line(entry.title, said, Held.NOT_STATED)


def _day(day: Day, said: str, dated: list[Fact], begins: bool) -> Line:
    """Against the end that the words mean; a day that any fact of the answer has is right."""
    fact = dated[0]
    for one in dated:
        if any(_is(day, date) for date in _ends(one)):
            return Line(one.label, said, Held.AGREES)
    ends = _ends(fact)
    about = fact.label if len(ends) == 1 else f"{fact.label}{'开始' if begins else '截止'}" if fact.type is FactType.WINDOW else fact.label
    right = show(fact) if fact.type is FactType.MONTHS else show_day(ends[0] if begins else ends[-1])
    return Line(about, said, Held.DIFFERS, right)


def _ends(fact: Fact) -> list:
    return [fact.value.opens, fact.value.closes] if isinstance(fact.value, Window) else [fact.value]


def _is(day: Day, date) -> bool:
    """A month alone is right for any day in it; 5月底 is its last."""
    return (day.year, day.month) == (date.year, date.month) and day.day in (None, date.day)


# -- numbers

def _numbers(claim: Ask, entry: Entry, facts: list[Fact]) -> Iterator[Line]:
    for number in claim.values.numbers:
        unit = re.sub(r"^[\s个多以]+(?=[人名位字])", "", number.after)[:1]
        if number.after.startswith(("个小组", "个班组", "个QC", "个qc")):
            continue
        if not number.whole or NO_COUNT.search(number.before) or not unit:
            continue
        counted = [one for one in facts if one.type is FactType.NUMBER and unit in SAME_UNIT.get(one.unit, "")]
        if counted:
            yield _number(number, unit, counted)
        elif not entry.stated and "{" not in entry.title:
            yield Line(entry.title, f"{number.value}{unit}", Held.NOT_STATED)


def _number(number: Number, unit: str, counted: list[Fact]) -> Line:
    """Against one fact, or against the span from the least to the most."""
    said, values = f"{number.value}{unit}", [one.value for one in counted]
    about = counted[0].label if len(counted) == 1 else _shared([one.label for one in counted])
    if number.value in values or len(values) == 2 and about != "" and min(values) <= number.value <= max(values):
        return Line(next((one.label for one in counted if one.value == number.value), about), said, Held.AGREES)
    return Line(about or "、".join(one.label for one in counted), said, Held.DIFFERS, "，".join(f"{one.label.removeprefix(about)}{show(one)}" if len(counted) > 1 else show(one) for one in counted))


def _shared(labels: list[str]) -> str:
    """What several labels begin with: 评委推荐人数下限, 评委推荐人数上限 → 评委推荐人数."""
    length = next((n for n, chars in enumerate(zip(*labels)) if len(set(chars)) > 1), min(map(len, labels)))
    return labels[0][:length]


def _rates(claim: Ask, entry: Entry, notice: Document) -> Iterator[Line]:
    """8% of the registered teams, against the bands of the quota."""
    if "{bands." not in entry.answer + entry.group + entry.crew:
        return
    kinds = claim.kinds or tuple(Kind)
    rates = {kind: [Decimal(band.rate) for band in notice.bands_for(kind) if band.rate is not None] for kind in kinds}
    for number in claim.values.numbers:
        if number.after.lstrip().startswith(("%", "％")):
            fits = any(number.value == rate for found in rates.values() for rate in found)
            right = "，".join(f"{kind.label}{'、'.join(map(percent, found))}" for kind, found in rates.items())
            yield Line("名额比例", f"{number.value}%", Held.AGREES if fits else Held.DIFFERS, right)


# -- addresses and names

def _addresses(text: str, notice: Document) -> Iterator[Line]:
    if not any([shape.search(text) for shape in (MAIL, SITE, QQ, PHONE)]):
        return
    contacts = [one for one in notice.facts.values() if one.type is FactType.CONTACT]
    known = {str(one.value).lower(): one for one in contacts}
    mails = [one for value, one in known.items() if "@" in value]
    sites = [one for value, one in known.items() if "://" in value]
    phones = [one for value, one in known.items() if re.fullmatch(r"(?:0\d{2,3}-)?\d{7,8}", value)]
    areas = {value.partition("-")[0] for value in known if PHONE.fullmatch(value) and "-" in value}
    groups = [one for value, one in known.items() if re.fullmatch(r"\d{9,10}", value)]
    yield from _each(MAIL, text, mails, lambda said, value: said == value)
    rest = MAIL.sub(" ", text)
    yield from _each(SITE, rest, sites, lambda said, value: _host(said) == _host(value))
    rest = SITE.sub(" ", rest)
    if re.search("qq|群", text):
        yield from _each(QQ, rest, groups, lambda said, value: said == value)
    if re.search("电话|致电|拨打|座机|联系|咨询|手机|打", text):
        yield from _each(PHONE, QQ.sub(" ", rest) if re.search("qq|群", text) else rest, phones,
                         lambda said, value: _digits(said) in {area + value.rpartition("-")[2] for area in ("", *areas)})


def _each(shape: re.Pattern, text: str, facts: list[Fact], same) -> Iterator[Line]:
    for found in shape.finditer(text) if facts else ():
        said = found.group()
        agreeing = [one for one in facts if same(said, str(one.value).lower())]
        right = "、".join(str(one.value) for one in facts)
        about = agreeing[0].label if agreeing else _shared([one.label for one in facts]) or facts[0].label
        yield Line(about, said, Held.AGREES if agreeing else Held.DIFFERS, right)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _host(address: str) -> str:
    return re.sub(r"^https?://|^www\.", "", re.sub(r"^https?://", "", address)).split("/")[0]


def _documents(text: str, notice: Document) -> Iterator[Line]:
    """(2025)34号, against the notice's own number and those that it names."""
    said = list(DOC.finditer(text))
    known = [normal(one.value) for one in notice.facts.values() if one.type is FactType.TEXT and DOC.search(normal(one.value))] if said else []
    own = notice.facts.get("doc_number")
    for found in said:
        fits = any(squeeze(found.group()) in one for one in known)
        if fits or own:
            yield Line(own.label if own else "文号", found.group(), Held.AGREES if fits else Held.DIFFERS, str(own.value) if own else "")


def _quoted(claim: Ask, facts: list[Fact]) -> Iterator[Line]:
    """课题类型填“攻关型”: a name in quotation marks, against the names that the answer has."""
    worded = [one for one in facts if one.type in (FactType.TEXT, FactType.LIST)]
    for said in QUOTED.findall(claim.text):
        fits = [one for one in worded if normal(said) in normal(show(one))]
        lists = [one for one in worded if one.type is FactType.LIST]
        if fits:
            yield Line(fits[0].label, said, Held.AGREES)
        elif len(lists) == 1:
            yield Line(lists[0].label, said, Held.DIFFERS, show(lists[0]))


def normal(text: object) -> str:
    return squeeze(normalise(str(text)).text)
