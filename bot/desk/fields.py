"""A record as a form (and as cells of a sheet): which fields, in which words, and back again without loss.

The fields are read from the model itself, so that a new one shows up here by itself.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from knowledge.model import Compare, Document, Fact, FactType, Kind, Role, Window
from knowledge.paths import FIELDS

LONG = {"text", "quote", "answer", "group", "crew", "more", "yes", "rule", "content", "note", "point", "purpose", "example"}
NUMBERS = {"attachments": "ints"}
WORDS: dict[type, dict[str, str]] = {
    Kind: {"group": "小组", "crew": "班组"},
    Compare: {"at_most": "不超过", "from_on": "此日起", "within": "在此期间", "equals": "等于"},
    Role: {"kind": "小组或班组", "thing": "事物", "aspect": "问它的什么", "hint": "提示", "detail": "栏目或统计项", "value": "数值"},
    FactType: {"text": "文字", "date": "日期", "window": "起止日期", "months": "起止月份", "number": "数字", "list": "列表", "contact": "联系方式"},
}
ENTRY_TEMPLATES = ("answer", "group", "crew", "more", "yes")
HELP = {
    "words": "一行一个：大家用来称呼它的词。", "quote": "通知里的原话，一字不差。", "clause": "依据通知的哪一条。", "unit": "如 人、字、个。",
    "phrasings": "一行一个：大家会怎么问。", "hints": "一行一个：出现时偏向这一条，但不能单凭它决定。", "cues": "一行一条：要同时出现的概念；a|b 其一，?a 可有，-a 不能有。",
    "rate": "百分数，8.5%就写 8.5。", "below": "不封顶就留空。", "fixed": "固定几个；按比例的留空。", "allowed": "一行一个。", "steps": "一行一步，按顺序。",
    "turns": "一行一句，最后一句的回复要对。", "must": "一行一个：回复里必须有的字。", "must_not": "一行一个：回复里不能有的字。",
    "attachments": "附件编号，用顿号隔开。", "yes": "对方问“可以吗”时先说的话。", "more": "值得补充的一两句。", "on": "不填就是申报开始后第5天。",
}


class WrongValue(ValueError):
    """What was typed can't be that value; the message is a sentence for beside the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """一栏：name, what staff call it, how it is typed."""

    name: str
    label: str
    kind: str  # line text lines ints int decimal date bool choice clause clauses window months
    optional: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


@cache
def fields_of(shape: type) -> tuple[Field, ...]:
    """The fields of a record type, in the model's order."""
    hints = get_type_hints(shape)
    return tuple(_field(one.name, hints[one.name], not one.required) for one in msgspec.structs.fields(shape))


def fields_for(record: Any) -> tuple[Field, ...]:
    """The fields of this record; a fact's value is typed as its type asks."""
    found = fields_of(type(record))
    if not isinstance(record, Fact):
        return found
    kinds = {FactType.TEXT: "text", FactType.CONTACT: "line", FactType.DATE: "date", FactType.WINDOW: "window", FactType.MONTHS: "months",
             FactType.NUMBER: "int", FactType.LIST: "lines"}
    typed = [replace(one, kind=kinds[record.type], optional=False) if one.name == "value" else one for one in found if one.name != "type"]
    return tuple(sorted(typed, key=lambda one: one.name != "value"))


def _field(name: str, hint: Any, optional: bool) -> Field:
    kind, choices, maybe = _kind(name, hint)
    needed = not (optional or maybe) and (kind not in ("line", "text") or name in ("label", "title", "short", "point"))
    return Field(name, FIELDS.get(name, name), kind, not needed, choices, HELP.get(name, ""))


def _kind(name: str, hint: Any) -> tuple[str, tuple[tuple[str, str], ...], bool]:
    if name == "clause":
        return ("clauses" if get_origin(hint) in (Union, types.UnionType) else "clause"), (), False
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(one for one in get_args(hint) if one is not type(None))
        return (*_kind(name, inner)[:2], type(None) in get_args(hint))
    if get_origin(hint) is tuple:
        return ("ints" if get_args(hint)[0] is int else "lines"), (), False
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "choice", tuple((str(one), WORDS.get(hint, {}).get(str(one), str(one))) for one in hint), False
    simple = {bool: "bool", int: "int", float: "decimal", Decimal: "decimal", dt.date: "date"}
    return simple.get(hint, "text" if name in LONG else "line"), (), False


# -- a value as text, and back

def texts(record: Any, fields: tuple[Field, ...], document: Document) -> dict[str, str]:
    """What stands in each box of the form. A clause stands by its label (附件1 二)."""
    found: dict[str, str] = {}
    for one in fields:
        value = getattr(record, one.name)
        if one.kind in ("window", "months"):
            shape = "%Y-%m-%d" if one.kind == "window" else "%Y-%m"
            found |= {f"{one.name}.{end}": getattr(value, end).strftime(shape) for end in ("opens", "closes")}
        else:
            found[one.name] = text(value, one.kind, document)
    return found


