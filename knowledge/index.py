"""From a question's concepts and wording to the entries that answer it. Built once, with the snapshot.

A cue is a rule: concepts that must all be there. The cue that explains most of the question counts most, and what it
leaves unexplained costs; the wording (see wordings.py) decides between near ones and carries questions that no cue fits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import msgspec

from knowledge.concepts import Concepts, bare, concepts_of, hint
from knowledge.model import Document, Entry, Role
from knowledge.sounds import Sounds
from knowledge.wordings import Wordings

LEFT_OVER = {Role.THING: 0.45, Role.ASPECT: 0.2}  # share of its weight that an unexplained concept costs
WELCOME = 0.6  # share of its weight that a welcome concept adds
FROM_CONTEXT = 0.5  # share of its weight that a concept of the question before adds
WORDING = 1.5  # what the wording counts beside the cues
UNRULED = 1.5  # what it costs an entry that only the wording speaks for it
WORDING_OF_FRAGMENT = 0.1  # … of a fragment that leans on the question before
WORDING_WITH_CONTEXT = 0.5  # … of the words behind the subject of the question before: 证书 + 怎么领
AGAIN = 3.0  # what it costs an entry that it has just answered
LEANING = 12  # characters of a question that may want the subject of the one before
SUBJECT = 1.5  # weight from which a thing is what a question is about
NEARLY = 4.0  # entries whose scores lie this close together are told apart by their stored phrasings one by one
LIKENESS = 24.0  # what being the same as one of them would count
SAME_WORDS = 100.0  # a stored phrasing, said to the letter
READ_LATELY = 64  # pieces of text
KINDS = frozenset({"group", "crew"})
NOTHING: frozenset[str] = frozenset()


class Hit(NamedTuple):
    """An entry that may answer. ``strength`` is its score without what the cue leaves unexplained."""

    entry: str
    score: float
    strength: float
    rule: float = 0.0  # the strength of the cue, without the wording
    from_context: frozenset[str] = NOTHING  # what the cue needs and only the question before has said


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of an entry, taken apart: groups of alternatives, welcome ones, forbidden ones. ``number``: the entry's place.

    ``must`` holds the concepts that have no alternative: most cues are told to be unfit by them alone.
    """

    entry: str
    number: int
    needed: tuple[frozenset[str], ...]
    welcome: frozenset[str]
    forbidden: frozenset[str]
    must: frozenset[str]

    def plain(self) -> tuple:
        return self.entry, self.number, self.needed, self.welcome, self.forbidden, self.must

    @property
    def names(self) -> frozenset[str]:
        return self.welcome.union(self.forbidden, *self.needed)


Rule = tuple[float, float, Cue]  # what a cue counts: its score, and that without what it leaves unexplained


def read_cue(entry: str, text: str, number: int = 0) -> Cue:
    """``a|b c ?d -e`` → Cue."""
    return Cue(entry, number, *_taken_apart(text))


@lru_cache(maxsize=2_000)  # cues that say the same share their sets
def _taken_apart(text: str) -> tuple[tuple[frozenset[str], ...], frozenset[str], frozenset[str], frozenset[str]]:
    """What a cue needs, welcomes, forbids, and what it must have."""
    parts = text.split()
    needed = tuple(frozenset(part.split("|")) for part in parts if part[0] not in "?-")
    welcome = frozenset(name for part in parts if part[0] == "?" for name in part[1:].split("|"))
    forbidden = frozenset(part[1:] for part in parts if part[0] == "-")
    must = frozenset(name for group in needed if len(group) == 1 for name in group)
    return needed, welcome - must, forbidden, must


def cues_of(name: str, entry: Entry, number: int = 0) -> list[Cue]:
    """The entry's cues; its own words and its hints are cues of themselves."""
    own = f" ?{hint(name)}" if entry.hints else ""
    texts = [*(entry.cues or ((name,) if entry.words else ())), *((hint(name),) if entry.hints else ())]
    return [read_cue(name, text + own, number) for text in texts]


def words_only(document: Document) -> Document:
    """The document without what no index depends on: values, passages, answers. Equal ones have equal indexes."""
    silent = dict.fromkeys(("answer", "group", "crew", "more", "yes", "code"), "") | {"clause": (), "related": ()}
    entries = {name: msgspec.structs.replace(one, **silent) for name, one in document.entries.items()}
    return msgspec.structs.replace(document, entries=entries, facts={}, clauses={}, bands=(), cases={}, rulings={}, unconfirmed=())


