"""Every version (版本): who, when, why, what changed; looked at, compared, brought back in one step."""

from __future__ import annotations

import datetime as dt

from flask import Response, abort, render_template, request

from bot.desk import audit, drafts
from bot.desk.base import back, publishers, routes, whoever
from bot.desk.entries import TOPICS
from bot.turn import SHANGHAI
from knowledge import paths, publish
from knowledge.differences import affected, rendered
from knowledge.model import Document
from knowledge.publish import Refused, Version
from knowledge.store import StoreError

A_PAGE = 60


@routes.get("/versions")
def versions() -> str:
    """版本。"""
    found = publish.history(drafts.kept())
    force = {one.number for one in publish.store.in_force(drafts.kept()).values()}
    return render_template("desk_versions.html", versions=found, force=force, local=local, section="versions")


@routes.get("/versions/<int:number>")
def version(number: int) -> str:
    """One version: what changed with it, and its whole content."""
    found = _version(number)
    document = publish.document(drafts.kept(), number)
    query, page = request.args.get("q", "").strip().lower(), max(1, request.args.get("page", 1, int))
    answers = [(name, rendered(one.title, document), rendered("\n".join(filter(None, (one.answer, one.group, one.crew, one.more))), document)) for name, one in document.entries.items()]
    answers = [one for one in answers if query in f"{one[1]}{one[2]}".lower()]
    facts = [(fact.label, paths.shown(fact.value, fact), document.label(fact.clause)) for fact in document.facts.values()]
    return render_template("desk_version.html", one=found, force=_in_force(found), local=local, answers=answers[(page - 1) * A_PAGE: page * A_PAGE], count=len(answers), page=page,
                           pages=-(-len(answers) // A_PAGE), facts=facts, bands=[paths.name(document, f"bands.{place}") for place in range(len(document.bands))],
                           others=[other for other in publish.history(drafts.kept(), found.year) if other.number != number], section="versions", topics=TOPICS)


@routes.get("/versions/compare")
def compare() -> str:
    """Two versions, place by place."""
    one, other = (request.args.get(name, 0, int) for name in ("a", "b"))
    old, new = (_document(number) for number in (one, other))
    return render_template("desk_compare.html", a=_version(one), b=_version(other), changed=publish.compare(drafts.kept(), one, other)[:300], effects=affected(old, new)[:120], local=local, section="versions")


@routes.post("/versions/<int:number>/roll-back")
@publishers
def roll_back(number: int) -> Response:
    """Put an old version's words in force again, as a new version."""
    why = request.form.get("why", "").strip()
    try:
        made = publish.roll_back(drafts.kept(), number, whoever(), why)
    except (Refused, StoreError, KeyError) as error:
        audit.note("恢复未成", f"第{number}版", str(error))
        return back("versions" if isinstance(error, (StoreError, KeyError)) else "version", str(error), **({} if isinstance(error, (StoreError, KeyError)) else {"number": number}))
    audit.note("恢复", f"第{number}版 → 第{made.number}版", why)
    return back("version", f"已恢复第{number}版的内容，成为第{made.number}版，两秒内生效。", number=made.number)


def local(moment: dt.datetime) -> str:
    """UTC as the office reads it."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _version(number: int) -> Version:
    try:
        return publish.version(drafts.kept(), number)
    except StoreError:
        abort(404)


def _document(number: int) -> Document:
    _version(number)
    return publish.document(drafts.kept(), number)


def _in_force(found: Version) -> bool:
    held = publish.store.in_force(drafts.kept()).get(found.year)
    return bool(held and held.number == found.number)
