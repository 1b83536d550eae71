"""A notice as one Excel workbook and back, without loss: 条款, 数值, 名额档, 表格, 答复, 问法, 回归题. The only file that knows openpyxl.

Every cell is text. What a spreadsheet would take for a formula gets an apostrophe in front, and loses it on the way back.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.desk import fields
from bot.desk.fields import Field, WrongValue
from knowledge.model import Case, Clause, Document, Entry, Fact, FactType, FormField, Outline, QuotaBand, Ruling, Section, Statistic
from knowledge.paths import FIELDS

ID = "编号"
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠'")
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_ROWS, MOST_COLUMNS, MOST_ERRORS = 40_000, 40, 200
TYPES = {label: name for name, label in fields.WORDS[FactType].items()}
SHEETS: dict[str, tuple[str, type]] = {
    "条款": ("clauses", Clause), "数值": ("facts", Fact), "名额档": ("bands", QuotaBand), "栏目": ("fields", FormField), "统计表": ("statistics", Statistic), "报告书": ("sections", Section),
    "课题步骤": ("outlines", Outline), "解释口径": ("rulings", Ruling), "答复": ("entries", Entry), "问法": ("phrasings", Entry), "回归题": ("cases", Case),
}


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in which cell."""

    sheet: str
    cell: str
    sentence: str


@dataclass(slots=True)
class Read:
    """What a workbook says: the document with it, what is wrong, where each record stands, and which sheets there were."""

    document: Document
    errors: list[CellError] = field(default_factory=list)
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)  # path → sheet and cell
    sheets: list[str] = field(default_factory=list)


# -- out

