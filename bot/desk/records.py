"""One record of the notice on a page: its fields as a form, what a change would change, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, redirect, render_template, request, url_for

from bot.desk import drafts, fields, gate, trial
from bot.desk.base import routes, say
from knowledge import paths
from knowledge.draft import affected
from knowledge.model import Document, Entry

TABLES = ("bands", "attachments")  # sections that are lists: edited as a whole
PART_SECTIONS = ("facts", "rulings", "fields", "statistics", "sections", "outlines", "title_rule", "notice", "clauses", "concepts")


@routes.get("/part/<path>")
def part(path: str) -> str:
    """A record's form."""
    record = editable(path)
    return _form(path, record, fields.texts(record, fields.fields_for(record), drafts.document()), {}, drafts.mark(record))


@routes.post("/part/<path>")
def change_part(path: str) -> Response | str | tuple[str, int]:
    """Check what was typed; show what it would change; save it when that was seen."""
    record = editable(path)
    shape = fields.fields_for(record)
    if request.form.get("action") == "edit":
        return _form(path, record, typed(), {}, drafts.asked_seen())
    values, problems = fields.read(shape, request.form, drafts.document())
    after = None if problems else drafts.replaced(record, values)
    if after is not None:
        problems = beside(path, after)
    if problems:
        return _form(path, record, typed(), problems, drafts.asked_seen()), 400
    return settle(path, after, lambda theirs: _form(path, theirs, typed(), {}, drafts.mark(theirs), theirs=fields.texts(theirs, shape, drafts.document())),
                  url_for("desk.part", path=path))


def settle(path: str, after: Any, conflict: Callable[[Any], str], edit: str, at_once: bool = False) -> Response | str | tuple[str, int]:
    """The second half of every edit: told what changes, then saved; or told that somebody was quicker."""
    before = drafts.part(path)
    if drafts.mark(before) != drafts.asked_seen() and before != after:
        return conflict(before), 409
    if before == after:
        return back_to(edit, "没有改动。")
    if request.form.get("action") != "save" and not at_once:
        return confirm(path, after, edit)
    try:
        drafts.save(path, after, drafts.asked_seen())
    except drafts.Conflict as clash:
        g.pop("draft", None)
        return conflict(clash.theirs), 409
    return back_to(edit, "已存入草稿，还没有发布。")


def back_to(address: str, said: str) -> Response:
    say(said)
    return redirect(address, 303)


def confirm(path: str, after: Any, edit: str) -> str:
    """What submitters would see otherwise, before anything is saved."""
    old, new = drafts.document(), drafts.with_part(path, after)
    effects = affected(old, new)
    moved = trial.moved(new, old, new) if words_differ(drafts.part(path), after) else []
    return render_template("desk_confirm.html", effects=effects, moved=moved, path=path, label=paths.label(new if after is not None else old, path),
                           carried=[(name, text) for name, text in request.form.items(multi=True) if name not in ("csrf", "action")], edit=edit, removing=after is None)


def words_differ(before: Any, after: Any) -> bool:
    """Whether a change may lead a question to another entry."""
    names = ("words", "cues", "hints", "phrasings", "strict", "role", "weight", "alone", "title", "label")
    return before is None or after is None or any(getattr(before, one, None) != getattr(after, one, None) for one in names)


def beside(path: str, after: Any) -> dict[str, str]:
    """What the rules of the notice have against the changed record, by field."""
    found: dict[str, str] = {}
    for one in gate.newly_wrong(drafts.document(), drafts.with_part(path, after)):
        if one.place.startswith(f"{path}."):  # the record as a whole may still lack something: the gate says so
            found.setdefault(one.place.removeprefix(f"{path}.").split(".")[0], one.sentence)
    return found


def editable(path: str) -> Any:
    """The record at a path that has a page of its own; 404."""
    if path.split(".")[0] not in PART_SECTIONS or paths.record_of(path) != path:
        abort(404)
    return drafts.part_or_404(path)


def typed() -> dict[str, str]:
    """What stands in the form, for showing it again."""
    return dict(request.form.items())


def place_of(path: str) -> str:
    """The address of the page on which a place can be mended."""
    section, _, rest = path.partition(".")
    key = rest.split(".")[0]
    if section == "entries":
        return url_for("desk.entry", name=key)
    if section == "cases":
        return url_for("desk.case", name=key)
    if section in TABLES:
        return url_for("desk.table", name=section)
    if section in PART_SECTIONS:
        return url_for("desk.part", path=paths.record_of(path))
    return url_for("desk.facts")


def using(document: Document, path: str) -> list[tuple[str, Entry]]:
    """The entries that show a fact or compare with it."""
    from knowledge.differences import named_by

    fact = path.removeprefix("facts.")
    return [(name, one) for name, one in document.entries.items() if fact in named_by(one, document)] if path.startswith("facts.") else []


def _form(path: str, record: Any, texts: dict[str, str], problems: dict[str, str], seen: str, theirs: dict[str, str] | None = None) -> str:
    document = drafts.document()
    return render_template("desk_part.html", path=path, record=record, fields=fields.fields_for(record), texts=texts, problems=problems, seen=seen, theirs=theirs,
                           title=paths.name(document, path) or paths.label(document, path), clauses=document.clauses, using=using(document, path), section="facts",
                           passage=document.clauses.get(getattr(record, "clause", "") or "") if isinstance(getattr(record, "clause", ""), str) else None)
