"""The audit log (操作记录): who did what, when, from where, to what. Lines are added, never changed."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import dataclass

from flask import g, render_template, request

from bot.desk.base import address, desk, routes
from bot.desk.store import DeskStore
from bot.turn import SHANGHAI

PAGE = 100
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Line:
    """一条操作记录。"""

    at: float  # seconds since 1970, UTC
    who: str
    ip: str
    what: str
    object: str
    note: str

    @property
    def shown(self) -> str:
        """The time as the office reads it."""
        return f"{dt.datetime.fromtimestamp(self.at, SHANGHAI):%Y-%m-%d %H:%M:%S}"


def write(store: DeskStore, who: str, ip: str, what: str, object: str = "", note: str = "") -> None:
    """Add one line; whatever a field holds, it stays one line."""
    with store.open() as db:
        db.execute("INSERT INTO audit(at, who, ip, what, object, note) VALUES (?,?,?,?,?,?)",
                   (time.time(), *(one_line(part) for part in (who, ip, what, object, note))))


def note(what: str, object: str = "", note: str = "", who: str = "") -> None:
    """Write down what the request at hand did."""
    session = g.get("session")
    write(desk().store, who or (session.who if session else "—"), address(), what, object, note)
    g.noted = True


def one_line(text: str) -> str:
    """``text`` without anything that begins a new line, and not without end."""
    return _BREAKS.sub(" ⏎ ", text.encode("utf-8", "replace").decode())[:500]


def read(store: DeskStore, before: int = 0, who: str = "") -> list[tuple[int, Line]]:
    """The latest lines, newest first."""
    with store.open() as db:
        rows = db.execute(
            "SELECT id, at, who, ip, what, object, note FROM audit WHERE (?1 = 0 OR id < ?1) AND (?2 = '' OR who = ?2) ORDER BY id DESC LIMIT ?3",
            (before, who, PAGE),
        )
        return [(row["id"], Line(*tuple(row)[1:])) for row in rows]


@routes.get("/audit")
def audit() -> str:
    """操作记录。"""
    before = request.args.get("before", "0")
    lines = read(desk().store, int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0, request.args.get("who", ""))
    return render_template("desk_audit.html", lines=lines, more=len(lines) == PAGE)
