"""What stands between a draft and its publication, as lines in Chinese, each with its place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from bot.desk import drafts
from handlers.regression import golden
from knowledge import publish, store
from knowledge.draft import mark
from knowledge.model import Document
from knowledge.publish import Problem
from knowledge.snapshot import Snapshot
from knowledge.validate import validate

KEPT = 4
_played: OrderedDict[tuple[str, str], list[Problem]] = OrderedDict()


def newly_wrong(before: Document, after: Document) -> list[Problem]:
    """What is wrong after a change and was not before, but for the golden questions."""
    known = set(validate(before))
    return [one for one in validate(after) if one not in known]


def play(document: Document, snapshot: Snapshot) -> Iterable[Problem]:
    """The golden questions, as the gate plays them. What was just played for the page need not be played again to publish."""
    key = (mark(document), snapshot.digest)
    if key not in _played:
        _played[key] = golden(document, snapshot)
        while len(_played) > KEPT:
            _played.popitem(last=False)
    return _played[key]


def everything(document: Document, year: int) -> list[Problem]:
    """All that stops this draft from being published, golden questions too."""
    others = [publish.document(drafts.kept(), one.number) for other, one in store.in_force(drafts.kept()).items() if other != year]
    return publish.gate(document, play, others)
