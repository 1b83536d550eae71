"""Checks of a pasted 成果名称: the formula of 附件3 注2 for 班组, none for 小组."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.findings import reply
from handlers.title import check_title, count, count_without_marks, options, title
from knowledge import schema
from knowledge.model import Kind

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
G, C = Kind.GROUP, Kind.CREW


def check(text: str, kind: Kind | None = C, notice=NOTICE):
    return check_title(text, kind, notice)


@pytest.mark.parametrize("text", [
    NOTICE.title_rule.example, "推行标准化作业提升巡检质量的实践", "实施TPM设备自主维护的探索", "运用精益管理工具优化装置巡检流程提升产品质量稳定性的班组实践",
    "“推行导师带徒的探索”", "实施“五色”看板管理提升装车质量的经验", "推行满足顾客要求的实践与探索",
])
def test_titles_after_the_formula_pass(text):
    assert check(text).verdict is Severity.PASS


@pytest.mark.parametrize("text,codes,corrected", [
    ("五星班组创建经验", {"verb"}, "推行五星班组创建经验"),
    ("运用六西格玛方法降低催化剂消耗", {"closer"}, "运用六西格玛方法降低催化剂消耗的实践"),
    ("提升产品合格率", {"verb", "closer"}, ""),
    ("应用精益管理降低能耗的实践", {"verb_near"}, "运用精益管理降低能耗的实践"),
    ("运用精益管理的做法", {"closer_near"}, "运用精益管理的实践"),
    ("推行班组长负责制的实践与创新", {"closer_near"}, "推行班组长负责制的实践"),
    ("运用数字孪生优化操作的研究与应用", {"closer_near"}, "运用数字孪生优化操作的探索"),
    ("运用精益管理提升质量的实践（第二稿）", {"closer_near"}, "运用精益管理提升质量的实践"),
    ("关于运用精益管理的实践", {"verb_near"}, "运用精益管理的实践"),
    ("浅谈班组安全文化的经验", {"verb_near"}, "推行班组安全文化的经验"),
    ("推行的经验", {"middle"}, ""),
    ("推行班组的经验", {"middle"}, ""),
    ("运用精益管理工具优化装置巡检流程持续提升产品质量稳定性班组实践", {"too_long"}, ""),
])
def test_each_missing_part_is_named(text, codes, corrected):
    found = check(text)
    assert found.codes() == codes and found.verdict is Severity.FAIL and found.corrected == corrected


def test_marks_over_the_limit_are_the_notices_open_point():
    text = "实施“三基”、“四化”、“五到位”管理提升装置运行水平质量稳的实践"
    assert count(text) > NOTICE.title_rule.at_most >= count_without_marks(text)
    assert check(text).codes() == {"maybe_too_long"} and check(text).verdict is Severity.WARN


@pytest.mark.parametrize("text", ["降低丙烯腈装置蒸汽单耗", "一种新型取样器的研制", "提高聚乙烯产品优级品率" * 4, "成立"])
def test_group_titles_have_neither_formula_nor_length(text):
    assert check(text, G).verdict is Severity.PASS and "没有命名规则" in reply(check(text, G), NOTICE, Family.TITLE).text


@pytest.mark.parametrize("text,code", [
    ("启航QC小组", "is_team_name"), ("<b>降低能耗</b>", "markup"), ("降低XX装置能耗", "placeholder"), ("待定", "placeholder"), ("降低\n能耗", "line_break"),
    ("降低能耗http://a.cn", "markup"), ("……", "nothing"),
])
def test_plainly_wrong_group_titles_are_questioned(text, code):
    assert code in check(text, G).codes()


def test_unsaid_kind():
    assert check(NOTICE.title_rule.example, None).verdict is Severity.PASS
    unsaid = check("降低装置能耗", None)
    assert unsaid.verdict is Severity.WARN and {"formula_is_crews", "verb", "closer"} <= unsaid.codes()


def test_several_titles_are_judged_one_by_one():
    answer = title(Ask(Family.TITLE, kinds=(C,), material="两个选一个：A.推行轮值班长制的实践 B.轮值班长制的应用，哪个合规"), NOTICE, None)
    assert answer.text.split("\n")[0] == "✅ 合规的是：A（推行轮值班长制的实践）" and "❌ B" in answer.text
    assert options("推行A.B分类管理的经验") == []


def test_the_rule_comes_from_the_notice():
    rule = msgspec.structs.replace(NOTICE.title_rule, at_most=5, verbs=("开创",), closers=("范例",))
    other = msgspec.structs.replace(NOTICE, title_rule=rule)
    assert check("开创精范例", C, other).verdict is Severity.PASS
    assert check("开创精益范例", C, other).codes() == {"too_long"} and "5字" in reply(check("开创精益范例", C, other), other, Family.TITLE).text
    assert check("推行的经验", C, other).codes() == {"verb", "closer"}


def test_without_a_title_it_asks_for_one():
    assert title(Ask(Family.TITLE), NOTICE, None).expects == "title"
