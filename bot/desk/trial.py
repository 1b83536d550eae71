"""Trying a draft out before it is published: what would be answered, and which questions would go elsewhere."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from bot import journal, turn
from bot.desk import drafts
from bot.desk.base import desk
from bot.store import StoreDown
from handlers.conversation import Conversation
from handlers.regression import usual_day_of
from knowledge import draft, snapshot
from knowledge.index import Index
from knowledge.model import Document
from knowledge.snapshot import Snapshot
from knowledge.template import TemplateError, render

RECENT = 300  # questions of the journal that are asked again
_built: OrderedDict[str, Snapshot] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Moved:
    """A question that another entry would answer. ``golden``: one of the 回归题, else asked by somebody lately."""

    question: str
    before: str
    after: str
    golden: bool


def built(document: Document) -> Snapshot:
    """The document as it would be in force, beside the other years' notices; it takes a second, so the last few are kept."""
    others = [one for one in drafts.others() if one.notice.year != document.notice.year]
    asked = msgspec.structs.replace(document, cases={}, unconfirmed=())  # neither changes what is answered
    key = draft.mark([asked, *others])
    if key not in _built:
        _built[key] = snapshot.build([*others, asked])
        while len(_built) > 4:
            _built.popitem(last=False)
    return _built[key]


def whole(document: Document) -> tuple[Document, Index]:
    """The document with the entries that its tables make, and its index."""
    return built(document).for_year(document.notice.year) or built(document).newest()


def ask(text: str, on: Snapshot, day: dt.date) -> turn.Turn:
    """The turn that a question gets, asked at ten in the morning of ``day``."""
    return turn.take(text, Conversation(), on, dt.datetime.combine(day, dt.time(10), turn.SHANGHAI))


def moved(document: Document, before: Document, after: Document) -> list[Moved]:
    """The golden questions and the recent real ones that another entry would answer after the change."""
    was, now = built(before), built(after)
    golden = [one.turns[0] for one in document.cases.values() if len(one.turns) == 1]
    found = []
    for question, is_golden in [*((one, True) for one in dict.fromkeys(golden)), *((one, False) for one in recent() if one not in golden)]:
        old, new = (_answered_by(question, on, one) for on, one in ((was, before), (now, after)))
        if old != new:
            found.append(Moved(question, old, new, is_golden))
    return found


def recent() -> list[str]:
    """The latest different questions of the journal that are no pasted material."""
    try:
        rows = journal.read(desk().memory.store, limit=RECENT * 3)
    except StoreDown:
        return []
    return list(dict.fromkeys(row.question for row in rows if row.question and not row.question.startswith("［")))[:RECENT]


def _answered_by(question: str, on: Snapshot, document: Document) -> str:
    answer = ask(question, on, usual_day_of(document)).answer
    titles = [title(one, whole(document)[0]) for one in dict.fromkeys([answer.entry, *(choice.entry for choice in answer.choices)]) if one]
    return " / ".join(titles) or {"menu": "请对方选择", "not_understood": "没听懂"}.get(str(answer.outcome), str(answer.outcome))


def title(entry: str, document: Document) -> str:
    """An entry's title in words."""
    found = document.entries.get(entry)
    if not found:
        return entry
    try:
        return render(found.title, document)
    except TemplateError:
        return found.title
