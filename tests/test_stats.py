"""The statistics sheet (附件6): rates from numbers, meanings and units."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.conversation import Conversation
from handlers.stats import rate_of, stats, wants_stats
from handlers.values import read_values
from knowledge import schema
from knowledge.model import Document
from knowledge.text import normalise

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
TODAY = dt.date(2025, 4, 20)


def ask_for(text: str, conversation: Conversation = Conversation(), notice: Document = NOTICE):
    normal = normalise(text)
    return wants_stats(normal, read_values(normal, TODAY), conversation, notice)


def reply(text: str, notice: Document = NOTICE) -> str:
    ask = ask_for(text, notice=notice)
    assert ask, text
    return stats(ask, notice, TODAY).text


@pytest.mark.parametrize("text, working", [
    pytest.param("职工800人，参加QC小组的320人，普及率多少", "普及率=320/800×100%=40%", id="whole first"),
    pytest.param("320人参加小组，职工800，普及率", "普及率=320/800×100%=40%", id="part first"),
    pytest.param("800职工里有320参加QC，普及率是多少", "普及率=320/800×100%=40%", id="words behind the number"),
    pytest.param("有75个人参加QC 职工总数240 普及率填多少", "普及率=75/240×100%=31.25%", id="parted by blanks, part first"),
    pytest.param("三十个QC小组注册 二十个取得成果 成果率多少", "成果率=20/30×100%=66.67%", id="parted by blanks, whole first"),
    pytest.param("职工 800 参加 320 普及率", "普及率=320/800×100%=40%", id="a blank between word and number"),
    pytest.param("普及率 137/912", "普及率=137/912×100%=15.02%", id="a fraction"),
    pytest.param("成果率 8/10", "成果率=8/10×100%=80%", id="a fraction that looks like a day"),
    pytest.param("普及率 800 320", "普及率=320/800×100%=40%", id="no words: the smaller is the part"),
    pytest.param("本年度注册了25个QC小组 取得成果的18个 成果率怎么算 是多少", "成果率=18/25×100%=72%", id="groups"),
    pytest.param("QC小组25个，18个有成果，成果率？", "成果率=18/25×100%=72%", id="registered unsaid"),
    pytest.param("今年注册三十个小组，有二十一个出了成果，成果率", "成果率=21/30×100%=70%", id="Chinese numerals"),
    pytest.param("职工总数 780 人（其中女工210人），参加 QC 小组 195 人，普及率是", "普及率=195/780×100%=25%", id="a number beside"),
    pytest.param("今年注册QC小组30个，坚持活动28个，取得成果21个，成果率多少", "成果率=21/30×100%=70%", id="another count beside"),
    pytest.param("成果率：取得成果小组 17 注册 23", "成果率=17/23×100%=73.91%", id="two decimals"),
    pytest.param("普及率=参加1人，职工8人", "12.50%", id="two decimals where one would do"),
])
def test_a_rate_with_its_working(text, working):
    assert working in reply(text)


def test_both_rates_in_one_message():
    answer = reply("附件6 两个率：参加333 总1480，成果29 注册37")
    assert "普及率=333/1480×100%=22.50%" in answer and "成果率=29/37×100%=78.38%" in answer


def test_backwards_from_a_rate():
    assert "至少要30：30/33×100%=90.91%" in reply("成果率要到90%，注册了33个，得多少个出成果")


@pytest.mark.parametrize("text, odd", [
    pytest.param("参加的人有900，职工800，普及率多少", "比职工总数（800）还多", id="part above the whole"),
    pytest.param("注册小组20个，取得成果的26个，成果率怎么填", "比QC小组注册数（20）还多", id="more achievements than groups"),
    pytest.param("职工0人，参加10人，普及率", "职工总数是零", id="whole of zero"),
    pytest.param("职工800人，没人参加QC小组，普及率", "参加QC小组人数是零", id="part of zero"),
    pytest.param("职工800人，参加-3人，普及率", "应该是一个整数", id="negative"),
])
def test_odd_numbers_are_named_and_nothing_is_computed(text, odd):
    answer = reply(text)
    assert odd in answer and "核对" in answer and "×100%=" not in answer


@pytest.mark.parametrize("text, wanted", [
    ("职工800人普及率怎么填", "请把参加QC小组人数也告诉我"), ("参加QC小组320人，普及率多少", "请把职工总数也告诉我")])
def test_a_missing_number_is_asked_for_with_the_formula(text, wanted):
    answer = stats(ask_for(text), NOTICE, TODAY)
    assert wanted in answer.text and "参加QC小组人数/职工总数×100%" in answer.text
    assert answer.expects == "stats"


def test_the_number_that_was_missing_may_follow():
    first = ask_for("普及率怎么算")
    ask = ask_for("参加320人，职工800人", Conversation(family="stats", concepts=tuple(first.concepts)))
    assert "=40%" in stats(ask, NOTICE, TODAY).text


@pytest.mark.parametrize("text, said", [
    pytest.param("QC小组普及率公式", "参加QC小组人数/职工总数×100%", id="formula"),
    pytest.param("附件六里普及率填小数还是百分数", "百分数", id="unit of a rate"),
    pytest.param("年度坚持活动的小组数是什么单位", "单位：个", id="unit of a count"),
    pytest.param("本年度QC奖励费用按什么单位统计", "单位：万元", id="unit of money"),
    pytest.param("参与员工数是人还是人次", "单位：人次", id="heads or attendances"),
    pytest.param("统计表里活动经费投入包括啥，单位是什么", "培训、交流、书籍", id="what a row covers"),
    pytest.param("统计表里登记注册数和备案数是一回事吗", "不是同一个数", id="two counts kept apart"),
])
def test_meaning_and_unit(text, said):
    assert said in reply(text)


@pytest.mark.parametrize("text", [
    "普及率要求多少", "普及率低会影响评优吗", "普及率填哪个附件", "附件6统计的是哪段时间的数据", "经济效益单位是元还是万元", "小组320个，班组45个", "统计表要盖章不", ""])
def test_not_for_the_statistics(text):
    assert ask_for(text) is None


def test_formula_and_unit_follow_the_data():
    row = msgspec.structs.replace(NOTICE.statistics["participation_rate"], numerator="活动人数", denominator="在岗人数", unit="百分点")
    other = msgspec.structs.replace(NOTICE, statistics={**NOTICE.statistics, "participation_rate": row})
    assert "活动人数/在岗人数×100%" in reply("普及率公式", other) and "百分点" in reply("普及率公式", other)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_rates_are_rounded_half_up(part, whole):
    exact = Decimal(part) * 100 / whole
    assert abs(rate_of(Decimal(part), Decimal(whole)) - exact) <= Decimal("0.005")


def test_half_a_hundredth_goes_up():
    assert rate_of(Decimal(1), Decimal(20_000)) == Decimal("0.01")


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(st.sampled_from([
    "普及率", "成果率", "职工", "参加", "注册", "取得成果", "800", "320人", "25个", "0", "-3", "1.5", "8/10", "10^200", "80%", "，", " ", "没人参加", "单位", "怎么算",
    "备案", "一样吗"]), max_size=10).map("".join)))
def test_no_text_makes_it_fail(text):
    if ask := ask_for(text):
        assert stats(ask, NOTICE, TODAY).text
