"""Countdown texts: what an admin puts into the group so many days before a window closes, ready to paste."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from handlers.dates import window_of
from handlers.facts import clause_line
from handlers.sharing.block import facts_of, heading, mark, whom
from knowledge.model import Document, Entry, Window
from knowledge.template import show_day

DAYS = (30, 14, 7, 3, 1, 0)  # before the last day


@dataclass(frozen=True, slots=True)
class Countdown:
    """The text for one day. ``left`` counts the days to the last one; None on the day on which the window opens."""

    day: dt.date
    entry: str
    left: int | None
    title: str
    text: str


def countdowns(notice: Document, version: int) -> list[Countdown]:
    """For every window of the notice: the day it opens, where it says so, and D-30, 14, 7, 3, 1, 0 of its end; by day."""
    found = []
    for fact, name in _windows(notice).items():
        entry, window = notice.entries[name], window_of(notice, fact)
        found += [_opening(name, entry, window, notice, version)] if window.opens != dt.date.min else []
        found += [_closing(name, entry, window, left, notice, version) for left in DAYS if window.closes - dt.timedelta(left) >= window.opens]
    return sorted(found, key=lambda one: (one.day, one.entry))


def _windows(notice: Document) -> dict[str, str]:
    """Window → the answer that tells of it: the first, where others only mention it."""
    told: dict[str, str] = {}
    for name, entry in notice.entries.items():
        if entry.window and entry.forwardable and entry.stated:
            told.setdefault(entry.window, name)
    return told


def due(notice: Document, version: int, today: dt.date, ahead: int = 0) -> list[Countdown]:
    """The texts of ``today`` and of the ``ahead`` days after it."""
    return [one for one in countdowns(notice, version) if today <= one.day <= today + dt.timedelta(ahead)]


def _opening(name: str, entry: Entry, window: Window, notice: Document, version: int) -> Countdown:
    title = f"{notice.facts[entry.window].label}：今天开始"
    return Countdown(window.opens, name, None, title, _text(f"今天（{show_day(window.opens)}）开始，{show_day(window.closes)}截止。", title, entry, notice, version))


def _closing(name: str, entry: Entry, window: Window, left: int, notice: Document, version: int) -> Countdown:
    label = notice.facts[entry.window].label.removesuffix("截止时间").removesuffix("时间")
    title = f"{label}：今天截止" if left == 0 else f"{label}：离截止还有{left}天"
    line = f"今天（{show_day(window.closes)}）是最后一天，还没有办理的请马上办理。" if left == 0 else f"离截止（{show_day(window.closes)}）还有{left}天，请抓紧办理。"
    return Countdown(window.closes - dt.timedelta(left), name, left, title, _text(line, title, entry, notice, version))


def _text(line: str, title: str, entry: Entry, notice: Document, version: int) -> str:
    facts = facts_of(entry, notice)
    return "\n".join([f"【{heading(notice)}】{title}", line, *facts, clause_line(entry, notice), whom(notice, facts), mark(entry, version)])
