"""Checks of pasted 主要完成人: what breaks a rule of the notice, what is to be looked at, and what is never an alarm."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import company, findings, form, outline, pipeline, team, title, units
from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.findings import SENTENCES, reply
from handlers.names import check_names, names
from handlers.pasting import fields, grouping, labels, listing, locate, namelists, pasted, person, plausible, remarks, wrapping
from handlers.pasting.surnames import COMPOUND, SINGLE
from knowledge import schema
from knowledge.model import Kind
from knowledge.snapshot import packaged
from knowledge.text import normalise

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
TODAY = dt.date(2025, 4, 20)
G, C = Kind.GROUP, Kind.CREW
TEN = "张建国,李梅,王志强,赵敏,刘洋,陈静,周涛,吴霞,郑凯,孙丽"
FIFTEEN = f"{TEN},何平,吕新,魏东,蒋楠,沈洁"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红娥玲芬燕彬宇浩凯健俊帆雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉可行正和多"


def codes(material: str, kind: Kind | None = G, notice=NOTICE) -> set[str]:
    return check_names(material, kind, notice).codes()


@pytest.mark.parametrize("material,kind", [
    (TEN, G), (FIFTEEN, C), ("张建国，李梅，王志强", C), ("张建国，李梅,王志强。", G), ("张三", G), (TEN, None),
    ("阿卜杜拉·买买提,古丽娜尔,李强", C), ("欧阳锋,司马相如,欧阳娜娜,爱新觉罗·启功", G), ("高峰,钱多多,程序,于是", G), ("刘周文博，王李子轩", C),
    ("𠮷田,𬭎强,㛃丽,龚䶮", G), ("和志强,单明,查良镛", G), ("盖聂,那英,言承旭,麦浩", G), ("宋娟超,郑可,刘行,何多", G), ("阿依努尔古丽,买合木提江", C), ("张三，李四，共2人", G), ("共2人：张三,李四", G), ("党永科,安志室,万和班", G),
])
def test_right_lists_pass(material, kind):
    assert codes(material, kind) == set()


@pytest.mark.parametrize("material,code,corrected", [
    ("张建国、李梅、王志强", "separator", "张建国,李梅,王志强"),
    ("陈静;周涛；吴霞", "separator", "陈静,周涛,吴霞"),
    ("刘洋 陈静 周涛", "separator", "刘洋,陈静,周涛"),
    ("何平\n吕新\n魏东", "separator", "何平,吕新,魏东"),
    ("张三\t李四\t王五", "separator", "张三,李四,王五"),
    ("张三/李四/王五", "separator", "张三,李四,王五"),
    ("张三-李四-王五", "separator", "张三,李四,王五"),
    ("张三.李四.王五", "separator", "张三,李四,王五"),
    ("张建国,李梅、王志强 赵敏", "separator", "张建国,李梅,王志强,赵敏"),
    ("张建国,李梅和王志强", "separator", "张建国,李梅,王志强"),
    ("张建国,李梅以及王志强", "separator", "张建国,李梅,王志强"),
    ("张建国李梅王志强", "no_separator", "张建国,李梅,王志强"),
    ("张 伟,李娜,王强", "blank", "张伟,李娜,王强"),
    ("王　强，孙丽，陈　静", "blank", "王强,孙丽,陈静"),
    ("王\u00a0强，孙丽", "blank", "王强,孙丽"),
    ("王\t强，孙丽", "blank", "王强,孙丽"),
    ("王 强 孙 丽 张建国", "blank", "王强,孙丽,张建国"),
    ("欧阳 晓峰,诸葛 亮", "blank", "欧阳晓峰,诸葛亮"),
    ("阿卜杜拉 买买提,李强", "blank", "阿卜杜拉·买买提,李强"),
    ("张\u200b伟,李娜", "hidden", "张伟,李娜"),
    ("张建国（组长）,李梅", "brackets", "张建国,李梅"),
    ("张建国组长,组员李梅", "duty", "张建国,李梅"),
    ("组长：张建国，组员：李梅,王强", "duty", "张建国,李梅,王强"),
    ("1.张三,2.李四,3.王五", "numbering", "张三,李四,王五"),
    ("①张三②李四", "numbering", "张三,李四"),
    ("张三,李四等5人", "and_others", "张三,李四"),
    ("张三,李四,外协人员2名", "and_others", "张三,李四"),
    ("生产部 张建国，质量部 李梅", "beside", "张建国,李梅"),
    ("甲班 张建国，乙班 李梅", "beside", "张建国,李梅"),
    ("张建国 男，李梅 女", "beside", "张建国,李梅"),
    ("质量部经理张建国，车间主任李梅", "duty", "张建国,李梅"),
    ("第一完成人：张建国\n第二完成人：李梅", "duty", "张建国,李梅"),
    ("序号\t姓名\t职务\n1\t张建国\t组长\n2\t李 梅\t组员", "other_columns", "张建国,李梅"),
    ("张建国\t男\t45\n李梅\t女\t33", "other_columns", "张建国,李梅"),
])
def test_broken_rules_fail_and_are_mended(material, code, corrected):
    check = check_names(material, G, NOTICE)
    assert code in check.codes() and check.verdict is Severity.FAIL and check.corrected == corrected


@pytest.mark.parametrize("material,code,corrected", [
    ("赵敏,刘洋,赵敏", "repeated", ""), ("张三,,李四", "empty_item", "张三,李四"), (",张三,李四,", "empty_item", "张三,李四"),
    ("张三1,李四", "digits", "张三,李四"), ("张三 13800138000,李四", "digits", "张三,李四"), ("Tom,李四", "latin", ""), ("John Smith,李四", "latin", ""),
    ("张,李四", "one_character", ""), ("张总,李四", "not_a_name", ""), ("待定", "not_a_name", ""), ("王主任,李四", "not_a_name", ""), ("李四,待定", "not_a_name", ""), ("李四,张某某", "not_a_name", ""),
    ("陶泽平1,许立燕,杜峰2", "digits", "陶泽平,许立燕,杜峰"), ("姚文杰,尹晓玲,", "empty_item", "姚文杰,尹晓玲"),
    ("张*国,李四", "symbol", "张*国,李四"), ("阿卜杜拉.买买提,李强", "dot", "阿卜杜拉·买买提,李强"), (",,,", "no_names", ""),
])
def test_doubts_are_pointed_out(material, code, corrected):
    check = check_names(material, G, NOTICE)
    assert code in check.codes() and check.verdict is Severity.WARN and check.corrected == corrected


def test_blanks_beside_commas_break_no_rule():
    check = check_names("张三, 李四 ,王五", G, NOTICE)
    assert check.verdict is Severity.PASS and check.corrected == "张三,李四,王五"


@pytest.mark.parametrize("count,kind,verdict,says", [
    (10, G, Severity.PASS, "不超过10人"), (11, G, Severity.FAIL, "删去1人"), (15, C, Severity.PASS, "不超过15人"), (16, C, Severity.FAIL, "删去1人"),
    (10, None, Severity.PASS, "不超过15人"), (12, None, Severity.WARN, "删去2人"), (16, None, Severity.FAIL, "删去6人"),
])
def test_limits_by_kind(count, kind, verdict, says):
    answer = reply(check_names(",".join(f"王{GIVEN[i]}" for i in range(count)), kind, NOTICE), NOTICE, Family.NAMES)
    assert answer.verdict is verdict and answer.text.startswith(verdict) and f"共{count}人" in answer.text and says in answer.text


def test_unsaid_kind_says_both_limits():
    text = reply(check_names(FIFTEEN, None, NOTICE), NOTICE, Family.NAMES).text
    assert "小组" in text and "10" in text and "班组" in text and "15" in text


def test_limits_come_from_the_notice():
    facts = {**NOTICE.facts, "contributors_group": msgspec.structs.replace(NOTICE.facts["contributors_group"], value=2)}
    other = msgspec.structs.replace(NOTICE, facts=facts)
    assert codes("张三,李四,王五", G) == set() and codes("张三,李四,王五", G, other) == {"too_many"}
    assert "不超过2人" in reply(check_names("张三,李四,王五", G, other), other, Family.NAMES).text


def test_without_a_list_it_asks_for_one():
    answer = names(Ask(Family.NAMES), NOTICE, TODAY)
    assert answer.expects == "names" and "请粘贴" in answer.text


def test_verdict_first_then_findings_with_clause_then_the_list_alone():
    lines = names(Ask(Family.NAMES, kinds=(C,), material="张 三、李四"), NOTICE, TODAY).text.split("\n")
    assert lines[0].startswith("❌") and all("附件3 注4" in line for line in lines[1:3]) and lines[-1] == "张三,李四"


@given(st.lists(st.builds(str.__add__, st.sampled_from(sorted(SINGLE) + sorted(COMPOUND)), st.text(GIVEN, min_size=1, max_size=2)),
                min_size=2, max_size=10, unique=True), st.sampled_from(",，"))
@settings(max_examples=300, deadline=None)
def test_real_names_are_never_questioned(people, comma):
    assert codes(comma.join(people)) == set()


@given(st.lists(st.builds(str.__add__, st.sampled_from("王李张刘陈杨黄赵吴周"), st.text("伟芳娜敏静丽磊洋勇艳杰娟涛", min_size=1, max_size=2)),
                min_size=2, max_size=10, unique=True), st.sampled_from(["、", ";", "\n", " ", "、 ", "，\n"]))
@settings(max_examples=200, deadline=None)
def test_any_separator_is_mended_to_the_same_people(people, between):
    check = check_names(between.join(people), G, NOTICE)
    assert (check.corrected or ",".join(people)) == ",".join(people)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_gets_a_short_reply(material):
    assert len(reply(check_names(material, None, NOTICE), NOTICE, Family.NAMES).text.encode()) <= 1800


def test_long_pastes_get_a_short_reply():
    answer = reply(check_names("张三、李 四 " * 5000, G, NOTICE), NOTICE, Family.NAMES)
    assert answer.text.startswith("❌") and len(answer.text.encode()) <= 1800


def test_what_is_not_shown_is_counted():
    answer = reply(check_names("张 三、李四;李四,王1,Tom,张,,生产部 赵六（组长）,王某", G, NOTICE), NOTICE, Family.NAMES)
    shown = [line for line in answer.text.split("\n") if line.startswith("•")]
    assert len(shown) == findings.SHOWN + 1 and re.fullmatch(r"• 另有\d处", shown[-1])


def test_every_finding_code_has_a_sentence():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(findings.__file__).parent.glob("*.py"))
    assert set(re.findall(r'Finding\("(\w+)"', source)) <= set(SENTENCES)


def test_no_regex_repeats_a_repeat():
    nested = re.compile(r"\([^()]*[+*}]\)[+*]|\([^()]*[+*}]\)\{\d+,")
    modules = (company, fields, findings, form, grouping, labels, listing, locate, namelists, outline, pasted, person, plausible, remarks, team, title, units, wrapping)
    patterns = {value.pattern for module in modules for value in vars(module).values() if isinstance(value, re.Pattern)}
    assert patterns and not [one for one in patterns if nested.search(one.replace("\\(", "").replace("\\)", ""))]


def test_the_unsaid_kind_is_a_choice_that_holds_no_name():
    answer = names(Ask(Family.NAMES, material=FIFTEEN), NOTICE, TODAY)
    assert answer.text.startswith("⚠️") and "1. 小组\n2. 班组" in answer.text and [one.kind for one in answer.choices] == [G, C]
    asks = [pasted.recognise(normalise(one.says), Conversation(), NOTICE) for one in answer.choices]
    assert [names(ask, NOTICE, TODAY).verdict for ask in asks] == [Severity.FAIL, Severity.PASS] and "张建国" not in answer.choices[0].says


@pytest.mark.parametrize("text", ["小组主要完成人：高翔,许晴,冯刚,董洁 正好够不够", "小组主要完成人 迪丽努尔·艾合买提，马强，叶枫 中间那个点要去掉吗",
                                  "班组主要完成人：那改成 蔡明,余波,杜鹃"])
def test_words_around_a_list_are_no_names(text):
    answer = pipeline.reply(text, Conversation(), packaged(), dt.datetime(2025, 4, 20, 10, tzinfo=dt.UTC))[0]
    assert answer.text.startswith("✅"), answer.text
