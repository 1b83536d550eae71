"""The values of the notice (数值), on one page by topic; each leads to its form."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from bot.desk import drafts
from bot.desk.base import back, routes
from bot.desk.records import place_of
from bot.desk.tables import TABLES
from knowledge import paths
from knowledge.model import Document, Fact, FactType

TOPICS = (
    ("日期和期限", (FactType.WINDOW, FactType.DATE, FactType.MONTHS)),
    ("数字和上限", (FactType.NUMBER,)),
    ("联系方式", (FactType.CONTACT,)),
    ("列表（结尾用词、选项、要求等）", (FactType.LIST,)),
    ("文字", (FactType.TEXT,)),
)


@routes.get("/facts")
def facts() -> str:
    """数值。"""
    document, changed = drafts.document(), drafts.changed_paths()
    topics = [(title, _rows(document, types, changed)) for title, types in TOPICS]
    others = [("title_rule", "班组成果名称规则"), ("notice", "通知本身（年度、标题、印发日期）")]
    return render_template("desk_facts.html", topics=topics, tables=TABLES, others=others, rulings=document.rulings, outlines=document.outlines,
                           clauses=document.clauses, changed=changed, waiting=set(document.unconfirmed), section="facts", label=document.label)


@routes.post("/year")
def choose_year() -> Response:
    """Work on another year's notice."""
    given = request.form.get("year", "")
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        abort(400)
    drafts.choose_year(int(given))
    return back("home", f"现在编辑的是{given}年的通知。")


def _rows(document: Document, types: tuple[FactType, ...], changed: dict) -> list[tuple[str, Fact, str, str, str]]:
    """Path, fact, its value in words, its address, and what it was where the draft changed it."""
    found = []
    for name, fact in document.facts.items():
        if fact.type in types:
            path = f"facts.{name}"
            change = changed.get(path)
            found.append((path, fact, paths.shown(fact.value, fact), place_of(path), (change.before or "—") if change else ""))
    return found
