"""Which numbers of a pasted table count teams: those under 通过, those in the columns named 小组 and 班组, the row 合计."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.sums.table import headings
from handlers.sums.told import KIND, kind_of
from handlers.values import Number
from knowledge.model import Kind

_PASSED = re.compile("(?<![未没不])通过|合格|过审")
_FAILED = re.compile("[未没不](?:获)?通过|退回|驳回|没过|未过")
_NO_COUNT = re.compile("名额|今年|人数|成果|注册")
_YEAR = re.compile("20[0-9]{2}")
_TOTAL = re.compile("合计|总计|小计|总数|共计")


def passed_in_a_table(numbers: tuple[Number, ...], words: str) -> tuple[Number, ...]:
    """Of a row with a column for 通过 only that one; where only those that did not pass have one, what they leave."""
    heads = headings(words) if "\n" in words and ("过" in words or "回" in words) else {}
    passed = {at for at, head in heads.items() if _PASSED.search(head)}
    failed = {at for at, head in heads.items() if _FAILED.search(head)}
    if failed and not passed:
        return _less(numbers, heads, failed)
    return tuple(number for number in numbers if not passed or number.start not in heads or number.start in passed)


def _less(numbers: tuple[Number, ...], heads: dict[int, str], failed: set[int]) -> tuple[Number, ...]:
    """备案 未通过 / 90 9: 81."""
    left: list[Number] = []
    for number in numbers:
        if number.start in failed and left and left[-1].start in heads and number.value <= left[-1].value:
            left[-1] = replace(left[-1], value=left[-1].value - number.value)
        elif number.start not in failed:
            left.append(number)
    return tuple(left)


def of_last_year(numbers: tuple[Number, ...], words: str, year: int) -> tuple[Number, ...]:
    """Where a table has a column or a row for each year only those of ``year``."""
    if "\n" not in words or not (heads := headings(words)):
        return numbers
    years = {at: _year(head) or _year(words[words.rfind("\n", 0, at) + 1:at]) for at, head in heads.items()}
    if len({one for one in years.values() if one}) < 2:
        return numbers
    return tuple(number for number in numbers if years.get(number.start) in (None, year))


def _year(text: str) -> int | None:
    said = _YEAR.search(text)
    return int(said[0]) if said else None


def by_columns(numbers: tuple[Number, ...], words: str) -> dict[Kind, Number]:
    """The count of each kind that has a column: of the row 合计, else of all rows together. Empty where no column is named so."""
    if "\n" not in words or not (heads := headings(words)):
        return {}
    cells: dict[Kind, list[Number]] = {}
    for number in numbers:
        named = {kind_of(match) for match in KIND.finditer(heads.get(number.start, ""))}
        if len(named) == 1 and not _NO_COUNT.search(heads[number.start]) and not _FAILED.search(heads[number.start]):
            cells.setdefault(named.pop(), []).append(number)
    return {kind: _together(own, heads, words) for kind, own in cells.items()}


def _together(own: list[Number], heads: dict[int, str], words: str) -> Number:
    own = [number for number in own if _PASSED.search(heads[number.start])] or own
    own = [number for number in own if heads[number.start] == heads[own[0].start]]
    own = [number for number in own if _TOTAL.search(words, words.rfind("\n", 0, number.start) + 1, number.start)][:1] or own
    return replace(own[0], value=sum(number.value for number in own))
