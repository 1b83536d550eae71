"""Whether what stands beside a label is a value for it: no question, no words about the field's rule, of the field's shape."""

from __future__ import annotations

import re

from handlers.ask import Family
from handlers.pasting.labels import labels_in
from handlers.pasting.listing import read_listing
from handlers.pasting.namelists import LIST_AT_MOST, is_list
from handlers.pasting.wrapping import GENERIC, NOT_A_VALUE, REAL_QUESTION, RULE_TALK, TITLE_SHAPE, View, all_words

_SEEMS_COMPANY = re.compile(r"公司$|集团$|[\u3400-\u9fff]{2,}(?:厂|研究院|设计院|研究所|油田|石化|炼化|化工|股份)$")
_UNIT = re.compile(r"(?:[一二三四五六七八九十甲乙丙丁戊\d]班|[^小上下大整每各本几两]班|[^小班两几个本各]组|工段|[^科教]室)$")
_WHOLE_TITLE = re.compile(r"(?:实施|运用|推行).{4,}(?:经验|实践|探索)", re.S)
_ABOUT_UNITS = re.compile(r"能(?![源量效环])|可(?![燃控])|[吗写名的以是我你他这那哪么或还没就该会须只把被跟让叫与]|不[要用得]|要不|用什|必|上级|公司|车间|部门|班组|小组|^要(?!料)|^[带给]上?[车部班小厂公]")
_SEEMS_TEAM = re.compile(r"(?:小组|班|组|工段|室|班组|队|中心|站|岗|qc|部|科|处|车间|工区|区)$")


def plausible(family: Family, seen: View, span: tuple[int, int], marked: bool, colon: bool) -> bool:
    """``marked``: a verb or a colon leads to it (填, 叫); ``colon``: a colon does."""
    text = seen.text[span[0]:span[1]]
    if text[0] in "、”」』》)）" or text.startswith(("和", "及", "与")) and any(start >= span[0] for _, start, _, _ in labels_in(seen)[1:]):
        return False
    if family is Family.NAMES:
        return is_list(seen.slice(*span), colon)
    if text.startswith(("的", "额", "不规", "不合", "不对")) and not colon:  # 成果名称的字号, 小组成果名额, 企业名称这么写不规范
        return False
    shaped = TITLE_SHAPE.search(text) or family is Family.TEAM and _is_unit(text)
    if asks(text[-80:]) and not (family is Family.TITLE and _WHOLE_TITLE.fullmatch(text)) or all_words(text) and not (colon and text == "qc小组") or (not colon and not shaped and speaks_of_rule(text)):
        return False
    if family is not Family.TITLE and RULE_TALK.search(text):
        return False
    if family is Family.TITLE:
        return len(text) >= (2 if colon else 4)
    if family is Family.TEAM:
        return len(text) <= 60 and len(text) >= 2 and (colon or marked or bool(_SEEMS_TEAM.search(text)))
    return len(text) <= 120 and len(text) >= 2 and (colon or marked or bool(_SEEMS_COMPANY.search(text)))


def speaks_for_itself(family: Family, material: str, text: str, quoted: bool = False) -> bool:
    """Whether the shape alone says what it is; of a quotation beside its label, hardly more than its length is asked."""
    if family is Family.NAMES:
        return is_list(material, False, sure=True) and len(read_listing(material[:LIST_AT_MOST]).names) > 1
    if family is Family.TITLE:
        return len(text) >= 6 if quoted else bool(_WHOLE_TITLE.fullmatch(text))
    if family is Family.TEAM:
        return _is_unit(text) or quoted and len(text) > 2 and bool(_SEEMS_TEAM.search(text)) and not speaks_of_rule(text) or len(text) > 3 and text.endswith(("小组", "qc"))
    return len(text) >= 4 and not speaks_of_rule(text) if quoted else len(text) > 4 and bool(_SEEMS_COMPANY.search(text)) and not asks(text)


def _is_unit(text: str) -> bool:
    """加氢一班, 中控室, 后处理工段: the name of a unit, whatever it begins with; 带车间, 能写工段 is none."""
    return len(text) >= 3 and bool(_UNIT.search(text)) and not _ABOUT_UNITS.search(text)


def speaks_of_rule(text: str) -> bool:
    """写简称, 要带公司名, 超过规定: words about a field, not a value for it."""
    return bool(GENERIC.search(text) or NOT_A_VALUE.search(text) or RULE_TALK.search(text))


def asks(text: str) -> bool:
    """Whether a question stands in it."""
    return bool(REAL_QUESTION.search(text))
