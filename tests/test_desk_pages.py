"""The desk's pages through Flask's client: what staff change, what they are told, and that nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import html
import re
import time

import desk_client as staff
import pytest

import wechat_client as wechat
from bot import ahead, journal
from bot.desk import fields, tables
from bot.desk.fields import Field, WrongValue
from knowledge import draft, snapshot, store

NOTICE = snapshot.packaged_documents()[-1]


@pytest.fixture
def app(tmp_path, monkeypatch):
    staff.quick_hashes(monkeypatch)
    app = staff.made(tmp_path, **wechat.PLAIN)
    app.extensions["desk"].current()
    return app


@pytest.fixture
def client(app):
    return staff.sign_in(app)


def in_draft(app, year=2025):
    return draft.open_draft(store.open_store(app.extensions["desk"].data), year).document


def form(client, path: str) -> dict:
    """What the page's form would send unchanged."""
    found = staff.fields(client.get(path).text)
    return {name: value for name, value in found.items() if name not in ("csrf", "action", "insert")}


def text(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


def asked(app, rows: list[tuple]) -> None:
    """Write journal lines: person, question, outcome, entry, and how many seconds ago."""
    def write(db):
        for person, question, outcome, entry, ago in rows:
            journal.write(db, journal.Row(int(time.time()) - ago, bytes([person]) * 16, question, "fact", entry, outcome, 1))
    app.extensions["desk"].memory.store.use(write)


def told(app, question: str, person: str = wechat.OPENID) -> str:
    return app.test_client().post("/wechat", query_string=wechat.query(openid=person), data=wechat.text(question, openid=person)).text


# Values

def test_a_value_is_changed_in_two_steps_and_only_in_the_draft(app, client):
    values = form(client, "/desk/part/facts.phone1") | {"value": "010-12345678"}
    seen = staff.post(client, "/desk/part/facts.phone1", values | {"action": "check"})
    assert "010-84885418" in text(seen) and "010-12345678" in text(seen) and in_draft(app) == NOTICE
    assert staff.post(client, "/desk/part/facts.phone1", values | {"action": "save"}).status_code == 303
    assert in_draft(app).facts["phone1"].value == "010-12345678"
    assert app.extensions["desk"].current().newest()[0].facts["phone1"].value == "010-84885418"


@pytest.mark.parametrize(("path", "changes", "said"), [
    ("facts.apply_window", {"value.opens": "2025-06-01"}, "早于"),
    ("facts.apply_window", {"value.closes": "2025-02-30"}, "没有2025年2月30日"),
    ("facts.apply_window", {"value.closes": "2052-05-15"}, "核对年份"),
    ("facts.contributors_group", {"value": "十"}, "不是整数"),
    ("facts.contributors_group", {"value": "1000"}, "核对"),
    ("facts.contributors_group", {"value": ""}, "要填"),
    ("facts.mail", {"value": "qccpcif at 126"}, "邮箱"),
    ("facts.theme", {"clause": "附件99"}, "没有“附件99”"),
    ("facts.project_types", {"value": "创新型\n创新型"}, "重复"),
])
def test_a_wrong_value_is_refused_beside_its_field_and_nothing_is_lost(app, client, path, changes, said):
    values = form(client, f"/desk/part/{path}") | changes | {"words": "我刚写的说法"}
    answer = staff.post(client, f"/desk/part/{path}", values | {"action": "check"})
    assert answer.status_code == 400 and said in text(answer)
    assert {name: value for name, value in staff.fields(answer.text).items() if name in values} == values
    assert in_draft(app) == NOTICE


@pytest.mark.parametrize(("typed", "kind", "value"), [
    ("2025年5月15日", "date", dt.date(2025, 5, 15)), ("２０２５／５／１５", "date", dt.date(2025, 5, 15)), ("8.5%", "decimal", 8.5), ("１０", "int", 10),
    ("2、3", "ints", (2, 3)), ("甲\n\n 乙 ", "lines", ("甲", "乙")), ("附件1 二、正文 二", "clauses", ("a1_2", "main_2")), ("附件1二", "clause", "a1_2"),
])
def test_what_is_typed_in_many_ways_is_understood(typed, kind, value):
    assert fields.value(typed, Field("x", "x", kind), NOTICE) == value


@pytest.mark.parametrize(("typed", "kind"), [("5月", "date"), ("１e5", "int"), ("NaN", "decimal"), ("Infinity", "decimal"), ("九", "clause"), ("两\n行", "line")])
def test_what_is_no_value_is_said_in_words(typed, kind):
    with pytest.raises(WrongValue, match="。$"):
        fields.value(typed, Field("x", "x", kind), NOTICE)


def test_every_record_survives_its_form():
    for section in (NOTICE.facts, NOTICE.entries, NOTICE.cases, NOTICE.fields, NOTICE.statistics, NOTICE.sections, NOTICE.outlines, NOTICE.rulings, NOTICE.concepts):
        for record in section.values():
            shape = fields.fields_for(record)
            values, problems = fields.read(shape, fields.texts(record, shape, NOTICE), NOTICE)
            again = fields.record(type(record), values | ({"type": record.type} if hasattr(record, "quote") else {}))
            assert problems == {} and again == record


# Tables

def bands(client, **changes: str) -> dict:
    return form(client, "/desk/table/bands") | {name.replace("_", ".", 1): value for name, value in changes.items()}


def test_a_table_is_changed_as_a_whole(app, client):
    values = bands(client, **{"1_below": "300", "2_at_least": "300"})
    assert "名额计算" in text(staff.post(client, "/desk/table/bands", values | {"action": "check"}))
    assert staff.post(client, "/desk/table/bands", values | {"action": "save"}).status_code == 303
    assert [band.label for band in in_draft(app).bands][1:3] == ["10≤n＜300", "300≤n＜500"]


@pytest.mark.parametrize(("changes", "said"), [
    ({"1_below": "150"}, "空缺"), ({"1_below": "250"}, "重叠"), ({"2_rate": "85"}, "小数点"), ({"2_rate": ""}, "只填一个"),
    ({"2_fixed": "3"}, "只填一个"), ({"3_below": "900"}, "最后一档"), ({"2_rate": "八"}, "不是数字"), ({"0_at_least": "20"}, "大于"),
])
def test_bands_with_a_slip_are_refused_beside_the_cell(app, client, changes, said):
    values = bands(client, **changes)
    answer = staff.post(client, "/desk/table/bands", values | {"action": "check"})
    assert answer.status_code == 400 and said in text(answer) and in_draft(app) == NOTICE
    assert "aria-invalid" in answer.text


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_saved_unchanged_changes_nothing(app, client, name):
    answer = staff.post(client, f"/desk/table/{name}", form(client, f"/desk/table/{name}") | {"action": "save"}, follow_redirects=True)
    assert "没有改动" in answer.text and in_draft(app) == NOTICE


def test_records_are_added_and_removed(app, client):
    values = form(client, "/desk/new/facts?type=number") | {"label": "新的上限", "value": "7", "unit": "人", "clause": "附件1 二", "action": "save"}
    assert staff.post(client, "/desk/new/facts", values).status_code == 303
    assert in_draft(app).facts["own_1"].value == 7
    seen = form(client, "/desk/part/facts.own_1")
    assert staff.post(client, "/desk/part/facts.own_1/delete", seen | {"action": "save"}).status_code == 303
    assert in_draft(app) == NOTICE


# Entries

ENTRY = "/desk/entries/fee_apply"


def test_an_entry_is_edited(app, client):
    values = form(client, ENTRY) | {"title": "报名费和评审费", "action": "save"}
    assert staff.post(client, ENTRY, values).status_code == 303
    assert in_draft(app).entries["fee_apply"].title == "报名费和评审费"


def test_a_digit_from_no_fact_is_pointed_out_with_the_facts_that_have_it(app, client):
    values = form(client, ENTRY) | {"answer": "通知没有写，截止是5月15日。", "action": "save"}
    answer = staff.post(client, ENTRY, values)
    assert answer.status_code == 400 and "{apply_window.closes}" in text(answer) and in_draft(app) == NOTICE


def test_the_preview_is_the_reply_of_that_day_with_its_bytes(client):
    values = form(client, "/desk/entries/apply_window") | {"action": "preview", "day": "2025-05-14"}
    answer = staff.post(client, "/desk/entries/apply_window", values)
    assert "还有1天" in text(answer) and re.search(r"\d+字节", text(answer))


def test_a_fact_is_put_in_without_a_script(client):
    answer = staff.post(client, ENTRY, form(client, ENTRY) | {"insert": "{phone1}"})
    assert staff.fields(answer.text)["answer"].endswith("{phone1}")


def test_the_second_of_two_editors_is_told_sees_both_and_loses_nothing(app, client):
    other = staff.sign_in(app, "小编")
    mine, theirs = form(client, ENTRY), form(other, ENTRY)
    assert staff.post(other, ENTRY, theirs | {"more": "小编写的", "action": "save"}).status_code == 303
    answer = staff.post(client, ENTRY, mine | {"more": "主任写的", "action": "save"})
    assert answer.status_code == 409 and "别人刚改过" in answer.text and "小编写的" in text(answer) and staff.fields(answer.text)["more"] == "主任写的"
    assert in_draft(app).entries["fee_apply"].more == "小编写的"
    again = {name: value for name, value in staff.fields(answer.text).items() if name in mine}
    assert staff.post(client, ENTRY, again | {"action": "save"}).status_code == 303
    assert in_draft(app).entries["fee_apply"].more == "主任写的"


def test_two_may_edit_two_entries_at_once(app, client):
    other = staff.sign_in(app, "小编")
    mine, theirs = form(client, ENTRY), form(other, "/desk/entries/apply_window")
    assert staff.post(other, "/desk/entries/apply_window", theirs | {"more": "甲", "action": "save"}).status_code == 303
    assert staff.post(client, ENTRY, mine | {"more": "乙", "action": "save"}).status_code == 303
    assert (in_draft(app).entries["apply_window"].more, in_draft(app).entries["fee_apply"].more) == ("甲", "乙")


def test_adding_a_phrasing_shows_which_questions_move(app, client):
    asked(app, [(1, "申报截止到哪天呀朋友", "answered", "apply_window", 60)])
    values = form(client, f"{ENTRY}?add=申报截止到哪天呀朋友")
    answer = staff.post(client, ENTRY, values | {"action": "check"})
    assert "申报截止到哪天呀朋友" in text(answer) and "最近有人问" in text(answer) and in_draft(app) == NOTICE


def test_a_phrasing_that_another_entry_has_is_refused(client):
    taken = NOTICE.entries["apply_window"].phrasings[0]
    answer = staff.post(client, ENTRY, form(client, f"{ENTRY}?add={taken}") | {"action": "check"})
    assert answer.status_code == 400 and "同时属于" in text(answer)


def test_a_new_not_stated_entry(app, client):
    values = form(client, "/desk/entries/new?stated=0&phrasing=能不能带狗去评审会") | {"title": "能不能带狗", "answer": "通知没有写能不能带狗。", "action": "save"}
    assert staff.post(client, "/desk/entries/new", values).status_code == 303
    made = in_draft(app).entries["own_1"]
    assert not made.stated and made.phrasings == ("能不能带狗去评审会",)
    assert "还没有回归题" in text(client.get("/desk/publish"))


def test_an_entry_goes_with_its_golden_questions(app, client):
    values = form(client, ENTRY)
    assert "删除" in text(staff.post(client, f"{ENTRY}/delete", values | {"action": "check"}))
    assert staff.post(client, f"{ENTRY}/delete", values | {"action": "save"}).status_code == 303
    after = in_draft(app)
    assert "fee_apply" not in after.entries and not [one for one in after.cases.values() if one.entry == "fee_apply"]


@pytest.mark.parametrize(("query", "there", "absent"), [
    ("q=评审费", "申报费、评审费", "网上申报什么时候开始"), ("stated=0", "申报费、评审费", "网上申报什么时候开始"), ("topic=deadline", "网上申报什么时候开始", "申报费、评审费"), ("q=Q1", "网上申报什么时候开始", "申报费、评审费"),
])
def test_the_list_is_searched_and_filtered(client, query, there, absent):
    page = client.get(f"/desk/entries?{query}").text
    assert there in page and absent not in page


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "'; DROP TABLE account; --", "{{7*7}}", "%00", "\u202e", "NEAR(", "*", "\ud7ff" * 50]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words(app, client, hostile):
    asked(app, [(1, hostile, "not_understood", "", 60)])
    for path in ("/desk/entries", "/desk/cases", "/desk/versions/1"):
        assert client.get(path, query_string={"q": hostile}).status_code == 200
    page = client.get("/desk/queue").text
    assert "<script>alert" not in page and "<img src=x" not in page and "49" not in re.findall(r"<strong>(.*?)</strong>", page)


