"""The words around pasted material: labels, instructions, questions whether it is right. Language, read by sound where dictated.

A View is the message as it is read (widths, case and script made one), each character with its place in the raw message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from handlers.ask import Family
from handlers.pasting.phrasing import ASKING, one_of, pattern
from knowledge.model import Kind
from knowledge.text import INVISIBLE, normalise

G, C = Kind.GROUP, Kind.CREW
SIMPLIFIED_AT_MOST = 3_000  # characters of a view that are simplified one by one

def _labels(owners: str, nouns: str, kind: Kind | None) -> list[tuple[str, Kind | None]]:
    """班组 + 的 + 正式 + 名称: every way of putting a label together."""
    return [(owner + of + noun, kind) for owner in owners.split() for of in ("", "的") for noun in nouns.split() if len(of + noun) != 2 or not of]


_TITLES = "名称 名字 命名 题目 标题 题名 名 正式名称 完整名称"
_NAMES = "名称 名字 名 正式名称 正式名字 规范名称 规范名字 完整名称 全称 全名 名叫 名称叫 名字叫"
_OF_COMPANIES = "名称 名字 名 全称 全名 正式名称 正式全称 规范名称 完整名称 规范全称"

LABELS: dict[Family, tuple[tuple[str, Kind | None], ...]] = {
    Family.NAMES: tuple((word, None) for word in (
        "主要完成人名单", "主要完成人姓名", "主要完成人员名单", "主要完成人员", "主要完成人", "主要完成者", "完成人名单", "完成人姓名", "完成人员名单", "完成人员", "完成人", "人员名单", "成员名单",
        "小组名单", "班组名单", "小组人员", "班组人员", "小组成员", "班组成员", "名单", "人员姓名", "署名")),
    Family.TITLE: (
        *_labels("班组成果 班组建设成果 班组活动成果 信得过班组成果 质量信得过班组成果 信得过班组建设成果 质量信得过班组建设成果 信得过成果 班组课题", _TITLES, C),
        *_labels("小组成果 小组课题 qc成果 qc课题 qc小组成果 qc小组课题 质量管理小组成果 质量管理小组课题 课题", _TITLES, G),
        *_labels("成果", _TITLES, None), ("题目", None), ("题名", None), ("标题:", None), ("项目名称", None), ("成果叫", None), ("成果:", None), ("课题:", G),
        ("成果取名", None), ("成果起名", None), ("成果命名为", None), ("课题叫", G), ("题目叫", None), ("班组成果叫", C), ("小组成果叫", G)),
    Family.TEAM: (
        *_labels("班组 信得过班组 质量信得过班组", _NAMES, C), *_labels("小组 qc小组 质量管理小组", _NAMES, G),
        ("班组叫", C), ("小组叫", G), ("班组就叫", C), ("小组就叫", G), ("组名:", None), ("班名:", C)),
    Family.COMPANY: (*_labels("企业 单位 公司 所在单位 所在企业 所在公司 申报单位 申报企业", _OF_COMPANIES, None), *((word, None) for word in (
        "公司叫", "单位叫", "企业叫", "所在企业", "所在单位", "所在公司", "申报单位", "企业:", "公司:", "单位:"))),
}
FORM_LABELS = ("课题类型", "经济效益", "邮政编码", "邮编", "手机号码", "手机号", "手机", "小组人数", "班组人数")

# Instructions and small talk that may stand in front of material.
_FRONT = """有这几个人 这几个人 这几位 有这几位 下面几位 让你 让您 请你 您给 你给 写得对不对 写的对不对 填得对不对 填的对不对 写得对吗 写的对吗 核一下 核下 核 您好 你好 老师好 老师 请问一下 请问 请 麻烦您 麻烦你 麻烦 帮我们 帮我 帮忙 帮咱 帮 替我 给我 我想请您 我想 我要 想要 想 检查一下 检查下 检查检查 检查 看一下 看下 看看 看一看
看 瞅瞅 瞅一下 瞧瞧 核对一下 核对下 核对 核实一下 核实 审一下 审核一下 审核 审查 校对一下 校对 把把关 把下关 把关 确认一下 确认下 确认 验一下 改一下 改下 改改 修改一下 修改 纠正
查一下 查下 查查 这是我们 这是 这个 这份 这 以下是 以下 下面是 下面 如下 下列 我们的 我们 咱们的 咱们 咱的 咱 我的 我 俺们 本 单位 的 改好了 改好啦 已改好 改好 改完了 改过来了 改过了 改了 改正后
修改后 重新发 重发 重新 再 好了 好的 好 嗯 哦 那么 那 现在 一下 想问问 想问 问一下 问下 问问 对不对 是不是对 是否正确 是否合规 是否规范 是否合格 是否符合要求 是否符合规定 是否符合 是否可以 是否有问题
有没有问题 有没有错 有没有毛病 有无问题 行不行 可不可以 可以不可以 行不 行吗 行么 行不呀 行吗呀 可以吗 可以不 对吗 对不 合规吗 合规不 合不合规 合不合格 合格吗 小组 班组 qc小组 qc 质量管理小组 质量信得过班组 信得过班组
质量信得过 信得过 今年 今年的 申报表里 申报表 表里 表格 表 里面 里 这样 这么 这样子 格式 人数 字数 名字 名称 内容 材料 如题 成果 课题 主要 顺便 还有 另外 有劳 辛苦 亲 在吗 是 为 填写 填的是 填的 填成 填 写的是 写的 写成 写 起的
起名 叫做 叫 拟定为 拟为 拟 定为 暂定 准备 打算 换成 改成 改为 就写 就填 就叫 取名为 取名 起名为 命名为 命名 用的是 报的 报 啊 呀 哈 哦 呢 吧 了 符合要求吗 符合规定吗 符合吗 规范吗 规不规范 正确吗 有问题吗 没问题吧 ok吗 合适吗 合适不 妥不妥 是否妥当 能不能行 能不能过
能过吗 能用吗 能不能用 能这样写吗 能这么写吗 可以这样写吗 超没超 超了吗 超不超 够不够 几个人 一遍 按要求 按通知 按通知要求 准备申报 申报的 申报 参评 报送 信息 情况 一眼 下 哈喽 新 版 对比 转发 烦请 劳驾 能否 能不能 可否 可以 能 您 你 给 的人员 的人 人员 成员 把把 的关 改成逗号 换成逗号 改为逗号 变成逗号 把顿号改成逗号 把顿号换成逗号 成逗号 用逗号隔开 逗号隔开"""
# What may follow material. Those behind the bar only count behind a blank or another such word: they may end a title.
_BACK = """行吗 行不 行不行 行么 行不呀 行吧 行嘛 行呗 可以吗 可以不 可以么 可以吧 可以嘛 可不可以 可以不可以 对吗 对不 对不对 对么 对吧 对嘛 是不是对的 合规吗 合规不 合规么 合不合规 合规嘛 合适吗 合适不 合适么 合不合适 妥不妥
写得对不对 写的对不对 填得对不对 填的对不对 ok吗 ok不 ok么 ok okay吗 okay 请审 请审核 请指正 请把关 请过目 超字数没 超字数吗 超字数了吗 超字没 字数超没超 字数超了吗 人数超没超 长不长 太长吗 太长了吗 太长没 超长吗 超长没 短不短 没问题吧 没问题吗 没毛病吧 有问题吗 有问题不 有问题么 有没有问题 有问题没 有问题没有 有无问题 有什么问题吗 有什么问题 有啥问题吗 有啥问题 有错吗 有没有错 有错没 有没有毛病 有毛病吗 哪里不对 哪儿不对 哪里有问题
正确吗 正确不 是否正确 是否合规 是否规范 是否可以 是否符合要求 是否符合规定 是否符合 是否有问题 是否合格 符合要求吗 符合要求不 符合规定吗 符合规定不 符合吗 符合不 符不符合 符不符合要求 符不符合规定 合格吗 合格不 合不合格 规范吗 规范不 规不规范 标准吗
好不好 好吗 怎么样 咋样 怎样 能过吗 能过不 能不能过 能用吗 能用不 能不能用 能行吗 能行不 能成吗 成不成 成吗 中不中 中不 过关吗 过得去吗 这样写 这么写 这样填 这么填 这样起 这么起 这样叫 这么叫 这样报 这样 这么 这样子 这个名字 这个名称 这名字
这名称 这名 帮我看看 帮我看下 帮我看一下 帮我看 帮看看 帮看下 帮看一下 帮看 帮忙看看 帮忙看下 帮忙看一下 帮忙看 帮我检查一下 帮我检查下 帮我检查 帮忙检查一下 帮忙检查 帮检查一下 帮检查下 帮检查 帮我核对一下 帮我核对 帮核对一下 帮核对 请检查 请核对 请看看 请审核 看看
看下 看一下 看一看 瞅瞅 瞧瞧 检查一下 检查下 核对一下 核对下 审一下 校对一下 把把关 把个关 帮把关 谢谢 谢谢啦 谢了 多谢 麻烦了 麻烦您 辛苦了 劳驾 改成对的 改对 改好发我 改好 改正 改一下 改下 改改 帮我改 帮改 帮我改改 帮我改一下 帮我改下 帮忙改 发我 发给我 给我 给改改
要改吗 要改不 要不要改 用改吗 用不用改 需要改吗 需要改不 需要修改吗 怎么改 该怎么改 超没超 超了没 超了吗 超不超 超标吗 超标没 超了没有 超限没 超限吗 超没超限 够不够 多不多 多了吗 多没多 几个字 多少字 共几个字 算一下 数一下 数数 数下 是不是要改 帮数 帮我数 谁知道 呗
能这样写吗 能这么写吗 可以这样写吗 可以这么写吗 能这样填吗 可以这样填吗 能这么填吗 这样写对不对 领导让我问问 领导让问问 领导让问的 让我问问 我心里没底 心里没底 我拿不准 拿不准 急在线等 在线等 急等 等您回复 盼复 老师费心 费心了 费心 您费心 就这么定 就这样定 就这么着 写对了没 填对了没 写得对没
写得对吗 写的对吗 写对了吗 填对了吗 填得对吗 过审吗 能通过吗 会不会被退 会被退吗 会退回吗 通得过吗 有没有错误 错没错 错了吗 错没 不会错吧 应该没问题吧 应该可以吧 应该行吧 应该对吧 妥当吗 妥吗
以上是 以上就是 以上为 以上 上面是 这就是 这是 作为 当作 当做 做为 就这样 就这么 吗 呢 | 这个 那个 急 再 另外 顺便 还有 么 吧 呀 啊 嘛 哈 哦 检查 核对 审核 格式 人数 字数 顺序 标点 长度 名单 合规 规范 可以 如何 行 对 写 填 叫 起 报 的 我 是 不 没 了 这 那 用 做 改 帮 名字 名称 请 下 个 一下 小组 班组 qc 小组的 班组的 我们小组的 我们班组的 qc小组的 我们 我们的 就 也 都 能 到底 还 麻烦 帮我 帮忙 请帮忙 全部 内容 名字的 是不是 主要 申报 填表 申报表 表里 表 里 中 上 填在 写在 用在 作 当 这里 问题 合格 正确 要求 符合 正规"""

PUNCTUATION = " \t\n\r\u3000\u00a0,，、:：;；。.!！?？~～…()（）[]【】“”\"'‘’「」『』-—_*@#>·\u200b"
_SOFT_PUNCTUATION = " \t\n\r\u3000\u00a0,，、:：;；。.!！?？~～…—–―"

REAL_QUESTION = re.compile(
    r"什么|啥|哪[个些种里儿一]|怎么|咋|怎样|如何|为何|多少|多长|多大|几[个人字条位名项]|是否要|要不要|需不需要|用不用|能不能|可不可以|可否|是不是|有没有|还是|谁|吗|呢$|么$|不$|没$|[?？]")
RULE_TALK = re.compile(r"必须|应该|应当|需要|最多|最少|上限|下限|不超过|不能超|限制|要求|规定|规则|隔开|区分|区别|意思|依据|有无")
# Words with which a title begins or ends: in between stand 要求 and 规定 as well as anything.
TITLE_SHAPE = re.compile(r"^(?:实施|运用|推行|应用|提高|提升|降低|减少|缩短|研制|研发|优化|改进|消除|控制|解决|增强|强化).{6}|.{6}(?:经验|实践|探索|研究|做法)$", re.S)
# What an asker may write a field's rule about, rather than a value for it.
GENERIC = re.compile(
    r"^(?:简称|全称|缩写|英文|拼音|车间|部门|科室|班组|小组|名字|公司|集团|企业|单位|上级|上级部门|上级单位|公章|名称|集团公司|分公司|子公司|总公司|项目部|工段|数字|字母|符号|标点|空格|逗号|顿号|"
    r"备案|登记|注册|自己|随便|别的|其他|原来|去年|旧|新|一个|两个|领导|厂长|班长|组长|退休|外单位|外协|实习|劳务|同一|重复|一样|不同|最多|最少|顺序|排名|先后|姓名|人名|个人).{0,8}$"
    r"|^(?:也|还|都|究竟|到底|一定|仍|又)?(?:要|能|可以|可|应(?!用)|必须|需|得|不能|不要|不用|不可|带|加|包括|包含|含|有|超|写上|写明|填写|格式|里|中(?![石国海化油核煤建控心试])|和|跟|与|以及|及|是不是|会|该|只|都|算|用什么|按|从|对|在|用|之间|之中|这一?栏|那一?栏|栏|一栏|"
    r"最多|上限|不超|别|没|没有|被|由|如果|万一|排|放|错|改|变|重|前|后|太|字|命名|起名|取名|填报|更改|修改).{0,14}$|(?:的话|字样|职务|职称|部门名|公司名|车间名|单位名|集团名|厂名|可以吗|隔开)$")
# Words with which an asker speaks about a field's rule.
NOT_A_VALUE = re.compile(r"包括|范围|个人|或者|或是|还能|才能|就能|都能|不能|能改|能写|提交|之后|以后|的话|时候|如果|万一|已经|必须|比如|例如|自己|随便|就行|以内|不得|允许|一样|重复|一致|超过|可以|要不|是不是|两个选|哪个|结尾|开头|前面|后面|末尾|打头|起头|开口|收尾|字样|字眼|前缀|后缀|这种|这类|那种|举个|举例|示例|范例|模板|的$|(?:名|名字|名称|叫法|称呼|俗称|代号)$|^\d+字")
FORWARDED = re.compile(r"聊天记录|^.{0,3}转发|转自|@所有人|各位[,，:：]|大家注意|收到请回复")
CHECK_WORD = re.compile(r"检查|看看|看下|看一下|核对|核实|审|校对|把关|把把关|瞅|瞧|查一下|查下|查查|改一下|改改|修改|纠正|对不对|合规|确认|验|过过?目|过一[遍眼]|掌[掌个]?眼|核[核一下]|请核|[指斧]正|把[个下]关|参谋|复核|把把|帮我看|帮看|看")


def _words(text: str) -> list[str]:
    return sorted(set(text.split()), key=len, reverse=True)


ASKED = re.compile(pattern(ASKING))
_FRONT_WORDS = re.compile(f"{ASKED.pattern}|{one_of(_words(_FRONT))}")
_HARD, _SOFT = (_words(half) for half in _BACK.split("|"))
_BACK_HARD = re.compile(f"{pattern(ASKING, backwards=True)}|{one_of(word[::-1] for word in _HARD)}")
_BACK_SOFT = re.compile(one_of(word[::-1] for word in _SOFT))
# Two characters that end one word and begin another (合成不锈钢, 集中不良) ask nothing in the middle of a text.
_BETWEEN_WORDS = "(?![成中妥][吗不吧么]|可[不吧])"
CUT = re.compile(r"这[几一二三四五六七八九十两\d]{1,3}[个位]?(?:名字|姓名|人|完成人)|" + f"{_BETWEEN_WORDS}(?:{ASKED.pattern})|" + one_of(
    word for word in _HARD if len(word) > 1 and word not in ("以上", "这是", "作为", "给我", "这样", "这么", "ok", "okay", "发我", "怎样", "当作", "这名", "成吗", "中不")))


# （小组）, （班组的，请核） behind material: an instruction, no part of it. Read backwards.
_ASIDE = re.compile(r"[）)\]】][。.!！?？\s]{0,2}(?:[^（()）\[\]【】]{0,10}[,，;；:： ])?(?:的|类|用|果成|单名|动活|表报申|表){0,3}(?:组小|组班|cq)(?:理管量质|过得信量质|过得信|cq|报|的|是|属于|我们){0,2}[（(\[【]")
_UNSEEN = re.compile(rf"{INVISIBLE.pattern}|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class View(msgspec.Struct, frozen=True):
    """The message as read, ``at`` giving each character's place in ``raw``."""

    raw: str
    text: str
    at: Sequence[int]

    def slice(self, start: int, end: int) -> str:
        """The raw message between two places of the view, invisible characters included."""
        return self.raw[self.at[start]:self.at[end - 1] + 1] if start < end else ""


