"""What was understood of a message, in words, for those who try the bot out (/chat, ``ask``)."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.answer import Answer
from handlers.ask import Ask
from handlers.values import Values
from knowledge.model import Kind
from knowledge.snapshot import Snapshot

OUTCOMES = {
    "answered": "已回答", "checked": "已检查", "menu": "请对方选择", "not_stated": "通知未规定", "not_understood": "没听懂", "chat": "闲聊",
}


def understood(answer: Answer, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Pairs of label and value: family, outcome, topic, kind, values, clause; only those that there are."""
    ask = answer.ask
    pairs = [
        ("类别", str(answer.family)),
        ("结果", OUTCOMES.get(str(answer.outcome), str(answer.outcome))),
        ("条目", _entry(answer.entry or (ask.entry if ask else ""), snapshot)),
        ("主题", ask.topic if ask else ""),
        ("对象", _kinds(ask.kinds) if ask else ""),
        ("数值", "；".join(_values(ask)) if ask else ""),
        ("概念", "、".join(sorted(ask.concepts)) if ask else ""),
        ("条款", "、".join(answer.clauses)),
        ("快照", f"第{snapshot.version}版"),
    ]
    return [(label, value) for label, value in pairs if value]


def _entry(entry: str, snapshot: Snapshot) -> str:
    titles = (document.entries[entry].title for document in snapshot.documents if entry in document.entries)
    title = next(titles, "")
    return f"{entry}（{title}）" if title else entry


def _kinds(kinds: tuple[Kind, ...]) -> str:
    return "、".join(kind.label for kind in kinds)


def _values(ask: Ask) -> Iterator[str]:
    for part in (ask, *ask.parts):
        yield from _of(part.values)


def _of(values: Values) -> Iterator[str]:
    yield from (f"{number.value}{number.after[:2]}" for number in values.numbers)
    yield from (f"{day.year}年{day.month}月" + (f"{day.day}日" if day.day else "") for day in values.days)
    yield from (f"{year}年" for year in values.years)
