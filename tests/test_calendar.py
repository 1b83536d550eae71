"""/calendar.ics and the countdown texts: D-30, 14, 7, 3, 1, 0 of every window, by RFC 5545, with alarms."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
import pytest

from bot import create_app
from handlers.sharing.countdown import DAYS, countdowns, due
from knowledge.snapshot import packaged

icalendar = pytest.importorskip("icalendar", reason="icalendar is not installed")
NOTICE, _ = packaged().newest()
WINDOWS = {one.window for one in NOTICE.entries.values() if one.window and one.forwardable}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data")), "PUBLIC_URL": "https://qa.example.org"}).test_client()


@pytest.fixture(scope="module")
def feed(client):
    return client.get("/calendar.ics")


def test_every_window_has_its_countdown():
    for fact in WINDOWS:
        value = NOTICE.facts[fact].value
        closes = getattr(value, "closes", value)
        left = {(closes - one.day).days for one in countdowns(NOTICE, 1) if NOTICE.entries[one.entry].window == fact and one.left is not None}
        assert left == set(DAYS)


def test_a_short_window_is_not_counted_down_before_it_opens():
    fact = NOTICE.facts["apply_window"]
    short = msgspec.structs.replace(fact, value=msgspec.structs.replace(fact.value, opens=fact.value.closes - dt.timedelta(5)))
    told = countdowns(msgspec.structs.replace(NOTICE, facts={**NOTICE.facts, "apply_window": short}), 1)
    assert {one.left for one in told if NOTICE.entries[one.entry].window == "apply_window"} == {None, 3, 1, 0}


@pytest.mark.parametrize("day,words", [
    (dt.date(2025, 4, 15), "今天（2025年4月15日）开始"), (dt.date(2025, 5, 1), "还有14天"), (dt.date(2025, 5, 14), "还有1天"), (dt.date(2025, 5, 15), "最后一天"), (dt.date(2025, 12, 17), "还有14天")])
def test_the_text_of_a_day_is_ready_to_paste(day, words):
    text = due(NOTICE, 7, day)[0].text
    assert words in text and text.startswith("【2025年行业优秀成果申报】") and re.search(r"Q\d+·v7$", text) and "010-84885418" in text


def test_on_other_days_there_is_none():
    assert due(NOTICE, 7, dt.date(2025, 7, 1)) == [] and len(due(NOTICE, 7, dt.date(2025, 5, 10), ahead=5)) == 3


def test_the_feed_reads_back(feed):
    found = icalendar.Calendar.from_ical(feed.data)
    events = found.walk("VEVENT")
    assert feed.content_type.startswith("text/calendar") and len(events) == len(countdowns(NOTICE, 1))
    assert {one["DTSTART"].dt for one in events} == {one.day for one in countdowns(NOTICE, 1)}
    assert all(one["DTEND"].dt - one["DTSTART"].dt == dt.timedelta(1) for one in events)
    assert len({str(one["UID"]) for one in events}) == len(events)
    for one in events:
        (alarm,) = one.walk("VALARM")
        assert alarm["ACTION"] == "DISPLAY" and alarm["TRIGGER"].dt == dt.timedelta(hours=9) and alarm["DESCRIPTION"]


def test_the_feed_is_as_rfc_5545_wants_it(feed):
    text = feed.data.decode()
    lines = text.split("\r\n")
    assert text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    for wanted in ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:", "METHOD:PUBLISH", "DTSTAMP:", "DTSTART;VALUE=DATE:20250515", "X-WR-CALNAME:"):
        assert wanted in whole
    assert all(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in whole.split("\r\n") if line.startswith("DTSTAMP"))


def test_the_same_version_gives_the_same_feed(client, feed, tmp_path):
    assert create_app({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://qa.example.org"}).test_client().get("/calendar.ics").data == feed.data
    assert client.get("/calendar.ics", headers={"If-None-Match": feed.headers["ETag"]}).status_code == 304
