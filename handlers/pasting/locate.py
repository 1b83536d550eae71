"""Where the material stands in a message: quoted, behind its label, before it."""

from __future__ import annotations

import re

from handlers.ask import Family
from handlers.pasting.labels import LABELS_WITHIN
from handlers.pasting.namelists import BRACKET, is_list, maybe_name
from handlers.pasting.person import DUTIES
from handlers.pasting.plausible import asks, plausible
from handlers.pasting.surnames import is_name
from handlers.pasting.wrapping import ASKED, CHECK_WORD, CUT, PUNCTUATION, REAL_QUESTION, View, all_words, skip_back, skip_front

NAME_AT_MOST = 20  # characters beside a word that are read to tell whether it is part of a name

_QUOTED = re.compile(r"“([^“”]{2,300})”|\"([^\"]{2,300})\"|「([^「」]{2,300})」|『([^『』]{2,300})』|《([^《》]{4,300})》|‘([^‘’]{2,300})’")
_WORD_END, _WORD_START = re.compile(r"[^\s,，、;；:：。]*$"), re.compile(r"[^\s,，、;；:：。]*")
_CONNECTOR = re.compile(
    r"(?:最后|最终|是不是可以|是否可以|可不可以|初步|先|目前|现在|计划|决定|就|想|准备|打算|可以|能不能|能否|能|可|要|应该|我们|我|咱们|暂时|暂)?(?:填写的是|填写为|填写成|填的是|填的|填了|写了|列了|起了|填写|填成|填为|填|写的是|写的|写成|写为|写作|写|叫做|叫作|叫|取名为|取名叫|取名|取|起名叫|起名为|起名|起的是|起|定为|定的是|"
    r"定成|拟为|拟定为|拟用|拟|改成|改为|换成|用的是|报的是|报|就是|定(?=[:：\s])|是|为|用|有(?!没)(?=[\s:：]|[\u4e00-\u9fff]{2,4}[,，、])|包括(?=[\s:：]))(?!什么|啥|哪|谁|户之声|心|不是|否)")
_COLUMN = re.compile(r"(?:(?:这|那)?一?(?:栏|格)|[这那]一?项|一项)(?:里|中)?|这里|检查一下|检查下|检查|看一下|看下|看看|帮我|帮忙|核对一下|这样|这么|我们|咱们")
_LAST_COMMA = re.compile(r"[ \u3000]?[,，、;；]+(?=\s*$|\s*\n)")
_COLON = re.compile(r"[:：\n]")
_TALK = re.compile(r"[有的了没请帮看是这多超吗行可改样写填审我问准急定你您啥催谢再还]|领导|老师|消息")
_REMARK = re.compile(r"[\s,，。;；][^\s,，。;；]*(?:[的了吗呢吧]|就是|上面|下面|都是|我们|咱们|属于|上级|自己|其实|大家|平时|一直|章上|刻的|公章|一样|一致)[^\s,，。;；]*$")
_COUNTED = re.compile(r"(?:刚好|正好|一共|总共|就|才|整整)(?:是|有)?[\d一二两三四五六七八九十]+(?:个人|[个人位名])|[\d一二两三四五六七八九十]+个人")
# A whole name before a blank or comma; what follows is a remark, unless it looks like a name or a department itself.
_WHOLE_NAME = re.compile(r"[^\s,，。;；]*(?:(?:公司|集团|厂)(?:[\u4e00-\u9fff]{1,8}[部处科])?|[班组室]|工段|小组|qc)(?=[\s,，。;；])")
_MORE_OF_A_NAME = re.compile(r"(?:公司|集团|[班组室部处科院所厂队站]|工段|车间|中心|小组|qc)\s*$")
_HANGING_VERB = re.compile(r"[挂带加写填叫冠]$")  # 小组名前头挂公司名: the label is what is done, not what the value is called
_ONE_SHIFT = re.compile(r"[^一二三四五六七八九十甲乙丙丁戊\d][班组室]")
_WHOLE_TITLE_HEAD = re.compile(r"(?:实施|运用|推行)[^,，。;；\n]{4,}?(?:经验|实践|探索)(?=[\s,，。;；](?!.*(?:经验|实践|探索)))", re.S)
_LAST_WORDS = re.compile(r"[\s,，。;；]([^\s,，。;；]{2,20})$")
_LAST_PIECE = re.compile(r"[\s,，。;；]+([^\s,，。;；]{2,12})$")
_TITLE_TALK = re.compile(r"[我您你咱俺]|老板|领导|了$|终稿|刚改|^[这那]个?(?:课题|成果|题目|名)|字数")
_TO_THE_CLOSER = re.compile(r"[^\s,，。;；?？!！:：]{0,40}(?:经验|实践|探索)")


