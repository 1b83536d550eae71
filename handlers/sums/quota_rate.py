"""The rate by which the asker works out a quota himself (套8.5%, 按百分之八, 8个点): whether it is that of the band."""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.numerals import HAN, to_number
from handlers.sums.quota_sums import band_of
from knowledge.model import Document, Kind
from knowledge.template import percent

_SAID = re.compile(rf"(?<![0-9.])(?P<digits>[0-9]+(?:\.[0-9]+)?)\s?(?:%|个点)|百分之(?P<words>[0-9.]+|[{HAN}点]+)")
_OTHER = re.compile(r"[率了过占度升降涨]\s?(?:是|有|为|到|约)?\s?$")  # 通过率90%, 过了80%
_FAR = 2  # times the highest rate of a band: what is beyond is a rate of something else


def rates_said(words: str, notice: Document) -> set[Decimal]:
    """The rates that are named, in percent, as far as they may be those of a band."""
    if "%" not in words and "百分之" not in words and "个点" not in words:
        return set()
    found = {to_number(said["digits"] or said["words"]) for said in _SAID.finditer(words) if not _OTHER.search(words, 0, said.start())}
    highest = max((band.rate for band in notice.bands if band.rate), default=Decimal())
    return {rate for rate in found if rate and 0 < rate <= highest * _FAR}


def wrong_rate(registered: int, kind: Kind, rates: set[Decimal], notice: Document) -> str:
    """不对：500个小组按9%算，不是8.5%。 Empty where the band's own rate is among those said, or none was said."""
    band = band_of(registered, kind, notice)
    if not rates or band.rate in rates:
        return ""
    if band.rate is None:
        return f"不对：{registered}个{kind.label}（{band.label}）不按比例算，名额就是{band.fixed}个。"
    return f"不对：{registered}个{kind.label}按{percent(band.rate)}算，不是{'、'.join(percent(rate) for rate in sorted(rates))}。"