# Golden questions, publishing, versions

def test_a_golden_question_is_made_played_and_deleted(app, client):
    values = form(client, "/desk/cases/new") | {"turns": "什么时候截止申报", "entry": "apply_window", "must": "5月16日"}
    assert "缺少" in text(staff.post(client, "/desk/cases/new", values | {"action": "play"}))
    values["must"] = "5月15日"
    assert "答对了" in text(staff.post(client, "/desk/cases/new", values | {"action": "play"}))
    assert staff.post(client, "/desk/cases/new", values | {"action": "save"}).status_code == 303
    name = next(iter(in_draft(app).cases.keys() - NOTICE.cases.keys()))
    assert staff.post(client, f"/desk/cases/{name}/delete", form(client, f"/desk/cases/{name}")).status_code == 303
    assert in_draft(app) == NOTICE


def test_all_golden_questions_are_played(client):
    assert f"答对{len(NOTICE.cases)}题" in text(client.get("/desk/cases?play=1"))


def publish(client, why="试一试"):
    page = client.get("/desk/publish").text
    return staff.post(client, "/desk/publish", {"why": why, "revision": staff.fields(page).get("revision", "0")})


def change_theme(client, words: str) -> None:
    staff.post(client, "/desk/part/rulings.last_hour", form(client, "/desk/part/rulings.last_hour") | {"text": words, "decided": "2025-04-20", "action": "save"})


