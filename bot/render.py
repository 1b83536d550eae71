"""An answer as WeChat can show it: pages of at most PAGE bytes, cut at a line, never inside a number or a name."""

from __future__ import annotations

import re

from handlers.answer import Choice

PAGE = 1800  # bytes of UTF-8; WeChat's limit is 2,048
MORE = "\n回复“更多”看下文"
_UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSAFE_IN_LINK = re.compile(r"[&#%\"'<>\s+?=]")
_BREAKS = ("\n", "。；！？;!?", "，、,", " \t）】》)")  # the best place to cut first


def page(text: str, limit: int = PAGE) -> tuple[str, str]:
    """The first page of ``text``, ending with a line that says there is more, and the rest ("" where all fits)."""
    text = _UNFIT.sub("", text.replace("\r\n", "\n")).strip()
    if len(text.encode()) <= limit:
        return text, ""
    cut = _cut(text, limit - len(MORE.encode()))
    return text[:cut].rstrip() + MORE, text[cut:].lstrip()


def tappable(shown: str, choices: tuple[Choice, ...]) -> str:
    """``shown`` with the lines of its menu as links that say the choice when tapped; the numbers stay for typing."""
    lines = shown.split("\n")
    for number, choice in enumerate(choices, 1):
        plain = f"{number}. {choice.label}"
        if plain in lines:
            says = _UNSAFE_IN_LINK.sub("", choice.says or choice.label)
            lines[lines.index(plain)] = f'{number}. <a href="weixin://bizmsgmenu?msgmenucontent={says}&msgmenuid={number}">{choice.label}</a>'
    linked = "\n".join(lines)
    return linked if len(linked.encode()) <= PAGE else shown


def _cut(text: str, room: int) -> int:
    """Where to end the page: the last good break in its second half, else the last one at all, else any safe character."""
    fits = len(text.encode()[:room].decode(errors="ignore"))
    for floor in (fits // 2, 0):
        for marks in _BREAKS:
            at = max(text.rfind(mark, floor, fits) for mark in marks)
            if at > floor:
                return at + 1
    while fits > 1 and not _may_part(text[fits - 1], text[fits]):
        fits -= 1
    return fits if fits > 1 else len(text.encode()[:room].decode(errors="ignore"))


def _may_part(left: str, right: str) -> bool:
    return not (_sticks(left) and _sticks(right))


def _sticks(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ".-_:/@%×=")
