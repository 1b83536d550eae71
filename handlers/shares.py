"""Which number of a message is the part and which the whole of a rate: 职工800人，参加QC小组的320人."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from handlers.values import Number, Values
from knowledge.model import Statistic


@dataclass(frozen=True, slots=True)
class Share:
    """Numerator and denominator of a rate, as far as they were said; ``wanted`` is a rate to be reached, in percent."""

    part: Number | None = None
    whole: Number | None = None
    wanted: Number | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """The words by which a number is known as part or whole, and as belonging to another rate."""

    part: re.Pattern
    whole: re.Pattern
    whole_at_best: re.Pattern
    foreign: re.Pattern
    none: re.Pattern


_PEOPLE = _Words(
    part=re.compile(r"参[加与]|加入|入了?组|进了?(?:qc|小组)|^进|进qc|组员|小组成员|活动人数|报名"),
    whole=re.compile(r"职工|员工|全员|全厂|全公司|全体|全部人|在册|在岗|总人数|人员|总数|工人|全单位|我们厂|我厂|公司|单位"),
    whole_at_best=re.compile(r"总|共|分母|有"),
    foreign=re.compile(r"成果|注册|登记|备案"),
    none=re.compile(r"(?:没有?人|无人|没谁|一个人?都?没|零人)(?:参[加与]|加入|进)"))
_TEAMS = _Words(
    part=re.compile(r"成果|完成|结题|出了|获得"),
    whole=re.compile(r"注册|登记|备案"),
    whole_at_best=re.compile(r"总|共|小组|qc|分母|有"),
    foreign=re.compile(r"职工|员工|参加|参与|加入|人数|进qc|进小组"),
    none=re.compile(r"(?:没有?|无)(?:小组)?(?:取得|出|拿到?)?成果|(?:成果)?(?:都|也)没有?(?:出|取得)"))
_STOPS = re.compile(r"[,;。?!;\n、()]")
_BLANK_OR_STOP = re.compile(r"[,;。?!;\n、()]|\s+")  # a blank between two words parts them; one at the number does not
_MEASURE = re.compile(r"\s?[个人名位]")
_NOT_OURS = re.compile(r"(?:附件|附表|表|其中女工|女工|男工|党员|第|群|电话|手机)\s?$")
_UNIT_NOT_OURS = re.compile(r"\s?(?:年|月|日|号|岁|万元|元|次|天|页|项统计|号文|个率)")
_PEOPLE_UNIT, _TEAM_UNIT = re.compile(r"\s?[多来余]?[人名位]"), re.compile(r"\s?[多来余]?个?(?:qc)?小组|\s?个(?!人)")
_BETWEEN = re.compile(r"^\s?(?:个人|个小组|[人个名位])?(?:已|都|均)?")
_RATIO = re.compile(r"\s?(?:/|÷|:|除以|比上?)\s?")
_FRACTION = re.compile(r"([0-9]+)\s?/\s?([0-9]+)")
_AROUND = 16
_MOST = 30


def find_share(row: Statistic, rows: list[Statistic], text: str, values: Values) -> Share:
    """By the words around each number; by elimination; by order (part/whole where a stroke stands, else the smaller is the part)."""
    words = _PEOPLE if "人" in row.numerator else _TEAMS
    clean = _without_names(text, rows)
    numbers = _numbers(text, values)
    wanted = next((number for number in numbers if clean[number.end:].lstrip().startswith(("%", "％"))), None)
    numbers = [number for number in numbers if number is not wanted and _ours(number, clean, words, len(rows))]
    found: dict[str, list[Number]] = {"part": [], "whole": [], "at_best": [], "": []}
    for place, number in enumerate(numbers):
        found[_side(number, numbers, place, clean, words)].append(number)
    part = found["part"][0] if found["part"] else _none(clean, words)
    whole = next(iter(found["whole"]), None)
    return _eliminate(part, whole, found["at_best"] + found[""], clean, wanted)


def _without_names(text: str, rows: list[Statistic]) -> str:
    """The text with the names of the rates blanked out: the 成果 in 成果率 tells nothing of a number."""
    for name in {"普及率", "成果率", *(word for row in rows for word in row.words if word.endswith("率"))}:
        text = text.replace(name, ";" + " " * (len(name) - 1))
    return text


def _numbers(text: str, values: Values) -> list[Number]:
    """The numbers, with those that were read as a day (成果率 8/10) put back."""
    days = [day for day in values.days if _FRACTION.fullmatch(text[day.start:day.end])]
    numbers = list(values.numbers[:_MOST])
    for day in days[:_MOST]:
        for group, side in ((1, 0), (2, 0)):
            match = _FRACTION.fullmatch(text, day.start, day.end)
            numbers.append(Number(Decimal(match[group]), match.start(group) + side, match.end(group)))
    return sorted(numbers, key=lambda number: number.start)


def _ours(number: Number, text: str, words: _Words, rates: int) -> bool:
    """Not an attachment's number, a year or money, and not of the other rate where two are asked."""
    left, right = _sides(number, None, text)
    if _NOT_OURS.search(left) or _UNIT_NOT_OURS.match(right):
        return False
    if rates == 1:
        return not (words is _TEAMS and _PEOPLE_UNIT.match(right))
    unit = _PEOPLE_UNIT if words is _TEAMS else _TEAM_UNIT
    near = f"{left}\n{right}" if not words.part.search(left) else ""
    return not unit.match(right) and not words.foreign.search(near)