def view(raw: str, simplified: str = "") -> View:
    """The view of a raw message: NFKC, lower case, simplified, character by character. ``simplified``: its normal text, if known."""
    raw = raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw
    text, at = raw.lower(), range(len(raw))
    if len(text) != len(raw) or _UNSEEN.search(raw) or not unicodedata.is_normalized("NFKC", raw):
        chars = [*map(_plain, raw)]
        text, at = "".join(chars), at if "" not in chars else tuple(place for place, char in enumerate(chars) if char)
    if len(text) < SIMPLIFIED_AT_MOST and "".join(text.split()) != "".join((simplified or normalise(text).text).split()):
        simple = "".join(map(_simple, text))
        text = simple if len(simple) == len(text) else text
    return View(raw, text, at)


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """One character as it is read; "" for one that nobody sees."""
    if _UNSEEN.match(char):
        return ""
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


@lru_cache(maxsize=8192)
def _simple(char: str) -> str:
    return normalise(char).text or char


def skip_front(text: str, start: int, end: int) -> int:
    """Where the words of instruction at the front are over."""
    while start < end:
        if text[start] in PUNCTUATION:
            start += 1
            continue
        word = _FRONT_WORDS.match(text, start, end)
        if not word:
            return start
        start = word.end()
    return start


