"""Whether a month lies within the time that the statistics sheet covers (2024年3月花的算不算本年度)."""

from __future__ import annotations

import datetime as dt
import re

from handlers.values import Values
from knowledge.model import Window
from knowledge.template import show_day

_ASKED = re.compile(r"算[不没]算|算[在进到入].*[吗么嘛不没?]|能?不能?[算填计]|[算填计报写](?:[本在进入到上这此个]|今年|去年).{0,12}[吗么嘛不没?]|[算填统计入里内].{0,3}[吗么嘛不没?]|要不要|还是|[该能要]填")
_OF_THE_SHEET = re.compile(r"经费|投入|奖励|奖金|花[的了]|费用|[训动]费|书钱|开支|支出|统计|数字表|本年度")
_SHEET_TIME = re.compile(r"统计|本年度?|期间|时段|这次|本次|这期|数字表|投入|经费|奖励|奖金|填")
_YEAR = re.compile(r"[去前上]一?年|20[0-9]{2}年|[0-9]{2}年")
_OTHER = re.compile(r"截止|完成|备案|名额|提交|上传|寄|报送|什么时候|啥时候|几号|到期|评审会|发布会什么|从[^,]{0,8}到|开始算|起算|截至|为止")


def asks_period(words: str, values: Values, sheet: str) -> bool:
    """Whether the words ask if what happened in a month or year belongs into the ``sheet`` (附件6)."""
    if not (values.days or _YEAR.search(words)):
        return False
    of_the_sheet = sheet in words or _OF_THE_SHEET.search(words) and _SHEET_TIME.search(words)
    return bool(of_the_sheet and _ASKED.search(words) and not _OTHER.search(words))


def within(values: Values, period: Window, today: dt.date) -> list[str]:
    """2024年3月不在统计时间内。 A line for each month, day or year that is named."""
    spans = [(day.first, day.last) for day in values.days]
    if not spans:
        spans = [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in values.years if year != today.year]
    return [f"{_name(first, last)}{_verdict(first, last, period)}。" for first, last in spans]


def _name(first: dt.date, last: dt.date) -> str:
    if first == last:
        return show_day(first)
    return f"{first.year}年" if first.month != last.month else f"{first.year}年{first.month}月"


def _verdict(first: dt.date, last: dt.date, period: Window) -> str:
    if period.opens <= first and last <= period.closes:
        return "在统计时间内，算"
    if last < period.opens or first > period.closes:
        return "不在统计时间内，不算"
    return "只有一部分在统计时间内"
