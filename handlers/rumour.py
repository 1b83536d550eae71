"""Is this still true? A passed-on text or a rumour (听说延期到5月31日), line by line against the notice (family forward)."""

from __future__ import annotations

import datetime as dt
import re

from handlers.answer import Answer
from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.facts import clause_line
from handlers.outside import whom_to_ask
from handlers.questions import GOOD, find_questions
from handlers.reading import Reading, flat, kinds_of, read, with_values
from handlers.segments import is_question
from handlers.sharing.block import facts_of
from handlers.sharing.compare import Held, compare
from handlers.sharing.updates import stale
from handlers.sharing.wishes import codes_in
from handlers.values import read_values
from knowledge.codes import by_code
from knowledge.index import Index
from knowledge.model import Document
from knowledge.text import NormalText

MOST = 30  # pieces of a text that are compared
FACTS = 5  # answers that are added below
PASSED_ON = re.compile(r"聊天记录|(?:^|\n)[\[【(「]?(?:转发|转自|转|fwd?|群公告|通知)[\]】)」]?\s?[:：\]】]|转自|@所有人|@全体"
                       r"|各位(?:同仁|老师|领导|同事)?[,，:：]|相互转告|(?:群里|朋友圈|网上)(?:有人|都|在)?(?:传|说|发|转)|转告|[】\]]v\d+")
HEARD = re.compile(r"听说|听人说|听讲|据说|据传|网传|传言|谣传|谣言|都在传|有人说|他们说|人家说|说是|(?:隔壁|别的|旁边|兄弟|其他|对面)(?:厂|单位|公司|车间|班|那边|家)[^,，。?？\n]{0,4}说(?!明|法)")
TRUE = re.compile(r"(?:对|真|准|假|错|属实|靠谱|可信|有效|算数|作数|正确|准确|合规)(?:的)?(?:吗|么|不[对真准]?|没|吧|嘛|假|呢)|是不是(?:真|这样|啊|呀|呢|$|[?？])"
                  r"|是真是假|真[的嘞]?(?:还是)?假|是这样|是这么|这么(?:写|说|定|规定)的|核实|辨别|有没有错|哪(?:里|儿|[条句项点个些])(?:不对|不准|有误|有错|错了?)|(?:^|[,，。;；\n ])是(?:吗|么|嘛)")
PIECE = re.compile(r"[。！？!?;；\n]+|[，,、]+(?!\s?\d{7,})")  # 电话84885418、84885009 is one piece
OWN = re.compile(r"[填写我咱]|本人|自己|手机|座机|联系人")  # an address of the asker's, for a form
ADDRESS = re.compile(r"\d{7,}|@|(?:www|https?)\b")
CALL = re.compile(r"抓紧|大家|各位|收到|注意|请看|速看|尽快|转告|群里|电话:?$|^qq群")
BROKEN_BY = re.compile(r"[\[【][^\]】\n]{1,12}[\]】]")


def wants_rumour(reading: Reading, notice: Document, index: Index) -> Ask | None:
    """A text of others that says something comparable, with or without 对吗 behind it; None for a question of one's own."""
    text = reading.text
    codes = [(code, version) for code, version in codes_in(text) if version and by_code(notice, code)]
    if not codes and not _passed_on(text):
        return None
    pieces = _claims(reading, notice, index)
    claims = [one for one in pieces if compare(one, notice)]
    if not claims and not codes or not codes and not TRUE.search(text) and _asks_otherwise(text):
        return None
    copies = tuple(Ask(Family.FORWARD, topic="copy", entry=by_code(notice, code), material=f"v{version}") for code, version in codes)
    return Ask(Family.FORWARD, topic="rumour", parts=(*copies, *claims, *_also(reading, claims, notice, index)), text=text,
               entry=next((one.entry for one in (*copies, *claims) if one.entry), ""), kinds=reading.kinds)


def _passed_on(text: str) -> bool:
    return bool(PASSED_ON.search(text) or HEARD.search(text) or TRUE.search(text) and ("\n" in text or text.count(",") >= 3 or ADDRESS.search(text) and not OWN.search(text)))


def _asks_otherwise(text: str) -> bool:
    """等于几个？: a question that a comparison does not answer."""
    return any(is_question(piece) and not TRUE.search(piece) for piece in PIECE.split(re.sub(r"([?？])", r"\1\n", text)))


