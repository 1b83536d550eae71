"""Filters of the templates: days, times and texts as the office reads them."""

from __future__ import annotations

import datetime as dt
import difflib

from markupsafe import Markup, escape

from bot.turn import SHANGHAI


def moment(seconds: float) -> str:
    """2025-05-15 09:30, in Shanghai."""
    return f"{dt.datetime.fromtimestamp(seconds, SHANGHAI):%Y-%m-%d %H:%M}"


def size(text: str) -> int:
    """Bytes of UTF-8, as WeChat counts."""
    return len(text.encode("utf-8", "replace"))


def differs(before: str, after: str) -> Markup:
    """``after`` with what is new marked (ins) and what is gone struck out (del)."""
    parts = []
    for step, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step in ("delete", "replace"):
            parts.append(Markup("<del>{}</del>").format(before[a:b]))
        if step in ("insert", "replace"):
            parts.append(Markup("<ins>{}</ins>").format(after[c:d]))
        if step == "equal":
            parts.append(escape(after[c:d]))
    return Markup("").join(parts)


def now() -> dt.datetime:
    return dt.datetime.now(SHANGHAI)


FILTERS = {"moment": moment, "size": size, "differs": differs}
