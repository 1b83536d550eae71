"""Larger knowledge bases out of the one notice, for measuring how things grow; and the questions that are asked of them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec
import questions

from handlers.conversation import Conversation
from handlers.pipeline import reply
from knowledge.concepts import Concepts, all_concepts, concepts_of
from knowledge.index import Index
from knowledge.model import Concept, Document, Entry, Role
from knowledge.snapshot import Snapshot, packaged
from knowledge.text import normalise, squeeze

OWN = (Role.THING, Role.DETAIL)  # what every notice has its own of; aspects and kinds are common to all
PHRASINGS, WORDS = 3, 4  # of a clone at most, so that the largest fits into memory
SMALL = 100  # entries of the smallest: those that are asked for most
SUBJECT, SUBJECT_WORD = "subject", "质量管理成果"  # what a clone is about that names nothing of its own
SIGNS = "".join(bytes([row, column]).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for column in range(0xA1, 0xFF))  # the characters of GB 2312
_SIGNS = frozenset(SIGNS)


class Forgetful(dict):
    """Room in which no answer is kept (handlers/kept.py)."""

    def setdefault(self, key, default=None):
        return default


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the entry that answers it."""

    text: str
    entry: str


def snapshot_of(document: Document, index: Index) -> Snapshot:
    """What the pipeline asks for: one notice with its index."""
    return Snapshot(1, "", (document,), (index,), answered=Forgetful())


@lru_cache(maxsize=1)
def notice() -> tuple[Document, Concepts, list[Question]]:
    """The notice, its concepts, and the questions that ask one thing of one of its SMALL entries asked for most.

    None that stands among the phrasings to the letter: it would be looked up, not understood.
    """
    document, index = packaged().newest()
    asking = replace(packaged(), answered=Forgetful())
    found = [Question(text, answer.entry) for text in questions.texts() if not index.exact(normalise(text).text)
             and (answer := reply(text, Conversation(), asking, questions.NOON)[0]).entry and not (answer.ask.parts or answer.ask.material)]
    most = {name for name, _ in Counter(one.entry for one in found).most_common(SMALL)}
    return document, concepts_of(document), [one for one in found if one.entry in most]


def smaller(document: Document, asked: Iterable[Question]) -> Document:
    """The document with those entries only that these questions ask for."""
    wanted = {one.entry for one in asked}
    return msgspec.structs.replace(document, entries={name: one for name, one in document.entries.items() if name in wanted})


# Each block of clones is another notice: things of its own, the same aspects

class Block:
    """One more notice's worth of entries: each character of what is its own stands for another, the same one throughout."""

    def __init__(self, number: int, document: Document, concepts: Concepts) -> None:
        self.number, self._document, self._concepts = number, document, concepts
        self._other = str.maketrans(SIGNS, "".join(random.Random(number).sample(SIGNS, len(SIGNS))))
        self.own = {name for name, one in concepts.all.items() if one.role in OWN}

    def named(self, name: str) -> str:
        return f"{name}_{self.number}"

    def text(self, text: str) -> str:
        """A question with this block's words for its own things, or, where it names none, with its subject in front."""
        flat = squeeze(normalise(text).text)
        spans = [(start, start - size) for size, start, _, name, bit, _ in self._concepts.find(flat) if name in self.own and bit and _han(flat[start:start - size]) > 1]
        if not spans:
            return SUBJECT_WORD.translate(self._other) + flat
        inside = {place for start, end in spans for place in range(start, end)}
        return "".join(char.translate(self._other) if place in inside else char for place, char in enumerate(flat))

    def concepts(self, said: dict[str, list[str]]) -> dict[str, Concept]:
        """Its things, under the words that are ``said`` of them first."""
        made = {self.named(SUBJECT): Concept(words=(SUBJECT_WORD.translate(self._other),))}
        for name in self.own:
            one = self._concepts.all[name]
            words = [word for word in dict.fromkeys([*said[name], *one.words]) if _han(word) > 1 and "…" not in word][:max(WORDS, len(said[name]))]
            if words:
                made[self.named(name)] = Concept(words=tuple(word.translate(self._other) for word in words), role=one.role, weight=self._concepts.weight[name])
        return made

    def entries(self) -> dict[str, Entry]:
        return {self.named(name): self._clone(name, one) for name, one in self._document.entries.items()}

    def _clone(self, name: str, one: Entry) -> Entry:
        cues = one.cues or ((name,) if one.words else ())
        return msgspec.structs.replace(one, title=self.text(one.title), cues=tuple(map(self._cue, cues)), words=(), hints=(), related=(), code="",
                                       phrasings=tuple(map(self.text, one.phrasings[:PHRASINGS])))

    def _cue(self, cue: str) -> str:
        """The cue with this block's things in place of the notice's. One that needs none needs its subject, or a thing that it welcomed."""
        parts = [(part[0] if part[0] in "?-" else "", part.lstrip("?-").split("|")) for part in cue.split()]
        moved = [sign + "|".join(self.named(name) if name in self.own else name for name in names) for sign, names in parts]
        if any(name in self.own for sign, names in parts if not sign for name in names):
            return " ".join(moved)
        welcome = [self.named(name) for sign, names in parts if sign == "?" for name in names if name in self.own]
        return " ".join(["|".join([self.named(SUBJECT), *welcome]), *moved])


