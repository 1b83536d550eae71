"""The words in which quotas are asked for (能报几个, 要备案多少, 行不行), and what of a message is filler beside its numbers."""

from __future__ import annotations

import re

from handlers.values import Values

_CLAUSES = re.compile(r"[,;。?!\n]|还有|另外|以及|顺便|再问")
_REPORT = r"(?:上报|申报|报|推荐|推|荐|选|送|交|分配|分|给|拿|得|批|弄|整|搞|办|递|呈|上|包)"
_HOW_MANY = (rf"{_REPORT}(?:到|上去|上|送|了|出|给|去)?(?:我们|咱们?)?(?:的)?(?:几(?![号点月日年天人页字位次份])|多少(?![人字页天次份钱])|最多|几份成果|好多(?=个|\s|$|[?呢嘛呀]))|(?:几|多少)个?(?:成果)?(?:名额|指标|配额)"
             r"|(?:名额|(?<!哪些)(?<!什么)指标(?=[有给是几多])|配额|名鹅|明额|quota)\s?(?:数|数量)?(?:还?是|有|给|为|分|该|能有|大概|到底|一共|总共|算下来是?|应该是?)?(?:多少|几个|几|=|\?|$)")
ASKED_WITH_NUMBER = re.compile(
    rf"{_HOW_MANY}|名额|指标|配额|名鹅|明额|quota|[能可该](?:以)?(?:都|全部?)?(?:申?报|推荐?|选)|(?:几|多少|哪)个?[名项]|怎么?算|咋算|算[一个]?算|算一?下|算出|帮.{0,4}算|算个|代算|计算"
    r"|四舍五入|是几|求解|答案|[给要报]个?数(?!据)|(?:申报|推荐|可报)(?:上限|数)|how many|\d个?还是\d|得几|取几|怎么取|取多少|各(?:能|可|有|是|报|几|多少)|对应|报得(?=[\d几多])|输出|名e|能上|有戏|谁的?(?:说|算)?得?对|够不够|(?:能|可以?)不(?:能|可以?)报|(?:最多|上限|最高)(?:是|有|为)?(?:几个|多少)|^\s*几个\s*$|(?<=\d)\s几个")
ASKED_WITHOUT = re.compile(_HOW_MANY)
QUOTA_WORDS = re.compile("[名配明]额|名鹅|名e|指标|quota|几|多少|最多")  # without a number, one of them has to be there
RULE = re.compile(r"比例|百分|%|哪?几档|档次|分档|按什么|按啥|依据|原则|怎么?个?分|如何分|怎么?个?(?:算|定|来|确定|分配|计算)|咋(?:算|定|分)|算法|规则|公式|标准"
                  r"|四舍五入|不够|用不完|调剂|转让|转给|浪费|增加|追加|取消|作废|调整|查|哪里看|在哪|什么时候|啥时候|谁|公布|下发|总量|全国|全行业|行业总|最低一档")
NOT_QUOTA = re.compile(
    r"评[委为]|专家|评审|完成人|作者|署名|[几多]少?个?(?:人|字|页|位|天|次|年|钱|份(?!成果)|奖|附件|表|章|证)|人名|人员|名单|[一二三特]等奖|获奖|得奖|奖项|奖金|证书|字数|字体"
    r"|附件[几多]|材料|普及率|成果率|注册编号|同一个?|每个?(?:小组|班组|人)|合并|联合|一起报|发表|会议|代表|课题类型|费|奖励|经费|效益|[\d千百万]\s?[元块]|投诉|事故|经济效益"
    r"|[一1]个?(?:人|小组|qc小组|班组|班|课题)(?:一年|今年)?(?:最多|只|可|能|申?报|交)|转给|转让|让给|调剂|[匀借挪]给|用不完|能给(?:小组|班组)|(?:班|小)?组(?:里(?!面?头?有?\d+个?[没未不被退驳])|内|成员|人数)|重复报|报(?:过|两次)")
