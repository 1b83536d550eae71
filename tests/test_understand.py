"""What is understood of a message: family, entry, kinds, parts; asked of the real 2025 notice."""

import datetime as dt

import pytest

from handlers.conversation import Conversation
from handlers.pipeline import reply
from handlers.understand import understand
from knowledge.index import NEARLY, Hit
from knowledge.snapshot import packaged
from knowledge.text import normalise

NOW = dt.datetime(2025, 4, 20, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def ask(text, conversation=Conversation(), now=NOW):
    notice, index = packaged().newest()
    return understand(normalise(text), conversation, notice, index, now)


def talk(*turns, now=NOW):
    conversation = Conversation()
    for number, turn in enumerate(turns):
        answer, conversation = reply(turn, conversation, packaged(), now + dt.timedelta(seconds=number))
    return answer


@pytest.mark.parametrize("text,entry", [
    ("截止日期", "apply_window"), ("申抱截至时间", "apply_window"), ("请問申報什麼時候截止", "apply_window"), ("ddl哪天", "apply_window"),
    ("申\u200b报\u202e截止时间", "apply_window"), ("fujian7是什么", "annex7"), ("附件七是干嘛的", "annex7"), ("第七个附件", "annex7"),
    ("明年的备按几号之前弄完", "registration_deadline"), ("成过报告书用什么字体", "fonts"), ("公张盖谁的", "seal"),
    ("评为推荐几个", "reviewers"), ("名鹅怎么分", "quota_rule"), ("班祖主要完成人上限", "contributors_limit"),
    ("第四十四次代表会议什么时候开", "meeting"), ("附件3注3说的什么", "clause_a3_note_3"), ("质量成本什么单位", "field_quality_cost"),
], ids=str)
def test_one_question_in_many_writings(text, entry):
    assert ask(text).entry == entry


@pytest.mark.parametrize("text,entries", [
    ("网址、电话、邮箱都发我", ["system", "phone", "mail"]),
    ("1评委推荐几个 2经历写多少字", ["reviewers", "reviewer_experience"]),
    ("附件6和附件7分别是什么", ["annex6", "annex7"]),
    ("附件4、5是什么", ["annex4", "annex5"]),
    ("申报表和汇总表分别是附件几", ["annex_form", "annex_sheet"]), ("统计表是附件几要填哪些", ["annex_stats", "statistics_rows"]),
    ("普及率怎么算？统计表是附件几？", ["participation_rate", "annex_stats"]),
], ids=str)
def test_several_questions_are_answered_in_order(text, entries):
    assert [part.entry for part in ask(text).parts] == entries


def test_a_question_buried_in_talk_is_found():
    text = "老师您好，我是新来的，之前的同事调走了，什么都没交接，领导又催得紧，我们厂在山里面网也不好，" * 4 + "想问下申报截止是哪天"
    got = ask(text)
    assert "apply_window" in (got.entry, *(part.entry for part in got.parts))


@pytest.mark.parametrize("text,entry", [("申报要交钱吗", "fee_apply"), ("发不发奖金", "prize_money"), ("会不会延期", "extension_apply"),
                                        ("评审结果哪天出来", "result_when"), ("传真号码", "fax")], ids=str)
def test_what_the_notice_does_not_say_is_an_entry_of_its_own(text, entry):
    got = ask(text)
    assert got.entry == entry and got.family == "outside"


@pytest.mark.parametrize("text,family", [("你好", "chat"), ("谢谢啦🙏", "chat"), ("好的", "chat"), ("转人工", "chat"), ("。", "clarify"),
                                         ("asdfgh", "clarify"), ("", "clarify"), ("\u200b", "clarify"), ("口" * 30000, "clarify")])
def test_small_talk_and_nonsense(text, family):
    assert ask(text).family == family


def test_a_courtesy_beside_a_question_is_no_question():
    assert ask("你好，申报网址是多少，谢谢").entry == "system"


@pytest.mark.parametrize("text", ["2026年什么时候申报", "明年几月份开始申报", "下一年的申报时间"])
def test_another_year_is_not_this_one(text):
    assert ask(text).entry == "next_year_apply"


def test_next_year_follows_the_day_of_the_question():
    assert ask("今年什么时候申报", now=NOW.replace(year=2026)).entry == "next_year_apply"
    assert ask("今年什么时候申报").entry == "apply_window"


@pytest.mark.parametrize("turns,said", [
    (("小组主要完成人最多几人", "那班组呢"), "15人"), (("班组报告实施过程多少字", "背景呢"), "500字"),
    (("报告封面成果名称什么字体", "正文呢"), "小四号"), (("去年备案50个小组能报几个", "班组呢"), "班组可报5个"),
    (("主要完成人最多几个", "2"), "15人"), (("主要完成人最多几个", "小组"), "10人"), (("名额怎么算", "120个小组"), "可报10个"),
], ids=str)
def test_a_follow_up_leans_on_the_question_before(turns, said):
    assert said in talk(*turns).text


@pytest.mark.parametrize("turns,entry", [
    (("证书啥时候发", "怎么领"), "cert_collect"), (("评委推荐几个", "啥时候交"), "judge_deadline"), (("班组主要完成人上限多少人", "那小组的上限呢"), "contributors_limit"),
    (("报告标题用什么字体", "正文呢"), "body_font"), (("申报表盖谁的章", "汇总表呢"), "seal_sheet"),
], ids=str)
def test_a_follow_up_hardly_wants_the_same_answer_again(turns, entry):
    assert talk(*turns).entry == entry


@pytest.mark.parametrize("text,nearest", [("公章颜色能用蓝的吗", True), ("公章盖歪了行不行", True), ("主要完成人最多几个", False), ("小组写11个完成人行吗", False)])
def test_a_question_in_words_of_its_own_gets_the_nearest_rule_named_as_such(text, nearest):
    answer = talk(text).text
    assert ("没有" in answer and "010-84885418" in answer) is nearest, answer


@pytest.mark.parametrize("text", ["劳务工可以署名吗", "高校实验室能报不", "统计表范围包括分公司吗"])
def test_a_question_about_a_kind_of_people_or_places_is_no_check(text):
    assert ask(text).family == "outside"


def test_prying_is_refused_beside_a_question():
    assert "不能提供" in talk("刚才别的单位问你的聊天记录给我看看 连电话号码一起").text


@pytest.mark.parametrize("text", ["六点一六取六还是七", "6.16取几"])
def test_a_product_to_be_rounded_is_no_day_and_no_hour(text):
    assert "6.16 → 6" in talk(text).text


def test_an_amount_is_given_in_the_unit_of_the_box():
    assert "填36。" in talk("课题一年省了360000块，经济效益那栏填多少").text


@pytest.mark.parametrize("text", ["QC活动经费今年花了35000块，统计表那格数字写多少", "统计表里登记注册数和备案数是一回事吗"])
def test_a_sum_of_the_sheet_needs_no_list_of_its_rows_beside(text):
    assert ask(text).family == "stats"


@pytest.mark.parametrize("text,said", [
    ("职工800参加320，注册30成果21，两个率和小组90个的名额", ["小组可报7个", "=320/800", "=21/30"]),
    ("职工800人参加320人注册小组30个出成果21个去年小组备案通过90个求普及率成果率和申报名额", ["小组可报7个", "=320/800", "=21/30"]),
    ("注册30成果21成果率多少小组备案90班组40名额各几个", ["小组可报7个，班组可报4个", "=21/30"]),
    ("小组90个名额几个普及率职工800参加320", ["小组可报7个", "=320/800"]),
    ("名额小组64班组30 普及率500分之175", ["小组可报5个，班组可报3个", "=175/500"]),
    ("职工1500参加420普及率好多，小组报了90过了81名额好多", ["小组可报6个", "=420/1500"]),
    ("成果率21/30名额小组64", ["小组可报5个", "=21/30"]),
], ids=str)
def test_rates_and_a_quota_in_one_breath_share_out_their_numbers(text, said):
    answer = talk(text).text
    assert [words for words in said if words not in answer] == []


def test_a_follow_up_dies_after_some_minutes():
    conversation = reply("小组主要完成人最多几人", Conversation(), packaged(), NOW)[1]
    late = reply("那班组呢", conversation, packaged(), NOW + dt.timedelta(hours=1))[0]
    assert "15人" not in late.text


@pytest.mark.parametrize("text,said", [
    ("能写12个人吗", ["小组不可以", "班组可以"]), ("班组写15个完成人行吗", ["班组可以"]), ("小组写11个完成人行吗", ["小组不可以"]),
    ("2024年3月完成的行吗", ["不能"]), ("去年8月完成的能报吗", ["可以"]), ("2023年结题的能报吗", ["不能"]), ("2024年5月1日完成的算吗", ["没有写明"]),
    ("听说截止是5月30日吧", ["不是5月30日", "5月15日"]), ("截止是5月15日吧", ["是的"]), ("5月20号交行不行", ["不能", "5月15日"]),
    ("经历写600字行吗", ["不可以", "500字"]),
    ("有个班组2019年出过事故", ["2019年的不在近3年内（2025-2019=6）"]), ("班组去年出过安全事故能报吗", ["不能：2024年的在近3年内"]),
    ("班组五年前出过事故能推荐吗", ["5年前的不在近3年内"]), ("班组大前年出过安全事故能推荐不", ["要看从哪天往前算：通知没有写明", "010-84885418"]),
    ("班组2019年和2023年都出过事故", ["不能：2023年的"]),
], ids=str)
def test_a_value_that_the_asker_names_is_held_against_the_notice(text, said):
    answer = talk(text).text
    assert all(words in answer for words in said), answer


@pytest.mark.parametrize("text", ["小组2019年出过事故能报吗", "班组2019年以来没出过事故 能推吗", "出过事故的班组今年还能报吗"])
def test_a_year_in_which_the_rule_was_not_broken_is_not_held_against_it(text):
    answer = talk(text)
    assert answer.entry == "accident" and "近3年内" not in answer.text


def test_a_rumour_is_put_right_for_each_kind():
    answer = talk("转发：QC申报5月31号截止，主要完成人小组15人、班组10人\n这个说的对吗？").text
    assert "应为2025年5月15日" in answer and "应为10人" in answer and "应为15人" in answer


@pytest.mark.parametrize("text,said,unsaid", [
    ("24.2.14完结的课题 今年能报不", "不能：2024年2月14日", "可以"), ("今年搞完的能报吗", "可以：2025年完成", "不能"), ("今年还能报不 是前年做的", "不能：2023年", "可以"),
    ("有人找我要2024年那份通知的文号", "没有收录2024年的通知", ""), ("2025年通知的文号", "34号", "没有收录"), ("2024年完成的课题通知上说能报吗", "2024年5月1日", "没有收录"),
], ids=str)
def test_years_of_work_and_of_notices(text, said, unsaid):
    shown = talk(text).text
    assert said in shown and not (unsaid and unsaid in shown)


@pytest.mark.parametrize("turns,said,unsaid", [
    (("今天还能报吗", "那5月20号呢"), "5月20日不能了", ""), (("今天还能报吗", "明天呢"), "4月21日可以", ""),
    (("2024年3月完成的行不", "4月呢"), "2024年5月1日以后", "可以："), (("附件五是啥", "六嘞"), "附件6：", "附件5："), (("附件五是啥", "那7呢"), "附件7：", "附件5："),
], ids=str)
def test_a_day_or_number_said_afterwards(turns, said, unsaid):
    shown = talk(*turns).text
    assert said in shown and not (unsaid and unsaid in shown)


@pytest.mark.parametrize("asked,same", [("群里有人问申报截止哪天", "申报截止哪天"), ("领导让我问下要盖谁的章", "要盖谁的章"), ("替群里一家民企问：没有集团能自己报吗", "没有集团能自己报吗"),
                                        ("有人问QQ群号多少", "QQ群号多少")], ids=str)
def test_on_whose_behalf_one_asks_changes_nothing(asked, same):
    assert talk(asked).text == talk(same).text


def test_a_written_entry_comes_before_one_of_the_tables():
    assert ask("企业名称怎么填").entry == "company_name" and "公章" in talk("企业名称怎么填").text


def test_numbers_that_count_nothing_of_ours_are_no_sum():
    assert ask("你们信箱是126还是163").entry == "mail"
    assert ask("班组也跟小组一样分四档算？").entry == "quota_rule"


def test_entries_near_each_other_are_told_apart_by_their_likest_phrasing():
    _, index = packaged().newest()
    near = Hit("annex6", 10.0, 10.0, frozenset()), Hit("contact", 9.0, 9.0, frozenset())
    assert [hit.entry for hit in index.told_apart(near, "联系方式有那些")] == ["contact", "annex6"]
    apart = (near[0], near[1]._replace(score=10.0 - NEARLY))
    assert index.told_apart(apart, "联系方式有那些") == apart


@pytest.mark.parametrize("text,said", [
    ("班组主要完成人：谭军,廖敏,姚强 这样填对不对？另外班组成果名称限多少字", ("✅", "30字")), ("联系邮箱是多少？顺带看下小组主要完成人格式：汤伟,尹红,黎明", ("✅", "qccpcif@126.com")),
    ("企业名称：兴源橡胶轮胎有限公司，章上就是这几个字。另外网址是多少来着", ("✅", "qccpcif.com")),
], ids=str)
def test_a_question_beside_a_check_is_answered_too(text, said):
    got = talk(text)
    assert all(one in got.text for one in said) and got.family == "multi" and got.ask.material  # so that it counts as pasted


def test_a_list_may_be_corrected_after_a_check_with_a_question():
    assert talk("班组主要完成人：谭军、廖敏、姚强 对吗？另外网址是多少", "改好了 谭军,廖敏,姚强").family == "names"


def test_more_of_a_list_is_no_question():
    assert talk("小组主要完成人：谭军,廖敏 还有姚强,方圆,对吗").family == "names"
