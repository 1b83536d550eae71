"""The way of an answer: normalise → understand → HANDLERS[family] → Answer. No clock, no disk, no web."""

from __future__ import annotations

import datetime as dt
from functools import partial

import msgspec

from handlers import kept
from handlers.answer import Answer, Choice, Outcome
from handlers.ask import Ask, Family
from handlers.chat import chat
from handlers.clarify import clarify
from handlers.company import company
from handlers.conversation import Conversation
from handlers.dates import dates
from handlers.facts import facts
from handlers.form import form
from handlers.forward import forward
from handlers.names import names
from handlers.outline import outline
from handlers.outside import outside
from handlers.pasting.pasted import CHECKS
from handlers.quota import quota, remembered
from handlers.rumour import rumour
from handlers.sharing.edition import Edition
from handlers.sharing.groupchat import answer_chat, group_chat
from handlers.stats import remembered as rate_remembered
from handlers.stats import stats
from handlers.sums.quota_follow import BACKWARDS
from handlers.team import team
from handlers.title import title
from handlers.understand import ask_of, understand
from handlers.whose_notice import notice_for, say_which
from knowledge.index import Index
from knowledge.model import Document, Kind
from knowledge.snapshot import Snapshot
from knowledge.template import render
from knowledge.text import NormalText, normalise

MOST_PARTS = 6  # questions of one message that are answered


