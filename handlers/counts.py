"""Which numbers of a message count registered teams (上年备案通过数), of which kind, and which are results wished for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.values import Number, Values
from knowledge.model import Document, Kind
from knowledge.text import NormalText


@dataclass(frozen=True, slots=True)
class Count:
    """A number of teams. ``kind`` is None where the asker does not say which."""

    number: Number
    kind: Kind | None = None
    passed: bool = False  # said to have passed registration
    year: str = ""  # "last", "other", or unsaid


@dataclass(frozen=True, slots=True)
class Counted:
    """What the numbers of a message are: teams registered, results wished for; ``vague`` where the count is only guessed."""

    counts: tuple[Count, ...] = ()
    target: Count | None = None
    vague: bool = False


_MOST = 40  # numbers read of one message
_NEAR = 16  # characters that belong to a number on either side
_STOPS = re.compile(r"[,;。?!;\n、:()]")
_GROUP, _CREW = r"小组|qc|(?<![a-z])n\s?=", r"班组|信得过(?!班组)|(?<![a-z])m\s?="
_KIND = re.compile(rf"(?P<group>{_GROUP})|(?P<crew>{_CREW})")
_KIND_AFTER = re.compile(r"\s?[多来]?[个支]?\s?(?:已?(?:备案|登记|通过)的?)?\s?(?:质量管理|质量)?\s?(?:(?P<group>qc小组|qc\s?小组|qc|小组)|(?P<crew>信得过班组|班组|信得过))")
_WITHOUT_KIND = re.compile(r"不(?:含|算|包括|包含|是)(?:小组|班组|qc|信得过)")
_REGISTERED = re.compile(r"备案?|登记|注册|通过|报备|(?<![a-z])[nm]\s?(?:=|是|为)|过了|小组|qc|班组|信得过|共|总数")

_NO_COUNT_LEFT = re.compile(
    r"(?:附件|附表|表|注|群|电话|手机|座机|邮编|第|t/caq|人数|职工|员工|人员|成员|完成人|评委|专家|每班|每组|每个(?:小组|班组)|名额(?:是|为)|还是"
    r"|经费|投入|效益|奖励|奖金|(?<!信)得过|字数|最多|不超过|限)\s?[:=是为有]?\s?$")
_NO_COUNT_RIGHT = re.compile(
    r"(?!\s?[nm]\s?=)\s?[多来余几]?\s?(?:[%％/年月日号天点人位员元岁页次份版届期倍字篇楼级\ufffckmg]|分(?![配到给几别])|名(?!额)|条|万元|百分"
    r"|个(?:人|月|字|工作日|评委|专家|企业|单位|公司|厂|分厂|分公司|车间|部门|科室|员工|职工|成员|组员|问题|附件|阶段|步骤|档|证书|名字|姓名|联系"
    r"|电话|群|主要|完成人|选项|省|市|会员|专业|年|小时|阿拉伯|先进|奖|空格|字符|文件|表|栏|月))")
_ONE_TEAM = re.compile(r"\s?个\s?(?:qc)?(?:小组|班组)")
_TARGET_RIGHT = re.compile(r"\s?(?:项|个(?:qc)?\s?(?:小组|班组)?的?(?:成果|名额|指标|课题|项目))|名额|指标")
_WISH = re.compile(r"想|要|拿|争取|报|给|凑|得到|获|推荐|送|名额|指标|求|能|可以")
_TARGET_LEFT = re.compile(
    r"(?:(?<![备])(?:申报|上报|(?<![申上])报|推荐|荐|争取|凑|拿|获得|得到|挑选|选送|送|上)(?:到|了|上|出|满|够|去)?|想要|要|想报|(?:名额|指标)(?:是|要|为|给|有|够)?了?)"
    r"\s?(?:小组|班组|成果|qc)?\s?$")
_FAILED_LEFT = re.compile(r"(?:[没未不](?:有|能)?(?:备案|审核)?(?:通过|过)|退回|驳回|打回|退了|被退|淘汰|刷掉|作废|取消)(?:的|了)?(?:有|是)?\s?$")
_FAILED_RIGHT = re.compile(r"\s?个?\s?(?:小组|班组)?(?:都|也)?\s?(?:[没未不](?:有|能)?(?:备案|通过|过(?!关)|批|审)|被?退回|被?驳回|被?打回|被退|作废|取消|注销)")
_PASSED_LEFT = re.compile(r"通过|合格|过了|成功")
_PASSED_RIGHT = re.compile(r"\s?个?\s?(?:小组|班组)?\s?(?:都|均|已)?(?:备案)?(?:通过|过了|合格)")
_JOINED = re.compile(r"\s?(?:和|与|及|跟|、)\s?")
_EACH = re.compile(r"[各都均]|一样多|同样")
_WEAK_RIGHT = re.compile(r"\s?[个支]|\s?(?:$|[,;。?!、)呢吗的呀吧啊]|能|可|名额|怎么|左右|报|\s)")
_ABOUT_RIGHT = re.compile(r"\s?[多来余几把]\s?[十百千万]?[个支]?|\s?(?:-|~|到|至|或者?)\s?[0-9]")
_RANGE_LEFT = re.compile(r"[0-9一二两三四五六七八九十百千]\s?(?:-|~|到|至|或者?)\s?$")
_YEAR = re.compile(r"(?P<last>去年|上年|上一年|上个?年度)|(?P<other>大?前年|今年|本年度?|明年)|(?P<digits>20[0-9]{2}|(?<![0-9])[0-9]{2})\s?年")
_TOTAL = re.compile(r"(?:一共|总共|合计|总计|共)(?:是|有|备案|登记|通过|备案通过)?了?\s?$")
VAGUE = re.compile(
    r"一大?堆|很多|好多|挺多|许多|不少|若干|大把|无数|(?:好几|几|数|上|好|成)[十百千万]|[十百千][几来多余把]|[一二三四五六七八九][二三四五六七八九]个"
    r"|(?<![a-z])(?:nan|none|null|inf|[xyk])个?(?![a-z])|(?<![0-9a-z])[nm]个|没数|说不准|不清楚|记不清|不确定")


def kinds_said(text: str) -> tuple[Kind, ...]:
    """The kinds that are named, each once, in order of appearance."""
    found = [_kind_of(match) for match in _KIND.finditer(_WITHOUT_KIND.sub("", text))]
    return tuple(dict.fromkeys(found))


def counts(text: NormalText, values: Values, notice: Document) -> Counted:
    """Every number that counts teams, with its kind; of several for one kind the one that passed last year.

    Left out: people, money, days, years, attachments, phone numbers, and whatever else has a unit of its own.
    """
    words = _WITHOUT_KIND.sub(lambda match: " " * len(match[0]), text.text)
    numbers = values.numbers[:_MOST]
    teams, targets, failed = [], [], []
    for place, number in enumerate(numbers):
        left, right = _around(words, numbers, place)
        kept = {"team": teams, "weak": teams, "target": targets, "failed": failed}.get(_role(number, left, right))
        if kept is not None:
            kept.append((place, number, left, right))
    teams = _firm(teams)
    found = _with_kinds(words, numbers, [place for place, *_ in teams])
    around = {number.start: (left, right) for _, number, left, right in teams}
    found = [replace(count, passed=_passed(*around[count.number.start], words, count.number),
                     year=_year(words, count.number, notice)) for count in found]
    found = _without_failed(_chosen(found, words), failed)
    vague = any(_about(words, count.number) for count in found)
    wishes = {number.value: number for _, number, *_ in reversed(targets)}
    target = next(iter(wishes.values())) if len(wishes) == 1 else None
    return Counted(tuple(found), target and Count(target, _target_kind(words, target)), vague if found else bool(VAGUE.search(words)))


def _about(words: str, number: Number) -> bool:
    """一百多个, 40来个, 10到20个: guessed, so nothing is computed from it."""
    near = words[max(0, number.start - len("一到")):number.start]
    return bool(_ABOUT_RIGHT.match(words, number.end) or _RANGE_LEFT.search(near))


def _around(words: str, numbers: tuple[Number, ...], place: int) -> tuple[str, str]:
    """The words that belong to a number: back to the last stop or number, on to the next."""
    number = numbers[place]
    begin = max(numbers[place - 1].end if place else 0, number.start - _NEAR)
    end = min(numbers[place + 1].start if place + 1 < len(numbers) else len(words), number.end + _NEAR)
    left = words[begin:number.start]
    if (stops := list(_STOPS.finditer(left))) and not left[stops[-1].end():].strip() and left.rstrip().endswith(":"):
        stops.pop()  # 小组:1,100 - the colon joins
    left = left[stops[-1].end():] if stops else left
    right = words[number.end:end]
    stop = _STOPS.search(right)
    return left, right[:stop.start() + 1] if stop and stop.start() else right


def _role(number: Number, left: str, right: str) -> str:
    if _NO_COUNT_LEFT.search(left) or _NO_COUNT_RIGHT.match(right):
        return "other"
    if _FAILED_LEFT.search(left) or _FAILED_RIGHT.match(right):
        return "failed"
    registered = _REGISTERED.search(left)
    if (_TARGET_RIGHT.match(right) and (not registered or _WISH.search(left))) or (_TARGET_LEFT.search(left) and "备" not in left[-4:]):
        return "target"
    if number.value == 1 and _ONE_TEAM.match(right) and not registered:
        return "other"  # 一个小组能报几个成果
    if registered or _KIND_AFTER.match(right) or re.match(r"\s?[个支]?\s?(?:已|都|均|全)?(?:备案|登记|通过|过了)", right):
        return "team"
    return "weak" if _WEAK_RIGHT.match(right) or not right else "other"


def _firm(teams: list) -> list:
    """Numbers tied to teams or registration, and bare ones that go on from them; without any, all bare ones."""
    firm = []
    for one in teams:
        role = _role(*one[1:])
        follows = firm and one[0] == firm[-1][0] + 1
        if role == "team" or (follows and (_JOINED.fullmatch(one[2]) or _YEAR.search(one[2]))):
            firm.append(one)
    return firm or teams


def _kind_of(match: re.Match) -> Kind:
    return Kind.GROUP if match["group"] else Kind.CREW


def _with_kinds(words: str, numbers: tuple[Number, ...], places: list[int]) -> list[Count]:
    """Each count with the kind named right before or right after it, else with the last one named, else the only one."""
    chosen = [numbers[place] for place in places]
    named = kinds_said(words)
    if pair := _respectively(words, chosen, named):
        return pair
    found: list[Count] = []
    used = 0  # words up to here name the kind of an earlier number
    for place, number in enumerate(chosen):
        end = chosen[place + 1].start if place + 1 < len(chosen) else len(words)
        before = list(_KIND.finditer(words, used, number.start))
        after = _KIND_AFTER.match(words, number.end, end)
        if after and not _glued(words, before, number) and (not before or not _names_next(words, after.end(), chosen, place)):
            kind, used = _kind_of(after), after.end()
        else:
            kind, used = (_kind_of(before[-1]) if before else None), number.end
        found.append(Count(number, kind))
    return _inherited(found, named)


def _glued(words: str, before: list[re.Match], number: Number) -> bool:
    """小组230 班组18: the kind stands at the number, and a blank parts it from the next one."""
    return bool(before) and not words[before[-1].end():number.start].strip(" :=为是有共备案") and words[number.end:number.end + 1].isspace()


def _respectively(words: str, chosen: list[Number], named: tuple[Kind, ...]) -> list[Count]:
    """班组和小组分别是12和40, 小组班组各50: the kinds first, then a number for each or one for both."""
    if len(named) != 2:
        return []
    if len(chosen) == 1 and _EACH.search(words[max(0, chosen[0].start - len("同样多备案")):chosen[0].start]):
        return [Count(chosen[0], kind) for kind in named]
    if len(chosen) != 2:
        return []
    mentions = [match.start() for match in _KIND.finditer(words)]
    if all(start < chosen[0].start for start in mentions):
        return [Count(number, kind) for number, kind in zip(chosen, named)]
    return []


def _names_next(words: str, end: int, chosen: list[Number], place: int) -> bool:
    """小组备案40个班组12个: the kind after 40 belongs to 12."""
    if place + 1 == len(chosen):
        return False
    following = chosen[place + 1]
    between = words[end:following.start]
    return not _STOPS.search(between) and not _KIND.search(between) and not _KIND_AFTER.match(words, following.end)


def _inherited(found: list[Count], named: tuple[Kind, ...]) -> list[Count]:
    last, result = None, []
    for count in found:
        last = count.kind or last or (named[0] if len(named) == 1 else None)
        result.append(replace(count, kind=last))
    return result


def _passed(left: str, right: str, words: str, number: Number) -> bool:
    closed = number.end + len(right) >= len(words) or bool(_STOPS.search(right))  # else the words are the next number's
    return bool(_PASSED_LEFT.search(left) or (closed and _PASSED_RIGHT.match(right)))


def _year(words: str, number: Number, notice: Document) -> str:
    """Which year's count it is: "last" (上年, the one that matters), "other", or unsaid."""
    said = None
    for said in _YEAR.finditer(words, 0, number.start):
        pass
    if not said:
        return ""
    if said["digits"]:
        return "last" if int(said["digits"][-2:]) == (notice.notice.year - 1) % 100 else "other"
    return said.lastgroup or ""


