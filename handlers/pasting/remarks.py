"""Where a value ends and talk about it begins, or the other way round: 一共填了12个 张建国,李梅 中间那个点要不要去掉.

Told by what talk is made of (verbs, pronouns, particles, counts) and by what no name is made of. Places in, places out.
"""

from __future__ import annotations

import re

from handlers.ask import Family
from handlers.pasting.listing import read_listing
from handlers.pasting.namelists import maybe_name, no_names
from handlers.pasting.surnames import DOUBTFUL, WORDS, is_foreign_name, is_name, surname_of
from handlers.pasting.wrapping import REAL_QUESTION, all_words

LONGEST_NAME = 5  # characters of a Han name without a dot
LEADS = 4  # pieces of talk in front of one value
EDGE = 300  # characters at either end of a list that are looked at for talk

_WORD = re.compile(r"[^\s,，、;；。?？!！:：/／|｜—]+")
_APART = re.compile(r"[\s,，、;；。?？!！:：/／|｜—]+[^\s,，、;；。?？!！:：/／|｜—]")
_PARTICLES = "吗吧呢么嘛呗呀啊啦了没不的"  # no given name of two characters ends so
_SAID = re.compile(r"谢谢|(?:.[吗吧呢么嘛呗啦了]|[正刚恰]好|[一总]共|目前|现在|暂[时定]|真的|已改|[喏欸诶喂哎嘿呐嗯哦])$")
_TALK = re.compile(r"[有的了没请帮看是这那多超吗呢吧么嘛行可改样写填审我问准急定你您他她它们啥催谢再还就也该会能太哪怎够别把被让咱俺不排]|版$|名额|领导|老师|消息|顿号|逗号|空格|名字|名单|完成人")
_COUNT = r"(?:\d+|[一二两三四五六七八九十]+)(?:个人?|[人名位]|口人)"
_COUNTED = re.compile(rf"(?:[有才都]|[^\s员工等]{{0,5}}?){_COUNT}")
_NO_PERSON = re.compile(rf"[有才都]{_COUNT}|[才都要]是$|[都全应该要别后来当从有才](?=..)[^\s]?[是没不行对]")  # 都是姓, 应该行: more often no person
_COMMA = re.compile(r"[,，、;；/／|｜]")

_PIECE = re.compile(r"[\s,，。;；—]+([^\s,，。;；—]+)")
REMARK = re.compile(r"[我你您咱俺他她它们的了吗呢吧么嘛是就这那没拿在]|不(?![锈二夜])|公章|章[上里]|刻|上[面级]|下面|自己|其实|大家|平时|一直|一样|一致|属于|反正|以前|原来|去年|前面|后面|还[有要行]|已经|作为|再$")
_LEAD = re.compile(r"[了吧呢吗啦我你您他她]|^(?:改|换|加|去|删|又|再|重新|补|按|这|那|最后|现在|最终)|[名称版后]$")
_LEADING = re.compile(r"([^\s,，。;；:：“”\"]{1,20})[\s,，:：]+(?=\S)")
# What is asked about a field, rather than about a value for it.
ASKS_WHAT = re.compile(r"什么|啥|哪[个些里儿天]|怎么|咋|多少|几[个号天]|何时|能不能|要不要")
# Words that point at a value in front of them: 拿这个当班组名称, 班组名称就写这个.
POINTS = re.compile(r"\s?(?:就|还|先|也|我们?|咱们?)*(?:[定写填叫用报起选拿把照]|当成?|按)?(?:[这它]|那个|上面|前面)|\s?(?:就|还|先|也)*(?:照[填写报抄]|[拿用]来|[用当]作|作为)|\s?[^\s,，]{0,4}[起拟取]的")
_SHAPED = re.compile(r"(?:公司|集团|厂|[班组室部]|工段|小组|qc|经验|实践|探索)$")
# A whole name before a blank or comma; what follows is a remark, unless it looks like a name or a department itself.
_WHOLE_NAME = re.compile(r"[^\s,，。;；]*(?:(?:公司|集团|厂)(?:[\u4e00-\u9fff]{1,8}[部处科])?|[班组室]|工段|小组|qc)(?=[\s,，。;；])")
_MORE_OF_A_NAME = re.compile(r"(?:公司|集团|[班组室部处科院所厂队站]|工段|车间|中心|小组|qc)\s*$")
_WHOLE_TITLE = re.compile(r"(?:实施|运用|推行)[^,，。;；\n]{4,}?(?:经验|实践|探索)(?=[\s,，。;；—](?!.*(?:经验|实践|探索))|[（(][^（）()]*[吗吧呢没不么])", re.S)
_TITLE_TALK = re.compile(r"(.)不\1|[我您你咱俺他她它]|老板|领导|班长|主任|嫌|太[长短]|大家|[用当]作|[了呢吧]$|了点$|终稿|刚改|^[这那]|就[叫用写定]|[拿用当][这那它]|^[拿当]|作为|字数|公式|备案|够[了不用长吗吧]")


def value_begin(text: str, start: int, end: int, family: Family) -> int:
    """Behind the talk in front of a value; ``start`` where there is none or nothing else is left."""
    begin = people_begin(text, start, end) if family is Family.NAMES else thing_begin(text, start, end)
    return begin if begin < end else start


def value_end(text: str, start: int, end: int, family: Family) -> int:
    """In front of the remarks behind a value."""
    if family is Family.NAMES:
        return people_end(text, start, end)
    return title_end(text, start, end) if family is Family.TITLE else name_end(text, start, end)


