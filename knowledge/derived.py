"""Entries that the notice's own tables make: one for each form field and each statistic, so that nobody writes them."""

from __future__ import annotations

import re

from knowledge.model import Attachment, Clause, Document, Entry, FormField, Statistic

PLACE = re.compile(r"(?:附件\d|正文) (?:[一二三四五六七八九]|注\d)$")
NUMERALS = "零一二三四五六七八九"
UNITS = ("条", "部分", "点", "项", "段", "大条", "款")
CONTACTS = frozenset({"phone", "hotline", "mail", "contact"})  # what people mean by these words is the office
ATTACHMENT_QUESTIONS = ("是什么", "讲什么", "是干嘛的", "干什么用", "叫什么", "给谁用", "的内容", "什么表")
BOX_QUESTIONS = ("填什么", "什么单位", "那栏怎么填", "要填吗", "单位是什么", "按什么填", "那格写啥")
ASKED = "unit_of|format|what|need|limit|howmany|may|who|which_annex|least|where|share|rounding"


def entries(document: Document) -> dict[str, Entry]:
    """Entry id → Entry, for what the tables of the attachments say of themselves."""
    fields = {f"field_{name}": _field(name, one, document) for name, one in document.fields.items()}
    attachments = {f"annex{one.number}": _attachment(one) for one in document.attachments}
    statistics = {f"stat_{name}": _statistic(name, one) for name, one in document.statistics.items()}
    clauses = {f"clause_{name}": _clause(name, one) for name, one in document.clauses.items() if PLACE.match(one.label)}
    return clauses | attachments | fields | statistics


def _clause(name: str, one: Clause) -> Entry:
    """附件3注3说的啥: the passage itself, word for word."""
    return Entry(topic="clause", title=f"{one.label}原文", clause=(), words=places(one.label), forwardable=False,
                 answer=f"{one.label}：\n" + "{clause." + name + "}", cues=())


def places(label: str) -> tuple[str, ...]:
    """The ways in which people name a passage: 附件3 注3 → 附件3注3, 附件3的注3, 附件3第3条注 …"""
    head, _, rest = label.partition(" ")
    spoken = re.sub(r"[（）()]", "", rest)
    forms = {f"{head}{spoken}", f"{head}的{spoken}", f"{head}里{spoken}", f"{head}里的{spoken}"}
    numeral = spoken.removeprefix("注")
    numeral = NUMERALS[int(numeral)] if numeral.isdigit() else numeral
    for unit in ("注",) if spoken.startswith("注") else UNITS:
        forms |= {f"{head}第{numeral}{unit}", f"{head}的第{numeral}{unit}", f"{head}里第{numeral}{unit}"}
    if spoken.startswith("注"):
        forms |= {f"{head}注{numeral}", f"{head}的注{numeral}", f"{head}第{numeral}条注", f"{head}注释{spoken[1:]}", f"{head}备注{spoken[1:]}", f"{head}注第{numeral}条"}
    if head == "正文":
        forms |= {f"{lead}第{numeral}{unit}" for unit in ("条", "点") for lead in ("", "通知", "文件", "通知里")}
    return tuple(sorted(forms))


def _attachment(one: Attachment) -> Entry:
    name = f"annex{one.number}"
    return Entry(topic="annex", title=f"附件{one.number}是什么", clause="attachments",
                 cues=(f"{name} ?what ?who ?full_name ?attachment ?format ?where ?how ?meaning ?name_word ?list",),
                 phrasings=tuple(f"附件{one.number}{asked}" for asked in ATTACHMENT_QUESTIONS),
                 answer=f"{{{name}}}：《{{{name}.title}}》（{{{name}.short}}），{{{name}.purpose}}。", forwardable=False)


def _field(name: str, one: FormField, document: Document) -> Entry:
    section = next((key for key, part in document.sections.items() if part.clause == one.clause), "")
    where = "、".join(f"{{annex{number}}}" for number in one.attachments) + (f" {{section.{section}.label}}" if section else "")
    contacts = {word for concept in CONTACTS if concept in document.concepts for word in document.concepts[concept].words}
    said = "；".join(part for part in (one.unit and f"单位：{{field.{name}.unit}}", one.rule and f"{{field.{name}.rule}}",
                                     one.allowed and f"可选{{field.{name}.allowed}}") if part)
    return Entry(topic="form", title=f"“{one.label}”怎么填", clause=one.clause, cues=(f"field_{name} unit_of ?form", f"field_{name} ?{ASKED.replace(chr(124), ' ?')} ?form ?sheet ?stats_sheet",),
                 phrasings=one.phrasings + (() if one.label in contacts else worded(one)), answer=f"“{{field.{name}.label}}”（{where}）：{said or '照实填写，通知没有别的要求'}。", forwardable=False)


def worded(one: FormField | Statistic) -> tuple[str, ...]:
    """How people ask for one box of a form: what is written in it, in which unit, whether it has to be."""
    names = dict.fromkeys(re.sub(r"[（(].*?[）)]|[/、，]", "", name) for name in (one.label.partition("=")[0], *one.words))
    return tuple(f"{name}{asked}" for name in names if len(name) > 1 for asked in BOX_QUESTIONS)


def _statistic(name: str, one: Statistic) -> Entry:
    unit = f"单位：{{statistic.{name}.unit}}" if one.unit else "文字或勾选"
    return Entry(topic="stats", title=f"统计表“{one.label}”怎么填", clause=one.clause, family="stats",
                 cues=(f"stat_{name} ?{ASKED.replace('|', ' ?')} ?stats_sheet",),
                 phrasings=one.phrasings + worded(one), answer=f"统计表的“{{statistic.{name}.label}}”，{unit}。", forwardable=False)