def test_publish_look_compare_and_roll_back(app, client):
    change_theme(client, "当天晚上都可以提交")
    assert publish(client).headers["Location"].endswith("/versions/2")
    assert "当天晚上都可以提交" in text(client.get("/desk/versions/compare?a=1&b=2"))
    assert "试一试" in text(client.get("/desk/versions")) and "正在使用" in text(client.get("/desk/versions/2"))
    assert staff.post(client, "/desk/versions/1/roll-back", {"why": "不对"}).headers["Location"].endswith("/versions/3")
    assert in_draft(app) == NOTICE


def test_a_publication_says_why_and_needs_a_sound_draft(app, client):
    assert publish(client).status_code == 400
    change_theme(client, "当天晚上都可以提交")
    assert "原因" in text(publish(client, " "))
    staff.post(client, "/desk/part/facts.apply_window", form(client, "/desk/part/facts.apply_window") | {"value.closes": "2025-05-20", "action": "save"})
    answer = publish(client)
    assert answer.status_code == 400 and "回归题" in text(answer) and 'href="/desk/cases/' in answer.text
    assert store.in_force(store.open_store(app.extensions["desk"].data))[2025].number == 1


def test_an_editor_cannot_publish(app):
    assert staff.post(staff.sign_in(app, "小编"), "/desk/publish", {"why": "x", "revision": "1"}).status_code == 403


