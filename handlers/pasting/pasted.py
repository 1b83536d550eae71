"""Tells instruction from material: what is to be checked, as which field, and for which kind of team.

A plain question about a rule is none of it: recognise() then returns None and the question goes the way of questions.
"""

from __future__ import annotations

import re

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.outline import headings, match_step, plans, section_lengths
from handlers.pasting.fields import labelled, read_rows
from handlers.pasting.form_field import single_form_field
from handlers.pasting.labels import LABELS_WITHIN, is_plain, labels_in
from handlers.pasting.listing import read_listing
from handlers.pasting.locate import before, behind, frame_is_plain, front_end, names_begin, quoted_as, quoted_in, skip_connectors, trim, value_from
from handlers.pasting.namelists import LIST_AT_MOST, is_list
from handlers.pasting.plausible import asks, plausible, speaks_for_itself
from handlers.pasting.remarks import ASKS_WHAT, POINTS
from handlers.pasting.wrapping import CHECK_WORD, CUT, FORM_LABELS, FORWARDED, GENERIC, View, all_words, before_aside, skip_back, skip_front, view
from handlers.title import options
from knowledge.model import Document, Kind
from knowledge.text import NormalText, sounded

CHECKS = (Family.NAMES, Family.TITLE, Family.TEAM, Family.COMPANY, Family.FORM, Family.OUTLINE)
_COUNTED = re.compile(r"检查(小组|班组)主要完成人:(共\d{1,5}人)")
_SEPARATOR = re.compile("[、,，;；→>]")
_REPORT = re.compile(r"报告书?的?|成果|目录|提纲|大纲|框架|结构|步骤|章节|程序|标题")
CHANGED_TO = re.compile(r"^\s*(?:(?:知道|明白|好|收到|懂|晓得|行)[了的]?[,，。\s]+)?(?:那就?|我|已经?)?(?:改成|改为|换成|写成|改好了?)(?:这样|这个|如下)?了?[:：\s]*")
POINTS_WITHIN = 8  # characters in front of a label in which a word points at the value: 拿这个当
TWO_NAMES = 4  # characters of the shortest list
READ_AT_MOST = 40_000  # characters of a message that are looked at


def recognise(text: NormalText, conversation: Conversation, notice: Document) -> Ask | None:
    """The Ask for a check of pasted material (``material`` empty where it is still to come), or None for anything else."""
    if not text:
        return None
    seen = view(text.raw[:READ_AT_MOST], text.text if len(text.raw) <= READ_AT_MOST else "")
    if is_plain(seen.text) and not conversation.expects and conversation.family not in CHECKS:
        return None
    ask = (_count_alone(seen) or _whole_form(seen, notice) or _report(seen, text, notice) or _field(seen) or single_form_field(seen)
           or _unlabelled(seen) or _awaited(seen, conversation) or _instruction_only(seen))
    if ask and ask.family is Family.NAMES:
        ask = ask.but(material=CHANGED_TO.sub("", ask.material))  # 那改成张建国,李梅
    return _with_kind(ask, seen, conversation).but(text=text.text[:LABELS_WITHIN]) if ask else None


# —— several fields, a report ——

def _whole_form(seen: View, notice: Document) -> Ask | None:
    """Two or more labelled fields with values, or a row of a spreadsheet."""
    if seen.text.count("\t") >= 2 and "\t" in seen.raw.strip():
        rows = [row for row in read_rows(seen.raw[:READ_AT_MOST], notice) if len(row) >= 2]
        if rows and {field.stem for row in rows for field in row} != {"contributors"}:
            return Ask(Family.FORM, material=_without_instruction(seen))
    if len(labelled(seen.raw[:READ_AT_MOST], notice)) < 2:
        return None
    material = _without_instruction(seen)
    told = [one for one in labelled(material, notice) if not asks(one.value)]
    return Ask(Family.FORM, material=material) if len(told) >= 2 and _has_values(seen, [one.label for one in told]) else None


def _has_values(seen: View, labels: list[str]) -> bool:
    """The labels stand as labels do: before a colon, or at the beginning of a line."""
    marked = sum(bool(re.search(rf"(?:{re.escape(label)}\s?(?:[（(][^）)]{{0,20}}[）)])?\s?[:：\t])|(?:^|\n)\s?{re.escape(label)}\s", seen.raw)) for label in labels)
    return marked >= 2


def _without_instruction(seen: View) -> str:
    """The raw message without an instruction in front and a question behind."""
    text = seen.text
    start, line_end = 0, text.find("\n")
    colon = re.search(r"[:：]", text)
    head_end = min(end for end in (line_end, colon.start() if colon else -1, len(text)) if end >= 0)
    labels = [start for _, start, _, _ in labels_in(seen)] + [text.find(label) for label in FORM_LABELS if label in text]
    if all_words(_REPORT.sub(" ", text[:head_end])) and min(labels, default=head_end) >= head_end:
        start = min(head_end + 1, len(text))
    end = skip_back(text, start, len(text))
    return seen.slice(start, end + (text[end:end + 1] in tuple(":："))).strip("\n ")  # an empty field ends with its colon


