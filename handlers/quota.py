"""How many achievements an applicant may put forward (申报名额): from the bands of the notice, with the working."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from handlers.answer import Answer, Outcome
from handlers.ask import Ask, Family
from handlers.sums.quota_asked import wants_quota
from handlers.sums.quota_follow import ALLOWED, BACKWARDS, CLAIM, HOW_MANY, ROUNDED, UNCLEAR
from handlers.sums.quota_rate import rates_said, wrong_rate
from handlers.sums.quota_sums import band_of, quota_of, share, smallest
from handlers.values import Number
from knowledge.model import Document, Kind, QuotaBand
from knowledge.template import percent, show, show_band

__all__ = ["band_of", "quota", "quota_of", "remembered", "smallest", "wants_quota"]

_LARGEST = 1_000_000  # no applicant has more teams; a larger number is a slip
_TOTAL = re.compile(r"合计|一共|总共|总数|总名额|加起来|加一起|共[几多]")
_DIFFERENCE = re.compile(r"[多差少](?:了|出)?(?:几|多少)|增加(?:几|多少)|[相]差")
_RANGE = re.compile(r"区间|范围|从多少|到多少|多少到|之间|以内|最大|最多|最高")
_LEFT = re.compile(r"还?剩|还[能可有]|余")
_RIGHT = re.compile(r"对[吧吗不么]|是[吧吗不]|没?错")
_WORKED = re.compile("[乘×*=]|等于|四舍五入")
_EXAMPLE = 86  # a count to be shown as a pattern of how to write one


def quota(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The quota first, then its working, the next step worth knowing, the caveat and the clause.

    Nothing is computed from a number that cannot be a count (negative, broken, absurdly large): a whole one is asked for.
    """
    if ask.topic == ROUNDED:
        return _rounded(ask, notice)
    if ask.topic == HOW_MANY or not (ask.values.numbers or ask.topic == UNCLEAR):
        return _how_many(ask, notice)
    if ask.topic == UNCLEAR or not all(_countable(number) for number in ask.values.numbers):
        return _unclear(ask, notice)
    if ask.topic == BACKWARDS:
        return _backwards(ask, notice)
    if ask.topic in (ALLOWED, CLAIM):
        return _held_against(ask, notice)
    return _forward(ask, notice)


def remembered(ask: Ask) -> tuple[tuple[Kind, ...], tuple[int, ...]]:
    """What a follow-up goes on from: the kinds, and the counts (one for each kind, where kinds were said); wishes below zero."""
    numbers = [int(number.value) for number in ask.values.numbers if _countable(number)]
    if ask.topic == BACKWARDS:
        return ask.kinds, tuple(-number for number in numbers)
    return ask.kinds, tuple(numbers[::2] if ask.topic in (ALLOWED, CLAIM) else numbers)


# The answers


def _countable(number: Number) -> bool:
    return 0 <= number.value <= _LARGEST and number.whole


def _pairs(ask: Ask) -> list[tuple[Kind, int]]:
    numbers = [int(number.value) for number in ask.values.numbers]
    if len(ask.kinds) == len(numbers):
        return list(zip(ask.kinds, numbers))
    return [(kind, number) for number in numbers for kind in ask.kinds or tuple(Kind)]


def _forward(ask: Ask, notice: Document) -> Answer:
    pairs = _pairs(ask)
    said = bool(ask.kinds)
    if not any(number for _, number in pairs):
        return _zero(ask, [kind for kind, _ in pairs], notice)
    head = "，".join(_result(kind, number, notice) for kind, number in pairs) + "。"
    lines = _wrong_rates(pairs, ask.text, notice) if said else []
    lines.append(head if said else f"没说是小组还是班组，两种都算：{head}")
    if len(pairs) > 1 and said and _TOTAL.search(ask.text):
        lines.append(f"合计{sum(quota_of(number, kind, notice) for kind, number in pairs if number)}个。")
    if len(pairs) == len(ask.kinds or "12") == 2 and pairs[0][0] is pairs[1][0] and _DIFFERENCE.search(ask.text):
        lines.append(f"相差{abs(quota_of(pairs[0][1], pairs[0][0], notice) - quota_of(pairs[1][1], pairs[1][0], notice))}个。")
    for kind, number in pairs:
        if not number:
            continue
        lines.append(_working(kind, number, notice))
        if said and (step := _next_step(kind, number, notice)):
            lines.append(step)
    return _answer(lines, ask, [kind for kind, _ in pairs], notice)


def _wrong_rates(pairs: list[tuple[Kind, int]], words: str, notice: Document) -> list[str]:
    rates = rates_said(words, notice)
    return [said for kind, number in pairs if number and (said := wrong_rate(number, kind, rates, notice))]