BACKWARDS_ASKED = re.compile(
    r"(?:至少|最少|起码|最低|最起码|多少才|几个才|才(?:能|够|可以?|给|有|得|行|报)|倒推|倒着|反推|反算|反过来).{0,12}(?:备案?|登记|注册|小组|班组|数|多少|几)"
    r"|(?:要|得|需要?|该|应|须)(?:有|先|再|提前)?(?:备案?|登记|注册|通过)(?:通过)?(?:上|够|到|了)?(?:多少|几)|备案?(?:数|量|数量|通过|多少|几个|多少个)(?:小组|班组|qc)?(?:才|就?能达|至少|要|得|需|起码|最少|最低|够)"
    r"|(?:要|得|需要?)(?:多少|几)个?(?:qc)?(?:小组|班组|备案)|备(?:案)?多少|备案?(?:数|通过数)?(?:要|得|需要?|该|应该?|达到?)(?:是|有|到|达到)?(?:多少|几|[什啥]么?数)|备案数?多少(?:才|对应|能|可)|对应(?:多少|几)个?备案|对应备案(?:多少|几)|门槛|(?:几|多少)个?(?:qc)?(?:小组|班组)备案|还?[差缺](?:多少|几)|再备(?:案|上)?(?:多少|几)|(?:小组|班组|备案)(?:数量?)?(?:至少|最少|起码|最低)")
# The number asked for comes before what it gives: 多少个班组才能报4个, 几个小组可以报3个成果. Only where a wish is named.
BACKWARDS_WITH_WISH = re.compile(
    r"(?:多少|几)个?(?:qc)?(?:小组|班组)?(?:备案|通过|登记)*\s?(?:才|就|能|可以?|够)|(?:要|得|需要?|该|应该?|须|必须)(?:有|达到|到|够)(?:多少|几)|(?:达到|到|够)(?:多少|几)|(?:备案|通过)数.{0,4}(?:多少|几)")
YES_NO = re.compile(r"行不行|行吗|行么|行嘛|行不|[可能]以?(?:不|吗|么|嘛|吧|否)|可不可|能不能|能否|可否|够吗|够不|够么|[没有]?超|多不多|多了|合适|对吗|对不|对吧|对么|对伐|系咪|是不是|有没有问题|没问题|没错|没毛病|是这样|合规|允许"
                    r"|成不|中不|好不好|真的|属实|听说|据说|(?:领导|主任|经理|厂长|书记|[科部处]长|同事|有人|他们?|群里|老师|人家|别人)说|为[啥何]不|为什么不|ok|[能可].{0,10}不$|^[能可]|[吗吧]$|[吗吧][?。]")
