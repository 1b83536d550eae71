"""Is this still true? Passed-on texts and rumours line by line, our own copies, and a group's chat answered together."""

from __future__ import annotations

import datetime as dt

import pytest

from handlers import pipeline
from handlers.conversation import Conversation
from handlers.sharing.block import block
from handlers.sharing.groupchat import messages, questions
from knowledge.snapshot import packaged

SNAPSHOT = packaged()
NOTICE, _ = SNAPSHOT.newest()
NOW = dt.datetime(2025, 4, 20, 10)


def say(text: str):
    return pipeline.reply(text, Conversation(), SNAPSHOT, NOW)[0]


@pytest.mark.parametrize("text,lines", [
    ("听说延期到5月31日", ["5月31日：不一致（应为2025年5月15日）"]),
    ("我听说申报到5月底 对不", ["5月底：不一致（应为2025年5月15日）"]),
    ("转发：各位，QC申报5月31号截止，主要完成人小组15人、班组10人，抓紧！@所有人\n这个说的对吗？",
     ["5月31号：不一致（应为2025年5月15日）", "小组主要完成人上限 15人：不一致（应为10人）", "班组主要完成人上限 10人：不一致（应为15人）"]),
    ("群里说4月15日到5月15日申报，是真的吗", ["4月15日：一致", "5月15日：一致"]),
    ("听说小组名额是10%，班组8%，对吗", ["10%：不一致（应为小组8%、8.5%、9%）", "8%：不一致（应为班组10%）"]),
    ("转发：申报邮箱 qccpcif@163.com 把表发过去即可\n对吗", ["qccpcif@163.com：不一致（应为qccpcif@126.com）"]),
    ("【转发】班组成果名称50字以内就行了，大家抓紧\n是不是啊", ["50字：不一致（应为30字）"]),
    ("转：QQ群153678847，电话010-84885418，中石化联质发(2025)34号\n对吗", ["153678847：一致", "010-84885418：一致", "(2025)34号：一致"]),
    ("网传备案截止改到2025年12月15日了", ["2025年12月15日：不一致（应为2025年12月31日）"]),
    ("转发：评委可以推荐5名，经历描述500字以内。对不对", ["5名：不一致", "500字：一致"]),
    ("转发：课题类型请填“攻关型”，评委推荐2名\n对吗", ["攻关型：不一致（应为问题解决型、创新型）"]),
    ("听说今年评审费每个成果500元，是真的吗", ["500元：通知未规定"]),
    ("听说网址换成www.qccpcif.cn了，是真的吗", ["不一致（应为http://www.qccpcif.com/）"]),
    ("转发：请大家于2025年5月15日前完成网上申报，12月31日前完成备案。对吗", ["申报时间 2025年5月15日：一致", "12月31日：一致"]),
    ("转发：2026年申报的备案截止为2025年12月31日；2025年成果申报截止2025年5月15日。对吗", ["2025年12月31日：一致", "申报时间 2025年5月15日：一致"]),
    ("转：联系电话 84885418、84885009，对吗", ["84885418：一致", "84885009：一致"]),
    ("转：QQ群153678847、594736454，电话010-84885009，对吗", ["153678847：一致", "QQ群 594736454：不一致（应为153678847、594736453）", "010-84885009：一致"]),
    ("电话010-84885419对吗", ["010-84885419：不一致（应为010-84885418、84885009）"]),
    ("转自管理群：\n1.小组主要完成人不超过10人；\n2.推荐评委1-3名；\n3.备案截止12月31日。\n哪条不对？", ["10人：一致", "3名：不一致", "12月31日：一致"]),
    ("转发：成果2023年5月1日以后完成的都行\n对吗", ["2023年5月1日：不一致（应为2024年5月1日）"]),
])
def test_a_rumour_is_compared_line_by_line(text, lines):
    answer = say(text)
    assert answer.family == "forward"
    for line in lines:
        assert line in answer.text


@pytest.mark.parametrize("text", ["转发：附件7人员推荐评委2名。对吗", "转发：每20个小组推荐评委2名。对吗"])
def test_what_counts_no_people_is_not_compared(text):
    assert [line for line in say(text).text.split("\n") if "一致" in line] == ["能核对的都与通知一致：", "评委推荐人数上限 2名：一致"]


@pytest.mark.parametrize("text", ["听说申报4月开始，5月截止，对吗", "转发：备案12月截止，对吗", "转发：成果要2024年5月以后完成的，对吗"])
def test_a_month_without_a_day_is_right_where_the_day_lies_in_it(text):
    assert "不一致" not in say(text).text and "：一致" in say(text).text


def test_the_right_facts_follow():
    text = say("转发：各位，QC申报5月31号截止，主要完成人小组15人、班组10人，抓紧！@所有人\n这个说的对吗？").text
    assert text.startswith("不对，有3处") and "小组申报表的主要完成人不超过10人" in text and "依据：附件2" in text


