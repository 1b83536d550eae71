"""Greetings, thanks, who are you, 转人工, abuse (family chat)."""

from __future__ import annotations

import datetime as dt

from handlers.answer import Answer, Outcome
from handlers.ask import Ask, Family
from handlers.facts import body
from knowledge.model import Document


def chat(ask: Ask, notice: Document, today: dt.date) -> Answer:
    """The entry's words, and whether a person is wanted."""
    return Answer(body(notice.entries[ask.entry], ask.kinds, notice), Family.CHAT, Outcome.CHAT, entry=ask.entry,
                  hand_off=ask.entry == "human")
