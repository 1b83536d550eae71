"""From a question's concepts and wording to the entries that answer it. Built once, with the snapshot.

A cue is a rule: concepts that must all be there. The cue that explains most of the question counts most, and what it
leaves unexplained costs; the wording (see wordings.py) decides between near ones and carries questions that no cue fits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

import msgspec

from knowledge.concepts import concepts_of, hint
from knowledge.model import Document, Entry, Role
from knowledge.sounds import Sounds
from knowledge.wordings import Wordings

LEFT_OVER = {Role.THING: 0.45, Role.ASPECT: 0.2}  # share of its weight that an unexplained concept costs
WELCOME = 0.6  # share of its weight that a welcome concept adds
FROM_CONTEXT = 0.5  # share of its weight that a concept of the question before adds
WORDING = 1.5  # what the wording counts beside the cues
UNRULED = 1.5  # what it costs an entry that only the wording speaks for it
WORDING_OF_FRAGMENT = 0.15  # … of a fragment that leans on the question before
SAME_WORDS = 100.0  # a stored phrasing, said to the letter
_SCORE = itemgetter(1)
KINDS = frozenset({"group", "crew"})


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may answer. ``strength`` is its score without what the cue leaves unexplained."""

    entry: str
    score: float
    strength: float
    explained: frozenset[str]
    rule: float = 0.0  # the strength of the cue, without the wording


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of an entry, taken apart: groups of alternatives, welcome ones, forbidden ones."""

    entry: str
    needed: tuple[frozenset[str], ...]
    welcome: frozenset[str]
    forbidden: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        return self.welcome.union(self.forbidden, *self.needed)


def read_cue(entry: str, text: str) -> Cue:
    """``a|b c ?d -e`` → Cue."""
    parts = text.split()
    needed = tuple(frozenset(part.split("|")) for part in parts if part[0] not in "?-")
    welcome = frozenset(name for part in parts if part[0] == "?" for name in part[1:].split("|"))
    return Cue(entry, needed, welcome, frozenset(part[1:] for part in parts if part[0] == "-"))


def cues_of(name: str, entry: Entry) -> list[Cue]:
    """The entry's cues; its own words and its hints are cues of themselves."""
    texts = [*(entry.cues or ((name,) if entry.words else ())), *((hint(name),) if entry.hints else ())]
    return [read_cue(name, f"{text} ?{hint(name)}") for text in texts]


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
        self._strict = frozenset(name for name, one in document.entries.items() if one.strict)
        self._cues = self._by_first_group(document.entries)
        self.concepts = self._concepts.of
        self.mend = self._sounds.mend

    @staticmethod
    def _by_first_group(entries: dict[str, Entry]) -> dict[str, list[Cue]]:
        """Each cue stands under every concept of its first needed group."""
        table: dict[str, list[Cue]] = defaultdict(list)
        for name, entry in entries.items():
            for cue in cues_of(name, entry):
                for concept in cue.needed[0]:
                    table[concept].append(cue)
        return dict(table)

    def rank(self, concepts: frozenset[str], text: str, context: frozenset[str] = frozenset(), *,
             fragment: bool = False, most: int = 3) -> list[Hit]:
        """The ``most`` entries that score highest, best first.

        ``context`` holds concepts of the question before: they count half, cost nothing, and never make a cue alone.
        ``fragment``: the words lean on that question, so that the wording says less.
        """
        ruled = self._by_cues(concepts, context)
        worded = self._wordings.scores(text, concepts)
        share = WORDING_OF_FRAGMENT if fragment else WORDING
        total = {entry: share * wording - (0.0 if entry in ruled else UNRULED) for entry, wording in worded.items()
                 if entry in ruled or entry not in self._strict}
        for entry, hit in ruled.items():
            total[entry] = total.get(entry, 0.0) + hit.score
        hits = [self._hit(entry, score, ruled.get(entry), concepts) for entry, score in nlargest(most, total.items(), _SCORE)]
        same = self._wordings.exact(text)
        return [Hit(same, SAME_WORDS, SAME_WORDS, concepts, SAME_WORDS), *(hit for hit in hits if hit.entry != same)] if same else hits

    @staticmethod
    def _hit(entry: str, score: float, rule: Hit | None, concepts: frozenset[str]) -> Hit:
        if rule is None:
            return Hit(entry, score, score, concepts)
        return Hit(entry, score, score + rule.strength - rule.score, rule.explained, rule.strength)

    def _by_cues(self, concepts: frozenset[str], context: frozenset[str]) -> dict[str, Hit]:
        cost = sum(self._left_over.get(name, 0.0) for name in concepts)
        best: dict[str, Hit] = {}
        for concept in concepts | context:
            for cue in self._cues.get(concept, ()):
                hit = self._weigh(cue, concepts, context, cost)
                if hit and (cue.entry not in best or hit.score > best[cue.entry].score):
                    best[cue.entry] = hit
        return best

    def _weigh(self, cue: Cue, concepts: frozenset[str], context: frozenset[str], cost: float) -> Hit | None:
        if cue.forbidden & concepts:
            return None
        explained: set[str] = set()
        strength = 0.0
        for group in cue.needed:
            there, share = group & concepts, 1.0
            if not there:
                there, share = group & context, FROM_CONTEXT
            if not there:
                return None
            strength += share * max(self._weight[name] for name in there)
            explained |= there
        own = explained & concepts
        if not own - KINDS:
            return None
        extra = (cue.welcome & concepts) - explained
        strength += sum(WELCOME * self._weight[name] for name in extra)
        cost -= sum(self._left_over[name] for name in own | extra)
        return Hit(cue.entry, strength - cost, strength, frozenset(explained | extra))
