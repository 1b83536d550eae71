"""Several fields pasted at once: each checked, one verdict, the locked ones read back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from handlers.answer import Severity
from handlers.ask import Ask, Family
from handlers.form import check_field, form
from handlers.pasting.fields import Field, read_rows
from knowledge import schema
from knowledge.model import Kind

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
G, C = Kind.GROUP, Kind.CREW
GOOD = """成果名称：提高树脂粘度合格率
质量管理小组名称：凝心QC小组
企业名称：百川塑业有限公司
主要完成人：陆福琴，丁林，方德良
课题类型：创新型
经济效益（万元）：12
小组人数：6"""


def answer(material: str, kind: Kind | None = None):
    return form(Ask(Family.FORM, kinds=(kind,) if kind else (), material=material), NOTICE, None)


def field(stem: str, value: str, *others: Field, kind: Kind | None = G):
    one = Field(stem, None, stem, value)
    return check_field(one, [one, *others], kind, NOTICE)


def test_a_right_form_passes_and_the_locked_fields_are_read_back():
    reply = answer(GOOD)
    assert reply.text.startswith("✅") and reply.verdict is Severity.PASS
    card = reply.text.split("提交后不再更改")[1]
    assert all(value in card for value in ("提高树脂粘度合格率", "凝心QC小组", "百川塑业有限公司", "陆福琴，丁林，方德良")) and "12" not in card


def test_one_verdict_over_all_fields_and_the_card_as_it_should_read():
    reply = answer("企业名称：泰岭化工有限公司质量部\n小组名称：炼油车间先行QC小组\n课题类型：现场型\n主要完成人：夏军、尹庆杰")
    assert reply.text.startswith("❌") and all(word in reply.text for word in ("公章", "上级部门", "问题解决型", "逗号"))
    assert "主要完成人：夏军,尹庆杰" in reply.text and "小组名称：先行QC小组" in reply.text and "企业名称：泰岭化工有限公司\n" in reply.text


@pytest.mark.parametrize("text,stems", [
    (GOOD, ["title", "team_name", "company_name", "contributors", "project_type", "benefit", "size"]),
    ("企业名称 东海石化有限公司\n班组名称 常减压一班", ["company_name", "team_name"]),
    ("企业名称\t班组名称\t成果名称\n东海有限公司\t一班\t推行精益的实践", ["company_name", "team_name", "title"]),
    ("1\t东海石化有限公司\t北京市朝阳区\t100020\t张三\t13800138000\t启航QC小组\t降低丙烯腈装置蒸汽单耗\t问题解决型",
     ["company_name", "postcode", "mobile", "team_name", "title", "project_type"]),
    ("什么也没有", []),
])
def test_labels_tables_and_bare_rows_are_read(text, stems):
    assert [[one.stem for one in row] for row in read_rows(text, NOTICE)] == ([stems] if stems else [])


def test_the_rows_of_a_sheet_are_named():
    reply = answer("企业名称\t小组名称\n东海石化有限公司\t启航QC小组\n东海石化\t储运部启航QC小组")
    assert reply.text.startswith("❌") and "第2行 企业名称" in reply.text and "第2行 小组名称" in reply.text and "第1行" not in reply.text


@pytest.mark.parametrize("value,verdict,corrected", [
    ("问题解决型", Severity.PASS, ""), ("“创新型”", Severity.PASS, ""), ("攻关型", Severity.FAIL, "问题解决型"), ("现场型", Severity.FAIL, "问题解决型"),
    ("创新", Severity.FAIL, "创新型"), ("问题解决型、创新型", Severity.FAIL, ""), ("其他", Severity.FAIL, ""),
    ("指令性目标", Severity.FAIL, "问题解决型"), ("问题解决型（自定目标）", Severity.FAIL, "问题解决型"),
])
def test_project_type_is_one_of_the_notices_values(value, verdict, corrected):
    check = field("project_type", value)
    assert check.verdict is verdict and check.corrected == corrected


def test_an_older_type_is_called_that_and_a_present_one_is_not():
    said = [field("project_type", value).findings[0].found for value in ("现场型", "问题解决型（自定目标）", "指令性目标")]
    assert ["以前的分法" in one for one in said] == [True, False, False]


def test_fields_of_one_kind_tell_the_kind():
    assert "成果名称（小组）" in answer("成果名称：降低丙烯单耗\n课题类型：现场型").text


def test_the_lists_of_both_kinds_are_checked_each_by_its_own_limit():
    eleven = ",".join(f"王{char}" for char in "伟芳娜敏静丽磊洋勇艳杰")
    reply = answer(f"小组主要完成人：{eleven}\n班组主要完成人：{eleven}")
    assert reply.text.startswith("❌") and "共11人，小组主要完成人不超过10人" in reply.text and "✅ 主要完成人（班组）" in reply.text


def test_project_types_come_from_the_notice():
    fields = {**NOTICE.fields, "project_type": msgspec.structs.replace(NOTICE.fields["project_type"], allowed=("甲型", "乙型"))}
    one = Field("project_type", None, "课题类型", "甲型")
    assert check_field(one, [one], G, msgspec.structs.replace(NOTICE, fields=fields)).verdict is Severity.PASS
    assert check_field(one, [one], G, NOTICE).verdict is Severity.FAIL


@pytest.mark.parametrize("value,verdict,corrected", [
    ("12", Severity.PASS, ""), ("1,234.5", Severity.PASS, ""), ("120万元", Severity.WARN, "120"), ("1200000元", Severity.WARN, "120"),
    ("1.2亿", Severity.WARN, "12000"), ("显著", Severity.WARN, ""),
])
def test_benefit_is_a_number_in_the_unit_of_the_form(value, verdict, corrected):
    check = field("benefit", value)
    assert check.verdict is verdict and check.corrected == corrected


@pytest.mark.parametrize("stem,value,verdict", [
    ("postcode", "100723", Severity.PASS), ("postcode", "10072", Severity.WARN), ("mobile", "138 0013 8000", Severity.PASS),
    ("mobile", "+8613800138000", Severity.PASS), ("mobile", "1380013800", Severity.WARN), ("size", "8人", Severity.PASS), ("size", "若干", Severity.WARN),
])
def test_plain_fields(stem, value, verdict):
    assert field(stem, value).verdict is verdict


@pytest.mark.parametrize("text,label,verdict", [
    ("成果名称：\n企业名称：兴海盐化有限公司\n质量信得过班组名称：离子膜二班", "成果名称", "❌"),
    ("企业名称：兴海盐化有限公司\n质量信得过班组名称：离子膜二班\n主要完成人：", "主要完成人", "❌"),
    ("小组名称：扬帆QC小组\n企业名称：兴海盐化有限公司\n课题类型：", "课题类型", "⚠️"),
    ("企业名称\t班组名称\t成果名称\n兴海盐化有限公司\t\t推行巡检打卡的实践", "班组名称", "❌"),
])
def test_an_empty_field_is_reported(text, label, verdict):
    reply = answer(text)
    assert reply.text.startswith(verdict) and f"{label}：没有填写" in reply.text and f"{label}：\n" not in reply.text + "\n"


def test_a_number_of_members_is_not_limited():
    assert "没有限制" in field("size", "8人").passed


def test_never_fewer_members_than_contributors():
    check = field("size", "2", Field("contributors", None, "主要完成人", "张三,李四,王五"))
    assert check.verdict is Severity.WARN and "人数" in form(Ask(Family.FORM, material="小组人数：2\n主要完成人：张三,李四,王五"), NOTICE, None).text


def test_a_long_paste_gets_a_short_reply():
    assert len(answer("主要完成人：" + "张 三、" * 9000 + "\n企业名称：" + "东海" * 5000).text.encode()) <= 1800
    assert len(answer("\n".join("东海石化\t储运部启航QC小组\t降低丙烯腈装置蒸汽单耗\t现场型" for _ in range(300))).text.encode()) <= 1800


def test_without_a_form_it_asks_for_one():
    assert answer("").expects == "form"
