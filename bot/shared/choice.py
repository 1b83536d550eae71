"""How workers share: in SQLite on one machine, in Redis (REDIS_URL) on one or several. Chosen once, here."""

from __future__ import annotations

from collections.abc import Callable

from bot.config import Settings
from bot.shared import Shared
from bot.shared.in_sqlite import InSqlite
from bot.store import Store
from knowledge import bundle

Chores = tuple[Callable[[float], object], ...]


def over(settings: Settings, store: Store) -> tuple[Shared, Chores, Callable[[], None]]:
    """What workers share, the keeper's chores for it, and what to do at a worker's start: connect, fetch what another machine published."""
    if settings.desk:  # it may have followed another machine before
        (settings.data_dir / bundle.FILE).unlink(missing_ok=True)
    if not settings.redis_url:
        return InSqlite(store), (), lambda: None

    from bot.shared.in_redis import InRedis
    from bot.shared.link import Link
    from bot.shared.writer import Writer
    from bot.spread import Desk, Follower

    link = Link(settings.redis_url)
    shared = InRedis(link)
    if settings.desk:
        return shared, (Writer(link, store).round, Desk(link, settings.data_dir, store).round), shared.check
    follower = Follower(link, settings.data_dir)
    return shared, (follower.round,), follower.pull
