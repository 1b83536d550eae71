"""Entries that the notice's own tables make: one for each form field and each statistic, so that nobody writes them."""

from __future__ import annotations

from knowledge.model import Attachment, Document, Entry, FormField, Statistic

ASKED = "unit_of|format|what|need|limit|howmany|may|who|which_annex|least|where|share|rounding"


def entries(document: Document) -> dict[str, Entry]:
    """Entry id → Entry, for what the tables of the attachments say of themselves."""
    fields = {f"field_{name}": _field(name, one) for name, one in document.fields.items()}
    attachments = {f"annex{one.number}": _attachment(one) for one in document.attachments}
    statistics = {f"stat_{name}": _statistic(name, one) for name, one in document.statistics.items()}
    return attachments | fields | statistics


def _attachment(one: Attachment) -> Entry:
    name = f"annex{one.number}"
    return Entry(topic="annex", title=f"附件{one.number}是什么", clause="attachments",
                 cues=(f"{name} ?what ?who ?full_name ?attachment ?format ?where ?how ?meaning ?name_word ?list",),
                 answer=f"{{{name}}}：《{{{name}.title}}》（{{{name}.short}}），{{{name}.purpose}}。", forwardable=False)


def _field(name: str, one: FormField) -> Entry:
    where = "、".join(f"{{annex{number}}}" for number in one.attachments)
    said = "；".join(part for part in (one.unit and f"单位：{{field.{name}.unit}}", one.rule and f"{{field.{name}.rule}}",
                                     one.allowed and f"可选{{field.{name}.allowed}}") if part)
    return Entry(topic="form", title=f"“{one.label}”怎么填", clause=one.clause, cues=(f"field_{name} ?{ASKED.replace(chr(124), ' ?')} ?form ?sheet ?stats_sheet",),
                 answer=f"“{{field.{name}.label}}”（{where}）：{said or '照实填写，通知没有别的要求'}。", forwardable=False)


def _statistic(name: str, one: Statistic) -> Entry:
    unit = f"单位：{{statistic.{name}.unit}}" if one.unit else "文字或勾选"
    return Entry(topic="stats", title=f"统计表“{one.label}”怎么填", clause=one.clause, family="stats",
                 cues=(f"stat_{name} ?{ASKED.replace('|', ' ?')} ?stats_sheet",),
                 answer=f"统计表的“{{statistic.{name}.label}}”，{unit}。", forwardable=False)
