"""Which numbers of a message count registered teams (上年备案通过数), of which kind, and which are results wished for or claimed."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.sums.apart import blanked
from handlers.sums.count import Count, Counted
from handlers.sums.count_sums import none_of, summed, topped, without_failed
from handlers.sums.handed_in import handed_in, passed_of
from handlers.sums.inside import of_both, within, without_parts
from handlers.sums.parts import WITHIN, part_span
from handlers.sums.pass_rate import Passing, partly_passed, parts_passed
from handlers.sums.roles import DONE, failed_span, roles, teams_of, told_apart
from handlers.sums.table_counts import by_columns, of_last_year, passed_in_a_table
from handlers.sums.told import EACH, KIND, KIND_AFTER, STOPS, YEAR, Role, Told, kind_of
from handlers.sums.worked import written_out
from handlers.values import Number, Values
from knowledge.model import Document, Kind
from knowledge.text import NormalText

__all__ = ["VAGUE", "counts", "kind_at", "kinds_said"]

_GONE = "gone"  # a year that does not matter
_MOST = 40  # numbers read of one message
_NEAR = 16  # characters before a number in which a total is said
_WITHOUT_KIND = re.compile(r"不(?:含|算|包括|包含|是)(?:小组|班组|qc|信得过)")
_BEFORE = re.compile(r"(?:去年|上年|前年|往年|上次|上届)[^,]{0,8}$")
_JUST_NOW = re.compile(r"(?:(?:1[0-2]|[1-9]|[一二三四五六七八九十])月份?[^,;。?!]{0,6}|刚刚?|才|新)(?:备|登记|通过|申请)")
_TOTAL = re.compile(r"(?:一共|总共|合计|总计|共)(?:是|有|备案|登记|通过|备案通过)?了?\s?$")
VAGUE = re.compile(
    r"一大?堆|很多|(?<![报推给送上拿荐])好多|挺多|许多|不少|若干|大把|无数|(?:好几|几|数|上|好|成)[十百千万]|[十百千][几来多余把](?![少久])|[一二三四五六七八九][二三四五六七八九](?:个|[十百千])"
    r"|(?<![a-z])(?:nan|none|null|inf|[xyk])个?(?![a-z])|(?<![0-9a-z])[nm]个|没数|说不准|不清楚|记不清|不确定")


def kinds_said(text: str) -> tuple[Kind, ...]:
    """The kinds that are named, each once, in order of appearance."""
    found = [kind_of(match) for match in KIND.finditer(_WITHOUT_KIND.sub("", text) if "不" in text else text)]
    return tuple(dict.fromkeys(found))


def counts(text: NormalText, values: Values, notice: Document) -> Counted:
    """Every number that counts teams, with its kind; of several for one kind the one that passed last year.

    Left out: people, money, days, years, attachments, phone numbers, and whatever else has a unit of its own.
    """
    said = _WITHOUT_KIND.sub(lambda match: " " * len(match[0]), text.text) if "不" in text.text else text.text
    if not values.numbers:
        return Counted(vague=bool(VAGUE.search(said)))
    shares = parts_passed(said)
    words = blanked(said, [(share.start, share.end) for share in shares])
    numbers = tuple(number for number in values.numbers[:_MOST] if not words.startswith(" ", number.start))
    numbers = of_last_year(written_out(numbers, words), words, notice.notice.year - 1)
    if columns := by_columns(numbers, words):
        return Counted(tuple(Count(number, kind, passed=2) for kind, number in columns.items()))
    told = handed_in(roles(words, passed_in_a_table(numbers, words)), bool(shares), words)
    teams = teams_of(told)
    every = _every(teams, words, notice)
    found, unsure = _put_together([count for count in every if count.year != _GONE], told, shares, said, words)
    unsure = unsure or told_apart(told, teams) or _either(told)
    wishes = [one.number for one in _wished(told, teams, found)]
    claims = [one.number for one in told if one.role is Role.CLAIM]
    return Counted(tuple(found), _results(wishes, words), _results(claims, words),
                   unsure or any(count.number.guessed for count in found) if found else bool(every) or bool(VAGUE.search(words)),
                   any(count.number.bound for count in found), _failed(told), _asides(told, shares, words))


def _every(teams: list[Told], words: str, notice: Document) -> list[Count]:
    """A count for each number of teams, as it was said."""
    passed: dict[int, int] = {}
    for one, before in zip(teams, [None, *teams]):
        passed[one.number.start] = passed[before.number.start] if before and one.joined else passed_of(one, words)
    listed = {one.number.start for one in teams if one.joined and not words.endswith(",", 0, one.number.start)}  # 88,88×8% is one
    on_top = {one.number.start for one in teams if one.on_top}
    return [replace(count, passed=passed[start], year=_year(words, count.number, notice), listed=start in listed, on_top=start in on_top)
            for count in _with_kinds(words, [one.number for one in teams]) for start in (count.number.start,)]


def _put_together(found: list[Count], told: list[Told], shares: list[Passing], said: str, words: str) -> tuple[list[Count], bool]:
    """One count of each kind, as far as it can be told; and whether it is not sure."""
    numbers = [one.number for one in told]
    both = of_both(found, words)
    found = both[0] if both else _chosen(topped(without_parts(found, numbers, words), words), words)
    found, unsure = partly_passed(summed(without_failed(found, _failed(told)), words), shares, said)
    if both:
        return found, unsure or both[1]
    found = within(found, numbers, words)
    return found + none_of(found, words), unsure


def _failed(told: list[Told]) -> tuple[Number, ...]:
    return tuple(one.number for one in told if one.role is Role.FAILED)


def _asides(told: list[Told], shares: list[Passing], words: str) -> tuple[tuple[int, int], ...]:
    spans = [(share.start, share.end) for share in shares]
    spans += [part_span(one, words) for one in told if one.role is Role.PART]
    return (*spans, *(failed_span(one) for one in told if one.role is Role.FAILED))


def _either(told: list[Told]) -> bool:
    """小组81还是82: the asker is not sure of the count."""
    counting = [one for one in told if one.role in (Role.TEAM, Role.WEAK, Role.CLAIM)][:2]
    return len(counting) == 2 and counting[1].left.rstrip() == "还是" and counting[1].role is Role.CLAIM and counting[1].number.value * 2 > counting[0].number.value


def _wished(told: list[Told], teams: list[Told], found: list[Count]) -> list[Told]:
    """Without what was given in a year before (去年给了5个名额); what is already handed in before what may be."""
    wished = [one for one in told if one.role is Role.WISH and one not in teams and not (found and _BEFORE.search(one.left))]
    return [one for one in wished if DONE.search(one.left)] or wished


def _results(numbers: list[Number], words: str) -> tuple[Count, ...]:
    """The result wished for or claimed: one that may be said again, or one for each kind; nothing where several are said."""
    values = {number.value: number for number in reversed(numbers)}
    wishes = [Count(number, kind_at(words, number)) for number in sorted(values.values(), key=lambda number: number.start)]
    kinds = [wish.kind for wish in wishes]
    return tuple(wishes) if len(wishes) == 1 or (len(wishes) == 2 and None not in kinds and len({*kinds}) == 2) else ()


def _with_kinds(words: str, chosen: list[Number]) -> list[Count]:
    """Each count with the kind named right before or right after it, else with the last one named, else the only one."""
    named = kinds_said(words)
    if pair := _respectively(words, chosen, named):
        return pair
    found: list[Count] = []
    used = 0  # words up to here name the kind of an earlier number
    for place, number in enumerate(chosen):
        end = chosen[place + 1].start if place + 1 < len(chosen) else len(words)
        before = list(KIND.finditer(words, used, number.start))
        after = KIND_AFTER.match(words, number.end, end)
        if after and not _glued(words, before, number) and (not (before or _listed_parts(words, chosen, place)) or not _names_next(words, after.end(), chosen, place)):
            kind, used = kind_of(after), after.end()
        else:
            kind, used = (kind_of(before[-1]) if before else None), number.end
        found.append(Count(number, kind))
    return _inherited(found, named)


def _listed_parts(words: str, chosen: list[Number], place: int) -> bool:
    """小组150个其中创新型30个班组20个: the kind behind 30 may be the next number's."""
    return place > 0 and bool(WITHIN.search(words, chosen[place - 1].end, chosen[place].start))


