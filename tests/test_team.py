"""Checks of pasted 班组名称 and 小组名称: no parent body in front, a formal unit's ending for 班组."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.team import check_team, kind_of, team
from knowledge import schema
from knowledge.model import Kind

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
G, C = Kind.GROUP, Kind.CREW


@pytest.mark.parametrize("name", (
    "常减压一班 催化裂化二班 化验室 中心化验室 仪表维修组 聚丙烯工段 空压站运行班 锅炉甲班 中控室 内操组 污水处理班 废气处理组 乙烯装置一班 丁苯橡胶后处理工段 5号炉班 "
    "罐区班 泵房班 变电所值班组 一班 尾气回收组 原料部件组 厂区维护班 科研组 内部质检组 北区班 局部改造组 矿浆工段 选矿一班 档案室 电厂运行班 外部管网班 一班（甲班）").split())
def test_formal_units_pass(name):
    assert check_team(name, C, NOTICE).verdict is Severity.PASS


@pytest.mark.parametrize("name,rest", [
    ("东海石化有限公司炼油二部常减压一班", "常减压一班"), ("化工一厂生产部合成车间甲班", "甲班"), ("储运车间装车一班", "装车一班"), ("生产部化验室", "化验室"),
    ("一分厂电解班", "电解班"), ("质检中心化验室", "化验室"), ("机动处仪表班", "仪表班"), ("化工事业部聚丙烯班", "聚丙烯班"), ("东海集团催化一班", "催化一班"),
    ("一车间三班", "三班"), ("聚乙烯作业部（三班）", "三班"), ("第二作业区三班", "三班"),
])
def test_a_parent_body_fails_and_the_name_without_it_is_offered(name, rest):
    check = check_team(name, C, NOTICE)
    assert check.codes() == {"parent_body"} and check.verdict is Severity.FAIL and check.corrected == rest


@pytest.mark.parametrize("name,kind,code,verdict", [
    ("质检班组", C, "class_and_group", Severity.FAIL), ("先锋突击队", C, "ending", Severity.WARN), ("设备管理中心", C, "ending", Severity.WARN),
    ("动力车间", C, "ending", Severity.WARN), ("启航QC小组", C, "is_group_name", Severity.WARN), ("采油三队一班", C, "maybe_parent_body", Severity.WARN),
    ("东海石化储运一班", C, "maybe_parent_body", Severity.WARN), ("……", C, "nothing", Severity.FAIL), ("质检部QC小组", G, "name_missing", Severity.FAIL),
    ("QC小组", G, "name_missing", Severity.FAIL), ("中石化启航QC小组", G, "maybe_parent_body", Severity.WARN),
])
def test_other_findings(name, kind, code, verdict):
    check = check_team(name, kind, NOTICE)
    assert code in check.codes() and check.verdict is verdict


@pytest.mark.parametrize("name", "启航QC小组 匠心小组 攀登者 梦工厂QC小组 火炬QC小组 星火俱乐部 处处用心QC小组 部落QC小组 大局观QC小组 化验室QC小组".split())
def test_group_names_pass_whatever_their_ending(name):
    assert check_team(name, G, NOTICE).verdict is Severity.PASS


@pytest.mark.parametrize("name,rest", [("东海石化有限公司储运部启航QC小组", "启航QC小组"), ("合成车间启航小组", "启航小组"), ("安环科蓝天小组", "蓝天小组")])
def test_groups_have_no_parent_body_in_front_either(name, rest):
    check = check_team(name, G, NOTICE)
    assert check.verdict is Severity.FAIL and check.corrected == rest


def test_an_unsaid_kind_is_told_from_the_name():
    assert kind_of("启航QC小组") is G and kind_of("常减压一班") is C


def test_endings_come_from_the_notice():
    facts = {**NOTICE.facts, "team_endings": msgspec.structs.replace(NOTICE.facts["team_endings"], value=("岗",))}
    other = msgspec.structs.replace(NOTICE, facts=facts)
    assert check_team("巡检岗", C, NOTICE).codes() == {"ending"} and check_team("巡检岗", C, other).codes() == set()
    assert check_team("巡检班", C, other).codes() == {"ending"}


def test_without_a_name_it_asks_for_one():
    assert team(Ask(Family.TEAM, kinds=(C,)), NOTICE, None).text.startswith("请粘贴要检查的班组名称")
