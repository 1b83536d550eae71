"""Counts that lie within one another: parts of one kind, one kind within the other, both kinds as one number."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.sums.count import Count
from handlers.sums.parts import WITHIN, opened
from handlers.sums.told import KIND, KIND_AFTER, kind_of
from handlers.values import Number
from knowledge.model import Kind

_BOTH_NAMED = r"(?:(?:小组|qc)(?:和|与|、|加|跟|及|,)?(?:信得过)?班组|班组(?:和|与|、|加|跟|及|,)?(?:qc)?(?:小组|qc))(?:数|两[样类种])*(?:备案|通过)*"
_OF_BOTH = re.compile(rf"{_BOTH_NAMED}(?:加(?:在)?一?[起块]?来?|合计|统共|拢共|共计|合起来|一共|总共|总计|共|总数)(?:备案|通过|是|有|为|了)*\s?$")
_BOTH_BEFORE = re.compile(rf"{_BOTH_NAMED}(?:有|是|为|了)*\s?$")
_AND_WITHIN = re.compile(rf"\s?[个支]?[,;、\s]?(?:{WITHIN.pattern})")


def without_parts(found: list[Count], numbers: list[Number], words: str) -> list[Count]:
    """小组150个，其中创新型小组30个: 150. What passed, or is of another year or kind, is no part."""
    kept: list[Count] = []
    for count in found:
        whole = kept[-1] if kept else None
        if whole is None or count.number.value >= whole.number.value or not _is_part(count, whole, words) or not _inside(words, whole.number.end, count.number, numbers):
            kept.append(count)
    return kept


def _is_part(count: Count, whole: Count, words: str) -> bool:
    if count.kind is not whole.kind or count.year != whole.year or count.passed or count.on_top:
        return False
    return not _of_both(whole, words)


def of_both(found: list[Count], words: str) -> tuple[list[Count], bool] | None:
    """小组班组共100个，其中班组40个: 60 and 40; whether that leaves a kind without a count. None where no number counts both kinds."""
    if not found or not ("班组" in words and ("小组" in words or "qc" in words)):
        return None
    both = next((count for count in found if _of_both(count, words)), None)
    if both is None:
        return None
    others = {count.kind: count for count in found if count is not both}
    if len(others) == len(Kind) and None not in others:
        return list(others.values()), False
    if len(others) != 1 or None in others or (other := next(iter(others.values()))).number.value >= both.number.value:
        return found, True
    rest = Kind.CREW if other.kind is Kind.GROUP else Kind.GROUP
    return [other, Count(replace(both.number, value=both.number.value - other.number.value), rest)], False


def _of_both(count: Count, words: str) -> bool:
    """小组班组共100个; 小组和班组100个 where a part of it follows."""
    if _OF_BOTH.search(words, 0, count.number.start):
        return True
    return bool(_BOTH_BEFORE.search(words, 0, count.number.start) and _AND_WITHIN.match(words, count.number.end))


def within(found: list[Count], numbers: list[Number], words: str) -> list[Count]:
    """小组88个，里面20个是班组: 68 and 20; 其中5个没过，班组20个 says nothing of what is inside."""
    if len(found) != 2 or found[1].number.value >= found[0].number.value or not (inside := _inside(words, found[0].number.end, found[1].number, numbers)):
        return found
    whole, inner = found
    named = KIND_AFTER.match(words, inner.number.end) or KIND.search(words, whole.number.end, inner.number.start)
    kinds = {kind_of(match) for match in KIND.finditer(words, 0, inside.start())}
    kind = kind_of(named) if named else None
    if kind is None or kind in kinds:
        return found
    rest = Kind.CREW if kind is Kind.GROUP else Kind.GROUP
    return [replace(whole, kind=rest, number=replace(whole.number, value=whole.number.value - inner.number.value)), replace(inner, kind=kind)]


def _inside(words: str, begin: int, number: Number, numbers: list[Number]) -> re.Match | None:
    """The 其中 behind which the number stands, with no other number between."""
    said = opened(words, begin, number.start)
    return None if said is None or any(said.end() <= other.start < number.start for other in numbers) else said
