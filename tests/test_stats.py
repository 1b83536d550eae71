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
from handlers.stats import rate_of, remembered, stats, wants_stats
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
    pytest.param("普及率 参加一百五 总人数四百", "150/400×100%=37.50%", id="numerals without a unit"),
    pytest.param("职工500，参加小组的175人 普级率", "175/500×100%=35%", id="a rate misspelt"),
    pytest.param("普及lv：职工500 参加175", "175/500×100%=35%", id="a rate half in Latin letters"),
    pytest.param("三个分厂职工400、500、600，参加的100、200、150，总普及率", "450/1500×100%=30%", id="parts of a company added"),
    pytest.param("职工800人参加320人，百分之几", "320/800×100%=40%", id="a rate unnamed"),
    pytest.param("我们800号人，320号人进了小组，普及率", "320/800×100%=40%", id="heads in speech"),
    pytest.param("普及率 500分之175", "175/500×100%=35%", id="a fraction in words"),
    pytest.param("职工总数 参加人数\n500 175\n普及率", "175/500×100%=35%", id="a table"),
    pytest.param("QC小组注册数 坚持活动数 取得成果数 成果率\n64 56 44 多少", "44/64×100%=68.75%", id="a table with another column"),
    pytest.param("25个QC小组里有7个没出成果，成果率多少", "18/25×100%=72%", id="the complement"),
    pytest.param("历年累计300个小组，今年25个，出成果18个，成果率多少", "18/25×100%=72%", id="not those of all years"),
    pytest.param("今年注册了28个小组坚持活动的26个取得成果21个 成果率", "21/28×100%=75%", id="not those that went on"),
    pytest.param("小组86个，职工800人参加320人普及率多少", "320/800×100%=40%", id="teams are no people"),
    pytest.param("1500职工 不对 1400职工 420参加 普及率", "420/1400×100%=30%", id="a slip taken back"),
    pytest.param("一厂职工400人参加180，二厂职工600人参加330，合起来普及率", "510/1000×100%=51%", id="two plants together"),
    pytest.param("职工900人里有一半参加QC小组，普及率", "450/900×100%=50%", id="half of them"),
    pytest.param("420比1500，普及率28%对不", "对，普及率=420/1500×100%=28%", id="a right claim"),
    pytest.param("普及率分母2200 分子算错了不是600是660", "660/2200×100%=30%", id="a number denied"),
    pytest.param("普及率30%对吗，420人参加，一共1500", "不是30%，普及率=420/1500×100%=28%", id="a wrong claim"),
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
    pytest.param("一百来人参加，职工800，普及率请核对", "只是大概", id="guessed"),
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


@pytest.mark.parametrize("turns, working", [
    pytest.param(("普及率 职工800", "参加320"), "320/800", id="the part follows"),
    pytest.param(("参加QC小组320人，普及率多少", "800"), "320/800", id="a bare number is what was missing"),
    pytest.param(("职工800参加320普及率", "如果参加400呢"), "400/800", id="another part"),
    pytest.param(("职工800参加320普及率", "不对，职工是640"), "320/640", id="another whole"),
    pytest.param(("我们职工1000人", "250人参加了QC", "普及率"), "250/1000", id="the numbers first, the rate last"),
    pytest.param(("职工800参加320普及率", "怎么算的"), "320/800", id="the working again"),
    pytest.param(("20个小组注册 15个有成果 成果率多少", "注册数记岔了 应该24个"), "15/24", id="the correction names the number"),
    pytest.param(("职工800参加320普及率", "分母写错了，900"), "320/900", id="the correction names the denominator"),
    pytest.param(("注册20个 成果15个 成果率", "注册漏了4个"), "15/24", id="some left out"),
    pytest.param(("职工800参加320普及率", "参加的多算了20"), "300/800", id="counted too many"),
])
def test_what_was_said_of_a_rate_is_kept(turns, working):
    conversation = Conversation()
    for text in turns:
        ask = ask_for(text, conversation)
        conversation = Conversation(family="stats", concepts=tuple(ask.concepts), counts=remembered(ask, NOTICE))
    assert working in stats(ask, NOTICE, TODAY).text


