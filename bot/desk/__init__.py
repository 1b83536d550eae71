"""/desk: the staff's desk. Server-rendered pages in Chinese; everything works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, current_app, g

from bot import desk_cli  # noqa: F401  (its commands register themselves)
from bot.config import Settings
from bot.desk import adding, ahead_pages, audit, auth, board, cases, entries, excel, facts, guard, home, next_notice, publishing, queue, records, sharing, show, tables, versions  # noqa: F401  (each adds its routes)
from bot.desk.base import Desk, routes
from bot.desk.store import DeskStore
from bot.memory import Memory
from knowledge.snapshot import Snapshot


def blueprint(app: Flask, settings: Settings, memory: Memory, current: Callable[[], Snapshot]) -> Blueprint:
    """The desk over these settings."""
    app.extensions["desk"] = Desk(settings, DeskStore(settings.data_dir / "desk.db"), memory, current)
    app.jinja_env.filters.update(show.FILTERS)
    return routes


@routes.context_processor
def given_to_every_page() -> dict[str, object]:
    return {"token": guard.field, "me": g.get("session"), "nav": home.NAV, "views": current_app.view_functions}
