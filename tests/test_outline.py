"""Pasted headings of a report against 附件8 and 附件9, and the length of its sections."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.outline import headings, match_step, outline, section_lengths
from knowledge import schema
from knowledge.model import Kind

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
SELF_SET = NOTICE.outlines["self_set"].steps


def answer(material: str, text: str = "", kinds: tuple[Kind, ...] = ()):
    return outline(Ask(Family.OUTLINE, material=material, text=text, kinds=kinds), NOTICE, None)


@pytest.mark.parametrize("name", sorted(NOTICE.outlines))
def test_the_notices_own_steps_pass(name):
    reply = answer("\n".join(f"{number}. {step}" for number, step in enumerate(NOTICE.outlines[name].steps, 1)))
    assert reply.verdict is Severity.PASS and NOTICE.outlines[name].label in reply.text


def test_the_sections_of_a_crews_report_pass():
    assert answer("一、目录\n二、班组概况\n三、实施背景\n四、实施过程\n五、实施效果").verdict is Severity.PASS


def test_missing_extra_and_out_of_order_are_named():
    reply = answer("、".join(["选择课题", "设定目标", "现状调查", "原因分析", "制定对策", "对策实施", "领导致辞", "效果检查", "总结和下一步打算"]))
    assert reply.verdict is Severity.WARN
    assert "缺少：确定主要原因、制定巩固措施、成果实际价值" in reply.text and "领导致辞" in reply.text and "现状调查”要放到前面" in reply.text


@pytest.mark.parametrize("heading,step", [
    ("目标设定", "设定目标"), ("要因确认", "确定主要原因"), ("选题理由", "选择课题"), ("对策制定", "制定对策"), ("实施对策", "对策实施"), ("巩固措施", "制定巩固措施"),
    ("总结及下一步打算", "总结和下一步打算"), ("参考文献", ""),
])
def test_headings_in_other_words_are_known(heading, step):
    assert match_step(heading, SELF_SET) == step


def test_numbers_and_page_numbers_are_no_part_of_a_heading():
    assert headings("一、选择课题……3\n（二）现状调查 5\n第三步 设定目标\n4）原因分析") == ["选择课题", "现状调查", "设定目标", "原因分析"]
    assert headings("一、选题 二、现状调查 三、设定目标 十、总结") == ["选题", "现状调查", "设定目标", "总结"]


def test_the_plan_that_is_said_is_the_one_compared():
    assert "指令性目标" in answer("选择课题\n设定目标\n原因分析\n制定对策", "指令性课题的步骤对不对").text


@pytest.mark.parametrize("length,verdict", [(500, Severity.PASS), (501, Severity.FAIL)])
def test_sections_against_their_length(length, verdict):
    reply = answer("实施背景：" + "字" * length)
    assert reply.verdict is verdict and f"{length}字" in reply.text


def test_punctuation_over_the_length_is_the_notices_open_point():
    assert answer("实施背景：" + "字" * 495 + "。" * 10).verdict is Severity.WARN


def test_lengths_that_are_only_told():
    assert [one[:2] for one in section_lengths("班组概况480字，实施过程 5200字", NOTICE)] == [("班组概况", 480), ("实施过程", 5200)]


def test_limits_come_from_the_notice():
    sections = {**NOTICE.sections, "background_crew": msgspec.structs.replace(NOTICE.sections["background_crew"], at_most=50)}
    other = msgspec.structs.replace(NOTICE, sections=sections)
    assert outline(Ask(Family.OUTLINE, material="实施背景：" + "字" * 60), other, None).verdict is Severity.FAIL


def test_without_headings_it_asks_for_them():
    assert answer("").expects == "outline"
