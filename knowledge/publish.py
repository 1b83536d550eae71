"""From a draft to what submitters are told: the gate, the publication in one step, history, and the way back.

There is no override: a draft with a problem is not published, and a golden question that has become wrong is changed.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache

from knowledge import files, schema, store
from knowledge.changes import changes as changed_answers
from knowledge.compiled import FOLDER
from knowledge.differences import Change, changes, complete
from knowledge.draft import Draft, open_draft
from knowledge.model import Document
from knowledge.refusals import Problem
from knowledge.snapshot import Snapshot, build, packaged_documents, packaged_texts
from knowledge.store import Store, Version
from knowledge.validate import validate

__all__ = ["Problem", "Refused", "Version", "compare", "document", "gate", "history", "publish", "roll_back", "version"]
Play = Callable[[Document, Snapshot], Iterable[Problem]]  # plays a notice's golden questions (handlers.regression.golden)
PROGRAM = "随程序"  # who published what came with the program; staff's own is never overwritten by it
DONE = ".program-notices"  # beside the store; with a dot: backups leave it out
LINES = 200  # of what changed, that a version keeps


class Refused(Exception):
    """Not published; ``problems`` say why, each in one sentence."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(one.sentence for one in problems))
        self.problems = problems


def gate(candidate: Document, play: Play | None, others: Iterable[Document] = ()) -> list[Problem]:
    """All that stops this notice from being published beside ``others`` in force: [] opens the gate.

    Every rule of ``validate``, then every golden question through the handlers on a snapshot as it would be in force.
    """
    problems = validate(candidate)
    if play is None:
        return problems
    try:
        trial = build([*(one for one in others if one.notice.year != candidate.notice.year), candidate])
        return [*problems, *play(candidate, trial)]
    except Exception as error:
        if problems:  # they are why it can't be played
            return [*problems, Problem("", "有上面的问题，回归题没有运行。")]
        return [Problem("", f"回归题无法运行（{type(error).__name__}：{error}）。")]


def publish(kept: Store, year: int, who: str, why: str, play: Play, revision: int | None = None) -> Version:
    """Put the draft of a year's notice in force. ``revision``, where given, is the draft as it was looked at.

    Refused with its problems; StoreError (Stale) where somebody else was quicker or the disk fails: nothing is changed.
    """
    row, now = store.read_draft(kept, year), _documents(kept)
    draft = Draft(schema.parsed(row.text), row.based_on, row.revision) if row else open_draft(kept, year)
    old = now.get(year)
    if problems := [*_unready(draft.document, draft.revision, old, why, year), *_moved_on(draft.revision, revision)]:
        raise Refused(problems)
    if problems := gate(draft.document, play, now.values()):
        raise Refused(problems)
    build([*(one for other, one in now.items() if other != year), draft.document], folder=kept.path.with_name(FOLDER))  # for all workers to read
    lines = tuple(str(one) for one in changes(old, draft.document)) if old else (f"新通知：{draft.document.notice.title}",)
    return store.add_version(kept, year, row.text, who, why.strip(), lines[:LINES],
                             _answers(old or now.get(year - 1), draft.document), expected=draft.based_on, draft=draft.revision)


def roll_back(kept: Store, number: int, who: str, why: str) -> Version:
    """Put an old version's words in force again, as a new version. Refused where they are in force already; StoreError."""
    past = store.version(kept, number)
    force = store.in_force(kept)[past.year]
    if force.digest == past.digest:
        raise Refused([Problem("", f"第{number}版的内容正在使用，不用恢复。")])
    if not why.strip():
        raise Refused([Problem("", "请写明恢复的原因。")])
    text = store.text_of(kept, number)
    old, new = document(kept, force.number), schema.parsed(text)
    lines = (f"恢复第{number}版", *(str(one) for one in changes(old, new)))
    return store.add_version(kept, past.year, text, who, why.strip(), lines[:LINES], _answers(old, new), expected=force.number)


def history(kept: Store, year: int | None = None) -> list[Version]:
    """The versions of a year's notice (or of all), newest first."""
    return store.history(kept, year)


def version(kept: Store, number: int) -> Version:
    """One version: who, when, why, what changed. StoreError where there is none of that number."""
    return store.version(kept, number)


def document(kept: Store, number: int) -> Document:
    """The notice of a version. StoreError, KnowledgeError where it is damaged."""
    return schema.parsed(store.text_of(kept, number))


def compare(kept: Store, one: int, other: int) -> list[Change]:
    """What differs from version ``one`` to version ``other``."""
    return changes(document(kept, one), document(kept, other))


def bring_in_packaged(kept: Store) -> None:
    """The notices that come with the program, where a year has none, or only the one of an earlier program.

    Once done, a mark beside the store spares the next start the reading and comparing.
    """
    mark = kept.path.with_name(DONE)
    force = store.in_force(kept)
    with contextlib.suppress(OSError):
        if mark.read_bytes() == _done(force):
            return
    for new in packaged_documents():
        year = new.notice.year
        held = force.get(year)
        if held and (held.who != PROGRAM or held.digest == store.digest_of(_dumped(year))):
            continue
        old = document(kept, held.number) if held else None
        try:
            store.add_version(kept, year, _dumped(year), PROGRAM, "程序更新" if held else "随程序安装", tuple(str(one) for one in changes(old, new))[:LINES] if old else (),
                              _answers(old, new) if old else (), expected=held.number if held else None)
        except store.Stale:
            pass  # another worker brought it in at the same moment
    with contextlib.suppress(OSError):
        files.replace(mark, _done(store.in_force(kept)), sync=False)


def _done(force: dict[int, Version]) -> bytes:
    """What a start finds when nothing has to be brought in: the program's own notices, and what is in force."""
    said = [*packaged_texts(), *(f"{year} {one.digest}".encode() for year, one in sorted(force.items()))]
    return hashlib.sha256(b"\0".join(said)).hexdigest().encode()


def _unready(new: Document, revision: int, old: Document | None, why: str, year: int) -> list[Problem]:
    sentences = []
    if not why.strip():
        sentences.append("请写明发布的原因。")
    if not revision or new == old:
        sentences.append(f"{year}年的通知没有改动，不用发布。")
    if new.notice.year != year:
        sentences.append(f"草稿的年度是{new.notice.year}年，不是{year}年。")
    return [Problem("", sentence) for sentence in sentences]


def _moved_on(now: int, seen: int | None) -> list[Problem]:
    return [Problem("", "草稿刚被别人改过，没有发布，请看过再发布。")] if seen is not None and seen != now else []


def _documents(kept: Store) -> dict[int, Document]:
    return {year: document(kept, one.number) for year, one in store.in_force(kept).items()}


def _answers(old: Document | None, new: Document) -> tuple[tuple[str, str, str, str], ...]:
    """The forwardable answers whose words change, by code."""
    if old is None:
        return ()
    return tuple((one.code, one.title, one.was, one.now) for one in changed_answers(complete(old), complete(new), 0))


@lru_cache(maxsize=8)
def _dumped(year: int) -> str:
    return next(schema.dump(one) for one in packaged_documents() if one.notice.year == year)
