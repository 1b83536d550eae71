"""Next year's notice: last year's as a draft in which everything waits to be confirmed, and what became different."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import msgspec

from knowledge import paths
from knowledge.model import Case, Document, Entry, Fact, FactType, Kind, Record
from knowledge.template import show, show_band

TO_CONFIRM = ("notice", "title_rule", "clauses", "facts", "attachments", "bands", "fields", "statistics", "sections", "outlines", "rulings", "entries")
OF_THE_YEAR = ("notice_year", "notice_title", "registration_for")  # differ by nature
YEAR = re.compile(r"(?<![0-9./-])(20[0-9]{2})(?![0-9])")
SHORT_YEAR = re.compile(r"(?<![0-9])([0-9]{2})(?=年)")


def new_notice(document: Document, year: int) -> Document:
    """新建通知: last year's notice as a draft for ``year``. Every value, clause and answer is 待确认.

    Years in what people say (“2026年”), in titles and in the days of golden questions move along; no other value does.
    """
    ahead = year - document.notice.year
    later = _years_later(document.notice.year, ahead)
    facts = {name: _fact(name, fact, year, later) for name, fact in document.facts.items()}
    header = msgspec.structs.replace(document.notice, year=year, title=later(document.notice.title))
    fresh = msgspec.structs.replace(
        document, notice=header, facts=facts,
        entries={name: _said_later(one, later) for name, one in document.entries.items()},
        concepts={name: msgspec.structs.replace(one, words=tuple(map(later, one.words))) for name, one in document.concepts.items()},
        cases={name: _case(one, later, ahead) for name, one in document.cases.items()})
    return msgspec.structs.replace(fresh, unconfirmed=tuple(_to_confirm(fresh)))


def confirm(document: Document, path: str) -> Document:
    """The document with ``path`` and all that stands in it confirmed: a record, or a whole section (“entries”)."""
    rest = tuple(one for one in document.unconfirmed if one != path and not one.startswith(f"{path}.") and not path.startswith(f"{one}."))
    return msgspec.structs.replace(document, unconfirmed=rest)


def what_changed(old: Document, new: Document) -> list[str]:
    """今年有什么变化: one line for each value, 名额档 or attachment that differs, in the order of the new notice."""
    later = _years_later(old.notice.year, new.notice.year - old.notice.year)
    return [*_facts_changed(old, new, later), *_bands_changed(old, new), *_attachments_changed(old, new, later), *_fields_changed(old, new)]


def changes_entry(old: Document | None, new: Document) -> Entry:
    """The entry that answers 今年有什么变化; where there is no earlier notice, it says so."""
    asked = {"topic": "notice", "title": "今年的通知有什么变化", "words": CHANGE_WORDS, "cues": CHANGE_CUES, "phrasings": CHANGE_PHRASINGS,
             "strict": True, "forwardable": False}
    if old is None:
        return Entry(**asked, stated=False, answer="这里只有{notice.year}年的通知，没有以前的通知可以对照，说不出与上年相比有什么变化。")
    lines = [f"{number}. {line}" for number, line in enumerate(what_changed(old, new), 1)]
    told = "\n".join(lines).replace("{", "｛").replace("}", "｝") or "没有变化。"
    return Entry(**asked, answer=f"{new.notice.year}年的通知与{old.notice.year}年相比：\n{told}")


CHANGE_WORDS = ("和去年比", "跟去年比", "与去年比", "比起去年", "和去年相比", "跟去年相比", "与去年相比", "相比去年", "和上年比", "与上年相比", "跟往年比", "和往年比",
                "今年…变化", "今年…不一样", "今年…不同", "今年…改动", "去年…有什么区别", "去年…有啥区别", "去年…有什么不同", "新通知…变化", "有什么新变化", "哪些新变化",
                "通知…变化", "今年…新要求", "今年…新规定")
CHANGE_CUES = ("what_changed ?notice ?what ?past_year ?requirement",)
CHANGE_PHRASINGS = ("今年有什么变化", "今年的通知和去年比有什么变化", "今年的要求跟去年有什么不同", "今年有哪些新要求", "今年改了什么")


# -- the copy

def _years_later(of: int, ahead: int) -> Callable[[str], str]:
    """A function that moves the years around ``of`` in a text: last year, this one and the next."""
    near = range(of - 1, of + 3)

    def later(text: str) -> str:
        text = YEAR.sub(lambda found: str(int(found[1]) + ahead) if int(found[1]) in near else found[1], text)
        return SHORT_YEAR.sub(lambda found: f"{int(found[1]) + ahead:02}" if 2000 + int(found[1]) in near else found[1], text)
    return later


def _fact(name: str, fact: Fact, year: int, later: Callable[[str], str]) -> Fact:
    if fact.type is FactType.NUMBER and name in OF_THE_YEAR:
        return msgspec.structs.replace(fact, value=year + (name == "registration_for"))
    if fact.type is FactType.TEXT and name in (*OF_THE_YEAR, "award"):
        return msgspec.structs.replace(fact, value=later(fact.value))
    return fact


def _said_later(entry: Entry, later: Callable[[str], str]) -> Entry:
    return msgspec.structs.replace(entry, **{field: tuple(map(later, getattr(entry, field))) for field in ("words", "hints", "phrasings")})


def _case(case: Case, later: Callable[[str], str], ahead: int) -> Case:
    return msgspec.structs.replace(case, turns=tuple(map(later, case.turns)), on=case.on and _anniversary(case.on, ahead))


def _anniversary(day: dt.date, ahead: int) -> dt.date:
    try:
        return day.replace(year=day.year + ahead)
    except ValueError:  # 29 February
        return day.replace(year=day.year + ahead, day=28)


def _to_confirm(document: Document):
    for section in TO_CONFIRM:
        part: Any = getattr(document, section)
        if isinstance(part, Record):
            yield section
        else:
            yield from (f"{section}.{key}" for key in (part if isinstance(part, dict) else range(len(part))))


# -- what became different

def _facts_changed(old: Document, new: Document, later: Callable[[str], str]) -> list[str]:
    lines = []
    for name, fact in new.facts.items():
        before = old.facts.get(name)
        if name in OF_THE_YEAR or before and _same(before, fact, later):
            continue
        if before is None:
            lines.append(f"新增{fact.label}：{show(fact)}")
        elif fact.type is FactType.LIST and isinstance(before.value, tuple):
            lines += _items_changed(before, fact)
        else:
            lines.append(f"{fact.label}：{show(before)} → {show(fact)}")
    return lines + [f"不再规定{fact.label}（原为{show(fact)}）" for name, fact in old.facts.items() if name not in new.facts]


def _same(before: Fact, fact: Fact, later: Callable[[str], str]) -> bool:
    return before.value == fact.value or isinstance(before.value, str) and later(before.value) == fact.value


def _items_changed(before: Fact, fact: Fact) -> list[str]:
    gone = [one for one in before.value if one not in fact.value]
    come = [one for one in fact.value if one not in before.value]
    if not gone and not come:
        return [f"{fact.label}的顺序改为：{show(fact)}"]
    parts = [f"{what}“{'”“'.join(items)}”" for what, items in (("去掉", gone), ("增加", come)) if items]
    return [f"{fact.label}：{'，'.join(parts)}"]


def _bands_changed(old: Document, new: Document) -> list[str]:
    lines = []
    for kind in Kind:
        was, now = ([show_band(band) for band in document.bands_for(kind)] for document in (old, new))
        if was != now:
            lines.append(f"{kind.label}名额：{'；'.join(was)} → {'；'.join(now)}")
    return lines


def _attachments_changed(old: Document, new: Document, later: Callable[[str], str]) -> list[str]:
    was = {one.short: one for one in old.attachments}
    lines = []
    for one in new.attachments:
        before = was.pop(one.short, None)
        if before is None:
            lines.append(f"新增附件{one.number}：{one.short}")
        elif before.number != one.number:
            lines.append(f"{one.short}：附件{before.number} → 附件{one.number}")
        elif one.title not in (before.title, later(before.title)):
            lines.append(f"附件{one.number}改名为《{one.title}》")
    return lines + [f"不再有{one.short}（原附件{one.number}）" for one in was.values()]


def _fields_changed(old: Document, new: Document) -> list[str]:
    come = [one.label for name, one in new.fields.items() if name not in old.fields]
    gone = [one.label for name, one in old.fields.items() if name not in new.fields]
    named = [f"栏目“{old.fields[name].label}”改为“{one.label}”" for name, one in new.fields.items() if name in old.fields and old.fields[name].label != one.label]
    return named + [f"表格{what}栏目：{paths.shown(tuple(labels))}" for what, labels in (("增加", come), ("去掉", gone)) if labels]
