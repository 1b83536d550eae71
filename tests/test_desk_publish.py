"""The desk through Flask's client: golden questions, publishing, versions, and the year after."""

from __future__ import annotations

import desk_client as staff
import pytest

from knowledge import snapshot, store

NOTICE = snapshot.packaged_documents()[-1]


# Golden questions, publishing, versions

def test_a_golden_question_is_made_played_and_deleted(app, client):
    values = staff.form(client, "/desk/cases/new") | {"turns": "什么时候截止申报", "entry": "apply_window", "must": "5月16日"}
    assert "缺少" in staff.text(staff.post(client, "/desk/cases/new", values | {"action": "play"}))
    values["must"] = "5月15日"
    assert "答对了" in staff.text(staff.post(client, "/desk/cases/new", values | {"action": "play"}))
    assert staff.post(client, "/desk/cases/new", values | {"action": "save"}).status_code == 303
    name = next(iter(staff.in_draft(app).cases.keys() - NOTICE.cases.keys()))
    assert staff.post(client, f"/desk/cases/{name}/delete", staff.form(client, f"/desk/cases/{name}")).status_code == 303
    assert staff.in_draft(app) == NOTICE


def test_all_golden_questions_are_played(client):
    assert f"答对{len(NOTICE.cases)}题" in staff.text(client.get("/desk/cases?play=1"))


def publish(client, why="试一试"):
    page = client.get("/desk/publish").text
    return staff.post(client, "/desk/publish", {"why": why, "revision": staff.fields(page).get("revision", "0")})


def change_theme(client, words: str) -> None:
    staff.post(client, "/desk/part/rulings.last_hour", staff.form(client, "/desk/part/rulings.last_hour") | {"text": words, "decided": "2025-04-20", "action": "save"})


def test_publish_look_compare_and_roll_back(app, client):
    change_theme(client, "当天晚上都可以提交")
    assert publish(client).headers["Location"].endswith("/versions/2")
    assert "当天晚上都可以提交" in staff.text(client.get("/desk/versions/compare?a=1&b=2"))
    assert "试一试" in staff.text(client.get("/desk/versions")) and "正在使用" in staff.text(client.get("/desk/versions/2"))
    assert staff.post(client, "/desk/versions/1/roll-back", {"why": "不对"}).headers["Location"].endswith("/versions/3")
    assert staff.in_draft(app) == NOTICE


def test_a_publication_says_why_and_needs_a_sound_draft(app, client):
    assert publish(client).status_code == 400
    change_theme(client, "当天晚上都可以提交")
    assert "原因" in staff.text(publish(client, " "))
    staff.post(client, "/desk/part/facts.apply_window", staff.form(client, "/desk/part/facts.apply_window") | {"value.closes": "2025-05-20", "action": "save"})
    answer = publish(client)
    assert answer.status_code == 400 and "回归题" in staff.text(answer) and 'href="/desk/cases/' in answer.text
    assert store.in_force(store.open_store(app.extensions["desk"].data))[2025].number == 1


def test_an_editor_cannot_publish(app):
    assert staff.post(staff.sign_in(app, "小编"), "/desk/publish", {"why": "x", "revision": "1"}).status_code == 403


def test_a_draft_is_thrown_away(app, client):
    change_theme(client, "当天晚上都可以提交")
    revision = staff.fields(client.get("/desk/publish").text)["revision"]
    staff.post(client, "/desk/draft/discard", {"revision": revision if isinstance(revision, str) else revision[0]})
    assert staff.in_draft(app) == NOTICE


# Next year

def test_next_year_begins_as_a_copy_in_which_all_waits_to_be_confirmed(app, client):
    assert staff.post(client, "/desk/new-notice", {"year": "2026"}).status_code == 303
    waiting = staff.in_draft(app, 2026).unconfirmed
    assert {"notice", "title_rule", "facts.apply_window", "entries.fee_apply", "bands.0"} <= set(waiting)
    assert "待确认" in client.get("/desk/facts").text and "待确认" in staff.text(client.get("/desk/publish"))
    values = staff.form(client, "/desk/part/facts.apply_window") | {"value.opens": "2026-04-10", "value.closes": "2026-05-12", "action": "save"}
    assert staff.post(client, "/desk/part/facts.apply_window", values).status_code == 303
    assert "facts.apply_window" not in staff.in_draft(app, 2026).unconfirmed  # edited is looked at
    staff.post(client, "/desk/new-notice/confirm", {"path": ["facts.theme", "bands.0"]})
    assert not {"facts.theme", "bands.0"} & set(staff.in_draft(app, 2026).unconfirmed)
    assert "2026年5月12日" in staff.text(client.get("/desk/new-notice"))  # 今年有什么变化
    staff.post(client, "/desk/year", {"year": "2025"})
    assert "2025年通知" in client.get("/desk").text


@pytest.mark.parametrize("year", ["2025", "2024", "2099", "x", "", "99999"])
def test_a_year_that_can_t_follow_is_refused(app, client, year):
    staff.post(client, "/desk/new-notice", {"year": year})
    assert store.draft_years(store.open_store(app.extensions["desk"].data)) == []