def value_alone(value: str, family: Family) -> str:
    """The value of a form's field without remarks beside it: 创新型 其余的回头再发."""
    begin = value_begin(value, 0, len(value), family) if family is Family.NAMES else 0
    return value[begin:value_end(value, begin, len(value), family)]


# —— people ——

def people_begin(text: str, start: int, end: int) -> int:
    """Behind the last word of talk in front of the first name, and behind what goes with it: 漏了一位，补上 张建国."""
    if not _APART.search(text, start, end):
        return start
    begin = start
    for word in _WORD.finditer(text, start, min(end, start + EDGE)):
        apart, heading = not _COMMA.match(text, word.end()), text[word.end():word.end() + 1] in (":", "：")
        if _is_talk(word.group(), apart, apart and bool(_COMMA.search(text, start, min(end, start + EDGE)))) or heading and _unlike_people(word.group()):
            begin = word.end()
        elif not apart or not _unlike_people(word.group()):
            return word.start() if begin > start else start
    return end


def people_end(text: str, start: int, end: int) -> int:
    """In front of the first word of talk behind the last name."""
    stop, words = end, list(_WORD.finditer(text, max(start, end - EDGE), end))
    commas = len(words) > 1 and bool(_COMMA.search(text, start, end))
    for last, word in zip(words[-2::-1], words[:0:-1]):
        held = len(_COMMA.findall(text[last.end():word.start()]))
        mixed = not held and commas
        if not _is_talk(word.group(), not held, mixed) and not (mixed and _hardly_person(word.group(), stop < end or _is_talk(last.group(), True, True))):
            return stop
        stop = last.end() if held < 2 else word.start()  # two commas: a name was left out
    return stop


def _hardly_person(word: str, among_talk: bool) -> bool:
    """应该, 马上; 别笑 beside more talk: words that look like names, behind a blank though commas part the others."""
    return word in WORDS or among_talk and word[0] in DOUBTFUL


def _is_talk(word: str, apart: bool, mixed: bool) -> bool:
    """No person, but words about people; ``apart``: no comma holds it to the list, so that its shape alone may tell;
    ``mixed``: though commas part the others."""
    size, spoken = len(word), word[-1] in _PARTICLES
    if size > LONGEST_NAME:
        if spoken or REAL_QUESTION.search(word):
            return True
    elif is_name(word) and not (size > 2 and spoken) and word != "谢谢":
        return bool(_COUNTED.fullmatch(word)) if word[0] in "有才都" and not apart else apart and bool(_NO_PERSON.match(word))
    if is_foreign_name(word):
        return False
    if size > 2 and spoken or _SAID.match(word) or _COUNTED.fullmatch(word) or size > 3 and REAL_QUESTION.search(word):
        return True
    if maybe_name(word):
        return False
    if size > 2 and _TALK.search(word) or apart and size > (2 if mixed and not surname_of(word) else 3 if mixed else 4):
        return not _holds_people(word)
    return apart and all_words(word)


def _unlike_people(word: str) -> bool:
    return len(word) > 1 and not surname_of(word) and not _holds_people(word)


def _holds_people(word: str) -> bool:
    """组长张建国, 张建国李梅王志强, 外协人员2名, 李建国（组长）, Peter: somebody, rightly written or not."""
    if len(word) > 2 and no_names(word):
        return False
    found = read_listing(word)
    beside = found.duties or found.beside or found.others or found.brackets or found.numbering or found.glued or found.latin and word.isascii() or found.wrong_separators
    return bool(beside) or bool(found.names) and all(map(maybe_name, found.names))


# —— titles, teams, companies ——

def thing_begin(text: str, start: int, end: int) -> int:
    """Behind talk in front of a value: 换全称了 东海石化有限公司, 我拟了一个 运用…的实践."""
    at = start
    for _ in range(LEADS):
        lead = _LEADING.match(text, at, end)
        if not lead or not _is_lead(lead.group(1), at > start):
            break
        at = lead.end()
    rest = _WORD.match(text, at)
    return at if rest and (_SHAPED.search(rest.group()) or not REMARK.search(rest.group())) else start


def _is_lead(words: str, further: bool) -> bool:
    """``further``: behind another piece of talk."""
    told = _LEAD.search(words) or further and REMARK.search(words)
    return bool(told) and ("了" in words or not _SHAPED.search(words))


def title_end(text: str, start: int, end: int) -> int:
    """Behind a whole title that follows the formula, a comma or a blank begins a remark: …的实践，班组成果名称这么起可以吗."""
    if whole := _WHOLE_TITLE.match(text[:end], start):
        return whole.end()
    for piece in _PIECE.finditer(text, start, end):
        if REAL_QUESTION.search(piece.group(1)) or _TITLE_TALK.search(piece.group(1)):
            return piece.start()
    return end


def name_end(text: str, start: int, end: int) -> int:
    """A remark behind the name of a company or a team: 滨海化工有限公司 上面还有集团."""
    remark = next((piece.start() for piece in _PIECE.finditer(text, start, end) if REMARK.search(piece.group(1))), end)
    if remark < end and (_SHAPED.search(text[start:remark]) or not ASKS_WHAT.search(text, remark, end)):
        end = remark
    whole = _WHOLE_NAME.match(text[:end], start)
    return whole.end() if whole and not _MORE_OF_A_NAME.search(text[:end], whole.end()) else end
