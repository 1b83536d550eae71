"""Tells instruction from material: what is to be checked, as which field, and for which kind of team.

A plain question about a rule is none of it: recognise() then returns None and the question goes the way of questions.
"""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.ask import Ask, Family
from handlers.conversation import Conversation
from handlers.fields import labelled, read_rows
from handlers.listing import read_listing
from handlers.outline import headings, match_step, plans, section_lengths
from handlers.surnames import is_dotted, is_foreign_name, is_name, surely_name, surname_of
from handlers.wrapping import (
    CHECK_WORD, CUT, FORM_LABELS, FORWARDED, GENERIC, LABELS, NOT_A_VALUE, PUNCTUATION, REAL_QUESTION, View, all_words, by_sound, skip_back, skip_front, view)
from knowledge.model import Document, Kind
from knowledge.text import NormalText

CHECKS = (Family.NAMES, Family.TITLE, Family.TEAM, Family.COMPANY, Family.FORM, Family.OUTLINE)
READ_AT_MOST = 40_000  # characters of a message that are looked at
LIST_AT_MOST = 500  # characters by which a list of people is told from a sentence
LABELS_WITHIN = 4_000  # a label, an instruction or a question stands within so many characters of either end

_QUOTED = re.compile(r"“([^“”]{2,300})”|\"([^\"]{2,300})\"|「([^「」]{2,300})」|『([^『』]{2,300})』|《([^《》]{4,300})》|‘([^‘’]{2,300})’")
_BRACKET = re.compile(r"\s?[（(][^（）()]{0,20}[）)]")
_CONNECTOR = re.compile(
    r"(?:就|想|准备|打算|可以|能不能|能|可|要|应该|我们|我|咱们|暂时|暂)?(?:填写的是|填写为|填写成|填的是|填写|填成|填为|填|写的是|写成|写为|写作|写|叫做|叫作|叫|取名为|取名叫|取名|取|起名叫|起名为|起名|起的是|起|定为|定的是|"
    r"定成|拟为|拟定为|拟用|拟|改成|改为|换成|用的是|报的是|报|就是|是|为|用)(?!什么|啥|哪|谁|户之声|心)")
_COLUMN = re.compile(r"(?:这|那)?一?(?:栏|项|格)(?:里|中)?|这里|检查一下|检查下|检查|看一下|看下|看看|帮我|帮忙|核对一下|这样|这么|我们|咱们")
_COLON = re.compile(r"[:：\n]")
_TALK = re.compile(r"[有的了没请帮看是这多超吗行可改样写填审]")
_SENTENCE = re.compile(r"[是他她我你您们吗呢]|还能|另一个|怎么|什么")
_SEEMS_COMPANY = re.compile(r"公司$|集团$|[\u3400-\u9fff]{2,}(?:厂|研究院|设计院|研究所|油田|石化|炼化|化工|股份)$")
_SEEMS_TEAM = re.compile(r"(?:小组|班|组|工段|室|班组|队|中心|站|岗|qc|部|科|处|车间|工区|区)$")


def recognise(text: NormalText, conversation: Conversation, notice: Document) -> Ask | None:
    """The Ask for a check of pasted material (``material`` empty where it is still to come), or None for anything else."""
    if not text:
        return None
    seen = view(text.raw[:READ_AT_MOST])
    ask = (_whole_form(seen, notice) or _report(seen, text, notice) or _field(seen) or _single_form_field(seen)
           or _unlabelled(seen) or _awaited(seen, conversation) or _instruction_only(seen))
    return _with_kind(ask, seen, conversation).but(text=text.text[:LABELS_WITHIN]) if ask else None


# —— several fields, a report ——

