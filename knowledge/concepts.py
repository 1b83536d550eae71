"""What a text is about: the concepts whose words it holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ahocorasick import Automaton

from knowledge.model import Concept, Document, Role
from knowledge.text import normalise, squeeze

GAP = 8  # characters for which a … in a word may stand
NEVER = "\0"  # stands in no normal text
STRETCH = 64  # characters; no word is longer
ALONE = 1.9  # courtesies count where the text is shorter than so many times their words
WEIGHT = {Role.THING: 3.0, Role.DETAIL: 2.6, Role.HINT: 2.5, Role.ASPECT: 2.0, Role.VALUE: 0.5, Role.KIND: 0.2}
OWN_WORDS = 4.0  # weight of the decisive words of one entry
HIDDEN_BY = {Role.THING: (Role.THING, Role.DETAIL)}  # a thing does not count inside a longer detail either
PUNCTUATION = re.compile(r"[\s,.;:!?。，；：！？、~…·()（）“”\"'《》【】\[\]-]+")


# A concept's word in a text: minus its length, [start, end) in the text without blanks, the concept, the bit of its role
# (none for a word with … in it: it hides nothing), the bits of the roles whose longer words hide it. Plain for speed.
Match = tuple[int, int, int, str, int, int]
Meaning = tuple[str, int, int]  # the concept, the bit of its role, the bits of the roles that hide it
Tails = dict[str, list[tuple[str, Meaning]]]  # first character → what follows a …, and what the whole means
# Of a word (before a …): its length, how far it reaches at a text's end, what it means alone, and what with something after a ….
Known = tuple[int, int, tuple[Meaning, ...], Tails]
BIT = {role: 1 << number for number, role in enumerate(Role)}


class Concepts:
    """The words of one notice with what they mean. Immutable after building, but for what it remembers of phrasings."""

    def __init__(self, document: Document) -> None:
        self.all = all_concepts(document)
        self.weight = {name: WEIGHT[one.role] if one.weight is None else one.weight for name, one in self.all.items()}
        self._alone = frozenset(name for name, one in self.all.items() if one.alone)
        self._spotter = automaton(self._by_word())
        self._read: dict[str, frozenset[str]] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}  # many phrasings hold the same concepts

    def packed(self) -> tuple:
        """What ``of`` and ``find`` look at, as plain values."""
        return self._alone, list(self._spotter.items())

    @classmethod
    def unpacked(cls, values: tuple) -> Concepts:
        """Concepts that read texts; no index can be built from them."""
        concepts = cls.__new__(cls)
        concepts._alone, words = values
        concepts._spotter = automaton(words)
        return concepts

    def _by_word(self) -> Iterable[tuple[str, Known]]:
        """What is known of each word, or of what stands of it before a …."""
        plain: dict[str, list[Meaning]] = defaultdict(list)
        gapped: dict[str, Tails] = defaultdict(lambda: defaultdict(list))
        longest: dict[str, int] = defaultdict(int)  # of the words that begin with the same two characters
        for name, concept in self.all.items():
            meaning = (name, BIT[concept.role], sum(BIT[role] for role in HIDDEN_BY.get(concept.role, (concept.role,))))
            for word in dict.fromkeys(map(normal_word, concept.words)):
                head, _, tail = word.partition("…")
                if tail:
                    gapped[head][tail[0]].append((tail, meaning))
                else:
                    plain[head].append(meaning)
                longest[head[:2]] = max(longest[head[:2]], len(head))
        for head in plain | gapped:
            yield head, (len(head), longest[head[:2]], tuple(plain.get(head, ())), dict(gapped.get(head, {})))

    def find(self, text: str) -> list[Match]:
        """Every word of a concept in ``text``, overlapping ones too.

        The last words of a text mostly carry its question: one that ends there reaches as far beyond the end as the
        longest word that begins like it, so that few longer words hide it.
        """
        found: list[Match] = []
        last = len(text) - 1
        for at, (length, reach, plain, gapped) in self._spotter.iter(text):
            start = at + 1 - length
            size = reach if at == last else length
            for name, bit, hidden_by in plain:
                found.append((-size, start, start + size, name, bit, hidden_by))
            if gapped:
                self._find_tails(text, start, at + 1, gapped, found)
        return found

    @staticmethod
    def _find_tails(text: str, place: int, end: int, gapped: Tails, found: list[Match]) -> None:
        for char in gapped.keys() & text[end:end + GAP + 1]:
            for tail, (name, _, hidden_by) in gapped[char]:
                if (begin := text.find(tail, end, end + GAP + len(tail))) >= 0:
                    close = begin + len(tail)
                    found.append((place - close, place, close, name, 0, hidden_by))

    def of(self, text: str) -> frozenset[str]:
        """The concepts whose words count: none inside a longer word of the same role, no courtesy beside other words."""
        found = self.find(text)
        if not self._alone.isdisjoint([one[3] for one in found]):
            courteous = {place for one in found if one[3] in self._alone for place in range(one[1], min(one[2], len(text)))}
            if len(courteous) * ALONE < len(bare(text)):
                found = [one for one in found if one[3] not in self._alone]
        found.sort()  # longest first
        names: list[str] = []
        kept: dict[int, list[Match]] = defaultdict(list)  # by the stretch of text in which they begin
        for one in found:
            size, start, end, name, _, hidden_by = one
            here = start // STRETCH
            for longer, begin, close, concept, bit, _ in kept[here] + kept[here - 1] if here else kept[0]:
                if bit & hidden_by and begin <= start and end <= close and longer < size and concept != name:
                    break
            else:
                kept[here].append(one)
                names.append(name)
        return frozenset(names)

    def of_wording(self, text: str) -> frozenset[str]:
        """``of`` for a stored phrasing; remembered, so that a publication reads only the new ones."""
        if text not in self._read:
            found = self.of(text)
            self._read[text] = self._sets.setdefault(found, found)
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


def automaton(words: Iterable[tuple[str, object]]) -> Automaton:
    """Tells in one pass over a text which of the words end where in it (Aho and Corasick's)."""
    made = Automaton()
    made.add_word(NEVER, None)  # one without any word would refuse to look
    for word, known in words:
        made.add_word(word, known)
    made.make_automaton()
    return made


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
