"""How people word each question: a count over the stored phrasings, and nothing more.

Every phrasing is taken apart into pairs of neighbouring characters, concepts and pairs of concepts (single
characters tell hardly anything apart). What is often in the phrasings of one entry and seldom elsewhere speaks for it (complement naive Bayes,
which needs only counts, so publishing stays quick and a new phrasing counts at once).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import combinations
from operator import add, itemgetter

from rapidfuzz import process
from rapidfuzz.distance import Indel

from knowledge.concepts import Concepts, bare
from knowledge.model import Entry, Role
from knowledge.text import normalise

NUMBER = re.compile(r"\d+")
RUN = re.compile(r"[a-z]+|\d+|[^a-z\d]")
LATIN = re.compile(r"[a-z\d]")
SMOOTHING = 0.2
TRIFLE = 0.04  # a feature that says less for an entry is dropped
OWNERS = 6  # entries for which a feature may speak: more tell nothing apart
LONGEST = 120  # characters of a question that are compared
FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"
# Characters of the little words that stand in any question.
LITTLE_WORDS = frozenset("我你他她它们咱俺侬您的了吗呢啊吧么嘛不没有是就还也都要能可以会该得让把被给跟和与在到从往这那哪个么一下里上中外前后时候说讲问请想知道告诉麻烦领导老板厂长主任"
                         "今天昨天明天现在刚才那么怎样咋啥什为何多少几谁行对好真假写填报交用做搞弄看做成过来去起着再又才只光非比较之类其实觉得来着说下搞定完事儿另外")
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
        self._exact = {text: number for number, texts in reversed(list(enumerate(wordings))) for text in texts}
        self._exact |= {title: number for number, (title, *_) in enumerate(wordings)}  # of equal ones the written entry's, after what the tables make
        self._says = self._count(wordings, concepts)
        self._open()

    def _open(self) -> None:
        self._of_entry: dict[int, list[str]] = {}
        for text, number in self._exact.items():
            self._of_entry.setdefault(number, []).append(text)

    def packed(self) -> tuple:
        """What ``exact`` and ``scores`` look at, as plain values."""
        return self._signs, self.names, self._exact, self._says

    @classmethod
    def unpacked(cls, values: tuple) -> Wordings:
        wordings = cls.__new__(cls)
        wordings._signs, wordings.names, wordings._exact, wordings._says = values
        wordings._open()
        return wordings

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
            rows = _speaks_for(list(zip(owners[::2], owners[1::2])), math.log(total / seen) + 1)
            counts[feature] = tuple([part for number, weight in rows for part in (number, same.setdefault(weight, weight))])
        return counts

    def _of_one(self, texts: list[str], concepts: Concepts) -> dict[str, list[float]]:
        """Feature → how many phrasings of one entry hold it, and its share in them."""
        found: dict[str, list[float]] = {}
        for text in texts:
            features = self._features(text, concepts.of_wording(text))
            share = _share(features)
            for feature in features:
                if feature in found:
                    one = found[feature]
                    one[0] += 1
                    one[1] += share
                else:
                    found[feature] = [1, share]
        return found

    def _features(self, text: str, concepts: frozenset[str]) -> set[str]:
        """The pairs of neighbours among its characters; its concepts, and the pairs of them."""
        runs = _runs(text)
        signs = sorted([sign for name in concepts if (sign := self._signs.get(name))])
        features = {*signs, *map("".join, combinations(signs, 2))}
        features.update(map(add, runs, runs[1:]))
        return features

    def unfamiliar(self, said: str, number: int) -> int:
        """How many characters of a question (bare) stand in no pair that the entry's own wordings hold, or those of many entries."""
        runs = _runs(said[:LONGEST])
        known = [self._knows(pair, number) for pair in map(add, runs, runs[1:])]
        beside = zip(runs, [False, *known], [*known, False])
        strange = [char for char, before, after in beside if not (before or after)]
        return sum([FIRST_HAN <= char <= LAST_HAN and char not in LITTLE_WORDS for char in strange])

    def _knows(self, pair: str, number: int) -> bool:
        says = self._says.get(pair)
        return says is not None and (not says or len(says) >= 2 * OWNERS or number in says[::2])

    def nearest(self, said: str, number: int) -> float:
        """How like a question (bare) the likest stored phrasing of an entry is, 0 to 1."""
        found = process.extractOne(said[:LONGEST], self._of_entry.get(number, ()), scorer=Indel.normalized_similarity)
        return found[1] if found else 0.0

    def exact(self, said: str) -> str | None:
        """The entry that has this very question (bare) among its phrasings."""
        number = self._exact.get(said)
        return None if number is None else self.names[number]

    def scores(self, said: str, concepts: frozenset[str]) -> tuple[dict[int, float], float]:
        """The number of an entry → how much the wording (bare) speaks for it; and the unit of that, with which it is about 0 to 4."""
        scores: dict[int, float] = {}
        features = self._features(said[:LONGEST], concepts)
        for row in filter(None, map(self._says.get, features)):
            parts = iter(row)
            for number, weight in zip(parts, parts):
                if number in scores:  # quicker than a defaultdict: this is the hottest line of all
                    scores[number] += weight
                else:
                    scores[number] = weight
        return scores, _share(features)


def _runs(text: str) -> Sequence[str]:
    """The characters; a Latin word is one, and so is a number: which one, says nothing."""
    return RUN.findall(NUMBER.sub("0", text)) if LATIN.search(text) else text


def _share(features: set[str]) -> float:
    """What each feature of one text counts: as a vector all of them together are of length one."""
    return 1.0 / math.sqrt(len(features) or 1)


def _speaks_for(owners: list[tuple[int, float]], rarity: float) -> list[tuple[int, float]]:
    """The ``OWNERS`` entries for which a feature speaks most, by the share of it that is theirs."""
    whole = sum([share for _, share in owners]) + SMOOTHING
    weights = [(number, round(rarity * math.log(whole / (whole - share)), 2)) for number, share in owners]
    told = [row for row in weights if row[1] > TRIFLE]
    return nlargest(OWNERS, told, itemgetter(1)) if len(told) > OWNERS else told