def written(document: Document) -> bytes:
    """The workbook."""
    from openpyxl import Workbook  # 20 MB and half a second that no worker needs to answer

    book = Workbook(write_only=True)
    for name, (section, shape) in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "B2"
        heads = [label for label, _ in _columns(section, shape)]
        for place, head in enumerate(heads, 1):
            sheet.column_dimensions[_letters(place)].width = 24 if place == 1 or len(head) < 4 else 46
        sheet.append([_cell(sheet, head, bold=True) for head in heads])
        for row in _rows(section, document):
            sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, text: str, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, value=safe(text))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def safe(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula."""
    text = UNFIT.sub("", text)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def unsafe(text: str) -> str:
    """The text of a cell that ``safe`` made."""
    return text.removeprefix("'")


def _columns(section: str, shape: type) -> list[tuple[str, Field | None]]:
    """Head and field of each column; the first is the id."""
    if section == "phrasings":
        return [(ID, None), ("标题（只供看）", None), ("问法", None)]
    found = [(FIELDS.get(one.name, one.name), one) for one in fields.fields_of(shape) if shape is not Entry or one.name != "phrasings"]
    heads = [ID, *(head for head, _ in found)]
    return [(ID, None), *((head if heads.count(head) == 1 else f"{head} {one.name}", one) for head, one in found)]


def _rows(section: str, document: Document) -> Iterator[list[str]]:
    if section == "phrasings":
        yield from ([name, one.title, said] for name, one in document.entries.items() for said in one.phrasings)
        return
    records = getattr(document, section)
    for key, record in records.items() if isinstance(records, dict) else enumerate(records, 1):
        yield [str(key), *(_text(record, one, document) for _, one in _columns(section, type(record))[1:])]


def _text(record: Any, column: Field, document: Document) -> str:
    value = getattr(record, column.name)
    if isinstance(record, Fact) and column.name == "value":
        if hasattr(value, "opens"):
            return f"{value.opens.isoformat()} 至 {value.closes.isoformat()}"
        return fields.text(value, _kind(record.type), document)
    if column.kind == "choice":
        return dict(column.choices).get(str(value), "") if value is not None else ""
    return ("是" if value else "否") if column.kind == "bool" else fields.text(value, column.kind, document)


def _kind(type_: FactType) -> str:
    return {FactType.NUMBER: "int", FactType.DATE: "date", FactType.LIST: "lines", FactType.WINDOW: "window", FactType.MONTHS: "months"}.get(type_, "text")


# -- in

def read(data: bytes, document: Document) -> Read:
    """The workbook laid upon ``document``. Sheets that are not there leave their part as it is; rows that are not there are removed."""
    from openpyxl import load_workbook

    found = Read(document)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        for name, (section, shape) in SHEETS.items():
            if name in book.sheetnames:
                found.sheets.append(name)
                _take(found, name, section, shape, book[name])
    finally:
        book.close()
    if not found.sheets:
        found.errors.append(CellError("", "", f"没有认识的工作表，应有：{'、'.join(SHEETS)}。"))
    return found


def _take(found: Read, name: str, section: str, shape: type, sheet: Any) -> None:
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS)
    heads = {_plain(cell): place for place, cell in enumerate(next(rows, ())) if _plain(cell)}
    missing = [head for head, _ in _columns(section, shape) if head not in heads and not head.startswith("标题（")]
    if missing:
        found.errors.append(CellError(name, "1", f"第一行缺少这些列：{'、'.join(missing)}。"))
        return
    if section == "phrasings":
        _take_phrasings(found, name, heads, rows)
        return
    records: dict[str, Any] = {}
    for number, row in enumerate(rows, 2):
        if len(found.errors) >= MOST_ERRORS or _too_long(found, name, number):
            return
        if any(_plain(cell) for cell in row):
            _take_row(found, name, section, shape, heads, row, number, records)
    if isinstance(getattr(found.document, section), dict):
        if section == "entries":
            records = {key: msgspec.structs.replace(one, phrasings=found.document.entries[key].phrasings if key in found.document.entries else ()) for key, one in records.items()}
        found.document = msgspec.structs.replace(found.document, **{section: records})
    else:
        found.document = msgspec.structs.replace(found.document, **{section: tuple(records.values())})


def _too_long(found: Read, name: str, number: int) -> bool:
    """Whether the sheet goes on where no sheet of ours does: that is an error, not an end."""
    if number > MOST_ROWS + 1:
        found.errors.append(CellError(name, str(number), f"超过{MOST_ROWS}行，请删去多余的行。"))
    return number > MOST_ROWS + 1


def _take_row(found: Read, name: str, section: str, shape: type, heads: dict[str, int], row: tuple, number: int, records: dict[str, Any]) -> None:
    key = unsafe(_plain(row[heads[ID]])) if heads[ID] < len(row) else ""
    wrong = len(found.errors)
    values: dict[str, Any] = {}
    if section != "bands" and not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", key):
        found.errors.append(CellError(name, _at(heads[ID], number), f"编号“{key[:30]}”只能用小写英文字母、数字和下划线，以字母开头。"))
    elif section != "bands" and key in records:
        found.errors.append(CellError(name, _at(heads[ID], number), f"编号“{key}”写了两次。"))
    kind = TYPES.get(unsafe(_plain(row[heads[FIELDS["type"]]])), "text") if shape is Fact else ""
    for head, column in _columns(section, shape)[1:]:
        place = heads[head]
        cell = row[place] if place < len(row) else None
        path = f"{section}.{key if section != 'bands' else len(records)}.{column.name}"
        found.cells[path] = (name, _at(place, number))
        try:
            values[column.name] = _value(cell, column, kind, found.document)
        except WrongValue as error:
            found.errors.append(CellError(name, _at(place, number), str(error)))
    if len(found.errors) == wrong:
        try:
            records[key if section != "bands" else f"{number}"] = fields.record(shape, values)
        except (TypeError, ValueError, msgspec.ValidationError) as error:
            found.errors.append(CellError(name, str(number), f"这一行没填全：{error}"))


def _take_phrasings(found: Read, name: str, heads: dict[str, int], rows: Iterator[tuple]) -> None:
    said: dict[str, list[str]] = {key: [] for key in found.document.entries}
    for number, row in enumerate(rows, 2):
        if _too_long(found, name, number):
            return
        texts = [_plain(row[heads[head]]) if heads[head] < len(row) else "" for head in (ID, "问法")]
        if not any(texts):
            continue
        key, phrasing = map(unsafe, texts)
        if _is_formula(row[heads["问法"]]):
            found.errors.append(CellError(name, _at(heads["问法"], number), "这一格是公式，请粘贴为数值。"))
        elif key not in said:
            found.errors.append(CellError(name, _at(heads[ID], number), f"没有编号为“{key[:30]}”的答复。"))
        elif phrasing.strip():
            found.cells[f"entries.{key}.phrasings"] = (name, _at(heads["问法"], number))
            said[key].append(phrasing)
    entries = {key: msgspec.structs.replace(one, phrasings=tuple(said[key])) for key, one in found.document.entries.items()}
    found.document = msgspec.structs.replace(found.document, entries=entries)


def _value(cell: Any, column: Field, kind: str, document: Document) -> Any:
    if _is_formula(cell):
        raise WrongValue("这一格是公式，请粘贴为数值。")
    text = unsafe(_plain(cell))
    if column.name == "value" and kind:
        if kind in ("window", "months"):
            opens, _, closes = text.partition("至")
            window, problems = fields.read((Field("value", "", kind if len(opens.strip()) < 9 else "window"),), {"value.opens": opens.strip(), "value.closes": closes.strip()}, document)
            if problems:
                raise WrongValue(problems["value"])
            return window["value"]
        return fields.value(text, Field("value", "", _kind(FactType(kind)), optional=False), document)
    return fields.value(text, column, document)


def _plain(cell: Any) -> str:
    """A cell's value as it would be typed."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return UNFIT.sub("", str(value))


def _is_formula(cell: Any) -> bool:
    return getattr(cell, "data_type", "") == "f"


def _at(place: int, row: int) -> str:
    return f"{_letters(place + 1)}{row}"


def _letters(column: int) -> str:
    """1 → A, 27 → AA."""
    return (_letters((column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)
