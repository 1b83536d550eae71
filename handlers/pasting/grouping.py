"""Which blank-separated or unseparated characters belong to one name: the cheapest reading, by what is known of surnames."""

from __future__ import annotations

from handlers.pasting.surnames import COMMON, COMPOUND, SOUNDS, is_dotted, is_foreign_name, is_han, is_name, surname_of


def two_sounds(words: list[str]) -> bool:
    """阿卜杜拉 买买提: one name in two parts, its dot lost."""
    return (len(words) == 2 and all(len(word) >= 2 and sum(char in SOUNDS for char in word) * 4 >= len(word) * 3 for word in words)
            and sum(map(len, words)) >= 5 and not all(surname_of(word) in COMMON for word in words))


def group_words(words: list[str]) -> list[list[str]]:
    """The cheapest way to read blank-separated words as names: [张][伟][李娜] → 张伟, 李娜."""
    if len(words) == 1:
        return [words]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        best.append(min((best[end - size][0] + _cost(words[end - size:end]), size) for size in range(1, min(4, end) + 1)))
    groups, end = [], len(words)
    while end:
        groups.append(words[end - best[end][1]:end])
        end -= best[end][1]
    return groups[::-1]


def _cost(pieces: list[str]) -> float:
    if len(pieces) > 1 and any(piece.isascii() != pieces[0].isascii() for piece in pieces):
        return 99
    name = "".join(pieces)
    joined = len(pieces) - 1
    if joined and all(len(piece) > 1 for piece in pieces) and pieces[0] not in COMPOUND:
        joined += 2
    return _shape_cost(name) + (0.0 if name.isascii() else joined)


def _shape_cost(name: str) -> float:
    if name.isascii() or is_dotted(name):
        return 0.2
    if len(name) == 1:
        return 10
    if is_name(name) and name not in COMPOUND:
        return 0.0 if surname_of(name) in COMMON else 0.5
    if len(name) > 4:
        return 12 + len(name)
    return 4 if name in COMPOUND else 3


def split_glued(name: str) -> list[str]:
    """张建国李梅王志强 → three names, where every part begins with a common surname; else as it is."""
    if not 5 <= len(name) <= 60 or not all(map(is_han, name)) or is_name(name) or is_foreign_name(name):
        return [name]
    best: list[list[str] | None] = [[]] + [None] * len(name)
    for end in range(2, len(name) + 1):
        for size in (2, 3, 4):
            part = name[max(0, end - size):end]
            before = best[end - size] if end >= size else None
            if before is not None and is_name(part) and surname_of(part) in COMMON and (best[end] is None or len(before) < len(best[end])):
                best[end] = [*before, part]
    return best[-1] or [name]
