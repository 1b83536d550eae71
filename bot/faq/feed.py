"""/calendar.ics: every countdown of the notice's windows as a calendar to subscribe to (RFC 5545), with alarms."""

from __future__ import annotations

import datetime as dt

from icalendar import Alarm, Calendar, Event

from handlers.sharing.block import heading
from handlers.sharing.countdown import Countdown, countdowns
from knowledge.snapshot import Snapshot
from knowledge.template import render

RINGS = dt.timedelta(hours=9)  # after midnight of the day
REFRESH = dt.timedelta(hours=12)


def calendar(snapshot: Snapshot, address: str) -> bytes:
    """The feed's bytes. The same version gives the same bytes: nothing in it is taken from the clock."""
    notice, _ = snapshot.newest()
    whole = Calendar()
    name = f"{heading(notice)}倒计时"
    for key, value in (("prodid", "-//cpcif-quality//FAQ//ZH"), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH"), ("name", name), ("x-wr-calname", name),
                       ("x-wr-timezone", "Asia/Shanghai")):
        whole.add(key, value)
    whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    whole.add("x-published-ttl", "PT12H")
    for one in countdowns(notice, snapshot.version):
        whole.add_component(_event(one, snapshot, render("{wechat}", notice), address))
    return whole.to_ical()


def _event(one: Countdown, snapshot: Snapshot, account: str, address: str) -> Event:
    """One day, all day long, with an alarm in the morning. Its UID stays the same from version to version."""
    notice, _ = snapshot.newest()
    event = Event()
    event.add("uid", f"{notice.notice.year}-{one.entry}-{'opens' if one.left is None else one.left}@{account}")
    event.add("dtstamp", dt.datetime.combine(notice.notice.issued, dt.time(), dt.UTC))
    event.add("sequence", snapshot.version)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + dt.timedelta(days=1))
    event.add("summary", one.title)
    event.add("description", one.text)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [heading(notice)])
    if address:
        event.add("url", f"{address}/faq#{notice.entries[one.entry].code}")
    event.add_component(_alarm(one))
    return event


def _alarm(one: Countdown) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one.title)
    alarm.add("trigger", RINGS)
    return alarm
