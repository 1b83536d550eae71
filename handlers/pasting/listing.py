"""Reads a pasted list of people: which names it holds, and everything in it that is not a name or a comma.

A blank may stand inside a name (王 伟) or between two (刘洋 陈静); knowledge of surnames decides, cheapest reading first.
"""

from __future__ import annotations

import re

from handlers.pasting.grouping import group_words, two_sounds
from handlers.pasting.person import ANY_DUTY, HAN, Listing, add_name, names_in
from handlers.pasting.sheet import column_of_names

HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

_BLANKS_UNSEEN = re.compile("[\u3164\u2800\uffa0\u115f\u1160]")
_BRACKETS = re.compile(r"[（(【\[〔][^（()）【】\[\]〔〕\n]{0,40}[）)】\]〕]")
_ROLE_COLON = re.compile(rf"(?:第[一二三四五六七八九十\d]{{1,3}}(?:主要)?完成人|{ANY_DUTY})\s?[:：]")
_OTHERS = re.compile(rf"(?<=[{HAN}])\s?等\s?(?:\d{{1,3}}[个位名]?人?|[一二三四五六七八九十两几多]{{0,3}}[个位名]?人)(?=\s*$|[\s,，、;；。])|(?<=[{HAN}]{{2}})\s?等[。\s]*$")
_TOTAL = re.compile(r"[\s,，、;；]{0,3}(?:共计?|合计|总共)\s?\d{1,4}\s?[个位名]?人?")
_SIGNS = "①-⑳㉑-㉟⑴-⒇⒈-⒛"
_NUMBERING = re.compile(
    rf"(?:^|(?<=[\s,，、;；。]))\d{{1,2}}\s?[.．、)）:：,，]?\s?(?=[{HAN}])|(?:^|(?<=\n))[一二三四五六七八九十]{{1,2}}[、.．](?=\s?[{HAN}])|[{_SIGNS}]")
_NUMBER_BETWEEN = re.compile(rf"(?<=[{HAN}])\s?(?:\d{{1,2}}[.．、)）:：]|[{_SIGNS}])(?=\s?[{HAN}])")
_DASH = re.compile(rf"(?<=[{HAN}])\s?[-—–－]{{1,3}}\s?(?=[{HAN}])")
_RUN = re.compile(r"([\s,，、;；/／|｜\\。…+＋&＆#:：!！?？~～—﹑､﹐︐｡]+)")
_EDGE = " \t\n\r。.!！~～…?？:：\u3000"
_QUOTES = re.compile(r"[“”\"'‘’「」『』《》<>`_=]")
_COMMAS = ",，﹐︐"


def read_listing(material: str) -> Listing:
    """The list as pasted, read once from left to right; nothing is lost that is not recorded."""
    listing = Listing()
    text = material.replace("\r\n", "\n").replace("\r", "\n")
    column = column_of_names(text)
    listing.sheet = bool(column)
    text = _without_hidden("\n".join(column) or text, listing)
    text = _without_extras(_without_brackets(text, listing), listing)
    for words, soft in _stretches(text, listing):
        _read_stretch(words, soft, listing)
    return listing


def _without_hidden(text: str, listing: Listing) -> str:
    text = _BLANKS_UNSEEN.sub(" ", text).strip("\ufeff\u200b \t\n")
    if not HIDDEN.search(text):
        return text
    for word in _RUN.split(text)[::2]:
        bare = HIDDEN.sub("", word)
        if len(HIDDEN.sub("", word.strip("\u200b\ufeff\u200e\u200f\u2060"))) != len(word.strip("\u200b\ufeff\u200e\u200f\u2060")):
            listing.hidden.append(bare)
    return HIDDEN.sub("", text)


def _without_brackets(text: str, listing: Listing) -> str:
    whole = _BRACKETS.fullmatch(text.strip())
    if whole:
        return text.strip()[1:-1]

    def drop(match: re.Match) -> str:
        inside = match.group()[1:-1].strip()
        (listing.numbering if inside.isdigit() else listing.brackets).append(match.group())
        return "" if not inside.isdigit() or match.start() == 0 or text[match.start() - 1] in _COMMAS + "、;； \t\n" else "#"
    return _BRACKETS.sub(drop, text)


def _without_extras(text: str, listing: Listing) -> str:
    """Numbering, 等5人, 组长：, 以及, totals and quotation marks."""
    text = _TOTAL.sub("", _QUOTES.sub("", text))
    text = _take(_ROLE_COLON, text, listing.duties, "")
    text = _take(_OTHERS, text, listing.others, "")
    text = _take(_NUMBER_BETWEEN, text, listing.numbering, "#")
    text = _take(_NUMBERING, text, listing.numbering, "")
    if "以及" in text:
        listing.wrong_separators.append("以及")
        text = re.sub(r"[,，、]?\s?以及", ",", text)
    return _DASH.sub("—", text).strip(_EDGE)


def _take(pattern: re.Pattern, text: str, into: list[str], instead: str) -> str:
    def drop(match: re.Match) -> str:
        into.append(match.group().strip())
        return instead
    return pattern.sub(drop, text)


def _stretches(text: str, listing: Listing):
    """Words between which only blanks stand, stretch by stretch; what separates the stretches is judged here."""
    tokens = _RUN.split(text)
    words, soft = [], []
    for at, token in enumerate(tokens):
        if at % 2 == 0:
            words += [token] if token else []
            continue
        hard = [char for char in token if not char.isspace()]
        edge = at in (1, len(tokens) - 2) and (not tokens[at - 1] or not tokens[at + 1])
        if not hard and "\n" not in token:
            soft.append(token)
            continue
        _judge_run(token, hard, edge, listing)
        yield words, soft
        words, soft = [], []
    yield words, soft


def _judge_run(run: str, hard: list[str], edge: bool, listing: Listing) -> None:
    if len(hard) > 1 or (edge and hard):
        listing.empties.append(re.sub(r"\s", "", run)[:6])
    wrong = [char for char in hard if char not in _COMMAS]
    if not edge:
        listing.wrong_separators += wrong or ([] if hard else ["\n"])
        listing.loose |= bool(hard) and not wrong and any(map(str.isspace, run))


def _read_stretch(words: list[str], soft: list[str], listing: Listing) -> None:
    apart, words = len(words) > 1, [piece for word in words for piece in names_in(word, listing)]
    if not words:
        return
    if two_sounds(words):
        listing.blanks.append(" ".join(words))
        listing.names.append("·".join(words))
        return
    groups = group_words(words)
    if apart and len(groups) > 1:
        listing.wrong_separators.append("\t" if any("\t" in one for one in soft) else " ")
    for group in groups:
        if len(group) > 1 and not group[0].isascii():
            listing.blanks.append(" ".join(group))
        add_name((" " if group[0].isascii() else "").join(group), listing)
