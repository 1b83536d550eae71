"""Bands, limits, attachments, form fields and the like: edited as tables, a row a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response, abort, g, render_template, request, url_for

from bot.desk import drafts, fields, gate
from bot.desk.base import routes
from bot.desk.fields import Field
from knowledge import next_year, paths, renumber
from knowledge.differences import affected
from knowledge.model import Attachment, Clause, Document, Fact, FactType, FormField, QuotaBand, Section, Statistic
from knowledge.publish import Problem

SPARE = 2  # empty rows for new records
MOST_ROWS = 400
KEYED = ("facts", "fields", "statistics", "sections", "clauses")  # sections whose records have ids


@dataclass(frozen=True, slots=True)
class Table:
    """一张表：whose records, which columns, and whether rows may be added."""

    title: str
    shape: type
    columns: tuple[str, ...]
    grows: bool = True
    note: str = ""


TABLES = {
    "bands": Table("名额档", QuotaBand, ("kind", "at_least", "below", "rate", "fixed", "label", "clause"),
                   note="每档从“下限”起、到“上限（不含）”止；首尾相接，不留空档。比例8.5%就写8.5；比例和固定名额只填一个。“名称”会按数字自动写。"),
    "limits": Table("数字和上限", Fact, ("label", "value", "unit", "clause"), grows=False),
    "attachments": Table("附件", Attachment, ("number", "title", "short", "purpose", "kind", "clause"),
                         note="编号改了，答复、条款、栏目、问法里写着的“附件几”都跟着改；几个附件互换编号，一次填好。"),
    "fields": Table("申报表栏目", FormField, ("label", "attachments", "unit", "rule", "allowed", "locked"), grows=False),
    "statistics": Table("统计表项目", Statistic, ("label", "unit", "numerator", "denominator"), grows=False),
    "sections": Table("报告书各部分", Section, ("label", "attachment", "at_most", "content"), grows=False),
    "clauses": Table("条款原文", Clause, ("label", "text"), grows=False, note="照新通知的原文粘贴。“依据”里显示的就是这里的名称。"),
}


@routes.get("/table/<name>")
def table(name: str) -> str:
    """A table's form."""
    shown = _table(name)
    rows = _records(name, drafts.document())
    columns = _columns(shown)
    texts = [(key, {f"{number}.{cell}": text for cell, text in fields.texts(record, columns, drafts.document()).items()}) for number, (key, record) in enumerate(rows)]
    return _page(name, texts, {}, _seen(name))


@routes.post("/table/<name>")
def change_table(name: str) -> Response | str | tuple[str, int]:
    """Check every cell; show what the change would change; save it when that was seen."""
    shown, document = _table(name), drafts.document()
    records, problems, rows = _read(name, shown, document)
    if request.form.get("action") == "edit":
        return _page(name, _typed(rows), {}, drafts.asked_seen())
    if not problems:
        after = drafts.settle(document, _with(name, document, records))
        problems = _cells_wrong(name, gate.newly_wrong(document, after), records, rows)
    if problems:
        return _page(name, _typed(rows), problems, drafts.asked_seen()), 400
    if drafts.asked_seen() != _seen(name):
        return _page(name, _typed(rows), {"": "别人刚改过这张表：下面是您填的，右边“现在的”是别人存的。核对后再存一次，就以您填的为准。"}, _seen(name), theirs=_records(name, document)), 409
    if after == document:
        return _away(name, "没有改动。")
    if request.form.get("action") != "save":
        return render_template("desk_confirm.html", effects=affected(document, after), moved=[], label=shown.title, edit=url_for("desk.table", name=name), removing=False, path=name,
                               carried=[(key, text) for key, text in request.form.items(multi=True) if key not in ("csrf", "action")])
    try:
        drafts.save_whole(_confirmed(name, after, records), drafts.opened().revision, "修改草稿", shown.title)
    except drafts.Conflict:
        for cached in ("draft", "changed"):
            g.pop(cached, None)
        return _page(name, _typed(rows), {"": "别人刚存过草稿，请再存一次。"}, drafts.asked_seen()), 409
    return _away(name, "已存入草稿，还没有发布。")


def _away(name: str, said: str) -> Response:
    from bot.desk.records import back_to

    return back_to(url_for("desk.table", name=name), said)


def _table(name: str) -> Table:
    return TABLES.get(name) or abort(404)


def _columns(shown: Table) -> tuple[Field, ...]:
    known = {one.name: one for one in fields.fields_of(shown.shape)}
    found = tuple(known[name] for name in shown.columns)
    if shown.shape is Fact:
        return tuple(_whole_number(one) if one.name == "value" else one for one in found)
    return tuple(_not_needed(one) if one.name == "label" and shown.shape is QuotaBand else one for one in found)


def _whole_number(one: Field) -> Field:
    return Field(one.name, one.label, "int", optional=False)


def _not_needed(one: Field) -> Field:
    return Field(one.name, one.label, one.kind, optional=True)


def _home(name: str) -> str:
    return "facts" if name == "limits" else name


def _records(name: str, document: Document) -> list[tuple[str, Any]]:
    """Id or position, and record, in order."""
    if name == "limits":
        return [(key, one) for key, one in document.facts.items() if one.type is FactType.NUMBER]
    found = getattr(document, name)
    return list(found.items()) if isinstance(found, dict) else [(str(place), one) for place, one in enumerate(found)]


