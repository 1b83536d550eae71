"""The statistics sheet (附件6): 普及率 and 成果率 from numbers, with the working; what a row means and in which unit."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from handlers.answer import Answer, Outcome
from handlers.ask import Ask, Family
from handlers.facts import facts
from handlers.sums.money import claimed, converted, each_row, in_unit
from handlers.sums.shares import Share, find_share
from handlers.sums.stats_asked import AMOUNT, APART, FORMULA, MEANING, PERIOD, RATE, statistics_of, wants_stats
from handlers.sums.stats_period import within
from handlers.values import Number, read_values
from knowledge.model import Document, Statistic
from knowledge.template import show
from knowledge.text import NormalText

__all__ = ["rate_of", "stats", "wants_stats"]

_HUNDRED, _CENT = Decimal(100), Decimal("0.01")
_DECIMALS = re.compile(r"\d\.\d|几位|保留|精确|小数点")
_LARGEST = 10**9  # more people than any applicant has


def stats(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """A rate in percent to two decimals, or a row's meaning and unit. Odd numbers are named and nothing is computed."""
    if ask.entry:
        return facts(ask, notice, today)
    if ask.topic == PERIOD:
        return _period(ask, notice, today)
    rows = statistics_of(ask, notice)
    if ask.topic == AMOUNT:
        return _amount(ask, rows, notice, today)
    if ask.topic == APART:
        return _answer(["不要合在一起：统计表上是分开的，各填各的。", *(f"“{row.label}”，单位：{row.unit}。" for row in rows)], ask, rows, notice)
    if ask.topic == MEANING:
        return _answer([line for row in rows for line in _meaning(row, ask.text, notice)], ask, rows, notice)
    if ask.topic == FORMULA or not rows:
        return _formula(ask, rows, notice)
    return _rates(ask, rows, notice)


def remembered(ask: Ask, notice: Document) -> tuple[int, ...]:
    """Part and whole of the one rate asked, for a follow-up; -1 where unsaid or no count."""
    rows = statistics_of(ask, notice)
    if ask.topic != RATE or len(rows) != 1:
        return ()
    share = find_share(rows[0], rows, ask.text, ask.values, ask.earlier)
    return tuple(int(number.value) if number is not None and number.whole and not number.guessed and 0 <= number.value <= _LARGEST else -1
                 for number in (share.part, share.whole))


def rate_of(part: Decimal, whole: Decimal) -> Decimal:
    """Percent, rounded half up to two decimals."""
    return (part * _HUNDRED / whole).quantize(_CENT, ROUND_HALF_UP)


def _rates(ask: Ask, rows: list[Statistic], notice: Document) -> Answer:
    lines, waiting = [], False
    for row in rows:
        said, complete = _rate(row, find_share(row, rows, ask.text, ask.values, ask.earlier))
        lines += said
        waiting = waiting or not complete
    answer = _answer(lines, ask, rows, notice)
    return answer.but(expects=str(Family.STATS)) if waiting else answer


def _rate(row: Statistic, share: Share) -> tuple[list[str], bool]:
    """The lines of one rate, and whether all that is needed was there."""
    name = rate_name(row)
    if odd := _odd(row, share):
        return [odd, f"{_equation(row)}。"], False
    if share.part is not None and share.whole is not None:
        rate = rate_of(share.part.value, share.whole.value)
        told = _claim(share.wanted, rate) if share.wanted is not None else ""
        return [f"{told}{name}={_plain(share.part)}/{_plain(share.whole)}×100%={_percent(rate)}", f"（{_equation(row)}）"], True
    if share.wanted is not None and share.whole is not None:
        return [_needed_part(row, share.wanted, share.whole)], True
    missing = [label for label, number in ((row.numerator, share.part), (row.denominator, share.whole)) if number is None]
    return [f"{_equation(row)}。请把{'和'.join(missing)}也告诉我，马上算出{name}。"], False


def _claim(said: Number, rate: Decimal) -> str:
    """对 where the percentage that was named is the rate, in as many decimals as were said."""
    decimals = Decimal(1).scaleb(min(0, said.value.as_tuple().exponent))
    return "对，" if rate.quantize(decimals, ROUND_HALF_UP) == said.value else f"不是{_plain(said)}%，"


