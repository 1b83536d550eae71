"""The labels of a message (主要完成人：, 班组名称叫), and whether a short text needs no closer look at all."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from handlers.ask import Family
from handlers.pasting.namelists import SURNAMES
from handlers.pasting.wrapping import CHECK_WORD, CUT, FORM_LABELS, LABELS, View
from knowledge.concepts import Automaton, automaton
from knowledge.model import Kind
from knowledge.text import sounded

PLAIN_AT_MOST = 60  # characters of a plain question; what is longer is looked at closely
LABELS_WITHIN = 4_000  # a label, an instruction or a question stands within so many characters of either end

_END = " \t\n.,;:!?~。"
_PIECES = re.compile(r"[ ,，。;；?？!！、]+")
_MARKED = re.compile(rf"[^\w ,，。;；?？!！、]|_|{CHECK_WORD.pattern}|改[好了过完正]|{'|'.join(FORM_LABELS)}|公司|集团|(?:经验|实践|探索)$")
_WHAT = re.compile(r"什么|啥|哪[个些里儿]|怎么|咋|怎样|如何|多少|多长|几[个人字条位名项]")


def is_plain(text: str) -> bool:
    """Whether a short text clearly holds no material: words without an instruction, a question whether something is right, a
    form's field, the end of a company or a title. One run of them has a question word in it, or else no label and not
    enough surnames for a list that has no commas; of several pieces, one asks, hardly one may be a name, none is a label."""
    words = text.strip(_END)
    if len(words) > PLAIN_AT_MOST or _MARKED.search(words) or CUT.search(words):
        return False
    asks_what, pieces = bool(_WHAT.search(words)), _PIECES.split(words)
    if len(pieces) > 1:
        return asks_what and sum([_may_be_name(piece) for piece in pieces]) < 2 and not _labels_of(words)
    return asks_what or sum(map(SURNAMES.__contains__, words)) < 3 and not _labels_of(words)


def _may_be_name(piece: str) -> bool:
    return 2 <= len(piece) <= 4 and piece[0] in SURNAMES


def labels_in(seen: View) -> list[tuple[Family, int, int, Kind | None]]:
    """The labels of the message, leftmost and longest first; dictated ones by their sound."""
    text, found = seen.text[:LABELS_WITHIN], []
    tail = len(seen.text) - LABELS_WITHIN
    pieces = [(0, text)] + ([(max(tail, LABELS_WITHIN), seen.text[max(tail, LABELS_WITHIN):])] if tail > 0 else [])
    for offset, piece in pieces:
        found += [(offset + at, -len(label.rstrip(":")), family, kind) for at, label, family, kind in _labels_of(piece)]
    if not found:
        return []
    found.sort(key=lambda one: (one[0] - one[1], one[1]))
    spans, kept = [], []
    for start, size, family, kind in sorted(found, key=lambda one: (one[1], one[0])):
        if all(start >= end or start - size <= begin for begin, end in spans):
            spans.append((start, start - size))
            kept.append((family, start, start - size, kind))
    return sorted(kept, key=lambda one: one[1])


def _labels_of(piece: str) -> list[tuple[int, str, Family, Kind | None]]:
    """Where each label stands first in a piece: long ones by their sound, short ones and those with a colon as written."""
    written, heard = _label_spotters()
    found: list[tuple[int, str, Family, Kind | None]] = []
    for spotter, text in ((written, piece), (heard, sounded(piece))):
        first: dict[tuple, int] = {}
        for at, labels in spotter.iter(text):
            first.setdefault(labels, at + 1 - len(labels[0][0]))
        found += [(at, *label) for labels, at in first.items() for label in labels]
    return found


@lru_cache(maxsize=1)
def _label_spotters() -> tuple[Automaton, Automaton]:
    """What spots the labels that are read as written, and those that are heard."""
    written, heard = defaultdict(tuple), defaultdict(tuple)
    for label, family, kind in ((label, family, kind) for family, labels in LABELS.items() for label, kind in labels):
        if len(label) > 2 and label[-1] != ":":
            heard[sounded(label)] += ((label, family, kind),)
        else:
            written[label] += ((label, family, kind),)
    return automaton(written.items()), automaton(heard.items())
