"""A pasted piece of group chat: its questions answered together, once each, with what stays unanswered (family forward)."""

from __future__ import annotations

import re
from collections.abc import Callable

from handlers.answer import Answer, Outcome
from handlers.ask import Ask, Family
from handlers.clarify import title
from handlers.conversation import Conversation
from handlers.outside import whom_to_ask
from handlers.questions import ELLIPTIC
from knowledge.model import Document, Kind
from knowledge.text import clean, squeeze

LEAST = 2  # questions of different subjects that make a chat
MOST = 60  # messages of a chat that are read in WeChat; the web page reads more
ECHOED = 60  # characters of an unanswered message that are shown
Asked = Callable[[str, Conversation], Ask]  # what one message asks, after the one before

_CLOCK = r"(?:(?:昨天|今天|星期.|周.|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.月]\d{1,2}日?)\s*)?(?:[上下]午|晚上|凌晨|早上)?\s*\d{1,2}:\d{2}(?::\d{2})?"
_HEAD = re.compile(rf"^(?P<who>\S.{{0,30}}?)[\s(（]+{_CLOCK}[)）]?$|^{_CLOCK}\s+(?P<who2>\S.{{0,30}})$")
_SAID = re.compile(rf"^[「“]?(?P<who>[^\s:：,，。?？!！、\d][^:：,，。?？!！、]{{0,14}}?)(?:\s*[(（]\d{{5,11}}[)）])?(?:\s+{_CLOCK})?\s*[:：]\s*(?P<text>\S.*)$")
_NOISE = re.compile(r"\[(?:图片|表情|动画表情|语音|视频|文件|链接|位置|微笑|呲牙|强|OK|捂脸|玫瑰|抱拳|合十)\]|@\S{1,20}[\s\u2005]"
                    r"|^.{0,20}(?:撤回了一条消息|加入了?群聊|邀请.*加入|修改群名).*$|^[-—–_=*\s]{3,}$|^(?:以上|以下|以上是|这是).{0,12}(?:聊天记录)?$")
_ASKS = re.compile(r"[?？]|吗|呢$|么[?？]?$|不[呀啊咯嘞哦]?$|没[有呀啊]?$|几[个人号时月天份条名]|多少|啥|什么|怎么|怎样|咋|哪|谁|何时|能否|可否|行不|能不|可不|要不要|是不是|有没有|请问|求助|求问|问一下")
_NUMBER = re.compile(r"\s*[(（<]\S{5,30}[)）>]$")  # the QQ number or address behind a name
_LABEL = re.compile(r"^(?:转发|转自.*|发件人|收件人|主题|正文|抄送|附件.*|第.*|问题?\d*|问|答|注|通知.*|q\d*|a\d*)$", re.IGNORECASE)


def messages(text: str) -> list[tuple[str, str]]:
    """Who said what, in order; who is "" for a line without a speaker."""
    found: list[list[str]] = []
    speaker = ""
    for line in (_NOISE.sub("", one).strip(" \t　」”") for one in clean(text).split("\n")):
        if not line:
            continue
        if head := _HEAD.match(line):
            speaker = _NUMBER.sub("", head["who"] or head["who2"])
        elif (said := _SAID.match(line)) and not _LABEL.match(squeeze(said["who"])):
            found.append([said["who"], said["text"].strip()])
            speaker = ""
        else:
            found.append([speaker, line])
    return [(who, said) for who, said in found if len(said) > 1]


def questions(text: str, most: int = MOST) -> list[str]:
    """The messages that ask something, none twice; at most ``most``."""
    return list(dict.fromkeys(said for _, said in messages(text) if _ASKS.search(said)))[:most]


