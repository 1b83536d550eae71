"""有更新吗, Q3 还对吗: what changed since the version that a copy names (family forward)."""

from __future__ import annotations

from handlers.answer import Answer
from handlers.ask import Ask, Family
from handlers.facts import clause_line
from handlers.sharing.block import facts_of, mark
from knowledge.changes import Change
from knowledge.model import Document
from knowledge.template import render

SHOWN = 8  # changes that one reply lists


def update(ask: Ask, notice: Document) -> Answer:
    """The version in force, what changed since the one named, and the words as they are now."""
    lines = [line for part in ask.parts for line in _of_entry(part, ask, notice)] if ask.parts else _of_all(ask, notice)
    return Answer("\n".join(lines), Family.FORWARD, entry=ask.entry)


def _of_entry(part: Ask, ask: Ask, notice: Document) -> list[str]:
    entry = notice.entries[part.entry]
    return [stale(entry.code, version_of(part), ask), f"{mark(entry, ask.edition.version)} {render(entry.title, notice)}：", *facts_of(entry, notice, more=False),
            *filter(None, [clause_line(entry, notice)])]


def stale(code: str, named: int, ask: Ask) -> str:
    """Whether a copy of that version still holds: in one line."""
    now, changed = ask.edition.version, ask.edition.since(named, code) if named else None
    if not named:
        return f"{code} 现在是v{now}，下面是现行内容，请与手头的对照。"
    if named > now:
        return f"没有v{named}这一版，现在是v{now}，请以下面的内容为准。"
    if named == now:
        return f"{code}·v{named} 是现行版本，没有变化。"
    if changed is None:
        return f"{code}·v{named} 是旧版，现在是v{now}，请以下面的内容为准。"
    if changed:
        return f"{code}·v{named} 已过期：v{changed[-1].version}改过，现在是v{now}，请以下面的内容为准。"
    return f"{code}·v{named} 以后没有改过，仍然对（现在是v{now}）。"


def version_of(part: Ask) -> int:
    """The version that stood beside a code, 0 where none did."""
    return int(part.material.removeprefix("v") or 0)


def _of_all(ask: Ask, notice: Document) -> list[str]:
    named, edition = version_of(ask), ask.edition
    changed = edition.since(named)
    lines = [f"现在是v{edition.version}，依据{render('{doc_number}（{issued}印发）', notice)}。"]
    if named > edition.version:
        return [*lines, f"没有v{named}这一版，请以现在的为准。"]
    if changed is None:
        lines.append(f"v{named}是旧版，请以现在的为准。" if named else "以前各版改了什么没有记录，请以现在的为准。")
    elif not changed:
        lines.append(f"v{named}以后没有改动。" if named else "发布以来没有改动。")
    else:
        lines += [f"v{named}以后改动了：" if named else "改动过的内容：", *map(_told, changed[-SHOWN:])]
    return [*lines, "要核对某一条，请发它的编号，如“Q3 还对吗”。".replace("Q3", _first_code(notice))]


def _told(change: Change) -> str:
    kind = "新增" if not change.was else "删除" if not change.now else "修改"
    return f"v{change.version} {kind} {change.code} {change.title}"


def _first_code(notice: Document) -> str:
    return next((one.code for one in notice.entries.values() if one.code), "")
