"""Of what a count is made up: 其中创新型30个, 里面20个是班组."""

from __future__ import annotations

import re

from handlers.sums.told import STOPS, Role, Told
from handlers.values import Number

WITHIN = re.compile(r"(?<![厂司位统间部院矿局])里[面头]?有?|其中|含|包括|包含|中有")
ON_TOP = re.compile(r"(?<!其中)(?:还有|另有|另外(?:还|又)?有?|再?加上?|(?:后来|后面|又)(?:补|加|增)[^,;]{0,4}|漏了?[^,;]{0,3}|又(?:通过|过)了?|(?:后来|后)(?:整改|改|补正)[好了]*|补正后[^,;]{0,4}|再多?备?案?|多备案?|(?:下半年|第?[二三四]季度|第[二三四]批|补[报备录])[^,;\d]{0,8})\s?$")
_BEHIND_WITHIN = " ,:、"
_PART_NAMED = re.compile(r"\s?[个支]?(?:(?:是|属于|为|算)[^\W\d_]{1,6}?(?=[,;。?!、\s]|$))?")


def opened(words: str, begin: int, end: int) -> re.Match | None:
    """The 其中 behind which a number at ``end`` stands: with a stop only right behind the word."""
    said = next(reversed([*WITHIN.finditer(words, begin, end)]), None)
    return None if said is None or STOPS.search(words[said.end():end].lstrip(_BEHIND_WITHIN)) else said


def is_part(told: list[Told], number: Number, words: str) -> bool:
    """小组150个，其中创新型30个，现场型70个: smaller than what the parts before have left of the whole."""
    whole = next((n for n in reversed(range(len(told))) if told[n].role in (Role.TEAM, Role.WEAK)), None)
    if whole is None or not (told[-1].role is Role.PART and not ON_TOP.search(words, told[-1].number.end, number.start) or opened(words, told[-1].number.end, number.start)):
        return False
    parts = [one.number.value for one in told[whole + 1:] if one.role is Role.PART]
    return number.value <= told[whole].number.value - sum(parts)


def part_span(one: Told, words: str) -> tuple[int, int]:
    """Where 其中创新型30个 stands, or 30个是创新型的."""
    said = WITHIN.search(one.left)
    named = _PART_NAMED.match(words, one.number.end)
    return one.number.start - len(one.left) + (said.start() if said else 0), named.end() if named else one.number.end
