"""Voice input and homophones: what only sounds like one of our words is written as that word (成过 → 成果)."""

from __future__ import annotations

import re
from collections import defaultdict

from knowledge.concepts import Concepts, automaton
from knowledge.model import Document, Role
from knowledge.text import adopt_signs, signs, sounded, spelling

LATIN = re.compile(r"[a-z]{5,}")
SMALL_WORDS = frozenset("的了是个这那在有不和我你他她它俺咱各也就都还把被给对从到很一二三四五六七八九十")


class Sounds:
    """The words that are mended by ear: long ones of the lexicon, and the short ones that it names."""

    def __init__(self, document: Document, concepts: Concepts) -> None:
        self._concepts = concepts
        self._never = document.never_mend
        words = {word for one in document.concepts.values() if one.role in (Role.THING, Role.KIND) for word in one.words
                 if _all_han(word)}
        self._heard = automaton(self._by_sound({word for word in words if len(word) > 2} | set(document.sounds_like)).items())
        self._by_spelling = {spelling(word): word for word in sorted(words | set(document.sounds_like), reverse=True)
                             if 2 <= len(word) <= 5}

    def packed(self) -> tuple:
        """What ``mend`` looks at, as plain values."""
        return signs(), tuple(self._never), list(self._heard.items()), self._by_spelling

    @classmethod
    def unpacked(cls, values: tuple, concepts: Concepts) -> Sounds:
        sounds = cls.__new__(cls)
        sounds._concepts = concepts
        heard, sounds._never, words, sounds._by_spelling = values
        adopt_signs(heard)
        sounds._heard = automaton(words)
        return sounds

    @staticmethod
    def _by_sound(words: set[str]) -> dict[str, tuple[str, ...]]:
        """How words sound → the words."""
        table: dict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            table[sounded(word)].append(word)
        return {sound: tuple(known) for sound, known in table.items()}

    def mend(self, text: str) -> str:
        """``text`` with fujian → 附件 and 副件 → 附件; what is a word of ours as it stands is left alone."""
        text = LATIN.sub(lambda run: self._by_spelling.get(run.group(), run.group()), text)
        slips = self._slips(text)
        if not slips:
            return text
        known = self._known(text)
        mended, done = [], 0
        for place, size, word in sorted(slips):
            if place < done or known[place] or size == -2 and known[place + 1]:
                continue
            mended += [text[done:place], word]
            done = place - size
        return "".join(mended) + text[done:]

    def _slips(self, text: str) -> list[tuple[int, int, str]]:
        """What sounds like a word of ours and is not written so: where, minus its length (the longest sorts first), the word."""
        slips = []
        for at, words in self._heard.iter(sounded(text)):
            start = at + 1 - len(words[0])
            written = text[start:at + 1]
            slips += [(start, -len(word), word) for word in words if word != written and _may_be(written, word)]
        return slips

    def _known(self, text: str) -> bytearray:
        """Which characters belong to a word that we know as it stands."""
        known = bytearray(len(text) + 1)
        spans = [(start, end) for size, start, end, _, bit, _ in self._concepts.find(text) if size < -1 and bit]
        for word in self._never:
            start = text.find(word)
            while start >= 0:
                spans.append((start, start + len(word)))
                start = text.find(word, start + 1)
        for start, end in spans:
            known[start:end] = b"\1" * (end - start)
        return known


def _may_be(written: str, word: str) -> bool:
    """Whether ``written``, another word, may be a slip for ``word``: Han characters, and no small word of the language lost."""
    return all(_is_han(char) and (char == meant or char not in SMALL_WORDS) for char, meant in zip(written, word))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _all_han(word: str) -> bool:
    return all(map(_is_han, word))