@pytest.mark.parametrize("text, said", [
    pytest.param("经费投入花了12800元，填几", "填1.28", id="yuan"),
    pytest.param("小组活动经费：培训2万、交流1.5万、书3000块，统计表里填多少 奖金另发了5万", "填3.8", id="a sum, without what is named as apart"),
    pytest.param("班组奖励花了九千块，填9000行吗", "应填0.9，不是9000", id="a claim in the wrong unit"),
    pytest.param("投入经费5000元填0.5对吗", "填0.5", id="a claim in the right unit"),
    pytest.param("历年累计QC创效1亿2千万元 统计表那格填多少", "填12000", id="a hundred million"),
    pytest.param("奖励的钱也算在QC活动经费投入那一栏吗", "各填各的", id="two rows"),
    pytest.param("奖励发了8000，经费花了1万2，各填多少", "活动奖励费用”填0.8", id="an amount for each row"),
    pytest.param("经济效益光填今年的行不，往年的加起来也要？", "各填各的", id="this year's and all years'"),
])
def test_money_is_put_into_the_unit_of_the_sheet(text, said):
    assert said in reply(text)


@pytest.mark.parametrize("text, said", [
    pytest.param("QC小组普及率公式", "参加QC小组人数/职工总数×100%", id="formula"),
    pytest.param("附件六里普及率填小数还是百分数", "百分数", id="unit of a rate"),
    pytest.param("年度坚持活动的小组数是什么单位", "单位：个", id="unit of a count"),
    pytest.param("本年度QC奖励费用按什么单位统计", "单位：万元", id="unit of money"),
    pytest.param("普及率算出来33.333填多少", "没有规定保留几位小数", id="a rate to be written"),
    pytest.param("参与员工数是人还是人次", "单位：人次", id="heads or attendances"),
    pytest.param("统计表里活动经费投入包括啥，单位是什么", "培训、交流、书籍", id="what a row covers"),
    pytest.param("统计表里登记注册数和备案数是一回事吗", "不是一回事", id="two counts kept apart"),
])
def test_meaning_and_unit(text, said):
    assert said in reply(text)


@pytest.mark.parametrize("text, said", [
    pytest.param("2024年3月花的QC培训费，能算进统计表的本年度投入不", "2024年3月不在统计时间内", id="before"),
    pytest.param("去年11月开的QC发布会，花的钱算不算在这次统计的期间内", "2024年11月在统计时间内", id="within"),
    pytest.param("今年6月的培训费算这次统计吗", "2025年6月不在统计时间内", id="after"),
    pytest.param("2023年的效益能填到本年度里不", "2023年不在统计时间内", id="a year before"),
    pytest.param("2024年全年的经费投入填吗", "只有一部分", id="a year that overlaps"),
])
def test_whether_a_month_lies_within_the_time_of_the_sheet(text, said):
    answer = reply(text)
    assert said in answer and "2024年5月至2025年5月" in answer


@pytest.mark.parametrize("text", [
    "普及率要求多少", "普及率低会影响评优吗", "普及率填哪个附件", "附件6统计的是哪段时间的数据", "经济效益单位是元还是万元", "小组320个，班组45个", "统计表要盖章不", ""])
def test_not_for_the_statistics(text):
    assert ask_for(text) is None


def test_the_unit_of_money_follows_the_data():
    rows = {name: msgspec.structs.replace(row, unit="千元") if row.unit == "万元" else row for name, row in NOTICE.statistics.items()}
    other = msgspec.structs.replace(NOTICE, statistics=rows)
    assert "单位是千元，填12.8。" in reply("经费投入花了12800元，填几", other)
    assert "活动奖励费用”填8。" in reply("奖励发了8000，经费花了1万2，各填多少", other)


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
