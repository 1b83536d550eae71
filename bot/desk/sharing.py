"""Words for the groups, ready to copy: the week's most asked questions (本周汇总) and the countdown of every window (倒计时)."""

from __future__ import annotations

from flask import render_template, request

from bot import digest as weekly
from bot.desk import fields, show, trial
from bot.desk.base import clock, desk, routes
from bot.store import StoreDown
from handlers.sharing import countdown as countdowns

SPANS = (7, 14, 30)  # days that a digest looks back
AHEAD = 14  # days whose countdown texts are shown
NEXT = 3  # of those after that, by their day alone


@routes.get("/digest")
def digest() -> str:
    """本周汇总。"""
    given, snapshot = request.args.get("days", ""), desk().current()
    days = next((one for one in SPANS if str(one) == given), SPANS[0])
    notice, _ = snapshot.newest()
    try:
        made = weekly.of_week(desk().memory.store, snapshot, clock(), days)
    except StoreDown:
        return render_template("desk_digest.html", made=None, days=days, spans=SPANS, section="digest")
    return render_template("desk_digest.html", made=made, days=days, spans=SPANS, title=lambda one: trial.title(one, notice), section="digest")


@routes.get("/countdown")
def countdown() -> str:
    """倒计时: the texts of a day (today, unless another is asked for) and of the days after it."""
    snapshot = desk().current()
    notice, wrong, day = snapshot.newest()[0], "", show.now().date()
    if given := request.args.get("day", "").strip():
        try:
            day = fields.day(given)
        except fields.WrongValue as problem:
            wrong = str(problem)
    texts = countdowns.due(notice, snapshot.version, day, AHEAD)
    later = [one for one in countdowns.countdowns(notice, snapshot.version) if one.day > day and one not in texts]
    return render_template("desk_countdown.html", texts=texts, later=later[:NEXT], day=day, ahead=AHEAD, wrong=wrong, section="countdown",
                           days=[one for one in countdowns.DAYS if one])
