"""Everything but the pages: what answers a push, and what the pages stand on. It needs no Flask.

A worker that only answers WeChat loads nothing else (bot/rsgi.py), which is 20 MB and half of its start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from bot import config, health, logs, sent, turn, webhook
from bot.config import Settings
from bot.keeper import Keeper
from bot.memory import Memory
from bot.sent import Reply, Sent
from bot.shared import choice
from bot.store import Store
from bot.webhook import Webhook
from handlers.conversation import Conversation
from knowledge import snapshot
from knowledge.snapshot import Snapshot

log = logging.getLogger("bot.service")
Direct = Callable[[bytes, Callable[[], bytes]], Sent]  # query string, what reads the body


class Service(NamedTuple):
    """The parts of one worker. ``current`` gives the snapshot in force; ``wake`` loads what the first message needs."""

    settings: Settings
    memory: Memory
    keeper: Keeper
    webhook: Webhook
    current: Callable[[], Snapshot]
    wake: Callable[[], None]

    def ready(self) -> Reply:
        """Whether a question can be answered."""
        return health.ready(self.settings, self.memory, self.current)

    def direct(self) -> dict[tuple[str, str], Direct]:
        """Method and path → what answers without a page: Flask's own part of a request costs more than all of WeChat's wire."""
        return {
            ("POST", webhook.PATH): partial(self._sent, self.webhook.receive),
            ("GET", "/health/live"): partial(self._sent, lambda *_: health.live()),
            ("GET", "/health/ready"): partial(self._sent, lambda *_: self.ready()),
        }

    def _sent(self, answer: Callable[[bytes, Callable[[], bytes]], Reply], query_string: bytes, body: Callable[[], bytes]) -> Sent:
        self.keeper.start()
        try:
            return sent.sent(answer(query_string, body))
        except Exception as error:
            log.error("failed", extra={"event": "failed", "error": type(error).__name__})
            return sent.sent(sent.plain("", 500))


def make(environ: Mapping[str, str] | None = None) -> Service:
    """The service over the settings in ``environ`` (default: the process's own and ``.env``). SettingsError."""
    settings = config.load(environ)
    logs.structured()
    store = Store(settings.data_dir / "bot.db")
    shared, chores, begin = choice.over(settings, store)
    memory = Memory(shared, store, settings.secret_key)
    current = partial(snapshot.current, settings.data_dir)
    keeper = Keeper(memory, settings.journal_days, *chores)
    return Service(settings, memory, keeper, webhook.make(settings, memory, current), current, partial(_wake, current, begin))


def _wake(current: Callable[[], Snapshot], begin: Callable[[], None]) -> None:
    """Load what the first message would have to wait for. Where there is no notice yet, /health/ready says so.

    ``begin`` connects to what workers share, and fetches what another machine published.
    """
    with contextlib.suppress(Exception):
        begin()
    with contextlib.suppress(Exception):
        turn.take("在吗", Conversation(), current(), dt.datetime.now(turn.SHANGHAI))
