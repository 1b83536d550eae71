"""Words → concepts → entries. Built once when a snapshot is built; a message only looks things up.

Three steps: ``mend`` puts right what sounds like a word of ours (voice input, homophones), ``concepts`` reads what a text
is about, ``rank`` weighs the entries: the cue that explains most of the question wins, the stored phrasings decide
between near ones.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.model import Concept, Document, Entry
from knowledge.text import normalise, spelling, squeeze, syllables

GAP = 8  # characters for which a … in a word may stand
ROLE_WEIGHT = {"thing": 3.0, "aspect": 2.0, "kind": 0.2, "value": 0.5, "detail": 2.6}
LEFT_OVER = {"thing": 0.45, "aspect": 0.2, "kind": 0.0, "value": 0.0, "detail": 0.0}  # share of its weight that an unexplained concept costs
HIDES = {"detail": ("detail", "thing")}
ALONE = 1.9  # a courtesy counts where the text is shorter than so many times its word
SAME_WORDS = 100.0  # a stored phrasing, said to the letter
WELCOME = 0.6  # share of its weight that a welcome concept adds
HEAVY = 2.4  # weight of a concept on which a guess may rest
MISSED = 0.6  # share of its weight that a concept costs which a nearly fitting cue lacks
NEAR_ALIKE = 4.0  # most that likeness to a phrasing counts for a question that no cue fits
FROM_CONTEXT = 0.5  # share of its weight that a concept of the question before adds
ALIKE = 2.5  # most that likeness to a phrasing adds to a cue
LATIN = re.compile(r"[a-z]{5,}")
PUNCTUATION = re.compile(r"[\s,.;:!?。，；：！？、~…·()（）“”\"'《》【】\[\]-]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A concept's word in a text: [start, end) in the squeezed text."""

    concept: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may answer, with its score and the concepts that its cue explained."""

    entry: str
    score: float
    explained: frozenset[str]
    likeness: float = 0.0
    strength: float = 0.0  # the score without what is left unexplained


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of an entry, taken apart: groups of alternatives, welcome ones, forbidden ones."""

    entry: str
    needed: tuple[frozenset[str], ...]
    welcome: frozenset[str]
    forbidden: frozenset[str]


def read_cue(entry: str, text: str) -> Cue:
    """``a|b c ?d -e`` → Cue."""
    parts = text.split()
    needed = tuple(frozenset(part.split("|")) for part in parts if part[0] not in "?-")
    welcome = frozenset(name for part in parts if part[0] == "?" for name in part[1:].split("|"))
    return Cue(entry, needed, welcome, frozenset(part[1:] for part in parts if part[0] == "-"))


