"""How people word each question: a count over the stored phrasings, and nothing more.

Every phrasing is taken apart into characters, pairs of characters, concepts and pairs of concepts. What is often
in the phrasings of one entry and seldom elsewhere speaks for it (complement naive Bayes, which needs only counts, so
publishing stays quick and a new phrasing counts at once).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from heapq import nlargest
from itertools import combinations, pairwise
from operator import itemgetter

from knowledge.concepts import Concepts, bare
from knowledge.model import Entry, Role
from knowledge.text import normalise

CHARACTER, PAIR, CONCEPT, TWO_CONCEPTS = 0.5, 1.0, 1.6, 1.0  # what each kind of feature counts
NUMBER = re.compile(r"\d+")
RUN = re.compile(r"[a-z]+|\d+|[^a-z\d]")
SMOOTHING = 0.2
TRIFLE = 0.04  # a feature that says less for an entry is dropped
OWNERS, OWNERS_OF_ONE = 16, 8  # entries for which a feature (a single character or concept) may speak: more tell nothing apart
LONGEST = 120  # characters of a question that are compared
FIRST_SIGN = 0xF0000  # private characters: one stands for each concept, so that features are short texts

Says = tuple[float, ...]  # the number of an entry, how strongly the feature speaks for it, the next one's number …


@lru_cache(maxsize=20_000)
def spoken(text: str) -> str:
    """A stored phrasing in the form in which questions are compared."""
    return bare(normalise(text).text)


class Wordings:
    """What the features of the phrasings say for each entry. Immutable after building."""

    def __init__(self, entries: dict[str, Entry], concepts: Concepts) -> None:
        telling = sorted(name for name, one in concepts.all.items() if one.role is not Role.HINT)
        self._signs = {name: chr(FIRST_SIGN + number) for number, name in enumerate(telling)}
        self.names = list(entries)
        wordings = [[spoken(text) for text in (one.title, *one.phrasings)] for one in entries.values()]
        self._exact: dict[str, int] = {}
        for number, texts in enumerate(wordings):
            for text in texts:
                self._exact.setdefault(text, number)
        self._says = self._count(wordings, concepts)

    def _count(self, wordings: list[list[str]], concepts: Concepts) -> dict[str, Says]:
        """Feature → entries it speaks for, and how strongly. Each count makes room for its result, to need little memory."""
        counts: dict[str, list[float]] = {}  # how many phrasings hold the feature, an entry's number, its share, the next one's …
        for number, texts in enumerate(wordings):
            for feature, (seen, share) in self._of_one(texts, concepts).items():
                count = counts.setdefault(feature, [0])
                count[0] += seen
                count += (number, share)
        total = sum(map(len, wordings))
        same: dict[float, float] = {}  # one object for all equal weights: less memory, and near at hand
        for feature, (seen, *owners) in counts.items():
            most = OWNERS_OF_ONE if len(feature) == 1 else OWNERS
            rows = _speaks_for(list(zip(owners[::2], owners[1::2])), math.log(total / seen) + 1, most)
            counts[feature] = tuple([part for number, weight in rows for part in (number, same.setdefault(weight, weight))])
        return {feature: says for feature, says in counts.items() if says}

    def _of_one(self, texts: list[str], concepts: Concepts) -> dict[str, list[float]]:
        """Feature → how many phrasings of one entry hold it, and its share in them."""
        found: dict[str, list[float]] = {}
        for text in texts:
            for share, features in self._features(text, concepts.of_wording(text)):
                for feature in features:
                    if feature in found:
                        one = found[feature]
                        one[0] += 1
                        one[1] += share
                    else:
                        found[feature] = [1, share]
        return found

    def _features(self, text: str, concepts: frozenset[str]) -> list[tuple[float, set[str]]]:
        """The features of each kind with their weight; as a vector all of them together are of length one."""
        runs = RUN.findall(NUMBER.sub("0", text))  # a Latin word is one character; which number, says nothing
        signs = sorted([sign for name in concepts if (sign := self._signs.get(name))])
        kinds = [(CHARACTER, set(runs)), (PAIR, {one + other for one, other in pairwise(runs)}), (CONCEPT, set(signs)),
                 (TWO_CONCEPTS, {one + other for one, other in combinations(signs, 2)})]
        length = math.sqrt(sum([weight * weight * len(features) for weight, features in kinds])) or 1.0
        return [(weight / length, features) for weight, features in kinds]

    def exact(self, said: str) -> str | None:
        """The entry that has this very question (bare) among its phrasings."""
        number = self._exact.get(said)
        return None if number is None else self.names[number]

    def scores(self, said: str, concepts: frozenset[str], most: float = 1.0) -> dict[int, float]:
        """The number of an entry → how much the wording (bare) speaks for it, about 0 to 4 times ``most``."""
        scores: dict[int, float] = {}
        says = self._says
        for share, features in self._features(said[:LONGEST], concepts):
            share *= most
            for feature in features:
                row = iter(says.get(feature, ()))
                for number, weight in zip(row, row):
                    if number in scores:  # quicker than a defaultdict: this is the hottest line of all
                        scores[number] += share * weight
                    else:
                        scores[number] = share * weight
        return scores


def _speaks_for(owners: list[tuple[int, float]], rarity: float, most: int) -> list[tuple[int, float]]:
    """The ``most`` entries for which a feature speaks most, by the share of it that is theirs."""
    whole = sum([share for _, share in owners]) + SMOOTHING
    weights = [(number, round(rarity * math.log(whole / (whole - share)), 2)) for number, share in owners]
    told = [row for row in weights if row[1] > TRIFLE]
    return nlargest(most, told, itemgetter(1)) if len(told) > most else told
