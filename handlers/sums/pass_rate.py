"""What part of the teams handed in has passed, where no number says so: 通过率90%, 过了八成, 三分之一没过."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.numerals import DIGITS, HAN, to_number

_SHARE = rf"(?P<share>[0-9]+(?:\.[0-9]+)?\s?%|百分之[{HAN}0-9点]+|[一二三四五六七八九]成|一半|半数|[二三四五]分之[一二三四])"
_RATE = re.compile(rf"(?:(?:通过|合格|过审)率|过了)(?:是|为|有|在|才|只有)*\s?{_SHARE}")
_PART = re.compile(rf"{_SHARE}(?:的|都|小组|班组)*(?P<lacking>[没未]有?|被?(?=[退驳]))?(?:能|获)?(?:通过|过|退|驳|审过|批)")
_NEARLY = re.compile(r"(?:大部分|大多数?|多半|少数|个别|有些|部分|基本上?|差不多)(?:小组|班组|都|也|的)*(?:[没未]有?)?(?:通过|过[了的,;。审])")
_NONE = re.compile("全军覆没|全(?:部|都)?被?[退驳]")


def part_passed(words: str) -> Decimal | None:
    """The part between 0 and 1; None where none is said."""
    if _NONE.search(words):
        return Decimal()
    if said := _RATE.search(words):
        return _value(said["share"])
    if said := _PART.search(words):
        part = _value(said["share"])
        return 1 - part if said["lacking"] is not None else part
    return None


def nearly_passed(words: str) -> bool:
    """大部分都过了: nothing should be computed from it."""
    return bool(_NEARLY.search(words))


def _value(share: str) -> Decimal:
    if share in ("一半", "半数"):
        return Decimal("0.5")
    if share.endswith("成"):
        return Decimal(DIGITS[share[0]]) / 10
    over, parted, under = share.partition("分之")
    if parted and over != "百":
        return Decimal(DIGITS[under]) / DIGITS[over]
    return (to_number(under or share.rstrip("% ")) or Decimal()) / 100
