"""How many achievements an applicant may put forward (附件1 二), asked in any way."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.conversation import Conversation
from handlers.quota import quota, quota_of, remembered, smallest, wants_quota
from handlers.sums.counts import counts
from handlers.values import read_values
from knowledge import schema
from knowledge.model import Document, Kind, QuotaBand
from knowledge.text import normalise

NOTICE = schema.load(Path(schema.__file__).parent / "notices" / "2025.toml")
TODAY = dt.date(2025, 4, 20)
G, C = Kind.GROUP, Kind.CREW


def ask_for(text: str, conversation: Conversation = Conversation(), notice: Document = NOTICE):
    normal = normalise(text)
    return wants_quota(normal, read_values(normal, TODAY), conversation, notice)


def reply(*turns: str, notice: Document = NOTICE) -> str:
    """The answer to the last of several messages."""
    conversation = Conversation()
    for text in turns:
        ask = ask_for(text, conversation, notice)
        assert ask, text
        answer = quota(ask, notice, TODAY)
        kinds, numbers = remembered(ask)
        known = dict(zip(kinds, numbers)) if len(kinds) == len(numbers) and min(numbers, default=0) >= 0 else {}
        conversation = Conversation(family="quota", kinds=kinds, counts=numbers, expects=answer.expects, registered=tuple((dict(conversation.registered) | known).items()))
    return answer.text


def found(text: str) -> list[tuple[Kind | None, int]]:
    normal = normalise(text)
    return [(one.kind, int(one.number.value)) for one in counts(normal, read_values(normal, TODAY), NOTICE).counts]


# The sums


@pytest.mark.parametrize("registered, expected", [
    (1, 1), (9, 1), (10, 1), (18, 1), (19, 2), (199, 16), (200, 17), (300, 26), (499, 42), (500, 45), (550, 50), (650, 59)])
def test_quota_of_groups(registered, expected):
    assert quota_of(registered, G, NOTICE) == expected


@pytest.mark.parametrize("registered, expected", [(1, 1), (9, 1), (10, 1), (14, 1), (15, 2), (25, 3), (44, 4), (45, 5), (306, 31)])
def test_quota_of_crews(registered, expected):
    assert quota_of(registered, C, NOTICE) == expected


def oracle(registered: int, kind: Kind) -> int:
    """The table of the notice, written down a second time."""
    if registered < 10:
        return 1
    rate = "0.1" if kind is C else "0.08" if registered < 200 else "0.085" if registered < 500 else "0.09"
    return int((Decimal(rate) * registered).quantize(Decimal("1"), ROUND_HALF_UP))


@pytest.mark.parametrize("kind", Kind)
def test_every_quota_up_to_100_000_is_that_of_the_table(kind):
    assert all(quota_of(registered, kind, NOTICE) == oracle(registered, kind) for registered in range(100_001))


@pytest.mark.parametrize("kind", Kind)
def test_the_smallest_number_is_the_first_that_gives_enough(kind):
    first: dict[int, int] = {}
    for registered in range(1, 3_000):
        for wished in range(max(first, default=0) + 1, oracle(registered, kind) + 1):
            first[wished] = registered
    assert {wished: smallest(wished, kind, NOTICE) for wished in first} == first


@pytest.mark.parametrize("wished", [43, 44])
def test_the_gap_at_500_is_leapt_over(wished):
    assert smallest(wished, G, NOTICE) == 500


# Which numbers count


@pytest.mark.parametrize("text, expected", [
    pytest.param("小组320个，班组45个", [(G, 320), (C, 45)], id="two kinds"),
    pytest.param("小组备案40个班组12个", [(G, 40), (C, 12)], id="two kinds without a comma"),
    pytest.param("小组230 班组18 分别给几个名额", [(G, 230), (C, 18)], id="a blank parts a number from the next kind"),
    pytest.param("班组：18 小组：230 能报几个", [(C, 18), (G, 230)], id="kinds with colons in front"),
    pytest.param("n=170 m=36", [(G, 170), (C, 36)], id="the notice's own letters"),
    pytest.param("40个小组 12个班组", [(G, 40), (C, 12)], id="kinds behind, parted by a blank"),
    pytest.param("86个QC小组和32个班组", [(G, 86), (C, 32)], id="kind behind the number"),
    pytest.param("QC 64 信得过 30", [(G, 64), (C, 30)], id="kinds in short"),
    pytest.param("班组和小组分别是12和40个", [(C, 12), (G, 40)], id="kinds first, numbers after"),
    pytest.param("小组和班组各50个", [(G, 50), (C, 50)], id="one number for both"),
    pytest.param("去年备案了120个", [(None, 120)], id="kind unsaid"),
    pytest.param("n=199", [(G, 199)], id="n is for groups"),
    pytest.param("m＝１１１", [(C, 111)], id="m is for crews"),
    pytest.param("登记了20个小组，通过备案的15个", [(G, 15)], id="passed before handed in"),
    pytest.param("小组报备240，退回50，最后通过190", [(G, 190)], id="passed in the end"),
    pytest.param("备案30个小组，其中3个没通过", [(G, 27)], id="less those that failed"),
    pytest.param("班组通过备案36个，还有9个没通过", [(C, 36)], id="failed ones beside those that passed"),
    pytest.param("2023年小组备案通过80个，2024年通过95个", [(G, 95)], id="last year's"),
    pytest.param("今年小组备案了80个，去年是60个", [(G, 60)], id="not this year's"),
    pytest.param("一共120个，小组80个，班组40个", [(G, 80), (C, 40)], id="without the total"),
    pytest.param("全厂职工2000人，2025年，照附件1看，QC小组备案通过86个", [(G, 86)], id="beside people, a year, an attachment"),
    pytest.param("咱班组62个，每班15个人左右，得过5次先进", [(C, 62)], id="beside heads and prizes"),
    pytest.param("电话13800138000 小组64个", [(G, 64)], id="beside a phone number"),
    pytest.param("投入经费50万元，小组64个", [(G, 64)], id="beside money"),
    pytest.param("QC小组 386 (不含班组)", [(G, 386)], id="a kind that is excluded"),
    pytest.param("小组64个 不对 是46个", [(G, 46)], id="a slip taken back"),
    pytest.param("小组64哦打错了46个", [(G, 46)], id="a typing slip"),
    pytest.param("不是64个，是46个小组", [(G, 46)], id="one number denied"),
    pytest.param("小组64班组32，不对，班组是23", [(G, 64), (C, 23)], id="a slip of one kind"),
    pytest.param("班组报上去50个没通过的有12个", [(C, 38)], id="the words of failing belong to the second number"),
    pytest.param("3个没通过 37个通过了，小组", [(G, 37)], id="the words of failing belong to the first"),
    pytest.param("小组一百五十来着 就150", [(G, 150)], id="the same number twice"),
    pytest.param("小组43个 3.44", [(G, 43)], id="the product beside its count"),
    pytest.param("小组64个班组没有", [(G, 64), (C, 0)], id="none of the other kind"),
    pytest.param("小组备案通过分别是40、55、120个，加一起", [(G, 215)], id="counts to be added"),
    pytest.param("小组一厂50个，二厂70个，一共120", [(G, 120)], id="parts and their total"),
    pytest.param("小组一车间18、二车间18、三车间17，能报几个", [(G, 53)], id="workshops of one company, two alike"),
    pytest.param("炼油厂小组40，化肥厂40，水厂20，一共几个名额", [(G, 100)], id="factories with names, added"),
    pytest.param("动力车间小组12班组4，仪表车间小组9班组6，合起来名额各几个", [(G, 21), (C, 10)], id="both kinds of each workshop"),
    pytest.param("下面三个分厂，各有40个小组，能报几个", [(G, 120)], id="so many of each part"),
    pytest.param("小组88个，还有14个也通过了，能报几个", [(G, 102)], id="more that passed"),
    pytest.param("小组去年上半年备案30下半年备案25，能报几个", [(G, 55)], id="two halves of a year"),
    pytest.param("第一批40个小组，第二批26个小组，能报几个", [(G, 66)], id="two batches"),
    pytest.param("小组50+38个能报几个", [(G, 88)], id="a sum written out"),
    pytest.param("小组62-4=58个能报几个", [(G, 58)], id="a difference written out"),
    pytest.param("通过88个小组，还有14个在审，能报几个", [(G, 88)], id="more that wait"),
    pytest.param("小组90个，9个没过；班组30个，6个没过", [(G, 81), (C, 24)], id="failed ones of each kind"),
    pytest.param("小组备案100个，通过率90%，报几个", [(G, 90)], id="a rate of passing"),
    pytest.param("备案小组60个，三分之一没通过", [(G, 40)], id="a part that failed"),
    pytest.param("一共交了70个小组，也就是63个通过，名额是几", [(G, 63)], id="said again as those that passed"),
    pytest.param("小组六百多一点，准确说是612，班组88", [(G, 612), (C, 88)], id="a guess put right"),
    pytest.param("小组数从60涨到了75，今年名额几个", [(G, 75)], id="a count that has grown"),
    pytest.param("小组班组共100个，其中班组40个", [(C, 40), (G, 60)], id="both kinds as one number"),
    pytest.param("小组88个，里面20个是班组", [(G, 68), (C, 20)], id="one kind within the other"),
    pytest.param("类别|上年备案|其中通过|今年名额\n小组|90|81|?\n班组||24|?", [(G, 81), (C, 24)], id="a ruled table with blanks"),
    pytest.param("类别 备案 未通过\n小组 90 9\n班组 30 6\n能报几个", [(G, 81), (C, 24)], id="a table of those that failed"),
    pytest.param("单位 小组 班组\n一车间 20 5\n二车间 30 8\n合计 50 13\n能报几个", [(G, 50), (C, 13)], id="a column for each kind, and a total"),
    pytest.param("项目 2023年 2024年\n小组 60 75\n班组 20 24\n今年名额", [(G, 75), (C, 24)], id="a column for each year"),
    pytest.param("199个和200个小组名额也差一个", [(G, 199), (G, 200)], id="two counts compared"),
    pytest.param("前年60个小组，今年3月刚备的12个小组", [], id="none of last year's"),
    pytest.param("小组去年60今年90", [(G, 60)], id="two years without a measure word"),
    pytest.param("类别 备案数 通过数\n小组 60 58\n班组 35 32", [(G, 58), (C, 32)], id="a table with a column of those that passed"),
    pytest.param("1小组58个 2截止", [(G, 58)], id="a numbered item"),
    pytest.param("去年QC获奖3个，小组64个", [(G, 64)], id="beside a number of prizes"),
    pytest.param("71,33 小组班组", [(G, 71), (C, 33)], id="the numbers first, then the kinds"),
    pytest.param("班组三十三小组没有备案", [(C, 33), (G, 0)], id="the other kind is not registered"),
    pytest.param("小组备案150个，其中5个没过，班组20个", [(G, 145), (C, 20)], id="what failed is inside, not the other kind"),
    pytest.param("小组备案150个其中5个没过班组20个", [(G, 145), (C, 20)], id="the same in one breath"),
    pytest.param("小组150个，其中：班组20个", [(G, 130), (C, 20)], id="a stop right behind the word"),
    pytest.param("小组150个，我们厂里班组20个", [(G, 150), (C, 20)], id="inside the plant is not inside the number"),
    pytest.param("小组一个没有，班组30个", [(C, 30), (G, 0)], id="not one"),
    pytest.param("班组一个没得 小组40", [(G, 40), (C, 0)], id="not one in dialect"),
    pytest.param("报了90个小组，通过了81个", [(G, 81)], id="handed in, and passed"),
    pytest.param("小组通过了81个，报了90个，能报几个", [(G, 81)], id="passed, and handed in"),
    pytest.param("小组报九十个 通过八十一个", [(G, 81)], id="handed in and passed, in speech"),
    pytest.param("报了90个小组30个班组，通过了81个和24个", [(G, 81), (C, 24)], id="handed in and passed, of each kind"),
    pytest.param("小组150个，其中创新型30个，班组20个", [(G, 150), (C, 20)], id="a part of one kind beside the other kind"),
    pytest.param("小组150个其中创新型30个班组20个", [(G, 150), (C, 20)], id="the same part in one breath"),
    pytest.param("小组150个，其中创新型30个、现场型70个，攻关型50个", [(G, 150)], id="several parts"),
    pytest.param("小组150个，其中创新型小组30个", [(G, 150)], id="a part that names the kind again"),
    pytest.param("小组150个，其中炼油厂30个，化肥厂40个，一共几个名额", [(G, 150)], id="parts are not added"),
    pytest.param("小组150个，其中创新型30个，又补备了20个", [(G, 170)], id="more on top of the whole, not of a part"),
    pytest.param("小组150个，其中通过120个", [(G, 120)], id="the part that passed"),
    pytest.param("小组班组共100个，其中班组40个，小组60个", [(C, 40), (G, 60)], id="both kinds as one number, and each"),
    pytest.param("小组和班组备案通过150个，其中班组20个", [(C, 20), (G, 130)], id="both kinds as one number without 共"),
    pytest.param("小组和班组一共150个，其中班组50个，班组有5个没过", [(C, 45), (G, 100)], id="what failed of a part"),
    pytest.param("90个小组通过了九成", [(G, 81)], id="tenths that passed"),
    pytest.param("小组100个，过了八成半", [(G, 85)], id="a tenth and a half"),
    pytest.param("小组100个，没通过的占一成", [(G, 90)], id="tenths that failed"),
    pytest.param("小组400个，退回率5%", [(G, 380)], id="a rate of those sent back"),
    pytest.param("小组100个，九成通过，一成没过", [(G, 90)], id="both parts said"),
    pytest.param("报了90个小组，通过了9成", [(G, 81)], id="handed in, and tenths"),
    pytest.param("小组90个通过了九成班组30个通过八成", [(G, 81), (C, 24)], id="tenths of each kind"),
    pytest.param("小组90个，班组30个，通过率都是90%", [(G, 81), (C, 27)], id="one rate of both"),
    pytest.param("小组90个，班组30个，班组只过了八成", [(G, 90), (C, 24)], id="tenths of one kind"),
    pytest.param("小组过了八成，一共报了90个", [(G, 72)], id="the whole said after its part"),
    pytest.param("小组和班组一共备案了160个，班组60个", [(C, 60), (G, 100)], id="both kinds registered as one number"),
    pytest.param("小组88个里头班组占了20个", [(G, 68), (C, 20)], id="one kind takes up a part"),
    pytest.param("小组报了90个，退了9个，又补了5个", [(G, 86)], id="handed in, sent back, and more on top"),
    pytest.param("小组里有9个没批，一共90个小组", [(G, 81)], id="what failed said first"),
    pytest.param("100个小组过了九成的有成果，通过90个", [(G, 90)], id="passed in a number, too"),
])
def test_which_numbers_count(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("text", [
    "小组名额分哪几档", "名额是按什么分的", "班组名额按百分之几", "名额怎么算", "能写12个人吗", "5月15号几点关系统", "附件6统计哪段时间",
    "我们厂300人，普及率怎么算", "实施过程最多写5000字吗", "评委推荐3个行不行", "评委名额几个", "一等奖名额有几个", "一个小组能报几个成果",
    "3个小组可以合并报一个成果吗", "小组8个人可以吗", "班组名称：催化裂化一班 可以吗", "2025年4月15日能报吗", "能报到几号", "张建国,李梅,王强",
    "没备案能报吗", "我们车间有3个班组", "名额不够能增加吗", "", "一个小组报2个成果行吗", "小组名额能转给班组2个吗", "班组奖励花了九千块，填9000行吗",
    "小组成员12个能都写上吗", "小组长有8个，可以都写上吗",
    "5.15还是5.16截止", "4.15到5.15申报取几天", "12.31前备案取哪个系统", "5.31前报完还是6月"])
def test_no_sum_is_asked(text):
    assert ask_for(text) is None


# What is said


@pytest.mark.parametrize("text, said", [
    pytest.param("QC小组 n=320 quota是多少", ["小组可报27个", "320×8.5%=27.2 → 四舍五入 27", "200≤n＜500", "附件1 二", "总量控制"], id="working"),
    pytest.param("小组37个能报几个", ["小组可报3个", "备案到44个小组（还差7）可多报1个"], id="next step"),
    pytest.param("499个小组", ["小组可报42个", "备案到500个小组（还差1）可多报3个"], id="next step over the gap"),
    pytest.param("小组备案40个班组12个，分别能报几个", ["小组可报3个，班组可报1个"], id="each kind"),
    pytest.param("去年备案了120个，能报几个", ["小组可报10个，班组可报12个"], id="kind unsaid"),
    pytest.param("小组两百个名额", ["200×8.5%=17\n"], id="nothing to round"),
    pytest.param("想报5个要备案多少", ["57个小组", "45个班组"], id="backwards"),
    pytest.param("小组成果想报44项，备案多少个小组能达到", ["500个小组", "没有正好得44个", "可报45个", "499个只能报42个"], id="backwards in the gap"),
    pytest.param("100个小组报10个行吗", ["不行", "最多可报8个", "119个小组，还差19个"], id="too many wished"),
    pytest.param("小组备案了70个，报5个行不行", ["可以", "可报6个", "没有超"], id="not too many wished"),
    pytest.param("我们能报几个", ["10≤n＜200：8%×n", "m≥10：10%×m", "例如"], id="no number"),
    pytest.param("520个qc小组名额算一下", ["小组可报47个"], id="teams before the word quota"),
    pytest.param("小组数33 能交几份成果", ["小组可报3个"], id="copies of achievements"),
    pytest.param("小组去年过了31个 今年报好多个", ["小组可报2个"], id="how many in dialect"),
    pytest.param("小组六十九个，都通过了，到底几个", ["小组可报6个"], id="a clause that only asks how many"),
    pytest.param("小组 65 班组 21 各几个 还有电话", ["小组可报5个，班组可报2个"], id="bare counts of both kinds beside another question"),
    pytest.param("小组64 班组32 一共几个名额", ["合计8个"], id="the total"),
    pytest.param("小组不到200个能报几个", ["10≤n＜200：8%×n", "告诉我"], id="a limit is no count"),
    pytest.param("班组25个算出来是2个，对吗", ["不对：班组可报3个，不是2个"], id="a wrong claim"),
    pytest.param("小组100个名额是8个吧", ["对：小组可报8个"], id="a right claim"),
    pytest.param("整五百个小组，套8.5%，报42个，对吧", ["不对：500个小组按9%算，不是8.5%", "不对：小组可报45个，不是42个"], id="a wrong rate"),
    pytest.param("小组300个，按8.5%，报26个，对吧", ["对：小组可报26个"], id="the right rate"),
    pytest.param("班组也是按8%来对吧，50个班组能报几个", ["不对：50个班组按10%算，不是8%", "班组可报5个"], id="the other kind's rate"),
    pytest.param("8个小组按8%算能报几个", ["不按比例算，名额就是1个"], id="a rate where none counts"),
    pytest.param("小组110个，名额9个，已交6个，剩几个", ["小组还剩3个"], id="what is left of a quota that is named"),
    pytest.param("小组40个，班组没有备案，名额各几个", ["小组可报3个，班组没有备案通过的"], id="none of the other kind"),
    pytest.param("小组一个没有，班组30个", ["班组可报3个", "小组没有备案通过的", "按上年备案通过的30个班组算"], id="no working for none"),
    pytest.param("班组一个没弄 小组268个能报几个", ["小组可报23个", "班组没有备案通过的"], id="one not done is none"),
    pytest.param("班组一个没报 小组50", ["小组可报4个", "班组没有备案通过的"], id="one not put forward is none"),
    pytest.param("小组60个，班组20个，小组3个没过，各能报几个", ["57×8%", "20×10%"], id="what failed is taken off its own kind"),
    pytest.param("小组比班组多20个，班组30个，各能报几个", ["算不出准确的名额"], id="a difference is no count"),
    pytest.param("小组去年50个，大部分都过了，能报几个", ["算不出准确的名额"], id="a part that is vague"),
    pytest.param("小组100个，过了九成多，能报几个", ["算不出准确的名额"], id="tenths and more"),
    pytest.param("小组95个通过了九成，能报几个", ["算不出准确的名额"], id="tenths that leave no whole number"),
    pytest.param("小组过了八成，一共90个", ["算不出准确的名额"], id="the whole, or those that passed"),
    pytest.param("小组90个，班组30个，通过率90%，各几个", ["算不出准确的名额"], id="a rate of which kind"),
    pytest.param("报了90个小组，通过了81个，能报几个", ["小组可报6个", "81×8%"], id="handed in is no wish"),
    pytest.param("报10个小组行吗，去年只通过了9个", ["不行"], id="a wish beside those that passed"),
    pytest.param("小组一共180个，其中问题解决型150个，创新型30个", ["小组可报14个"], id="a count with its parts and no question"),
    pytest.param("小组81还是82记不清了，能报几个", ["算不出准确的名额"], id="one of two counts"),
    pytest.param("小组344个取29，班组145个取14，对吗", ["不对：班组可报15个，不是14个", "对：小组可报29个"], id="a claim for each kind"),
    pytest.param("小组100班组50，报9个小组5个班组行吗", ["不行：小组最多可报8个", "可以：班组可报5个"], id="a wish for each kind"),
    pytest.param("小组备案100个，已经提交了5个成果，还能再报几个", ["小组还剩3个"], id="what is left"),
    pytest.param("多少个班组才能报4个", ["至少要备案通过35个班组"], id="backwards, the question first"),
    pytest.param("小组和班组都想报3个，各要备案多少", ["32个小组", "25个班组"], id="backwards for both kinds"),
    pytest.param("小组名额10个，反推备案数在哪个区间", ["备案119到131个小组都是10个名额"], id="backwards, the range"),
    pytest.param("小组499和500名额差多少", ["相差3个"], id="the difference"),
    pytest.param("11.76个名额是11还是12", ["11.76 → 12"], id="a product without its count"),
    pytest.param("6.16是取6还是7", ["6.16 → 6"], id="a product that looks like a day"),
    pytest.param("名额算出来是5.12，取5还是6", ["5.12 → 5"], id="a product and its two neighbours"),
    pytest.param("六点一六取六还是七", ["6.16 → 6"], id="a product in speech"),
    pytest.param("12.5 四舍五入", ["12.5 → 13"], id="a product to be rounded, and no more"),
    pytest.param("7.2到底算7个还是8个", ["7.2 → 7"], id="the neighbours are no counts"),
    pytest.param("名额4.4个，能不能当5个用", ["4.4 → 4"], id="a quota with decimals"),
    pytest.param("小组64个 5.12取几", ["64×8%"], id="a product beside its count"),
])
def test_the_reply_says(text, said):
    answer = reply(text)
    assert [part for part in said if part not in answer + "\n"] == []


@pytest.mark.parametrize("text", ["小组备案 0 个能报几个", "去年小组零个通过备案 今年给名额不", "小组一个都没备案，名额有几个", "n=0 小组名额是1个吗"])
def test_none_registered_is_no_bare_one(text):
    answer = reply(text)
    assert "没有可报的" in answer and "n﹤10" in answer and "登记备案" in answer
    assert not answer.startswith("小组可报")


@pytest.mark.parametrize("text", [
    "小组-5个能报几个", "班组负五个 名额", "小组12.5个名额", "小组一大堆 能报几个", "10^11个小组名额", "班组有9999999999999个，给算算", "小组备案5月15日能报几个",
    "小组一百多个吧，名额是几个", "小组快两百了 能报几个", "小组二三十个能报几个", "小组200出头能报几个", "小组百八十个，能报几个", "我们小组好几十个呢，给多少名额", "十几个小组 能报几个", "10到20个小组能报几个", "小组备案了NaN个 名额？"])
def test_no_whole_number_nothing_computed(text):
    ask = ask_for(text)
    answer = quota(ask, NOTICE, TODAY)
    assert "整数" in answer.text and "例如" in answer.text and "×" not in answer.text
    assert answer.expects == "quota"


@pytest.mark.parametrize("turns, said", [
    pytest.param(("小组120个能报几个", "12个的话呢"), "小组可报1个", id="another number"),
    pytest.param(("小组120个能报几个", "那班组呢"), "班组可报12个", id="the other kind"),
    pytest.param(("小组120个能报几个", "换成班组"), "班组可报12个", id="changed to the other kind"),
    pytest.param(("小组120个能报几个", "如果是150呢"), "小组可报12个", id="if it were"),
    pytest.param(("小组120个能报几个", "再多50个呢"), "170×8%", id="so many more"),
    pytest.param(("小组64个能报几个", "说错了，是46个"), "46×8%", id="a slip corrected"),
    pytest.param(("小组190个能报几个", "要是当时多过15个呢"), "205×8.5%", id="so many more had passed"),
    pytest.param(("小组88个能报几个", "漏算了，还有14个也通过了，合一起呢"), "102×8%", id="some left out"),
    pytest.param(("小组88个能报几个", "少算了12个"), "100×8%", id="counted too few"),
    pytest.param(("小组88个能报几个", "多算了10个"), "78×8%", id="counted too many"),
    pytest.param(("小组60能报几个", "里头有3个是重复的，扣了"), "57×8%", id="some counted twice"),
    pytest.param(("小组60能报几个", "把分厂25个也算上"), "85×8%", id="those of a branch counted in"),
    pytest.param(("小组88个能报几个", "还有14个班组"), "14×10%", id="more of the other kind are no more of this"),
    pytest.param(("小组88班组30能报几个", "再加10个呢"), "算不出", id="more, but of which kind"),
    pytest.param(("小组95班组30", "各加5个"), "小组可报8个，班组可报4个", id="more of each kind"),
    pytest.param(("小组88班组30能报几个", "小组数记岔了，应该78个"), "78×8%", id="the slip is named"),
    pytest.param(("小组60个班组20个能报几个", "反了"), "小组可报2个，班组可报6个", id="the counts mixed up"),
    pytest.param(("小组60能报几个", "不止60，是68"), "68×8%", id="more than was said"),
    pytest.param(("小组60能报几个", "要报7个呢还差多少"), "还差22个", id="what a wish lacks"),
    pytest.param(("小组86 班组32", "班组呢"), "班组可报3个", id="one of two kinds"),
    pytest.param(("去年备案了120个，能报几个", "小组"), "小组可报10个", id="the kind in answer"),
    pytest.param(("班组能报几个", "47"), "班组可报5个", id="a bare number in answer"),
    pytest.param(("小组能报几个", "五十"), "小组可报4个", id="a bare number in Chinese signs"),
    pytest.param(("我们能报几个", "一大堆"), "整数", id="a guess in answer"),
    pytest.param(("小组120个能报几个", "那报12个行吗"), "不行", id="a wish held against the count before"),
    pytest.param(("想报5个小组要备案多少", "那8个呢"), "94个小组", id="another wish"),
    pytest.param(("想报5个小组要备案多少", "班组呢"), "45个班组", id="the wish for the other kind"),
    pytest.param(("小组60个能报几个", "要是想推8个呢"), "94个", id="a wish to put forward"),
    pytest.param(("小组64个能报几个", "想再多报一个得备案多少"), "69个小组", id="one more than the quota"),
    pytest.param(("小组64个能报几个", "打错了 46"), "46×8%", id="a typing slip"),
    pytest.param(("小组64个能报几个", "弄反了，是班组64个"), "班组可报6个", id="the kinds mixed up"),
    pytest.param(("小组64个能报几个", "不是小组是班组"), "班组可报6个", id="one kind denied"),
    pytest.param(("小组90个能报几个", "其中11个没通过审核"), "79×8%", id="some failed"),
    pytest.param(("小组90班组30能报几个", "班组有5个没过"), "25×10%", id="some failed of one kind"),
    pytest.param(("小组90班组30能报几个", "小组9个没过班组3个没过"), "小组可报6个，班组可报3个", id="some failed of each kind"),
    pytest.param(("小组90个能报几个", "要是只过了八成呢"), "72×8%", id="tenths that passed"),
    pytest.param(("小组90个能报几个", "三分之一没过"), "60×8%", id="a part that failed"),
    pytest.param(("小组90班组30能报几个", "都过了九成"), "小组可报6个，班组可报3个", id="tenths of each kind"),
    pytest.param(("小组64班组30各报几个", "全部减半"), "小组可报3个，班组可报2个", id="half of all"),
    pytest.param(("小组90个能报几个", "后来又批了10个"), "100×8%", id="more have passed since"),
    pytest.param(("小组95个能报几个", "过了九成"), "算不出", id="tenths that leave no whole number"),
    pytest.param(("小组9个能报几个", "9个都没过"), "一个小组也没有备案通过", id="all of them failed"),
    pytest.param(("小组120班组30能报几个", "都减半呢"), "小组可报5个，班组可报2个", id="half of each kind"),
    pytest.param(("小组121班组30能报几个", "都减半呢"), "算不出", id="no half of an odd number, nor of the other alone"),
    pytest.param(("小组121班组30能报几个", "班组减半呢"), "15×10%", id="half of one kind"),
    pytest.param(("小组120个能报几个", "班组报7个行吗"), "至少要备案通过65个班组", id="a wish for the kind that was not counted"),
    pytest.param(("班组30个能报几个", "小组一个没有"), "一个小组也没有备案通过", id="none of the other kind afterwards"),
    pytest.param(("小组360个能报几个", "如果只通过了一半呢"), "180×8%", id="half of them"),
    pytest.param(("小组100能报几个", "8个是吧"), "对：小组可报8个", id="a bare claim"),
    pytest.param(("小组100能报几个", "主任说10个对吗"), "不对：小组可报8个", id="a claim on the count before"),
    pytest.param(("小组100能报几个", "10个行吗"), "不行", id="a bare wish"),
    pytest.param(("小组71能报几个", "为什么是6"), "71×8%", id="a result asked about is no new count"),
    pytest.param(("小组71能报几个", "我同事算的是5个"), "不对：小组可报6个", id="a colleague's result"),
    pytest.param(("小组71能报几个", "那要是明年备案到120呢"), "120×8%", id="next year's count supposed"),
    pytest.param(("小组25个", "怎么算出来的"), "25×8%", id="the working again"),
    pytest.param(("小组能报几个", "64，另外截止哪天"), "小组可报5个", id="the number asked for beside another question"),
])
def test_goes_on_from_the_question_before(turns, said):
    assert said in reply(*turns)


def test_both_kinds_are_kept_over_several_turns():
    assert "合计13个" in reply("小组100能报几个", "班组50呢", "那一共多少")
    answer = reply("小组86个，班组27个，能报几个", "班组是37个不是27，小组没错")
    assert "班组可报4个" in answer and "小组可报7个" in answer


def test_none_of_a_kind_has_no_working():
    assert "按上年备案通过的0个" not in reply("小组0个，班组30个")


@pytest.mark.parametrize("text", ["截止是几号", "谢谢", "主要完成人最多12个可以吗", "附件6是什么", "一半的人退休了怎么办", "小组一个没有怎么办"])
def test_another_question_is_no_follow_up(text):
    assert ask_for(text, Conversation(family="quota", kinds=(G,), counts=(120,))) is None


def test_the_sums_follow_the_data():
    bands = (QuotaBand(kind=G, at_least=0, below=30, fixed=2, label="n＜30", clause="a1_2_group"),
             QuotaBand(kind=G, at_least=30, rate=Decimal("12.5"), label="n≥30", clause="a1_2_group"),
             QuotaBand(kind=C, at_least=0, fixed=7, label="都一样", clause="a1_2_crew"))
    other = msgspec.structs.replace(NOTICE, bands=bands)
    assert "320×12.5%=40" in reply("小组320个", notice=other)
    assert "班组可报7个" in reply("班组320个", notice=other)
    assert smallest(8, C, other) is None and smallest(3, G, other) == 30
    assert "n＜30：2个" in reply("我们能报几个", notice=other)
    assert "报不到9个" in reply("想报9个班组成果要备案多少", notice=other)
    assert "按12.5%算，不是22%" in reply("小组320个按22%算能报几个", notice=other)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(st.sampled_from([
    "小组", "班组", "QC", "备案", "通过", "能报几个", "名额", "想报", "要备案多少", "行吗", "320", "45个", "0个", "三百", "-5", "12.5", "10^11", "5月15日", "，",
    " ", "那", "呢", "再多", "没通过", "各", "和", "去年", "一大堆"]), max_size=12).map("".join)))
def test_no_text_makes_it_fail(text):
    for conversation in (Conversation(), Conversation(family="quota", kinds=(G,), counts=(120,)), Conversation(expects="quota")):
        if ask := ask_for(text, conversation):
            assert quota(ask, NOTICE, TODAY).text
            remembered(ask)
