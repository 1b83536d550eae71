"""What the notice says of a thing (families fact and stats): the entry's template, filled from the facts."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from handlers.answer import Answer
from handlers.ask import Ask, Family
from handlers.sums.money import in_unit, yuan_in
from handlers.values import Day, Number
from knowledge.model import Compare, Document, Entry, Fact, Kind
from knowledge.template import render, show_day

_PEOPLE = ("人", "个人", "名", "位", "口人", "个名", "个行", "个可", "个能", "个不", "个吗", "个是", "个成", "个超", "个对", "个没", "个主要", "个完成", "个专家", "个评委")
COUNTED = {"人": _PEOPLE, "名": _PEOPLE, "字": ("字", "个字", "多字", "来字")}  # unit of a fact → what follows such a number
# From how many characters on a question of words in which nobody asks the entry (公章能用蓝的吗) gets only the nearest rule;
# a question for yes or no needs fewer, as the rule may not decide it.
UNFAMILIAR = {True: 1, False: 3}
NEAREST = "您说的具体情况通知没有专门写明，以上是最接近的规定；拿不准请拨打{phone1}。"
NEXT_YEAR = "next_year"  # a concept; an entry that has it in no cue says nothing of next year
NOT_YET = "{next_year}年的新通知尚未发布，现行通知没有规定{next_year}年的。{notice.year}年的是："
UNTIL_THEN = "{next_year}年的以当年发布的通知为准，可拨打{phone1}询问。"
QUOTA_RULE = "quota-rule"  # after the rule a bare number is a count
BEFORE = re.compile(r"[日号一](?:之|以)?前(?!后)")
HAS = re.compile(r"([填写要带])不\1|有没有|有[^，。]{0,8}没|要不要|用不用|还是")
TO_APPLY = re.compile(r"(?:今年|本年度?)(?!.{0,3}(?:完|做|结|搞|弄|的|刚|才|初|底|[0-9一二三四五六七八九十]+月))")  # the year in which it is to be entered
YEARS_AGO = ("年前", "年以前", "年之前")
CLAUSES = re.compile(r"[,;。?!\s]+")
WHEN = re.compile("年|去|月")  # a clause that names a time
NEVER = re.compile(r"以来|以后|之后|[没无未零]有?(?:再|发生|出现|出|过)*(?:任何|什么|质量|安全|环保|[、和])*事")
MONEY = ("元", "块", "圆", "人民币")
ORDINAL = ("附件", "第", "注", "表")


def facts(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The fact first, then what is worth adding, then the clause."""
    entry = notice.entries[ask.entry]
    held = verdict(ask, entry, notice)
    lines = [*held, body(entry, ask.kinds, notice)]
    if entry.more:
        lines.append(render(entry.more, notice))
    if NEXT_YEAR in ask.concepts and not any(NEXT_YEAR in cue for cue in entry.cues):
        lines = [render(NOT_YET, notice), *lines, render(UNTIL_THEN, notice)]
    if not held and ask.unfamiliar >= UNFAMILIAR[ask.yes_no]:
        lines.append(render(NEAREST, notice))
    return Answer("\n".join([*lines, clause_line(entry, notice)]).strip(), Family.FACT, entry=ask.entry, clauses=_labels(entry, notice),
                  expects="quota" if entry.topic == QUOTA_RULE else "")


def body(entry: Entry, kinds: tuple[Kind, ...], notice: Document) -> str:
    """The entry's answer for the kind that was said; for both where none was and they differ."""
    if entry.answer:
        return render(entry.answer, notice)
    texts = {Kind.GROUP: entry.group, Kind.CREW: entry.crew}
    wanted = [kind for kind in Kind if texts[kind] and (kind in kinds or not kinds)] or [kind for kind in Kind if texts[kind]]
    return "\n".join(render(texts[kind], notice) for kind in wanted)


def clause_line(entry: Entry, notice: Document) -> str:
    """依据：附件1 二"""
    label = notice.label(entry.clause)
    return f"依据：{label}" if label else ""


def _labels(entry: Entry, notice: Document) -> tuple[str, ...]:
    return tuple(notice.label(entry.clause).split("、")) if entry.clause else ()


# -- what the asker names, held against the fact