def text(value: Any, kind: str, document: Document) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    if kind == "bool":
        return "1" if value else ""
    if kind == "decimal":
        return f"{Decimal(str(value)).normalize():f}"
    if kind == "ints":
        return "、".join(map(str, value))
    if kind in ("clause", "clauses"):
        return "、".join(_label(one, document) for one in ((value,) if isinstance(value, str) else value) if one)
    if kind == "lines":
        return "\n".join(one.replace("\\", "\\\\").replace("\n", "\\n") for one in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def read(fields: tuple[Field, ...], form: Mapping[str, str], document: Document, prefix: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """The values typed, and field → sentence for those that are none."""
    values, problems = {}, {}
    for one in fields:
        name = f"{prefix}{one.name}"
        try:
            if one.kind in ("window", "months"):
                values[one.name] = _window(form.get(f"{name}.opens", ""), form.get(f"{name}.closes", ""), one.kind)
            else:
                values[one.name] = value(form.get(name, ""), one, document)
        except WrongValue as wrong:
            problems[one.name] = str(wrong)
    return values, problems


def value(typed: str, field: Field, document: Document) -> Any:
    """The value of one box; WrongValue."""
    typed = typed.replace("\r\n", "\n").replace("\r", "\n")
    flat = unicodedata.normalize("NFKC", typed).strip()
    if field.kind == "bool":
        return flat in ("1", "on", "是", "true", "True")
    if field.kind == "lines":
        return tuple(_unescaped(line.strip()) for line in typed.split("\n") if line.strip())
    if field.kind in ("clause", "clauses"):
        return _clauses(flat, field, document)
    if field.kind in ("line", "text"):
        return _words(typed, field)
    if not flat:
        if field.kind == "ints":
            return ()
        if field.optional:
            return None
        raise WrongValue("这一项要填。")
    return {"int": _whole, "decimal": _decimal, "date": day, "ints": _wholes, "choice": lambda text: _choice(text, field)}[field.kind](flat)


def day(text: str) -> dt.date:
    """2025-05-15, 2025/5/15, 2025.5.15, 2025年5月15日; WrongValue for a day that does not exist."""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise WrongValue("不是日期，请写成 年-月-日，年份四位数字。")
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        raise WrongValue(f"没有{int(found[1])}年{int(found[2])}月{int(found[3])}日这一天。") from None


def _window(opens: str, closes: str, kind: str) -> Window:
    first, last = (_month(opens), _month(closes)) if kind == "months" else (day(opens), day(closes))
    if kind == "months":
        last = (last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    if last < first:
        raise WrongValue(f"截止（{last}）早于开始（{first}），请检查。")
    return Window(opens=first, closes=last)


def _month(text: str) -> dt.date:
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:[-/.]\d{1,2})?", unicodedata.normalize("NFKC", text).strip())
    if not found or not 1 <= int(found[2]) <= 12:
        raise WrongValue("不是月份，请写成 年-月，年份四位数字。")
    return dt.date(int(found[1]), int(found[2]), 1)


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise WrongValue(f"“{text[:20]}”不是整数。")
    return int(text)


def _wholes(text: str) -> tuple[int, ...]:
    return tuple(_whole(one) for one in re.split(r"[、,;\s]+", text) if one)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise WrongValue(f"“{text[:20]}”不是数字。") from None
    if not number.is_finite() or len(text) > 12:
        raise WrongValue(f"“{text[:20]}”不是数字。")
    return number


def _choice(text: str, field: Field) -> str:
    for stored, shown in field.choices:
        if text in (stored, shown) or unicodedata.normalize("NFKC", stored) == text:
            return stored
    raise WrongValue(f"只能选：{'、'.join(shown for _, shown in field.choices)}。")


def _words(typed: str, field: Field) -> str:
    typed = typed.strip() if field.kind != "text" else typed.strip("\n").rstrip()
    if field.kind == "line" and "\n" in typed:
        raise WrongValue("这一项只能写一行。")
    return typed


def _label(clause: str, document: Document) -> str:
    """The clause's label; its id where two clauses have the same."""
    label = document.clauses[clause].label if clause in document.clauses else clause
    return label if sum(one.label == label for one in document.clauses.values()) < 2 else clause


def _clauses(typed: str, field: Field, document: Document) -> str | tuple[str, ...]:
    known = {re.sub(r"\s", "", unicodedata.normalize("NFKC", _label(one, document))): one for one in document.clauses} | {one: one for one in document.clauses}
    named = [one for one in re.split(r"[、,;\n]+", typed) if one.strip()]
    found = [known.get(re.sub(r"\s", "", one)) for one in named]
    if None in found:
        raise WrongValue(f"通知里没有“{named[found.index(None)].strip()[:30]}”这一条，请从列表里选。")
    if len(found) > 1 and field.kind == "clause":
        raise WrongValue("只能写一条。")
    if not found and not field.optional:
        raise WrongValue("依据哪一条要填。")
    return found[0] if len(found) == 1 else tuple(found) if found else "" if field.kind == "clause" else ()


def _unescaped(line: str) -> str:
    return re.sub(r"\\(\\|n)", lambda found: "\n" if found[1] == "n" else "\\", line)


def record(shape: type, values: dict[str, Any]) -> Any:
    """The record with these values, in the model's own types."""
    found = {one.name: one for one in fields_of(shape)}
    fixed = {name: (float(given) if name == "weight" and given is not None else given) for name, given in values.items()}
    hints = get_type_hints(shape)
    for name, given in fixed.items():
        if found[name].kind == "choice" and given is not None:
            fixed[name] = next(one for one in (get_args(hints[name]) or (hints[name],)) if isinstance(one, type) and issubclass(one, StrEnum))(given)
    return shape(**fixed)