def _result(kind: Kind, number: int, notice: Document) -> str:
    if not number:
        return f"{kind.label}没有备案通过的，没有可报的"
    return f"{kind.label}可报{quota_of(number, kind, notice)}个"


def _working(kind: Kind, number: int, notice: Document) -> str:
    """按上年备案通过的320个小组算（200≤n＜500）：320×8.5%=27.2 → 四舍五入 27"""
    band = band_of(number, kind, notice)
    return f"按上年备案通过的{number}个{kind.label}算（{band.label}）：{_sum(number, band, kind, notice)}"


def _sum(number: int, band: QuotaBand, kind: Kind, notice: Document) -> str:
    if band.fixed is not None:
        return f"这一档名额就是{band.fixed}个"
    product, result = share(number, band), quota_of(number, kind, notice)
    working = f"{number}×{percent(band.rate or Decimal())}={product.normalize():f}"
    return working if product == result else f"{working} → 四舍五入 {result}"


def _next_step(kind: Kind, number: int, notice: Document) -> str:
    """备案到44个小组（还差7）可多报1个。No second result is named: it would be taken for the answer."""
    now = quota_of(number, kind, notice)
    more = smallest(now + 1, kind, notice)
    if more is None or more <= number:
        return ""
    return f"备案到{more}个{kind.label}（还差{more - number}）可多报{quota_of(more, kind, notice) - now}个。"


def _zero(ask: Ask, kinds: list[Kind], notice: Document) -> Answer:
    """The letter of the table, and the catch: only registered teams may be put forward."""
    labels = "、".join(dict.fromkeys(kind.label for kind in kinds))
    lines = [f"一个{labels}也没有备案通过，今年就没有可报的：只能从上年已登记备案的{labels}中推荐。"]
    for kind in dict.fromkeys(kinds):
        band = band_of(0, kind, notice)
        if band.fixed:
            lines.append(f"（按表上的字，{band.label}的{kind.label}名额是{band.fixed}个，但没有备案就无从推荐。）")
    if "zero_registered" in notice.rulings and notice.rulings["zero_registered"].text:
        lines.append(f"解释口径：{notice.rulings['zero_registered'].text}")
    if "registration_deadline" in notice.facts:
        lines.append(f"想明年申报，请在{show(notice.facts['registration_deadline'])}前完成登记备案。")
    extra = [fact.clause for name, fact in notice.facts.items() if name in ("registration_condition", "registration_deadline")]
    return _answer(lines, ask, kinds, notice, extra, caveat=False)


def _backwards(ask: Ask, notice: Document) -> Answer:
    pairs = _pairs(ask)
    if not all(number for _, number in pairs):
        return _unclear(ask, notice)
    lines = [line for kind, wished in pairs for line in _needed(kind, wished, notice)]
    if _RANGE.search(ask.text):
        lines += [said for kind, wished in pairs if (said := _range(kind, wished, notice))]
    return _answer(lines, ask, [kind for kind, _ in pairs], notice)


def _needed(kind: Kind, wished: int, notice: Document) -> list[str]:
    registered = smallest(wished, kind, notice)
    if registered is None:
        return [f"按名额表，{kind.label}报不到{wished}个，备案再多也一样。"]
    given = quota_of(registered, kind, notice)
    lines = [f"要报{wished}个{kind.label}成果，上年至少要备案通过{registered}个{kind.label}。", _working(kind, registered, notice)]
    if registered > 1:
        lines[-1] += f"；{registered - 1}个只能报{quota_of(registered - 1, kind, notice)}个。"
    if given != wished:
        lines.insert(1, f"没有正好得{wished}个的备案数：到{registered}个时直接可报{given}个。")
    return lines


def _range(kind: Kind, wished: int, notice: Document) -> str:
    """备案119到131个小组都是10个名额。"""
    first, beyond = smallest(wished, kind, notice), smallest(wished + 1, kind, notice)
    if first is None or beyond is None or beyond == first:
        return ""
    return f"备案{first}到{beyond - 1}个{kind.label}都是{wished}个名额。"


