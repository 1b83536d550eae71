"""Values: the numbers, days and years that a question names."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import msgspec

from handlers.days import Day, read_days
from handlers.numerals import DIGITS, HAN, to_number
from knowledge.text import NormalText

__all__ = ["Day", "Number", "Values", "read_values"]


class Number(msgspec.Struct, frozen=True):
    """A number in the text, with the words around it that tell what it counts."""

    value: Decimal
    start: int
    end: int
    before: str = ""  # up to a dozen characters before it
    after: str = ""  # the unit and what follows

    @property
    def whole(self) -> bool:
        return self.value == self.value.to_integral_value()

    @property
    def guessed(self) -> bool:
        """一百多个, 40来个, 10到20个, 快两百: nothing should be computed from it."""
        return bool(_GUESS_AFTER.match(self.after) or _GUESS_BEFORE.search(self.before))

    @property
    def bound(self) -> bool:
        """不到200个, 超过500个, 10个以上: a limit and no count."""
        return bool(_BOUND_AFTER.match(self.after) or _BOUND_BEFORE.search(self.before))


class Values(msgspec.Struct, frozen=True):
    """What was read from the words, in order of appearance."""

    numbers: tuple[Number, ...] = ()
    days: tuple[Day, ...] = ()
    years: tuple[int, ...] = ()


_AROUND = 12  # characters kept on either side of a number
_ONES, _STARTS = "".join(DIGITS), "".join(DIGITS) + "十廿卅"
_GUESS_AFTER = re.compile(
    rf"\s?(?:[多余](?![少久])|来(?![算看着说报填得])|[十百千万][多来余把]|(?<=0)几|把(?=[个人支名])|出头|挂零|上下|不止|\s?(?:-|~|到|至|或者?)\s?(?:[0-9]{{1,6}}(?![0-9]|\s?[月年日号.])|[{_STARTS}百千]))")
_GUESS_BEFORE = re.compile(rf"(?:[0-9{_STARTS}百千]\s?个?(?:-|~|到|至|或者?)|将近|接近|快要?|快到|快有|差点|约莫|(?<![最附])近|(?<![一二两三四五六七八九])百|(?<![大最])小)\s?$")
_BOUND_AFTER = re.compile(r"\s?个?(?:qc)?(?:小组|班组)?(?:及|或)?(?:以上|以下|以内|之内|往上|往下|开外|打底)")
_BOUND_BEFORE = re.compile(r"(?:不到|不足|不满|未满|没到|少于|小于|低于|超过了?|大于|多于|高于|超|[<>≤≥])\s?$")
_NUMBER = re.compile(
    rf"""(?P<sign>负|(?<![0-9a-z年月日号)])-\s?)?(?P<token>
    [0-9]{{1,6}}\^[0-9]{{1,3}}
  | (?:[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]+(?:\.[0-9]+)?)(?:[十拾百佰千仟万亿][0-9{HAN}]*)?
  | (?:(?:(?<![第统唯万同周期拜初几好上成])|(?<=[刚正恰]好))[{_ONES}]|(?:(?<![第周初几数好上成])|(?<=[刚正恰]好))[十廿卅])[{HAN}]*(?:点[{HAN}]+)?
  | (?<![{HAN}几数好上成])[百千](?=[来把]))""", re.VERBOSE)  # fmt: skip
_ANY = re.compile(f"[0-9{HAN}]")  # in every number stands one of these
# A single Chinese sign counts only before a measure word or at the end of what is said: not in 一等奖, 一般, 三中全会, 一班.
_COUNTS_ALONE = re.compile(r"\s?[多来余把]?(?:[个名人位项份家支条字元天年次岁篇种届页档批万]|小组|班组|qc)|\s?(?:[,;。?!]|吗|呢|吧|$)")
_ITEM = re.compile(r"(?:^|(?<=[\s:,;。?!、]))(?P<number>[1-9])(?P<mark>[.、)])\s?(?=[\u4e00-\u9fff])")
_WIDE = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789,"}  # １，０２４ is one number
_TOGETHER = ("咱", "我", "你", "他", "她", "们", "这", "那", "哥", "姐")  # 咱俩, 这俩
_NAME_BEFORE = re.compile(r"(?:^|[组案记过有是了就=:nm,;\s为到])$")


def read_values(text: NormalText, today: dt.date) -> Values:
    """Every number, day and year in the words.

    A number that is part of a day or year stands there only. Dropped: the numbers of a list, 第一, 统一, 一等奖, 一般, 一下, 一班, 二车间, 十五五,
    百分之, guesses such as 三五个 and 几十个. Kept, to be told by ``before`` and ``after``: 附件七, 8号文, 2000人, 40%, 电话.
    """
    days, years, stretches = read_days(text.text, today)
    if not _ANY.search(text.text):
        return Values((), days, years)
    items = _items(text.text)
    numbers = []
    for match in _NUMBER.finditer(_blank_out(text.text, stretches)):
        if match.start() not in items:
            numbers.extend(_read(match, text))
    return Values(tuple(numbers), days, years)


def _items(text: str) -> list[int]:
    """Where the numbers of a list stand: 1.去年没备案能报吗 2.名额有小数怎么办. With 、 behind, only where they count up from 1: 小组 2、班组 3."""
    found = list(_ITEM.finditer(text)) if "." in text or ")" in text or "、" in text else []
    counting = len(found) > 1 and [match["number"] for match in found] == [str(number) for number in range(1, len(found) + 1)]
    return [match.start("number") for match in found if counting or match["mark"] != "、"]


def _blank_out(text: str, stretches: tuple[tuple[int, int], ...]) -> str:
    """The text with its days and years replaced by a sign that belongs to no number."""
    for start, end in stretches:
        text = text[:start] + "\ufffc" * (end - start) + text[end:]
    return text


def _read(match: re.Match, text: NormalText) -> list[Number]:
    token, (start, end) = match["token"], match.span("token")
    if "," in token and "，" in text.raw and token not in text.raw and token.translate(_WIDE) not in text.raw:
        return _listed(match, text)
    value = to_number(token)
    if value is None or _serial(token) or (token[0] in HAN and not _counts(token, start, end, text.text)):
        return []
    begin = match.start()
    return [_number(-value if match["sign"] else value, begin, end, text.text)]


def _serial(token: str) -> bool:
    """An area code or another string of digits that begins with 0."""
    return token[0] == "0" and token[1:2].isdigit()


def _listed(match: re.Match, text: NormalText) -> list[Number]:
    """120，130 with the Chinese comma: two numbers and not one of six digits."""
    found, at = [], match.start("token")
    for piece in match["token"].split(","):
        if (value := to_number(piece)) is not None:
            found.append(_number(value, at, at + len(piece), text.text))
        at += len(piece) + 1
    return found


def _number(value: Decimal, start: int, end: int, text: str) -> Number:
    return Number(value, start, end, text[max(0, start - _AROUND):start], text[end:end + _AROUND])


def _counts(token: str, start: int, end: int, text: str) -> bool:
    """Whether Chinese signs stand for a number here, and not in a word."""
    if text.startswith("几", end):
        return False
    if len(token) > 1 or token in "百千":
        return not text.startswith(("等", "次元"), end)
    if text.endswith("附件", 0, start):
        return True
    if token in "俩仨":
        return not text.endswith(_TOGETHER, 0, start)
    after = _COUNTS_ALONE.match(text, end)
    return bool(after) and (text[end:end + 1] not in ",;。?!吗呢吧" or bool(_NAME_BEFORE.search(text[:start])))
