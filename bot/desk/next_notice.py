"""新建通知: last year's notice as a draft for the next, everything in it 待确认, old beside new."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, render_template, request

from bot.desk import audit, drafts
from bot.desk.base import back, routes, whoever
from bot.desk.records import place_of
from knowledge import draft as core
from knowledge import next_year, paths, schema, store
from knowledge.differences import rendered
from knowledge.model import Document, Entry, Fact
from knowledge.store import StoreError
from knowledge.template import show_band

A_PAGE = 50
SECTIONS = ("notice", "facts", "bands", "attachments", "title_rule", "fields", "statistics", "sections", "outlines", "rulings", "entries", "clauses")


@routes.get("/new-notice")
def new_notice() -> str:
    """Begin next year's notice, or confirm what was taken over."""
    document = drafts.document()
    waiting = {section: [path for path in document.unconfirmed if path.split(".")[0] == section] for section in SECTIONS}
    section = request.args.get("section") or next((one for one, found in waiting.items() if found), "facts")
    shown = waiting.get(section, [])[:A_PAGE]
    old = _of_year(document.notice.year - 1)
    rows = [(path, paths.name(document, path) or paths.label(document, path), summary(old, path) if old else "", summary(document, path), place_of(path)) for path in shown]
    published = store.in_force(drafts.kept())
    return render_template("desk_new_notice.html", year=drafts.year(), waiting={one: len(found) for one, found in waiting.items() if found}, chosen=section, rows=rows, total=len(document.unconfirmed),
                           changes=next_year.what_changed(old, document) if old else [], newest=max(published, default=0), years=drafts.years(), names=paths.SECTIONS, is_new=drafts.year() not in published,
                           revision=drafts.opened().revision, section="new_notice")


@routes.post("/new-notice")
def begin_notice() -> Response:
    """Copy the newest notice as a draft for another year."""
    given = request.form.get("year", "")
    try:
        year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else 0
        newest = _of_year(max(store.in_force(drafts.kept()), default=0))
        if newest is None or not newest.notice.year < year <= newest.notice.year + 5:
            raise StoreError("年份要在最新一年通知之后。")
        core.begin(drafts.kept(), next_year.new_notice(newest, year), whoever())
    except (StoreError, ValueError) as error:
        audit.note("新建通知未成", given, str(error))
        return back("new_notice", str(error))
    audit.note("新建通知", f"{year}年通知")
    drafts.choose_year(year)
    return back("new_notice", f"已按{newest.notice.year}年的通知建好{year}年的草稿。每一项都要核对、确认后才能发布。")


@routes.post("/new-notice/confirm")
def confirm_parts() -> Response:
    """These records are right as they stand now."""
    chosen = [path for path in request.form.getlist("path")[:1000] if path in drafts.document().unconfirmed]
    document = drafts.document()
    for path in chosen:
        document = next_year.confirm(document, path)
    try:
        drafts.save_whole(document, drafts.opened().revision, "确认", f"{len(chosen)}项：{'、'.join(chosen)[:200]}")
    except drafts.Conflict as clash:
        audit.note("确认未成", "", str(clash))
        return back("new_notice", str(clash))
    return back("new_notice", f"已确认{len(chosen)}项。", section=request.form.get("section") or None)


@routes.post("/new-notice/confirm-section")
def confirm_section() -> Response:
    """A whole section is right as it stands now; who says so ticks it, and the log has the name."""
    section, document = request.form.get("section", ""), drafts.document()
    count = sum(one.split(".")[0] == section for one in document.unconfirmed)
    if section not in SECTIONS or not count or not request.form.get("all_looked_at"):
        audit.note("确认未成", section)
        return back("new_notice", "没有确认：请先逐项核对，再在“都已核对”前打勾。", section=section if section in SECTIONS else None)
    try:
        drafts.save_whole(next_year.confirm(document, section), drafts.opened().revision, "确认", f"{paths.SECTIONS[section]}全部{count}项")
    except drafts.Conflict as clash:
        audit.note("确认未成", "", str(clash))
        return back("new_notice", str(clash))
    return back("new_notice", f"{paths.SECTIONS[section]}的{count}项已全部确认。")


def summary(document: Document, path: str) -> str:
    """A record in a line or two, as it is told; "" where it is not there."""
    try:
        record = paths.get(document, path)
    except paths.NoSuchPlace:
        return ""
    if isinstance(record, Fact):
        return paths.shown(record.value, record)
    if isinstance(record, Entry):
        return rendered("\n".join(filter(None, (record.answer, record.group, record.crew, record.more))), document)
    if path.startswith("bands."):
        return f"{record.kind.label} {show_band(record)}"
    return "；".join(_parts(record))[:600]


def _parts(record: Any) -> list[str]:
    skipped = ("words", "phrasings", "clause")
    pairs = [(one.name, paths.shown(getattr(record, one.name))) for one in msgspec.structs.fields(type(record)) if one.name not in skipped]
    return [f"{paths.FIELDS.get(name, name)}：{text}" for name, text in pairs if text]


def _of_year(year: int) -> Document | None:
    version = store.in_force(drafts.kept()).get(year)
    return schema.loads(store.text_of(drafts.kept(), version.number)) if version else None
