"""Sessions: a random id in a cookie, only its hash on the disk, dead on the server the moment it ends."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask import Request, Response

from bot.desk.accounts import Role
from bot.desk.store import DeskStore

IDLE, ABSOLUTE = 30 * 60, 12 * 3600  # seconds
NOTED_EVERY = 30.0  # seconds; a session's last use need not be more exact


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, in which role, and the token that their forms carry."""

    who: str
    role: Role
    csrf: str
    id: bytes


def begin(store: DeskStore, account: str, clock: float) -> str:
    """A new session; the id for the cookie, which is kept nowhere."""
    given = secrets.token_urlsafe(32)
    with store.open() as db:
        db.execute("DELETE FROM session WHERE seen < ? OR made < ?", (clock - IDLE, clock - ABSOLUTE))
        db.execute("INSERT INTO session VALUES (?,?,?,?,?)", (_hash(given), account, secrets.token_urlsafe(24), clock, clock))
    return given


def find(store: DeskStore, given: str, clock: float) -> Session | None:
    """The living session of a cookie."""
    if not given:
        return None
    with store.open() as db:
        row = db.execute(
            "SELECT s.*, a.role FROM session s JOIN account a ON a.name = s.account WHERE s.id = ? AND NOT a.disabled AND s.seen > ? AND s.made > ?",
            (_hash(given), clock - IDLE, clock - ABSOLUTE),
        ).fetchone()
        if row and clock - row["seen"] > NOTED_EVERY:
            db.execute("UPDATE session SET seen = ? WHERE id = ?", (clock, row["id"]))
    return Session(row["account"], Role(row["role"]), row["csrf"], row["id"]) if row else None


def end(store: DeskStore, session: Session) -> None:
    """Signed out."""
    with store.open() as db:
        db.execute("DELETE FROM session WHERE id = ?", (session.id,))


def cookie_name(secure: bool) -> str:
    """Over https a name that browsers let no other host or path set; a plain one for trying out on this machine."""
    return "__Host-desk" if secure else "desk"


def give(response: Response, given: str, secure: bool) -> None:
    response.set_cookie(cookie_name(secure), given, httponly=True, samesite="Lax", secure=secure, path="/")


def take_back(response: Response, secure: bool) -> None:
    response.set_cookie(cookie_name(secure), "", max_age=0, httponly=True, samesite="Lax", secure=secure, path="/")


def given(request: Request, secure: bool) -> str:
    return request.cookies.get(cookie_name(secure), "")[:200]


def _hash(given: str) -> bytes:
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