def verdict(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    """A line that answers 能写12个人吗 or 3月完成的行吗 before the rule itself is said; nothing to compare, no line."""
    if money := _in_the_unit(ask, notice):
        return [money]
    if entry.members and (ask.yes_no or HAS.search(ask.text)):
        return _membership(ask, entry, notice)
    if entry.compare is Compare.AT_MOST:
        return _at_most(ask, entry, notice)
    if entry.compare is Compare.FROM_ON:
        return _from_on(ask, entry, notice)
    if entry.compare is Compare.WITHIN:
        return _within(ask, notice.facts[entry.against], notice)
    return []


def _in_the_unit(ask: Ask, notice: Document) -> str:
    """省了360000块，效益那栏填多少: the amount in the unit of the box, where that is 万元 or the like; else empty."""
    box = notice.fields.get(ask.entry.removeprefix("field_"))
    amount = next((one for one in ask.values.numbers if one.after.startswith(MONEY)), None)
    if box is None or amount is None or (yuan_in(box.unit) or 1) == 1:
        return ""
    return f"{amount.value.normalize():f}元就是{in_unit(amount, box.unit)}{box.unit}，填{in_unit(amount, box.unit)}。"


def _membership(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    """班组汇总表有没有课题类型: yes or no for each kind whose list differs; no line where no item is named."""
    lists = {kind: _items(entry.members, kind, notice) for kind in ask.kinds or tuple(Kind)}
    known = sorted({item for items in lists.values() for item in items} | {one.label for one in notice.fields.values()}
                   | {step for one in notice.outlines.values() for step in one.steps}, key=lambda item: (-len(item), item))
    named = next((item for item in known if len(item) > 1 and item in ask.text), None)
    if named is None:
        return []
    found = {kind: any(named in item for item in items) for kind, items in lists.items()}
    if len(set(found.values())) == 1:
        return [f"有“{named}”。" if all(found.values()) else f"没有“{named}”。"]
    return [f"{kind.label}：{'有' if there else '没有'}“{named}”。" for kind, there in found.items()]


def _items(members: str, kind: Kind, notice: Document) -> tuple[str, ...]:
    """The items of a list fact, of the application form of a kind, or of an outline."""
    head, _, name = members.partition(".")
    if head == "outline":
        return notice.outlines[name].steps
    if head == "form":
        number = next(one.number for one in notice.attachments if one.kind is kind)
        return tuple(one.label for one in notice.fields.values() if number in one.attachments)
    return notice.value(members, kind)


def _at_most(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    differs = entry.against not in notice.facts
    kinds = [kind for kind in ask.kinds or Kind if f"{entry.against}_{kind}" in notice.facts] if differs else [None]
    lines = [_held(ask, notice.facts[notice.fact_id(entry.against, kind)], kind.label if differs and kind else "") for kind in kinds]
    return [line for line in lines if line]


def _held(ask: Ask, fact: Fact, who: str) -> str:
    number = _counted(ask, fact.unit, who)
    if number is None:
        return ""
    said = f"{number.value}{fact.unit}"
    if number.value > Decimal(fact.value):
        return f"{who}不可以：{said}超过了上限{fact.value}{fact.unit}。"
    return f"{who}可以：{said}没有超过上限{fact.value}{fact.unit}。"


def _counted(ask: Ask, unit: str, who: str) -> Number | None:
    """The number of people or characters that the asker names, for ``who`` where each kind has one; 一个人 is no count."""
    found = [number for number in ask.values.numbers if number.whole and number.value > 1
             and number.after.startswith(COUNTED.get(unit, (unit,))) and not number.before.endswith(ORDINAL)]
    return next((number for number in reversed(found) if not who or _named_last(number.before) in (who, "")), None)


def _named_last(before: str) -> str:
    """The kind that stands nearest before a number, if any does."""
    places = {kind.label: before.rfind(kind.label) for kind in Kind}
    nearest = max(places, key=lambda label: places[label])
    return nearest if places[nearest] >= 0 else ""


def _from_on(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    first = notice.value(entry.against)
    day = next((one for one in ask.values.days if one.first != first), next(iter(ask.values.days), None))  # the rule's own day may be said too
    if day is None:
        return _year_only(ask, first)
    if "past_year" in ask.concepts and not ask.values.years:
        return []  # 2023年3月的行不, and then 4月呢: of which year?
    if day.first == first and day.day and BEFORE.search(ask.text):
        return [_done(f"{show_day(first)}以前", fits=False)]
    if day.day == first.day and day.first == first:
        return [f"{show_day(first)}当天是否算在内，通知没有写明，请电话确认。"]
    return [_done(_shown(day), fits=day.first >= first)] if day.first >= first or day.last < first else []


def _year_only(ask: Ask, first: dt.date) -> list[str]:
    years = [year for year in ask.values.years if year <= first.year + 1]
    if TO_APPLY.search(ask.text):
        years = [year for year in years if year != first.year + 1]
    if not years or years[0] == first.year:
        return []
    return [_done(f"{years[0]}年", fits=years[0] > first.year)]


def _within(ask: Ask, fact: Fact, notice: Document) -> list[str]:
    """2019年出过 against 近三年: the sum of years. It stays open where the day decides from which they are counted back."""
    gone = _years_gone(ask, notice.notice.year)
    if gone is None or not any(kind.label in fact.quote for kind in ask.kinds or Kind):
        return []
    said, years, working = gone
    last = f"近{fact.value}{fact.unit}"
    if years == fact.value:
        return [render(f"{said}的算不算在{last}内，要看从哪天往前算：通知没有写明，请拨打{{phone1}}确认。", notice)]
    return [f"不能：{said}的在{last}内{working}。" if years < fact.value else f"{said}的不在{last}内{working}，这一条不影响。"]


def _years_gone(ask: Ask, year: int) -> tuple[str, int, str] | None:
    """The latest year before this one in which something was, or 五年前, in words and in years, with the working; None where nothing was (2019年以来没出过)."""
    clauses = [clause for clause in CLAUSES.split(ask.text) if not NEVER.search(clause)]
    told = [(f"{one}年", year - one, f"（{year}-{one}={year - one}）") for one in (*ask.values.years, *(day.year for day in ask.values.days)) if one < year]
    told += [(f"{one.value}年前", int(one.value), "") for one in ask.values.numbers if one.whole and one.after.startswith(YEARS_AGO)]
    return min(told, key=lambda one: one[1], default=None) if any(WHEN.search(clause) for clause in clauses) else None


def _done(when: str, fits: bool) -> str:
    return f"可以：{when}完成的符合要求。" if fits else f"不能：{when}完成的不符合要求。"


def _shown(day: Day) -> str:
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if day.day else "")
