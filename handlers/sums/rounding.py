"""A quota with decimals, to be rounded (6.16是取6还是7)."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.ask import Ask
from handlers.numerals import HAN, to_number
from handlers.sums.count import Counted
from handlers.sums.counts import kinds_said
from handlers.sums.quota_follow import ROUNDED, quota_ask
from handlers.values import Number, Values

_TO_ROUND = re.compile(r"取|舍|进|入|还是|算出|算[几\d]|小数|零头|尾数")
_ROUNDING = re.compile(r"四舍五入|取整|小数|零头|尾数|[舍进]不[舍进]|进位|要不要[舍进]|[怎咋]么?[样个]?[取舍]|[取舍]多?[几少]|取多少")  # of what may be a day
_DECIMAL = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")
_CHOICE = re.compile(rf"(?<![0-9.])(?P<one>[0-9]+|[{HAN}]+)\s?[个项]?\s?(?:还是|或者?)\s?[取算报进是推到]*\s?(?P<other>[0-9]+|[{HAN}]+)")
_OTHER_UNITS = ("%", "万", "亿", "元", "块", "分", "点", "倍", "小时", "天", "年", "人", "米", "号")


def rounded(found: Counted, values: Values, words: str) -> Ask | None:
    """11.76个名额是11还是12: a product without its count. 6.16 may have been read as a day."""
    products = _products(found, values, words)
    if len({product.value for product in products}) != 1:
        return None
    product = products[0]
    near = {product.value // 1, product.value // 1 + 1}
    whole = {count.number.value for count in found.counts if count.number.whole}
    chosen = _neighbours(words) == near or bool(whole) and "名额" in words
    if not whole <= near or not (chosen or (_TO_ROUND if product in values.numbers else _ROUNDING).search(words)):
        return None
    return quota_ask(ROUNDED, words, (product,), kinds_said(words))


def _products(found: Counted, values: Values, words: str) -> list[Number]:
    """The numbers with decimals that count something, and those that were read as a day or stand without a word of counting."""
    said = [count.number for count in (*found.counts, *found.wishes)]
    said += [Number(Decimal(words[day.start:day.end]), day.start, day.end) for day in values.days if _DECIMAL.fullmatch(words, day.start, day.end)]
    said += [number for number in values.numbers if number not in said and not number.after.lstrip().startswith(_OTHER_UNITS)]
    return [number for number in said if not number.whole and number.value > 0]


def _neighbours(words: str) -> set[Decimal | None]:
    """取6还是7: the two whole numbers between which the asker chooses."""
    choice = _CHOICE.search(words)
    return {to_number(choice["one"]), to_number(choice["other"])} if choice else set()