def _odd(row: Statistic, share: Share) -> str:
    """What cannot be right about the numbers; empty where nothing is odd."""
    for label, number in ((row.numerator, share.part), (row.denominator, share.whole)):
        if number is not None and (number.guessed or number.bound):
            return f"{label}“{_plain(number)}”只是大概，算不出准确的{rate_name(row)}，请核对后给一个准确的整数。"
        if number is not None and not (number.whole and 0 <= number.value <= _LARGEST):
            return f"{label}“{_plain(number)}”不对：应该是一个整数，请核对。"
    if share.whole is not None and not share.whole.value:
        return f"{row.denominator}是零，算不出{rate_name(row)}，请核对。"
    if share.part is None or share.whole is None:
        return ""
    if not share.part.value:
        return f"{row.numerator}是零，{rate_name(row)}就是0%，请核对是不是漏填了。"
    if share.part.value > share.whole.value:
        return f"请核对：{row.numerator}（{_plain(share.part)}）比{row.denominator}（{_plain(share.whole)}）还多，{rate_name(row)}会超过100%。"
    return ""


def _needed_part(row: Statistic, wanted: Number, whole: Number) -> str:
    part = (whole.value * wanted.value / _HUNDRED).to_integral_value(ROUND_CEILING)
    if not 0 < wanted.value <= _HUNDRED:
        return f"请核对：{rate_name(row)}应在0%到100%之间。"
    reached = _percent(rate_of(part, whole.value))
    return f"{rate_name(row)}要到{_plain(wanted)}%，{row.numerator}至少要{part:f}：{part:f}/{_plain(whole)}×100%={reached}"


def rate_name(row: Statistic) -> str:
    """普及率, 成果率: what stands before the formula, without 本年度QC小组."""
    name = row.label.partition("=")[0]
    return re.sub(r"^本年度|QC小组", "", name)


def _equation(row: Statistic) -> str:
    return f"{rate_name(row)}={row.numerator}/{row.denominator}×100%"


def _percent(rate: Decimal) -> str:
    """40% · 22.50%"""
    return f"{rate.to_integral_value():f}%" if rate == rate.to_integral_value() else f"{rate:f}%"


def _plain(number: Number) -> str:
    return f"{number.value.normalize():f}"


def _formula(ask: Ask, rows: list[Statistic], notice: Document) -> Answer:
    rows = rows or [row for row in notice.statistics.values() if row.numerator]
    lines = [_equation(row) for row in rows]
    lines.append(f"单位：{'、'.join(dict.fromkeys(row.unit for row in rows))}。把两个数发给我可以代算。")
    return _answer(lines, ask, rows, notice).but(expects=str(Family.STATS))


def _meaning(row: Statistic, words: str, notice: Document) -> list[str]:
    """The unit first, then the row as printed and the time it covers."""
    lines = ["统计表没有规定保留几位小数。"] if row.numerator and _DECIMALS.search(words) else []
    lines += [f"单位：{row.unit}{'（%）' if row.numerator else ''}。", f"统计表上写的是“{row.label}”。"]
    if row.label.startswith("本年度") and "statistics_period" in notice.facts:
        lines.append(f"“本年度”指统计表所写的{show(notice.facts['statistics_period'])}。")
    return lines


def _period(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """Whether what was spent, registered or done in a month belongs into the sheet."""
    period = notice.facts["statistics_period"]
    lines = within(ask.values, period.value, today)
    lines.append(f"统计表的“本年度”指{show(period)}。")
    return _answer(lines, ask, [], notice, [period.clause])


def _amount(ask: Ask, rows: list[Statistic], notice: Document, today: dt.date) -> Answer:
    """Each row's sum where there are amounts of several; else all of them together for the row that is meant."""
    values = read_values(NormalText(ask.text, ask.text), today)
    if each := [(notice.statistics[name], number) for name, number in each_row(ask.text, values, notice.statistics)]:
        units = "、".join(dict.fromkeys(row.unit for row, _ in each))
        return _answer([f"单位是{units}。", *(f"“{row.label}”填{in_unit(number, row.unit)}。" for row, number in each)], ask, [row for row, _ in each], notice)
    return _answer([*converted(ask.values.numbers, claimed(ask.text, values), rows[0].unit), f"“{rows[0].label}”"], ask, rows, notice)


def _answer(lines: list[str], ask: Ask, rows: list[Statistic], notice: Document, extra: list[str] | None = None) -> Answer:
    labels = tuple(dict.fromkeys(notice.label(clause) for clause in [row.clause for row in rows] + (extra or [])))
    text = "\n".join([*lines, f"依据：{'、'.join(labels)}"]) if labels else "\n".join(lines)
    return Answer(text, Family.STATS, Outcome.ANSWERED, clauses=labels, ask=ask)