def _whole_form(seen: View, notice: Document) -> Ask | None:
    """Two or more labelled fields with values, or a row of a spreadsheet."""
    if seen.text.count("\t") >= 2 and "\t" in seen.raw.strip():
        rows = [row for row in read_rows(seen.raw[:READ_AT_MOST], notice) if len(row) >= 2]
        if rows and {field.stem for row in rows for field in row} != {"contributors"}:
            return Ask(Family.FORM, material=_without_instruction(seen))
    found = labelled(seen.raw[:READ_AT_MOST], notice)
    told = [one for one in found if not _asks(one.value)]
    if len({one.stem for one in told}) >= 2 and _has_values(seen, [one.label for one in told]):
        return Ask(Family.FORM, material=_without_instruction(seen))
    return None


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
    labels = [start for _, start, _, _ in _labels_in(seen)] + [text.find(label) for label in FORM_LABELS if label in text]
    if all_words(text[:head_end]) and min(labels, default=head_end) >= head_end:
        start = min(head_end + 1, len(text))
    return seen.slice(start, skip_back(text, start, len(text)))


def _report(seen: View, text: NormalText, notice: Document) -> Ask | None:
    """Headings of a report, or a section of it whose length matters."""
    if len(seen.text) > 60 and section_lengths(seen.raw, notice):
        return Ask(Family.OUTLINE, material=seen.raw)
    if seen.text.count("\n") + len(re.findall(r"[、,，;；→>]", seen.text)) < 3:
        return None
    material = _without_instruction(seen)
    found = headings(material)
    for plan in plans(notice):
        steps = {match_step(heading, plan.steps) for heading in found} - {""}
        if len(steps) >= min(4, len(plan.steps) - 1) and len(steps) * 2 >= len(found) and not _asks(found[-1] if found else ""):
            return Ask(Family.OUTLINE, material=material)
    return None


# —— one labelled field ——

def _field(seen: View) -> Ask | None:
    """A field named by its label, its value quoted, behind the label, or before it."""
    if FORWARDED.search(seen.text[:LABELS_WITHIN]):
        return None
    quoted = _quoted(seen)
    for family, start, end, kind in _labels_in(seen):
        if quoted and _frame_is_plain(seen, quoted, start, end):
            span = quoted
        else:
            span = _behind(seen, family, end) or _before(seen, family, start, end)
        if span:
            return Ask(family, material=seen.slice(*span).strip(), kinds=(kind,) if kind else ())
    return None


def _labels_in(seen: View) -> list[tuple[Family, int, int, Kind | None]]:
    """The labels of the message, leftmost and longest first; dictated ones by their sound."""
    text, found = seen.text[:LABELS_WITHIN], []
    tail = len(seen.text) - LABELS_WITHIN
    pieces = [(0, text)] + ([(max(tail, LABELS_WITHIN), seen.text[max(tail, LABELS_WITHIN):])] if tail > 0 else [])
    for offset, piece in pieces:
        sounds = by_sound(piece)
        for label, sound, family, kind in _label_table():
            at = sounds.find(sound) if len(label) > 2 else piece.find(label)
            if at >= 0:
                found.append((offset + at, -len(label), family, kind))
    found.sort(key=lambda one: (one[0] - one[1], one[1]))
    spans, kept = [], []
    for start, size, family, kind in sorted(found, key=lambda one: (one[1], one[0])):
        if all(start >= end or start - size <= begin for begin, end in spans):
            spans.append((start, start - size))
            kept.append((family, start, start - size, kind))
    return sorted(kept, key=lambda one: one[1])


@lru_cache(maxsize=1)
def _label_table() -> tuple[tuple[str, str, Family, Kind | None], ...]:
    return tuple((label, by_sound(label), family, kind) for family, labels in LABELS.items() for label, kind in labels)


def _quoted(seen: View) -> tuple[int, int] | None:
    """The longest quoted passage."""
    spans = [hit.span(hit.lastindex) for hit in _QUOTED.finditer(seen.text[:LABELS_WITHIN]) if hit.lastindex]
    return max(spans, key=lambda span: span[1] - span[0], default=None)


