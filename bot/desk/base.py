"""What every page of the desk stands on: its routes, its stores, who is asking and from where."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for

from bot import proxy
from bot.config import THIS_MACHINE, Settings
from bot.desk.store import DeskStore
from bot.memory import Memory
from knowledge.snapshot import Snapshot

routes = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static")
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages need: settings, the desk's own store, the journal's, and what is published."""

    settings: Settings
    store: DeskStore
    memory: Memory
    current: Callable[[], Snapshot]

    @property
    def data(self) -> Path:
        return self.settings.data_dir


def desk() -> Desk:
    return current_app.extensions["desk"]


def open_to_all(view: Callable) -> Callable:
    """A page that needs no account."""
    view.open_to_all = True
    return view


def publishers(view: Callable) -> Callable:
    """A page for the role 发布 only."""
    view.publishers = True
    return view


def address() -> str:
    """The IP address of whoever asks."""
    return proxy.address(request, desk().settings)


def secure() -> bool:
    """Whether the browser speaks https."""
    return proxy.secure(request, desk().settings)


def for_trying() -> bool:
    """Plain http, but on this very machine."""
    forwarded = "X-Forwarded-For" in request.headers
    return not forwarded and request.remote_addr in THIS_MACHINE and request.host.partition(":")[0] in ("127.0.0.1", "localhost")


def back(endpoint: str, said: str = "", **values: object) -> Response:
    """On to a page by GET, so that reloading it changes nothing; ``said`` stands on top of it."""
    if said:
        say(said)
    anchor = values.pop("anchor", None)
    return redirect(url_for(f"desk.{endpoint}", _anchor=anchor, **values), 303)


def say(sentence: str) -> None:
    """A sentence on top of the next page (kept in the signed cookie of Flask; it holds nothing else)."""
    flash(sentence)


def clock() -> float:
    return time.time()


def whoever() -> str:
    """The name of who is signed in."""
    return g.session.who

