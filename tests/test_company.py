"""Checks of a pasted 企业名称: sealed names pass, an abbreviation, a department behind or two companies in a row do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.company import check_company, company
from handlers.findings import reply
from knowledge import schema

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
SEALED = """东海石油化工股份有限公司
陕西延长石油（集团）有限责任公司
内蒙古鄂尔多斯电力冶金集团股份有限公司氯碱化工分公司
中国石油天然气股份有限公司大庆石化分公司（化肥）
中国石化集团南京化学工业有限公司
中国石油化工股份有限公司胜利油田分公司石油工程技术研究院
中石化胜利石油工程有限公司黄河钻井总公司
中国石油天然气股份有限公司长庆油田分公司第二采气厂
国网山东省电力公司东营供电公司
中国石化销售股份有限公司江苏南京石油分公司第九加油站
浙江巨化股份有限公司电化厂
巨化集团公司
扬子石化-巴斯夫有限责任公司
金风绿能化工（兴安盟）有限公司
某某会计师事务所（特殊普通合伙）
某某投资管理中心（有限合伙）
某某县供销合作社
上海某某五金经营部
兖州煤业股份有限公司济宁三号煤矿
某某有限公司北京营业部
某某有限公司杭州办事处
北京化工大学
化学工业出版社
中国石油大学（华东）
西安近代化学研究所
东海化工厂""".split("\n")


@pytest.mark.parametrize("name", SEALED)
def test_sealed_names_pass(name):
    assert check_company(name, None, NOTICE).verdict is Severity.PASS


@pytest.mark.parametrize("name", "东海石化 中石化 中国石油兰州石化公司 胜利油田 东海集团 东海石化公司 江北化工 某某科技 江北石化集团 BASF 质量管理部".split())
def test_abbreviations_are_questioned(name):
    check = check_company(name, None, NOTICE)
    assert check.verdict is Severity.WARN and "公章" in reply(check, NOTICE, Family.COMPANY).text


@pytest.mark.parametrize("name,sealed", [
    ("江北化工有限公司质量管理部", "江北化工有限公司"), ("东海石化有限公司炼油一部", "东海石化有限公司"), ("东海石化有限公司常减压车间", "东海石化有限公司"),
    ("江北化工有限公司催化一班", "江北化工有限公司"), ("江北化工有限公司（质量部）", "江北化工有限公司"), ("西陵化学工业有限公司热电事业部", "西陵化学工业有限公司"),
    ("江北化工厂合成车间", "江北化工厂"), ("东海石化有限公司一分厂", "东海石化有限公司"), ("中国石化江北分公司炼油部", "中国石化江北分公司"),
])
def test_a_department_behind_fails(name, sealed):
    check = check_company(name, None, NOTICE)
    assert check.codes() == {"department"} and check.verdict is Severity.FAIL and check.corrected == sealed


@pytest.mark.parametrize("name,company_name", [
    ("中国东海集团公司江北化工有限公司", "江北化工有限公司"), ("东海集团有限公司东海石化有限公司", "东海石化有限公司"), ("东海石化有限公司江北化工股份有限公司", "江北化工股份有限公司"),
])
def test_two_companies_in_a_row_fail(name, company_name):
    check = check_company(name, None, NOTICE)
    assert check.codes() == {"two_companies"} and check.corrected == company_name


def test_blanks_between_the_characters_are_questioned():
    check = check_company("上海 石油 化工 股份有限公司", None, NOTICE)
    assert check.codes() == {"blank_in_company"} and check.verdict is Severity.WARN and check.corrected == "上海石油化工股份有限公司"


def test_signs_alone_are_no_name():
    assert check_company("……", None, NOTICE).codes() == {"nothing"}


def test_several_names_are_one_too_many():
    assert "several_companies" in check_company("江北有限公司、江南有限公司", None, NOTICE).codes()


def test_each_reply_says_that_the_seal_decides():
    assert all("公章" in reply(check_company(name, None, NOTICE), NOTICE, Family.COMPANY).text for name in (*SEALED, "东海石化", "江北化工有限公司质量部"))


def test_without_a_name_it_asks_for_one():
    assert company(Ask(Family.COMPANY), NOTICE, None).expects == "company"