def skip_back(text: str, start: int, end: int, glued_to_words: bool = False) -> int:
    """Where the words behind the material begin, read from the end; ``glued_to_words``: what follows ``end`` is no material."""
    window = text[max(start, end - 120):end][::-1]
    at, glued, stripped = 0, True, glued_to_words
    while at < len(window):
        if window[at] in _SOFT_PUNCTUATION:
            at, glued = at + 1, False
            continue
        if aside := _ASIDE.match(window, at):
            at, glued, stripped = aside.end(), False, True
            continue
        word = _BACK_HARD.match(window, at)
        if not word and (soft := _BACK_SOFT.match(window, at)):
            before = window[soft.end():soft.end() + 1]
            if (stripped and glued) or not before or before in PUNCTUATION:
                word = soft
        if not word:
            break
        at, glued, stripped = word.end(), True, True
    kept = end - at
    while kept > start and text[kept - 1] in _SOFT_PUNCTUATION:
        kept -= 1
    return kept


def before_aside(text: str, end: int) -> int:
    """Where the material ends before an instruction in brackets: 张三，李四（班组）."""
    aside = _ASIDE.match(text[max(0, end - 40):end][::-1])
    return end - aside.end() if aside else end


def all_words(text: str) -> bool:
    """Nothing but instruction, questions whether it is right, and punctuation."""
    start = skip_front(text, 0, len(text))
    return start >= len(text) or skip_back(text, start, len(text)) <= start
