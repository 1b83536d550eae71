"""Which number of a message is the part and which the whole of a rate: 职工800人，参加QC小组的320人."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from handlers.sums.quota_words import FEWER, MORE
from handlers.sums.share_words import PEOPLE, TEAMS, Words
from handlers.sums.table import headings
from handlers.values import Number, Values
from knowledge.model import Statistic


class Share(msgspec.Struct, frozen=True):
    """Numerator and denominator of a rate, as far as they were said; ``wanted`` is a rate named beside them, in percent."""

    part: Number | None = None
    whole: Number | None = None
    wanted: Number | None = None


_BLANK_OR_STOP = re.compile(r"[,;。?!;\n、()]|\s+")  # a blank between two words parts them; one at the number does not
_MEASURE = re.compile(r"\s?(?:号人|[个人名位])")
_LISTED = re.compile(r"\s?[个人名]*\s?[、和及]\s?[\u4e00-\u9fffa-z]{0,3}?(?:厂|部|公司|车间)?(?:是|有)?")
_HALF = re.compile("一半|半数")
_DENIED = re.compile(r"(?<!是)不是\s?$")
_LABEL = re.compile("职工|员工|参[加与]|注册|登记|成果|总|分[母子]")  # 注册了28个小组坚持活动的26个: 28 has its own, these are the next one's
_NOT_OURS = re.compile(r"(?:附件|附表|表|其中女工|女工|男工|女职工|男职工|党员|第|群|电话|手机|每个?(?:小?组|班)|人均|平均(?:每组)?)\s?(?:有|是)?\s?$")
_UNIT_NOT_OURS = re.compile(r"\s?(?:年|月|日|号(?!人)|岁|万元|元|次|天|页|家|个?分?厂|项统计|号文|个率|人[/每]组)")
_PEOPLE_UNIT = re.compile(r"\s?[多来余]?(?:号人|[人位]|名(?!额))")
_TEAM_UNIT = re.compile(r"\s?[多来余]?个?(?:qc)?小组|\s?个(?!人|职工|员工|工人|同志|参加|[,;。?!\s]|$)")
_TEAM_BEFORE = re.compile(r"(?:小组|qc|班组|注册|登记|备案)(?:数|有|共|是|了|为|[: ])*\s?$")
_OTHER_YEARS = re.compile(r"累计|历年|去年|上年|往年|前年|坚持活动|活动着")
_BETWEEN = re.compile(r"^\s?(?:个人|个小组|号人|[人个名位])?(?:已|都|均)?")
_RATIO = re.compile(r"\s?(?:个人|人|个)?\s?(?:/|÷|:|除以|比上?)\s?")
_INVERTED = re.compile(r"\s?分之\s?")
_FRACTION = re.compile(r"([0-9]+)\s?/\s?([0-9]+)")
_TABLE = re.compile(r"(?:\s|[,、和与跟]|(?<=\d)[人个])*")
_CORRECTED = re.compile(r"不对|[打说写看记搞弄算数][错岔混]|错了|岔了|更正|哦不|啊不")
_WANTED_PART = re.compile(r"(?:多少|几)个?(?:人|职工|员工|小组)?(?:参[加与]|加入|取得|出)(?:成果)?")
_APART = re.compile("分别|各")
_ADDED = re.compile(r"总(?:普及|成果)|合起来|加起来|合在一起|一起算|合计|合并|合报|集团|总的|总体|整体|全公司|总共")
_PERCENT = "%"
_AROUND = 16
_MOST = 30


def find_share(row: Statistic, rows: list[Statistic], text: str, values: Values, earlier: tuple[int, ...] = ()) -> Share:
    """By the words around each number; by elimination; by order (part/whole where a stroke stands, else the smaller is the part).

    ``earlier``: part and whole of the question before, -1 where unsaid; they fill what is not said anew.
    """
    words = PEOPLE if "人" in row.numerator else TEAMS
    clean = _WANTED_PART.sub(lambda said: ";" * len(said[0]), _without_names(text, rows))
    numbers = _numbers(text, values)
    wanted = next((number for number in reversed(numbers) if clean[number.end:].lstrip().startswith(_PERCENT) or clean[:number.start].endswith("百分之")), None)
    numbers = [number for number in numbers if number is not wanted and not clean[number.end:].lstrip().startswith(_PERCENT)
               and not _DENIED.search(clean[:number.start]) and _ours(number, numbers, clean, words, len(rows))]
    if table := _in_a_table(numbers, clean, words):
        return replace(table, wanted=wanted)
    found: dict[str, list[Number]] = {"part": [], "whole": [], "at_best": [], "lacking": [], "": []}
    numbers = _of_this_year(numbers, clean)
    side = ""
    for place, number in enumerate(numbers):
        taken_back = place and _CORRECTED.search(clean, numbers[place - 1].end, number.start)
        listed = place and _LISTED.fullmatch(clean, numbers[place - 1].end, number.start)
        own = _side(number, numbers, place, clean, words) or _put_right(number, numbers, place, clean, words)
        side = own or side if taken_back or listed else own  # 参加420，打错了，是450; 甲400人、乙250人
        found[side].append(number)
    said = -1 if _CORRECTED.search(clean) else 0  # 参加320，打错了，参加400: the last one counts
    if not said and (together := _added(found, text)):
        return replace(together, wanted=wanted)
    part = found["part"][said] if found["part"] else None if found["lacking"] else _none(clean, words)
    whole = found["whole"][said] if found["whole"] else None
    if earlier and (changed := _changed(part, whole, Share(*_known(earlier)), clean)):
        return replace(changed, wanted=wanted)
    share = _eliminate(part, whole, found["at_best"] + found[""], clean, Share(*_known(earlier), wanted))
    return _halved(_complement(share, found["lacking"]), clean)


def _put_right(number: Number, numbers: list[Number], place: int, text: str, words: Words) -> str:
    """注册数记岔了 应该24个: the side that the correction names."""
    before = text[numbers[place - 1].end if place else 0:number.start]
    named = [side for side, pattern in (("part", words.part), ("whole", words.whole)) if pattern.search(before)]
    return named[0] if len(named) == 1 and _CORRECTED.search(before) else ""


def _changed(part: Number | None, whole: Number | None, known: Share, text: str) -> Share | None:
    """注册漏了4个, 参加的多算了20: more or fewer than before."""
    said, before = (part, known.part) if part is not None else (whole, known.whole)
    if said is None or before is None or part is not None and whole is not None or not said.start:
        return None
    less, more = FEWER.search(text, 0, said.start), MORE.search(text, 0, said.start)
    if not (less or more) or less and said.value > before.value:
        return None
    now = replace(said, value=before.value - said.value if less else before.value + said.value)
    return Share(now, known.whole) if part is not None else Share(known.part, now)


def _halved(share: Share, text: str) -> Share:
    """900人里有一半参加: half of the whole, where that is a number of heads."""
    if share.part is None and share.whole is not None and _HALF.search(text) and not share.whole.value % 2:
        return replace(share, part=replace(share.whole, value=share.whole.value / 2))
    return share


def _added(found: dict[str, list[Number]], text: str) -> Share | None:
    """一厂400人参加180，二厂600人参加330，合起来: parts and wholes added, where there is a pair of each."""
    parts, wholes = found["part"], found["whole"]
    fits = len(parts) == len(wholes) or len(wholes) == 1 and sum(number.value for number in parts) <= wholes[0].value
    if not fits or len(parts) < 2:
        return None
    pairs = len(wholes) > 1 and not _APART.search(text) and all(len({number.value for number in side}) > 1 for side in (parts, wholes))
    if not (pairs or _ADDED.search(text)):
        return None
    return Share(*(replace(numbers[0], value=sum(number.value for number in numbers)) for numbers in (parts, wholes)))


def is_meant(row: Statistic, text: str) -> bool:
    """Whether part and whole of the row are both spoken of, so that its name can be left out (职工800人参加320人，百分之几)."""
    words = PEOPLE if "人" in row.numerator else TEAMS
    return bool(words.part.search(text) and words.whole.search(text))


def is_about(row: Statistic, text: str) -> bool:
    """Whether part or whole of the row is spoken of."""
    words = PEOPLE if "人" in row.numerator else TEAMS
    return bool(words.part.search(text) or words.whole.search(text))


def _known(earlier: tuple[int, ...]) -> tuple[Number | None, Number | None]:
    part, whole = (Number(Decimal(one), 0, 0) if one >= 0 else None for one in earlier or (-1, -1))
    return part, whole


def _complement(share: Share, lacking: list[Number]) -> Share:
    """25个小组里有7个没出成果: the part is what is left."""
    if share.part is None and share.whole is not None and len(lacking) == 1 and lacking[0].value <= share.whole.value:
        return replace(share, part=replace(lacking[0], value=share.whole.value - lacking[0].value))
    return share


def _of_this_year(numbers: list[Number], text: str) -> list[Number]:
    """Without 历年累计300个 and 去年30个, where others are left."""
    kept = []
    for place, number in enumerate(numbers):
        left, _ = _sides(number, numbers[place - 1] if place else None, text)
        if not _OTHER_YEARS.search(left) or "今年" in left:
            kept.append(number)
    return kept or numbers


def _in_a_table(numbers: list[Number], text: str, words: Words) -> Share | None:
    """职工总数 参加人数 / 800 320: the names first, then the numbers in their order."""
    heads = headings(text) if "\n" in text else {}
    named = {side: [number for number in numbers if pattern.search(heads.get(number.start, ""))] for side, pattern in (("part", words.part), ("whole", words.whole))}
    if len(named["part"]) == len(named["whole"]) == 1 and named["part"] != named["whole"]:
        return Share(named["part"][0], named["whole"][0])
    if len(numbers) != 2 or not _TABLE.fullmatch(text[numbers[0].end:numbers[1].start]):
        return None
    head = text[:numbers[0].start]
    part, whole = words.part.search(head), words.whole.search(head)
    if not part or not whole or words.part.search(text, numbers[1].end) or words.whole.search(text, numbers[1].end):
        return None
    return Share(*(numbers if part.start() < whole.start() else reversed(numbers)))


def _without_names(text: str, rows: list[Statistic]) -> str:
    """The text with the names of the rates blanked out: the 成果 in 成果率 tells nothing of a number."""
    for name in {"普及率", "成果率", "参与率", "参加率", *(word for row in rows for word in row.words if word.endswith("率"))}:
        text = text.replace(name, ";" + " " * (len(name) - 1))
    return text


def _numbers(text: str, values: Values) -> list[Number]:
    """The numbers, with those that were read as a day (成果率 8/10) put back."""
    days = [day for day in values.days if _FRACTION.fullmatch(text[day.start:day.end])]
    numbers = list(values.numbers[:_MOST])
    for day in days[:_MOST]:
        for group in (1, 2):
            match = _FRACTION.fullmatch(text, day.start, day.end)
            numbers.append(Number(Decimal(match[group]), match.start(group), match.end(group)))
    return sorted(numbers, key=lambda number: number.start)


def _ours(number: Number, numbers: list[Number], text: str, words: Words, rates: int) -> bool:
    """Not an attachment's number, a year or money, nor a count of the other thing (teams among people)."""
    left, right = _sides(number, None, text)
    if _NOT_OURS.search(left) or _UNIT_NOT_OURS.match(right):
        return False
    if words.part.search(left) or words.part.match(_BETWEEN.sub("", right)):
        return not (words is TEAMS and rates == 1 and _PEOPLE_UNIT.match(right))
    if words is PEOPLE and (_TEAM_UNIT.match(right) or _TEAM_BEFORE.search(left) and not words.whole.search(left) and not _PEOPLE_UNIT.match(right)):
        return False
    if words is TEAMS and _PEOPLE_UNIT.match(right):
        return False
    return rates == 1 or not words.foreign.search(_own_words(number, numbers, text))