class Index:
    """The published words of one notice, ready for look-up. Immutable after building."""

    def __init__(self, document: Document) -> None:
        self.concept = all_concepts(document)
        self.weight = {name: _weight(one) for name, one in self.concept.items()}
        self.left_over = {name: LEFT_OVER[one.role] * self.weight[name] for name, one in self.concept.items()}
        self._words = self._by_head()
        self._sounds, self._never = self._by_sound(document.concepts, document.sounds_like, document.never_mend)
        self._spelt = self._by_spelling(document.sounds_like)
        self._cues = self._by_concept(document.entries)
        self._touching = self._by_any_concept()
        self._phrasings, self._pairs, self._exact = self._phrase_table(document.entries)

    # -- building

    def _by_head(self) -> dict[str, list[tuple[str, str, str]]]:
        table: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for name, concept in self.concept.items():
            for word in concept.words:
                head, _, tail = normal_word(word).partition("…")
                table[head[:2] if len(head) > 1 else head].append((head, tail, name))
        return dict(table)

    def _by_sound(self, lexicon: dict[str, Concept], short: tuple[str, ...], never: tuple[str, ...]):
        words = {word for one in lexicon.values() if one.role in ("thing", "kind") for word in one.words
                 if len(word) >= 3 and _all_han(word)} | set(short)
        table: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for word in words:
            sound = tuple(syllables(word))
            table[sound[:2]].append((sound, word))
        for rows in table.values():
            rows.sort(key=lambda row: -len(row[0]))
        return dict(table), frozenset(never)

    def _by_spelling(self, short: tuple[str, ...]) -> dict[str, str]:
        """Words as somebody without an input method spells them: fujian → 附件."""
        words = {word for one in self.concept.values() if one.role in ("thing", "kind") for word in one.words if _all_han(word)}
        return {"".join(spelling(word)): word for word in sorted(words | set(short), reverse=True) if 2 <= len(word) <= 5}

    @staticmethod
    def _by_concept(entries: dict[str, Entry]) -> dict[str, list[Cue]]:
        """Each cue stands under every concept of its first needed group."""
        table: dict[str, list[Cue]] = defaultdict(list)
        for name, entry in entries.items():
            for text in entry.cues or ((name,) if entry.words else ()):
                cue = read_cue(name, text)
                for concept in cue.needed[0]:
                    table[concept].append(cue)
        return dict(table)

    def _by_any_concept(self) -> dict[str, list[Cue]]:
        """Each cue stands under every thing and detail that it needs."""
        table: dict[str, list[Cue]] = defaultdict(list)
        for cue in {id(cue): cue for cues in self._cues.values() for cue in cues}.values():
            for concept in {name for group in cue.needed for name in group}:
                if concept in self.concept and self.weight[concept] >= 1:
                    table[concept].append(cue)
        return dict(table)

    @staticmethod
    def _phrase_table(entries: dict[str, Entry]):
        phrasings: list[tuple[str, str]] = []
        exact: dict[str, str] = {}
        for name, entry in entries.items():
            for phrasing in (entry.title, *entry.phrasings):
                text = bare(normalise(phrasing).text)
                phrasings.append((name, text))
                exact.setdefault(text, name)
        pairs: dict[str, list[int]] = defaultdict(list)
        for number, (_, text) in enumerate(phrasings):
            for pair in set(_pairs(text)):
                pairs[pair].append(number)
        return phrasings, dict(pairs), exact

    # -- looking up

    def mend(self, text: str) -> str:
        """``text`` with what only sounds like one of our words written as that word."""
        text = LATIN.sub(lambda run: self._spelt.get(run.group(), run.group()), text)
        sounds = syllables(text)
        taken = self._covered(text)
        out, place = [], 0
        while place < len(text):
            word = None if taken[place] else self._sounding(text, sounds, taken, place)
            out.append(word or text[place])
            place += len(word) if word else 1
        return "".join(out)

    def _covered(self, text: str) -> bytearray:
        """Which characters belong to a word that we know as it stands."""
        taken = bytearray(len(text) + 1)
        for match in self._matches(text):
            if "…" not in match.word and match.end - match.start > 1:
                taken[match.start:match.end] = b"\1" * (match.end - match.start)
        for word in self._never:
            place = text.find(word)
            while place >= 0:
                taken[place:place + len(word)] = b"\1" * len(word)
                place = text.find(word, place + 1)
        return taken

    def _sounding(self, text: str, sounds: list[str], taken: bytearray, place: int) -> str | None:
        for sound, word in self._sounds.get(tuple(sounds[place:place + 2]), ()):
            end = place + len(sound)
            if tuple(sounds[place:end]) == sound and all(map(_is_han, text[place:end])) \
                    and (len(sound) > 2 or not any(taken[place:end])):
                return word
        return None

    def _matches(self, text: str) -> list[Match]:
        found = []
        for place in range(len(text)):
            for key in (text[place:place + 2], text[place]):
                for head, tail, name in self._words.get(key, ()):
                    if text.startswith(head, place):
                        end = place + len(head)
                        if tail:
                            begin = text.find(tail, end, end + GAP + len(tail))
                            if begin < 0:
                                continue
                            end = begin + len(tail)
                        found.append(Match(name, head + ("…" + tail if tail else ""), place, end))
                if len(key) == 1:
                    break
        return found

    def matches(self, text: str) -> list[Match]:
        """The concepts of a text without blanks; a match inside a longer one of the same role does not count."""
        found = self._matches(text)
        longest = self._longest(found, len(text))
        spoken = len(bare(text))
        return [one for one in found if self._stands(one, longest) and not (
            self.concept[one.concept].alone and (one.end - one.start) * ALONE < spoken)]

    def _longest(self, found: list[Match], length: int) -> dict[str, list[Match | None]]:
        """For each role, the longest match over each character. A detail hides a thing inside it, too."""
        over: dict[str, list[Match | None]] = {}
        for one in found:
            if "…" in one.word:
                continue
            role = self.concept[one.concept].role
            for row in (over.setdefault(name, [None] * length) for name in HIDES.get(role, (role,))):
                for place in range(one.start, one.end):
                    other = row[place]
                    if other is None or other.end - other.start < one.end - one.start:
                        row[place] = one
        return over

    def _stands(self, one: Match, longest: dict[str, list[Match | None]]) -> bool:
        row = longest.get(self.concept[one.concept].role)
        other = row[one.start] if row and one.start < len(row) else None
        if other is None or other.concept == one.concept:
            return True
        return not (other.start <= one.start and one.end <= other.end and other.end - other.start > one.end - one.start)

    def concepts(self, text: str) -> frozenset[str]:
        return frozenset(match.concept for match in self.matches(text))

    def likenesses(self, text: str, most: int = 24) -> dict[str, float]:
        """Entries whose phrasings are alike, 0 to 1, best phrasing of each."""
        text = bare(text)[:120]
        votes: Counter[int] = Counter()
        for pair in set(_pairs(text)):
            rows = self._pairs.get(pair)
            if rows:
                gain = math.log(1 + len(self._phrasings) / len(rows))
                for number in rows:
                    votes[number] += gain
        best: dict[str, float] = {}
        for number, _ in votes.most_common(most):
            name, phrasing = self._phrasings[number]
            alike = fuzz.ratio(text, phrasing) / 100
            best[name] = max(best.get(name, 0.0), alike)
        return best

    def exact(self, text: str) -> str | None:
        """The entry that has this very question among its phrasings."""
        return self._exact.get(bare(text))

    def rank(self, concepts: frozenset[str], text: str = "", context: frozenset[str] = frozenset()) -> list[Hit]:
        """Entries by score, best first. Without ``text`` the cues alone decide.

        ``context`` holds concepts of the question before: they count half, cost nothing, and never make a cue alone.
        """
        alike = self.likenesses(text) if text else {}
        cost = sum(self.left_over.get(name, 0.0) for name in concepts)
        best: dict[str, Hit] = {}
        for concept in concepts | context:
            for cue in self._cues.get(concept, ()):
                hit = self._weigh(cue, concepts, context, cost, alike.get(cue.entry, 0.0))
                if hit and (cue.entry not in best or hit.score > best[cue.entry].score):
                    best[cue.entry] = hit
        same = self.exact(text) if text else None
        if same:
            best[same] = Hit(same, SAME_WORDS, concepts, 1.0, SAME_WORDS)
        return sorted(best.values(), key=lambda hit: -hit.score)

    def near(self, concepts: frozenset[str], text: str) -> list[Hit]:
        """Entries that come near, for a question that no cue fits whole: what a cue misses costs, likeness counts more."""
        alike = self.likenesses(text)
        best: dict[str, float] = {entry: NEAR_ALIKE * likeness for entry, likeness in alike.items()}
        for concept in concepts - {"group", "crew"}:
            for cue in self._touching.get(concept, ()):
                if self.weight[concept] < HEAVY:
                    continue
                score = self._partly(cue, concepts) + NEAR_ALIKE * alike.get(cue.entry, 0.0)
                if score > best.get(cue.entry, 0.0):
                    best[cue.entry] = score
        return sorted((Hit(entry, score, concepts, alike.get(entry, 0.0)) for entry, score in best.items()), key=lambda hit: -hit.score)

    def _partly(self, cue: Cue, concepts: frozenset[str]) -> float:
        if cue.forbidden & concepts:
            return 0.0
        score = 0.0
        for group in cue.needed:
            there = group & concepts
            score += max(self.weight[name] for name in there) if there else -MISSED * min(self.weight.get(name, 1.0) for name in group)
        return score + sum(WELCOME * self.weight[name] for name in cue.welcome & concepts)

    def _weigh(self, cue: Cue, concepts: frozenset[str], context: frozenset[str], cost: float, likeness: float) -> Hit | None:
        if cue.forbidden & concepts:
            return None
        explained: set[str] = set()
        score = 0.0
        for group in cue.needed:
            there = group & concepts
            if there:
                score += max(self.weight[name] for name in there)
            elif borrowed := group & context:
                score += FROM_CONTEXT * max(self.weight[name] for name in borrowed)
                there = borrowed
            else:
                return None
            explained |= there
        own = explained & concepts
        if not own - {"group", "crew"}:
            return None
        extra = (cue.welcome & concepts) - explained
        score += sum(WELCOME * self.weight[name] for name in extra)
        cost -= sum(self.left_over[name] for name in own | extra)
        return Hit(cue.entry, score - cost + ALIKE * max(0.0, likeness - 0.4), frozenset(explained | extra), likeness, score)


def all_concepts(document: Document) -> dict[str, Concept]:
    """The lexicon's concepts, and one for each thing of the notice that carries its own words."""
    concepts = dict(document.concepts)
    for one in document.attachments:
        concepts[f"annex{one.number}"] = Concept(words=(f"附件{one.number}",))
    for prefix, table in (("field", document.fields), ("stat", document.statistics)):
        for name, one in table.items():
            concepts[f"{prefix}_{name}"] = Concept(words=(one.label, *one.words), role="detail")
    for name, entry in document.entries.items():
        if entry.words:
            concepts[name] = Concept(words=entry.words)
    return concepts


def normal_word(word: str) -> str:
    """A concept's word in the form in which texts are read; ``…`` stays."""
    return "…".join(squeeze(normalise(part).text) for part in word.split("…"))


def bare(text: str) -> str:
    """A question without punctuation and blanks, for comparing wordings."""
    return PUNCTUATION.sub("", text)


def _weight(concept: Concept) -> float:
    return ROLE_WEIGHT[concept.role] if concept.weight is None else concept.weight


def _pairs(text: str) -> list[str]:
    return [text[place:place + 2] for place in range(len(text) - 1)] or [text]


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _all_han(word: str) -> bool:
    return all(map(_is_han, word))