def multi(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """Several questions in one message: each answered, in order, with a blank line between."""
    parts = [HANDLERS[part.family](part, notice, today) for part in ask.parts[:MOST_PARTS]]
    outcome = next((one.outcome for one in parts if one.outcome is Outcome.ANSWERED), parts[0].outcome)
    expects = next((one.expects for one in parts if one.expects), "")
    choices = next((one.choices for one in parts if one.choices and one.family in CHECKS), ())
    return Answer("\n\n".join(one.text for one in parts), Family.MULTI, outcome, entry=parts[0].entry, choices=choices,
                  clauses=tuple(label for one in parts for label in one.clauses), expects=expects,
                  verdict=next((one.verdict for one in parts if one.verdict), None))


def passed_on(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """A text to forward, a text of others held against the notice, or a group's chat answered."""
    if ask.topic == "group_chat":
        return answer_chat(ask, lambda part: HANDLERS[part.family](part, notice, today), notice)
    return rumour(ask, notice, today) if ask.topic == "rumour" else forward(ask, notice, today)


HANDLERS = {
    Family.FACT: facts,
    Family.TIME: dates,
    Family.QUOTA: quota,
    Family.STATS: stats,
    Family.NAMES: names,
    Family.TITLE: title,
    Family.TEAM: team,
    Family.COMPANY: company,
    Family.FORM: form,
    Family.OUTLINE: outline,
    Family.MULTI: multi,
    Family.CLARIFY: clarify,
    Family.OUTSIDE: outside,
    Family.CHAT: chat,
    Family.FORWARD: passed_on,
}


def reply(text: str, conversation: Conversation, snapshot: Snapshot, now: dt.datetime, address: str = "") -> tuple[Answer, Conversation]:
    """The answer to one message and what is remembered of it. ``now`` is the message's CreateTime, Asia/Shanghai;
    ``address`` the service's own, for texts that name it.

    The answer depends on these alone, so the same words get one that was kept.
    """
    message, earlier = normalise(text), conversation.fresh(now)
    asked = kept.key(message, earlier, now.date())
    if asked and (found := kept.kept(snapshot.answered, asked)):
        answer, after = found
        return answer, msgspec.structs.replace(after, at=now)
    notice, index, message = notice_for(message, snapshot, now.date())
    earlier = _still_there(earlier, notice)
    answer = _answer(message, earlier, notice, index, snapshot, now, address)
    after = _remember(earlier, answer.ask, answer, notice, now)
    if asked:
        kept.keep(snapshot.answered, asked, answer, after)
    return answer, after


def _answer(message: NormalText, earlier: Conversation, notice: Document, index: Index, snapshot: Snapshot, now: dt.datetime, address: str) -> Answer:
    ask = understand(message, earlier, notice, index, now)
    if ask.family is Family.FORWARD:
        ask = ask.but(edition=Edition(snapshot.version, snapshot.changes, address))
    answer = _more(earlier) if ask.family is Family.MORE else HANDLERS[ask.family](ask, notice, now.date())
    return say_which(answer, message, notice, snapshot, now.date()).but(ask=ask)


def reply_to_chat(text: str, snapshot: Snapshot, today: dt.date, most: int) -> Answer:
    """A group's chat of any length, for the web page: the first ``most`` different questions of it."""
    notice, index = snapshot.for_day(today)
    ask = group_chat(text, partial(ask_of, notice=notice, index=index, today=today), most)
    return passed_on(ask, notice, today).but(ask=ask)


def _still_there(conversation: Conversation, notice: Document) -> Conversation:
    """Without a menu that names an entry which a new version, or another year's notice, no longer has."""
    if all([not one.entry or one.entry in notice.entries for one in conversation.choices]):
        return conversation
    return msgspec.structs.replace(conversation, choices=())


def _more(conversation: Conversation) -> Answer:
    return Answer(conversation.rest, Family.MORE)


def _remember(earlier: Conversation, ask: Ask, answer: Answer, notice: Document, now: dt.datetime) -> Conversation:
    """What a follow-up may refer to. Small talk leaves the last question in place."""
    if ask.family is Family.MORE:
        return msgspec.structs.replace(earlier, at=now, rest="")
    if ask.family is Family.CHAT or answer.outcome is Outcome.NOT_UNDERSTOOD:
        return msgspec.structs.replace(earlier, at=now, rest="", choices=())
    last = ask.parts[0 if ask.material else -1] if ask.parts else ask  # after a check with a question beside it, the check
    sums = next((one for one in (ask, *ask.parts) if one.family is Family.QUOTA), None)
    kinds, counts = remembered(sums) if sums else (last.kinds, rate_remembered(last, notice) if last.family is Family.STATS else ())
    registered = _registered(earlier, sums.topic, kinds, counts) if sums else ()
    return Conversation(at=now, registered=registered, family=Family.QUOTA if sums else last.family, entry=last.entry, kinds=kinds, counts=counts,
                        concepts=tuple(sorted(last.concepts)), choices=answer.choices or _both_kinds(last, counts, notice), expects=answer.expects)


def _registered(earlier: Conversation, topic: str, kinds: tuple[Kind, ...], counts: tuple[int, ...]) -> tuple[tuple[Kind, int], ...]:
    """The last count of each kind, those of the question before included."""
    told = zip(kinds, counts) if len(kinds) == len(counts) and topic != BACKWARDS else ()
    return tuple({**dict(earlier.registered), **dict(told)}.items())


def _both_kinds(ask: Ask, counts: tuple[int, ...], notice: Document) -> tuple[Choice, ...]:
    """After an answer that gave both kinds, 2 or 班组 chooses one, as from a menu."""
    if ask.family is Family.QUOTA and not ask.kinds and len(counts) == 1:
        return tuple(Choice(kind.label, f"备案通过{kind.label}{counts[0]}个", kind=kind) for kind in Kind)
    entry = notice.entries.get(ask.entry)
    if entry is None or ask.kind or not (entry.group and entry.crew):
        return ()
    return tuple(Choice(kind.label, kind.label, ask.entry, kind) for kind in Kind)


def welcome(snapshot: Snapshot, now: dt.datetime) -> Answer:
    """What a new follower sees: in five lines what can be done here, and a word on privacy."""
    notice, _ = snapshot.for_day(now.date())
    return Answer(render(WELCOME, notice), Family.CHAT, Outcome.CHAT)


WELCOME = """欢迎关注{wechat}！我是{notice_year}石油和化工行业优秀质量管理成果申报的自动问答助手：
① 问时间、条件、附件、表格：直接打字
② 算名额：发来上年备案通过的小组数、班组数
③ 检查主要完成人、成果名称、班组名称、企业名称：粘贴发来
④ 要发群里：发“转发 申报时间”
⑤ 要找人：发“转人工”
您发来的名单只检查、不保存。"""


def apology(snapshot: Snapshot) -> Answer:
    """Our slip: said plainly, with the phone."""
    notice, _ = snapshot.newest()
    return Answer(render("抱歉，现在无法回答，请稍后再试，或拨打{phone1}、{phone2}。", notice), Family.CHAT, Outcome.CHAT)
