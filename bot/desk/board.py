"""The board (看板): how much is asked, of what, and how it ends. Counts only, nobody's words and nobody's name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template, request

from bot.desk import drafts, home, queue, show, trial
from bot.desk.base import desk, routes
from bot.desk.entries import TOPICS
from bot.journal import Row
from handlers import praise
from handlers.answer import Outcome

KINDS = (("a", "答了", (Outcome.ANSWERED, Outcome.CHECKED)), ("b", "给了选项", (Outcome.MENU,)), ("c", "通知未规定", (Outcome.NOT_STATED,)), ("d", "没听懂", (Outcome.NOT_UNDERSTOOD,)))
SPANS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Bar:
    """One column of a chart: its label and the heights of its parts, by kind."""

    label: str
    total: int
    parts: tuple[tuple[str, float, float, int], ...]  # class, y, height, count
    x: float


@routes.get("/board")
def board() -> str:
    """看板。"""
    days = request.args.get("days", 30, int)
    days = days if days in SPANS else 30
    found = [row for row in queue.rows(days) if praise.said(row.question) is None]
    shares = [(css, label, sum(row.outcome in outcomes for row in found)) for css, label, outcomes in KINDS]
    total = sum(count for _, _, count in shares)
    return render_template("desk_board.html", days=days, spans=SPANS, total=total, shares=shares, people=len({row.person for row in found}), by_day=_by_day(found, days), by_hour=_by_hour(found),
                           topics=_topics(found), entries=_entries(found), useful=useful(queue.rows(days)), deadline=home._days(), section="board")


def useful(found: Iterable[Row]) -> list[tuple[str, str, int, int]]:
    """Entry, title, and how many found its answer 有用 and 没用; those found wanting first."""
    counts: dict[str, Counter] = {}
    for row in found:
        said = praise.said(row.question)
        if said is not None and row.entry and row.outcome == Outcome.CHAT:
            counts.setdefault(row.entry, Counter())[said] += 1
    document = drafts.document()
    rows = [(entry, trial.title(entry, document), count[True], count[False]) for entry, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[3], -row[2]))[:15]


def _by_day(found: list[Row], days: int) -> list[Bar]:
    today = show.now().date()
    columns = [today - dt.timedelta(days=back) for back in range(days - 1, -1, -1)]
    return _bars(_grouped(found, columns))


def _grouped(found: list[Row], columns: list[dt.date]) -> list[tuple[str, list[Row]]]:
    at: dict[dt.date, list[Row]] = {day: [] for day in columns}
    for row in found:
        if (day := _moment(row).date()) in at:
            at[day].append(row)
    return [(f"{day.month}/{day.day}", rows) for day, rows in at.items()]


def _by_hour(found: list[Row]) -> list[Bar]:
    return _bars([(str(hour), [row for row in found if _moment(row).hour == hour]) for hour in range(24)])


def _moment(row: Row) -> dt.datetime:
    return dt.datetime.fromtimestamp(row.at, show.SHANGHAI)


def _bars(columns: list[tuple[str, list[Row]]]) -> list[Bar]:
    """Columns of a chart 120 high, the tallest filling it."""
    counted = [(label, [(css, sum(row.outcome in outcomes for row in rows)) for css, _, outcomes in KINDS]) for label, rows in columns]
    most = max((sum(count for _, count in parts) for _, parts in counted), default=0) or 1
    bars = []
    for place, (label, parts) in enumerate(counted):
        y, drawn = 120.0, []
        for css, count in parts:
            height = 110.0 * count / most
            y -= height
            drawn.append((css, round(y, 1), round(height, 1), count))
        bars.append(Bar(label, sum(count for _, count in parts), tuple(drawn), round(place * 720 / len(counted), 1)))
    return bars


def _topics(found: list[Row]) -> list[tuple[str, int]]:
    entries = desk().current().newest()[0].entries
    counts = Counter(entries[row.entry].topic for row in found if row.entry in entries)
    return [(TOPICS.get(topic, topic), count) for topic, count in counts.most_common(10)]


def _entries(found: list[Row]) -> list[tuple[str, str, int]]:
    document = drafts.document()
    counts = Counter(row.entry for row in found if row.entry)
    return [(entry if entry in document.entries else "", trial.title(entry, desk().current().newest()[0]), count) for entry, count in counts.most_common(10)]
