"""Numbers as people write them: 320, 1,250, 三百二十, 两百, 廿五, 1千2, 2百5, 三点五, 10^11."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {char: value for value, chars in enumerate(("零〇", "一壹", "二两贰俩", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
          for char in chars}
TENS = {"廿": 20, "卅": 30}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
HAN = "".join((*DIGITS, *TENS, *UNITS, *MYRIADS))
_PIECES = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[{HAN}]")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SPREAD = re.compile(rf"(?<![0-9{HAN}.])(?<!附件)(?<!附件 )[0-9{HAN}](?: [0-9{HAN}])+(?![0-9{HAN}.])")
_MEASURE = re.compile(r"\s?(?:[个人名位项支]|小组|班组|qc)")
_KIND_BEFORE = re.compile(r"(?<!组)(?<!组[ ,、和])(?:小组|班组|qc)(?:数|有|备案|通过|是|[ :])*$")
_LONGEST = 30  # signs of one number; more is a serial number, not a count


def joined(text: str) -> str:
    """7 7 个 → 77 个, 三 十 五 个 → 三十五 个: a number whose signs a keyboard or a voice has set apart. 附件 1 2 3 stays."""
    return _SPREAD.sub(_together, text) if " " in text else text


def _together(match: re.Match) -> str:
    signs = match[0].replace(" ", "")
    counts = signs in "123456789" or signs[0] in "0零"  # 1 2 3: items, and no number
    after = _MEASURE.match(match.string, match.end())
    tied = after or len(signs) > 2 and not counts or _KIND_BEFORE.search(match.string[:match.start()])
    return signs if tied and not (counts and not after) and to_number(signs) is not None else match[0]


def to_number(token: str) -> Decimal | None:
    """The value of one number, in digits, Chinese signs or both; None where the signs make no number (三五, 十四五)."""
    token = token.replace(",", "")
    if len(token) > _LONGEST:
        return None
    if _PLAIN.fullmatch(token):
        return Decimal(token)
    if "^" in token:
        base, _, power = token.partition("^")
        return Decimal(base) ** int(power) if base.strip("0") else Decimal()  # 0^0 has no value, and no use
    whole, point, decimals = token.partition("点")
    if point:
        return _with_decimals(whole, decimals)
    return _spoken(token)


def _with_decimals(whole: str, decimals: str) -> Decimal | None:
    front, digits = _spoken(whole), [DIGITS.get(char) for char in decimals]
    if front is None or None in digits:
        return None
    return Decimal(f"{front}.{''.join(map(str, digits))}")


def _spoken(token: str) -> Decimal | None:
    if not (pieces := _PIECES.findall(token)):
        return None
    if all(piece in DIGITS for piece in pieces):
        return _digit_string(pieces)
    sums = _Sums()
    return sums.total + sums.section + sums.last() if all(sums.take(piece) for piece in pieces) else None


class _Sums:
    """What was read of a spoken number so far."""

    __slots__ = ("total", "section", "waiting", "unit", "after_zero")

    def __init__(self) -> None:
        self.total = self.section = Decimal()  # below the last 万 or 亿 read, and since then
        self.waiting: Decimal | None = None  # a digit whose unit has not come yet
        self.unit = 0  # the unit before; within a section they only fall
        self.after_zero = False

    def take(self, piece: str) -> bool:
        """Read one piece; False where it cannot stand here."""
        if piece in UNITS:
            return self._unit(UNITS[piece])
        if piece in MYRIADS:
            return self._myriad(MYRIADS[piece])
        if piece in TENS:
            self.waiting, piece = Decimal(TENS[piece] // 10), "十"
            return self._unit(UNITS[piece])
        if piece in "零〇" and self.waiting is None:
            self.after_zero = True
            return True
        fits = self.waiting is None
        self.waiting = Decimal(DIGITS.get(piece, piece))
        return fits

    def _unit(self, unit: int) -> bool:
        fits = not self.unit or unit < self.unit
        self.section += unit * (1 if self.waiting is None else self.waiting)
        self.waiting, self.unit, self.after_zero = None, unit, False
        return fits

    def _myriad(self, unit: int) -> bool:
        fits = self.waiting is not None or bool(self.section or self.total)
        high, low = (self.total, 0) if unit < self.total else (0, self.total)  # 一亿零三万 against 三万亿
        self.total = high + (low + self.section + (self.waiting or 0)) * unit
        self.section, self.waiting, self.unit, self.after_zero = Decimal(), None, unit, False
        return fits

    def last(self) -> Decimal:
        """The last digit, in tenths of the unit before it: 三百二 is 320, 1千2 is 1200; but 二十五 is 25, 一百零二 102."""
        if self.waiting is None:
            return Decimal()
        short = self.waiting < 10 and self.unit >= 100 and not self.after_zero
        return self.waiting * (self.unit // 10) if short else self.waiting


def _digit_string(pieces: list[str]) -> Decimal | None:
    """一 · 三二零 read sign by sign; two different ones side by side (三五个) are a guess of the asker's, not a number."""
    if len(pieces) == 2 and "零" not in pieces and "〇" not in pieces:
        return None
    return Decimal("".join(str(DIGITS[piece]) for piece in pieces))
