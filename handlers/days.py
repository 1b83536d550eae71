"""The days, months and years that an asker names: 5月15日, 5.15, 24.5.15, 15号, 5月底, 五一, 明天, 下周三, 去年8月, 26年."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from handlers.numerals import to_number


class Day(msgspec.Struct, frozen=True):
    """A day or month that the asker names. ``day`` is None where only a month was named."""

    year: int
    month: int
    day: int | None
    start: int
    end: int

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month, self.day or 1)

    @property
    def last(self) -> dt.date:
        return self.first if self.day else _month_end(self.year, self.month)


_YEARS_FROM_NOW = {"大前": -3, "前": -2, "去": -1, "上": -1, "今": 0, "本": 0, "明": 1, "来": 1, "后": 2, "大后": 3}
_MONTHS_FROM_NOW = {"上": -1, "这": 0, "本": 0, "下": 1}
_DAYS_FROM_NOW = {"大前天": -3, "前天": -2, "昨": -1, "今": 0, "明": 1, "后天": 2, "大后天": 3}
_WEEKS_FROM_NOW = {"上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_WEEKDAYS = {char: number for number, chars in enumerate(("一", "二", "三", "四", "五", "六", "日天")) for char in chars}
_PART_OF_MONTH = {"初": 1, "上旬": 10, "中": 15, "中旬": 20}  # the last day of it; 底 末 下旬 end with the month
_HOLIDAYS = {"五一": (5, 1), "劳动节": (5, 1), "十一": (10, 1), "国庆": (10, 1), "元旦": (1, 1)}
_NEAR = 10  # a year of two digits lies within so many years of today (26年), else it is a span of time

_MONTH = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_DATE = "3[01]|[12][0-9]|0?[1-9]|三十一?|[二廿]?十[一二三四五六七八九]?|廿[一二三四五六七八九]|[一二三四五六七八九]"
_PART = "底|末|初|上旬|中旬|下旬|中(?!国|心|间|有)"
_SPAN = "以|来|内|工龄|经验|多|级|老|期|限|未|没|都|了|里|间|之|连"  # after 10年: a span, no year
_THING = "人|文|楼|线|机|炉|装|车|班|罐|泵|字|工|站|库|院|路|码|厂|塔|井|电|群|组|小|称|令|公|会议|选手"
_UNIT = "[十百千万亿]|元|倍|个|人|分|版|条|节|款|章|米|厘|吨|升|度|kb|mb|gb|g|m|k|级|项|名|次|月"
_DAY = re.compile(
    rf"""(?=[0-9一二三四五六七八九十廿今本去明来前后大上这下月周星礼昨国元劳过])(?:
    (?P<full>(?<![0-9./])(?P<fy>20[0-9]{{2}})(?P<sep>[-/.])(?P<fm>{_MONTH})(?:(?P=sep)(?P<fd>{_DATE}))?(?![0-9]))
  | (?P<short>(?<![0-9./-])(?P<hy>[0-9]{{2}})(?P<hsep>[-/.])(?P<hm>{_MONTH})(?:(?P=hsep)(?P<hd>{_DATE})(?![0-9./-])|月))
  | (?P<compact>(?<![0-9])(?P<cy>20[0-9]{{2}})(?P<cm>0[1-9]|1[0-2])(?P<cd>[0-3][0-9])(?![0-9]))
  | (?P<year>(?<![0-9])(?P<yy>20[0-9]{{2}}|[0-9]{{2}}|二[〇零][〇零一二三四五六七八九]{{2}}|大?[前后]|[今本去上明来])\s?年(?!{_SPAN})
      的?\s?(?:(?:(?P<ym>{_MONTH})\s?月份?的?\s?(?:(?P<yd>{_DATE})(?:日|号|(?![0-9.,%十一二三四五六七八九]|\s?(?:{_UNIT})))|(?P<yp>{_PART}))?)|(?P<end>[底末初]))?)
  | (?P<month>(?<![0-9一二三四五六七八九十])(?P<mm>{_MONTH})\s?月(?!(?:之|以)?内)份?的?\s?
      (?:(?P<md>{_DATE})(?:日|号|(?![0-9.,%十一二三四五六七八九]|\s?(?:{_UNIT})))|(?P<mp>{_PART}))?)
  | (?P<near_month>(?P<nm>[上这本下])个?月(?:份?的?(?:(?P<nd>{_DATE})(?:日|号)|(?P<np>{_PART})))?)
  | (?P<part>月(?P<pp>{_PART}))
  | (?P<year_part>年(?P<yo>[底末初]))
  | (?P<slashed>(?<![0-9./a-z])(?P<sm>1[0-2]|0?[1-9])[./](?P<sd>3[01]|[12][0-9]|0?[1-9])(?![0-9%]|[./][0-9]|\s?(?:{_UNIT})))
  | (?P<ahead>(?P<an>[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})天(?:之|以)?(?P<aw>[后前]))
  | (?P<date>(?<![0-9./,a-z小第十一二三四五六七八九])(?P<dd>{_DATE})[日号](?!{_THING}|(?:之|以)?[内后]))
  | (?P<word>大前天|大后天|前天|后天|昨|今|明)(?:[天日儿晚早]|(?<=前天)|(?<=后天))
  | (?P<week>(?<![每一])(?P<wn>下下|[上这本下])?个?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?![次名年月个]))
  | (?P<holiday>五一(?![路大广])|劳动节|十一(?=[前后放假期黄长之])|国庆|元旦)
  | (?P<bare>(?<![0-9.,=了过案组有是-])(?P<by>20[0-4][0-9])(?![0-9.,]|\s?(?:{_UNIT}|$)))
    )""", re.VERBOSE)  # fmt: skip

_ANY = re.compile("[0-9年月日号天周期拜节一庆旦儿晚早]")  # in whatever names a day stands one of these


def read_days(text: str, today: dt.date) -> tuple[tuple[Day, ...], tuple[int, ...], tuple[tuple[int, int], ...]]:
    """Days, years, and the stretches of text they take up. An unsaid year is today's, an unsaid month the one before."""
    days: list[Day] = []
    years: list[int] = []
    stretches = []
    for match in _DAY.finditer(text) if _ANY.search(text) else ():
        said, year, month, day = _READERS[match.lastgroup](match, today, days)
        if said and year is None:
            continue  # two digits that are no year
        if match.lastgroup == "holiday" and years and match.start() - stretches[-1][1] <= 1:
            year = years[-1]  # 去年五一
        stretches.append(match.span())
        if said:
            years.append(year)
        if month and (one := _day(year or today.year, month, day, match)):
            days.append(one)
    return tuple(days), tuple(years), tuple(stretches)


