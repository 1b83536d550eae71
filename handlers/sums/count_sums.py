"""Counts of teams put together: what failed taken off, what came on top or stands in a list of workshops added."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from handlers.sums.pass_rate import nearly_passed, part_passed
from handlers.sums.roles import KIND, KIND_AFTER, NOT_DONE, STOPS, kind_of
from handlers.values import Number
from knowledge.model import Kind


@dataclass(frozen=True, slots=True)
class Count:
    """A number of teams. ``kind`` is None where the asker does not say which."""

    number: Number
    kind: Kind | None = None
    passed: int = 0  # 2 where it is said to have passed registration, 1 where only to be among those registered (其中备案95个)
    year: str = ""  # "last", "other", or unsaid
    on_top: bool = False  # 还有14个: to be added to the one before
    listed: bool = False  # of another place than the number before: 一车间18、二车间18


@dataclass(frozen=True, slots=True)
class Counted:
    """What the numbers of a message are: teams registered, results wished for or claimed. ``vague`` where a count is only guessed,
    ``bound`` where it is a limit (不到200个).
    """

    counts: tuple[Count, ...] = ()
    wishes: tuple[Count, ...] = ()  # one, or one for each kind
    claims: tuple[Count, ...] = ()  # one, or one for each kind
    vague: bool = False
    bound: bool = False
    failed: tuple[Number, ...] = ()

    @property
    def target(self) -> Count | None:
        """The one result that is wished for."""
        return self.wishes[0] if len(self.wishes) == 1 else None

    @property
    def claim(self) -> Count | None:
        """The one result that is claimed."""
        return self.claims[0] if len(self.claims) == 1 else None


EACH = re.compile(r"[各都均]|一样多|同样")
_ASKED_BETWEEN = re.compile("几|多少")
_PARTS = re.compile(r"车间|工段|部门|科室|装置|作业区|作业部")
_ADDED = re.compile(r"加(?:在)?一?起|合(?:在)?一?起|合并算|合计|总共(?:能|可|名额|几|多少)|一共(?:能|可|名额|几|多少)|[算放]一?[块起]|一[块起](?:儿)?[算申上报交]|统一[申上报交推]|合在一")
_OF_BOTH = re.compile(r"(?:(?:小组|qc)(?:和|与|、|加|跟|及|,)?(?:信得过)?班组|班组(?:和|与|、|加|跟|及|,)?(?:qc)?(?:小组|qc))(?:数|两[样类种])*(?:备案|通过)*(?:加(?:在)?一?[起块]?来?|合计|统共|拢共|共计|合起来|一共|总共|总计|共|总数)(?:备案|通过|是|有|为)*\s?$")
_SUPPOSED = re.compile("再[^有]|多[备过通登]")
_WITHIN = re.compile(r"(?<![厂司位统间部院矿局])里[面头]?有?|其中|含|包括|包含|中有")
_AFTER_WITHIN = " ,:、"
_PASSING = re.compile("[过退驳没]")
_NONE_OF = re.compile(rf"(?:(?P<group>(?:qc)?小组|qc)|(?P<crew>信得过班组|班组))(?:呢|是|去年)*(?P<one>一个|1个)?(?:也|都)?(?:{NOT_DONE}|没有?(?:备案?|登记|通过)?|没得)(?:过|的)?(?=[,;。?!\s]|$)")


def without_failed(found: list[Count], failed: tuple[Number, ...]) -> list[Count]:
    """备案30个，其中3个没通过: 27 count; each failed number belongs to the count before it, or to that of the kind named at it.

    One that is itself said to have passed stays.
    """
    for number in failed:
        named = [match for match in KIND.finditer(number.before) if match.end() == len(number.before.rstrip())]
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


def partly_passed(found: list[Count], words: str) -> tuple[list[Count], bool]:
    """备案100个，通过率90%: 90; and whether the part is too vague, or comes to no whole number."""
    if len(found) != 1 or found[0].passed or not _PASSING.search(words):
        return found, False
    part = part_passed(words)
    if part is None:
        return found, nearly_passed(words)
    value = (found[0].number.value * part).quantize(Decimal("0.001"))
    if value % 1:
        return found, True
    return [replace(found[0], number=replace(found[0].number, value=value.to_integral_value()))], False


def of_both(found: list[Count], words: str) -> tuple[list[Count], bool] | None:
    """小组班组共100个，其中班组40个: 60 and 40; without the second number no kind has a count."""
    if not found or not ("班组" in words and ("小组" in words or "qc" in words)):
        return None
    both = next((count for count in found if _OF_BOTH.search(words, 0, count.number.start)), None)
    if both is None:
        return None
    others = [count for count in found if count is not both]
    if len(others) != 1 or others[0].kind is None or others[0].number.value >= both.number.value:
        return found, True
    rest = Kind.CREW if others[0].kind is Kind.GROUP else Kind.GROUP
    return [others[0], Count(replace(both.number, value=both.number.value - others[0].number.value), rest)], False


def within(found: list[Count], numbers: list[Number], words: str) -> list[Count]:
    """小组88个，里面20个是班组: 68 and 20; 其中5个没过，班组20个 says nothing of what is inside."""
    if len(found) != 2 or found[1].number.value >= found[0].number.value or not (inside := _opened(words, found[0].number.end, found[1].number, numbers)):
        return found
    whole, inner = found
    named = KIND_AFTER.match(words, inner.number.end) or KIND.search(words, whole.number.end, inner.number.start)
    kinds = {kind_of(match) for match in KIND.finditer(words, 0, inside.start())}
    kind = kind_of(named) if named else None
    if kind is None or kind in kinds:
        return found
    rest = Kind.CREW if kind is Kind.GROUP else Kind.GROUP
    return [replace(whole, kind=rest, number=replace(whole.number, value=whole.number.value - inner.number.value)), replace(inner, kind=kind)]


def _opened(words: str, begin: int, number: Number, numbers: list[Number]) -> re.Match | None:
    """The 其中 behind which a number stands: with no other number between, and with a stop only right behind the word."""
    said = next(reversed([*_WITHIN.finditer(words, begin, number.start)]), None)
    if said is None or any(said.end() <= other.start < number.start for other in numbers):
        return None
    return None if STOPS.search(words[said.end():number.start].lstrip(_AFTER_WITHIN)) else said


def none_of(found: list[Count], words: str) -> list[Count]:
    """班组一个也没备案，小组备案了40个: a count of zero beside the other kind's; 班组一个没有: alone, where one is counted."""
    if "没" not in words or len({count.kind for count in found}) > 1:
        return []
    said = [match for match in _NONE_OF.finditer(words) if found or match["one"]]
    kinds = dict.fromkeys(kind_of(match) for match in said if not found or found[0].kind not in (None, kind_of(match)))
    return [Count(Number(Decimal(), 0, 0), kind) for kind in kinds]