def _own_words(number: Number, numbers: list[Number], text: str) -> str:
    """The words beside a number up to a stop and no further than its neighbours."""
    left, right = _sides(number, next((one for one in reversed(numbers) if one.end <= number.start), None), text)
    after = next((one.start for one in numbers if one.start >= number.end), len(text))
    return f"{left}\n{right[:after - number.end]}"


def _sides(number: Number, earlier: Number | None, text: str) -> tuple[str, str]:
    """The words before a number back to a stop or the number before, and those behind it up to a stop."""
    begin = max(earlier.end if earlier else 0, number.start - _AROUND)
    left = _BLANK_OR_STOP.split(text[begin:number.start].rstrip())[-1]
    if earlier and text.startswith(left, earlier.end) and _MEASURE.match(left) and not _LABEL.search(_BLANK_OR_STOP.split(text[:earlier.start].rstrip())[-1]):
        left = ""  # 三十个小组注册 二十个出成果: the words are the number's before
    behind = text[number.end:number.end + _AROUND]
    blank = len(behind) - len(behind.lstrip())
    return left, behind[:blank] + _BLANK_OR_STOP.split(behind.lstrip(), maxsplit=1)[0]


def _side(number: Number, numbers: list[Number], place: int, text: str, words: Words) -> str:
    earlier = numbers[place - 1] if place else None
    later = numbers[place + 1] if place + 1 < len(numbers) else None
    left, right = _sides(number, earlier, text)
    if later:
        right = right[:max(0, later.start - number.end)]
    gap = text[number.end + len(right):later.start] if later else ""
    own = bool(gap and right[:1].strip()) and not (words.part.search(left) or words.whole.search(left))  # 1400职工 420参加
    open_ended = later is not None and not gap.strip() and not own  # the words behind belong to the next number
    if words.lacking.search(left) or (words.lacking.search(right) and not open_ended):
        return "lacking"
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


def _none(text: str, words: Words) -> Number | None:
    """没人参加: a part of zero, in words."""
    return Number(Decimal(), 0, 0) if words.none.search(text) else None


def _eliminate(part: Number | None, whole: Number | None, others: list[Number], text: str, known: Share) -> Share:
    if part is None and whole is None and len(others) >= 2:
        first, second = sorted(others[:2], key=lambda number: number.start)
        between = text[first.end:second.start]
        ordered = bool(_RATIO.fullmatch(between)) or not _INVERTED.fullmatch(between) and first.value <= second.value
        return Share(*((first, second) if ordered else (second, first)), known.wanted)
    if others and whole is None and not (part is None and known.whole):
        whole = others.pop(0)
    elif others and part is None:
        part = others.pop(0)
    return Share(part or known.part, whole or known.whole, known.wanted)
