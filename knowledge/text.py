"""normalise(): one form for text typed, dictated or pasted on a phone; the raw text is kept for echoing."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from functools import cache

import msgspec
import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
# Zero-width and bidi marks, the frame of a keycap (5️⃣), variation selectors, tag characters, the byte-order mark.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u20e3"
                       "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DIGITS = "零一二三四五六七八九"
_ATTACHMENT = re.compile(r"(?:附件|附表|副件)\s*第?([一二三四五六七八九1-9])(?![十百\d]|[个份张类种])|第([一二三四五六七八九1-9])个附件")
_ATTACHMENTS = re.compile(r"附件[1-9](?:[、,，和及 ]+[1-9](?![\d.、)]?[\u4e00-\u9fff]|\d)|[、,，和及 ]+[1-9](?=都|分别|各|是|叫))+")


class NormalText(msgspec.Struct, frozen=True):
    """A message in one form. ``raw`` is as it arrived, ``text`` for reading: NFKC, simplified, lower case."""

    raw: str
    text: str

    def __bool__(self) -> bool:
        return bool(self.text)


def clean(raw: str) -> str:
    """``raw`` without characters that nobody can see or type: invisible marks, controls, lone surrogates."""
    return INVISIBLE.sub("", _CONTROL.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")))


def normalise(raw: str) -> NormalText:
    """The only maker of a NormalText: widths, invisible marks, blanks, case, traditional script."""
    text = unicodedata.normalize("NFKC", clean(raw))
    text = _SIMPLIFY.convert(_single_blanks(text)).lower()
    if "件" in text or "附表" in text:
        text = _ATTACHMENTS.sub(_each_named, _ATTACHMENT.sub(_numbered, text))
    return NormalText(raw, text)


def _single_blanks(text: str) -> str:
    """One blank between words, one line break between lines, none at either end."""
    return "\n".join([line for part in text.split("\n") if (line := " ".join(part.split()))])


def _each_named(match: re.Match) -> str:
    """附件2 3 4 → 附件2、附件3、附件4."""
    return "、".join(f"附件{digit}" for digit in re.findall(r"[1-9]", match.group()))


def _numbered(match: re.Match) -> str:
    """附件三 → 附件3, 第七个附件 → 附件7."""
    digit = match.group(1) or match.group(2)
    return f"附件{digit if digit.isdigit() else _DIGITS.index(digit)}"


def squeeze(text: str) -> str:
    """``text`` without any white space, for comparing passages of the notice."""
    return "".join(text.split())


FIRST, LAST = 0x4E00, 0x9FFF  # the block of common Han characters
_signs: list[str] = []
_FIRST_SIGN = 0xF0000  # private characters: one stands for each syllable


@cache
def _toneless_table() -> list[str]:
    """The commonest syllable of each common Han character, without tone: 案 → an."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # the phrase table costs 45 MB and is not needed
    from pypinyin.constants import PINYIN_DICT

    table = [_toneless(PINYIN_DICT.get(code, chr(code)).split(",")[0]) for code in range(FIRST, LAST + 1)]
    for name in [name for name in sys.modules if name.split(".")[0] == "pypinyin"]:
        del sys.modules[name]  # its dictionary is 12 MB, and this table is all that we need of it
    return table


def signs() -> str:
    """How each character up to the last common Han one sounds: itself, or one private sign for each Han character's syllable,
    the mergers of dialects and haste (zh/z, n/l, in/ing …) made."""
    if not _signs:
        known: dict[str, str] = {}
        _signs.append("".join(map(chr, range(FIRST))) + "".join(known.setdefault(_fold(plain), chr(_FIRST_SIGN + len(known))) for plain in _toneless_table()))
    return _signs[0]


def adopt_signs(worked_out: str) -> None:
    """Take over the ``signs`` of another process: the table that they come from needs 12 MB while it is read."""
    if not _signs:
        _signs.append(worked_out)


@cache
def _toneless(syllable: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c) or c == "\u0308")
    return unicodedata.normalize("NFC", plain).replace("ü", "v")


@cache
def _fold(plain: str) -> str:
    for accented, merged in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"), ("ang", "an")):
        plain = plain.replace(accented, merged)
    return "l" + plain[1:] if plain.startswith("n") and len(plain) > 1 else plain


def sounded(text: str) -> str:
    """One sign for each character, the same for all that sound alike (名程 and 名称); what is not Han stays."""
    return text.translate(signs())  # it leaves what the table does not reach


def spelling(word: str) -> str:
    """A word as typed in Latin letters: 附件 → fujian."""
    table = _toneless_table()
    return "".join([table[code - FIRST] if FIRST <= (code := ord(char)) <= LAST else char for char in word])
