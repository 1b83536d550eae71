"""Validating: today's notice is sound, and each slip is told in one sentence beside its place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import reduce

import msgspec
import pytest

from bot import render
from handlers.ask import Family
from knowledge import paths, validate, wording
from knowledge.model import Case, Compare
from knowledge.snapshot import packaged_documents

NOTICE = packaged_documents()[-1]
DAY = dt.date


def changed(*places):
    return reduce(lambda document, place: paths.put(document, *place), places, NOTICE)


def told(document) -> dict[str, list[str]]:
    """Place → what is told there."""
    found: dict[str, list[str]] = {}
    for one in validate.validate(document):
        found.setdefault(one.place, []).append(one.sentence)
    return found


def test_todays_notice_is_sound():
    assert validate.validate(NOTICE) == []


SLIPS = [
    # dates
    ("facts.apply_window.value.closes", DAY(2025, 4, 1), "facts.apply_window.value.closes", "“申报时间”的截止（2025年4月1日）早于开始（2025年4月15日）。"),
    ("facts.apply_window.value.closes", DAY(2052, 5, 15), "facts.apply_window.value.closes", "“申报时间”写成了2052年5月15日，离2025年太远，请核对年份。"),
    ("facts.done_after.value", DAY(2004, 5, 1), "facts.done_after.value", "“成果完成时间”写成了2004年5月1日，离2025年太远，请核对年份。"),
    ("facts.apply_window.value", "5月", "facts.apply_window.value", "“申报时间”的数值类型不对，请重新填写。"),
    ("notice.issued", DAY(2023, 4, 11), "notice.issued", "印发日期在2023年，与2025年的通知不符。"),
    # limits
    ("facts.contributors_group.value", 0, "facts.contributors_group.value", "“小组主要完成人上限”应大于0，现在是0人。"),
    ("facts.contributors_group.value", -3, "facts.contributors_group.value", "“小组主要完成人上限”应大于0，现在是-3人。"),
    ("facts.contributors_group.value", 1000, "facts.contributors_group.value", "“小组主要完成人上限”写成了1000人，超过了合理的上限100人，请核对。"),
    ("facts.contributors_group.value", True, "facts.contributors_group.value", "“小组主要完成人上限”的数值类型不对，请重新填写。"),
    ("facts.reviewers_at_least.value", 5, "facts.reviewers_at_least.value", "大于"),
    ("title_rule.at_most", 0, "title_rule.at_most", "字数上限应在1至20000之间，现在是0。"),
    ("title_rule.verbs", (), "title_rule.verbs", "成果名称规则的开头词没有填写，或有空的一项。"),
    ("sections.process_crew.at_most", 99999, "sections.process_crew.at_most", "字数上限应在1至20000之间，现在是99999。"),
    ("outlines.self_set.steps", ("选题", " "), "outlines.self_set.steps", "没有步骤，或有空的一步。"),
    # bands
    ("bands.2.rate", Decimal("85"), "bands.2.rate", "小组名额档“200≤n＜500”的比例应大于0且不超过20%，现在是85%；请看小数点是否漏了。"),
    ("bands.2.rate", Decimal("0"), "bands.2.rate", "比例应大于0且不超过20%，现在是0%"),
    ("bands.2.rate", Decimal("-8.5"), "bands.2.rate", "比例应大于0"),
    ("bands.2.rate", None, "bands.2.rate", "应在比例和固定名额中填一个，只填一个。"),
    ("bands.2.fixed", 3, "bands.2.rate", "应在比例和固定名额中填一个，只填一个。"),
    ("bands.0.fixed", 0, "bands.0.fixed", "固定名额应在1至100之间，现在是0。"),
    ("bands.0.at_least", 1, "bands.0.at_least", "小组名额档应从0开始，现在从1开始。"),
    ("bands.1.below", 150, "bands.2.at_least", "小组名额档之间有空缺：150到200之间没有名额。"),
    ("bands.1.below", 250, "bands.2.at_least", "小组名额档重叠：“10≤n＜200”到250，“200≤n＜500”却从200开始。"),
    ("bands.1.below", None, "bands.2.at_least", "小组名额档重叠：“10≤n＜200”没有上限"),
    ("bands.3.below", 900, "bands.3.below", "小组名额档到900为止，再多就没有名额了；最后一档不要填上限。"),
    ("bands.1.below", 5, "bands.1.below", "上限（不含）应大于下限10，现在是5。"),
    ("bands.1.label", "9≤n＜200", "bands.1.label", "应写成“10≤n＜200”"),
    # contacts
    ("facts.system_url.value", "www.qccpcif.com", "facts.system_url.value", "网址应以 http:// 或 https:// 开头"),
    ("facts.system_url.value", "http://www.qcc pcif.com/", "facts.system_url.value", "中间没有空格"),
    ("facts.mail.value", "qccpcif126.com", "facts.mail.value", "邮箱应写成 名字@域名"), ("facts.phone1.value", "010—8488541", "facts.phone1.value", "电话应写成 区号-号码"),
    ("facts.qq1.value", "15367884七", "facts.qq1.value", "QQ号应是5至12位数字"), ("facts.wechat.value", "微信号", "facts.wechat.value", "微信号应是6至20位字母"),
    # texts and lists
    ("facts.theme.value", " ", "facts.theme.value", "“活动主题”没有填写。"), ("facts.theme.value", "长" * 3000, "facts.theme.value", "太长了（最多2000字）"),
    ("facts.team_endings.value", (), "facts.team_endings.value", "“班组名称结尾”一项也没有。"), ("facts.team_endings.value", ("班", ""), "facts.team_endings.value", "有空的一项"),
    ("facts.team_endings.value", ("班", "班"), "facts.team_endings.value", "有重复的一项"), ("facts.theme.label", "", "facts.theme.label", "没有名称。"),
    ("clauses.main_2.text", "", "clauses.main_2.text", "条款“正文 二”没有文字。"), ("attachments.1.title", "", "attachments.1.title", "没有标题。"),
    ("attachments.1.number", 3, "attachments.2.number", "附件3有两个。"), ("attachments.1.number", 0, "attachments.1.number", "附件编号0不对"),
    # twice said
    ("facts.process_at_most.value", 6000, "facts.process_at_most.value", "不一致。"), ("facts.notice_year.value", 2024, "facts.notice_year.value", "不一致。"),
    ("facts.title_rule.value", "随便起", "facts.title_rule.value", "与成果名称规则不一致，应写成“实施、运用或推行+"), ("facts.registration_for.value", 2025, "facts.registration_for.value", "应是2026年"),
    ("facts.contributors_group.value", 12, "fields.contributors_group.rule", "规则里写着10，与这张表的数值不一致"),
    # references
    ("facts.theme.clause", "hat", "facts.theme.clause", "条款 hat 不存在。"), ("entries.phone.related", ("nobody",), "entries.phone.related", "相关条目 nobody 不存在。"),
    ("entries.apply_window.window", "nothing", "entries.apply_window.window", "nothing 不存在。"), ("fields.mobile.attachments", (2, 50), "fields.mobile.attachments", "附件 50 不存在。"),
    ("entries.apply_window.window", "theme", "entries.apply_window.window", "不是日期或起止时间。"),
    ("entries.phone.compare", Compare.AT_MOST, "entries.phone.against", "比较方式和比较的数值应同时填写。"), ("entries.contributors_limit.against", "theme", "entries.contributors_limit.against", "应是数字。"),
    ("entries.phone.members", "theme", "entries.phone.members", "列表 theme 不存在。"), ("entries.phone.members", "outline.none", "entries.phone.members", "不存在。"),
    # entries
    ("entries.phone.clause", (), "entries.phone.clause", "条目“联系电话”没有注明条款。"), ("entries.phone.answer", "", "entries.phone.answer", "条目“联系电话”没有答复。"),
    ("entries.phone.title", "", "entries.phone.title", "没有标题。"), ("entries.phone.family", "phones", "entries.phone.family", "类别“phones”不存在。"),
    ("entries.phone.answer", "打{phone3}。", "entries.phone.answer", "条目“联系电话”里的 {phone3} 不存在，请从事实中选取。"),
    ("entries.phone.answer", "打{phone1.closes}。", "entries.phone.answer", "{phone1.closes} 不存在"), ("entries.phone.answer", "打{section.contents_group.at_most}。", "entries.phone.answer", "不存在"),
    ("entries.phone.answer", "打{phone1。", "entries.phone.answer", "花括号没有配对"), ("entries.phone.answer", "打{Phone1}。", "entries.phone.answer", "花括号没有配对"),
    ("entries.phone.answer", "打010-84885418。", "entries.phone.answer", "直接写了数字“84885418”，它不来自任何事实"),
    ("entries.phone.more", "工作日９点到17点。", "entries.phone.more", "直接写了数字“17”"),
    ("entries.phone.answer", "长" * 600, "entries.phone.answer", "有一行1800字节，超过1700字节，微信一条放不下；请分成几行。"),
    ("entries.phone.answer", "\n".join(["长" * 300] * 8), "entries.phone.answer", "共7207字节，超过6000字节"),
    ("entries.phone.cues", ("telephone when",), "entries.phone.cues", "识别规则里的概念“telephone”不存在。"), ("entries.phone.cues", ("?when",), "entries.phone.cues", "没有必须出现的概念。"),
    ("entries.phone.phrasings", ("申报截止时间",), "entries.phone.phrasings", "问法“申报截止时间”同时属于条目“网上申报什么时候开始、什么时候截止”和“联系电话”，请只留一处。"),
    ("entries.phone.phrasings", ("申报 截止时间？",), "entries.phone.phrasings", "同时属于"), ("entries.phone.phrasings", ("电话", " "), "entries.phone.phrasings", "有空的一项。"),
    ("entries.phone.code", "Q1", "entries.phone.code", "编号Q1用了两次"), ("entries.Phone", NOTICE.entries["phone"], "entries.Phone", "只能用小写英文字母"),
    ("rulings.last_hour.text", "到24点", "rulings.last_hour.decided", "文字和决定日期应同时填写。"),
    # golden questions
    ("cases.empty", Case(turns=()), "cases.empty.turns", "没有写问题。"), ("cases.empty", Case(turns=("在吗",)), "cases.empty.must", "没有写怎样才算答对。"),
    ("cases.empty", Case(turns=("在吗",), entry="nobody"), "cases.empty.entry", "应答条目 nobody 不存在。"),
    ("entries.own", msgspec.structs.replace(NOTICE.entries["bye"], title="另见", phrasings=("回头聊",)), "entries.own", "条目“另见”还没有回归题，请至少写一个。"),
    ("facts.own", msgspec.structs.replace(NOTICE.facts["theme"], label="口号", value="齐心协力", quote=""), "facts.own", "“口号”还没有回归题"),
    ("unconfirmed", ("facts.phone1",), "facts.phone1", "“电话”还没有确认（待确认）。"),
]


@pytest.mark.parametrize("path, value, place, sentence", SLIPS, ids=[f"{path}={str(value)[:20]}" for path, value, _, _ in SLIPS])
def test_a_slip_is_told_beside_its_place(path, value, place, sentence):
    found = told(changed((path, value)))
    assert any(sentence in one for one in found.get(place, [])), found
    assert all(one.endswith("。") and one.count("。") == 1 for sentences in found.values() for one in sentences), found


@pytest.mark.parametrize("path, value", [
    ("facts.apply_window.value.closes", DAY(2025, 4, 15)), ("facts.phone2.value", "13800138000"), ("facts.phone2.value", "400-810-1234"), ("facts.mail.value", "a.b+c@mail.example.com.cn"),
    ("facts.system_url.value", "https://qc.example.org:8080/a?b=1"), ("bands.2.rate", Decimal("20")), ("bands.0.fixed", 2), ("facts.no_accident_years.value", 5),
    ("entries.phone.answer", "1. 打{phone1}\n2. 打{phone2}"), ("entries.hello.answer", "您好，问我“小组120个能报几个”。"), ("rulings.last_hour", msgspec.structs.replace(NOTICE.rulings["last_hour"], text="到当天午夜", decided=DAY(2025, 5, 6))),
])
def test_what_is_right_is_not_refused(path, value):
    assert told(changed((path, value))) == {}


def test_all_problems_are_told_at_once():
    places = told(changed(("facts.contributors_group.value", 0), ("bands.2.rate", Decimal(85)), ("entries.phone.answer", ""), ("entries.mail.clause", ())))
    assert {"facts.contributors_group.value", "bands.2.rate", "entries.phone.answer", "entries.mail.clause"} <= set(places)


def test_beside_a_field_stands_what_belongs_to_it():
    problems = validate.validate(changed(("facts.apply_window.value.closes", DAY(2025, 4, 1)), ("entries.phone.answer", "")))
    assert [one.place for one in validate.beside(problems, "facts.apply_window")] == ["facts.apply_window.value.closes"]
    assert validate.beside(problems, "facts.apply") == []


def test_no_document_makes_it_fail():
    """A rule that stumbles over another rule's problem would hide both."""
    for field in msgspec.structs.fields(type(NOTICE)):
        if isinstance(getattr(NOTICE, field.name), (dict, tuple)):
            validate.validate(msgspec.structs.replace(NOTICE, **{field.name: type(getattr(NOTICE, field.name))()}))


def test_a_line_that_passes_fits_on_a_page():
    assert wording.LINE_AT_MOST <= render.PAGE - len(render.MORE.encode())


def test_the_families_are_those_of_the_handlers():
    assert wording.FAMILIES == {str(one) for one in Family}