ALL_OF_THEM = re.compile(r"[都全](?:部|数)?(?:能|可以?)?(?:申?报|推荐?|上)")
NONE_AT_ALL = re.compile(r"(?:一个|[1一]个|一家|全|都|也)?(?:小组|班组)?(?:都|也)没(?:有)?(?:备案|登记|通过)|(?:没有?|从未|未|从来没)(?:在[^,;。?!]{1,8}[里上])?(?:做过?|搞过?|通过)?(?:备过?案|登记)过?|(?:小组|班组)(?:一个|1个)?(?:都|也)没有?")
# A clause that asks nothing but an amount: 到底几个, 各是多少.
JUST_HOW_MANY = re.compile(r"^\s*(?:那么?|申报|上报|各自|到底|究竟|所以|今年|我们?|咱们?|应该?|是|有|一共|总共|合计|分开|分别|两[个样]|加起来|各自?|算|能|可以?|的|\s)*(?:[几多]少?|好多)个?(?:[呢啊呀嘛]|$)\s*$")
HALF, TWICE = re.compile("一半|减半|半数"), re.compile("翻(?:一|1)?[倍番]|两倍|2倍")
REMAINING = re.compile(r"还[能可]以?(?:再)?报|还?剩|剩余|剩下")
ONE_MORE = re.compile(r"(?:想|要|得)再?多\s?$|多(?:报|推|选|拿|要|送|给|上|来|争取)(?:了|上|到)?\s?$")
_PASSING = "(?:备案?|登记|注册|通过|过|批|弄|整|算)*"
MORE = re.compile(rf"(?:(?:再|又|还|另外?)(?:多|加上?|增加|添|有|补|来)|[再又](?=备|登记|注册|通过|过|批)|(?<![最好不])多|(?<![参])加上?|漏|少[算数填写录计]){_PASSING}(?:上|了|下来)?\s?$")
FEWER = re.compile(rf"(?:(?<![至最不])少(?![算数填写录计])|减[少去掉]?|去掉|扣[除掉去]?|刨[去除掉]|剔除|除[去掉]|多[算数填写录计]|重复[算数填写录计]?|[算数填写录计]重){_PASSING}了?\s?$")
# What may stand beside the number or kind when nothing else is asked: a fragment (499个小组) or a follow-up (那班组呢).
_FILLER = re.compile(
    r"哎呀?|没得|后来|批(?:下来|准)?|其中|里[面头]|唉|漏|颠倒|对调|[说弄搞写]?反|倒过来|不[止只光]|[大上]?前年|数字|增加到?|[涨升]到?|提高到?|当时|当初|[合加]一起|一块儿?|没错|没变|不变|重新|一遍|两[样种]|[加合](?:起来|一起|在一起)|(?:打|说|写|看|记|搞|弄|输|算|数)[错反混串岔](?:行|列)?了?|不好意思|抱歉|我?说的是?|(?:查|核|翻|核实|确认|问)(?:了|过)?(?:一?下)?|准确|确切|具体|实际|刚才?|查到|就是"
    r"|只|还?没有?|统计|提交|所以|过审|未|暂[时无]|急|在线等|挺|剩下|先|说|差|审核|那么?|如果|要是|假如|假设|万一|若是?|换成|换|改成?|改为|不对|错了|更正|纠正|应该|其实|哦|噢|嗯|额|啊|是|的话|话|呢|吗|嘛|呀|吧|哈|了|的|怎么样|怎么|咋|多少|几个|几"
    r"|明年|后年|去年|上年度?|上一年|今年|我们?|咱们?|俺们?|本?单位|公司|集团|全厂|厂里?|企业|一共|总共|合计|有|共|都|均|全部?|已经?|过了|通过|备案?|登记|注册|报备|信得过|质量管理|质量|小组|班组|qc|数量?|个|支|只|正好|刚好|整好?"
    r"|大概|大约|左右|能报|可以|可|能|名额|指标|各|再|又|重复|加|减|扣|过|看看?|一下|下|就|还|和|与|及|跟|或|n|m|=|:|多|少|按|算|同样|一样|问|请|谢谢|您?你?好|老师|这边|这|也|来|给|出|要|报|成|到|分别|不是|而是|不|行业|活动")
_SPACE = re.compile(r"[\W_]+")
_ITEMS = re.compile(r"[\s、]+")


def about_quotas(words: str) -> list[str]:
    """The clauses that could ask for a quota: without those about reviewers, contributors, prizes, …"""
    clauses = []
    for clause in _CLAUSES.split(words):
        parts = _ITEMS.split(clause) if NOT_QUOTA.search(clause) else [clause]
        clauses += [part for part in parts if not NOT_QUOTA.search(part)]
    return clauses


def any_of(pattern: re.Pattern, clauses: list[str]) -> bool:
    return any(pattern.search(clause) for clause in clauses)


def just_how_many(clauses: list[str]) -> bool:
    """Whether a clause, or a piece of one between blanks, asks an amount and nothing else."""
    return any(JUST_HOW_MANY.search(piece) for clause in clauses for piece in clause.split())


def residue(values: Values, words: str, begin: int = 0, end: int | None = None, filler: re.Pattern = _FILLER) -> str:
    """What is said, from ``begin`` to ``end``, besides numbers, days and filler."""
    end = len(words) if end is None else end
    for said in sorted((*values.numbers, *values.days), key=lambda said: -said.start):
        if begin <= said.start and said.end <= end:
            words, end = words[:said.start] + words[said.end:], end - (said.end - said.start)
    return _SPACE.sub("", filler.sub("", words[begin:end]))