def _chosen(found: list[Count], words: str) -> list[Count]:
    """Of the counts of one kind: last year's before another year's, those that passed before those handed in."""
    some_kind = [count for count in found if count.kind]
    if some_kind and len(some_kind) < len(found):
        found = some_kind
    if len(found) > 2:
        found = [one for one in found if not _TOTAL.search(words, max(0, one.number.start - _NEAR), one.number.start)] or found
    kept = []
    for kind in dict.fromkeys(count.kind for count in found):
        same = [count for count in found if count.kind == kind]
        same = [count for count in same if count.year == "last"] or [count for count in same if not count.year] or same
        kept += [count for count in same if count.passed] or same
    return sorted(kept, key=lambda count: count.number.start)


def _without_failed(found: list[Count], failed: list) -> list[Count]:
    """备案30个，其中3个没通过: 27 count. A number that is itself said to have passed stays."""
    if len(found) != 1 or len(failed) != 1 or found[0].passed or failed[0][1].value >= found[0].number.value:
        return found
    number = found[0].number
    return [replace(found[0], number=replace(number, value=number.value - failed[0][1].value))]


def _target_kind(words: str, number: Number) -> Kind | None:
    after = _KIND_AFTER.match(words, number.end)
    before = list(_KIND.finditer(words, 0, number.start))
    named = kinds_said(words)
    if after:
        return _kind_of(after)
    if before:
        return _kind_of(before[-1])
    return named[0] if len(named) == 1 else None
