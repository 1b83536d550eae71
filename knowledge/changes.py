"""What became other words from one published version to the next, so that an old copy can be told that it is old."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import Document, Entry
from knowledge.template import render


@dataclass(frozen=True, slots=True)
class Change:
    """One answer whose words are others since ``version``. ``was`` is empty for a new answer, ``now`` for one that is gone."""

    version: int
    code: str
    title: str
    was: str
    now: str


def changes(old: Document, new: Document, version: int) -> tuple[Change, ...]:
    """The forwardable answers that differ between two published documents, in the order of the new one.

    Both as snapshots hold them: complete, with their codes.
    """
    before, after = _said(old), _said(new)
    return tuple(Change(version, code, (after.get(code) or before[code])[0], before.get(code, ("", ""))[1], after.get(code, ("", ""))[1])
                 for code in (*after, *(one for one in before if one not in after)) if before.get(code) != after.get(code))


def _said(document: Document) -> dict[str, tuple[str, str]]:
    """Code → title and words."""
    return {one.code: (render(one.title, document), _words(one, document)) for one in document.entries.values() if one.forwardable and one.code}


def _words(entry: Entry, document: Document) -> str:
    return "\n".join(render(part, document) for part in (entry.answer, entry.group, entry.crew, entry.more) if part)
