"""Adding and removing records of the notice: a value, a clause, a form field, a ruling …"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import msgspec
from flask import Response, abort, render_template, request, url_for

from bot.desk import drafts, fields
from bot.desk.base import routes
from bot.desk.fields import Field
from bot.desk.records import beside, editable, part, settle, typed
from knowledge import paths
from knowledge.model import Clause, Concept, Fact, FactType, FormField, Outline, Ruling, Section, Statistic

SHAPES: dict[str, type] = {
    "facts": Fact, "clauses": Clause, "rulings": Ruling, "fields": FormField, "statistics": Statistic, "sections": Section, "outlines": Outline, "concepts": Concept,
}
KINDS = {FactType.NUMBER: "int", FactType.DATE: "date", FactType.LIST: "lines", FactType.WINDOW: "window", FactType.MONTHS: "months", FactType.CONTACT: "line"}


@routes.get("/new/<section>")
def new_part(section: str) -> str:
    """An empty form for a record of a section; of a value, the type is chosen first."""
    return _form(section, {}, {})


@routes.post("/new/<section>")
def add_part(section: str) -> Response | str | tuple[str, int]:
    """Check it, show what it changes, and put it into the draft under an id of its own."""
    shape, document = SHAPES.get(section) or abort(404), drafts.document()
    if request.form.get("action") == "edit":
        return _form(section, typed(), {})
    values, problems = fields.read(_columns(section), request.form, document)
    path = f"{section}.{_id(section)}"
    after: Any = None
    if not problems:
        try:
            after = fields.record(shape, values | ({"type": _type()} if shape is Fact else {}))
        except (TypeError, msgspec.ValidationError) as error:
            problems = {"": f"没有填全：{error}"}
    problems = problems or beside(path, after)
    if problems:
        return _form(section, typed(), problems), 400
    return settle(path, after, lambda theirs: _form(section, typed(), {"": "编号刚被别人用了，请再存一次。"}), url_for("desk.part", path=path))


@routes.post("/part/<path>/delete")
def delete_part(path: str) -> Response | str | tuple[str, int]:
    """Take a record out of the draft, once what that changes was seen."""
    editable(path)
    if path.split(".")[0] not in SHAPES:
        abort(404)
    if request.form.get("action") == "edit":
        return part(path)
    return settle(path, None, lambda theirs: part(path) if theirs is not None else abort(404), url_for("desk.facts"))


def _columns(section: str) -> tuple[Field, ...]:
    shape = SHAPES.get(section) or abort(404)
    found = fields.fields_of(shape)
    if shape is not Fact:
        return found
    made = [replace(one, kind=KINDS.get(_type(), "text"), optional=False) if one.name == "value" else one for one in found if one.name != "type"]
    return tuple(sorted(made, key=lambda one: ("label", "value", "unit", "clause").index(one.name) if one.name in ("label", "value", "unit", "clause") else 9))


def _type() -> FactType:
    given = request.values.get("type", "text")
    return FactType(given) if given in set(FactType) else FactType.TEXT


def _id(section: str) -> str:
    """The id asked for, where it is one and free; else one of our own."""
    taken, asked = getattr(drafts.document(), section), request.form.get("id", "")
    return asked if re.fullmatch(r"[a-z][a-z0-9_]{0,40}", asked) and asked not in taken else drafts.free_id("own", taken)


def _form(section: str, texts: dict[str, str], problems: dict[str, str]) -> str:
    columns, document = _columns(section), drafts.document()
    types = [(str(one), fields.WORDS[FactType][str(one)]) for one in FactType] if section == "facts" else []
    return render_template("desk_part.html", path=f"{section}.new", record=None, fields=columns, texts=texts, problems=problems, seen=drafts.mark(None), theirs=None, title=f"新增{'数值' if section == 'facts' else paths.SECTIONS[section]}",
                           clauses=document.clauses, using=[], section="facts", passage=None, types=types, type=str(_type()), adding=True)
