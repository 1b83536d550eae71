"""The desk's words for the groups: the week's digest and the countdown texts, as the core makes them, ready to copy."""

from __future__ import annotations

import datetime as dt
import time

import desk_client as staff
import pytest

from bot import digest, journal
from bot.desk import sharing
from handlers.sharing import countdown

NOON = 1745121600.0  # 2025-04-20 12:00 in Shanghai


def asked(app, entry: str, people: int, days_ago: float = 1) -> None:
    at = int(time.time() - days_ago * 86400)
    app.extensions["desk"].memory.store.use(lambda db: [journal.write(db, journal.Row(at, bytes([one]) * 16, "问", "fact", entry, "answered", 1)) for one in range(people)])


def test_home_leads_to_both(client):
    page = client.get("/desk").text
    assert 'href="/desk/digest"' in page and 'href="/desk/countdown"' in page


def test_the_digest_is_the_one_of_the_command_in_a_box_to_copy(app, client):
    asked(app, "apply_window", 3)
    asked(app, "phone", 2)
    page = client.get("/desk/digest")
    desk = app.extensions["desk"]
    made = digest.of_week(desk.memory.store, desk.current(), time.time())
    assert staff.fields(page.text) == {} and made.text in staff.html.unescape(page.text) and 'data-copy="digest"' in page.text


def test_an_older_question_is_in_the_longer_digest_only(app, client):
    asked(app, "apply_window", 3, days_ago=10)
    assert "没有可以汇总的提问" in client.get("/desk/digest").text and "没有可以汇总的提问" not in client.get("/desk/digest?days=14").text


@pytest.mark.parametrize("days", ["", "0", "-1", "x", "7'", "99999999999999999999", "٧"])
def test_a_span_that_is_none_is_a_week(client, days):
    page = client.get("/desk/digest", query_string={"days": days})
    assert page.status_code == 200 and "本周" in page.text


@pytest.mark.parametrize("day", [dt.date(2025, 4, 15), dt.date(2025, 5, 1), dt.date(2025, 5, 15)])
def test_the_texts_of_a_day_and_of_those_after_it(app, client, day):
    page, snapshot = client.get(f"/desk/countdown?day={day}"), app.extensions["desk"].current()
    texts = countdown.due(snapshot.newest()[0], snapshot.version, day, sharing.AHEAD)
    assert texts and all(one.text in staff.html.unescape(page.text) for one in texts)


def test_without_a_day_it_is_today_and_what_comes_later_is_named(client, monkeypatch):
    monkeypatch.setattr(sharing.show, "now", lambda: dt.datetime(2025, 6, 1, 9))
    page = client.get("/desk/countdown").text
    assert "2025-06-01起14天内没有要发的" in page and "2025-12-01" in page


@pytest.mark.parametrize("day", ["2025-02-30", "x", "'", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_told_in_words(client, day):
    assert client.get("/desk/countdown", query_string={"day": day}).status_code == 200
