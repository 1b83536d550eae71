"""A quota and the rates of the sheet asked in one breath: which numbers belong to which (职工800参加320小组90个普及率和名额)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from handlers.values import Number, Values


class Apart(msgspec.Struct, frozen=True):
    """The message once without the numbers of the rates, once without those of the quota; as long as before."""

    quota: str
    rates: str


_NAMES = re.compile(r"(?:普及率|成果率|[两二2]个?率|各率|参[加与]率)(?:分别|各|都|是|为|有)*(?:多少|几|[怎咋][么个]*算)?|分之")
_OF_RATE = re.compile(r"职工|员工|全员|总人数|参[加与]|加入|注册|成果|分之|分[子母]|取得")
_OF_QUOTA = re.compile(r"备案|通过|[去上旧]年|上一年|名额|指标")
_TEAMS = re.compile(r"小组|班组|qc|信得过")
_PEOPLE = re.compile(r"\s?(?:号人|[人位]|名(?!额)|[个]?(?:职工|员工|参[加与]))")


def apart(words: str, values: Values) -> Apart | None:
    """The two texts; None where all numbers belong to one, or the first to neither. A number without words goes on from the one before."""
    numbers = [number for number in values.numbers if not _NAMES.match(words, number.start)]
    spans: dict[bool | None, list[tuple[int, int]]] = {True: [], False: [], None: []}
    side = None
    for before, number in zip((None, *numbers), numbers):
        own = _is_of_quota(number, before, words)
        side = side if own is None else own
        spans[side].append((number.start, number.end))
    if spans[None] or not (spans[True] and spans[False]):
        return None
    names = [name.span() for name in _NAMES.finditer(words)]
    return Apart(blanked(words, [*spans[False], *names]), blanked(words, spans[True]))


def blanked(words: str, spans: Iterable[tuple[int, int]]) -> str:
    """The words, as long as before, with blanks in these stretches."""
    for begin, end in spans:
        words = words[:begin] + " " * (end - begin) + words[end:]
    return words


def _is_of_quota(number: Number, before: Number | None, words: str) -> bool | None:
    """By the last word between the number before and this one that belongs to either; 小组 alone is the quota's, a rate's name the rate's."""
    begin = before.end if before else 0
    said = {True: _last(_OF_QUOTA, words, begin, number.start), False: _last(_OF_RATE, words, begin, number.start)}
    if said[True] != said[False]:
        return said[True] > said[False]
    if _PEOPLE.match(words, number.end):
        return False
    teams, rate = _last(_TEAMS, words, begin, number.start), words.rfind("率", begin, number.start)
    if teams == rate:
        return True if _TEAMS.match(words[number.end:].lstrip(" 个支")) else None
    return teams > rate


def _last(pattern: re.Pattern, words: str, begin: int, end: int) -> int:
    return max((match.end() for match in pattern.finditer(words, begin, end)), default=-1)
