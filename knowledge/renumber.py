"""Attachments under other numbers: everything that names an attachment by its number follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from knowledge.model import Document, Fact, Record

HAN = "零一二三四五六七八九"
NAMED = re.compile(r"(附件\s?)([1-9]\d?|[一二三四五六七八九])(?![十\d])")
IN_CUE = re.compile(r"\bannex(\d+)\b")
IN_TEMPLATE = re.compile(r"\{(annex|form\.)(\d+)")
TEMPLATES = ("title", "answer", "group", "crew", "more", "yes")


def renumber(document: Document, numbers: Mapping[int, int]) -> Document:
    """The notice with attachment ``n`` called ``numbers[n]``; what ``numbers`` doesn't name keeps its number."""
    def to(number: int) -> int:
        return numbers.get(number, number)

    def text(said: str) -> str:
        return NAMED.sub(lambda found: found[1] + _like(found[2], to(_value(found[2]))), said)

    def record(one: Any, **changes: Any) -> Any:
        """The record with 附件N renumbered in all its texts."""
        own = {field: _each(text, value) for field in one.__struct_fields__ if (value := getattr(one, field)) and isinstance(value, (str, tuple))}
        return msgspec.structs.replace(one, **(own | changes))

    def entry(one: Any) -> Any:
        renamed = record(one)
        cues = tuple(IN_CUE.sub(lambda found: f"annex{to(int(found[1]))}", cue) for cue in renamed.cues)
        templates = {field: IN_TEMPLATE.sub(lambda found: f"{{{found[1]}{to(int(found[2]))}", getattr(renamed, field)) for field in TEMPLATES}
        return msgspec.structs.replace(renamed, cues=cues, **templates)

    def table(records: dict, make: Callable = record) -> dict:
        return {name: make(one) for name, one in records.items()}

    return msgspec.structs.replace(
        document,
        attachments=tuple(sorted((record(one, number=to(one.number)) for one in document.attachments), key=lambda one: one.number)),
        fields=table(document.fields, lambda one: record(one, attachments=tuple(map(to, one.attachments)))),
        sections=table(document.sections, lambda one: record(one, attachment=to(one.attachment))),
        facts=table(document.facts, lambda one: record(one, value=_fact(one, text))),
        clauses=table(document.clauses), statistics=table(document.statistics), outlines=table(document.outlines), rulings=table(document.rulings),
        concepts=table(document.concepts), entries=table(document.entries, entry),
        cases=table(document.cases, lambda one: record(one, entry=IN_CUE.sub(lambda found: f"annex{to(int(found[1]))}", one.entry))),
        bands=tuple(map(record, document.bands)), title_rule=record(document.title_rule))


def _fact(fact: Fact, text: Callable[[str], str]) -> Any:
    return _each(text, fact.value) if isinstance(fact.value, (str, tuple)) else fact.value


def _each(text: Callable[[str], str], value: Any) -> Any:
    """Texts renumbered; ids, numbers and enums stay."""
    if isinstance(value, tuple):
        return tuple(text(one) if type(one) is str else one for one in value)
    return text(value) if type(value) is str and not isinstance(value, Record) else value


def _value(said: str) -> int:
    return HAN.index(said) if said in HAN else int(said)


def _like(said: str, number: int) -> str:
    """``number`` written as the old one was, in digits or in Chinese."""
    return HAN[number] if said in HAN and number < len(HAN) else str(number)