def _frame_is_plain(seen: View, quoted: tuple[int, int], start: int, end: int) -> bool:
    """Around the quotation stand a label, an instruction, a question whether it is right; no question about a rule."""
    if quoted[0] <= start < quoted[1]:
        return False
    before, behind = seen.text[:max(0, quoted[0] - 1)], seen.text[quoted[1] + 1:]
    asked = CUT.search(behind)
    behind = (behind[:asked.start()] if asked else behind).replace(seen.text[start:end], " ")
    lead = re.split(r"[,，。;；:：\n]", before.replace(seen.text[start:end], " "))[-1]
    rest = before.replace(seen.text[start:end], " ") + " " + behind
    return (all_words(_CONNECTOR.sub(" ", _COLUMN.sub(" ", lead))) and all_words(behind) and not REAL_QUESTION.search(CUT.sub(" ", rest)))


def _behind(seen: View, family: Family, end: int) -> tuple[int, int] | None:
    """The value behind its label."""
    text, start, marked = seen.text, end, False
    if bracket := _BRACKET.match(text, start):
        start = bracket.end()
    colon = _COLON.search(text, start, min(len(text), start + 24))
    if colon and _is_frame(text[start:colon.start()]):
        start, marked = colon.end(), True
    else:
        colon = None
        start = _skip_connectors(text, start)
        marked = start > end
    span = _value_from(seen, start, family)
    return span if span and _plausible(family, seen, span, marked, bool(colon)) else None


def _is_frame(text: str) -> bool:
    """Between a label and its colon: 这样行不呀, 帮核对一下, 这14位行吧."""
    return all_words(text) or bool(CUT.search(text) or CHECK_WORD.search(text))


def _value_from(seen: View, start: int, family: Family) -> tuple[int, int] | None:
    """From ``start`` to the first question whether it is right, without blanks and small talk."""
    text = seen.text
    while start < len(text) and text[start] in " \t\n\u3000:：":
        start += 1
    cut = CUT.search(text, start)
    stop = cut.start() if cut and cut.start() > start else len(text)
    end = skip_back(text, start, stop)
    return _trim(text, start, _without_talk(text, start, end) if family is Family.NAMES else end)


def _without_talk(text: str, start: int, end: int) -> int:
    """Words behind a list that are none of it: 张三,李四 有生僻字."""
    while (last := re.search(r"[\s,，。;；]([^\s,，。;；]{3,20})$", text[start:end])) and _TALK.search(last.group(1)):
        end = start + last.start()
    return end


def _skip_connectors(text: str, start: int) -> int:
    """写, 填, 叫, 是 and instructions between a label and its value."""
    for _ in range(6):
        while start < len(text) and text[start] in " \t\n\u3000,，":
            start += 1
        word = _COLUMN.match(text, start) or _CONNECTOR.match(text, start)
        if not word:
            return start
        start = word.end()
    return start


def _before(seen: View, family: Family, start: int, end: int) -> tuple[int, int] | None:
    """The value in front of its label: 催化一班 这个班组名称行吗."""
    text = seen.text
    behind = text[end:]
    asked = CUT.search(behind)
    if not all_words(behind[:asked.start()] if asked else behind) or not (asked or behind.strip(PUNCTUATION)):
        return None
    begin = skip_front(text, 0, start)
    if family is Family.NAMES and begin > 0:
        begin = _names_begin(text, begin)
    if family is Family.TITLE and text[:begin] == "检查":  # 检查井液位控制
        begin = 0
    span = _trim(text, begin, skip_back(text, begin, start, glued_to_words=True))
    return span if span and _plausible(family, seen, span, True, False) else None


def _names_begin(text: str, begin: int) -> int:
    """A surname such as 和 or 单 at the very front is no instruction."""
    return 0 if begin <= 2 and text[begin - 1] not in PUNCTUATION else begin


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in " \t\n\u3000:：":
        start += 1
    while end > start and text[end - 1] in " \t\n\u3000":
        end -= 1
    return (start, end) if start < end else None


# —— is it material? ——

