"""Two near answers become a choice; what is not understood is said so (family clarify)."""

from __future__ import annotations

import datetime as dt

from handlers.answer import Answer, Choice, Outcome, menu
from handlers.ask import Ask, Family
from handlers.facts import body
from handlers.outside import whom_to_ask
from knowledge.model import Document
from knowledge.template import render


def clarify(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """At most three choices, or an honest 没有找到 with the phone and examples of what can be asked."""
    if len(ask.choices) == 1:
        return _guess(ask, notice)
    if ask.choices:
        choices = [Choice(title(notice, entry), title(notice, entry), entry) for entry in ask.choices[:3]]
        return menu("您想问的是哪一个？", choices, tail=f"回复数字即可；都不是的话，通知里可能没有写，{whom_to_ask(notice)}")
    return not_understood(notice)


def _guess(ask: Ask, notice: Document) -> Answer:
    """The only near answer, shown as the guess that it is."""
    entry = ask.choices[0]
    return Answer(f"您是想问“{title(notice, entry)}”吗？\n{body(notice.entries[entry], ask.kinds, notice)}\n不是的话，通知里可能没有写，{whom_to_ask(notice)}",
                  Family.CLARIFY, Outcome.MENU, entry=entry)


def title(notice: Document, entry: str) -> str:
    return render(notice.entries[entry].title, notice)


def not_understood(notice: Document) -> Answer:
    return Answer("没有找到您问的内容，通知里可能没有写，也可能是我没看懂。\n可以换个说法，比如“什么时候截止”“小组名额怎么算”“申报表是附件几”。\n"
                  + whom_to_ask(notice), Family.CLARIFY, Outcome.NOT_UNDERSTOOD)