class Index:
    """The published words of one notice, ready for look-up. Immutable after building."""

    def __init__(self, document: Document) -> None:
        self._concepts = concepts_of(document)
        self._sounds = Sounds(document, self._concepts)
        self._wordings = Wordings(document.entries, self._concepts)
        self._weight = self._concepts.weight
        self._left_over = {name: LEFT_OVER.get(one.role, 0.0) * self._weight[name] for name, one in self._concepts.all.items()}
        self._subjects = {name: one.words[0] for name, one in self._concepts.all.items()
                          if one.role is Role.THING and one.words and self._weight[name] >= SUBJECT}
        self._strict = frozenset(number for number, one in enumerate(document.entries.values()) if one.strict)
        self._cues = self._by_rarest_group(document.entries)
        self._open()

    def _open(self) -> None:
        self._numbers = {name: number for number, name in enumerate(self._wordings.names)}
        self.concepts = lru_cache(maxsize=READ_LATELY)(self._concepts.of)  # one message asks for the same piece several times
        self.mend = self._sounds.mend

    def packed(self) -> tuple:
        """All that is looked at when a question is answered, as plain values (see compiled.py)."""
        cues = {concept: [(cue.plain(), plain) for cue, plain in found] for concept, found in self._cues.items()}
        return self._concepts.packed(), self._sounds.packed(), self._wordings.packed(), self._weight, self._left_over, self._subjects, self._strict, cues

    @classmethod
    def unpacked(cls, values: tuple) -> Index:
        """The index that was packed so."""
        index = cls.__new__(cls)
        concepts, sounds, wordings, index._weight, index._left_over, index._subjects, index._strict, cues = values
        index._concepts = Concepts.unpacked(concepts)
        index._sounds = Sounds.unpacked(sounds, index._concepts)
        index._wordings = Wordings.unpacked(wordings)
        index._cues = {concept: [(Cue(*cue), plain) for cue, plain in found] for concept, found in cues.items()}
        index._open()
        return index

    def _by_rarest_group(self, entries: dict[str, Entry]) -> dict[str, list[tuple[Cue, tuple[float, float] | None]]]:
        """Each cue stands, with its ``_strength``, under every concept of that needed group which the fewest cues need."""
        cues = [cue for number, (name, entry) in enumerate(entries.items()) for cue in cues_of(name, entry, number)]
        needing = Counter(name for cue in cues for group in cue.needed for name in group)
        table: dict[str, list[tuple[Cue, tuple[float, float] | None]]] = defaultdict(list)
        for cue in cues:
            plain = self._strength(cue) if len(cue.must) == len(cue.needed) else None
            for concept in min(cue.needed, key=lambda group: sum(needing[name] for name in group)):
                table[concept].append((cue, plain))
        return dict(table)

    def _strength(self, cue: Cue) -> tuple[float, float]:
        """What a cue without alternatives counts, and what it spares of the price of what is left unexplained."""
        return sum(self._weight.get(name, 0.0) for name in cue.must), sum(self._left_over.get(name, 0.0) for name in cue.must)

    def exact(self, text: str) -> str | None:
        """The entry that has this very question among its phrasings."""
        return self._wordings.exact(bare(text))

    def unfamiliar(self, text: str, entry: str) -> int:
        """How many characters of a question belong to words in which nobody asks the entry."""
        return self._wordings.unfamiliar(bare(text), self._numbers[entry])

    def rank(self, concepts: frozenset[str], text: str, context: frozenset[str] = frozenset(), *,
             leans_on: str | None = None, most: int = 3, least_rule: float = 0.0) -> list[Hit]:
        """The ``most`` entries that score highest, best first; none where no cue counts ``least_rule``.

        ``context`` holds concepts of the question before: they count half, cost nothing, and never make a cue alone.
        ``leans_on``: the entry to which that question led ("" for none), where the words lean on it: then the wording says
        less, and the same entry is hardly wanted again where more than 小组 or 班组 is said.
        """
        said = bare(text)
        ruled, same = self._by_cues(concepts, context), self._wordings.exact(said if leans_on is None else said.removeprefix("那"))
        if least_rule and not same and all([strength < least_rule for _, strength, _ in ruled.values()]):
            return []
        scores, unit = self._wordings.scores(said, concepts)
        unit *= WORDING if leans_on is None else WORDING_OF_FRAGMENT
        if context and len(said) <= LEANING:
            fuller, its_unit = self._wordings.scores(self._subject(context - concepts) + said, concepts | context)
            its_unit *= WORDING_WITH_CONTEXT / unit
            for number, score in fuller.items():
                scores[number] = scores.get(number, 0.0) + score * its_unit
        for number, (score, _, _) in ruled.items():
            scores[number] = scores.get(number, 0.0) + (score + UNRULED) / unit
        if leans_on and concepts - KINDS and (number := self._numbers.get(leans_on)) in scores:
            scores[number] -= AGAIN / unit
        ranked = sorted(scores, key=scores.__getitem__, reverse=True)
        best = islice((number for number in ranked if number in ruled or number not in self._strict), most)
        hits = [self._hit(number, scores[number] * unit - UNRULED, ruled.get(number), concepts, context) for number in best]
        return [Hit(same, SAME_WORDS, SAME_WORDS, SAME_WORDS), *(hit for hit in hits if hit.entry != same)] if same else hits

    def told_apart(self, hits: tuple[Hit, ...], text: str) -> tuple[Hit, ...]:
        """The hits, best first; where the second is near the best, each with what its likest stored phrasing counts."""
        if len(hits) < 2 or hits[0].score - hits[1].score >= NEARLY:
            return hits
        said = bare(text)
        likened = [hit._replace(score=hit.score + LIKENESS * self._wordings.nearest(said, self._numbers[hit.entry])) for hit in hits]
        return tuple(sorted(likened, key=lambda hit: hit.score, reverse=True))

    def _subject(self, context: frozenset[str]) -> str:
        """The first word of the weightiest thing that the question before was about; empty where it was about none."""
        things = [name for name in context if name in self._subjects]
        return self._subjects[min(things, key=lambda name: (-self._weight[name], name))] if things else ""

    def _hit(self, number: int, score: float, rule: Rule | None, concepts: frozenset[str], context: frozenset[str]) -> Hit:
        entry = self._wordings.names[number]
        if rule is None:
            return Hit(entry, score, score)
        ruled, strength, cue = rule
        from_context = context & NOTHING.union(*(group for group in cue.needed if group.isdisjoint(concepts))) if context else NOTHING
        return Hit(entry, score, score + strength - ruled, strength, from_context)

    def _by_cues(self, concepts: frozenset[str], context: frozenset[str]) -> dict[int, Rule]:
        """The number of each entry that a cue fits → what the best of its cues counts."""
        cost = sum([self._left_over.get(name, 0.0) for name in concepts])
        there = concepts | context if context else concepts
        best: dict[int, Rule] = {}
        for concept in there:
            for cue, plain in self._cues.get(concept, ()):
                if not (cue.must <= there and cue.forbidden.isdisjoint(concepts)):
                    continue
                rule = self._weigh_plain(cue, plain, concepts, cost) if plain and cue.must <= concepts else self._weigh(cue, concepts, there, cost)
                if rule and (cue.number not in best or rule[0] > best[cue.number][0]):
                    best[cue.number] = rule
        return best

    def _weigh_plain(self, cue: Cue, plain: tuple[float, float], concepts: frozenset[str], cost: float) -> Rule | None:
        """The same as ``_weigh`` for a cue without alternatives whose concepts are all there."""
        if cue.must <= KINDS:
            return None
        strength, spared = plain
        cost -= spared
        if welcome := cue.welcome & concepts:
            for name in welcome:
                strength += WELCOME * self._weight[name]
                cost -= self._left_over[name]
        return strength - cost, strength, cue

    def _weigh(self, cue: Cue, concepts: frozenset[str], there: frozenset[str], cost: float) -> Rule | None:
        """What a cue counts whose needed groups are all there, and not from the context alone."""
        weight, left_over, strength = self._weight, self._left_over, 0.0
        explained: frozenset[str] = frozenset()
        for group in cue.needed:
            if own := group & concepts:
                strength += max([weight[name] for name in own])
                explained |= own
            elif own := group & there:
                strength += FROM_CONTEXT * max([weight[name] for name in own])
            else:
                return None
        if explained <= KINDS:
            return None
        for name in (cue.welcome & concepts) - explained:
            strength += WELCOME * weight[name]
            cost -= left_over[name]
        for name in explained:
            cost -= left_over[name]
        return strength - cost, strength, cue
