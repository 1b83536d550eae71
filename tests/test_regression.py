"""Golden questions: all of today's are right, and a wrong answer is told in words."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers.regression import golden, play_golden
from knowledge import cases, paths
from knowledge.model import Case, Verdict
from knowledge.snapshot import build, packaged_documents
from knowledge.wording import uncovered_facts

NOTICE = packaged_documents()[-1]


@pytest.fixture(scope="module")
def now():
    return build([NOTICE])


def test_every_golden_question_of_today_is_right(now):
    assert [str(one) for one in golden(NOTICE, now)] == []


def test_every_entry_and_every_fact_has_one(now):
    assert NOTICE.entries.keys() <= {case.entry for case in NOTICE.cases.values()}
    assert uncovered_facts(NOTICE, now.documents[0]) == []


def test_the_window_and_each_band_are_asked_at_their_edges():
    turns = {case.turns[-1] for case in NOTICE.cases.values()}
    limits = [limit for band in NOTICE.bands for limit in (band.at_least, band.below) if limit]
    assert all(any(f"备案通过{limit}个" in turn for turn in turns) for limit in limits)
    window = NOTICE.value("apply_window")
    days = {case.on for case in NOTICE.cases.values() if case.on}
    assert {window.closes, window.closes + dt.timedelta(days=1), window.opens - dt.timedelta(days=1)} <= days


def reasons(now, **case):
    return play_golden(Case(**case), NOTICE, now).reasons


ASKED = {"turns": ("申报什么时候截止",)}


def test_a_right_answer_has_no_reasons(now):
    assert reasons(now, **ASKED, entry="apply_window", must=("5月15日", "2025 年 5 月 15 日"), must_not=("5月16日",)) == ()


@pytest.mark.parametrize("case, said", [
    ({"must": ("6月31日",)}, "缺少“6月31日”"), ({"must_not": ("5月15日",)}, "不应出现“5月15日”"), ({"entry": "phone"}, "应由条目 phone 回答，却由 apply_window 回答"),
    ({"verdict": Verdict.PASS}, "结论应是✅"), ({"must": ("甲",), "must_not": ("截止",)}, "缺少“甲”"),
])
def test_a_wrong_answer_is_told_why(now, case, said):
    assert said in reasons(now, **ASKED, **case)


def test_its_words_are_no_patterns(now):
    assert reasons(now, **ASKED, must=("5月.5日",)) == ("缺少“5月.5日”",)


def test_turns_are_one_conversation(now):
    assert reasons(now, turns=("主要完成人最多几个", "那班组呢"), must=("15人",), must_not=("小组申报表",)) == ()


def test_the_day_can_be_said(now):
    assert reasons(now, turns=("现在还能申报吗",), on=dt.date(2025, 5, 16), must=("已经截止",)) == ()


def test_a_handler_that_fails_is_a_wrong_answer(now, monkeypatch):
    monkeypatch.setattr("handlers.pipeline.reply", lambda *_: 1 / 0)
    assert play_golden(Case(turns=("在吗",)), NOTICE, now).reasons == ("答复时出错（ZeroDivisionError）",)


def test_a_problem_names_the_question_and_its_place(now):
    wrong = paths.put(NOTICE, "cases", {"own": Case(turns=("主要完成人最多几个", "那班组呢"), must=("99人",))})
    [problem] = golden(wrong, now)
    assert problem.place == "cases.own" and problem.sentence == "回归题“主要完成人最多几个 → 那班组呢”答得不对：缺少“99人”。"


def test_questions_can_be_carried_over_to_a_new_value():
    new = cases.carry(NOTICE, paths.put(NOTICE, "facts.apply_window.value.closes", dt.date(2025, 5, 20)))
    assert new.cases["apply_window"].must == ("4月15日", "5月20日") and new.cases["phone"] == NOTICE.cases["phone"]
    left = golden(new, build([new]))
    assert left and all(new.cases[one.place.removeprefix("cases.")].on or "听说" in one.sentence for one in left)  # asked on the old days
