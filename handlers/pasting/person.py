"""One word of a pasted list: the name in it, and what else stands with it (组长张建国, 生产部, 李梅和王志强, 张伟1)."""

from __future__ import annotations

import re

import msgspec

from handlers.pasting.grouping import split_glued
from handlers.pasting.surnames import is_foreign_name, is_han, is_name, surname_of
from handlers.units import only_department

HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
DOTS = {"・": "·", "•": "·", "‧": "·", "∙": "·", "⋅": "·", "･": "·", "●": "·", "．": "."}
DUTIES = sorted(
    "组长 副组长 班长 副班长 班组长 小组长 组员 成员 队长 队员 主任 副主任 经理 副经理 总经理 副总经理 部长 副部长 科长 副科长 处长 副处长 厂长 副厂长 "
    "书记 副书记 工程师 高级工程师 助理工程师 总工程师 总工 技术员 操作工 技师 高级技师 高工 主管 总监 指导 指导者 指导老师 辅导员 师傅 联络员 安全员 "
    "质量员 质检员 工段长 段长 员工 负责人 发布人 发表人 记录员 顾问 主席 院长 所长 站长 副班 值班长 第一完成人 完成人".split(),
    key=len, reverse=True)
NOBODY = frozenset("待定 暂无 暂缺 空缺 未定 同上 略 若干 其他 其余 姓名 名字 无 待补 待填 全体员工 全体 等人".split())
ANY_DUTY = "|".join(DUTIES)

_ANY_DOT = frozenset((*DOTS, ".", "·"))
_LETTER = re.compile("[A-Za-z]")
_DUTY_SET = frozenset(DUTIES)
_SOME_MORE = re.compile(rf"[{HAN}]*\d{{1,3}}[个名位]?[人名位]")  # 外协人员2名
_PLACE = re.compile(r"(?:车间|工段|公司|分厂|事业部|作业部|作业区)$|^[甲乙丙丁戊一二三四五六七八九十\d]班$")
_DUTY_BEFORE = re.compile(rf"(?P<where>[{HAN}]{{0,10}}?)(?:{ANY_DUTY})(?P<name>[{HAN}]{{2,4}})")  # 组长张建国, 质量部经理张建国
_PLACE_BEFORE = re.compile(rf"(?P<where>[{HAN}]{{2,8}}(?:[部处科室班]|车间|工段))(?P<name>[{HAN}]{{2,3}})")  # 生产部张建国
_LINKS = ("以及", "及", "与", "和")


class Listing(msgspec.Struct):
    """The names in order, and what else was met on the way."""

    names: list[str] = []
    wrong_separators: list[str] = []
    glued: list[str] = []
    blanks: list[str] = []
    hidden: list[str] = []
    empties: list[str] = []
    numbering: list[str] = []
    brackets: list[str] = []
    duties: list[str] = []
    beside: list[str] = []
    others: list[str] = []
    digits: list[str] = []
    latin: list[str] = []
    symbols: list[str] = []
    strange: list[str] = []
    dots: list[str] = []
    dots_doubtful: bool = False
    loose: bool = False  # blanks beside a comma
    sheet: bool = False  # a sheet with more columns than the names


def names_in(word: str, listing: Listing) -> list[str]:
    """The words in a word: without duties and digits, linked or dotted names apart."""
    word = _dotted(word.strip(".．'"), listing)
    if "\x1f" in word:
        return [piece for part in word.split("\x1f") for piece in names_in(part, listing)]
    word = _without_digits(_without_what_is_no_person(_without_duty(word, listing), listing), listing)
    word = _without_symbols(word, listing)
    return [part for part in _linked(word, listing) if part]