def _report(seen: View, text: NormalText, notice: Document) -> Ask | None:
    """Headings of a report, or a section of it whose length matters."""
    if len(seen.text) > 60 and section_lengths(seen.raw, notice):
        return Ask(Family.OUTLINE, material=seen.raw)
    if seen.text.count("\n") + len(_SEPARATOR.findall(seen.text)) < 3:
        return None
    likely = [plan for plan in plans(notice) if sum(step[:2] in seen.text or step[-2:] in seen.text for step in plan.steps) >= 3]
    material = _without_instruction(seen)
    found = headings(material) if likely else []
    for plan in likely:
        steps = {match_step(heading, plan.steps) for heading in found} - {""}
        if len(steps) >= min(4, len(plan.steps) - 1) and len(steps) * 2 >= len(found) and not asks(found[-1] if found else ""):
            return Ask(Family.OUTLINE, material=material)
    return None


# —— one labelled field ——

def _count_alone(seen: View) -> Ask | None:
    """检查班组主要完成人：共…人, as the choice between 小组 and 班组 says it after a check."""
    told = _COUNTED.fullmatch(seen.text)
    return Ask(Family.NAMES, material=told.group(2), kinds=_said_kinds(told.group(1))) if told else None


def _field(seen: View) -> Ask | None:
    """A field named by its label, its value quoted, behind the label, or before it."""
    if FORWARDED.search(seen.text[:LABELS_WITHIN]):
        return None
    quoted = quoted_in(seen)
    for family, start, end, kind in labels_in(seen):
        if quoted and (frame_is_plain(seen, quoted, start, end) or quoted_as(seen, family, quoted, start, end)):
            span = quoted
        elif family is not Family.NAMES and (POINTS.match(seen.text, end) or POINTS.search(seen.text, max(0, start - POINTS_WITHIN), start)):
            span = before(seen, family, start, end) or behind(seen, family, end)
        else:
            span = behind(seen, family, end) or before(seen, family, start, end)
        if not span and family is Family.TITLE and len(options(seen.text[end:LABELS_WITHIN])) > 1:
            span = (end, skip_back(seen.text, end, len(seen.text)))
        if span:
            return Ask(family, material=seen.slice(*span).strip(), kinds=(kind,) if kind else ())
    return None


# —— without a label ——

def _unlabelled(seen: View) -> Ask | None:
    """Material that says by its shape what it is, with an instruction or a question whether it is right, or bare."""
    text = seen.text
    if len(text) > LABELS_WITHIN or FORWARDED.search(text):
        return None
    quoted = quoted_in(seen)
    around = (text[:max(0, quoted[0] - 1)], text[quoted[1] + 1:]) if quoted else ()
    if quoted and (all(map(all_words, around)) or POINTS.search(around[1]) and not ASKS_WHAT.search(around[1])) and any(CHECK_WORD.search(part) or CUT.search(part) for part in around):
        return _by_shape(seen, quoted, instructed=True)
    start = front_end(text, 0, len(text))
    cut = CUT.search(text, start)
    span = value_from(seen, start, Family.NAMES)
    if not span:
        return None
    bare = trim(text, 0, before_aside(text, len(text.rstrip()))) or span
    if not cut and is_list(seen.slice(*bare), False, sure=True) and len(read_listing(seen.slice(*bare)[:LIST_AT_MOST]).names) >= 3:
        return Ask(Family.NAMES, material=seen.slice(*bare))
    instructed = bool(cut or CHECK_WORD.search(text[:span[0]]) or re.search(r"改好|改了|改过|改完|改正", text[:span[0]]))
    return _by_shape(seen, span, instructed) or (_list_at_the_end(seen) if instructed else None)


def _list_at_the_end(seen: View) -> Ask | None:
    """A list of people behind a sentence about it: 这几个名字中间用顿号了 张建国、李梅 是不是要改."""
    for gap in list(re.finditer(r"[\s:：]", seen.text[:60]))[:5]:
        span = value_from(seen, gap.end(), Family.NAMES)
        material = seen.slice(*span) if span else ""
        if re.search(r"名字|姓名|名单|完成人", seen.text[:gap.start()]) and is_list(material, False, sure=True) and len(read_listing(material[:LIST_AT_MOST]).names) > 1:
            return Ask(Family.NAMES, material=material)
    return None


