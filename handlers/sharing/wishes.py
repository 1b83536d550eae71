"""What an asker wants forwarded, read from the words: 转发 名额, 帮我生成一段发群里的…, 转发 Q3, 有更新吗, Q3·v5 还对吗.

A text that only was forwarded (转发：各位…这个说的对吗) is a question and none of this: see rumour.py.
"""

from __future__ import annotations

import re

import msgspec

from knowledge.text import squeeze

CODE = re.compile(r"(?<![a-z0-9])q(\d{1,3})(?![\d季]|(?!v\d)[a-z])(?:\s?[·.・•_ -]?\s?v(\d{1,4})(?!\d))?")
VERSION = re.compile(r"(?:v|第)\s?(\d{1,4})\s?版?")
LONGEST = 60  # characters of a wish
_ASKED_TO = r"(?:请|麻烦|劳驾|您|你|帮我?们?|给我?们?|替我?|我们?|想要?|需要|能不能|可不可以|可以|可否|能否|能|要|把|来|再|老师|你好|,|、)*+"
_READERS = r"(?:大家|各(?:车间|单位|班组|部门)|下面|基层|同事|班组长|领导)"
_START = re.compile(rf"^{_ASKED_TO}(?:转发|群发|转群里?|发群里?)(?!了|的通知|过来|自|来的|给我|失败)(?:一下|下)?(?:到|给|至|进)?(?:{_READERS}(?:看|用)的?)?")
_TO_GROUP = re.compile(r"(?:转发|发布|发|转|贴|放|丢|扔|推)(?:送|出)?(?:到|进|在|给|去|至|往|我)*(?:我们?|咱们?|本|各|一个)?"
                     r"(?:的)?(?:单位|公司|厂|车间|班组|部门|企业)?(?:的)?(?:工作|微信|qq|企业微信|钉钉)*群(?!名|号|发|主|友说|众)(?:里面?|上|内|聊)?")
_FOR_GROUP = re.compile(rf"(?:转发|群发)(?:给|到)?{_READERS}?(?:用|看)?的?(?:文字|文案|内容|说明|话术?|版本?|通知|材料|稿子?)"
                      r"|(?:可以|能够?|用来|方便|直接)(?:转发|群发)的?|群公告|群通知|群文案")
_FROM_GROUP = re.compile(r"群(?:里面?|内|上)?(?:有人|大家|都|刚|刚刚|在)?(?:说|问|传|讲|看到|看见|发的|发了|转的|转了|流传)|(?:转发|发)(?:来|过来)的|(?:看到|收到).{0,4}转发")
_TRUTH = re.compile(r"[对真准](?:吗|么|不|没|的假)|属实|靠谱|是不是真|是真是假|正确吗|有误|吗[?？。]?$|怎么转发|如何转发")
_FILLER = re.compile(r"(?:生成|编辑|编|写|拟|整理|准备|制作|弄|出|做|来|搞|给|要|成)?(?:一|几)?[段份条篇张](?:话|文字|文案|能|可以)?"
                    r"|(?:写|编|拟|发|做|出)个(?:群)?(?:通知|公告|说明)(?:吧)?|帮我?忙?|文字|文案|话术|能发|可以发|大家|同事们?|说一下|讲一下|谢谢|一下|[,。!?:]")
_LEAD = re.compile(r"^(?:请|麻烦|劳驾|您|你|帮我们?|给我们?|替我们?|我们|我|想要?|把|老师|你好|、|生成|编辑|编个|写个|拟个|整理|准备|制作"
                  r"|弄个|做个|来个|搞个|出个|发个|发|用来|用的|用|讲讲|讲|说说|说|提醒|通知(?=提醒|讲|说)|关于|有关|的|到|在)+")
_TAIL = re.compile(r"(?:(?:怎么)?(?:说明|通知|提醒|消息|短信|公告|版本|内容|弄成|做成|发我|给我|我|的|吧|呗|哈|用|看))++$")
_ALL = re.compile(r"^(?:全部|全套|所有问题|所有答案|所有的?|整份|全文|完整[的版]?|整个|一整套|都|常见问题|问答|faq|文件|word版?|电子版|汇总)++$")
_HOW = ("怎么转发", "如何转发", "转发怎么用", "能转发什么", "可以转发什么", "有什么可以转发", "转发功能", "可以转发哪些")
_WHICH = ("什么", "啥", "哪些", "怎么来", "怎么弄", "怎么用", "功能")
_UPDATE = re.compile(r"^(?:请问|老师|你好|那|最近|现在|目前|今天|通知|答案|内容|这个|公众号|口径|知识库|你们|有没有|是否有|是否|有|什么|啥|新的|最新的|,)*+"
                     r"(?:更新|变化|变动|改动|新版本?|最新版本?)(?:过|了|内容|情况)?(?:吗|没有?|么|不|吧)?[?？]?$")
_VALID = re.compile(r"^(?:这个?|那个?|编号|代码|版本|版|文字|转发|条|说的|的|还|现在|仍然?|是不是|有没有|是|今天|请问|老师|,|:)*+"
                    r"(?:对|有效|算数|管用|能用|可以用|可用|作废|过期|过时|变|改|更新|最新|旧|准|作数|老版本?)?(?:的|了|过)?(?:吗|么|不|没有?|呢|吧)?[?？。]*$")


class Wish(msgspec.Struct, frozen=True):
    """``does``: block, list, all, update. ``codes``: with the version that stands beside each (0: none)."""

    does: str
    about: str = ""
    codes: tuple[tuple[str, int], ...] = ()
    version: int = 0


def wish(text: str) -> Wish | None:
    """What is wanted, or None. ``text`` is normalised."""
    if len(text) > LONGEST or "\n" in text:
        return None
    flat, codes = squeeze(text), codes_in(text)
    if flat in _HOW:
        return Wish("list")
    if _wants_block(flat):
        return _block(flat, codes)
    if codes and _VALID.match(CODE.sub("", text).replace(" ", "")):
        return Wish("update", codes=codes)
    if (version := VERSION.match(flat)) and flat[0] == "v" and _VALID.match(flat[version.end():]):
        return Wish("update", version=int(version[1]))
    return Wish("update") if _UPDATE.match(flat) else None


def codes_in(text: str) -> tuple[tuple[str, int], ...]:
    """Q3·v7 → ("Q3", 7); Q3 → ("Q3", 0)."""
    if "q" not in text:
        return ()
    return tuple(dict.fromkeys((f"Q{int(found[1])}", int(found[2] or 0)) for found in CODE.finditer(text)))


def _wants_block(flat: str) -> bool:
    if "群" not in flat and "转发" not in flat or _FROM_GROUP.search(flat):
        return False
    if found := _START.match(flat):
        rest = flat[found.end():]
        return not _TRUTH.search(rest) and (rest[:1] not in (":", "】", "]", ",") or len(rest) <= 10 and not re.search(r"\d", CODE.sub("", rest)))
    return bool(_TO_GROUP.search(flat) or _FOR_GROUP.search(flat)) and not _TRUTH.search(flat)


def _block(flat: str, codes: tuple[tuple[str, int], ...]) -> Wish:
    about = flat
    for words in (_START, _TO_GROUP, _FOR_GROUP, _FILLER, _LEAD, _TAIL):
        about = words.sub("", about)
    if codes:
        return Wish("block", codes=codes)
    if about in _WHICH:
        return Wish("list")
    if _ALL.match(about):
        return Wish("all")
    return Wish("block" if about else "list", about)
