"""Validating a draft: everything that stops a publication, each as a place and one Chinese sentence.

``validate`` runs every rule and returns all it finds. The rules for values (``refusals``) are also what the desk says
beside a field while it is being edited: ``beside``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from knowledge import paths, refusals, twins, wording
from knowledge.differences import complete
from knowledge.model import Document, Record
from knowledge.refusals import Problem

__all__ = ["Problem", "beside", "validate"]
NAMED = {"clauses": "label", "facts": "label", "attachments": "title", "bands": "label", "fields": "label", "statistics": "label",
         "sections": "label", "outlines": "label", "rulings": "point"}  # section → the field without which a record has no name
ID = re.compile(r"[a-z][a-z0-9_]*")
KEYED = ("clauses", "facts", "fields", "statistics", "sections", "outlines", "rulings", "concepts", "entries", "cases")


def validate(document: Document) -> list[Problem]:
    """What is wrong with a notice, in its order; [] where it may be published."""
    whole = complete(document)
    found = [*_header(document), *_ids(document), *_names(document), *_references(document), *refusals.facts(document), *refusals.bands(document),
             *refusals.limits(document), *twins.problems(document), *_attachments(document), *_rulings(document),
             *wording.entries(document, whole), *wording.cases(document, whole), *_unconfirmed(document)]
    return list(dict.fromkeys(found))


def beside(problems: list[Problem], path: str) -> list[Problem]:
    """Those of the problems that belong to a place or to what stands in it."""
    return [one for one in problems if one.place == path or one.place.startswith(f"{path}.")]


def _header(document: Document) -> Iterator[Problem]:
    header = document.notice
    if header.year not in refusals.YEARS:
        yield Problem("notice.year", f"年度写成了{header.year}，应是四位数的年份。")
    if not header.title.strip():
        yield Problem("notice.title", "通知没有标题。")
    if not header.year - 1 <= header.issued.year <= header.year:
        yield Problem("notice.issued", f"印发日期在{header.issued.year}年，与{header.year}年的通知不符。")


def _ids(document: Document) -> Iterator[Problem]:
    for section in KEYED:
        for name in getattr(document, section):
            if not ID.fullmatch(name):
                yield Problem(f"{section}.{name}", f"编号“{name}”只能用小写英文字母、数字和下划线，以字母开头。")


def _names(document: Document) -> Iterator[Problem]:
    """Every record has a name, every clause its words."""
    for path, record in _records(document):
        field = NAMED.get(path.split(".")[0])
        if field and not getattr(record, field).strip():
            yield Problem(f"{path}.{field}", f"{paths.SECTIONS[path.split('.')[0]]}（{path}）没有{paths.FIELDS[field]}。")
    for name, clause in document.clauses.items():
        if not clause.text.strip():
            yield Problem(f"clauses.{name}.text", f"条款“{clause.label}”没有文字。")


def _references(document: Document) -> Iterator[Problem]:
    """Clauses, facts, entries and attachments that a record names exist."""
    stems = {re.sub("_(group|crew)$", "", fact) for fact in document.facts}
    numbers = {one.number for one in document.attachments}
    known = {"clause": document.clauses, "window": document.facts, "against": stems | set(document.facts), "related": document.entries,
             "attachment": numbers, "attachments": numbers}
    for path, record in _records(document):
        for field in known.keys() & set(record.__struct_fields__):
            named = getattr(record, field)
            for one in named if isinstance(named, tuple) else [named] if named != "" else []:
                if one not in known[field]:
                    yield Problem(f"{path}.{field}", f"{paths.label(document, path)}的{paths.FIELDS[field]} {one} 不存在。")


def _attachments(document: Document) -> Iterator[Problem]:
    numbers = [one.number for one in document.attachments]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            yield Problem(f"attachments.{place}.number", f"附件{number}有两个。")
        elif not 0 < number < 100:
            yield Problem(f"attachments.{place}.number", f"附件编号{number}不对，应是1至99。")


def _rulings(document: Document) -> Iterator[Problem]:
    for name, one in document.rulings.items():
        if bool(one.text.strip()) != bool(one.decided):
            yield Problem(f"rulings.{name}.decided", f"解释口径“{one.point}”的文字和决定日期应同时填写。")


def _unconfirmed(document: Document) -> Iterator[Problem]:
    """待确认: what was taken over from last year and nobody has looked at."""
    for path in document.unconfirmed:
        yield Problem(path, f"{paths.label(document, path)}还没有确认（待确认）。")


def _records(document: Document) -> Iterator[tuple[str, Any]]:
    for section in paths.SECTIONS:
        part = getattr(document, section)
        if isinstance(part, Record):
            yield section, part
        elif isinstance(part, dict):
            yield from ((f"{section}.{name}", one) for name, one in part.items())
        else:
            yield from ((f"{section}.{place}", one) for place, one in enumerate(part) if isinstance(one, Record))