def wants_group_chat(raw: str, asked: Asked, is_word: Callable[[str], bool]) -> Ask | None:
    """A chat of at least two speakers, or one with the hour, with questions about different things; None for anything else.

    ``is_word``: whether a speaker's name is one of the notice's own words, as the labels of a pasted form are.
    """
    if raw.count("\n") < 2:
        return None
    speakers = {who for who, _ in messages(raw[:4000]) if who and not is_word(who)}
    timed = any(_HEAD.match(line.strip()) for line in clean(raw[:4000]).split("\n"))  # 张三 10:23 stands above nothing but a message
    if len(speakers) < (1 if timed else 2):
        return None
    ask = group_chat(raw, asked)
    return ask if sum(one.topic != "unanswered" for one in ask.parts) >= LEAST else None


def group_chat(raw: str, asked: Asked, most: int = MOST) -> Ask:
    """All that the chat asks: one part for each subject, in order, and one for each message that finds no answer."""
    found: list[Ask] = []
    earlier = Conversation()
    for said in questions(raw, most):
        ask = asked(said, earlier if ELLIPTIC.search(squeeze(said)) else Conversation())
        parts = [one for one in ask.parts or (ask,) if one.family is not Family.CHAT]
        for one in parts:
            _add(found, one if one.family is not Family.CLARIFY else Ask(Family.CLARIFY, topic="unanswered", text=said[:ECHOED]))
        if parts and parts[-1].entry:
            earlier = Conversation(family=parts[-1].family, entry=parts[-1].entry, kinds=parts[-1].kinds, concepts=tuple(parts[-1].concepts))
    return Ask(Family.FORWARD, topic="group_chat", parts=tuple(found), material=raw, entry=next((one.entry for one in found if one.entry), ""))


def _add(found: list[Ask], ask: Ask) -> None:
    """Once each: a question asked before for the other kind gets that kind too."""
    for place, one in enumerate(found):
        if (one.family, one.entry) == (ask.family, ask.entry) and (one.text == ask.text or one.entry and not one.values.numbers and not ask.values.numbers):
            both = () if not one.kinds or not ask.kinds else tuple(kind for kind in Kind if kind in one.kinds + ask.kinds)
            found[place] = one.but(kinds=both)
            return
    found.append(ask)


def answer_chat(ask: Ask, answer_one: Callable[[Ask], Answer], notice: Document) -> Answer:
    """The answers by subject, numbered; then what the notice leaves open; then what found no answer."""
    open_points = [one for one in ask.parts if one.family is Family.OUTSIDE]
    unanswered = [one.text for one in ask.parts if one.topic == "unanswered"]
    parts = [answer_one(one) for one in ask.parts if one.family is not Family.OUTSIDE and one.topic != "unanswered"]
    parts = _without_repeats(parts)
    texts = [f"【{number}】{_titled(one, notice)}" for number, one in enumerate(parts, 1)]
    if open_points:
        names = "；".join(dict.fromkeys(title(notice, one.entry) for one in open_points))
        texts.append(f"【通知未规定】{names}。\n{whom_to_ask(notice)}")
    if unanswered:
        texts.append("\n".join(["【没有答上】通知里可能没有写，也可能是我没看懂：", *(f"· {one}" for one in unanswered)]))
    head = f"群里问了{len(parts) + len(open_points) + len(unanswered)}件事，一起答复如下："
    return Answer("\n\n".join([head, *texts]), Family.FORWARD, Outcome.ANSWERED if parts else Outcome.NOT_STATED if open_points else Outcome.NOT_UNDERSTOOD, entry=ask.entry,
                  clauses=tuple(label for one in parts for label in one.clauses))


def _without_repeats(parts: list[Answer]) -> list[Answer]:
    """Without an answer whose every line stands in an earlier one: 名额怎么算, then 班组是不是10%."""
    said: set[str] = set()
    kept = []
    for one in parts:
        lines = set(one.text.split("\n"))
        kept += [] if lines <= said else [one]
        said |= lines
    return kept


def _titled(answer: Answer, notice: Document) -> str:
    return f"{title(notice, answer.entry)}\n{answer.text}" if answer.entry in notice.entries else answer.text
