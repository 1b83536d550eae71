"""Drafts: what staff change before it is published. Nothing of a draft reaches a submitter.

A draft is a whole notice with a revision. Saving over somebody else's saving is a Conflict that holds both, so nothing
is lost. Small edits go through ``save_part``: two people may then work on one draft, and only two changes of one record
collide. A value that stands in two places (``twins``) is changed in both by either saving.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from knowledge import paths, schema, store, twins
from knowledge.differences import Change, Effect, affected, changes
from knowledge.model import Document
from knowledge.store import Store, StoreError

__all__ = ["Change", "Conflict", "Draft", "Effect", "affected", "begin", "changes", "discard", "mark", "open_draft", "rebase",
           "save_draft", "save_part"]
TRIES = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """草稿: the notice as edited. ``revision`` 0 is a draft that nobody has saved yet: the version in force."""

    document: Document
    based_on: int | None  # the version it began from; None for a notice that was never published
    revision: int
    who: str = ""
    at: dt.datetime | None = None


class Conflict(Exception):
    """Somebody else saved in between. ``mine`` and ``theirs`` are both there: documents, or the one record."""

    def __init__(self, mine: Any, theirs: Any, draft: Draft) -> None:
        super().__init__(f"{draft.who or '别人'}刚保存过，请对照后再保存。")
        self.mine, self.theirs, self.draft = mine, theirs, draft


def open_draft(kept: Store, year: int) -> Draft:
    """The draft of a year's notice; where there is none, the version in force, ready to be edited. StoreError."""
    row = store.read_draft(kept, year)
    if row:
        return Draft(schema.parsed(row.text, "草稿"), row.based_on, row.revision, row.who, row.at)
    version = store.in_force(kept).get(year)
    if version is None:
        raise StoreError(f"没有{year}年的通知，也没有草稿。")
    return Draft(schema.parsed(store.text_of(kept, version.number), f"第{version.number}版"), version.number, 0)


def save_draft(kept: Store, year: int, document: Document, revision: int, who: str) -> Draft:
    """Save the whole document, edited from ``revision``. Conflict where somebody saved in between; StoreError."""
    draft = open_draft(kept, year)
    if draft.revision != revision:
        raise Conflict(document, draft.document, draft)
    try:
        return _write(kept, year, twins.settle(draft.document, document), draft.based_on, revision, who)
    except store.Stale:
        now = open_draft(kept, year)
        raise Conflict(document, now.document, now) from None


def begin(kept: Store, document: Document, who: str) -> Draft:
    """A first draft for a year that has no notice yet (新建通知). StoreError where the year has a notice or a draft."""
    year = document.notice.year
    if year in store.in_force(kept) or store.read_draft(kept, year):
        raise StoreError(f"已经有{year}年的通知或草稿了。")
    return _write(kept, year, document, None, 0, who)


def save_part(kept: Store, year: int, path: str, value: Any, seen: str, who: str) -> Draft:
    """Save one record or value (None: remove the record), which looked like ``seen`` (its ``mark``) when it was opened.

    Conflict where that very part was changed by somebody else meanwhile; changes of other parts don't matter.
    """
    for _ in range(TRIES):
        draft = open_draft(kept, year)
        theirs = paths.find(draft.document, path)
        if mark(theirs) != seen:
            raise Conflict(value, theirs, draft)
        document = paths.put(draft.document, path, value) if value is not None else paths.remove(draft.document, path)
        try:
            return _write(kept, year, twins.settle(draft.document, document), draft.based_on, draft.revision, who)
        except store.Stale:
            continue
    raise StoreError("草稿正在被频繁修改，请稍后再试。")


def mark(value: Any) -> str:
    """A short mark of a record as it stands, for ``save_part``: equal marks, equal records. None (not there) has one too."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()[:16]


def discard(kept: Store, year: int, revision: int) -> None:
    """Throw the draft away; the version in force stays. Stale where somebody saved in between."""
    store.drop_draft(kept, year, revision)


def rebase(kept: Store, year: int, who: str) -> tuple[Draft, list[Change]]:
    """The draft's changes laid upon the version now in force, and those where both changed the same place (the draft's stands).

    Needed after somebody published or rolled back while the draft was open.
    """
    draft = open_draft(kept, year)
    now = store.in_force(kept).get(year)
    if now is None or draft.based_on is None or now.number == draft.based_on:
        return draft, []
    base, current = (schema.parsed(store.text_of(kept, number), f"第{number}版") for number in (draft.based_on, now.number))
    theirs = {change.path for change in changes(base, current)}
    document, clashes = current, []
    for change in changes(base, draft.document):
        if change.path in theirs and paths.find(current, change.path) != paths.find(draft.document, change.path):
            clashes.append(Change(change.path, paths.shown(paths.find(current, change.path)), change.after, change.label, change.what))
        document = _carry(document, draft.document, change.path)
    return _write(kept, year, document, now.number, draft.revision, who), clashes


def _carry(document: Document, source: Document, path: str) -> Document:
    value = paths.find(source, path)
    try:
        return paths.put(document, path, value) if value is not None or path.count(".") > 1 else paths.remove(document, path)
    except paths.NoSuchPlace:  # its record is gone in the one in force, or it is gone in both
        record = paths.record_of(path)
        return paths.put(document, record, paths.find(source, record)) if paths.find(source, record) is not None else document


def _write(kept: Store, year: int, document: Document, based_on: int | None, revision: int, who: str) -> Draft:
    row = store.write_draft(kept, year, schema.dump(document), based_on, revision, who)
    return Draft(document, row.based_on, row.revision, row.who, row.at)