def _seen(name: str) -> str:
    return drafts.mark([list(pair) for pair in _records(name, drafts.document())])


def _read(name: str, shown: Table, document: Document) -> tuple[list[tuple[str, Any]], dict[str, str], list[tuple[str, int]]]:
    """The records typed, ``row.column`` → sentence, and the rows that are there (id, number)."""
    kept, columns = dict(_records(name, document)), _columns(shown)
    records, problems, rows = [], {}, []
    for number in range(min(request.form.get("rows", 0, int), MOST_ROWS)):
        key = request.form.get(f"{number}.key", "")
        typed = [request.form.get(f"{number}.{one.name}", "") for one in columns if one.kind not in ("bool", "choice")]
        if request.form.get(f"{number}.gone") and shown.grows or not any(typed):
            continue
        rows.append((key, number))
        values, wrong = fields.read(columns, request.form, document, f"{number}.")
        problems |= {f"{number}.{cell}": sentence for cell, sentence in wrong.items()}
        if not wrong:
            try:
                records.append((key, _made(shown.shape, kept.get(key), values)))
            except (TypeError, msgspec.ValidationError) as error:
                problems[f"{number}.{columns[0].name}"] = f"这一行没填全：{error}"
    return records, problems, rows


def _made(shape: type, old: Any, values: dict[str, Any]) -> Any:
    return fields.record(shape, ({one: getattr(old, one) for one in old.__struct_fields__} if old else {}) | values)


def _cells_wrong(name: str, wrong: list[Problem], records: list[tuple[str, Any]], rows: list[tuple[str, int]]) -> dict[str, str]:
    """What the rules of the notice have against the table: ``row.column`` → sentence, "" for the whole."""
    home, problems = _home(name), {}
    number_of = {(key if home in KEYED else str(place)): number for place, ((key, _), (_, number)) in enumerate(zip(records, rows, strict=True))}
    for one in wrong:
        section, _, rest = one.place.partition(".")
        key, _, cell = rest.partition(".")
        if section == home and key in number_of and cell:
            problems.setdefault(f"{number_of[key]}.{cell.partition('.')[0]}", one.sentence)
        elif section == home and not rest:
            problems[""] = one.sentence
    return problems


def _with(name: str, document: Document, records: list[tuple[str, Any]]) -> Document:
    if name == "limits":
        return msgspec.structs.replace(document, facts=document.facts | dict(records))
    if name == "attachments":
        document, records = _renumbered(document, records)
    value = dict(records) if isinstance(getattr(document, name), dict) else tuple(one for _, one in records)
    return msgspec.structs.replace(document, **{name: value})


def _renumbered(document: Document, records: list[tuple[str, Any]]) -> tuple[Document, list[tuple[str, Any]]]:
    """Attachments under other numbers take along all that names them. What was typed into a row stands as it was typed."""
    old = dict(_records("attachments", document))
    numbers = {old[key].number: one.number for key, one in records if key in old and old[key].number != one.number}
    if not numbers or len({one.number for _, one in records}) < len(records):
        return document, records
    moved = renumber.renumber(document, numbers)
    new = {one.number: one for one in moved.attachments}
    rows = [(key, msgspec.structs.replace(new[one.number], **_typed_anew(old[key], one)) if key in old else one) for key, one in records]
    return moved, sorted(rows, key=lambda row: row[1].number)


def _typed_anew(old: Any, new: Any) -> dict[str, Any]:
    return {name: getattr(new, name) for name in new.__struct_fields__ if getattr(new, name) != getattr(old, name)}


def _confirmed(name: str, document: Document, records: list[tuple[str, Any]]) -> Document:
    """The table was looked at as a whole: its rows, those taken out too, are no longer 待确认."""
    for path in [f"facts.{key}" for key, _ in records] if name == "limits" else [name]:
        document = next_year.confirm(document, path)
    return document


def _typed(rows: list[tuple[str, int]]) -> list[tuple[str, dict[str, str]]]:
    return [(key, {name: text for name, text in request.form.items() if name.startswith(f"{number}.")}) for key, number in rows]


def _page(name: str, rows: list[tuple[str, dict[str, str]]], problems: dict[str, str], seen: str, theirs: list | None = None) -> str:
    shown, document = _table(name), drafts.document()
    columns = _columns(shown)
    numbered = [(int(next(iter(cells), "0.").split(".")[0]), key, cells) for key, cells in rows]
    last = max((number for number, _, _ in numbered), default=-1)
    if shown.grows:
        numbered += [(last + 1 + spare, "", {}) for spare in range(SPARE)]
    their_texts = [fields.texts(record, columns, document) for _, record in theirs] if theirs else None
    return render_template("desk_table.html", name=name, table=shown, columns=columns, rows=numbered, problems=problems, seen=seen, clauses=document.clauses,
                           count=(numbered[-1][0] + 1 if numbered else 0), theirs=their_texts, tables=TABLES, section="facts", home=_home(name), parts=shown.shape is not QuotaBand and shown.shape is not Attachment, shown_value=paths.shown)