def test_a_draft_is_thrown_away(app, client):
    change_theme(client, "当天晚上都可以提交")
    revision = staff.fields(client.get("/desk/publish").text)["revision"]
    staff.post(client, "/desk/draft/discard", {"revision": revision if isinstance(revision, str) else revision[0]})
    assert in_draft(app) == NOTICE


# The queue and the board

def test_the_queue_groups_what_is_alike_and_puts_most_askers_first(app, client):
    asked(app, [(n, "班组长换人了怎么办", "not_understood", "", 90) for n in range(5)] + [(9, "班组长换人怎么办呢", "not_understood", "", 80)]
          + [(n, "食堂在哪里", "menu", "", 70) for n in range(2)] + [(20, "名额", "menu", "", 60), (20, "1", "answered", "quota_group", 50), (21, "［粘贴的内容，90字］", "not_understood", "", 40)])
    page = client.get("/desk/queue").text
    assert [words for words in re.findall(r"<strong>(.*?)</strong>", page)] == ["班组长换人了怎么办", "食堂在哪里"]
    assert "6人问" in page and "2人问" in page


def test_from_the_queue_each_way_is_one_step(app, client):
    asked(app, [(1, "食堂在哪里", "not_understood", "", 70)])
    page = client.get("/desk/queue").text
    assert "/desk/entries/new?phrasing=" in page and "stated=0" in page
    to = client.get("/desk/queue/add", query_string={"entry": "申报费、评审费", "question": "食堂在哪里"}).headers["Location"]
    assert "食堂在哪里" in form(client, to)["phrasings"]
    staff.post(client, "/desk/queue/ignore", {"question": "食堂在哪里"})
    assert "食堂在哪里" not in client.get("/desk/queue").text


