"""Blocks (转发文字): answers as plain text that stands alone in a QQ group, on paper or in a file.

A title line, the facts, the clause, whom to ask, code and version. Nothing in it needs WeChat, a link that only works
there, or a reader who can write back to the account.
"""

from __future__ import annotations

import datetime as dt
import re

from handlers.dates import standing, window_of
from handlers.facts import body, clause_line
from knowledge.model import Document, Entry, Kind
from knowledge.template import render

AT_MOST = 500  # characters, where the facts allow
_TO_THE_ACCOUNT = re.compile(r"（就是这里）|[^。；\n]*(?:发给我|发来|发我|回复我|问我|直接问)[^。；\n]*[。；]?")
_TIDY = re.compile(r"\n{2,}")


def block(entry: Entry, notice: Document, version: int, today: dt.date | None = None, kinds: tuple[Kind, ...] = ()) -> str:
    """One answer to be forwarded; with ``today`` it also says how many days are left."""
    facts = fitting(entry, notice, version, today, kinds)
    return "\n".join([_title(entry, notice), *facts, *_ends(entry, notice, version, facts)])


def fitting(entry: Entry, notice: Document, version: int, today: dt.date | None = None, kinds: tuple[Kind, ...] = ()) -> list[str]:
    """The facts of a block; what is only worth adding is left out where the block would be too long."""
    facts = facts_of(entry, notice, today, kinds)
    long = len("\n".join([_title(entry, notice), *facts, *_ends(entry, notice, version, facts)])) > AT_MOST
    return facts_of(entry, notice, today, kinds, more=False) if long else facts


def _title(entry: Entry, notice: Document) -> str:
    return f"【{heading(notice)}】{render(entry.title, notice)}"


def _ends(entry: Entry, notice: Document, version: int, facts: list[str]) -> list[str]:
    return [line for line in (clause_line(entry, notice), whom(notice, facts), mark(entry, version)) if line]


def several(entries: list[Entry], notice: Document, version: int, today: dt.date | None = None, kinds: tuple[Kind, ...] = ()) -> str:
    """More than one answer under one title; one alone is a block."""
    if len(entries) == 1:
        return block(entries[0], notice, version, today, kinds)
    parts = []
    for one in entries:
        said = facts_of(one, notice, today, kinds, more=False)
        parts.append("\n".join([f"{render(one.title, notice)}：", *said, *filter(None, [clause_line(one, notice)])]))
    codes = "、".join(one.code for one in entries if one.code)
    return "\n".join([f"【{heading(notice)}】", *parts, whom(notice, []), f"{codes}·v{version}" if codes else f"v{version}"])


def heading(notice: Document) -> str:
    """2025年行业优秀成果申报"""
    return f"{render('{notice.year}年{award_short}', notice)}申报"


def facts_of(entry: Entry, notice: Document, today: dt.date | None = None, kinds: tuple[Kind, ...] = (), more: bool = True) -> list[str]:
    """The answer's own words, what is worth adding, and where the day stands; without what only the account's reader can do."""
    lines = [standing_alone(body(entry, kinds, notice))]
    if entry.more and more:
        lines.append(standing_alone(render(entry.more, notice)))
    if entry.window and today:
        lines.append(standing(window_of(notice, entry.window), today))
    return [line for line in lines if line]


def standing_alone(text: str) -> str:
    """``text`` without 发给我就能算 and （就是这里）, which mean nothing outside the account."""
    return _TIDY.sub("\n", _TO_THE_ACCOUNT.sub("", text)).strip()


def whom(notice: Document, said: list[str]) -> str:
    """Where to ask, all in one line; "" where the facts are that already."""
    contacts = [render(f"{{{name}}}", notice) for name in ("wechat", "phone1", "phone2", "mail", "qq1", "qq2")]
    if all(any(one in line for line in said) for one in contacts):
        return ""
    return render("咨询：微信公众号{wechat}，电话{phone1}、{phone2}，邮箱{mail}，QQ群{qq1}、{qq2}", notice)


def mark(entry: Entry, version: int) -> str:
    """Q3·v7: by which a copy is recognised."""
    return f"{entry.code}·v{version}" if entry.code else f"v{version}"
