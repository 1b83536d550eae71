"""The draft that the desk's pages work on: which year's, how it stands, and saving one part of it."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import abort, g, request, session

from bot.desk import audit
from bot.desk.base import desk, whoever
from knowledge import draft as drafts
from knowledge import next_year, paths, publish, store
from knowledge.draft import Conflict, Draft
from knowledge.model import Document
from knowledge.twins import settle

__all__ = ["Conflict", "Draft", "settle"]
TRIES = 5


def kept() -> store.Store:
    """The store of versions and drafts."""
    if "kept" not in g:
        desk().current()  # the first look brings in the notices that come with the program
        g.kept = store.open_store(desk().data)
    return g.kept


def years() -> list[int]:
    """Years with a notice or a draft, newest first."""
    return sorted({*store.in_force(kept()), *store.draft_years(kept())}, reverse=True)


def year() -> int:
    """The year whose notice is being worked on: the one chosen, else the newest that is published, else the newest draft."""
    if "year" not in g:
        asked, known = session.get("year"), years()
        published = sorted(store.in_force(kept()), reverse=True)
        g.year = asked if asked in known else (published or known or [0])[0]
    return g.year


def opened() -> Draft:
    """The draft as it stands; unsaved, it is the version in force."""
    if "draft" not in g:
        g.draft = drafts.open_draft(kept(), year())
    return g.draft


def document() -> Document:
    return opened().document


def in_force() -> Document | None:
    """What is published for the year; None for a notice that never was."""
    if "in_force" not in g:
        version = store.in_force(kept()).get(year())
        g.in_force = publish.document(kept(), version.number) if version else None
    return g.in_force


def last_year() -> Document | None:
    """The newest notice in force of an earlier year than the one being worked on."""
    if "last_year" not in g:
        earlier = {other: one for other, one in store.in_force(kept()).items() if other < year()}
        g.last_year = publish.document(kept(), earlier[max(earlier)].number) if earlier else None
    return g.last_year


def others() -> list[Document]:
    """The notices in force of the other years: a draft is tried beside them, as it will be in force."""
    if "others" not in g:
        g.others = [publish.document(kept(), one.number) for other, one in store.in_force(kept()).items() if other != year()]
    return g.others


def part(path: str) -> Any:
    """A record of the draft, None where it is not there."""
    return paths.find(document(), path)


def part_or_404(path: str) -> Any:
    found = part(path)
    if found is None:
        abort(404)
    return found


def with_part(path: str, value: Any) -> Document:
    """The draft's document with one part changed (None: removed) and what hangs on it, nothing saved."""
    return _put(document(), path, value)


def save(path: str, value: Any, seen: str, what: str = "修改草稿") -> None:
    """Save one part, unless somebody changed it since it looked like ``seen``: Conflict. Others may work on other parts."""
    for _ in range(TRIES):
        now = drafts.open_draft(kept(), year())
        if drafts.mark(paths.find(now.document, path)) != seen:
            raise Conflict(value, paths.find(now.document, path), now)
        try:
            g.draft = drafts.save_draft(kept(), year(), _put(now.document, path, value), now.revision, whoever())
        except Conflict:
            continue
        g.pop("changed", None)
        audit.note(what, f"{year()}年通知 {paths.label(g.draft.document if value is not None else now.document, path)}", path)
        return
    raise store.StoreError("草稿正在被频繁修改，请稍后再试。")


def _put(document: Document, path: str, value: Any) -> Document:
    """What is edited was looked at: it is no longer 待确认. An entry that goes takes its golden questions along."""
    after = settle(document, paths.remove(document, path) if value is None else paths.put(document, path, value))
    if value is None and path.startswith("entries."):
        name = path.partition(".")[2]
        after = msgspec.structs.replace(after, cases={key: one for key, one in after.cases.items() if one.entry != name})
    return next_year.confirm(after, path)


def save_whole(document: Document, revision: int, what: str, object: str = "") -> None:
    """Save the whole draft: Conflict where anybody saved since ``revision``."""
    g.draft = drafts.save_draft(kept(), year(), document, revision, whoever())
    audit.note(what, f"{year()}年通知 {object}".strip())


def changed_paths() -> dict[str, drafts.Change]:
    """What the draft changes of the version in force, by record."""
    if "changed" not in g:
        base = in_force()
        g.changed = {paths.record_of(one.path): one for one in drafts.changes(base, document())} if base else {}
    return g.changed


def mark(value: Any) -> str:
    return drafts.mark(value)


def free_id(stem: str, taken: dict) -> str:
    """An id that is not taken yet: own_1, own_2 …"""
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def choose_year(given: int) -> None:
    if given not in years():
        abort(404)
    session["year"] = given


def replaced(record: msgspec.Struct, values: dict[str, Any]) -> msgspec.Struct:
    return msgspec.structs.replace(record, **values)


def asked_seen() -> str:
    """The mark that the form carries."""
    return request.form.get("seen", "")
