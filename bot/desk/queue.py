"""What was not answered well (待处理): not understood, or a menu of which nobody took a line. Most askers first."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from flask import Response, g, render_template, request

from bot import DAY, journal
from bot.desk import audit, drafts, trial
from bot.desk.base import back, clock, desk, routes
from bot.journal import Row
from bot.store import StoreDown
from handlers import praise
from handlers.answer import Outcome
from handlers.reading import read
from knowledge.text import normalise, squeeze

DAYS = 30
ROWS = 20_000  # latest journal lines that are looked at
SOON = 900  # seconds in which the next message counts as a choice from the menu
ALIKE = 0.5  # share of character pairs from which two questions are of one group
A_PAGE = 40
_CHOICE = re.compile(r"[0-9一二三四五abc]|小组|班组|.{0,2}第?[一二三1-3]个?")


@dataclass(frozen=True, slots=True)
class Group:
    """Similar questions: the most frequent wording first, how many people asked, and when last."""

    questions: tuple[str, ...]
    people: int
    last: int
    outcome: str


def rows(days: int = DAYS) -> list[Row]:
    """The journal's latest lines, oldest first."""
    if "journal_rows" not in g:
        try:
            g.journal_rows = journal.read(desk().memory.store, limit=ROWS)[::-1]
        except StoreDown:
            g.journal_rows = []
    since = clock() - days * DAY
    return [row for row in g.journal_rows if row.at >= since]


def groups() -> list[Group]:
    """Everything that waits, most askers first."""
    with desk().store.open() as db:
        ignored = {row["question"] for row in db.execute("SELECT question FROM ignored")}
    asked: dict[str, list[Row]] = defaultdict(list)
    for row in _unanswered(rows()):
        if row.question not in ignored:
            asked[row.question].append(row)
    return sorted(_grouped(asked), key=lambda one: (-one.people, -one.last))


def _unanswered(found: list[Row]) -> list[Row]:
    following: dict[bytes, Row] = {}
    waiting = []
    for row in reversed(found):
        after = following.get(row.person)
        taken = after and after.at - row.at <= SOON and (_CHOICE.fullmatch(after.question.strip().lower()) or after.outcome == Outcome.ANSWERED and len(after.question) <= 8)
        if row.outcome == Outcome.NOT_UNDERSTOOD or row.outcome == Outcome.MENU and not taken:
            if row.question.strip() and not row.question.startswith("［") and praise.said(row.question) is None:
                waiting.append(row)
        following[row.person] = row
    return waiting


def _grouped(asked: dict[str, list[Row]]) -> list[Group]:
    found: list[tuple[set[str], list[str]]] = []
    for question in sorted(asked, key=lambda one: -len(asked[one])):
        pairs = _pairs(question)
        home = next((names for known, names in found if _alike(known, pairs)), None)
        if home is None:
            found.append((pairs, [question]))
        else:
            home.append(question)
    return [Group(tuple(names), len({row.person for name in names for row in asked[name]}), max(row.at for name in names for row in asked[name]),
                  asked[names[0]][0].outcome) for _, names in found]


def _pairs(question: str) -> set[str]:
    flat = re.sub(r"[^\w]|请问|一下|[吗呢啊呀的了么嘛]", "", squeeze(normalise(question).text))
    return {flat[at:at + 2] for at in range(len(flat) - 1)} or {flat}


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * min(len(one), len(other)) and len(one & other) >= ALIKE * 0.7 * max(len(one), len(other))


@routes.get("/queue")
def queue_page() -> str:
    """待处理。"""
    found, document = groups(), drafts.document()
    page = max(1, request.args.get("page", 1, int))
    shown = [(one, suggestions(one.questions[0])) for one in found[(page - 1) * A_PAGE: page * A_PAGE]]
    entries = [(name, trial.title(name, document)) for name in document.entries]
    return render_template("desk_queue.html", found=shown, count=len(found), page=page, pages=-(-len(found) // A_PAGE), entries=entries, section="queue_page", days=DAYS)


@routes.get("/queue/add")
def add_phrasing() -> Response:
    """On to the entry chosen, with the question already among its phrasings (not saved yet)."""
    document, chosen, question = drafts.document(), request.args.get("entry", "").strip(), request.args.get("question", "")[:200]
    name = chosen if chosen in document.entries else next((key for key in document.entries if trial.title(key, document) == chosen), "")
    if not name:
        return back("queue_page", f"没有“{chosen[:40]}”这条答复，请从列表里选。" if chosen else "请先选一条答复。")
    return back("entry", name=name, add=question)


@routes.post("/queue/ignore")
def ignore() -> Response:
    """These questions need no answer."""
    questions = request.form.getlist("question")[:200]
    with desk().store.open() as db:
        db.executemany("INSERT INTO ignored VALUES (?,?,?) ON CONFLICT DO NOTHING", [(one[:300], g.session.who, clock()) for one in questions])
    audit.note("忽略问题", f"{len(questions)}个", questions[0] if questions else "")
    return back("queue_page", "已忽略。")


def suggestions(question: str) -> list[tuple[str, str]]:
    """The entries of the draft that come nearest: id and title."""
    document = drafts.document()
    whole, index = trial.whole(document)
    reading = read(normalise(question), whole, index, trial.usual_day_of(document))
    hits = index.rank(reading.concepts, reading.text, most=3)
    return [(hit.entry, trial.title(hit.entry, document)) for hit in hits if hit.entry in document.entries]
