"""What the notice does not say (family outside): 通知未规定, the nearest thing that it does say, whom to ask."""

from __future__ import annotations

import datetime as dt

from handlers.answer import Answer, Outcome
from handlers.ask import Ask, Family
from handlers.dates import standing, window_of
from handlers.facts import body
from knowledge.model import Document
from knowledge.template import render


def outside(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """An honest no, with the office's phone and mail."""
    entry = notice.entries[ask.entry]
    where = [standing(window_of(notice, entry.window), today)] if entry.window else []
    lines = [*where, body(entry, ask.kinds, notice), *([render(entry.more, notice)] if entry.more else []), whom_to_ask(notice)]
    return Answer("\n".join(lines), Family.OUTSIDE, Outcome.NOT_STATED, entry=ask.entry)


def whom_to_ask(notice: Document) -> str:
    """The line with phone, mail and office that ends every honest no."""
    return render("请咨询{department}：电话{phone1}、{phone2}，邮箱{mail}。", notice)
