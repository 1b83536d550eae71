"""Numbers, days and years as askers write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.numerals import joined, to_number
from handlers.values import read_values
from knowledge.text import normalise

TODAY = dt.date(2025, 4, 20)  # a Sunday


def numbers(text: str) -> list[str]:
    return [f"{number.value.normalize():f}" for number in read_values(normalise(text), TODAY).numbers]


def days(text: str, today: dt.date = TODAY) -> list[str]:
    found = read_values(normalise(text), today).days
    return [f"{one.year}-{one.month}-{one.day}" if one.day else f"{one.year}-{one.month}" for one in found]


@pytest.mark.parametrize("text, expected", [
    pytest.param("小组320个，班组45个", ["320", "45"], id="Arabic"),
    pytest.param("小组３２０个", ["320"], id="full width"),
    pytest.param("1,250个", ["1250"], id="thousands comma"),
    pytest.param("120，130个", ["120", "130"], id="Chinese comma between two numbers"),
    pytest.param("三百二十个", ["320"], id="Chinese numerals"),
    pytest.param("两百", ["200"], id="two in speech"),
    pytest.param("廿五个班组", ["25"], id="twenty in one sign"),
    pytest.param("1千2", ["1200"], id="mixed, short last digit"),
    pytest.param("2百5", ["250"], id="mixed hundreds"),
    pytest.param("1万2千个", ["12000"], id="mixed ten thousands"),
    pytest.param("壹佰伍拾个", ["150"], id="bankers' signs"),
    pytest.param("百来个小组", ["100"], id="about a hundred"),
    pytest.param("就备了俩，", ["2"], id="two in one word"),
    pytest.param("n=199", ["199"], id="letter and equals sign"),
    pytest.param("12.5个", ["12.5"], id="decimal"),
    pytest.param("小组-5个，班组负三个", ["-5", "-3"], id="negative"),
    pytest.param("10^11个", ["100000000000"], id="power"),
    pytest.param("附件七 附件6", ["7", "6"], id="attachment kept for its context"),
    pytest.param("参加的占百分之四十", ["40"], id="percent in words"),
    pytest.param("集团备案小组2.4千个", ["2400"], id="a decimal of thousands is no day"),
    pytest.param("总人数四百", ["400"], id="a numeral behind 数"),
    pytest.param("小组就俩 能报几个", ["2"], id="two in one word before a blank"),
    pytest.param("小组１，０２４个", ["1024"], id="thousands in full width"),
    pytest.param("小组5️⃣2️⃣个", ["52"], id="keycaps"),
    pytest.param("320号人", ["320"], id="heads are no day of a month"),
])
def test_reads_numbers(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize("text", [
    pytest.param("一等奖 二等奖", id="prizes"),
    pytest.param("第一 统一 唯一 万一 一般 一下 一起 一样", id="words with one in them"),
    pytest.param("三中全会 十五五规划 十四五", id="meetings and plans"),
    pytest.param("催化裂化一班 二车间", id="names of units"),
    pytest.param("三五个 七八个 几十个 十几个 好几百", id="guesses"),
    pytest.param("张三、李四、王五", id="names of people"),
    pytest.param("十分 千万别", id="idioms"),
    pytest.param("2025年5月15日", id="a day"),
    pytest.param("五一放假", id="a holiday"),
    pytest.param("1.去年没备案能报吗 2.名额有小数怎么办", id="numbers of a list"),
    pytest.param("1、备案啥时候截止 2、名额怎么算", id="numbers of a list that counts up"),
])
def test_no_numbers_in(text):
    assert numbers(text) == []


def test_counts_parted_like_a_list_are_counts():
    assert numbers("小组 2、班组 3") == ["2", "3"] and numbers("小组20、班组30") == ["20", "30"]


@pytest.mark.parametrize("text, expected", [
    pytest.param("5月15日", ["2025-5-15"], id="month and day"),
    pytest.param("5月15号", ["2025-5-15"], id="day in speech"),
    pytest.param("五月十五", ["2025-5-15"], id="Chinese signs"),
    pytest.param("5.15", ["2025-5-15"], id="full stop"),
    pytest.param("24.2.14完结的", ["2024-2-14"], id="a year of two digits"),
    pytest.param("24-12-3做完", ["2024-12-3"], id="a year of two digits and hyphens"),
    pytest.param("5/15", ["2025-5-15"], id="stroke"),
    pytest.param("2024-05-15", ["2024-5-15"], id="ISO"),
    pytest.param("20241231", ["2024-12-31"], id="eight digits"),
    pytest.param("4月15日-5月15日", ["2025-4-15", "2025-5-15"], id="from to"),
    pytest.param("4月15-20日", ["2025-4-15", "2025-4-20"], id="the month carries on"),
    pytest.param("15号", ["2025-4-15"], id="day of this month"),
    pytest.param("5月底", ["2025-5-31"], id="end of a month"),
    pytest.param("月初", ["2025-4-1"], id="start of this month"),
    pytest.param("下个月初", ["2025-5-1"], id="start of next month"),
    pytest.param("今天 明天 后天 昨天", ["2025-4-20", "2025-4-21", "2025-4-22", "2025-4-19"], id="days from today"),
    pytest.param("大后天", ["2025-4-23"], id="three days on"),
    pytest.param("下周三", ["2025-4-23"], id="next Wednesday"),
    pytest.param("10天后", ["2025-4-30"], id="in ten days"),
    pytest.param("五一前", ["2025-5-1"], id="May Day"),
    pytest.param("去年8月份", ["2024-8"], id="a month of last year"),
    pytest.param("2024年3月", ["2024-3"], id="a month of a year"),
    pytest.param("去年底", ["2024-12-31"], id="end of last year"),
    pytest.param("2月30日", [], id="no such day"),
    pytest.param("8号文 2号字 1.0倍行距 1.5万元", [], id="numbers that look like days"),
])
def test_reads_days(text, expected):
    assert days(text) == expected


def test_new_year_said_in_autumn_is_the_coming_one():
    assert days("元旦前", dt.date(2025, 11, 3)) == ["2026-1-1"]


@pytest.mark.parametrize("text, expected", [
    pytest.param("2025年", (2025,), id="in full"),
    pytest.param("26年的备案", (2026,), id="two digits"),
    pytest.param("二零二六年", (2026,), id="Chinese signs"),
    pytest.param("前年 去年 今年 明年 后年", (2023, 2024, 2025, 2026, 2027), id="from this year"),
    pytest.param("近三年 10年以上", (), id="spans"),
])
def test_reads_years(text, expected):
    assert read_values(normalise(text), TODAY).years == expected


def test_a_number_knows_the_words_around_it():
    number = read_values(normalise("全厂职工2000人"), TODAY).numbers[0]
    assert (number.before, number.after) == ("全厂职工", "人")


@pytest.mark.parametrize("text, expected", [
    pytest.param("小组 7 7 个", "小组 77 个", id="digits before a measure word"),
    pytest.param("班组 三 十 五 个", "班组 三十五 个", id="Chinese signs"),
    pytest.param("参加 3 2 0 人", "参加 320 人", id="heads"),
    pytest.param("附件 2 3 4", "附件 2 3 4", id="attachments"),
    pytest.param("1 2 3 怎么填", "1 2 3 怎么填", id="items"),
    pytest.param("小组 班组 4 5", "小组 班组 4 5", id="a number for each kind"),
    pytest.param("普及率 800 320", "普及率 800 320", id="two whole numbers"),
])
def test_signs_set_apart_are_joined(text, expected):
    assert joined(text) == expected


@pytest.mark.parametrize("text, kind", [
    ("小组一百多个", "guessed"), ("快两百个", "guessed"), ("10到20个", "guessed"), ("200出头", "guessed"), ("百八十个", "guessed"), ("不到200个", "bound"),
    ("500个以上", "bound"), ("小组120多少名额", ""), ("一百五十来着", ""), ("最近20个", ""), ("120个左右", "")])
def test_a_guess_and_a_limit_are_no_counts(text, kind):
    number = read_values(normalise(text), TODAY).numbers[-1]
    assert (number.guessed, number.bound) == (kind == "guessed", kind == "bound")


@given(st.integers(0, 10**12))
def test_every_number_in_chinese_signs_is_read_as_itself(number):
    assert to_number(cn2an.an2cn(number)) == number


@given(st.integers(0, 10**6))
def test_every_count_is_read_in_digits(number):
    assert [one.value for one in read_values(normalise(f"小组{number}个"), TODAY).numbers] == [Decimal(number)]


@settings(max_examples=500)
@given(st.one_of(st.text(), st.text(alphabet="0123456789.,/-^%年月日号天个一二三四五六七八九十百千万亿两零点负底初末上下周五今明后去前小组班 ")))
def test_no_text_makes_the_reader_fail(text):
    normal = normalise(text)
    for number in read_values(normal, TODAY).numbers:
        assert normal.text[number.start:number.end]
