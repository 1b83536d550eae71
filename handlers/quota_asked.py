"""Whether a message asks for a quota to be worked out, and from which numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.counts import VAGUE, Count, Counted, counts, kinds_said
from handlers.values import Number, Values
from knowledge.model import Document, Kind
from knowledge.text import NormalText

FORWARD, BACKWARDS, ALLOWED, UNCLEAR, HOW_MANY = "quota", "backwards", "allowed", "unclear", "how_many"

_CLAUSES = re.compile(r"[,;。?!\n]")
_REPORT = r"(?:上报|申报|报|推荐|推|荐|选|送|分配|分|给|拿|得|批)"
_HOW_MANY = (rf"{_REPORT}(?:到|上|送|了|出|给)?(?:我们|咱们?)?(?:的)?(?:几(?![号点月日年天人页字位次份])|多少(?![人字页天次份钱])|最多)|(?:几|多少)个?(?:成果)?(?:名额|指标|配额)"
             r"|(?:名额|(?<!哪些)(?<!什么)指标(?=[有给是几多])|配额|名鹅|明额|quota)\s?(?:数|数量)?(?:还?是|有|给|为|分|该|能有|大概|到底|一共|总共|算下来是?|应该是?)?(?:多少|几个|几|=|\?|$)")
_ASKED_WITH_NUMBER = re.compile(
    rf"{_HOW_MANY}|名额|指标|配额|名鹅|明额|quota|[能可该](?:以)?(?:都|全部?)?(?:申?报|推荐?|选)|(?:几|多少|哪)个?[名项]|怎么?算|咋算|算算|算一?下|算出|帮算|计算"
    r"|四舍五入|是几|得几|各(?:能|可|有|是|报)|对应|能上|有戏|够不够|(?:能|可以?)不(?:能|可以?)报")
_ASKED_WITHOUT = re.compile(_HOW_MANY)
_QUOTA_WORDS = re.compile("[名配明]额|名鹅|指标|quota|几|多少|最多")  # without a number, one of them has to be there
_RULE = re.compile(r"比例|百分|%|％|哪?几档|档次|分档|按什么|按啥|依据|原则|怎么?个?分|如何分|怎么?个?(?:算|定|来|确定|分配|计算)|咋(?:算|定|分)|算法|规则|公式|标准"
                   r"|四舍五入|不够|用不完|调剂|转让|转给|浪费|增加|追加|取消|作废|调整|查|哪里看|在哪|什么时候|啥时候|谁|公布|下发|总量|全国|全行业|行业总|最低一档")
_NOT_QUOTA = re.compile(
    r"评[委为]|专家|评审|完成人|作者|署名|[几多]少?个?(?:人|字|页|位|天|次|年|钱|份|奖|附件|表|章|证)|人名|人员|名单|[一二三特]等奖|获奖|得奖|奖项|奖金|证书|字数|字体"
    r"|附件[几多]|材料|普及率|成果率|注册编号|同一个?|每个?(?:小组|班组|人)|合并|联合|一起报|发表|会议|代表|课题类型|费|投诉|事故|经济效益"
    r"|[一1]个?(?:人|小组|qc小组|班组|班|课题)(?:最多|只|可|能)|(?:班|小)?组(?:里|内|成员|人数)|重复报|报(?:过|两次)")
_BACKWARDS = re.compile(
    r"(?:至少|最少|起码|最低|最起码|多少才|几个才|才够|才能?|倒推|倒着|反推|反算|反过来).{0,12}(?:备案?|登记|注册|小组|班组|数|多少|几)"
    r"|(?:要|得|需要?|该|应|须)(?:有|先|再|提前)?(?:备案?|登记|注册|通过)(?:通过)?(?:上|够|到|了)?(?:多少|几)|备案?(?:数|量|数量|通过|多少|几个|多少个)(?:小组|班组|qc)?(?:才|能达|至少|要|得|需|起码|最少|最低|够)"
    r"|(?:要|得|需要?)(?:多少|几)个?(?:qc)?(?:小组|班组|备案)|备(?:案)?多少|(?:几|多少)个?(?:qc)?(?:小组|班组)备案|还?[差缺](?:多少|几)")
_YES_NO = re.compile(r"行不行|行吗|行么|行嘛|行不|[可能]以?(?:不|吗|么|嘛|吧|否)|可不可|能不能|能否|可否|够吗|够不|够么|[没有]?超|多不多|多了|合适|对吗|对不|是不是|有没有问题|没问题|合规|允许|成不|中不|好不好|ok|^[能可]|吗$|吗[?。]")
_ALL_OF_THEM = re.compile(r"[都全](?:部|数)?(?:能|可以?)?(?:申?报|推荐?|上)")
_NONE_AT_ALL = re.compile(r"(?:一个|[1一]个|一家|全|都|也)?(?:小组|班组)?(?:都|也)没(?:有)?(?:备案|登记|通过)|(?:没有?|从未|未|从来没)(?:做过?|搞过?|通过)?(?:备案|登记)过?|(?:小组|班组)(?:一个|1个)?(?:都|也)没有?")
_MORE = re.compile(r"(?:再|又|还)(?:多|加|增加|添)了?\s?$")
_FEWER = re.compile(r"(?:再|又)?(?:少|减少?)了?\s?$")
# What may stand beside the number or kind when nothing else is asked: a fragment (499个小组) or a follow-up (那班组呢).
_FILLER = re.compile(
    r"那么?|如果|要是|假如|假设|万一|若是?|换成|换|改成?|改为|不对|说错了?|错了|更正|应该|其实|哦|噢|嗯|额|是|的话|话|呢|吗|嘛|啊|呀|吧|哈|了|的|怎么样|怎么|咋|多少|几个|几"
    r"|去年|上年度?|上一年|今年|我们?|咱们?|俺们?|本?单位|公司|集团|全厂|厂里?|企业|一共|总共|合计|有|共|都|均|全部?|已经?|过了|通过|备案?|登记|注册|报备|信得过|质量管理|质量|小组|班组|qc|数量?|个|支|只|正好|刚好|整好?"
    r"|大概|大约|左右|能报|可以|可|能|名额|指标|各|再|又|看看?|一下|下|就|还|和|与|及|跟|或|n|m|=|:|多|少|按|算|同样|一样|问|请|谢谢|您?你?好|老师|这边|这|也|来|给|出|要|报|成|到|分别|不是|而是|行业|活动")
_SPACE = re.compile(r"[\W_]+")


def wants_quota(text: NormalText, values: Values, conversation: Conversation, notice: Document) -> Ask | None:
    """The question if a quota is to be worked out (forwards, backwards, or held against a wish); None for anything else.

    ``Ask.topic`` says which; ``values.numbers`` holds the counts, ``kinds`` the kind of each (empty: unsaid). For
    "backwards" the number is the wish; for "allowed" the first is the count, the second the wish.
    """
    words = text.text
    goes_on = values.numbers or _goes_on(conversation)
    if not (goes_on or _QUOTA_WORDS.search(words)) or not (clauses := _about_quotas(words)):
        return None
    if not goes_on and not _any(_ASKED_WITHOUT, clauses) and not _any(_NONE_AT_ALL, clauses):
        return None
    found = counts(text, values, notice)
    return (_none_registered(found, clauses, words) or _backwards(found, clauses, words, conversation)
            or _held_against(found, clauses, words, conversation) or _forward(found, clauses, values, words)
            or _follow_up(found, values, words, conversation) or _without_number(found, clauses, values, words))


def _about_quotas(words: str) -> list[str]:
    """The clauses that could ask for a quota: without those about reviewers, contributors, prizes, …"""
    clauses = []
    for clause in _CLAUSES.split(words):
        parts = clause.split() if _NOT_QUOTA.search(clause) else [clause]
        clauses += [part for part in parts if not _NOT_QUOTA.search(part)]
    return clauses


def _ask(topic: str, words: str, numbers: tuple[Number, ...] = (), kinds: tuple[Kind, ...] = ()) -> Ask:
    return Ask(Family.QUOTA, topic=topic, kinds=kinds, values=Values(numbers), text=words)


def _any(pattern: re.Pattern, clauses: list[str]) -> bool:
    return any(pattern.search(clause) for clause in clauses)


def _none_registered(found: Counted, clauses: list[str], words: str) -> Ask | None:
    """去年一个都没备案，能报几个: a count of zero in words."""
    if found.counts or not (_any(_NONE_AT_ALL, clauses) and (_any(_ASKED_WITHOUT, clauses) or "名额" in words)):
        return None
    zero = Number(Decimal(), 0, 0)
    kinds = kinds_said(words)
    return _ask(FORWARD, words, (zero,) * max(1, len(kinds)), kinds)


def _backwards(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """想报5个要备案多少: a wish, and the number of registrations is asked."""
    if not _any(_BACKWARDS, clauses):
        return None
    wish = found.target or (found.counts[0] if len(found.counts) == 1 else None)
    if wish is None or (found.target and found.counts):
        return None
    kinds = (wish.kind,) if wish.kind else kinds_said(words) or _remembered_kind(conversation)
    return _ask(BACKWARDS, words, (wish.number,) * max(1, len(kinds)), kinds)


def _held_against(found: Counted, clauses: list[str], words: str, conversation: Conversation) -> Ask | None:
    """100个小组报10个行吗: a wish held against the quota. Without a count: how many registrations it takes."""
    wish = found.target
    asked = _any(_YES_NO, clauses) or _any(_BACKWARDS, clauses)
    if len(found.counts) == 1 and not wish and asked and _any(_ALL_OF_THEM, clauses):
        wish = found.counts[0]
    if not wish or found.vague:
        return None
    if len(found.counts) == 1 and asked:
        return _against(found.counts[0].number, wish, found.counts[0].kind or wish.kind, words)
    if found.counts or not (asked or conversation.family == Family.QUOTA):
        return None
    kind = wish.kind or next(iter(_remembered_kind(conversation)), None)
    if conversation.family == Family.QUOTA and len(set(conversation.counts)) == 1:
        return _against(_as_number(conversation.counts[0]), wish, kind, words)
    if _any(re.compile("备案|登记|通过"), clauses):
        return None
    return _ask(BACKWARDS, words, (wish.number,), (kind,) if kind else ())


def _against(count: Number, wish: Count, kind: Kind | None, words: str) -> Ask:
    return _ask(ALLOWED, words, (count, wish.number), (kind,) if kind else ())


def _forward(found: Counted, clauses: list[str], values: Values, words: str) -> Ask | None:
    """320个小组能报几个, or only a count and its kind: 499个小组."""
    listed = found.counts
    asked = _any(_ASKED_WITH_NUMBER, clauses)
    if not listed and found.target and asked and _any(_ASKED_WITHOUT, clauses):
        listed = (found.target,)  # 去年报了120个小组，能报几个
    if not listed or not (asked or _only_a_count(listed, values, words)):
        return None
    if found.vague:
        return _ask(UNCLEAR, words, kinds=kinds_said(words))
    return _listed(listed, words)


def _only_a_count(listed: tuple[Count, ...], values: Values, words: str) -> bool:
    return any(count.kind or count.passed or "备案" in words for count in listed) and not _residue(values, words)


def _listed(listed: tuple[Count, ...], words: str) -> Ask:
    kinds = tuple(count.kind for count in listed if count.kind)
    if len(kinds) != len(listed):
        kinds = ()
    return _ask(FORWARD, words, tuple(count.number for count in listed), kinds)


def _residue(values: Values, words: str) -> str:
    """What is said besides numbers, days and filler."""
    for said in sorted((*values.numbers, *values.days), key=lambda said: -said.start):
        words = words[:said.start] + words[said.end:]
    return _SPACE.sub("", _FILLER.sub("", words))


def _remembered_kind(conversation: Conversation) -> tuple[Kind, ...]:
    """The one kind of the question before, if that was about quotas and about one kind."""
    kinds = tuple(dict.fromkeys(conversation.kinds)) if _goes_on(conversation) else ()
    return kinds if len(kinds) == 1 else ()


def _goes_on(conversation: Conversation) -> bool:
    return Family.QUOTA in (conversation.family, conversation.expects) or "quota" in conversation.entry


def _follow_up(found: Counted, values: Values, words: str, conversation: Conversation) -> Ask | None:
    """12个的话呢, 那班组呢, a bare number in answer to our question."""
    if not _goes_on(conversation):
        return None
    if VAGUE.search(words) or any(found.counts) and found.vague:
        return _ask(UNCLEAR, words, kinds=kinds_said(words) or _remembered_kind(conversation))
    if _residue(values, words):
        return None
    if values.numbers:
        return _other_number(found, values, words, conversation)
    if conversation.expects == Family.QUOTA and values.days:
        return _ask(UNCLEAR, words, kinds=_remembered_kind(conversation))
    return _other_kind(words, conversation)


def _other_number(found: Counted, values: Values, words: str, conversation: Conversation) -> Ask | None:
    listed = found.counts or (Count(values.numbers[-1]),)
    if any(count.kind for count in listed):
        return _listed(listed, words)
    number = _changed(listed[-1].number, words, conversation)
    wished = conversation.family == Family.QUOTA and not conversation.counts and not conversation.expects
    return _ask(BACKWARDS if wished else FORWARD, words, (number,), _remembered_kind(conversation))


def _changed(number: Number, words: str, conversation: Conversation) -> Number:
    """再多50个呢: from the count before."""
    before = words[:number.start]
    if len(set(conversation.counts)) == 1:
        base = conversation.counts[0]
        if _MORE.search(before):
            return replace(number, value=base + number.value)
        if _FEWER.search(before):
            return replace(number, value=base - number.value)
    return number


def _other_kind(words: str, conversation: Conversation) -> Ask | None:
    """那班组呢: the count before, for the other kind."""
    kinds = kinds_said(words)
    if not kinds:
        return None
    known = dict(zip(conversation.kinds, conversation.counts)) if len(conversation.kinds) == len(conversation.counts) else {}
    numbers = tuple(_as_number(known.get(kind, conversation.counts[0])) for kind in kinds if conversation.counts)
    return _ask(FORWARD if numbers else HOW_MANY, words, numbers, kinds)


def _as_number(count: int) -> Number:
    return Number(Decimal(count), 0, 0)


def _without_number(found: Counted, clauses: list[str], values: Values, words: str) -> Ask | None:
    """我们能报几个, with no number that could be used: a guess, a day, or nothing at all."""
    asked = [clause for clause in clauses if _ASKED_WITHOUT.search(clause) and not _RULE.search(clause)]
    if found.counts or not asked or _NOT_QUOTA.search(words):
        return None
    unclear = found.vague or values.days and "备案" in words
    return _ask(UNCLEAR if unclear else HOW_MANY, words, kinds=kinds_said(words))