def _glued(words: str, before: list[re.Match], number: Number) -> bool:
    """小组230 班组18, 小组64个班组没有: the only kind before it stands at the number."""
    return bool(before) and len({kind_of(match) for match in before}) == 1 and not words[before[-1].end():number.start].strip(" :=为是有共备案")


def _respectively(words: str, chosen: list[Number], named: tuple[Kind, ...]) -> list[Count]:
    """班组和小组分别是12和40, 小组班组各50: the kinds first, then a number for each or one for both."""
    if len(named) != 2:
        return []
    if len(chosen) == 1 and EACH.search(STOPS.split(words[max(0, chosen[0].start - len("都是在系统备案通过")):chosen[0].start])[-1]):
        return [Count(chosen[0], kind) for kind in named]
    if len(chosen) != 2:
        return []
    mentions = [match.start() for match in KIND.finditer(words)]
    if all(start < chosen[0].start for start in mentions) or all(start >= chosen[1].end for start in mentions):
        return [Count(number, kind) for number, kind in zip(chosen, named)]
    return []


def _names_next(words: str, end: int, chosen: list[Number], place: int) -> bool:
    """小组备案40个班组12个: the kind after 40 belongs to 12."""
    if place + 1 == len(chosen):
        return False
    following = chosen[place + 1]
    between = words[end:following.start]
    return not STOPS.search(between) and not KIND.search(between) and not KIND_AFTER.match(words, following.end)


