"""What a text is about: the concepts whose words it holds."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from knowledge.model import Concept, Document, Role
from knowledge.text import normalise, squeeze

GAP = 8  # characters for which a … in a word may stand
ALONE = 1.9  # a courtesy counts where the text is shorter than so many times its word
WEIGHT = {Role.THING: 3.0, Role.DETAIL: 2.6, Role.HINT: 2.5, Role.ASPECT: 2.0, Role.VALUE: 0.5, Role.KIND: 0.2}
OWN_WORDS = 4.0  # weight of the decisive words of one entry
HIDDEN_BY = {Role.THING: (Role.THING, Role.DETAIL)}  # a thing does not count inside a longer detail either
PUNCTUATION = re.compile(r"[\s,.;:!?。，；：！？、~…·()（）“”\"'《》【】\[\]-]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A concept's word in a text: [start, end) in the text without blanks."""

    concept: str
    role: Role
    start: int
    end: int
    gap: bool = False  # a word with … in it: it hides nothing

    @property
    def length(self) -> int:
        return self.end - self.start


class Concepts:
    """The words of one notice with what they mean. Immutable after building, but for what it remembers of phrasings."""

    def __init__(self, document: Document) -> None:
        self.all = all_concepts(document)
        self.weight = {name: WEIGHT[one.role] if one.weight is None else one.weight for name, one in self.all.items()}
        self._words, self._lengths = self._by_word()
        self._read: dict[str, frozenset[str]] = {}

    def _by_word(self) -> tuple[dict[str, list[tuple[str, str, Role]]], dict[str, tuple[int, ...]]]:
        """Word (before a …) → tail after it, concept, role; and which lengths of word begin with which two characters."""
        words: dict[str, list[tuple[str, str, Role]]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name, concept in self.all.items():
            for word in dict.fromkeys(map(normal_word, concept.words)):
                head, _, tail = word.partition("…")
                words[head].append((tail, name, concept.role))
                lengths[head[:2]].add(len(head))
        return dict(words), {start: tuple(sorted(known)) for start, known in lengths.items()}

    def find(self, text: str) -> list[Match]:
        """Every word of a concept in ``text``, overlapping ones too."""
        found = []
        for place, char in enumerate(text):
            for start in (text[place:place + 2], char) if place + 1 < len(text) else (char,):
                for length in self._lengths.get(start, ()):
                    end = place + length
                    for tail, name, role in self._words.get(text[place:end], ()):
                        if not tail:
                            found.append(Match(name, role, place, end))
                        elif (begin := text.find(tail, end, end + GAP + len(tail))) >= 0:
                            found.append(Match(name, role, place, begin + len(tail), True))
        return found

    def matches(self, text: str) -> list[Match]:
        """The words that count: none inside a longer one of the same role, no courtesy beside other words."""
        found = sorted(self.find(text), key=lambda one: one.start - one.end)
        spoken = len(bare(text))
        kept: list[Match] = []
        for one in found:
            if self.all[one.concept].alone and one.length * ALONE < spoken:
                continue
            if not any(_hides(other, one) for other in kept):
                kept.append(one)
        return kept

    def of(self, text: str) -> frozenset[str]:
        return frozenset(match.concept for match in self.matches(text))

    def of_wording(self, text: str) -> frozenset[str]:
        """``of`` for a stored phrasing; remembered, so that a publication reads only the new ones."""
        if text not in self._read:
            self._read[text] = self.of(text)
        return self._read[text]


_latest: list[Concepts] = []


def concepts_of(document: Document) -> Concepts:
    """The document's Concepts; those of the last build, where no word has changed since."""
    wanted = all_concepts(document)
    for one in _latest:
        if one.all == wanted:
            return one
    _latest[:] = [Concepts(document), *_latest[:1]]
    return _latest[0]


def _hides(longer: Match, one: Match) -> bool:
    return (longer.length > one.length and longer.start <= one.start and one.end <= longer.end and not longer.gap
            and longer.concept != one.concept and longer.role in HIDDEN_BY.get(one.role, (one.role,)))


def all_concepts(document: Document) -> dict[str, Concept]:
    """The lexicon's concepts, and one for each thing of the notice that carries its own words."""
    concepts = dict(document.concepts)
    for one in document.attachments:
        concepts[f"annex{one.number}"] = Concept(words=(f"附件{one.number}",))
    for prefix, table in (("field", document.fields), ("stat", document.statistics)):
        for name, one in table.items():
            concepts[f"{prefix}_{name}"] = Concept(words=(one.label, *one.words), role=Role.DETAIL)
    steps = {step for outline in document.outlines.values() for step in outline.steps}
    concepts["outline_step"] = Concept(words=tuple(sorted(steps)))
    for name, entry in document.entries.items():
        if entry.words:
            concepts[name] = Concept(words=entry.words, weight=OWN_WORDS)
        if entry.hints:
            concepts[hint(name)] = Concept(words=entry.hints, role=Role.HINT)
    return concepts


def hint(entry: str) -> str:
    """The concept of an entry's hints."""
    return f"hint_{entry}"


def normal_word(word: str) -> str:
    """A concept's word in the form in which texts are read; ``…`` stays."""
    return "…".join(squeeze(normalise(part).text) for part in word.split("…"))


def bare(text: str) -> str:
    """A question without punctuation and blanks, for comparing wordings."""
    return PUNCTUATION.sub("", text)
