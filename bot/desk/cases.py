"""The golden questions (回归题): a list, each on a page, one or all played on the draft."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, abort, render_template, request, url_for

from bot.desk import audit, drafts, fields, trial
from bot.desk.base import back, routes
from bot.desk.records import beside, settle, typed
from handlers.regression import Played, play_golden
from knowledge import paths
from knowledge.cases import carry
from knowledge.model import Case, Document

A_PAGE = 60
NEW = "new"


@routes.get("/cases")
def cases() -> str:
    """回归题; with ``play`` all of them are played on the draft."""
    document, query = drafts.document(), request.args.get("q", "").strip().lower()
    results = _play_all(document) if request.args.get("play") else None
    found = [(name, one) for name, one in document.cases.items() if query in f"{name} {' '.join(one.turns)} {one.entry} {trial.title(one.entry, document)}".lower()]
    wrong = {name: one for name, one in (results or {}).items() if one.reasons}
    if results is not None:
        found.sort(key=lambda pair: pair[0] not in wrong)
    page = max(1, request.args.get("page", 1, int))
    stale = sum(one != other for one, other in zip(document.cases.values(), _carried(document).cases.values(), strict=False))
    return render_template("desk_cases.html", found=found[(page - 1) * A_PAGE: page * A_PAGE], count=len(found), page=page, pages=-(-len(found) // A_PAGE), results=results, wrong=wrong,
                           title=lambda entry: trial.title(entry, document), section="cases", stale=stale, changed=drafts.changed_paths())


@routes.get("/cases/<name>")
def case(name: str) -> str:
    """One golden question, with the reply that the draft gives now."""
    record = _record(name)
    return _form(name, fields.texts(record, fields.fields_of(Case), drafts.document()), {}, drafts.mark(None if name == NEW else record), record)


@routes.post("/cases/<name>")
def change_case(name: str) -> Response | str | tuple[str, int]:
    """Play it as it is typed, or save it."""
    document, shape = drafts.document(), fields.fields_of(Case)
    if name != NEW:
        _record(name)
    values, problems = fields.read(shape, request.form, document)
    record = None if problems else fields.record(Case, values)
    path = f"cases.{drafts.free_id('case', document.cases) if name == NEW else name}"
    problems = problems or beside(path, record)
    if problems:
        return _form(name, typed(), problems, drafts.asked_seen()), 400
    if request.form.get("action") == "play":
        return _form(name, typed(), {}, drafts.asked_seen(), record)
    return _settle(path, record, name)


@routes.post("/cases/<name>/delete")
def delete_case(name: str) -> Response | str | tuple[str, int]:
    """Take a golden question out of the draft."""
    _record(name)
    return _settle(f"cases.{name}", None, name, url_for("desk.cases"))


@routes.post("/cases-carry")
def carry_cases() -> Response:
    """Let the questions expect the new values where, word for word, they expected the old ones."""
    try:
        drafts.save_whole(_carried(drafts.document()), drafts.opened().revision, "回归题换成新数值")
    except drafts.Conflict as clash:
        audit.note("修改草稿未成", "回归题", str(clash))
        return back("cases", str(clash))
    return back("cases", "回归题里的旧数值已换成新的，存入草稿。请看一遍再发布。", play=1)


def _settle(path: str, record: Case | None, name: str, then: str = "") -> Response | str | tuple[str, int]:
    """A question changes nothing that submitters see: it is saved at once, the log keeps the change."""
    def clash(theirs: Any) -> str:
        shape = fields.fields_of(Case)
        return _form(name, typed(), {}, drafts.mark(theirs), record, theirs=fields.texts(theirs, shape, drafts.document()) if theirs else {"turns": "（已被别人删除）"})
    return settle(path, record, clash, then or url_for("desk.case", name=path.partition(".")[2]), at_once=True)


def _record(name: str) -> Case:
    if name != NEW:
        return drafts.document().cases.get(name) or abort(404)
    asked = request.args.get("question", "")[:200]
    return Case(turns=(asked,) if asked else (), entry=request.args.get("entry", ""))


def _form(name: str, texts: dict[str, str], problems: dict[str, str], seen: str, record: Case | None = None, theirs: dict[str, str] | None = None) -> str:
    document = drafts.document()
    played = _play(record, document) if record and record.turns else None
    return render_template("desk_case.html", name=name, texts=texts, problems=problems, seen=seen, theirs=theirs, fields=fields.fields_of(Case), played=played,
                           entries=[(key, trial.title(key, document)) for key in trial.whole(document)[0].entries], section="cases", label=paths.label)


def _play(record: Case, document: Document) -> Played:
    return play_golden(record, document, trial.built(document))


def _play_all(document: Document) -> dict[str, Played]:
    return {name: _play(one, document) for name, one in document.cases.items()}


def _carried(document: Document) -> Document:
    """The questions expect the new values where they expected the old ones; one that this would make wrong is left alone."""
    base = drafts.in_force() or drafts.last_year()
    if not base:
        return document
    carried = carry(base, document).cases
    kept = {name: one for name, one in document.cases.items() if carried[name] != one and _play(carried[name], document).reasons and not _play(one, document).reasons}
    return msgspec.structs.replace(document, cases=carried | kept)
