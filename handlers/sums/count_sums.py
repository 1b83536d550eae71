"""Counts of teams put together: what failed taken off, what came on top or stands in a list of workshops added."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from handlers.sums.pass_rate import Passing, nearly_passed
from handlers.sums.roles import KIND, KIND_AFTER, NOT_DONE, STOPS, WITHIN, kind_of, opened
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
    asides: tuple[tuple[int, int], ...] = ()  # stretches that say of what a count is made up: 其中5个没过, 通过了九成

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
_BOTH_NAMED = r"(?:(?:小组|qc)(?:和|与|、|加|跟|及|,)?(?:信得过)?班组|班组(?:和|与|、|加|跟|及|,)?(?:qc)?(?:小组|qc))(?:数|两[样类种])*(?:备案|通过)*"
_OF_BOTH = re.compile(rf"{_BOTH_NAMED}(?:加(?:在)?一?[起块]?来?|合计|统共|拢共|共计|合起来|一共|总共|总计|共|总数)(?:备案|通过|是|有|为|了)*\s?$")
_BOTH_BEFORE = re.compile(rf"{_BOTH_NAMED}(?:有|是|为|了)*\s?$")
_AND_WITHIN = re.compile(rf"\s?[个支]?[,;、\s]?(?:{WITHIN.pattern})")
_SUPPOSED = re.compile("再[^有]|多[备过通登]")
_HAS = re.compile(r"[\s有又还的里中面头是了]*")
_FINE = Decimal("0.001")
_ALTOGETHER = re.compile(r"[共总合][^报交备申登通]{0,4}$")
_NONE_OF = re.compile(rf"(?:(?P<group>(?:qc)?小组|qc)|(?P<crew>信得过班组|班组))(?:呢|是|去年)*(?P<one>一个|1个)?(?:也|都)?(?:{NOT_DONE}|没有?(?:备案?|登记|通过)?|没得)(?:过|的)?(?=[,;。?!\s]|$)")


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


def partly_passed(found: list[Count], said: list[Passing], words: str) -> tuple[list[Count], bool]:
    """备案100个，通过率90%: 90; and whether a part is vague, belongs to no count for sure, or comes to no whole number."""
    if not said:
        return found, nearly_passed(words) and len(found) == 1 and not found[0].passed
    parts: dict[int, Decimal | None] = {}
    for before, one in zip([None, *said], said):
        for count in _owners(one, before.end if before else 0, found, words):
            start = count.number.start
            parts[start] = one.part if parts.get(start, one.part) == one.part else None
    left = [replace(count, number=replace(count.number, value=_left(count.number.value, parts[count.number.start]))) if parts.get(count.number.start) is not None and not count.passed else count
            for count in found]
    unsure = not parts or any(not count.passed and parts.get(count.number.start, 0) is None for count in found) or any(not count.number.whole for count in left)
    return (found, not all(count.passed for count in found)) if unsure else (left, False)


def _left(value: Decimal, part: Decimal) -> Decimal:
    return (value * part).quantize(_FINE).normalize()


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


def none_of(found: list[Count], words: str) -> list[Count]:
    """班组一个也没备案，小组备案了40个: a count of zero beside the other kind's; 班组一个没有: alone, where one is counted."""
    if "没" not in words or len({count.kind for count in found}) > 1:
        return []
    said = [match for match in _NONE_OF.finditer(words) if found or match["one"]]
    kinds = dict.fromkeys(kind_of(match) for match in said if not found or found[0].kind not in (None, kind_of(match)))
    return [Count(Number(Decimal(), 0, 0), kind) for kind in kinds]
