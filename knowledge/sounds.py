"""Voice input and homophones: what only sounds like one of our words is written as that word (成过 → 成果)."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from knowledge.concepts import Concepts
from knowledge.model import Document, Role
from knowledge.text import spelling, syllables

LATIN = re.compile(r"[a-z]{5,}")
SMALL_WORDS = frozenset("的了是个这那在有不和我你他她它各也就都还把被给对从到很一二三四五六七八九十")


class Sounds:
    """The words that are mended by ear: long ones of the lexicon, and the short ones that it names."""

    def __init__(self, document: Document, concepts: Concepts) -> None:
        self._concepts = concepts
        self._never = document.never_mend
        words = {word for one in document.concepts.values() if one.role in (Role.THING, Role.KIND) for word in one.words
                 if _all_han(word)}
        self._by_sound = self._table({word for word in words if len(word) > 2} | set(document.sounds_like))
        self._by_spelling = {"".join(spelling(word)): word for word in sorted(words | set(document.sounds_like), reverse=True)
                             if 2 <= len(word) <= 5}

    @staticmethod
    def _table(words: set[str]) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]]:
        table: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for word in sorted(words, key=lambda one: (-len(one), one)):
            sound = tuple(syllables(word))
            table[sound[:2]].append((sound, word))
        return dict(table)

    def mend(self, text: str) -> str:
        """``text`` with fujian → 附件 and 副件 → 附件; what is a word of ours as it stands is left alone."""
        text = LATIN.sub(lambda run: self._by_spelling.get(run.group(), run.group()), text)
        sounds = syllables(text)
        places = [place for place, two in enumerate(pairwise(sounds)) if two in self._by_sound and self._heard(text, sounds, place)]
        if not places:
            return text
        known = self._known(text)
        mended, done = [], 0
        for place in places:
            word = self._meant(text, sounds, known, place) if place >= done else None
            if word:
                mended += [text[done:place], word]
                done = place + len(word)
        return "".join(mended) + text[done:]

    def _heard(self, text: str, sounds: list[str], place: int) -> bool:
        """Whether something here sounds like a word of ours and is not written so."""
        return any(tuple(sounds[place:place + len(sound)]) == sound and _may_be(text[place:place + len(sound)], word)
                   for sound, word in self._by_sound[sounds[place], sounds[place + 1]])

    def _known(self, text: str) -> bytearray:
        """Which characters belong to a word that we know as it stands."""
        known = bytearray(len(text) + 1)
        spans = [(one.start, one.end) for one in self._concepts.find(text) if one.length > 1 and not one.gap]
        for word in self._never:
            start = text.find(word)
            while start >= 0:
                spans.append((start, start + len(word)))
                start = text.find(word, start + 1)
        for start, end in spans:
            known[start:end] = b"\1" * (end - start)
        return known

    def _meant(self, text: str, sounds: list[str], known: bytearray, place: int) -> str | None:
        for sound, word in self._by_sound[sounds[place], sounds[place + 1]]:
            end = place + len(sound)
            if tuple(sounds[place:end]) != sound or known[place] or len(sound) == 2 and known[place + 1]:
                continue
            if _may_be(text[place:end], word):
                return word
        return None


def _may_be(written: str, word: str) -> bool:
    """Whether ``written`` may be a slip for ``word``: Han characters, and no small word of the language lost."""
    return written != word and all(_is_han(char) and (char == meant or char not in SMALL_WORDS) for char, meant in zip(written, word))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _all_han(word: str) -> bool:
    return all(map(_is_han, word))
