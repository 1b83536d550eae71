"""Excel: the notice as a workbook, and a workbook into the draft: dry run first, then all or nothing."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Response, render_template, request, send_file

from bot.desk import audit, drafts, gate, sheets, show, uploads
from bot.desk.base import back, desk, routes
from knowledge import next_year, paths
from knowledge.differences import changes
from knowledge.model import Document

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300


@routes.get("/excel")
def excel() -> str:
    """Excel 导出和导入."""
    return _page()


@routes.get("/excel/export")
def export() -> Response:
    """The draft as a workbook."""
    audit.note("导出", f"{drafts.year()}年通知", "Excel")
    name = f"通知{drafts.year()}-{show.now():%Y%m%d-%H%M}.xlsx"
    response = send_file(io.BytesIO(sheets.written(drafts.document())), mimetype=TYPE, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@routes.post("/excel/check")
def check_workbook() -> tuple[str, int] | str:
    """A dry run: what a workbook would add, change and remove, or each error with sheet and cell."""
    sent = request.files.get("file")
    data = sent.read(uploads.AT_MOST + 1) if sent else b""
    try:
        uploads.look_through(data)
        found = _read(data)
    except uploads.Hostile as hostile:
        audit.note("导入未成", sent.filename if sent and sent.filename else "", str(hostile))
        return _page(refused=str(hostile)), 400
    except Exception as error:  # openpyxl's own errors are of many kinds; the file is the cause of all
        audit.note("导入未成", sent.filename if sent and sent.filename else "", type(error).__name__)
        return _page(refused="这个文件读不出来，请在 Excel 里另存为“Excel 工作簿（.xlsx）”再试。"), 400
    errors = found.errors or _wrong(found)
    audit.note("试导入", sent.filename or "", f"{len(errors)}处错误")
    if errors:
        return _page(errors=errors), 400
    changed = changes(drafts.document(), found.document)
    return _page(changed=changed, name=uploads.keep(_folder(), data) if changed else "", sheets_read=found.sheets)


@routes.post("/excel/take")
def take_workbook() -> Response:
    """Put a workbook that passed the dry run into the draft, whole."""
    name = request.form.get("name", "")
    data = uploads.kept(_folder(), name)
    revision = request.form.get("revision", "")
    if data is None or not (revision.isascii() and revision.isdigit() and len(revision) < 12):
        audit.note("导入未成", "", "文件不在了")
        return back("excel", "文件已经不在了，请重新选择。")
    found = _read(data)
    try:
        if found.errors or _wrong(found):
            raise ValueError
        drafts.save_whole(_looked_at(found.document), int(revision), "导入", "Excel")
    except (drafts.Conflict, ValueError):
        audit.note("导入未成", "", "草稿已变")
        return back("excel", "草稿刚被别人改过，没有导入。请重新检查这个文件。")
    uploads.drop(_folder(), name)
    return back("publish_page", "已导入草稿，还没有发布。")


def _read(data: bytes) -> sheets.Read:
    """The workbook laid upon the draft; a value that stands in two places is changed in both."""
    found = sheets.read(data, drafts.document())
    if not found.errors:
        found.document = drafts.settle(drafts.document(), found.document)
    return found


def _wrong(found: sheets.Read) -> list[sheets.CellError]:
    """What the rules of the notice have against a value, in the cell where it stands."""
    return [sheets.CellError(*found.cells[one.place], one.sentence) for one in gate.newly_wrong(drafts.document(), found.document) if one.place in found.cells]


def _looked_at(after: Document) -> Document:
    """What the workbook changes is no longer 待确认; what it leaves as it was still is."""
    changed = {paths.record_of(one.path) for one in changes(drafts.document(), after)}
    for path in after.unconfirmed:
        if path in changed:
            after = next_year.confirm(after, path)
    return after


def _folder() -> Path:
    return desk().data / "imports"


def _page(refused: str = "", errors: list | None = None, changed: list | None = None, name: str = "", sheets_read: list[str] | None = None) -> str:
    counts = {what: sum(one.what == what for one in changed) for what in "增改删"} if changed is not None else {}
    return render_template("desk_excel.html", refused=refused, errors=(errors or [])[:SHOWN], error_count=len(errors or []), changed=changed[:SHOWN] if changed is not None else None, total=len(changed or []),
                           counts=counts, name=name, revision=drafts.opened().revision, names=list(sheets.SHEETS), sheets_read=sheets_read, section="excel", year=drafts.year())
