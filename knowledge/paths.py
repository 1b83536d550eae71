"""Places in a notice by name: ``facts.apply_window.value``, ``bands.2.rate``, ``entries.phone``, ``notice.year``.

A path is section, then the record's id (or its position, from 0, in a section that is a list), then the field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from knowledge.model import Document, Fact, FactType, Kind, Record, Window
from knowledge.template import percent, show_day

SECTIONS = {
    "notice": "通知", "clauses": "条款", "facts": "事实", "attachments": "附件", "bands": "名额档", "fields": "栏目",
    "statistics": "统计项目", "sections": "报告书部分", "outlines": "课题步骤", "title_rule": "成果名称规则", "rulings": "解释口径",
    "concepts": "概念", "entries": "条目", "sounds_like": "容易写错音的词", "never_mend": "不按读音改的词", "cases": "回归题", "unconfirmed": "待确认",
}
FIELDS = {
    "label": "名称", "text": "文字", "type": "类型", "clause": "条款", "value": "数值", "unit": "单位", "quote": "原文", "words": "说法", "title": "标题",
    "issued": "印发日期", "year": "年度", "successor_hint": "下一年提示", "number": "编号", "short": "简称", "purpose": "用途", "kind": "小组或班组",
    "at_least": "下限", "below": "上限（不含）", "rate": "比例", "fixed": "固定名额", "attachments": "附件", "attachment": "附件", "rule": "规则",
    "allowed": "可选值", "locked": "提交后不能改", "numerator": "分子", "denominator": "分母", "content": "内容", "at_most": "字数上限", "steps": "步骤",
    "verbs": "开头词", "middle": "中间", "closers": "结尾词", "example": "例子", "point": "未明确的问题", "decided": "决定日期", "role": "作用",
    "weight": "分量", "alone": "只在单说时算", "topic": "主题", "cues": "识别规则", "hints": "提示词", "phrasings": "问法", "answer": "答复", "group": "答复（小组）",
    "crew": "答复（班组）", "more": "补充", "yes": "是非问的开头", "stated": "通知有规定", "window": "对照的起止", "compare": "比较方式", "against": "比较的数值",
    "family": "类别", "related": "相关条目", "forwardable": "可转发", "code": "编号", "turns": "问题", "on": "提问日期", "entry": "应答条目", "must": "答复必须有",
    "must_not": "答复不得有", "verdict": "结论", "note": "备注", "opens": "开始", "closes": "截止",
}


class NoSuchPlace(LookupError):
    """A path that leads nowhere in this notice; the message is the path."""


def get(document: Document, path: str) -> Any:
    """What stands at ``path``: a record, a value. NoSuchPlace."""
    found: Any = document
    try:
        for step in path.split("."):
            found = _step(found, step)
    except (KeyError, AttributeError, IndexError, ValueError):
        raise NoSuchPlace(path) from None
    return found


def find(document: Document, path: str) -> Any:
    """What stands at ``path``, None where there is no such place."""
    try:
        return get(document, path)
    except NoSuchPlace:
        return None


def put(document: Document, path: str, value: Any) -> Document:
    """A copy of ``document`` with ``value`` at ``path``; a record that is not there yet is added. NoSuchPlace."""
    try:
        return _put(document, path.split("."), value)
    except (KeyError, AttributeError, IndexError, ValueError, TypeError):
        raise NoSuchPlace(path) from None


def remove(document: Document, path: str) -> Document:
    """A copy without the record at ``path`` (section and id). NoSuchPlace."""
    section, _, key = path.partition(".")
    get(document, path)
    records = getattr(document, section)
    rest = {name: one for name, one in records.items() if name != key} if isinstance(records, dict) else tuple(
        one for place, one in enumerate(records) if place != int(key))
    return msgspec.structs.replace(document, **{section: rest})


def leaves(document: Document) -> Iterator[tuple[str, Any]]:
    """Every path of the notice down to fields, with its value, in order."""
    for field in msgspec.structs.fields(Document):
        part = getattr(document, field.name)
        if isinstance(part, Record):
            yield from _fields(field.name, part)
        elif isinstance(part, dict):
            for name, one in part.items():
                yield from _fields(f"{field.name}.{name}", one)
        elif part and isinstance(part[0], Record):
            for place, one in enumerate(part):
                yield from _fields(f"{field.name}.{place}", one)
        else:
            yield field.name, part


def record_of(path: str) -> str:
    """The record that holds a path: facts.apply_window.value → facts.apply_window; title_rule.at_most → title_rule."""
    steps = path.split(".")
    return steps[0] if steps[0] in ("notice", "title_rule", "sounds_like", "never_mend", "unconfirmed") else ".".join(steps[:2])


def label(document: Document, path: str) -> str:
    """A path in staff's words: “申报时间”的截止, 名额档“10≤n＜200”的比例, 条目“联系电话”的答复."""
    steps = path.split(".")
    record = record_of(path)
    named = f"“{name(document, record)}”" if record != steps[0] else ""
    inner = steps[record.count(".") + 1:]
    if steps[0] == "facts":
        return named + "".join(f"的{FIELDS.get(step, step)}" for step in inner if step != "value")
    return SECTIONS.get(steps[0], steps[0]) + named + "".join(f"的{FIELDS.get(step, step)}" for step in inner)


def name(document: Document, record: str) -> str:
    """What staff call a record: its label, title or question."""
    try:
        one = get(document, record)
    except NoSuchPlace:
        return record.partition(".")[2]
    for field in ("label", "title", "point", "short"):
        if said := getattr(one, field, ""):
            return said
    turns = getattr(one, "turns", ())
    return " → ".join(turns) if turns else record.partition(".")[2]


def shown(value: Any, fact: Fact | None = None) -> str:
    """A value in words: 2025年4月15日至2025年5月15日, 8.5%, 是; "" for nothing."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Window):
        if fact and fact.type is FactType.MONTHS:
            return f"{value.opens.year}年{value.opens.month}月至{value.closes.year}年{value.closes.month}月"
        return f"{show_day(value.opens)}至{show_day(value.closes)}"
    if isinstance(value, dt.date):
        return show_day(value)
    if isinstance(value, Decimal):
        return percent(value)
    if isinstance(value, Kind):
        return value.label
    if isinstance(value, tuple):
        return "、".join(str(one) for one in value)
    return f"{value}{fact.unit}" if fact and fact.type is FactType.NUMBER else str(value)


def _step(found: Any, step: str) -> Any:
    if isinstance(found, dict):
        return found[step]
    return found[int(step)] if isinstance(found, tuple) else getattr(found, step)


def _put(found: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(found, dict):
        return {**found, step: _put(found[step] if rest else None, rest, value)}
    if isinstance(found, tuple):
        place = int(step)
        return (*found[:place], _put(found[place] if rest else None, rest, value), *found[place + 1:])
    return msgspec.structs.replace(found, **{step: _put(getattr(found, step), rest, value)})


def _fields(path: str, record: Record) -> Iterator[tuple[str, Any]]:
    for field in record.__struct_fields__:
        yield f"{path}.{field}", getattr(record, field)