def _by_shape(seen: View, span: tuple[int, int], instructed: bool) -> Ask | None:
    text, material = seen.text[span[0]:span[1]], seen.slice(*span)
    if asks(text):
        return None
    if len(material) >= TWO_NAMES and is_list(material, False, sure=True) and len(read_listing(material[:LIST_AT_MOST]).names) >= (2 if instructed else 3):
        return Ask(Family.NAMES, material=material)
    if re.match(r"(?:实施|运用|推行|应用|开展|推广)", text) and re.search(r"(?:经验|实践|探索)$", text) and 8 <= len(text) <= 80:
        return Ask(Family.TITLE, material=material)
    if len(text) > 60 or GENERIC.search(text) or re.search(r"[,，。;；\n]", text):
        return None
    if re.search(r"(?:有限公司|有限责任公司|集团公司|分公司)(?:[\u3400-\u9fff]{2,8}[部处科室])?$", text) and len(text) >= 6 and not re.search(r"[在去到找给让请问是]|公章|的分公司", text):
        return Ask(Family.COMPANY, material=material)
    if instructed and re.search(r"(?:qc小组|[一二三四五六七八九十甲乙丙丁\d]班|[^小班]组|工段|[验控调度]室)$", text) and 3 <= len(text) <= 40:
        return Ask(Family.TEAM, material=material)
    return None


# —— over two turns ——

def _awaited(seen: View, conversation: Conversation) -> Ask | None:
    """What the bot asked for: the whole message, unless it clearly is a question or small talk."""
    text = seen.text
    if conversation.expects not in tuple(CHECKS):
        return _once_more(seen, conversation)
    family = Family(conversation.expects)
    start = skip_front(text, 0, len(text)) if family is not Family.NAMES else names_begin(text, skip_front(text, 0, len(text)))
    span = value_from(seen, start, family)
    if not span or all_words(text) or re.fullmatch(r"(?:谢谢|不用|算了|没有|好的?|ok|取消|退出|你好|在吗).{0,6}", text.strip()):
        return None
    if family in (Family.FORM, Family.OUTLINE):
        return None if len(text) < 12 or asks(text[-40:]) else Ask(family, material=_without_instruction(seen))
    if family is Family.NAMES:
        fits = is_list(seen.slice(*span), False)
    else:
        fits = plausible(family, seen, span, True, False) and not asks(text[span[0]:span[1]][-80:])
    return Ask(family, material=seen.slice(*span)) if fits else None


def _once_more(seen: View, conversation: Conversation) -> Ask | None:
    """After a check: 改好了 张建国,李梅 · 那改成运用精益管理的实践呢."""
    if conversation.family not in (Family.NAMES, Family.TITLE, Family.TEAM, Family.COMPANY):
        return None
    family, text = Family(conversation.family), seen.text
    start = skip_front(text, 0, len(text))
    start = start if family is Family.NAMES else skip_connectors(text, start)
    span = value_from(seen, start, family)
    if not span or asks(text[span[0]:span[1]]):
        return None
    if family is Family.NAMES:
        material = seen.slice(*span)
        return Ask(family, material=material) if is_list(material, False, sure=len(read_listing(material).names) < 2) else None
    talk = f"{text[:span[0]]} {text[span[1]:]}".strip()
    told = talk and not ASKS_WHAT.search(talk) or CUT.search(text) or speaks_for_itself(family, seen.slice(*span), text[slice(*span)])
    return Ask(family, material=seen.slice(*span)) if told and plausible(family, seen, span, True, False) and len(text) <= 120 else None


def _instruction_only(seen: View) -> Ask | None:
    """检查名单: the family is said, the material is still to come."""
    text = seen.text
    if len(text) > 60 or not CHECK_WORD.search(text):
        return None
    found = labels_in(seen)
    rest = text
    for _, start, end, _ in found:
        rest = rest.replace(text[start:end], " ")
    if len(found) == 1 and all_words(rest):
        return Ask(found[0][0], kinds=(found[0][3],) if found[0][3] else ())
    if re.search(r"(?:整张|整个|全部)?(?:申报表|填的表|表格)", text) and all_words(re.sub(r"整张|整个|全部|填的表|表格", " ", text)):
        return Ask(Family.FORM)
    if re.search(r"报告书?的?(?:目录|提纲|大纲|框架|结构|步骤)", text) and all_words(_REPORT.sub(" ", text)):
        return Ask(Family.OUTLINE)
    return None


# —— 小组 or 班组 ——

def _with_kind(ask: Ask, seen: View, conversation: Conversation) -> Ask:
    """The kind that the words around the material say, else the one remembered from the check before."""
    if ask.kinds:
        return ask
    around = seen.text.replace(view(ask.material).text, " ", 1) if ask.material and ask.family is not Family.FORM else seen.text
    said = _said_kinds(around[:LABELS_WITHIN] + around[-200:])
    if not said and len(conversation.kinds) == 1 and (conversation.expects == ask.family or conversation.family in (*CHECKS, ask.family)):
        said = conversation.kinds
    if ask.family is Family.FORM:
        said = said if len(said) == 1 else ()
    return ask.but(kinds=said)


def _said_kinds(text: str) -> tuple[Kind, ...]:
    sounds = sounded(text)
    found = []
    if sounded("小组") in sounds or "qc" in text:
        found.append(Kind.GROUP)
    if sounded("班组") in sounds or "信得过" in text:
        found.append(Kind.CREW)
    return tuple(found)
