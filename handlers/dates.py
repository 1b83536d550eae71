"""Answers that depend on the day of the question (family time): the window, and where the day stands in it."""

from __future__ import annotations

import datetime as dt
import re

from handlers.answer import Answer
from handlers.ask import Ask, Family
from handlers.facts import _labels, body, clause_line
from handlers.values import Day
from knowledge.model import Document, Window
from knowledge.template import render, show_day

AND_THEN = re.compile(r"(?:呢|嘞|哩|咧|咋样|怎么样)[?？]*$")  # 那5月20号呢


def dates(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The window first, then where the day stands, then the clause. Days are counted as differences of dates."""
    entry = notice.entries[ask.entry]
    window = window_of(notice, entry.window)
    lines = [*_named_days(ask, window, today), *_now(ask, window, today), body(entry, ask.kinds, notice), standing(window, today)]
    if entry.more and today <= window.closes:
        lines.append(render(entry.more, notice))
    if today > window.closes and (after := _afterwards(notice, entry.window, today)):
        lines.append(after)
    return Answer("\n".join(line for line in [*lines, clause_line(entry, notice)] if line), Family.TIME, entry=ask.entry,
                  clauses=_labels(entry, notice))


def window_of(notice: Document, fact: str) -> Window:
    """The window of a fact. Of a bare deadline the notice does not say when it opens: it counts as open."""
    value = notice.facts[fact].value
    return value if isinstance(value, Window) else Window(opens=dt.date.min, closes=value)


def standing(window: Window, today: dt.date) -> str:
    """Where the day of the question stands: before, in, on the last day of, after the window."""
    day = f"{today.month}月{today.day}日"
    if today < window.opens:
        return f"今天是{day}，还没有开始，还要等{(window.opens - today).days}天。"
    if today > window.closes:
        return f"今天是{show_day(today)}，已经截止{(today - window.closes).days}天（{show_day(window.closes)}截止）。"
    left = (window.closes - today).days
    return f"今天（{day}）就是最后一天，请马上办理。" if left == 0 else f"今天是{day}，{'' if window.opens == dt.date.min else '已经开始，'}离截止还有{left}天。"


def _now(ask: Ask, window: Window, today: dt.date) -> list[str]:
    """现在还能报吗: 可以 or 不能 before anything else."""
    if not ask.yes_no or "now" not in ask.concepts or ask.values.days:
        return []
    if today < window.opens:
        return ["还不能，要到开放那天。"]
    return ["不能了，已经过了截止日。"] if today > window.closes else ["可以，还在时间内。"]


def _named_days(ask: Ask, window: Window, today: dt.date) -> list[str]:
    """A day that the asker names, held against the window: the deadline they heard of, or the day they want to do it."""
    days = [day for day in ask.values.days if day.day]
    if not days or len(days) > 3:
        return []
    if "deadline" in ask.concepts and not _about_doing(ask):
        return [_heard(day, window) for day in days if not _is_today(day, today)]
    return [_doing(days[-1], window, today)] if ask.yes_no or AND_THEN.search(ask.text) else []


def _about_doing(ask: Ask) -> bool:
    return any(word in ask.text for word in ("来得及", "赶得上", "还能", "能报", "可以报", "晚不晚", "算不算晚", "提交行", "赶上"))


def _is_today(day: Day, today: dt.date) -> bool:
    return day.first == today


def _heard(day: Day, window: Window) -> str:
    if day.first == window.closes:
        return "是的。"
    if day.first == window.opens:
        return ""
    return f"不是{day.month}月{day.day}日。"


def _doing(day: Day, window: Window, today: dt.date) -> str:
    said = f"{day.month}月{day.day}日"
    if day.first < window.opens:
        return f"{said}还不能：还没有开始。"
    if day.first > window.closes:
        return f"{said}不能了：已过截止日。"
    return f"{said}可以，在规定的时间内。"


def _afterwards(notice: Document, fact: str, today: dt.date) -> str:
    """What can still be done when the window is over."""
    registration = notice.facts.get("registration_deadline")
    if fact != "registration_deadline" and registration and today <= registration.value:
        return f"想参加{notice.notice.year + 1}年申报，请在{show_day(registration.value)}前完成登记备案。"
    return "补办、延期通知没有规定，请致电" + "、".join(str(one.value) for one in _phones(notice)) + "咨询。"


def _phones(notice: Document) -> list:
    return [notice.facts[name] for name in ("phone1", "phone2") if name in notice.facts]