def _day(year: int, month: int, day: int | None, match: re.Match) -> Day | None:
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return None
    return Day(year, month, day, *match.span())


def _month_end(year: int, month: int) -> dt.date:
    return (dt.date(year, month, 1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _number(text: str | None) -> int | None:
    value = to_number(text) if text else None
    return None if value is None else int(value)


def _in_month(year: int, month: int, date: str | None, part: str | None) -> int | None:
    """The day of a month: as said, or the last of 月初, 中旬, 月底; None for the whole month."""
    if part:
        return _PART_OF_MONTH.get(part) or _month_end(year, month).day
    return _number(date)


# Each reader gives (whether a year was said, year, month or None, day or None).


def _full(match, today, days):
    return True, int(match["fy"]), _number(match["fm"]), _number(match["fd"])


def _short(match, today, days):
    return True, _which_year(match["hy"], today), _number(match["hm"]), _number(match["hd"])


def _compact(match, today, days):
    return True, int(match["cy"]), int(match["cm"]), int(match["cd"])


def _year(match, today, days):
    year = _which_year(match["yy"], today)
    if year is None:
        return True, None, None, None
    if match["end"]:
        return True, year, *((1, 1) if match["end"] == "初" else (12, 31))
    month = _number(match["ym"])
    return True, year, month, month and _in_month(year, month, match["yd"], match["yp"])


def _which_year(word: str, today: dt.date) -> int | None:
    if word in _YEARS_FROM_NOW:
        return today.year + _YEARS_FROM_NOW[word]
    value = _number(word)
    if value is not None and len(word) == len("26"):
        value += today.year // 100 * 100
        return value if abs(value - today.year) <= _NEAR else None
    return value


def _month(match, today, days):
    year = days[-1].year if days else today.year
    month = _number(match["mm"])
    return False, year, month, _in_month(year, month, match["md"], match["mp"])


def _near_month(match, today, days):
    months = today.year * 12 + today.month - 1 + _MONTHS_FROM_NOW[match["nm"]]
    year, month = divmod(months, 12)
    return False, year, month + 1, _in_month(year, month + 1, match["nd"], match["np"])


def _part(match, today, days):
    return False, today.year, today.month, _in_month(today.year, today.month, None, match["pp"])


def _year_part(match, today, days):
    return False, today.year, *((1, 1) if match["yo"] == "初" else (12, 31))


def _slashed(match, today, days):
    return False, days[-1].year if days else today.year, int(match["sm"]), int(match["sd"])


def _date(match, today, days):
    year, month = (days[-1].year, days[-1].month) if days else (today.year, today.month)
    return False, year, month, _number(match["dd"])


def _from_today(today: dt.date, days: int):
    day = today + dt.timedelta(days=days)
    return False, day.year, day.month, day.day


def _ahead(match, today, days):
    sign = 1 if match["aw"] == "后" else -1
    return _from_today(today, sign * (_number(match["an"]) or 0))


def _word(match, today, days):
    return _from_today(today, _DAYS_FROM_NOW[match["word"]])


def _week(match, today, days):
    weeks = _WEEKS_FROM_NOW.get(match["wn"] or "这", 0)
    return _from_today(today, 7 * weeks + _WEEKDAYS[match["wd"]] - today.weekday())


def _holiday(match, today, days):
    month, day = _HOLIDAYS[match["holiday"]]
    year = today.year + (1 if month < 2 and today.month > 6 else 0)  # 元旦 said in autumn is the coming one
    return False, year, month, day


def _bare(match, today, days):
    return True, int(match["by"]), None, None


_READERS = {"full": _full, "short": _short, "compact": _compact, "year": _year, "month": _month, "near_month": _near_month, "part": _part,
            "year_part": _year_part, "slashed": _slashed, "ahead": _ahead, "date": _date, "word": _word, "week": _week,
            "holiday": _holiday, "bare": _bare}
