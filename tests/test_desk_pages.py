"""The desk's pages through Flask's client: the values, tables and answers that staff change, and that nothing of it is lost."""

from __future__ import annotations

import datetime as dt
import re

import desk_client as staff
import pytest

from bot.desk import fields, tables
from bot.desk.fields import Field, WrongValue
from knowledge import snapshot

NOTICE = snapshot.packaged_documents()[-1]


# Values

def test_a_value_is_changed_in_two_steps_and_only_in_the_draft(app, client):
    values = staff.form(client, "/desk/part/facts.phone1") | {"value": "010-12345678"}
    seen = staff.post(client, "/desk/part/facts.phone1", values | {"action": "check"})
    assert "010-84885418" in staff.text(seen) and "010-12345678" in staff.text(seen) and staff.in_draft(app) == NOTICE
    assert staff.post(client, "/desk/part/facts.phone1", values | {"action": "save"}).status_code == 303
    assert staff.in_draft(app).facts["phone1"].value == "010-12345678"
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
    values = staff.form(client, f"/desk/part/{path}") | changes | {"words": "我刚写的说法"}
    answer = staff.post(client, f"/desk/part/{path}", values | {"action": "check"})
    assert answer.status_code == 400 and said in staff.text(answer)
    assert {name: value for name, value in staff.fields(answer.text).items() if name in values} == values
    assert staff.in_draft(app) == NOTICE


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
    return staff.form(client, "/desk/table/bands") | {name.replace("_", ".", 1): value for name, value in changes.items()}


def test_a_table_is_changed_as_a_whole(app, client):
    values = bands(client, **{"1_below": "300", "2_at_least": "300"})
    assert "名额计算" in staff.text(staff.post(client, "/desk/table/bands", values | {"action": "check"}))
    assert staff.post(client, "/desk/table/bands", values | {"action": "save"}).status_code == 303
    assert [band.label for band in staff.in_draft(app).bands][1:3] == ["10≤n＜300", "300≤n＜500"]


@pytest.mark.parametrize(("changes", "said"), [
    ({"1_below": "150"}, "空缺"), ({"1_below": "250"}, "重叠"), ({"2_rate": "85"}, "小数点"), ({"2_rate": ""}, "只填一个"),
    ({"2_fixed": "3"}, "只填一个"), ({"3_below": "900"}, "最后一档"), ({"2_rate": "八"}, "不是数字"), ({"0_at_least": "20"}, "大于"),
])
def test_bands_with_a_slip_are_refused_beside_the_cell(app, client, changes, said):
    values = bands(client, **changes)
    answer = staff.post(client, "/desk/table/bands", values | {"action": "check"})
    assert answer.status_code == 400 and said in staff.text(answer) and staff.in_draft(app) == NOTICE
    assert "aria-invalid" in answer.text


@pytest.mark.parametrize("name", tables.TABLES)
def test_a_table_saved_unchanged_changes_nothing(app, client, name):
    answer = staff.post(client, f"/desk/table/{name}", staff.form(client, f"/desk/table/{name}") | {"action": "save"}, follow_redirects=True)
    assert "没有改动" in answer.text and staff.in_draft(app) == NOTICE


def test_records_are_added_and_removed(app, client):
    values = staff.form(client, "/desk/new/facts?type=number") | {"label": "新的上限", "value": "7", "unit": "人", "clause": "附件1 二", "action": "save"}
    assert staff.post(client, "/desk/new/facts", values).status_code == 303
    assert staff.in_draft(app).facts["own_1"].value == 7
    seen = staff.form(client, "/desk/part/facts.own_1")
    assert staff.post(client, "/desk/part/facts.own_1/delete", seen | {"action": "save"}).status_code == 303
    assert staff.in_draft(app) == NOTICE


# Entries

ENTRY = "/desk/entries/fee_apply"


def test_an_entry_is_edited(app, client):
    values = staff.form(client, ENTRY) | {"title": "报名费和评审费", "action": "save"}
    assert staff.post(client, ENTRY, values).status_code == 303
    assert staff.in_draft(app).entries["fee_apply"].title == "报名费和评审费"


def test_a_digit_from_no_fact_is_pointed_out_with_the_facts_that_have_it(app, client):
    values = staff.form(client, ENTRY) | {"answer": "通知没有写，截止是5月15日。", "action": "save"}
    answer = staff.post(client, ENTRY, values)
    assert answer.status_code == 400 and "{apply_window.closes}" in staff.text(answer) and staff.in_draft(app) == NOTICE


