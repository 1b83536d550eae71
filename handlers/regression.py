"""Playing cases (回归题): a conversation is put through the pipeline, and its last reply is judged.

A case is one JSON object a line: id, family, turns, and what the reply must and must not hold. Patterns are written
against the normal form of a reply: NFKC, no white space, one ``-`` for every dash between digits or days.

A notice's own golden questions (``knowledge.model.Case``) are played by ``golden`` before every publication. They hold
plain words, which are compared in the same normal form, and the entry that has to answer.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from handlers import pipeline
from handlers.answer import Answer, Severity
from handlers.conversation import Conversation
from knowledge import model
from knowledge.model import Document, FactType
from knowledge.refusals import Problem
from knowledge.snapshot import Snapshot

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
SETTLED_IN = dt.timedelta(days=5)  # a case without a day is asked this long after the window opens
_DASH = re.compile(r"(?<=[\d年月日号])[-~〜‐‑‒–—―−]+(?=\d)")
_DECLINES = re.compile(
    r"(通知|附件|文件)[^。，,]{0,8}(未|没有?)|未(作|做)?(规定|明确|说明|要求|提及|公布)|没有?(找到|规定|说明|提到|明确|写|要求)"
    r"|(查|找)不到|不(清楚|确定)|另行通知|暂无"
)
_PHONE = re.compile(r"0\d{2,3}-\d{7,8}")
_SIGNS = {Severity.PASS.value[0]: "pass", Severity.WARN.value[0]: "warn", Severity.FAIL.value[0]: "fail"}


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """回归题: what a submitter writes, and what a right reply holds."""

    id: str
    family: str
    turns: tuple[str, ...]
    topic: str = ""
    today: dt.date | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    verdict: str | tuple[str, ...] = ()
    menu_ok: bool = False
    menu_must: tuple[str, ...] = ()
    decline: bool = False
    ideal: str = ""
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that came out wrong: what was replied, and why that is wrong."""

    case: Case
    reply: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A golden question as it came out: the last answer, and why it is wrong (nothing where it is right)."""

    answer: Answer | None  # None: the handler failed
    reasons: tuple[str, ...]


class CaseError(ValueError):
    """A line that is no case; the message names the line and the field."""


def read_cases(lines: Iterable[str], name: str = "") -> list[Case]:
    """The cases in JSON lines; CaseError for the first line that is none, for a repeated id or a broken pattern."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = msgspec.json.decode(line, type=Case)
            for pattern in (*case.must, *case.must_not, *case.menu_must):
                re.compile(pattern)
        except (msgspec.MsgspecError, re.error) as error:
            raise CaseError(f"{name}:{number}: {error}") from None
        if case.id in cases or not case.turns:
            raise CaseError(f"{name}:{number}: {case.id} 重复或没有turns")
        cases[case.id] = case
    return list(cases.values())


def play(cases: Iterable[Case], snapshot: Snapshot, shown: Callable[[str], str] = str) -> Iterator[Failure | None]:
    """Each case's Failure, or None where its last reply is right. ``shown`` cuts a reply to its first page."""
    for case in cases:
        reply = shown(last_reply(case, snapshot))
        reasons = tuple(judge(case, reply, snapshot))
        yield Failure(case, reply, reasons) if reasons else None


def last_reply(case: Case, snapshot: Snapshot) -> str:
    """The turns put through the pipeline by an asker without a past; what is said last."""
    return _last_answer(case.turns, case.today or usual_day(snapshot), snapshot).text


def _last_answer(turns: Iterable[str], day: dt.date, snapshot: Snapshot) -> Answer:
    """The turns, a second apart, from ten in the morning of ``day``."""
    conversation, answer = Conversation(), Answer("", pipeline.Family.CHAT)
    start = dt.datetime.combine(day, dt.time(10), SHANGHAI)
    for number, turn in enumerate(turns):
        answer, conversation = pipeline.reply(turn, conversation, snapshot, start + dt.timedelta(seconds=number))
    return answer


