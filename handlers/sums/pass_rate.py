"""What part of the teams handed in has passed, where no number says so: 通过率90%, 过了八成, 三分之一没过."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from handlers.numerals import DIGITS, HAN, to_number
from handlers.sums.count import Count
from handlers.sums.told import EACH, KIND, STOPS, kind_of


class Passing(msgspec.Struct, frozen=True):
    """The part that passed, between 0 and 1 (None where it is only guessed: 过了九成多), and where it is said."""

    part: Decimal | None
    start: int
    end: int


_ABOUT, _OR_SO = "(?P<about>大概|大约|约|差不多|将近|接近|近|快|不到)?", "(?P<or_so>多|左右|上下|出头|以上)?"
_SHARE = rf"{_ABOUT}\s?(?P<share>[0-9]+(?:\.[0-9]+)?\s?%|百分之[{HAN}0-9点.]+|[一二三四五六七八九1-9]成(?!果|立|员|功|绩)[半一二三四五六七八九1-9]?|一半|半数|[二三四五六七八九十]分之[一二三四五六七八九]){_OR_SO}"
_BACK = "(?:退回?|驳回?|打回|刷[掉下]?|淘汰)"
_IS = r"(?:来|了|的|都|各|均|小组|班组|比例|占比|一共|总共|是|为|有|在|到|才|只有?|占|达)*"
_RATE = re.compile(rf"(?P<lacking>[没未不]有?能?|被?(?={_BACK}))?(?:(?:通过|合格|过审)率|通过|审过|批准?|(?<![超通审])过|{_BACK}率?){_IS}\s?{_SHARE}")
_PART = re.compile(rf"{_SHARE}(?:的|都|全|小组|班组)*(?P<lacking>[没未]有?|被?(?={_BACK}))?(?:能|获|审核|备案|评审)*(?:通过|过|审过|批|{_BACK})")
_PERHAPS = re.compile("[成%半全军]|分之")
_NEARLY = re.compile(r"(?:大部分|大多数?|多半|少数|个别|有些|部分|基本上?|差不多|过半数?)(?:小组|班组|都|也|的)*(?:[没未]有?)?(?:通过|过[了的,;。审])")
_NONE = re.compile(r"全军覆没|全(?:部|都)?被?[退驳]")
_ALTOGETHER = re.compile(r"[共总合][^报交备申登通]{0,4}$")
_FINE = Decimal("0.001")
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


def partly_passed(found: list[Count], said: list[Passing], words: str) -> tuple[list[Count], bool]:
    """备案100个，通过率90%: 90; and whether a part is vague, belongs to no count for sure, or comes to no whole number."""
    if not said:
        return found, _nearly_passed(words) and len(found) == 1 and not found[0].passed
    parts: dict[int, Decimal | None] = {}
    for before, one in zip([None, *said], said):
        for count in _owners(one, before.end if before else 0, found, words):
            start = count.number.start
            parts[start] = one.part if parts.get(start, one.part) == one.part else None
    waiting = {count.number.start for count in found if not count.passed}
    left = [replace(count, number=replace(count.number, value=_left(count.number.value, part))) if (part := parts.get(start := count.number.start)) is not None and start in waiting else count
            for count in found]
    unsure = not parts or any(parts[start] is None for start in waiting & parts.keys()) or any(not count.number.whole for count in left)
    return (found, bool(waiting)) if unsure else (left, False)


def _nearly_passed(words: str) -> bool:
    """大部分都过了: nothing should be computed from it."""
    return bool(_NEARLY.search(words))


def _owners(one: Passing, begin: int, found: list[Count], words: str) -> list[Count]:
    """The counts of which a part passed: the only one, unless said after it as a total (过了八成，一共90个); else those of the kinds
    named in the same clause, both only where 都 is said; none where it is not sure.
    """
    if len(found) == 1:
        after = one.end <= found[0].number.start and _ALTOGETHER.search(words, one.end, found[0].number.start)
        return [] if after else found
    begin = max([begin, *(stop.end() for stop in STOPS.finditer(words, begin, one.start))])
    clause = words[begin:one.end]
    own = [count for count in found if count.kind in {kind_of(match) for match in KIND.finditer(clause)}] or found
    return own if len(own) == 1 or EACH.search(clause) else []


def _left(value: Decimal, part: Decimal) -> Decimal:
    return (value * part).quantize(_FINE).normalize()


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