def _plausible(family: Family, seen: View, span: tuple[int, int], marked: bool, colon: bool) -> bool:
    text = seen.text[span[0]:span[1]]
    if text[0] in "、”」』》)）" or text.startswith(("和", "及", "与")) and any(start >= span[0] for _, start, _, _ in _labels_in(seen)[1:]):
        return False
    if family is Family.NAMES:
        return _is_list(seen.slice(*span), colon)
    if _asks(text[-80:]) or (not colon and (GENERIC.search(text) or NOT_A_VALUE.search(text))) or all_words(text):
        return False
    if family is Family.TITLE:
        return len(text) >= (2 if colon else 4)
    if family is Family.TEAM:
        return len(text) <= 60 and len(text) >= 2 and (colon or marked or bool(_SEEMS_TEAM.search(text)))
    return len(text) <= 120 and len(text) >= 2 and (colon or marked or bool(_SEEMS_COMPANY.search(text)))


def _asks(text: str) -> bool:
    return bool(REAL_QUESTION.search(text))


def _is_list(material: str, colon: bool, sure: bool = False) -> bool:
    """A list of people rather than a sentence: most items have the shape of names."""
    listing = read_listing(material[:LIST_AT_MOST])
    names = listing.names
    if not names or len(listing.digits) * 2 > len(names) or (not colon and _SENTENCE.search(material)):
        return False
    likely = [name for name in names if surely_name(name) or (not sure and _maybe_name(name))]
    if sure:
        return len(likely) == len(names)
    if len(names) == 1:
        return bool(likely) and (surely_name(names[0]) or is_foreign_name(names[0]))
    return len(likely) * 2 >= len(names) or (colon and len(likely) * 3 >= len(names) >= 4)


def _maybe_name(name: str) -> bool:
    """Also names of two surnames (刘周文博) and names written by sound."""
    return is_name(name) or is_foreign_name(name) or is_dotted(name) or (len(name) == 4 and bool(surname_of(name) and surname_of(name[1:])))


def _single_form_field(seen: View) -> Ask | None:
    """课题类型, 经济效益 and the like, one of them with its value."""
    if len(seen.text) > 120:
        return None
    label = next((one for one in FORM_LABELS if one in seen.text), "")
    if not label:
        return None
    at = seen.text.index(label) + len(label)
    bracket = _BRACKET.match(seen.text, at)
    at = bracket.end() if bracket else at
    colon = re.compile(r"\s?[:：]").match(seen.text, at)
    span = _value_from(seen, colon.end() if colon else _skip_connectors(seen.text, at), Family.FORM)
    if not span or _asks(seen.text[span[0]:span[1]]) or not _fits_form_field(label, seen.text[span[0]:span[1]], bool(colon)):
        return None
    return Ask(Family.FORM, material=f"{label}：{seen.slice(*span)}", kinds=(Kind.GROUP,) if label.startswith("小组") else (Kind.CREW,) if label.startswith("班组") else ())


def _fits_form_field(label: str, value: str, colon: bool) -> bool:
    if label == "课题类型":
        return (value.rstrip("。").endswith("型") or colon) and 2 <= len(value) <= 16 and not value.startswith(("有", "是", "和", "选", "能", "可"))
    if label == "经济效益":
        return bool(re.search(r"\d|[一二三四五六七八九十百千]+万", value)) and len(value) <= 30 or (colon and len(value) <= 20)
    if label.endswith("人数"):
        return colon and bool(re.fullmatch(r"\d{1,4}\s?人?", value))
    return bool(re.fullmatch(r"[\d\s+-]{3,20}", value)) or (colon and len(value) <= 20)


# —— without a label ——

