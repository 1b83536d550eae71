"""/health/live, /health/ready and /metrics: whether it runs, whether it can answer, how it fares."""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Callable

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from bot import __version__ as version
from bot.config import Settings
from bot.memory import Memory
from bot.sent import Reply, plain
from bot.store import StoreDown
from knowledge.snapshot import Snapshot

WORDS = {True: "ok", False: "degraded"}
NOT_SHOWN = plain("", 403)


def live() -> Reply:
    """200 while the process serves; it asks nothing of anything."""
    return plain("ok\n")


def ready(settings: Settings, memory: Memory, current: Callable[[], Snapshot]) -> Reply:
    """200 once a question can be answered. A failing disk costs memory, not answers: it says so. No secret is in it."""
    try:
        snapshot = current()
    except Exception as error:
        return _json(503, status="not ready", reason=type(error).__name__, version=version)
    trouble = _trouble(memory)
    works = not trouble
    return _json(
        200, status=WORDS[works], version=version, snapshot=snapshot.version, digest=snapshot.digest,
        notices=[document.notice.year for document in snapshot.documents], webhook=bool(settings.token),
        mode=str(settings.mode), store=WORDS[works], store_trouble=trouble, sqlite=sqlite3.sqlite_version,
        shared="redis" if settings.redis_url else "sqlite", desk=settings.desk, journal_waiting=memory.waiting, journal_dropped=memory.dropped,
    )


def metrics(given: str, token: str) -> Reply:
    """Prometheus' text; where a token is set, to whoever bears it."""
    if token and not hmac.compare_digest(given.removeprefix("Bearer ").encode("utf-8", "surrogatepass"), token.encode()):
        return NOT_SHOWN
    return 200, CONTENT_TYPE_LATEST, generate_latest(_registry())


def _json(code: int, /, **said: object) -> Reply:
    return code, "application/json", msgspec.json.encode(said)


def _trouble(memory: Memory) -> str:
    """What fails now, or made this worker lose lines of the journal; "" where all is well."""
    try:
        memory.shared.check()
    except StoreDown as down:
        return str(down)
    return memory.store.trouble or (f"journal: {memory.dropped} lines dropped" if memory.dropped else "")


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry
