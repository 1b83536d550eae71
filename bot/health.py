"""/health/live, /health/ready and /metrics: whether it runs, whether it can answer, how it fares."""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from bot.config import Settings
from bot.memory import Memory
from bot.store import StoreDown
from knowledge.snapshot import Snapshot

WORDS = {True: "ok", False: "degraded"}


def blueprint(settings: Settings, memory: Memory, current: Callable[[], Snapshot], version: str) -> Blueprint:
    """The pages that machines watch. They hold no secret, and a proxy need not show them to the world."""
    routes = Blueprint("health", __name__)

    @routes.get("/health/live")
    def live() -> Response:
        """200 while the process serves; it asks nothing of anything."""
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @routes.get("/health/ready")
    def ready() -> tuple[Response, int]:
        """200 once a question can be answered. A failing disk costs memory, not answers: it says so."""
        try:
            snapshot = current()
        except Exception as error:
            return jsonify(status="not ready", reason=type(error).__name__, version=version), 503
        trouble = _trouble(memory)
        works = not trouble
        return jsonify(
            status=WORDS[works], version=version, snapshot=snapshot.version, digest=snapshot.digest,
            notices=[document.notice.year for document in snapshot.documents], webhook=bool(settings.token),
            mode=str(settings.mode), store=WORDS[works], store_trouble=trouble, sqlite=sqlite3.sqlite_version,
            shared="redis" if settings.redis_url else "sqlite", desk=settings.desk, journal_waiting=memory.waiting, journal_dropped=memory.dropped,
        ), 200

    @routes.get("/metrics")
    def metrics() -> tuple[Response, int] | Response:
        """Prometheus' text: with METRICS_TOKEN to whoever bears it, else only to this machine, not through a proxy."""
        if not _may_see(settings.metrics_token):
            return Response("", 403, content_type="text/plain; charset=utf-8")
        return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)

    return routes


def _trouble(memory: Memory) -> str:
    """What fails now, or made this worker lose lines of the journal; "" where all is well."""
    try:
        memory.shared.check()
    except StoreDown as down:
        return str(down)
    return memory.store.trouble or (f"journal: {memory.dropped} lines dropped" if memory.dropped else "")


def _may_see(token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"))
    return request.remote_addr in ("127.0.0.1", "::1") and not proxied


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry
