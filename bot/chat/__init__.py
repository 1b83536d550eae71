"""/chat: the same bot in a phone-shaped page, for trying out. Works without JavaScript; a small script makes it smoother.

The page itself carries what was said (a hidden field), so nothing of it is stored; the conversation that follow-ups
need lives in the memory under a random cookie, as for any asker.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import secrets
import time
from collections.abc import Callable

import msgspec
from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup, escape

from bot import ahead, arrivals, menu, proxy, render, turn, web
from bot.asker import A_MINUTE
from bot.config import Settings
from bot.deadline import SECONDS, DeadlineExceeded, within
from bot.explain import understood
from bot.memory import Memory
from handlers import pipeline
from knowledge.snapshot import Snapshot

log = logging.getLogger("bot.chat")
COOKIE = "asker"
FORM_AT_MOST = 1 << 20  # bytes: a long paste is three times as long in a form, and the page carries the turns before
ECHOED = 600  # characters of a message that the page shows again
REMEMBERED = 12  # turns that the page carries along
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9./?&=_%#:~-]*[A-Za-z0-9/]")


class Said(msgspec.Struct, frozen=True):
    """One turn as the page shows it."""

    asked: str
    reply: str
    fold: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # what a button says, and its label


def blueprint(settings: Settings, memory: Memory, current: Callable[[], Snapshot]) -> Blueprint:
    """The try-out page over these settings."""
    routes = Blueprint("chat", __name__, url_prefix="/chat", template_folder="templates", static_folder="static")
    routes.add_app_template_filter(linked)

    @routes.get("")
    def page() -> Response:
        """An empty chat with the welcome."""
        return _page((), _day(request.args.get("day", "")), _cookie(settings))

    @routes.post("")
    def say() -> Response:
        """One message: the page again, with the reply below."""
        if web.foreign(request):
            return Response("不允许从别的网站提交。", 403, content_type="text/plain; charset=utf-8")
        request.max_content_length = request.max_form_memory_size = FORM_AT_MOST
        form, cookie, day = request.form, _cookie(settings), _day(request.form.get("day", ""))
        text = (form.get("pick") or form.get("text", "")).strip()
        history = _history(form.get("history", ""))
        if form.get("again"):
            memory.erase(memory.hashed(f"chat {cookie}"))
            return _page((), day, cookie)
        if text:
            history = (*history, _answer(text, cookie, day))[-REMEMBERED:]
        return _page(history, day, cookie)

    def _page(history: tuple[Said, ...], day: dt.date, cookie: str) -> Response:
        body = render_template(
            "chat.html", history=history, day=day.isoformat(), welcome=_welcome(day), menu=menu.read_once().button,
            carried=msgspec.json.encode([msgspec.structs.replace(one, choices=()) for one in history]).decode(),
        )
        response = make_response(body)
        https = proxy.secure(request, settings)
        response.set_cookie(proxy.cookie_name(COOKIE, https), cookie, httponly=True, samesite="Lax", secure=https, path="/")
        return response

    def _answer(text: str, cookie: str, day: dt.date) -> Said:
        person, clock = memory.hashed(f"chat {cookie}"), time.time()
        asked = text if len(text) <= ECHOED else f"{text[:ECHOED]}…（共{len(text)}字）"
        known = memory.recall(person)
        asker = known.asker.counted(clock)
        if asker.messages > A_MINUTE:
            memory.keep(known, asker, clock)
            return Said(asked, arrivals.TOO_MANY)
        try:
            snapshot = current()
            taken = within(SECONDS - 0.5, turn.take, text, asker.conversation, snapshot, _now(day), settings.public_url, ahead.before(settings.data_dir))
        except (Exception, DeadlineExceeded) as error:
            log.error("no answer", extra={"event": "failed", "error": type(error).__name__})
            return Said(asked, _sorry())
        memory.keep(known, asker.talking(taken.conversation), clock)
        choices = tuple((str(number), choice.label) for number, choice in enumerate(taken.answer.choices, 1))
        if taken.conversation.rest:
            choices += (("更多", "更多"),)
        return Said(asked, taken.shown, tuple(understood(taken.answer, snapshot)), choices)

    def _welcome(day: dt.date) -> str:
        try:
            return render.page(pipeline.welcome(current(), _now(day)).text)[0]
        except Exception:
            return arrivals.OUT_OF_ORDER

    def _sorry() -> str:
        try:
            return pipeline.apology(current()).text
        except Exception:
            return arrivals.OUT_OF_ORDER

    return routes


def linked(text: str) -> Markup:
    """``text`` escaped, with its web addresses as links."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        parts += [escape(text[at:found.start()]), Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _cookie(settings: Settings) -> str:
    given = request.cookies.get(proxy.cookie_name(COOKIE, proxy.secure(request, settings)), "")
    return given if re.fullmatch(r"[A-Za-z0-9_-]{22}", given) else secrets.token_urlsafe(16)


def _day(given: str) -> dt.date:
    """The day picked, else today's."""
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        return dt.datetime.now(turn.SHANGHAI).date()


def _now(day: dt.date) -> dt.datetime:
    """This hour of the day picked: what CreateTime would be."""
    return dt.datetime.combine(day, dt.datetime.now(turn.SHANGHAI).timetz())


def _history(carried: str) -> tuple[Said, ...]:
    try:
        return msgspec.json.decode(carried, type=tuple[Said, ...])[-REMEMBERED:]
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return ()
