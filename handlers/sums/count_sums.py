"""Counts of teams put together: what failed taken off, what came on top or stands in a list of workshops added."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec.structs import replace

from handlers.sums.count import Count
from handlers.sums.roles import NOT_DONE
from handlers.sums.told import EACH, KIND, kind_of
from handlers.values import Number

_ASKED_BETWEEN = re.compile("几|多少")
_PARTS = re.compile(r"车间|工段|部门|科室|装置|作业区|作业部")
_ADDED = re.compile(r"加(?:在)?一?起|合(?:在)?一?起|合并算|合计|总共(?:能|可|名额|几|多少)|一共(?:能|可|名额|几|多少)|[算放]一?[块起]|一[块起](?:儿)?[算申上报交]|统一[申上报交推]|合在一")
_SUPPOSED = re.compile("再[^有]|多[备过通登]")
_HAS = re.compile(r"[\s有又还的里中面头是了]*")
_NONE_OF = re.compile(rf"(?:(?P<group>(?:qc)?小组|qc)|(?P<crew>信得过班组|班组))(?:呢|是|去年)*(?P<one>一个|1个)?(?:也|都)?(?:{NOT_DONE}|没有?(?:备案?|登记|通过)?|没得)(?:过|的)?(?=[,;。?!\s]|$)")


def without_failed(found: list[Count], failed: tuple[Number, ...]) -> list[Count]:
    """备案30个，其中3个没通过: 27 count; each failed number belongs to the count before it, or to that of the kind named at it.

    One that is itself said to have passed stays.
    """
    for number in failed:
        named = [match for match in KIND.finditer(number.before) if _HAS.fullmatch(number.before, match.end())]
        same = [count for count in found if not named or count.kind in (kind_of(named[0]), None)]
        own = [count for count in same if count.number.start < number.start][-1:] or same[:1]
        if own and not own[0].passed and number.value < own[0].number.value:
            less = replace(own[0], number=replace(own[0].number, value=own[0].number.value - number.value))
            found = [less if count is own[0] else count for count in found]
    return found


def topped(found: list[Count], words: str) -> list[Count]:
    """小组88个，还有14个也通过了: 102; after a question between them 88 and 102."""
    result: list[Count] = []
    for count in found:
        if not (count.on_top and result and result[-1].kind is count.kind and count.year in ("", result[-1].year)):
            result.append(count)
            continue
        total = replace(result[-1], number=replace(count.number, value=result[-1].number.value + count.number.value), passed=result[-1].passed, listed=True)
        between = words[result[-1].number.end:count.number.start]
        if not (_ASKED_BETWEEN.search(between) or _SUPPOSED.search(between)):
            result.pop()
        result.append(total)
    return result


def summed(found: list[Count], words: str) -> list[Count]:
    """三个厂分别40、55、120个，加一起算; 动力车间小组12班组4，仪表车间小组9班组6: one count of each kind."""
    kinds = dict.fromkeys(count.kind for count in found)
    if len(kinds) == len(found):
        return found
    each = [[count for count in found if count.kind == kind] for kind in kinds]
    added, parts = bool(_ADDED.search(words)), bool(_PARTS.search(words))
    if len(kinds) == 1:
        together = added or parts and not EACH.search(words) and all(count.listed for count in found[1:])
    else:
        together = all(count.listed for own in each for count in own[1:]) or (added or parts) and len({len(own) for own in each}) == 1 and not any(count.passed for count in found)
    return [replace(own[0], number=replace(own[0].number, value=sum(count.number.value for count in own))) for own in each] if together else found


def none_of(found: list[Count], words: str) -> list[Count]:
    """班组一个也没备案，小组备案了40个: a count of zero beside the other kind's; 班组一个没有: alone, where one is counted."""
    if "没" not in words or len({count.kind for count in found}) > 1:
        return []
    said = [match for match in _NONE_OF.finditer(words) if found or match["one"]]
    kinds = dict.fromkeys(kind_of(match) for match in said if not found or found[0].kind not in (None, kind_of(match)))
    return [Count(Number(Decimal(), 0, 0), kind) for kind in kinds]
