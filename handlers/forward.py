"""Texts that stand alone in a QQ group (family forward): which answers are wanted, and the text to be copied.

The words that ask for one are in sharing/wishes.py, the text itself in sharing/block.py; whether a text that only was forwarded is
right is told by rumour.py, what a group's chat asks by sharing/groupchat.py.
"""

from __future__ import annotations

import datetime as dt

from handlers.answer import Answer, Choice, menu
from handlers.ask import Ask, Family
from handlers.clarify import title
from handlers.conversation import Conversation
from handlers.questions import GOOD, find_questions
from handlers.reading import flat, read
from handlers.sharing.block import several
from handlers.sharing.edition import Edition
from handlers.sharing.updates import update
from handlers.sharing.wishes import Wish, wish
from knowledge.codes import by_code
from knowledge.index import Index
from knowledge.model import Document
from knowledge.text import NormalText, normalise

MENU = ("apply_window", "quota_rule", "materials", "contributors_limit", "title_rule", "registration_deadline", "done_after", "download", "contact")
MOST = 4  # answers in one text


def wants_forward(message: NormalText, notice: Document, index: Index, today: dt.date) -> Ask | None:
    """转发 名额, 帮我生成一段发群里的…, 转发 Q3, 转发 全部, 有更新吗, Q3 还对吗; None for everything else."""
    wanted = wish(message.text)
    if wanted is None:
        return None
    ask = Ask(Family.FORWARD, topic=wanted.does, text=message.text)
    if wanted.codes:
        return _by_code(ask, wanted, notice)
    if wanted.does == "block":
        return _about(ask, wanted.about, notice, index, today)
    return ask.but(material=f"v{wanted.version}" if wanted.version else "")


def _by_code(ask: Ask, wanted: Wish, notice: Document) -> Ask | None:
    """The answers with these codes. A code alone that nobody has (Q4 of a year) is no wish of ours."""
    found = [(by_code(notice, code), version) for code, version in wanted.codes]
    if not any(name for name, _ in found):
        return ask.but(topic="unknown_code", material="、".join(code for code, _ in wanted.codes)) if "还" in ask.text or wanted.does == "block" else None
    parts = tuple(Ask(Family.FORWARD, entry=name, material=f"v{version}" if version else "") for name, version in found if name)
    return ask.but(entry=parts[0].entry, parts=parts)


def _about(ask: Ask, about: str, notice: Document, index: Index, today: dt.date) -> Ask:
    """The answers that the words of the wish point at."""
    reading = read(normalise(about), notice, index, today)
    names = [_forwardable(one, notice, index, reading) for one in find_questions(reading, Conversation(), notice, index)]
    names = list(dict.fromkeys(name for name in names if name)) or [hit.entry for hit in index.rank(reading.concepts, reading.flat) if hit.strength >= GOOD
                                                                    and notice.entries[hit.entry].forwardable][:1]
    if not names:
        return ask.but(topic="list", material=about)
    parts = tuple(Ask(Family.FORWARD, entry=name) for name in names[:MOST])
    return ask.but(entry=names[0], parts=parts, kinds=reading.kinds, concepts=reading.concepts)


def _forwardable(ask: Ask, notice: Document, index: Index, reading) -> str:
    """The entry, or the nearest one that may be forwarded; "" for small talk."""
    if notice.entries[ask.entry].forwardable:
        return ask.entry
    if ask.family is Family.CHAT:
        return ""
    hits = index.rank(ask.concepts, flat(ask.text), most=5)
    return next((hit.entry for hit in hits if notice.entries[hit.entry].forwardable and hit.strength >= GOOD), ask.entry)


def forward(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The text to be copied, the list of what there is, the way to the whole file, or what changed."""
    if ask.topic == "update":
        return update(ask, notice)
    if ask.topic == "all":
        return Answer(_whole(ask.edition, notice), Family.FORWARD)
    if ask.topic == "block":
        entries = [notice.entries[one.entry] for one in ask.parts]
        text = several(entries, notice, ask.edition.version, today, ask.kinds)
        return Answer(text, Family.FORWARD, entry=ask.entry, clauses=tuple(label for one in entries if (label := notice.label(one.clause))))
    return _list(ask, notice)


def _list(ask: Ask, notice: Document) -> Answer:
    """转发: what can be forwarded, by number."""
    head = f"没有找到“{ask.material}”。可以转发的有：" if ask.material else "可以转发到群里的有："
    found = [(name, notice.entries[name].code) for name in MENU if name in notice.entries]
    choices = [Choice(f"{title(notice, name)}（{code}）", f"转发 {code}") for name, code in found]
    return menu(head, choices, Family.FORWARD, "回复数字即可；也可以发“转发 ”加主题或编号，如“转发 盖章”；要整份发“转发 全部”。")


def _whole(edition: Edition, notice: Document) -> str:
    """Where the whole of it can be read and fetched."""
    if edition.address:
        where = f"网页：{edition.address}/faq\n文件（可放到群文件）：\nWord：{edition.address}/faq.docx\n纯文字：{edition.address}/faq.txt\n倒计时日历：{edition.address}/calendar.ics"
    else:
        where = "请在本服务的网站上打开 /faq （网页）、/faq.docx （Word文件）、/faq.txt （纯文字）、/calendar.ics （倒计时日历）。"
    return f"全部问答（v{edition.version}），网页和文件与这里说的一样：\n{where}"
