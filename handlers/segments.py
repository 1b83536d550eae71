"""A message cut into segments, each with whether it asks something."""

from __future__ import annotations

import re

import msgspec

MOST = 20  # segments of one message that are read: of a longer one those at its beginning and its end
# 普及, 参与, 总和: a conjunction's character within a word parts nothing.
BREAK = re.compile(r"[。！？!?;；\n]+|[,，、:：—+/|]+|\.(?!\d)|\s+(?!ok(?:ay)?\W*$)|以及|还有|另外|顺便|再问|同时|还想问|(?<![总共饱温])和(?![谐解])|跟(?![班踪进着随])"
                   r"|(?<![参给])与(?!否)|(?<![普涉波顾])及(?![格时])")
STRONG = re.compile(r"[?？]|吗|呢|么|不[呀啊咯嘞哦哈]?$|没[有呀啊]?$|几|多少|啥|什么|怎|咋|哪|谁|何|能否|可否|行不|能不|可不|要不|是不是|有没有|发我|给我|发一下"
                    r"|告诉|介绍|说说|说一下|来一份|查一下|求|问|叫|区别|不同|么子|得行|吧$|还是(?![想会])|(?P<one>[^\s，,])不(?P=one)|(?P<two>[^\s，,]{2})不(?P=two)|need|what|when|how|where|which|who")
NO_QUESTION = re.compile(r"(?:什么|啥|谁|哪儿?|怎么|几)(?:都|也)|没什么|没啥|不怎么|几乎|哪怕|好几|十几|几十|请问一?下?|想问一?下?|问一下|求助|(?:[一二两三四几\d]个|有个|有点|些)问题")
HEADING = re.compile(r"[\[【][^\]】\n]{1,10}[\]】]")
ITEM = re.compile(r"(?<![\d附件第.])[1-9](?=[.、)]?[\u4e00-\u9fff])(?![个人名年月日号字条项天万次档类种分]|班组|小组)")
# 这个说的对吗: what stands beside it is asked about, though it is put as a statement.
DOUBT = re.compile(r"(?:这个?|那个?|上面|以上|他们?|群里)?(?:说的|讲的|说法|消息|传的|写的|通知)?(?:都|是)?(?:对|真的?|靠谱|属实|准|准确|正确|没错|可信|是这样|这样)(?:吗|么|不|嘛|不对|伐|没|吧)?[?？]*")
TALK = re.compile(r"[的了好过着]$|[我你您他她咱俺]|领导|同事|老师|今天|昨天")
EACH = re.compile(r"[^各分都]{2,8}?(?:各自?|分别)(?:都|各)?(?P<asked>.{2,})$")  # 汇总表分别是附件几
JOINS = frozenset("和跟与及、")
ONLY_KIND = re.compile(r"(?:qc)?小组的?|(?:信得过)?班组的?")
SHORT_NOUN = 8  # characters up to which a bare noun in an enumeration asks for itself


class Segment(msgspec.Struct, frozen=True):
    """A piece between two breaks. ``asks``: it asks by itself; ``names``: it may name what is wanted without asking."""

    text: str
    asks: bool
    names: bool


def is_question(text: str) -> bool:
    return bool(STRONG.search(NO_QUESTION.sub("", text)))


def segments(text: str) -> list[Segment]:
    """The pieces of a text in order; blank ones and headings in brackets ([聊天记录]) left out."""
    text = _numbered_apart(HEADING.sub(" ", text) if "[" in text or "【" in text else text)
    pieces: list[tuple[str, str]] = []
    place = 0
    for found in BREAK.finditer(text):
        pieces.append((text[place:found.start()].strip(), found.group()))
        place = found.end()
    pieces.append((text[place:].strip(), ""))
    pieces = _shared([piece for piece in pieces if piece[0]])
    pieces = pieces if len(pieces) <= MOST else pieces[:MOST // 2] + pieces[-MOST // 2:]
    doubted = any([DOUBT.fullmatch(piece) for piece, _ in pieces])
    return [Segment(piece, _asks(piece, mark), doubted or _is_noun(piece)) for piece, mark in pieces]


def _numbered_apart(text: str) -> str:
    """1评委推荐几个2经历多少字 → a break before each item, where the items count up from 1."""
    found = list(ITEM.finditer(text)) if "1" in text else []
    if [match.group() for match in found] != [str(number) for number in range(1, len(found) + 1)] or len(found) < 2:
        return text
    return ITEM.sub("\n", text)


def _shared(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """申报表和汇总表分别是附件几 → 申报表是附件几, 汇总表是附件几."""
    for place in range(len(pieces) - 1, 0, -1):
        each = EACH.match(pieces[place][0])
        if not each:
            continue
        asked = each.group("asked")
        for earlier in range(place - 1, -1, -1):
            noun, mark = pieces[earlier]
            if mark not in JOINS or not _is_noun(noun) or is_question(noun) or ONLY_KIND.fullmatch(noun):
                break
            pieces[earlier] = noun + asked, mark
    return pieces


def _is_noun(piece: str) -> bool:
    """Whether a piece may stand in an enumeration of what is wanted: short, and no sentence about oneself."""
    return len(piece) <= SHORT_NOUN and not TALK.search(piece)


def _asks(piece: str, mark: str) -> bool:
    return is_question(piece) or "?" in mark or "？" in mark