def _unlabelled(seen: View) -> Ask | None:
    """Material that says by its shape what it is, with an instruction or a question whether it is right, or bare."""
    text = seen.text
    if len(text) > LABELS_WITHIN or FORWARDED.search(text):
        return None
    quoted = _quoted(seen)
    if quoted and all_words(text[:max(0, quoted[0] - 1)]) and all_words(text[quoted[1] + 1:]) and CHECK_WORD.search(text[:quoted[0]] + text[quoted[1]:]):
        return _by_shape(seen, quoted, instructed=True)
    start = skip_front(text, 0, len(text))
    cut = CUT.search(text, start)
    span = _value_from(seen, start, Family.NAMES)
    if not span:
        return None
    bare = _trim(text, 0, len(text))
    if not cut and _is_list(seen.slice(*bare), False, sure=True) and len(read_listing(seen.slice(*bare)[:LIST_AT_MOST]).names) >= 3:
        return Ask(Family.NAMES, material=seen.slice(*bare))
    return _by_shape(seen, span, instructed=bool(cut or CHECK_WORD.search(text[:span[0]]) or re.search(r"改好|改了|改过|改完|改正", text[:span[0]])))


def _by_shape(seen: View, span: tuple[int, int], instructed: bool) -> Ask | None:
    text, material = seen.text[span[0]:span[1]], seen.slice(*span)
    if _asks(text) or "\n\n" in text:
        return None
    names = read_listing(material[:LIST_AT_MOST]).names
    if len(names) >= (2 if instructed else 3) and _is_list(material, False, sure=True):
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
    start = skip_front(text, 0, len(text)) if family is not Family.NAMES else _names_begin(text, skip_front(text, 0, len(text)))
    span = _value_from(seen, start, family)
    if not span or all_words(text) or re.fullmatch(r"(?:谢谢|不用|算了|没有|好的?|ok|取消|退出|你好|在吗).{0,6}", text.strip()):
        return None
    if family in (Family.FORM, Family.OUTLINE):
        return None if len(text) < 12 or _asks(text[-40:]) else Ask(family, material=_without_instruction(seen))
    if family is Family.NAMES:
        fits = _is_list(seen.slice(*span), False)
    else:
        fits = _plausible(family, seen, span, True, False) and not _asks(text[span[0]:span[1]][-80:])
    return Ask(family, material=seen.slice(*span)) if fits else None


def _once_more(seen: View, conversation: Conversation) -> Ask | None:
    """After a check: 改好了 张建国,李梅 · 那改成运用精益管理的实践呢."""
    if conversation.family not in (Family.NAMES, Family.TITLE, Family.TEAM, Family.COMPANY):
        return None
    family, text = Family(conversation.family), seen.text
    start = skip_front(text, 0, len(text))
    start = start if family is Family.NAMES else _skip_connectors(text, start)
    span = _value_from(seen, start, family)
    if not span or _asks(text[span[0]:span[1]]):
        return None
    if family is Family.NAMES:
        material = seen.slice(*span)
        return Ask(family, material=material) if _is_list(material, False, sure=len(read_listing(material).names) < 2) else None
    told = start > 0 or CUT.search(text)
    return Ask(family, material=seen.slice(*span)) if told and _plausible(family, seen, span, True, False) and len(text) <= 120 else None


def _instruction_only(seen: View) -> Ask | None:
    """检查名单: the family is said, the material is still to come."""
    text = seen.text
    if len(text) > 60 or not CHECK_WORD.search(text):
        return None
    found = _labels_in(seen)
    rest = text
    for _, start, end, _ in found:
        rest = rest.replace(text[start:end], " ")
    if len(found) == 1 and all_words(rest):
        return Ask(found[0][0], kinds=(found[0][3],) if found[0][3] else ())
    if re.search(r"(?:整张|整个|全部)?(?:申报表|填的表|表格)", text) and all_words(re.sub(r"整张|整个|全部|填的表|表格", " ", text)):
        return Ask(Family.FORM)
    if re.search(r"报告书?的?(?:目录|提纲|大纲|框架|结构|步骤)", text) and all_words(re.sub(r"报告书?的?|成果|目录|提纲|大纲|框架|结构|步骤", " ", text)):
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
    sounds = by_sound(text)
    found = []
    if by_sound("小组") in sounds or "qc" in text:
        found.append(Kind.GROUP)
    if by_sound("班组") in sounds or "信得过" in text:
        found.append(Kind.CREW)
    return tuple(found)
