"""One turn of a conversation: the pipeline's answer, cut to what can be shown now; the rest is kept for 更多."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from bot import render
from handlers import pipeline, praise
from handlers.answer import Answer
from handlers.conversation import Conversation
from knowledge.snapshot import Snapshot

SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
LONGEST = 30_000  # characters of a message that are read


class Turn(msgspec.Struct, frozen=True):
    """What is shown, what stands behind it, and what is remembered."""

    shown: str
    answer: Answer
    conversation: Conversation


def take(text: str, conversation: Conversation, snapshot: Snapshot, now: dt.datetime, address: str = "",
         before: Callable[[Answer], str] | None = None) -> Turn:
    """Answer one message, asked at ``now`` (its CreateTime). ``address`` is the service's own (PUBLIC_URL).

    ``before`` says what stands in front of an answer for a while: a banner, a correction (bot/ahead.py).
    """
    if thanked := praise.thanks(text, conversation.fresh(now), snapshot.newest()[0]):
        return Turn(render.page(thanked.text)[0], thanked, conversation)
    answer, after = pipeline.reply(text[:LONGEST], conversation, snapshot, now, address)
    ahead = before(answer) if before else ""
    shown, rest = render.page(f"{ahead}\n{answer.text}" if ahead else answer.text)
    if after.rest != rest:
        after = msgspec.structs.replace(after, rest=rest)
    return Turn(shown, answer, after)


def moment(created: int) -> dt.datetime:
    """The day and hour of a CreateTime, in Shanghai."""
    return dt.datetime.fromtimestamp(created, SHANGHAI)
