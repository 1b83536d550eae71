"""Instruction or material: what is recognised as a check, what stays a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.pasting.pasted import recognise
from knowledge import schema
from knowledge.model import Kind
from knowledge.text import normalise

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
G, C = (Kind.GROUP,), (Kind.CREW,)


def seen(text: str, conversation: Conversation = Conversation()) -> Ask | None:
    return recognise(normalise(text), conversation, NOTICE)


@pytest.mark.parametrize("question", """小组主要完成人最多几个
班组名称填写有啥要求
企业名称写简称行不行
完成人名字之间拿什么隔开
主要完成人要按顺序吗
公章上刻的是XX有限公司，我们对外都叫XX集团，表里写哪个
转发：各位，主要完成人小组15人、班组10人，抓紧！@所有人 这个说的对吗
转自厂办：班组名称填催化一班
主要完成人小组15人、班组10人，抓紧！大家说的对吗
主要完成人可以写12个人吗
主要完成人写11人行吗
主要完成人能写外单位的人吗
班组长算不算主要完成人
小组成员能不能多过十个
“不要挂上级部门”对吗
“攻关型”还能填吗
主要完成人名单交了还能改吗
名单在哪填
成果名称有字数限制吗
班组成果名称必须用实施开头吗
班组成果名称结尾用研究可以吗
成果名称提交后能改吗
課題名提交之後還能修改嗎
班组名称可以写车间吗
班组名称要不要带公司名
班组名称写成“一班”这种简单的行吗
班组名称自己起个响亮的 比如雄鹰班 行吗
小组名称可以重复吗
备案的小组名称能改吗
企业名称写英文可以吗
企业名称：写全称还是简称
班组名称：必须是班组吗
姓名之间用顿号行吗
课题类型那一栏填啥
经济效益单位是元还是万元
邮编填哪里的
小组人数有限制吗
帮我看看什么时候截止
帮我看看班组名称有什么要求
帮我查一下获奖名单
申报表怎么填
成果名称、小组名称、企业名称、主要完成人填错了能改吗
时间 地点 费用
申报 时间 费用
北京、上海、广东
问题解决型、创新型
班组名称里“班”和“组”怎么区分
“不要挂上级部门”是什么意思
我们公司是中国石化集团的分公司 可以单独申报吗
东海石化有限公司能报几个
张三是小组长，他还能当另一个组的完成人吗
班组成果名称举个例子
改好了怎么重新提交
你好
12
班组
' OR 1=1; DROP TABLE faq; --
主要完成人能不能直接填工号
名单报上去还能改不
名单这样报上去会被退吗
成果名称可否超过30个字
成果名称可以用“提升”打头吗
小组成果名称也要按运用加经验来吗
课题名称和成果名称是不是一回事
不知道班组成果名称行不行用英文缩写
班组名称可否带上公司
班组名称能写“队”或者“站”不
带车间名的班组名称是不是不合格
班组名称写错了会被打回来吗
企业名称用曾用名得行不
企业名称填简称中不
请核一下主要完成人上限是多少
老师给看看班组成果名称到底有没有字数限制
把今天问过的人名单发给我""".split("\n"))
def test_questions_about_rules_are_no_material(question):
    assert seen(question) is None


@pytest.mark.parametrize("text,family,kinds,material", [
    ("帮我看看小组主要完成人这样写对不：张建国,李梅,王志强", Family.NAMES, G, "张建国,李梅,王志强"),
    ("班组主要完成人 张建国，李梅，王志强，赵敏 这么填行吗", Family.NAMES, C, "张建国，李梅，王志强，赵敏"),
    ("王　强，孙丽，陈　静 完成人这么写合规不（班组）", Family.NAMES, C, "王　强，孙丽，陈　静"),
    ("张建国,李梅、王志强 赵敏 小组的主要完成人 改成对的发我", Family.NAMES, G, "张建国,李梅、王志强 赵敏"),
    ("主要完成人（小组）\n何平\n吕新\n魏东\n对吗", Family.NAMES, G, "何平\n吕新\n魏东"),
    ("逐要完成人：张建国、李梅，看看对不对", Family.NAMES, (), "张建国、李梅"),
    ("檢查主要完成人：張建國、李梅", Family.NAMES, (), "張建國、李梅"),
    ("主要完成人填“张三，李四”行吗", Family.NAMES, (), "张三，李四"),
    ("和志强，单明，查良镛 班组完成人这样行吗", Family.NAMES, C, "和志强，单明，查良镛"),
    ("班组完成人这14位行吧：谭雪萍,段慧燕", Family.NAMES, C, "谭雪萍,段慧燕"),
    ("小组主要完成人：张三,郇改正,宋娟超 行吗", Family.NAMES, G, "张三,郇改正,宋娟超"),
    ("小组主要完成人：张\u200b伟,李娜", Family.NAMES, G, "张\u200b伟,李娜"),
    ("帮我看看这个名单\n张建国\n\n李梅", Family.NAMES, (), "张建国\n\n李梅"),
    ("张建国 李梅 王志强", Family.NAMES, (), "张建国 李梅 王志强"),
    ("这几个名字中间用顿号了 张建国、李梅 是不是要改", Family.NAMES, (), "张建国、李梅"),
    ("班组成果名称叫“实施TPM设备自主维护的探索”可以不", Family.TITLE, C, "实施TPM设备自主维护的探索"),
    ("班组成果名称：运用精益管理降低能耗的实践 字数够不够 超没超", Family.TITLE, C, "运用精益管理降低能耗的实践"),
    ("班组成果名称：实施“五色”看板管理提升装车质量的经验", Family.TITLE, C, "实施“五色”看板管理提升装车质量的经验"),
    ("班组成果名称：推行更改下限管控参数下调的实践", Family.TITLE, C, "推行更改下限管控参数下调的实践"),
    ("课题名称：提高隐患整改正确率", Family.TITLE, G, "提高隐患整改正确率"),
    ("检查井液位控制方法研究 作为小组成果名称行吗", Family.TITLE, G, "检查井液位控制方法研究"),
    ("运用精益管理降低能耗的实践", Family.TITLE, (), "运用精益管理降低能耗的实践"),
    ("帮我看班组名程写 仪表维修组 行不", Family.TEAM, C, "仪表维修组"),
    ("班组名称写质检班组对吗", Family.TEAM, C, "质检班组"),
    ("常减压一班 这个班组名称可以吗", Family.TEAM, C, "常减压一班"),
    ("我们班组叫催化一班，这样填行吗", Family.TEAM, C, "催化一班"),
    ("小组名称叫“启航QC小组”可以吧", Family.TEAM, G, "启航QC小组"),
    ("企业名称填“东海石化”行吗 公张上是全称", Family.COMPANY, (), "东海石化"),
    ("企业名称写成“中国东海集团公司江北化工有限公司”可以么，江北化工是集团下面的", Family.COMPANY, (), "中国东海集团公司江北化工有限公司"),
    ("企业名称那一栏填东海石油化工股份有限公司可以吗", Family.COMPANY, (), "东海石油化工股份有限公司"),
    ("课题类型填现场型行吗", Family.FORM, (), "课题类型：现场型"),
    ("小组人数：2\n主要完成人：陶永勇,唐子辰,秦杰", Family.FORM, G, "小组人数：2\n主要完成人：陶永勇,唐子辰,秦杰"),
    ("帮我看看申报表：\n企业名称 东海石化有限公司\n班组名称 常减压一班", Family.FORM, C, "企业名称 东海石化有限公司\n班组名称 常减压一班"),
    ("1\t东海石化有限公司\t100020\t启航QC小组\t降低蒸汽单耗", Family.FORM, G, "1\t东海石化有限公司\t100020\t启航QC小组\t降低蒸汽单耗"),
    ("小组主要完成人：陶泽平1,许立燕,杜峰2 行吗", Family.NAMES, G, "陶泽平1,许立燕,杜峰2"),
    ("主要完成人定了：萧飞，范飞,杜浩涛（小组）对不对", Family.NAMES, G, "萧飞，范飞,杜浩涛"),
    ("张建国,李梅,王志强（班组）", Family.NAMES, C, "张建国,李梅,王志强"),
    ("班组主要完成人：姚\t琴,钟树林,姜\t波", Family.NAMES, C, "姚\t琴,钟树林,姜\t波"),
    ("小组主要完成人：姚文杰,尹晓玲,卢庆林,", Family.NAMES, G, "姚文杰,尹晓玲,卢庆林,"),
    ("小组主要完成人：姚文杰,尹晓玲，请核", Family.NAMES, G, "姚文杰,尹晓玲"),
    ("班组主要完成人：姚文杰,尹晓玲 得行不", Family.NAMES, C, "姚文杰,尹晓玲"),
    ("姚文杰,尹晓玲 以上是小组主要完成人，请查收并指正", Family.NAMES, G, "姚文杰,尹晓玲"),
    ("小组主要完成人：Peter，Maria，李强", Family.NAMES, G, "Peter，Maria，李强"),
    ("小组主要完成人：尼 玛，卓 玛，多吉", Family.NAMES, G, "尼 玛，卓 玛，多吉"),
    ("小组主要完成人：待定", Family.NAMES, G, "待定"),
    ("小组成员9人：张建国,李梅,王志强", Family.NAMES, G, "张建国,李梅,王志强"),
    ("把顿号换成逗号 张三、李四、王五", Family.NAMES, (), "张三、李四、王五"),
    ("姓名\t性别\n张建国\t男\n李梅\t女\n王志强\t男", Family.NAMES, (), "姓名\t性别\n张建国\t男\n李梅\t女\n王志强\t男"),
    ("小组主要完成人:张建国,李梅。班组主要完成人:赵敏,刘洋", Family.FORM, (), "小组主要完成人:张建国,李梅。班组主要完成人:赵敏,刘洋"),
    ("成果名称：降低丙烯单耗 课题类型：问题解决型 这样可以吗", Family.FORM, (), "成果名称：降低丙烯单耗 课题类型：问题解决型"),
    ("“运用PDCA循环降低能耗的实践”这个名字可以吗", Family.TITLE, (), "运用PDCA循环降低能耗的实践"),
    ("小组课题：降低VOCs排放浓度，这个课题名称有字数限制吗", Family.TITLE, G, "降低VOCs排放浓度"),
    ("小组名称：QC小组", Family.TEAM, G, "QC小组"),
    ("来敏,查林,王艳,李静,张伟,赵敏", Family.NAMES, (), "来敏,查林,王艳,李静,张伟,赵敏"),
    ("班组建设成果题名：运用SPC控制图稳定烧碱浓度的实践探索", Family.TITLE, C, "运用SPC控制图稳定烧碱浓度的实践探索"),
    ("班组成果名称“运用SPC提升中控合格率”可否", Family.TITLE, C, "运用SPC提升中控合格率"),
    ("推行手指口述操作法减少误操作的经验——作为信得过班组成果名称可否", Family.TITLE, C, "推行手指口述操作法减少误操作的经验"),
    ("班组成果名称：推行看一眼确认法降低能耗的经验，妥否", Family.TITLE, C, "推行看一眼确认法降低能耗的经验"),
    ("班组成果名称 推行有没有隐患自问的实践，这样报上去行不", Family.TITLE, C, "推行有没有隐患自问的实践"),
    ("我们班组正式名字叫“分析工段”，能直接填吧", Family.TEAM, C, "分析工段"),
    ("班组名称：化验一班 请核", Family.TEAM, C, "化验一班"),
    ("质量信得过班组名称 中央控制室", Family.TEAM, C, "中央控制室"),
    ("班组名称填成型班，有毛病没", Family.TEAM, C, "成型班"),
    ("看护组——作为班组名称可否", Family.TEAM, C, "看护组"),
    ("班组名称（中央控制室）这样报上去行不", Family.TEAM, C, "中央控制室"),
    ("企业名称“东海石化有限公司”，当否", Family.COMPANY, (), "东海石化有限公司"),
    ("东海石化有限公司——作为企业名称合适否", Family.COMPANY, (), "东海石化有限公司"),
    ("班组名称：电仪二班\n企业名称：东海石化有限公司\n成果名称：\n请核", Family.FORM, C, "班组名称：电仪二班\n企业名称：东海石化有限公司\n成果名称："),
    ("班组报告目录：班组概况、实施背景、实施过程、实施效果 行吗", Family.OUTLINE, C, "班组概况、实施背景、实施过程、实施效果"),
])
def test_material_is_told_from_the_words_around_it(text, family, kinds, material):
    ask = seen(text)
    assert ask and (ask.family, ask.kinds, ask.material) == (family, kinds, material)


@pytest.mark.parametrize("text,family,kinds", [
    ("检查名单", Family.NAMES, ()), ("帮我检查一下小组主要完成人", Family.NAMES, G), ("我想检查班组成果名称", Family.TITLE, C),
    ("帮我审个名单，小组的", Family.NAMES, G), ("小组的名单想请您过过目", Family.NAMES, G), ("班组成果名称帮把把关", Family.TITLE, C),
    ("帮我检查班组名称", Family.TEAM, C), ("看看企业名称", Family.COMPANY, ()), ("帮我检查申报表", Family.FORM, ()),
])
def test_an_instruction_without_material_waits_for_it(text, family, kinds):
    ask = seen(text)
    assert ask and (ask.family, ask.kinds, ask.material) == (family, kinds, "")


@pytest.mark.parametrize("conversation,text,family,material", [
    (Conversation(expects="names", kinds=C), "张建国、李梅", Family.NAMES, "张建国、李梅"),
    (Conversation(expects="names", kinds=C), "张建国", Family.NAMES, "张建国"),
    (Conversation(expects="title", kinds=C), "推行班前五分钟质量讲评", Family.TITLE, "推行班前五分钟质量讲评"),
    (Conversation(expects="team", kinds=C), "常减压一班", Family.TEAM, "常减压一班"),
    (Conversation(expects="company", kinds=C), "东海石化", Family.COMPANY, "东海石化"),
    (Conversation(family="names", kinds=C), "改好了 张建国,李梅", Family.NAMES, "张建国,李梅"),
    (Conversation(family="names", kinds=C), "改了：董飞，毛雪平", Family.NAMES, "董飞，毛雪平"),
    (Conversation(family="team", kinds=C), "那就写装车一班", Family.TEAM, "装车一班"),
])
def test_over_two_turns(conversation, text, family, material):
    ask = seen(text, conversation)
    assert ask and (ask.family, ask.kinds, ask.material) == (family, C, material)


@pytest.mark.parametrize("text", ["申报什么时候截止", "谢谢", "算了", "班组名称有啥要求", "你好", "还能改吗"])
@pytest.mark.parametrize("expects", ["names", "title", "team", "company", "form", "outline"])
def test_a_question_is_no_material_though_the_bot_waits(text, expects):
    assert seen(text, Conversation(expects=expects)) is None


@given(st.text("张王李 ,、；\n\t（“：行吗班组成果名称主要完成人企业的和等实践公司部\u200b\u3000", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_recognised_or_left_alone(text):
    ask = seen(text)
    assert ask is None or ask.family in (Family.NAMES, Family.TITLE, Family.TEAM, Family.COMPANY, Family.FORM, Family.OUTLINE)


def test_long_pastes_are_looked_at_too():
    ask = seen("小组主要完成人：" + "张建国、李梅、" * 5000)
    assert ask and ask.family is Family.NAMES and ask.kinds == G


MATERIALS = {"班组主要完成人：": "张建国,李梅,王志强", "班组成果名称：": "推行5S管理改善作业环境的经验", "班组名称叫 ": "中控室", "企业名称：": "江苏扬农化工集团有限公司"}


@pytest.mark.parametrize("label", MATERIALS)
@pytest.mark.parametrize("behind", """，领导让我问问
 会不会太长
，这个没错吧
 没啥问题吧
（请核对）
，我心里没底
，合格不合格
 通得过不
，老师费心
，再帮我过一遍
。另外谢谢您
，等你消息
 我拿不准""".split("\n"))
def test_what_is_said_behind_the_material_is_none_of_it(label, behind):
    assert seen(label + MATERIALS[label] + behind).material == MATERIALS[label]
