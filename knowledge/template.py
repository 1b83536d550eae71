"""Answers are templates that name facts: ``截止日是{apply_window.closes}``. No digit stands in a template itself.

What can be named: ``{fact_id}`` (shown as its type is shown), ``{fact_id.opens}``, ``.closes``, ``.lines`` (a numbered
list), ``.count``, ``.unit``; ``{annex7}``, ``{annex7.title}``, ``.short``, ``.purpose``; ``{field.ID.label}``;
``{form.2}`` (the labels of 附件2); ``{statistic.ID.unit}``; ``{section.ID.at_most}``; ``{outline.ID.steps}``;
``{bands.group}``; ``{title_rule.at_most}``; ``{notice.year}``; ``{next_year}``; ``{ruling.ID}``.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from knowledge.model import Document, Fact, FactType, Kind, QuotaBand, Window

NOTICES = 4  # whose templates are kept filled: those in force, and a draft that is tried
_rendered: dict[int, tuple[Document, dict[str, str]]] = {}  # with each notice itself, so that no other can get its number
PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")


class TemplateError(ValueError):
    """A template names something that the notice does not have; the message is the name."""


def render(template: str, notice: Document) -> str:
    """The template with every placeholder filled; TemplateError for a name that is not there."""
    owner, texts = _rendered.get(id(notice), (None, {}))
    if owner is not notice:
        if len(_rendered) >= NOTICES:
            _rendered.clear()
        texts = _rendered.setdefault(id(notice), (notice, {}))[1]
    if template not in texts:
        texts[template] = PLACEHOLDER.sub(lambda match: resolve(match.group(1), notice), template)
    return texts[template]


def names(template: str) -> list[str]:
    """The placeholders of a template, in order."""
    return PLACEHOLDER.findall(template)


def resolve(path: str, notice: Document) -> str:
    """One placeholder's text."""
    head, _, rest = path.partition(".")
    try:
        if head in notice.facts:
            return _fact(notice.facts[head], rest)
        if head.startswith("annex"):
            return _attachment(notice, int(head.removeprefix("annex")), rest)
        return _GROUPS[head](notice, rest)
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise TemplateError(path) from error


def show_day(day: dt.date) -> str:
    """2025年5月15日"""
    return f"{day.year}年{day.month}月{day.day}日"


def show(fact: Fact) -> str:
    """A fact's value as an answer shows it."""
    value = fact.value
    if isinstance(value, Window):
        if fact.type is FactType.MONTHS:
            return f"{value.opens.year}年{value.opens.month}月至{value.closes.year}年{value.closes.month}月"
        return f"{show_day(value.opens)}至{show_day(value.closes)}"
    if isinstance(value, dt.date):
        return show_day(value)
    if isinstance(value, tuple):
        return "、".join(value)
    return f"{value}{fact.unit}" if fact.type is FactType.NUMBER else str(value)


def percent(rate: Decimal) -> str:
    """8.5%"""
    return f"{rate.normalize():f}%"


def show_band(band: QuotaBand) -> str:
    """One 名额档 in a line, as the notice's table has it."""
    letter = "n" if band.kind is Kind.GROUP else "m"
    share = f"{band.fixed}个" if band.fixed is not None else f"{percent(band.rate or Decimal())}×{letter}，四舍五入取整数"
    return f"{band.label}：{share}"


def _fact(fact: Fact, attribute: str) -> str:
    if not attribute:
        return show(fact)
    if attribute in ("opens", "closes"):
        return show_day(getattr(fact.value, attribute))
    if attribute == "lines":
        return "\n".join(f"{number}. {item}" for number, item in enumerate(_items(fact), 1))
    if attribute == "count":
        return str(len(_items(fact)))
    if attribute in ("year", "month", "day"):
        return str(getattr(fact.value, attribute))
    if attribute == "number":
        return str(fact.value)
    return str(getattr(fact, attribute))


def _items(fact: Fact) -> tuple[str, ...]:
    if not isinstance(fact.value, tuple):
        raise TypeError(fact.label)
    return fact.value


def _attachment(notice: Document, number: int, attribute: str) -> str:
    found = notice.attachment(number)
    if found is None:
        raise KeyError(number)
    return f"附件{found.number}" if not attribute else str(getattr(found, attribute))


def _record(collection: str):
    def resolve_one(notice: Document, rest: str) -> str:
        name, _, attribute = rest.partition(".")
        record = getattr(notice, collection)[name]
        if attribute == "count":
            return str(len(record.steps))
        value = getattr(record, attribute or "label")
        return "→".join(value) if attribute == "steps" else "、".join(value) if isinstance(value, tuple) else str(value)
    return resolve_one


def _form(notice: Document, rest: str) -> str:
    labels = [one.label for one in notice.fields.values() if int(rest) in one.attachments]
    if not labels:
        raise KeyError(rest)
    return "、".join(labels)


def _bands(notice: Document, rest: str) -> str:
    return "\n".join(show_band(band) for band in notice.bands_for(Kind(rest)))


def _ruling(notice: Document, rest: str) -> str:
    ruling = notice.rulings[rest]
    if not ruling.text:
        return f"{ruling.point}：通知未明确，请以主办单位答复为准"
    day = f"（{show_day(ruling.decided)}解释口径）" if ruling.decided else "（解释口径）"
    return f"{ruling.text}{day}"


def _title_rule(notice: Document, rest: str) -> str:
    value = getattr(notice.title_rule, rest)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _attachments(notice: Document, rest: str) -> str:
    rows = [f"附件{one.number} {one.short}" for one in notice.attachments]
    return str(len(rows)) if rest == "count" else "\n".join(rows)


def _passage(notice: Document, rest: str) -> str:
    """A clause with the clauses under it, word for word."""
    return "\n".join(one.text.strip() for name, one in notice.clauses.items() if name == rest or name.startswith(f"{rest}_"))


def _listing(rows: list[str], rest: str) -> str:
    return str(len(rows)) if rest == "count" else "\n".join(f"{number}. {row}" for number, row in enumerate(rows, 1))


_GROUPS = {
    "attachments": _attachments,
    "statistics": lambda notice, rest: _listing([one.label for one in notice.statistics.values()], rest),
    "field": _record("fields"),
    "statistic": _record("statistics"),
    "section": _record("sections"),
    "outline": _record("outlines"),
    "clause": _passage,
    "form": _form,
    "bands": _bands,
    "ruling": _ruling,
    "title_rule": _title_rule,
    "notice": lambda notice, rest: show_day(notice.notice.issued) if rest == "issued" else str(getattr(notice.notice, rest)),
    "next_year": lambda notice, rest: str(notice.notice.year + 1),
    "last_year": lambda notice, rest: str(notice.notice.year - 1),
}