def quoted_in(seen: View) -> tuple[int, int] | None:
    """The longest quoted passage."""
    spans = [hit.span(hit.lastindex) for hit in _QUOTED.finditer(seen.text[:LABELS_WITHIN]) if hit.lastindex]
    return max(spans, key=lambda span: span[1] - span[0], default=None)


def frame_is_plain(seen: View, quoted: tuple[int, int], start: int, end: int) -> bool:
    """Around the quotation stand a label, an instruction, a question whether it is right; no question about a rule."""
    if quoted[0] <= start < quoted[1]:
        return False
    before, behind = seen.text[:max(0, quoted[0] - 1)], seen.text[quoted[1] + 1:]
    asked = CUT.search(behind)
    behind = (behind[:asked.start()] if asked else behind).replace(seen.text[start:end], " ")
    lead = re.split(r"[,，。;；:：\n]", before.replace(seen.text[start:end], " "))[-1]
    rest = before.replace(seen.text[start:end], " ") + " " + behind
    return ((all_words(lead) or all_words(_CONNECTOR.sub(" ", _COLUMN.sub(" ", lead)))) and all_words(behind) and not REAL_QUESTION.search(CUT.sub(" ", rest)))


def behind(seen: View, family: Family, end: int) -> tuple[int, int] | None:
    """The value behind its label."""
    text, start, marked = seen.text, end, False
    if bracket := BRACKET.match(text, start):
        if inside := _in_brackets(seen, family, bracket):
            return inside
        start = bracket.end()
    colon = _COLON.search(text, start, min(len(text), start + 24))
    if colon and _is_frame(text[start:colon.start()], family):
        start, marked = colon.end(), True
    else:
        colon = None
        start = skip_connectors(text, start)
        marked = start > end
    span = value_from(seen, start, family)
    if span and family is Family.TEAM and not colon and span[0] > end and _ONE_SHIFT.fullmatch(text, *span) and text[span[0] - 1] not in PUNCTUATION:
        span = (span[0] - 1, span[1])  # 填成型班, 报关组: the last character of the verb belongs to the name
    return span if span and plausible(family, seen, span, marked, bool(colon)) else None


def _in_brackets(seen: View, family: Family, bracket: re.Match) -> tuple[int, int] | None:
    """班组名称（中控室）行不: the value stands in brackets, with nothing but a question behind it."""
    span = trim(seen.text, bracket.start() + bracket.group().index(bracket.group().strip()[0]) + 1, bracket.end() - 1)
    rest = seen.text[bracket.end():]
    alone = span and rest.strip(PUNCTUATION) and CUT.search(rest) and all_words(rest) and not all_words(seen.text[slice(*span)])
    return span if alone and plausible(family, seen, span, False, False) else None


def _is_frame(text: str, family: Family) -> bool:
    """Between a label and its colon: 这样行不呀, 帮核对一下, 这14位行吧, 只有两个人."""
    if all_words(text) or CUT.search(text) or CHECK_WORD.search(text):
        return True
    if family is Family.NAMES:
        return len(text) <= 12 and text.strip() not in DUTIES and not is_list(text, False, sure=True)
    return len(text) <= 12 and bool(re.search(r"[我填写叫是]", text))


def front_end(text: str, start: int, end: int) -> int:
    """Where the instruction in front is over: at its colon, else behind its last word."""
    colon = re.compile("[:：]").search(text, start, min(end, start + 40))
    return colon.end() if colon and all_words(text[start:colon.start()]) else skip_front(text, start, end)


def value_from(seen: View, start: int, family: Family) -> tuple[int, int] | None:
    """From ``start`` to the first question whether it is right, without blanks and small talk."""
    text = seen.text
    while start < len(text) and text[start] in " \t\n\u3000:：—–":
        start += 1
    cut = next((hit for hit in CUT.finditer(text, start) if hit.start() > start and _is_over(text, hit.end()) and not _in_a_name(text, hit, family)
                and not _TO_THE_CLOSER.match(text, hit.end())), None)
    end = skip_back(text, start, cut.start() if cut else len(text))
    while end > start and text[end - 1] in "（([【":  # of a request in brackets
        end = skip_back(text, start, end - 1)
    if family is not Family.NAMES:
        return trim(text, start, _title_end(text, start, end) if family is Family.TITLE else _without_remark(text, start, end))
    talk = _without_talk(text, start, end)
    return trim(text, start, _with_last_comma(text, end) if talk == end else talk)


