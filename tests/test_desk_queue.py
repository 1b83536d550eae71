"""The desk through Flask's client: what waits, what is counted, and what goes in front of replies."""

from __future__ import annotations

import datetime as dt
import re
import time

import desk_client as staff
import pytest

from bot import ahead
from knowledge import snapshot

NOTICE = snapshot.packaged_documents()[-1]


# The queue and the board

def test_the_queue_groups_what_is_alike_and_puts_most_askers_first(app, client):
    staff.asked(app, [(n, "班组长换人了怎么办", "not_understood", "", 90) for n in range(5)] + [(9, "班组长换人怎么办呢", "not_understood", "", 80)]
          + [(n, "食堂在哪里", "menu", "", 70) for n in range(2)] + [(20, "名额", "menu", "", 60), (20, "1", "answered", "quota_group", 50), (21, "［粘贴的内容，90字］", "not_understood", "", 40)])
    page = client.get("/desk/queue").text
    assert [words for words in re.findall(r"<strong>(.*?)</strong>", page)] == ["班组长换人了怎么办", "食堂在哪里"]
    assert "6人问" in page and "2人问" in page


def test_from_the_queue_each_way_is_one_step(app, client):
    staff.asked(app, [(1, "食堂在哪里", "not_understood", "", 70)])
    page = client.get("/desk/queue").text
    assert "/desk/entries/new?phrasing=" in page and "stated=0" in page
    to = client.get("/desk/queue/add", query_string={"entry": "申报费、评审费", "question": "食堂在哪里"}).headers["Location"]
    assert "食堂在哪里" in staff.form(client, to)["phrasings"]
    staff.post(client, "/desk/queue/ignore", {"question": "食堂在哪里"})
    assert "食堂在哪里" not in client.get("/desk/queue").text


def test_the_board_counts_and_names_nobody(app, client):
    staff.asked(app, [(1, "申报什么时候截止", "answered", "apply_window", 100), (1, "有用", "chat", "apply_window", 90), (2, "申报截止", "answered", "apply_window", 80), (2, "没用", "chat", "apply_window", 60), (3, "独一无二的问题", "not_understood", "", 50)])
    page = client.get("/desk/board").text
    assert "申报时间" in page and "67%" in page and "33%" in page and "独一无二的问题" not in page
    row = re.search(r"网上申报什么时候开始、什么时候截止</a><td class=\"num\">(\d)<td class=\"num\">(\d)", page)
    assert row.groups() == ("1", "1")


def test_useful_and_not_useful_are_thanked_for_and_counted_for_the_answer_before(app, client):
    who = "o" + "d" * 27
    staff.told(app, "申报什么时候截止", who)
    assert "谢谢" in staff.told(app, "没用！", who) and "010-84885418" in staff.told(app, "没用", who)
    assert re.search(r'href="/desk/entries/apply_window">[^<]*</a><td class="num">0<td class="num">2', client.get("/desk/board").text)
    assert "谢谢" not in staff.told(app, "没用", "o" + "e" * 27)  # nothing was answered before


# In front of replies

def test_a_banner_shows_at_once_in_front_of_the_answers_chosen_and_ends(app, client):
    until = dt.datetime.now() + dt.timedelta(days=2)
    data = {"text": "系统今日维护", "until": f"{until:%Y-%m-%dT%H:%M}", "entry": "网上申报什么时候开始、什么时候截止"}
    assert staff.post(client, "/desk/banners", data).status_code == 303
    assert "【提示】系统今日维护" in staff.told(app, "申报什么时候截止") and "【提示】" not in staff.told(app, "评审费多少钱")
    banner = ahead.current(app.extensions["desk"].data).banners[0]
    assert ahead.before(app.extensions["desk"].data, clock=banner.until + 1)(_answer("apply_window")) == ""
    staff.post(client, f"/desk/banners/{banner.id}/remove")
    assert "【提示】" not in staff.told(app, "申报什么时候截止呢")


@pytest.mark.parametrize("data", [{"text": ""}, {"text": "x" * 121}, {"until": "2020-01-01T00:00"}, {"until": "x"}, {"until": "9999-01-01T00:00"}, {"entry": "没有这条"}])
def test_a_banner_that_makes_no_sense_is_refused(app, client, data):
    until = dt.datetime.now() + dt.timedelta(days=2)
    assert staff.post(client, "/desk/banners", {"text": "维护", "until": f"{until:%Y-%m-%dT%H:%M}", "entry": ""} | data).status_code == 400
    assert ahead.current(app.extensions["desk"].data).banners == ()


def _answer(entry):
    from handlers.answer import Answer
    from handlers.ask import Family

    return Answer("x", Family.FACT, entry=entry)


def test_a_correction_reaches_who_got_the_wrong_answer_once_and_nobody_else(app, client):
    assert "5月15日" in staff.told(app, "申报什么时候截止", "o" + "a" * 27)
    staff.told(app, "评审费多少钱", "o" + "b" * 27)
    page = staff.text(client.get("/desk/corrections?entry=apply_window&first=1&last=1"))
    assert "1人" in page and "【更正】此前关于" in page
    time.sleep(1.1)  # the journal counts in seconds
    assert staff.post(client, "/desk/corrections", {"entry": "apply_window", "first": "1", "last": "1", "text": "截止日以系统公告为准。"}).status_code == 303
    assert "【更正】截止日以系统公告为准。" in staff.told(app, "附件2是什么", "o" + "a" * 27)
    assert "【更正】" not in staff.told(app, "附件3是什么", "o" + "a" * 27)
    assert "【更正】" not in staff.told(app, "附件2是什么", "o" + "b" * 27)