def _dotted(word: str, listing: Listing) -> str:
    """Dots in their usual form; a dot that stands between full names is a wrong separator (\\x1f)."""
    if _ANY_DOT.isdisjoint(word):
        return word
    plain = "".join(DOTS.get(char, char) for char in word)
    parts = re.split(r"[.·]", plain)
    between_names = all(map(is_name, parts)) and not is_foreign_name("".join(parts)) and ("." in plain or len(parts) > 2)
    if between_names and len(parts) > 1:
        listing.wrong_separators.append("." if "." in plain else "·")
        return "\x1f".join(parts)
    if not any(map(is_han, plain)):
        return word
    if plain != word or "." in plain:
        listing.dots.append(word)
        listing.dots_doubtful |= "." in plain
    return plain.replace(".", "·")


def _without_duty(word: str, listing: Listing) -> str:
    """张建国组长, 组长张建国 and a duty alone between two names."""
    if word in _DUTY_SET:
        listing.duties.append(word)
        return ""
    before = _DUTY_BEFORE.fullmatch(word)
    if before and is_name(before["name"]) and (not before["where"] or _is_place(before["where"])):
        listing.duties.append(word)
        return before["name"]
    for size in range(2, min(8, len(word) - 1)):
        if word[-size:] in _DUTY_SET and is_name(word[:-size]):
            listing.duties.append(word)
            return word[:-size]
    return word


def _without_what_is_no_person(word: str, listing: Listing) -> str:
    """生产部, 甲班, 男 beside a name say where somebody works and who it is; 外协人员2名 are people without names."""
    if word in ("男", "女") or _is_place(word):
        listing.beside.append(word)
        return ""
    within = _PLACE_BEFORE.fullmatch(word) if 4 < len(word) < 12 else None
    if within and is_name(within["name"]) and _is_place(within["where"]):
        listing.beside.append(within["where"])
        return within["name"]
    if _SOME_MORE.fullmatch(word):
        listing.others.append(word)
        return ""
    return word


def _is_place(word: str) -> bool:
    person = len(word) == 3 and word[0] == "党"  # 党永科, as against 党委办公室
    return bool(_PLACE.search(word)) or len(word) > 2 and only_department(word) and not person


def _without_digits(word: str, listing: Listing) -> str:
    if not any(map(str.isdigit, word)):
        return word
    listing.digits.append(word)
    return "".join(char for char in word if not char.isdigit())


def _without_symbols(word: str, listing: Listing) -> str:
    if word.isalnum():
        return word
    odd = {char for char in word if not (is_han(char) or char.isalnum() or char in "·-'’" or 0xFE00 <= ord(char) <= 0xFE0F
                                        or 0xE0100 <= ord(char) <= 0xE01EF)}
    if not odd:
        return word
    listing.symbols.append(word)
    return "".join(char for char in word if char not in odd or char in "×□○*＊")


def _linked(word: str, listing: Listing) -> list[str]:
    """李梅和王志强 is two names; 和志强 is one."""
    for link in _LINKS if len(word) > 3 else ():
        if word.startswith(link) and not is_name(word) and is_name(word.removeprefix(link)):
            listing.wrong_separators.append(link)
            return [word.removeprefix(link)]
        parts = word.split(link)
        if len(word) >= 5 and len(parts) > 1 and all(map(is_name, parts)):
            listing.wrong_separators.append(link)
            return parts
    return [word]


def add_name(name: str, listing: Listing) -> None:
    if not name:
        return
    letters = _LETTER.search(name)
    if letters:
        listing.latin.append(name)
    parts = split_glued(name)
    if len(parts) > 1:
        listing.glued.append(name)
    elif not letters and (_no_person(name) or (len(name) > 5 and "·" not in name and not is_foreign_name(name) and not is_name(name))):
        listing.strange.append(name)
    listing.names += parts


def _no_person(name: str) -> bool:
    """王主任 and 张总 are forms of address, 待定 and 李某 are nobody."""
    if "某" in name or name in NOBODY or len(name) == 2 and name[1] in "总工":
        return True
    return len(name) in (3, 4) and name[1:] in _DUTY_SET and bool(surname_of(name))