def usual_day(snapshot: Snapshot) -> dt.date:
    """The day of a case that names none: some days into the latest notice's application window."""
    return usual_day_of(max(snapshot.documents, key=lambda document: document.notice.year))


def usual_day_of(notice: Document) -> dt.date:
    """Some days into the notice's application window; where it has none, after it was issued."""
    window = notice.facts.get("apply_window")
    return (window.value.opens if window else notice.notice.issued) + SETTLED_IN


# -- golden questions

def golden(notice: Document, snapshot: Snapshot) -> list[Problem]:
    """The golden questions of ``notice`` that come out wrong on ``snapshot``, as the gate tells them."""
    return [Problem(f"cases.{name}", f"回归题“{' → '.join(case.turns)}”答得不对：{'；'.join(reasons)}。")
            for name, case in notice.cases.items() if (reasons := play_golden(case, notice, snapshot).reasons)]


def play_golden(case: model.Case, notice: Document, snapshot: Snapshot) -> Played:
    """One golden question of ``notice`` on ``snapshot``. A handler's failure is a wrong answer, no exception."""
    try:
        answer = _last_answer(case.turns, case.on or usual_day_of(notice), snapshot)
    except Exception as error:
        return Played(None, (f"答复时出错（{type(error).__name__}）",))
    return Played(answer, tuple(_judge_golden(case, answer)))


def _judge_golden(case: model.Case, answer: Answer) -> Iterator[str]:
    text = normal_form(answer.text)
    yield from (f"缺少“{one}”" for one in case.must if normal_form(one) not in text)
    yield from (f"不应出现“{one}”" for one in case.must_not if normal_form(one) in text)
    if case.entry and case.entry not in _answering(answer):
        yield f"应由条目 {case.entry} 回答，却由 {'、'.join(sorted(_answering(answer))) or '别的'} 回答"
    if case.verdict and not text.startswith(case.verdict.value[0]):
        yield f"结论应是{case.verdict.value}"


def _answering(answer: Answer) -> set[str]:
    """The entries that an answer stands on."""
    asks = [answer.ask, *answer.ask.parts] if answer.ask else []
    return {answer.entry, *(ask.entry for ask in asks)} - {""}


# -- judging


def judge(case: Case, reply: str, snapshot: Snapshot) -> Iterator[str]:
    """Why ``reply`` is wrong for ``case``; nothing where it is right."""
    text = normal_form(reply)
    yield from (f"不应出现：{one}" for one in case.must_not if _found(one, text))
    if case.menu_ok and _offers_choice(reply) and all(_found(one, text) for one in case.menu_must):
        return
    yield from (f"缺少：{one}" for one in case.must if not _found(one, text))
    allowed = (case.verdict,) if isinstance(case.verdict, str) else case.verdict
    given = _SIGNS.get(text[:1], "none")
    if allowed and given not in allowed:
        yield f"结论是{given}，应为{'或'.join(allowed)}"
    if case.decline and not _DECLINES.search(text):
        yield "没有说明通知未规定"
    if case.decline and not phones(snapshot) & set(_PHONE.findall(text)):
        yield "没有给出联系电话"


def normal_form(reply: str) -> str:
    """The form against which a case's patterns are written."""
    return _DASH.sub("-", "".join(unicodedata.normalize("NFKC", reply).split()))


def phones(snapshot: Snapshot) -> set[str]:
    """The telephone numbers that the notices give as contacts."""
    facts = (fact for document in snapshot.documents for fact in document.facts.values())
    return {phone for fact in facts if fact.type is FactType.CONTACT for phone in _PHONE.findall(str(fact.value))}


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _offers_choice(reply: str) -> bool:
    starts = {line.lstrip()[:2] for line in unicodedata.normalize("NFKC", reply).splitlines()}
    return any({f"1{mark}", f"2{mark}"} <= starts for mark in ".、)")