def test_the_board_counts_and_names_nobody(app, client):
    asked(app, [(1, "申报什么时候截止", "answered", "apply_window", 100), (1, "有用", "chat", "apply_window", 90), (2, "申报截止", "answered", "apply_window", 80), (2, "没用", "chat", "apply_window", 60), (3, "独一无二的问题", "not_understood", "", 50)])
    page = client.get("/desk/board").text
    assert "申报时间" in page and "67%" in page and "33%" in page and "独一无二的问题" not in page
    row = re.search(r"网上申报什么时候开始、什么时候截止</a><td class=\"num\">(\d)<td class=\"num\">(\d)", page)
    assert row.groups() == ("1", "1")


def test_useful_and_not_useful_are_thanked_for_and_counted_for_the_answer_before(app, client):
    who = "o" + "d" * 27
    told(app, "申报什么时候截止", who)
    assert "谢谢" in told(app, "没用！", who) and "010-84885418" in told(app, "没用", who)
    assert re.search(r'href="/desk/entries/apply_window">[^<]*</a><td class="num">0<td class="num">2', client.get("/desk/board").text)
    assert "谢谢" not in told(app, "没用", "o" + "e" * 27)  # nothing was answered before


# In front of replies

def test_a_banner_shows_at_once_in_front_of_the_answers_chosen_and_ends(app, client):
    until = dt.datetime.now() + dt.timedelta(days=2)
    data = {"text": "系统今日维护", "until": f"{until:%Y-%m-%dT%H:%M}", "entry": "网上申报什么时候开始、什么时候截止"}
    assert staff.post(client, "/desk/banners", data).status_code == 303
    assert "【提示】系统今日维护" in told(app, "申报什么时候截止") and "【提示】" not in told(app, "评审费多少钱")
    banner = ahead.current(app.extensions["desk"].data).banners[0]
    assert ahead.before(app.extensions["desk"].data, clock=banner.until + 1)(_answer("apply_window")) == ""
    staff.post(client, f"/desk/banners/{banner.id}/remove")
    assert "【提示】" not in told(app, "申报什么时候截止呢")


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
    assert "5月15日" in told(app, "申报什么时候截止", "o" + "a" * 27)
    told(app, "评审费多少钱", "o" + "b" * 27)
    page = text(client.get("/desk/corrections?entry=apply_window&first=1&last=1"))
    assert "1人" in page and "【更正】此前关于" in page
    time.sleep(1.1)  # the journal counts in seconds
    assert staff.post(client, "/desk/corrections", {"entry": "apply_window", "first": "1", "last": "1", "text": "截止日以系统公告为准。"}).status_code == 303
    assert "【更正】截止日以系统公告为准。" in told(app, "附件2是什么", "o" + "a" * 27)
    assert "【更正】" not in told(app, "附件3是什么", "o" + "a" * 27)
    assert "【更正】" not in told(app, "附件2是什么", "o" + "b" * 27)


# Next year

def test_next_year_begins_as_a_copy_in_which_all_waits_to_be_confirmed(app, client):
    assert staff.post(client, "/desk/new-notice", {"year": "2026"}).status_code == 303
    waiting = in_draft(app, 2026).unconfirmed
    assert {"notice", "title_rule", "facts.apply_window", "entries.fee_apply", "bands.0"} <= set(waiting)
    assert "待确认" in client.get("/desk/facts").text and "待确认" in text(client.get("/desk/publish"))
    values = form(client, "/desk/part/facts.apply_window") | {"value.opens": "2026-04-10", "value.closes": "2026-05-12", "action": "save"}
    assert staff.post(client, "/desk/part/facts.apply_window", values).status_code == 303
    assert "facts.apply_window" not in in_draft(app, 2026).unconfirmed  # edited is looked at
    staff.post(client, "/desk/new-notice/confirm", {"path": ["facts.theme", "bands.0"]})
    assert not {"facts.theme", "bands.0"} & set(in_draft(app, 2026).unconfirmed)
    assert "2026年5月12日" in text(client.get("/desk/new-notice"))  # 今年有什么变化
    staff.post(client, "/desk/year", {"year": "2025"})
    assert "2025年通知" in client.get("/desk").text


@pytest.mark.parametrize("year", ["2025", "2024", "2099", "x", "", "99999"])
def test_a_year_that_can_t_follow_is_refused(app, client, year):
    staff.post(client, "/desk/new-notice", {"year": year})
    assert store.draft_years(store.open_store(app.extensions["desk"].data)) == []
