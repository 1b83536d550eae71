"""Sums that the asker has written out (50+38, 62-4=58): one number each."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handlers.values import Number

_PLUS, _MINUS, _IS = re.compile(r"\s?[个支]?\s?\+\s?"), re.compile(r"\s?[个支]?\s?[-–—减]\s?"), re.compile(r"\s?[个支]?\s?=\s?")


def written_out(numbers: tuple[Number, ...], words: str) -> tuple[Number, ...]:
    """The numbers with 50+38 as 88 and 62-4=58 as 58; without 等于 a stroke may mean a span, and stays."""
    if "+" not in words and "=" not in words:
        return numbers
    result: list[Number] = []
    for number in numbers:
        if result and _PLUS.fullmatch(words, result[-1].end, number.start):
            result[-1] = _joined(result[-1], number, result[-1].value + number.value)
        elif len(result) > 1 and _IS.fullmatch(words, result[-1].end, number.start) and _MINUS.fullmatch(words, result[-2].end, result[-1].start):
            first, second = result.pop(-2), result.pop()
            result += [_joined(first, number, number.value)] if first.value - abs(second.value) == number.value else [first, second, number]
        elif result and _IS.fullmatch(words, result[-1].end, number.start) and result[-1].value == number.value:
            result[-1] = _joined(result[-1], number, number.value)
        else:
            result.append(number)
    return tuple(result)


def _joined(first: Number, last: Number, value: object) -> Number:
    return replace(last, value=value, start=first.start, before=first.before)
