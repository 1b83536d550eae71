"""What part of the teams handed in has passed, where no number says so: 通过率90%, 过了八成, 三分之一没过."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from handlers.numerals import DIGITS, HAN, to_number


@dataclass(frozen=True, slots=True)
class Passing:
    """The part that passed, between 0 and 1 (None where it is only guessed: 过了九成多), and where it is said."""

    part: Decimal | None
    start: int
    end: int


_ABOUT, _OR_SO = "(?P<about>大概|大约|约|差不多|将近|接近|近|快|不到)?", "(?P<or_so>多|左右|上下|出头|以上)?"
_SHARE = rf"{_ABOUT}\s?(?P<share>[0-9]+(?:\.[0-9]+)?\s?%|百分之[{HAN}0-9点.]+|[一二三四五六七八九1-9]成(?!果|立|员|功|绩)[半一二三四五六七八九1-9]?|一半|半数|[二三四五六七八九十]分之[一二三四五六七八九]){_OR_SO}"
_BACK = "(?:退回?|驳回?|打回|刷[掉下]?|淘汰)"
_IS = r"(?:来|了|的|都|各|均|小组|班组|比例|占比|一共|总共|是|为|有|在|到|才|只有?|占|达)*"
_RATE = re.compile(rf"(?P<lacking>[没未]有?能?|被?(?={_BACK}))?(?:(?:通过|合格|过审)率|通过|审过|批准?|(?<![超通审])过|{_BACK}){_IS}\s?{_SHARE}")
_PART = re.compile(rf"{_SHARE}(?:的|都|全|小组|班组)*(?P<lacking>[没未]有?|被?(?={_BACK}))?(?:能|获|审核|备案|评审)*(?:通过|过|审过|批|{_BACK})")
_PERHAPS = re.compile("[成%半全军]|分之")
_NEARLY = re.compile(r"(?:大部分|大多数?|多半|少数|个别|有些|部分|基本上?|差不多|过半数?)(?:小组|班组|都|也|的)*(?:[没未]有?)?(?:通过|过[了的,;。审])")
_NONE = re.compile(r"全军覆没|全(?:部|都)?被?[退驳]")
_ODD_TENTH = {"半": Decimal("0.05")}


def parts_passed(words: str) -> list[Passing]:
    """Every part that is said, in order: of 九成通过一成没过 both."""
    if not _PERHAPS.search(words):
        return []
    if none := _NONE.search(words):
        return [Passing(Decimal(), *none.span())]
    found: list[Passing] = []
    while said := min((match for match in (_RATE.search(words, _end(found)), _PART.search(words, _end(found))) if match), key=re.Match.start, default=None):
        found.append(_passing(said))
    return found


def nearly_passed(words: str) -> bool:
    """大部分都过了: nothing should be computed from it."""
    return bool(_NEARLY.search(words))


def _end(found: list[Passing]) -> int:
    return found[-1].end if found else 0


def _passing(said: re.Match) -> Passing:
    if said["about"] or said["or_so"]:
        return Passing(None, *said.span())
    part = _value(said["share"])
    return Passing(part if said["lacking"] is None else 1 - part, *said.span())


def _value(share: str) -> Decimal:
    if share in ("一半", "半数"):
        return Decimal("0.5")
    tenths, spoken, rest = share.partition("成")
    if spoken:
        return _digit(tenths) / 10 + (_ODD_TENTH.get(rest) or _digit(rest) / 100 if rest else 0)
    over, parted, under = share.partition("分之")
    if parted and over != "百":
        return _digit(under) / (10 if over == "十" else _digit(over))
    return (to_number(under or share.rstrip("% ")) or Decimal()) / 100


def _digit(sign: str) -> Decimal:
    return Decimal(DIGITS.get(sign, sign))