def _inherited(found: list[Count], named: tuple[Kind, ...]) -> list[Count]:
    last, result = None, []
    for count in found:
        last = count.kind or last or (named[0] if len(named) == 1 else None)
        result.append(replace(count, kind=last))
    return result


def _year(words: str, number: Number, notice: Document) -> str:
    """Which year's count it is: "last" (上年, the one that matters), "other", or unsaid."""
    said = next(iter([*YEAR.finditer(words, 0, number.start)][::-1]), None)
    if not said:
        return ""
    if said["digits"]:
        years = (notice.notice.year - int(said["digits"][-2:])) % 100
        return "last" if years == 1 else _of_this_year(words, said.end(), number) if not years else _GONE
    if said["other"]:
        return _GONE if "前" in said["other"] else _of_this_year(words, said.end(), number) if "明" not in said["other"] else "other"
    return said.lastgroup or ""


def _of_this_year(words: str, begin: int, number: Number) -> str:
    """今年3月才备的12个: surely none of last year's."""
    return _GONE if _JUST_NOW.search(words, begin, number.start) else "other"


def _chosen(found: list[Count], words: str) -> list[Count]:
    """Of the counts of one kind: last year's before another year's, those that passed before those handed in; none twice."""
    some_kind = [count for count in found if count.kind]
    if some_kind and len(some_kind) < len(found):
        found = some_kind
    if len(found) > 2 and (whole := _whole(found, words)):
        return [whole]
    if len(found) > 2:
        found = [one for one in found if not _TOTAL.search(words, max(0, one.number.start - _NEAR), one.number.start)] or found
    kept = []
    for kind in dict.fromkeys(count.kind for count in found):
        same = list({(count.number.value, count.listed and count.number.start): count for count in reversed(found) if count.kind == kind}.values())[::-1]
        same = [count for count in same if count.year == "last"] or [count for count in same if not count.year] or same
        kept += [count for count in same if count.passed == max(one.passed for one in same)]
    return sorted(kept, key=lambda count: count.number.start)


def _whole(found: list[Count], words: str) -> Count | None:
    """小组一厂50个，二厂70个，一共120: the total of one kind, where it is the sum of the others."""
    totals = [one for one in found if _TOTAL.search(words, max(0, one.number.start - _NEAR), one.number.start)]
    rest = sum(one.number.value for one in found if one not in totals)
    return totals[0] if len(totals) == 1 and len({one.kind for one in found}) == 1 and totals[0].number.value == rest else None


def kind_at(words: str, number: Number) -> Kind | None:
    """The kind of a result, or of what failed: named after it, or before it, or the only one."""
    after = KIND_AFTER.match(words, number.end)
    before = list(KIND.finditer(words, 0, number.start))
    named = kinds_said(words)
    if after and not (len(before) == 1 and number.start - before[-1].end() <= len("争取报到")):  # 小组报3个班组报2个
        return kind_of(after)
    if before:
        return kind_of(before[-1])
    return named[0] if len(named) == 1 else None
