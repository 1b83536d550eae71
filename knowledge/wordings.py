"""How people word each question: a count over the stored phrasings, and nothing more.

Every phrasing is taken apart into characters, pairs of characters, concepts and pairs of concepts. What is often
in the phrasings of one entry and seldom elsewhere speaks for it (complement naive Bayes, which needs only counts, so
publishing stays quick and a new phrasing counts at once).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import combinations, pairwise

from knowledge.concepts import Concepts, bare
from knowledge.model import Entry, Role
from knowledge.text import normalise

CHARACTER, PAIR, CONCEPT, TWO_CONCEPTS = 0.5, 1.0, 1.6, 1.0  # what each kind of feature counts
NUMBER = re.compile(r"\d+")
RUN = re.compile(r"[a-z]+|\d+|[^a-z\d]")
SMOOTHING = 0.2
TRIFLE = 0.04  # a feature that says less for an entry is dropped
LONGEST = 120  # characters of a question that are compared


@lru_cache(maxsize=20_000)
def spoken(text: str) -> str:
    """A stored phrasing in the form in which questions are compared."""
    return bare(normalise(text).text)


class Wordings:
    """What the features of the phrasings say for each entry. Immutable after building."""

    def __init__(self, entries: dict[str, Entry], concepts: Concepts) -> None:
        self._concepts = concepts
        self._exact: dict[str, str] = {}
        self._says = self._count(entries)

    def _count(self, entries: dict[str, Entry]) -> dict[str, list[tuple[str, float]]]:
        """Feature → entries it speaks for, and how strongly."""
        total: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        of_entry: dict[str, Counter[str]] = defaultdict(Counter)
        wordings = [(name, spoken(text)) for name, one in entries.items() for text in (one.title, *one.phrasings)]
        for name, text in wordings:
            self._exact.setdefault(text, name)
            for feature, share in self._features(text, self._concepts.of_wording(text)).items():
                seen[feature] += 1
                total[feature] += share
                of_entry[feature][name] += share
        return {feature: rows for feature, owners in of_entry.items()
                if (rows := _speaks_for(owners, total[feature], math.log(len(wordings) / seen[feature]) + 1))}

    def _features(self, text: str, concepts: frozenset[str]) -> dict[str, float]:
        """Feature → weight, of length one together."""
        runs = RUN.findall(NUMBER.sub("0", text))  # a Latin word is one character; which number, says nothing
        features = dict.fromkeys(runs, CHARACTER)
        features.update((one + other, PAIR) for one, other in pairwise(runs))
        telling = sorted(name for name in concepts if name in self._concepts.all and self._concepts.all[name].role is not Role.HINT)
        features.update((f"#{name}", CONCEPT) for name in telling)
        features.update((f"#{one}#{other}", TWO_CONCEPTS) for one, other in combinations(telling, 2))
        length = math.sqrt(sum(weight * weight for weight in features.values())) or 1.0
        return {feature: weight / length for feature, weight in features.items()}

    def exact(self, text: str) -> str | None:
        """The entry that has this very question among its phrasings."""
        return self._exact.get(bare(text))

    def scores(self, text: str, concepts: frozenset[str]) -> dict[str, float]:
        """Entry → how much the wording speaks for it; about 0 to 4."""
        scores: dict[str, float] = defaultdict(float)
        for feature, share in self._features(bare(text)[:LONGEST], concepts).items():
            for entry, weight in self._says.get(feature, ()):
                scores[entry] += share * weight
        return scores


def _speaks_for(owners: Counter[str], total: float, rarity: float) -> list[tuple[str, float]]:
    weights = ((entry, rarity * math.log((total + SMOOTHING) / (total - own + SMOOTHING))) for entry, own in owners.items())
    return [(entry, weight) for entry, weight in weights if weight > TRIFLE]
