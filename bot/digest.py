"""The weekly digest for group admins: what was asked most in the last days, with the answers, ready to paste."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass

import click

from bot import DAY, journal, turn
from bot.cli import command, memory, snapshot_in_force, with_desk
from bot.store import Store, StoreDown
from handlers.answer import Outcome
from handlers.facts import clause_line
from handlers.sharing.block import facts_of, heading, whom
from knowledge.snapshot import Snapshot
from knowledge.template import render

WEEK = 7  # days
MOST = 10  # questions
ROWS_AT_MOST = 100_000  # of the journal, newest first
COUNTED = (Outcome.ANSWERED, Outcome.NOT_STATED)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer, how often it was asked for, and by how many people."""

    entry: str
    times: int
    people: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What was asked from ``since`` to ``until``; ``text`` is what a group gets."""

    since: dt.date
    until: dt.date
    asked: tuple[Asked, ...]
    messages: int
    not_understood: int
    text: str


def of_week(store: Store, snapshot: Snapshot, clock: float, days: int = WEEK, most: int = MOST) -> Digest:
    """The digest of the ``days`` before ``clock`` (seconds since 1970). StoreDown where the journal can't be read."""
    rows = [row for row in journal.read(store, limit=ROWS_AT_MOST) if clock - days * DAY <= row.at <= clock]
    asked = _most_asked(rows, snapshot, most)
    until = turn.moment(int(clock)).date()
    since = until - dt.timedelta(days - 1)
    return Digest(since, until, asked, len(rows), sum(row.outcome == Outcome.NOT_UNDERSTOOD for row in rows), _text(asked, snapshot, since, until))


def _most_asked(rows: list[journal.Row], snapshot: Snapshot, most: int) -> tuple[Asked, ...]:
    """By people first: one who asks ten times is one who asks."""
    notice, _ = snapshot.newest()
    counted = [row for row in rows if row.outcome in COUNTED and row.entry in notice.entries and notice.entries[row.entry].forwardable]
    times = Counter(row.entry for row in counted)
    people = Counter(entry for entry, _ in {(row.entry, row.person) for row in counted})
    found = [Asked(entry, times[entry], people[entry]) for entry in times]
    return tuple(sorted(found, key=lambda one: (-one.people, -one.times, one.entry))[:most])


def _text(asked: tuple[Asked, ...], snapshot: Snapshot, since: dt.date, until: dt.date) -> str:
    notice, _ = snapshot.newest()
    lines = [f"【{heading(notice)}】{_span(since, until)}问得最多的问题（{since.month}月{since.day}日至{until.month}月{until.day}日）"]
    for number, one in enumerate(asked, 1):
        entry = notice.entries[one.entry]
        lines += [f"{number}. {render(entry.title, notice)}（{entry.code}）", *facts_of(entry, notice, more=False), *filter(None, [clause_line(entry, notice)])]
    return "\n".join([*lines, whom(notice, []), f"v{snapshot.version}"]) if asked else ""


def _span(since: dt.date, until: dt.date) -> str:
    days = (until - since).days + 1
    return "本周" if days == WEEK else f"最近{days}天"


@command("digest")
@click.option("--days", type=click.IntRange(1, 366), default=WEEK, show_default=True, help="How many days back.")
@click.option("--most", type=click.IntRange(1, 50), default=MOST, show_default=True, help="How many questions.")
def digest(days: int, most: int) -> None:
    """The most asked questions with their answers, ready to paste into a group."""
    with_desk()
    try:
        made = of_week(memory().store, snapshot_in_force(), time.time(), days, most)
    except StoreDown as error:
        raise click.ClickException(f"读不到问答记录（{error}），请稍后再试。") from None
    if not made.asked:
        raise click.ClickException(f"最近{days}天没有可以汇总的提问。")
    click.echo(made.text)
    click.echo(f"共{made.messages}条提问，没听懂{made.not_understood}条。", err=True)