def test_the_preview_is_the_reply_of_that_day_with_its_bytes(client):
    values = staff.form(client, "/desk/entries/apply_window") | {"action": "preview", "day": "2025-05-14"}
    answer = staff.post(client, "/desk/entries/apply_window", values)
    assert "还有1天" in staff.text(answer) and re.search(r"\d+字节", staff.text(answer))


def test_a_fact_is_put_in_without_a_script(client):
    answer = staff.post(client, ENTRY, staff.form(client, ENTRY) | {"insert": "{phone1}"})
    assert staff.fields(answer.text)["answer"].endswith("{phone1}")


def test_the_second_of_two_editors_is_told_sees_both_and_loses_nothing(app, client):
    other = staff.sign_in(app, "小编")
    mine, theirs = staff.form(client, ENTRY), staff.form(other, ENTRY)
    assert staff.post(other, ENTRY, theirs | {"more": "小编写的", "action": "save"}).status_code == 303
    answer = staff.post(client, ENTRY, mine | {"more": "主任写的", "action": "save"})
    assert answer.status_code == 409 and "别人刚改过" in answer.text and "小编写的" in staff.text(answer) and staff.fields(answer.text)["more"] == "主任写的"
    assert staff.in_draft(app).entries["fee_apply"].more == "小编写的"
    again = {name: value for name, value in staff.fields(answer.text).items() if name in mine}
    assert staff.post(client, ENTRY, again | {"action": "save"}).status_code == 303
    assert staff.in_draft(app).entries["fee_apply"].more == "主任写的"


def test_two_may_edit_two_entries_at_once(app, client):
    other = staff.sign_in(app, "小编")
    mine, theirs = staff.form(client, ENTRY), staff.form(other, "/desk/entries/apply_window")
    assert staff.post(other, "/desk/entries/apply_window", theirs | {"more": "甲", "action": "save"}).status_code == 303
    assert staff.post(client, ENTRY, mine | {"more": "乙", "action": "save"}).status_code == 303
    assert (staff.in_draft(app).entries["apply_window"].more, staff.in_draft(app).entries["fee_apply"].more) == ("甲", "乙")


def test_adding_a_phrasing_shows_which_questions_move(app, client):
    staff.asked(app, [(1, "申报截止到哪天呀朋友", "answered", "apply_window", 60)])
    values = staff.form(client, f"{ENTRY}?add=申报截止到哪天呀朋友")
    answer = staff.post(client, ENTRY, values | {"action": "check"})
    assert "申报截止到哪天呀朋友" in staff.text(answer) and "最近有人问" in staff.text(answer) and staff.in_draft(app) == NOTICE


def test_a_phrasing_that_another_entry_has_is_refused(client):
    taken = NOTICE.entries["apply_window"].phrasings[0]
    answer = staff.post(client, ENTRY, staff.form(client, f"{ENTRY}?add={taken}") | {"action": "check"})
    assert answer.status_code == 400 and "同时属于" in staff.text(answer)


def test_a_new_not_stated_entry(app, client):
    values = staff.form(client, "/desk/entries/new?stated=0&phrasing=能不能带狗去评审会") | {"title": "能不能带狗", "answer": "通知没有写能不能带狗。", "action": "save"}
    assert staff.post(client, "/desk/entries/new", values).status_code == 303
    made = staff.in_draft(app).entries["own_1"]
    assert not made.stated and made.phrasings == ("能不能带狗去评审会",)
    assert "还没有回归题" in staff.text(client.get("/desk/publish"))


def test_an_entry_goes_with_its_golden_questions(app, client):
    values = staff.form(client, ENTRY)
    assert "删除" in staff.text(staff.post(client, f"{ENTRY}/delete", values | {"action": "check"}))
    assert staff.post(client, f"{ENTRY}/delete", values | {"action": "save"}).status_code == 303
    after = staff.in_draft(app)
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
    staff.asked(app, [(1, hostile, "not_understood", "", 60)])
    for path in ("/desk/entries", "/desk/cases", "/desk/versions/1"):
        assert client.get(path, query_string={"q": hostile}).status_code == 200
    page = client.get("/desk/queue").text
    assert "<script>alert" not in page and "<img src=x" not in page and "49" not in re.findall(r"<strong>(.*?)</strong>", page)