def _held_against(ask: Ask, notice: Document) -> Answer:
    """Counts and wishes (or claims) in turn: one pair for the kinds said, or a pair for each kind."""
    numbers = [int(number.value) for number in ask.values.numbers]
    kinds = list(ask.kinds) or list(Kind)
    pairs = list(zip(numbers[::2], numbers[1::2]))
    pairs = pairs if len(pairs) == len(kinds) else pairs[:1] * len(kinds)
    if not all(count for count, _ in pairs):
        return _zero(ask, kinds, notice)
    worked_out = bool(_RIGHT.search(ask.text)) and bool(_WORKED.search(ask.text) or rates_said(ask.text, notice))  # 套9%报45个，对吧: the sum is asked
    verdict = _claimed if ask.topic == CLAIM or worked_out else _verdict
    held = sorted(zip(kinds, pairs), key=lambda one: quota_of(one[1][0], one[0], notice) == one[1][1]) if ask.topic == CLAIM else list(zip(kinds, pairs))  # what is wrong first
    wrong = _wrong_rates([(kind, count) for kind, (count, _) in held], ask.text, notice)
    lines = wrong + [line for kind, (count, wished) in held for line in verdict(kind, count, wished, notice)]
    if ask.topic == ALLOWED and _LEFT.search(ask.text):
        lines[1:1] = [f"{kind.label}还剩{left}个。" for kind, (count, wished) in zip(kinds, pairs) if (left := quota_of(count, kind, notice) - wished) >= 0]
    return _answer(lines, ask, kinds, notice)


def _claimed(kind: Kind, count: int, claimed: int, notice: Document) -> list[str]:
    right = quota_of(count, kind, notice)
    said = f"对：{kind.label}可报{right}个。" if right == claimed else f"不对：{kind.label}可报{right}个，不是{claimed}个。"
    return [said, _working(kind, count, notice)]


def _verdict(kind: Kind, count: int, wished: int, notice: Document) -> list[str]:
    most = quota_of(count, kind, notice)
    if wished <= most:
        return [f"可以：{kind.label}可报{most}个，报{wished}个没有超。", _working(kind, count, notice)]
    lines = [f"不行：{kind.label}最多可报{most}个，报{wished}个超了{wished - most}个。", _working(kind, count, notice)]
    registered = smallest(wished, kind, notice)
    if registered is not None:
        lines.append(f"要报{wished}个，上年至少要备案通过{registered}个{kind.label}，还差{registered - count}个。")
    return lines


def _rounded(ask: Ask, notice: Document) -> Answer:
    product = ask.values.numbers[0].value
    line = f"四舍五入取整数：{product.normalize():f} → {product.to_integral_value(ROUND_HALF_UP)}。"
    return _answer([line], ask, list(ask.kinds) or [Kind.GROUP], notice)


def _how_many(ask: Ask, notice: Document) -> Answer:
    """The rule in short, and the number that is needed asked for."""
    kinds = ask.kinds or tuple(Kind)
    lines = ["名额按上年备案通过的数量算："]
    for kind in kinds:
        lines.append(f"{kind.label}\n" + "\n".join(show_band(band) for band in notice.bands_for(kind)))
    lines.append(f"告诉我上年备案通过的数量（例如“{_example(kinds)}”），马上算出名额。")
    return _answer(lines, ask, list(kinds), notice).but(expects=str(Family.QUOTA))


def _unclear(ask: Ask, notice: Document) -> Answer:
    """A whole number is asked for, with an example; nothing is computed."""
    kinds = ask.kinds or tuple(Kind)
    named = "或".join(dict.fromkeys(kind.label for kind in kinds))
    odd = [number for number in ask.values.numbers if not _countable(number)]
    lines = [_why(odd[0]) if odd else "这样还算不出准确的名额。",
             f"请告诉我上年备案通过的{named}的具体数量（整数），例如“{_example(kinds)}”，马上算出名额。"]
    return Answer("\n".join(lines), Family.QUOTA, Outcome.ANSWERED, ask=ask, expects=str(Family.QUOTA))


def _why(number: Number) -> str:
    if number.value < 0:
        return "备案通过的数量不会是负数，请核对一下。"
    return "备案通过的数量应该是整数，请核对一下。" if not number.whole else "这个数太大了，请核对一下。"


def _example(kinds: tuple[Kind, ...]) -> str:
    return f"{kinds[0].label}{_EXAMPLE}个"


def _answer(lines: list[str], ask: Ask, kinds: list[Kind], notice: Document, extra: list[str] | None = None,
            caveat: bool = True) -> Answer:
    """The lines, the notice's own caveat and the clauses, each once."""
    if caveat and "quota_total_control" in notice.facts:
        lines = [*lines, f"实际名额还要结合今年{show(notice.facts['quota_total_control'])}的要求。"]
    clauses = [band.clause for kind in kinds for band in notice.bands_for(kind)] + (extra or [])
    labels = tuple(dict.fromkeys(notice.label(clause) for clause in clauses))
    text = "\n".join([*lines, f"依据：{'、'.join(labels)}"])
    return Answer(text, Family.QUOTA, Outcome.ANSWERED, clauses=labels, ask=ask)