def _claims(reading: Reading, notice: Document, index: Index) -> list[Ask]:
    """Each piece of the text with what it is about; a piece without a subject has that of the piece before."""
    found: list[Ask] = []
    context: frozenset[str] = frozenset()
    for text in _pieces(reading.text)[:MOST]:
        if TRUE.search(text) and len(text) < 12:
            continue
        normal = NormalText(text, text)
        values = read_values(normal, reading.today)
        concepts = with_values(index.concepts(flat(text)), values, notice)
        claim = Ask(Family.FORWARD, topic="claim", text=text, values=values, kinds=kinds_of(concepts), concepts=concepts)
        found.append(claim.but(entry=_about(claim, context, notice, index)))
        context = concepts if concepts - {"group", "crew", "day_named", "people_named"} else context | concepts
    return found


def _pieces(text: str) -> list[str]:
    return [piece for each in PIECE.split(BROKEN_BY.sub("\n", text)) if (piece := each.strip())]


def _about(claim: Ask, context: frozenset[str], notice: Document, index: Index) -> str:
    """The entry that the piece speaks of: the nearest one whose facts it can be held against, else the nearest. What was
    said before counts where the piece alone does not say enough."""
    alone, hits = [index.rank(claim.concepts, flat(claim.text), before, leans_on="", most=6) for before in (frozenset(), context)]
    near = [*(hit for hit in alone if hit.strength >= GOOD), *(hit for hit in hits if hit.strength >= GOOD / 2)]
    comparable = next((hit.entry for hit in near if _speaks_to(claim.but(entry=hit.entry), notice)), "")
    return comparable or next((hit.entry for hit in hits if hit.strength >= GOOD), "")


def _speaks_to(claim: Ask, notice: Document) -> bool:
    return any(line.held is not Held.NOT_STATED for line in compare(claim.but(text=claim.text), notice))


def _also(reading: Reading, claims: list[Ask], notice: Document, index: Index) -> tuple[Ask, ...]:
    """What the pieces speak of that have nothing to compare."""
    compared = {one.text for one in claims}
    told = "\n".join(HEARD.sub("", PASSED_ON.sub("", one)) for one in _pieces(reading.text) if one not in compared and not TRUE.search(one) and not CALL.search(one))
    alone = read(NormalText(told, told), notice, index, reading.today)
    known = {one.entry for one in claims}
    asks = find_questions(alone, Conversation(), notice, index) if told.strip() else []
    return tuple(one.but(topic="also") for one in asks if one.entry not in known and one.family is not Family.CHAT)


def rumour(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The verdict, the lines, then what the notice really says."""
    copies = [one for one in ask.parts if one.topic == "copy"]
    lines = list(dict.fromkeys(line for one in ask.parts if one.topic == "claim" for line in compare(one, notice)))
    said = [stale(notice.entries[one.entry].code, int(one.material[1:]), ask) for one in copies]
    held = [_verdict(lines), *map(str, lines)] if lines else []
    shown = [one for one in ask.parts if one.entry and (not copies or one.topic == "copy" or any(line.held is Held.DIFFERS for line in compare(one, notice)))]
    names = list(dict.fromkeys(one.entry for one in shown))[:FACTS]
    facts = [_facts(name, ask, notice, today) for name in names]
    return Answer("\n".join([*said, *held, "通知的规定：", *facts]), Family.FORWARD, entry=ask.entry,
                  clauses=tuple(label for name in names if (label := notice.label(notice.entries[name].clause))))


def _verdict(lines: list) -> str:
    wrong = sum(line.held is Held.DIFFERS for line in lines)
    open_points = sum(line.held is Held.NOT_STATED for line in lines)
    if wrong:
        return f"不对，有{wrong}处与通知不一致："
    return "通知没有这样的规定：" if open_points == len(lines) else "与通知核对的结果：" if open_points else "能核对的都与通知一致："


def _facts(name: str, ask: Ask, notice: Document, today: dt.date) -> str:
    entry = notice.entries[name]
    ends = clause_line(entry, notice) if entry.stated else whom_to_ask(notice)
    return "\n".join([*facts_of(entry, notice, today, ask.kinds, more=False), *([ends] if ends else [])])
