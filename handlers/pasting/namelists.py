"""Whether a text is a list of people: told before it is read closely, so that a plain sentence costs little."""

from __future__ import annotations

import re
from itertools import filterfalse

from handlers.pasting.listing import read_listing
from handlers.pasting.person import DUTIES, NOBODY
from handlers.pasting.surnames import COMMON, SOUNDS, WORDS, is_dotted, is_foreign_name, is_name, surely_name, surname_of

LIST_AT_MOST = 500  # characters by which a list of people is told from a sentence
SURNAMES = frozenset(name[0] for name in COMMON)

_DIGITS = "0123456789０１２３４５６７８９"
BRACKET = re.compile(r"\s?[（(][^（）()]{0,20}[）)]")
_SENTENCE = re.compile(r"[是他她我你您们吗呢]|还能|另一个|怎么|什么")
_COMMAS = re.compile(r"[,，、]\s?")
_HOW_MANY = re.compile(r"[^\s,，、;；。:：]*(?:多少|几[个人名位])[^\s,，、;；。:：]*")
_LATIN_NAME = re.compile(r"[A-Z][a-z][A-Za-z ]{0,40}")
_LONG_RUN = re.compile(r"[\u3400-\u9fff]{5,}")
_TAKEN_APART = re.compile("[和与及等共总合]|" + "|".join(DUTIES))


def is_list(material: str, colon: bool, sure: bool = False) -> bool:
    """A list of people rather than a sentence: most items have the shape of names."""
    if not colon and (_says_something(material) or _asks_how_many(material)) or sure and _holdsno_names(material):
        return False
    listing = read_listing(material[:LIST_AT_MOST])
    names = listing.names
    if not names or len([*filterfalse(_name_with_digits, listing.digits)]) * 2 > len(names):
        return False
    likely = [name for name in names if surely_name(name) or (not sure and maybe_name(name)) or colon and _named_in_a_list(name)]
    if sure:
        return len(likely) == len(names) or _mostly_people(names, len(likely))
    if len(names) == 1:
        return bool(likely) and (colon or surely_name(names[0]) or is_foreign_name(names[0]))
    return len(likely) * 2 >= len(names) or (colon and len(likely) * 3 >= len(names) >= 4)


def _says_something(material: str) -> bool:
    """A word of a sentence; 于是 between commas is a person."""
    if not _SENTENCE.search(material):
        return False
    return any(_SENTENCE.search(word) and not (len(word) == 2 and is_name(word)) for word in _COMMAS.split(material))


def _named_in_a_list(name: str) -> bool:
    """Behind 主要完成人： also 待定, Peter and 尼玛."""
    return name in NOBODY or bool(_LATIN_NAME.fullmatch(name)) or len(name) == 2 and SOUNDS.issuperset(name)


def _asks_how_many(material: str) -> bool:
    """最多几个人, 评审费多少钱: one run of words that asks, and begins with nobody."""
    return bool(_HOW_MANY.fullmatch(material)) and not is_name(material[:2]) and not is_name(material[:3])


def _mostly_people(names: list[str], likely: int) -> bool:
    """Among enough people, a rare surname that is a word too (来敏, 查林), or none that is known (呼延红, 阿欣), is one of them."""
    if likely >= 2 and likely * 3 >= len(names) * 2 and not WORDS.intersection(names) and all(map(maybe_name, names)):
        return True
    return likely >= 6 and likely * 3 >= len(names) * 2 and all(2 <= len(name) <= 4 and name not in WORDS or maybe_name(name) for name in names)


def _name_with_digits(word: str) -> bool:
    """陶泽平1 and 2许立燕 are names; 15人 and 小组10人 are counts."""
    return surely_name(word.strip(_DIGITS))


def _holdsno_names(material: str) -> bool:
    """Some run of characters is too long for a name, and nothing says that it can be taken apart. Spares reading the list."""
    return not BRACKET.search(material) and any(map(no_names, _LONG_RUN.findall(material[:LIST_AT_MOST])))


def no_names(run: str) -> bool:
    """Too few surnames and sounds for its length, and nothing that says that it can be taken apart."""
    return not _TAKEN_APART.search(run) and sum(map(SURNAMES.__contains__, run)) * 4 < len(run) and sum(map(SOUNDS.__contains__, run)) * 4 < len(run) * 3


def maybe_name(name: str) -> bool:
    """Also names of two surnames (刘周文博) and names written by sound."""
    return is_name(name) or is_foreign_name(name) or is_dotted(name) or (len(name) == 4 and bool(surname_of(name) and surname_of(name[1:])))
