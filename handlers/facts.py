"""What the notice says of a thing (families fact and stats): the entry's template, filled from the facts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from handlers.answer import Answer
from handlers.ask import Ask, Family
from handlers.values import Day, Number
from knowledge.model import Compare, Document, Entry, Kind
from knowledge.template import render, show_day

UNITS_OF_PEOPLE = ("人", "个", "名", "位", "口")


def facts(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The fact first, then what is worth adding, then the clause."""
    entry = notice.entries[ask.entry]
    lines = [*verdict(ask, entry, notice), body(entry, ask.kinds, notice)]
    if entry.more:
        lines.append(render(entry.more, notice))
    return Answer("\n".join([*lines, clause_line(entry, notice)]).strip(), Family.FACT, entry=ask.entry, clauses=_labels(entry, notice))


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
    if entry.compare is Compare.AT_MOST:
        return _at_most(ask, entry, notice)
    if entry.compare is Compare.FROM_ON:
        return _from_on(ask, entry, notice)
    return []


def _at_most(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    number = _counted(ask)
    if number is None:
        return []
    kinds = ask.kinds or ((Kind.GROUP, Kind.CREW) if entry.against not in notice.facts else (None,))
    lines = []
    for kind in kinds:
        fact = notice.facts[notice.fact_id(entry.against, kind)]
        who = kind.label if kind and entry.against not in notice.facts else ""
        over = number.value > Decimal(fact.value)
        lines.append(f"{who}不可以：{number.value}{fact.unit}超过了上限{fact.value}{fact.unit}。" if over
                     else f"{who}可以：{number.value}{fact.unit}没有超过上限{fact.value}{fact.unit}。")
    return lines


def _counted(ask: Ask) -> Number | None:
    """The number of people or characters that the asker names."""
    for number in ask.values.numbers:
        if number.whole and number.value > 0 and not number.before.endswith(("附件", "第", "注")) and not number.after.startswith(("年", "月", "号", "日", "%", "类", "种")):
            if number.after.startswith(("字", *UNITS_OF_PEOPLE, "千字", "百字")) or ask.yes_no:
                return number
    return None


def _from_on(ask: Ask, entry: Entry, notice: Document) -> list[str]:
    first = notice.value(entry.against)
    day = next(iter(ask.values.days), None)
    if day is None:
        return _year_only(ask, first)
    if day.day == first.day and day.first == first:
        return [f"{show_day(first)}当天是否算在内，通知没有写明，请电话确认。"]
    return [_done(_shown(day), fits=day.first >= first)] if day.first >= first or day.last < first else []


def _year_only(ask: Ask, first: dt.date) -> list[str]:
    years = [year for year in ask.values.years if year <= first.year + 1]
    if not years or years[0] == first.year:
        return []
    return [_done(f"{years[0]}年", fits=years[0] > first.year)]


def _done(when: str, fits: bool) -> str:
    return f"可以：{when}完成的符合要求。" if fits else f"不能：{when}完成的不符合要求。"


def _shown(day: Day) -> str:
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if day.day else "")