def grown(size: int) -> tuple[Document, list[Question], list[Question]]:
    """A document of ``size`` entries; questions about what the notice itself says, and the same about things of the clones."""
    document, concepts, asked = notice()
    if size <= SMALL:
        return smaller(document, asked), asked, []
    blocks = [Block(number, document, concepts) for number in range(1, -(-size // len(document.entries)))]
    said, entries, lexicon = _said(document, concepts, asked), dict(document.entries), dict(document.concepts)
    for block in blocks:
        lexicon |= block.concepts(said)
        entries |= block.entries()
    kept = dict(list(entries.items())[:size])
    chance = random.Random(size)
    others = [Question(block.text(one.text), block.named(one.entry)) for one in asked for block in chance.sample(blocks, min(1, len(blocks)))]
    return msgspec.structs.replace(document, concepts=lexicon, entries=kept), asked, [one for one in others if one.entry in kept]


def _said(document: Document, concepts: Concepts, asked: list[Question]) -> dict[str, list[str]]:
    """Concept → the words for it in the questions and in those phrasings that clones get."""
    said: dict[str, list[str]] = defaultdict(list)
    texts = [one.text for one in asked] + [text for one in document.entries.values() for text in (one.title, *one.phrasings[:PHRASINGS])]
    for flat in dict.fromkeys(squeeze(normalise(text).text) for text in texts):
        for size, start, _, name, bit, _ in concepts.find(flat):
            if bit:
                said[name].append(flat[start:start - size])
    return {name: list(dict.fromkeys(said[name])) for name in all_concepts(document)}


def _han(word: str) -> int:
    """How many of its characters may stand for others."""
    return sum(char in _SIGNS for char in word)


# The worst case: every clone wants to answer the same questions

def rivals(size: int) -> tuple[Document, list[Question], list[Question]]:
    """A document of ``size`` entries whose clones have the same cues, and phrasings of the same characters in another order."""
    document, _, asked = notice()
    if size <= SMALL:
        return smaller(document, asked), asked, []
    chance = random.Random(2025)
    written = [(name, one) for name, one in document.entries.items() if one.phrasings]
    entries = dict(document.entries)
    while len(entries) < size:
        name, one = written[len(entries) % len(written)]
        texts = chance.sample(one.phrasings, min(PHRASINGS, len(one.phrasings)))
        entries[f"{name}_{len(entries)}"] = msgspec.structs.replace(one, words=(), hints=(), phrasings=tuple("".join(chance.sample(text, len(text))) for text in texts))
    return msgspec.structs.replace(document, entries=entries), asked, []


KINDS = {"notices": grown, "rivals": rivals}
