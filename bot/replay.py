"""A captured signature signs no other message (only plain posts need it: in safe mode the signature covers the body).

The signature of a plain post covers timestamp and nonce alone: who reads one request could post any other message with
it for five minutes. So which message a signature has served is kept that long. Where it decides (WECHAT_SIGN_ONCE), all
workers share that, under keyed hashes; where it is only counted, and where what is shared fails, each worker remembers
for itself. Retries are the same message, and served.
"""

from __future__ import annotations

from collections import OrderedDict

from bot.memory import Memory
from bot.store import StoreDown

MOST = 20_000  # signatures that a worker remembers for itself


class Signatures:
    """Which message each signature has served. ``decides``: all workers share it."""

    def __init__(self, memory: Memory, decides: bool) -> None:
        self._memory, self._decides = memory, decides
        self._mine: OrderedDict[str, str] = OrderedDict()

    def serves_another(self, query: dict[str, str], once: str, clock: float) -> bool:
        """Whether the (verified) signature of ``query`` has served another message than ``once``; else it serves this one."""
        signed = f"s\n{query['timestamp']}\n{query['nonce']}"
        if self._decides:
            push = self._memory.hashed(once)
            try:
                return self._memory.shared.served(self._memory.hashed(signed), push, clock) != push
            except StoreDown:
                pass
        if len(self._mine) >= MOST:
            self._mine.popitem(last=False)
        return self._mine.setdefault(signed, once) != once
