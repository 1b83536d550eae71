"""/chat without a browser: a form that works without JavaScript, escapes everything, and is no one else's to submit."""

from __future__ import annotations

import html
import json
import re

import pytest

from bot import create_app
from bot.chat import linked
from handlers import pipeline
from handlers.answer import Choice, menu


@pytest.fixture
def app(tmp_path):
    return create_app({"DATA_DIR": str(tmp_path)})


@pytest.fixture
def client(app):
    return app.test_client()


def carried(page: str) -> str:
    return html.unescape(re.search(r'name="history" value="([^"]*)"', page)[1])


def say(client, text, page=None, **more):
    answer = client.post("/chat", data={"text": text, "day": "2025-04-20", "history": carried(page) if page else "", **more})
    assert answer.status_code == 200
    return answer.text


def test_the_page_greets(client):
    page = client.get("/chat").text
    assert "欢迎" in page and 'type="date"' in page and "<script src=" in page


def test_a_question_is_answered_with_what_was_understood(client):
    page = say(client, "申报什么时候截止")
    assert "5月15日" in page and "<details" in page and "类别" in page and "条款" in page


def test_the_page_carries_the_turns_before(client):
    page = say(client, "在哪个网站报", say(client, "申报什么时候截止"))
    assert "申报什么时候截止" in page and "qccpcif.com" in page and page.count('class="turn"') == 3


def test_the_day_picked_is_the_day_of_the_question(client, monkeypatch):
    seen, real = [], pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda text, talk, snapshot, now, *rest: (seen.append(now), real(text, talk, snapshot, now, *rest))[1])
    page = say(client, "还能报吗", day="2025-05-16")
    assert seen[0].date().isoformat() == "2025-05-16" and 'value="2025-05-16"' in page


@pytest.mark.parametrize("day", ["", "x", "2025-13-45", "99999-01-01", "<script>"])
def test_a_day_that_is_none_is_today(client, day):
    assert "<script>" not in say(client, "你好", day=day)


def test_a_menu_is_buttons_and_a_tap_is_its_number(client, monkeypatch):
    real = pipeline.reply
    offered = menu("哪一种？", [Choice("小组", "小组名额怎么算"), Choice("班组<b>", "班组名额怎么算")])
    monkeypatch.setattr(pipeline, "reply", lambda text, *rest: (offered, real("你好", *rest)[1]))
    page = say(client, "名额")
    assert re.search(r'<button form="say" name="pick" value="1">小组</button>', page) and "班组&lt;b&gt;" in page
    assert "me bubble\">1<" in say(client, "", page, pick="1")


def test_a_follow_up_knows_what_was_asked_before(client, app, monkeypatch):
    talks, real = [], pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda text, talk, snapshot, now, *rest: (talks.append(talk), real(text, talk, snapshot, now, *rest))[1])
    say(client, "申报什么时候截止")
    say(client, "那班组呢")
    say(app.test_client(), "那班组呢")
    assert talks[0].at is None and talks[1].at is not None and talks[2].at is None


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "{{7*7}}", "javascript:alert(1)", "</textarea><b>"])
def test_hostile_text_stays_text(client, hostile):
    page = say(client, hostile, say(client, hostile))
    assert hostile not in page.replace('href="', "") or hostile in ("{{7*7}}", "javascript:alert(1)")
    assert "<img" not in page and "<svg/" not in page and "49" not in page and 'href="javascript' not in page


@pytest.mark.parametrize("forged", ["{", "[1]", '[{"asked":"a"}]', json.dumps([{"asked": "<b>x</b>", "reply": "<i>y</i>"}]), "[" * 5000])
def test_a_forged_history_does_no_harm(client, forged):
    page = client.post("/chat", data={"text": "你好", "history": forged}).text
    assert "<b>x</b>" not in page and "<i>y</i>" not in page


@pytest.mark.parametrize("headers,status", [
    ({}, 200), ({"Sec-Fetch-Site": "same-origin"}, 200), ({"Sec-Fetch-Site": "none"}, 200), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Origin": "http://localhost"}, 200), ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://localhost:81"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
])
def test_no_other_site_can_submit(client, headers, status):
    assert client.post("/chat", data={"text": "你好"}, headers=headers).status_code == status


def test_the_cookie_is_random_and_out_of_scripts_reach(client, app):
    cookie = client.get("/chat").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and cookie != app.test_client().get("/chat").headers["Set-Cookie"]
    assert "Secure" in app.test_client().get("/chat", base_url="https://bot.example.org").headers["Set-Cookie"]


def test_a_new_chat_forgets(client):
    page = say(client, "申报什么时候截止")
    assert "5月15日" not in say(client, "", page, again="1")


def test_a_flood_gets_the_polite_line(client):
    for _ in range(20):
        say(client, "你好")
    assert "请过一分钟再问" in say(client, "你好")


def test_a_slip_is_an_apology(client, monkeypatch):
    monkeypatch.setattr(pipeline, "reply", lambda *_: 1 / 0)
    assert "现在无法回答" in say(client, "你好")


def test_a_long_paste_is_taken(client):
    assert client.post("/chat", data={"text": "申" * 30000}).status_code == 200
    assert client.post("/chat", data={"text": "申" * 400000}).status_code == 413


def test_addresses_become_links_and_nothing_else_does():
    shown = linked('见 http://www.qccpcif.com/（申报） <a href="x"> https://a.b/c?d=1&e=2。')
    assert '<a href="http://www.qccpcif.com/" target' in shown and 'href="https://a.b/c?d=1&amp;e=2"' in shown and "&lt;a href=" in shown and "（申报）" in shown
