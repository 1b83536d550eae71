"""Money in the unit of a row of the statistics sheet (万元): 花了12800元 → 1.28."""

from __future__ import annotations

import re
from decimal import Decimal
from math import prod

from msgspec.structs import replace

from handlers.numerals import MYRIADS, UNITS
from handlers.values import Number, Values
from knowledge.model import Statistic

_MONEY = re.compile(r"(?P<times>[百千万亿]*)元")
_TOPICS = ("效益", "奖励", "投入", "经费", "费用")  # words of the rows in money
_YUAN = re.compile(r"\s?(?:多)?(?:[元块]|万元)")
_MYRIAD = re.compile("[万亿]")
_ASKED = re.compile(r"填|写|多少|几|单位|换算|合|行[吗不]|对[吗不]")
_SHEET = re.compile(r"统计|栏|[格行项]|累计|历年|本年度|费用?|经费|奖励|投入")
_APART = re.compile(r"另|不含|不算|除外|以外")
_SPENT = re.compile(r"奖励|奖金|经费|投入|培训|交流|书籍|书|花")
_NO_MONEY = re.compile(r"\s?(?:个|人|名|次|年|月|日|号|本|场|期|天|%)")
_DIFFER = re.compile("区别|不同|一回事|一样")
_ONE_ROW = re.compile("算在|算进|计入|光[填写报]|只[填写报]|就[填写]|合[成并在]|一起|分开|同一|都[得要]填|都填|两样|一行|一栏|一格")
_TOO = re.compile("也算|合计|加起来|一共|总共")
_CLAIMED = re.compile(r"(?:填|写)(?:了|成|的|个)?\s?$")


def yuan_in(unit: str) -> int | None:
    """万元: 10,000; None where the unit is no money."""
    money = _MONEY.match(unit)
    return prod((UNITS | MYRIADS)[sign] for sign in money["times"]) if money else None


def rows_in_money(words: str, statistics: dict[str, Statistic], sheet: str) -> list[str]:
    """The rows in money that the words speak of; those of all years only where that is said. ``sheet``: 附件6."""
    words = words.replace("创效", "创效益").replace("花了", "花了投入")
    topics = [topic for topic in _TOPICS if topic in words]
    if not topics or not (sheet in words or _SHEET.search(words)):
        return []
    ever = bool(re.search("历年|累计", words))
    found = [name for name, row in statistics.items() if yuan_in(row.unit) and ("历年" in row.label) == (ever and "效益" in words)]
    first = next((topic for topic in topics if any(topic in statistics[name].label for name in found)), "")
    return [name for name in found if first and first in statistics[name].label]


def rows_confused(words: str, statistics: dict[str, Statistic]) -> list[str]:
    """奖励也算在经费投入里吗, 累计的和本年度的都得填吗: rows in money of which the asker doubts whether they are one."""
    if not (_ONE_ROW.search(words) or _DIFFER.search(words)):
        return []
    if re.search("累计|历年", words) and "班组" in words and "数" in words:
        return [name for name, row in statistics.items() if "班组" in row.label and row.unit == "个"]
    money = {name: row for name, row in statistics.items() if yuan_in(row.unit)}
    if "效益" in words and re.search("累计|历年|往年|以往|以前|历史", words) and re.search("本年|今年|当年|当期", words):
        return [name for name, row in money.items() if "效益" in row.label]
    if "奖励" in words and re.search("经费|投入|推进", words):
        return [name for name, row in money.items() if "奖励" in row.label or "投入" in row.label]
    return []


def amounts(words: str, values: Values) -> tuple[Number, ...]:
    """The numbers that are yuan, in yuan: 9000元, 三千块, 2万. What is named beside them as a thing apart (奖金另发5万) is left out."""
    found = [number for number in values.numbers
             if (_YUAN.match(words, number.end) or _MYRIAD.search(words[number.start:number.end])) and number.whole and number.value > 0]
    kept = [number for number in found if not _APART.search(re.split(r"[,;。?!\s]", words[:number.start])[-1])]
    return tuple(found if _TOO.search(words) else kept or found) if _ASKED.search(words) else ()


def each_row(words: str, values: Values, statistics: dict[str, Statistic]) -> list[tuple[str, Number]]:
    """奖励发了8000，经费花了1万2: the row of each amount and its sum in yuan, where there are amounts of both."""
    sums: dict[str, Number] = {}
    crew = "班组" in words or "信得过" in words
    for number in values.numbers:
        said = [match[0] for match in _SPENT.finditer(words, 0, number.start)][-1:]
        if not said or not number.whole or _NO_MONEY.match(words, number.end):
            continue
        topic = "奖励" if said[0].startswith("奖") else "投入"
        name = next((name for name, row in statistics.items() if yuan_in(row.unit) and topic in row.label and ("班组" in row.label) == crew), "")
        sums[name] = replace(number, value=number.value + sums[name].value) if name in sums else number
    return list(sums.items()) if len(sums) > 1 and "" not in sums else []


def claimed(words: str, values: Values) -> Number | None:
    """填9000行吗: the number that is to be written."""
    return next((number for number in values.numbers if _CLAIMED.search(words[:number.start]) and not _YUAN.match(words, number.end)), None)


def in_unit(number: Number, unit: str) -> str:
    """12800 in 万元 → 1.28"""
    return f"{(number.value / (yuan_in(unit) or 1)).normalize():f}"


def converted(found: tuple[Number, ...], said: Number | None, unit: str) -> list[str]:
    """The sum in the unit with its working; whether the number that is to be written is right."""
    total = Number(sum((number.value for number in found), Decimal()), 0, 0)
    result = in_unit(total, unit)
    working = "+".join(in_unit(number, unit) for number in found)
    line = f"单位是{unit}，填{result}。" if said is None or f"{said.value.normalize():f}" == result else f"不行：单位是{unit}，应填{result}，不是{said.value.normalize():f}。"
    return [line, f"（{working}={result}{unit}）" if len(found) > 1 else f"（{total.value.normalize():f}元={result}{unit}）"]
