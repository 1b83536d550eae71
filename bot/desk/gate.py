"""What stands between a draft and its publication, as lines in Chinese, each with its place."""

from __future__ import annotations

from collections.abc import Iterable

from bot.desk import drafts
from handlers.regression import golden
from knowledge import publish, store
from knowledge.model import Document
from knowledge.publish import Problem
from knowledge.snapshot import Snapshot
from knowledge.validate import validate


def newly_wrong(before: Document, after: Document) -> list[Problem]:
    """What is wrong after a change and was not before, but for the golden questions."""
    known = set(validate(before))
    return [one for one in validate(after) if one not in known]


def play(document: Document, snapshot: Snapshot) -> Iterable[Problem]:
    """The golden questions, as the gate plays them."""
    return golden(document, snapshot)


def everything(document: Document, year: int) -> list[Problem]:
    """All that stops this draft from being published, golden questions too."""
    others = [publish.document(drafts.kept(), one.number) for other, one in store.in_force(drafts.kept()).items() if other != year]
    return publish.gate(document, play, others)