def _sides(number: Number, earlier: Number | None, text: str) -> tuple[str, str]:
    """The words before a number back to a stop or the number before, and those behind it up to a stop."""
    begin = max(earlier.end if earlier else 0, number.start - _AROUND)
    left = _BLANK_OR_STOP.split(text[begin:number.start].rstrip())[-1]
    if earlier and text.startswith(left, earlier.end) and _MEASURE.match(left):
        left = ""  # 三十个小组注册 二十个出成果: the words are the number's before
    behind = text[number.end:number.end + _AROUND]
    blank = len(behind) - len(behind.lstrip())
    return left, behind[:blank] + _BLANK_OR_STOP.split(behind.lstrip(), maxsplit=1)[0]


def _side(number: Number, numbers: list[Number], place: int, text: str, words: _Words) -> str:
    earlier = numbers[place - 1] if place else None
    later = numbers[place + 1] if place + 1 < len(numbers) else None
    left, right = _sides(number, earlier, text)
    if later:
        right = right[:max(0, later.start - number.end)]
    open_ended = later is not None and not text[number.end + len(right):later.start].strip()  # the words behind belong to the next number
    if not open_ended and words.part.match(_BETWEEN.sub("", right)):
        return "part"  # 职工里有320人参加
    for side, pattern in (("part", words.part), ("whole", words.whole)):
        if pattern.search(left):
            return side
    if not open_ended:
        for side, pattern in (("part", words.part), ("whole", words.whole)):
            if pattern.search(right):
                return side
    return "at_best" if words.whole_at_best.search(left) else ""


def _none(text: str, words: _Words) -> Number | None:
    """没人参加: a part of zero, in words."""
    return Number(Decimal(), 0, 0) if words.none.search(text) else None


def _eliminate(part: Number | None, whole: Number | None, others: list[Number], text: str, wanted: Number | None) -> Share:
    if part is None and whole is None and len(others) >= 2:
        first, second = sorted(others[:2], key=lambda number: number.start)
        ordered = bool(_RATIO.fullmatch(text[first.end:second.start])) or first.value <= second.value
        return Share(*((first, second) if ordered else (second, first)), wanted)
    if whole is None and others:
        whole = others.pop(0)
    elif part is None and others:
        part = others.pop(0)
    return Share(part, whole, wanted)