def _with_last_comma(text: str, end: int) -> int:
    """A separator behind the last name, where the line ends with it: an empty item of the list."""
    last = _LAST_COMMA.match(text, end)
    return last.end() if last else end


def _is_over(text: str, end: int) -> bool:
    """Behind a question whether it is right comes nothing, a stop or more talk: 指数下降 is none."""
    return end >= len(text) or text[end] in PUNCTUATION or text[end].isdigit() or bool(CUT.match(text, end)) or skip_front(text, end, min(len(text), end + 4)) > end


def _in_a_name(text: str, hit: re.Match, family: Family) -> bool:
    """庞改正 is a person, not a request."""
    if family is not Family.NAMES:
        return False
    before, after = text[max(0, hit.start() - NAME_AT_MOST):hit.start()], text[hit.end():hit.end() + NAME_AT_MOST]
    return is_name(_WORD_END.search(before).group() + hit.group() + _WORD_START.match(after).group())


def _without_talk(text: str, start: int, end: int) -> int:
    """Words behind a list that are none of it: 张三,李四 有生僻字."""
    while (last := _LAST_WORDS.search(text[start:end])) and _is_talk(last.group(1), last.group()[0].isspace()):
        end = start + last.start()
    return end


def _title_end(text: str, start: int, end: int) -> int:
    """Behind a whole title that follows the formula, a comma or a blank begins a remark: …的实践，班组成果名称这么起可以吗."""
    if whole := _WHOLE_TITLE_HEAD.match(text[:end], start):
        return whole.end()
    while (last := _LAST_PIECE.search(text[:end], start)) and last.start() > start and (asks(last.group(1)) or _TITLE_TALK.search(last.group(1))):
        end = last.start()
    return end


def _is_talk(words: str, behind_blank: bool) -> bool:
    """有生僻字, 刚好10个, and behind a blank 检查格式: no name."""
    talk = len(words) > 2 and _TALK.search(words) or _COUNTED.fullmatch(words) or behind_blank and all_words(words)
    return bool(talk) and not maybe_name(words)


def _without_remark(text: str, start: int, end: int) -> int:
    """A remark behind the name of a company or a team: 滨海化工有限公司 上面还有集团."""
    remark = _REMARK.search(text[:end], start)
    end = remark.start() if remark and remark.start() > start else end
    whole = _WHOLE_NAME.match(text[:end], start)
    return whole.end() if whole and not _MORE_OF_A_NAME.search(text[:end], whole.end()) else end


def skip_connectors(text: str, start: int) -> int:
    """写, 填, 叫, 是 and instructions between a label and its value."""
    for _ in range(6):
        while start < len(text) and text[start] in " \t\n\u3000,，":
            start += 1
        word = _COLUMN.match(text, start) or _CONNECTOR.match(text, start) or ASKED.match(text, start)
        if not word:
            return start
        start = word.end()
    return start


def before(seen: View, family: Family, start: int, end: int) -> tuple[int, int] | None:
    """The value in front of its label: 催化一班 这个班组名称行吗."""
    text = seen.text
    start -= text[max(0, start - 1):start] in ("(", "（", "【", "[")
    after = text[end:]
    asked = CUT.search(after)
    begin = front_end(text, 0, start)
    told = asked or after.strip(PUNCTUATION) or family is Family.NAMES or CUT.search(text[:begin]) or CHECK_WORD.search(text[:begin])
    if not told or not all_words(after[:asked.start()] if asked else after):
        return None
    if family is Family.NAMES and begin > 0:
        begin = names_begin(text, begin)
    if family is Family.TITLE and text[:begin] == "检查":  # 检查井液位控制
        begin = 0
    if family is Family.TEAM and 0 < begin <= 2 and text[begin - 1] not in PUNCTUATION:  # 看护组, 审核室
        last = skip_back(text, begin, start, glued_to_words=True)
        begin = 0 if begin == 1 or last - begin <= 1 else begin
    span = trim(text, begin, skip_back(text, begin, start, glued_to_words=True))
    if span and _HANGING_VERB.search(text[slice(*span)]):
        return None
    sure = asked or after.strip(PUNCTUATION) or family is not Family.NAMES
    return span if span and plausible(family, seen, span, True, False) and (sure or is_list(seen.slice(*span), False, sure=True)) else None


def names_begin(text: str, begin: int) -> int:
    """A surname such as 和 or 单 at the very front is no instruction."""
    return 0 if begin <= 2 and text[begin - 1] not in PUNCTUATION else begin


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in " \t\n\u3000:：":
        start += 1
    while end > start and text[end - 1] in " \t\n\u3000":
        end -= 1
    return (start, end) if start < end else None