@pytest.mark.parametrize("text,words", [
    ("转自厂办：班组备案36个，按10%四舍五入。\n等于几个？", "4"), ("转发：课题类型请填“攻关型”\n通知上让填啥", "问题解决型"), ("[聊天记录]\n李工：今年小组主要完成人能写12个吗\n王主任：不清楚 你问下公众号\n——麻烦回复一下", "10"),
    ("转自质量部群：\n请各车间5月底前把QC数据报上来，用于填附件6统计表。\n----\n请问这个统计表统计的是哪个时间段？", "2024年5月"),
    ("4、2025年全国石油和化工行业优秀成果申报汇总表（小组用样表）\n5、2025年全国石油和化工行业优秀成果申报汇总表（班组用样表）\n我们只报班组 填哪个", "附件5"),
])
def test_a_forwarded_text_that_asks_is_answered(text, words):
    assert words in say(text).text


def test_an_own_copy_is_recognised_and_agrees():
    copy = block(NOTICE.entries["registration_condition"], NOTICE, SNAPSHOT.version)
    text = say(f"{copy}\n这个还对吗").text
    assert f"Q3·v{SNAPSHOT.version} 是现行版本" in text and "不一致" not in text


@pytest.mark.parametrize("name", ["apply_window", "quota_rule", "contributors_limit", "registration_deadline", "done_after", "contact", "materials", "title_rule"])
def test_no_own_block_contradicts_the_notice(name):
    text = say(f"{block(NOTICE.entries[name], NOTICE, SNAPSHOT.version)}\n还对吗").text
    assert NOTICE.entries[name].code in text and "不一致" not in text


def test_a_stale_copy_is_called_stale():
    copy = block(NOTICE.entries["apply_window"], NOTICE, 9).replace("5月15日", "5月10日")
    assert "没有v9这一版" in (text := say(f"{copy}\n还对吗").text) and "应为2025年5月15日" in text


CHAT = """张三 10:23
今年申报什么时候截止啊？
李四 10:24
我也想问，小组主要完成人最多写几个人
王五(12345678) 2025/4/20 10:25:01
班组呢？
赵六 10:26
[图片]
收到
钱七 10:27
评审费要交多少钱
张三 10:30
@李四 截止时间是哪天来着
孙八 10:31
火星上有水吗？"""


def test_a_groups_chat_is_answered_together_once_each():
    answer = say(CHAT)
    assert answer.family == "forward" and answer.ask.material
    assert answer.text.count("2025年5月15日）") == 1 and "不超过10人" in answer.text and "不超过15人" in answer.text
    assert "【通知未规定】申报费、评审费" in answer.text and "【没有答上】" in answer.text and "火星上有水吗" in answer.text
    assert "张三" not in answer.text and "12345678" not in answer.text


def test_what_a_chat_asks_twice_is_answered_once():
    text = say("张三：名额怎么算\n李四：8%吧\n王五：班组是不是10%\n赵六：什么时候截止").text
    assert text.startswith("群里问了2件事") and text.count("m≥10：10%×m") == 1


@pytest.mark.parametrize("text", [
    "李工：请问QC小组备案320个能报几个？\n王主任：汇总表要盖章吗\n小赵：邮箱是多少", "[聊天记录]\n李工: 申报网址是啥？\n\n小王: 附件6统计哪段时间？\n小赵: 好的",
    "张三 10:23\n今年申报什么时候截止？\n名额怎么算？",
])
def test_chats_in_other_shapes(text):
    assert say(text).text.startswith("群里问了")


def test_a_pasted_form_is_no_chat():
    assert say("成果名称：运用六西格玛提升合格率的经验\n班组名称：催化一班\n企业名称：某某石化有限公司\n主要完成人：张三,李四").family == "form"


def test_a_number_of_neither_kind_is_told_against_both():
    assert "小组主要完成人上限、班组主要完成人上限 20人：不一致（应为小组主要完成人上限10人，班组主要完成人上限15人）" in say("听说主要完成人可以写20人，对吗").text


@pytest.mark.parametrize("text", ["手机号填13812345678对吗", "联系电话填0532-12345678对吗", "申报表邮箱填 zhangsan@sinopec.com 对吗", "我的邮箱是zhangsan@sinopec.com，对吗"])
def test_an_address_of_one_s_own_is_not_held_against_the_office_s(text):
    assert "不一致" not in say(text).text


def test_what_one_asks_in_two_lines_is_no_chat():
    assert not say("老师：请问什么时候截止\n名额怎么算\n谢谢").text.startswith("群里问了")


def test_who_said_what():
    said = messages(CHAT)
    assert said[0] == ("张三", "今年申报什么时候截止啊？") and ("王五", "班组呢？") in said and all("[图片]" not in text for _, text in said)
    assert len(questions("甲：什么时候截止？\n乙：什么时候截止？")) == 1


def test_the_web_reads_a_long_chat():
    lines = [f"用户{n}：小组备案{n}个能报几个？" for n in range(1, 301)]
    answer = pipeline.reply_to_chat("\n".join(lines), SNAPSHOT, NOW.date(), 2000)
    assert answer.text.startswith("群里问了300件事")


@pytest.mark.parametrize("text", ["", "\n\n\n", "：：：\n：：\n：", "a\n" * 5000, "张三：" * 3000, "[聊天记录]", "听说", "听说" * 2000, "转发：对吗\n对吗\n对吗", "“" * 500 + "对吗\n"])
def test_whatever_is_pasted_is_answered(text):
    assert say(text).text
