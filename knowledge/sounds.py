"""Voice input and homophones: what only sounds like one of our words is written as that word (成过 → 成果)."""

from __future__ import annotations

import re
from collections import defaultdict

from knowledge.concepts import Concepts, starting
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
        self._by_sound, self._lengths = self._table({word for word in words if len(word) > 2} | set(document.sounds_like))
        self._by_spelling = {spelling(word): word for word in sorted(words | set(document.sounds_like), reverse=True)
                             if 2 <= len(word) <= 5}

    def packed(self) -> tuple:
        """What ``mend`` looks at, as plain values."""
        return signs(), tuple(self._never), self._by_sound, self._lengths, self._by_spelling

    @classmethod
    def unpacked(cls, values: tuple, concepts: Concepts) -> Sounds:
        sounds = cls.__new__(cls)
        sounds._concepts = concepts
        heard, sounds._never, sounds._by_sound, sounds._lengths, sounds._by_spelling = values
        adopt_signs(heard)
        return sounds

    @staticmethod
    def _table(words: set[str]) -> tuple[dict[str, list[str]], dict[str, tuple[int, ...]]]:
        """Words by how they sound; and how long the words are, long ones first, that begin with two sounds."""
        table: dict[str, list[str]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        for word in sorted(words):
            table[sounded(word)].append(word)
            lengths[sounded(word)[:2]].add(len(word))
        return dict(table), {start: tuple(sorted(known, reverse=True)) for start, known in lengths.items()}

    def mend(self, text: str) -> str:
        """``text`` with fujian → 附件 and 副件 → 附件; what is a word of ours as it stands is left alone."""
        text = LATIN.sub(lambda run: self._by_spelling.get(run.group(), run.group()), text)
        sounds, lengths = sounded(text), self._lengths
        places = [place for place, two in enumerate(starting(sounds)) if two in lengths and self._meant(text, sounds, place)]
        if not places:
            return text
        known = self._known(text)
        mended, done = [], 0
        for place in places:
            word = self._meant(text, sounds, place, known) if place >= done else None
            if word:
                mended += [text[done:place], word]
                done = place + len(word)
        return "".join(mended) + text[done:]

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

    def _meant(self, text: str, sounds: str, place: int, known: bytearray | None = None) -> str | None:
        """The word of ours that something here sounds like, where it is not written so and not ``known`` as it stands."""
        for length in self._lengths[sounds[place:place + 2]]:
            for word in self._by_sound.get(sounds[place:place + length], ()):
                if known and (known[place] or length == 2 and known[place + 1]):
                    continue
                if _may_be(text[place:place + length], word):
                    return word
        return None


def _may_be(written: str, word: str) -> bool:
    """Whether ``written`` may be a slip for ``word``: Han characters, and no small word of the language lost."""
    return written != word and all(_is_han(char) and (char == meant or char not in SMALL_WORDS) for char, meant in zip(written, word))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _all_han(word: str) -> bool:
    return all(map(_is_han, word))
