"""有用 and 没用: what people say of the answer they just got. Counted per entry on the desk's board."""

from __future__ import annotations

from handlers.answer import Answer, Outcome
from handlers.ask import Family
from handlers.conversation import Conversation
from handlers.outside import whom_to_ask
from knowledge.model import Document

SAID = {"有用": True, "有帮助": True, "很有用": True, "没用": False, "没有用": False, "没帮助": False, "不对题": False}


def said(text: str) -> bool | None:
    """Whether a message says that the answer was of use; None where it says something else."""
    return SAID.get(text.strip().rstrip("。.！!～~ "))


def thanks(text: str, conversation: Conversation, notice: Document) -> Answer | None:
    """The reply to 有用 or 没用 after an answer; None for any other message, or where there was no answer before."""
    useful = said(text)
    if useful is None or not conversation.entry:
        return None
    words = "谢谢，已记下。还有问题直接问我。" if useful else f"谢谢告诉我们，已记下，这条答复会再改进。{whom_to_ask(notice)}"
    return Answer(words, Family.CHAT, Outcome.CHAT, entry=conversation.entry)
