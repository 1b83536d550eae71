"""Asker: what is remembered of one person for some minutes, in one record, so that one read and one write keep all of it."""

from __future__ import annotations

import msgspec

from handlers.conversation import Conversation

MINUTE = 60.0
A_MINUTE = 20  # messages of one person that are answered in a minute
RETRIED = 60.0  # seconds that a reply is kept: WeChat asks for it again within 15, a restart between included
REPLIES = 40  # of one person that are kept at most


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """What was said to one push; ``push`` is a keyed hash of the person and the MsgId or event, ``at`` when it arrived."""

    push: bytes
    at: float
    text: str


class Asker(msgspec.Struct, frozen=True, array_like=True):
    """One person's state: since when the minute runs, how many messages in it, the conversation, the last replies."""

    since: float = 0.0
    messages: int = 0
    conversation: Conversation = Conversation()
    replies: tuple[Reply, ...] = ()

    def counted(self, clock: float) -> Asker:
        """Itself with one message more, in a new minute where the old one is over."""
        if not 0 <= clock - self.since < MINUTE:
            return Asker(clock, 1, self.conversation, self.replies)
        return Asker(self.since, self.messages + 1, self.conversation, self.replies)

    def talking(self, conversation: Conversation) -> Asker:
        """Itself in another place of the conversation; a new one after a slip that the old one may have caused."""
        return Asker(self.since, self.messages, conversation, self.replies)

    def told(self, push: bytes) -> str | None:
        """The reply that the push got, None where it has none."""
        for one in self.replies:
            if one.push == push:
                return one.text
        return None

    def answered(self, push: bytes, text: str, clock: float) -> Asker:
        """Itself with the reply to a push; replies that nobody asks for again are gone."""
        kept = [one for one in self.replies if clock - one.at < RETRIED][1 - REPLIES:]
        return Asker(self.since, self.messages, self.conversation, (*kept, Reply(push, clock, text)))

    def to_bytes(self) -> bytes:
        return _ENCODER.encode(self)

    @staticmethod
    def from_bytes(stored: bytes) -> Asker:
        """The stored state; an empty one where it is none (an older shape, damage)."""
        if not stored:
            return Asker()
        try:
            return _DECODER.decode(stored)
        except msgspec.MsgspecError:
            return Asker()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Asker)
