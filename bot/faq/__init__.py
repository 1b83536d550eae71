"""/faq: the public answers as a page, as cards, as files and as a calendar. Nothing here needs a log-in or a script.

What draws and writes files is loaded at its first use: a worker that only answers messages does without.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from bot import turn, web
from bot.config import Settings
from bot.deadline import SECONDS, DeadlineExceeded, within
from bot.faq import page
from bot.faq.content import faq_of
from bot.faq.fonts import NoChineseFont
from bot.faq.shelf import Shelf, in_force
from handlers import pipeline
from knowledge.snapshot import Snapshot

log = logging.getLogger("bot.faq")
CHAT_AT_MOST = 2 << 20  # bytes of a pasted chat
QUESTIONS_AT_MOST = 2000  # different questions of one chat that are answered
TEXT, PNG = "text/plain; charset=utf-8", "image/png"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROBOTS = "User-agent: *\nAllow: /faq\nAllow: /faq.txt\nDisallow: /chat\nDisallow: /desk\nDisallow: /wechat\nDisallow: /metrics\nDisallow: /faq/chat\n"


def blueprint(settings: Settings, current: Callable[[], Snapshot]) -> Blueprint:
    """The public pages over the notice in force; ``settings.public_url`` is what links and QR codes on paper name."""
    routes = Blueprint("faq", __name__, template_folder="templates", static_folder="static", static_url_path="/faq/static")
    shelf, address = Shelf(current), settings.public_url

    @routes.get("/faq")
    def whole() -> Response:
        """All answers by topic; ``?q=`` those that fit a question."""
        if asked := request.args.get("q", "").strip()[:100]:
            return _html(page.found(asked, in_force(current), address))
        return shelf.send("page", lambda snapshot: page.whole(snapshot, address))

    @routes.get("/faq/open")
    def open_points() -> Response:
        """What people ask and the notice does not say."""
        return shelf.send("open", lambda snapshot: page.open_points(snapshot, address))

    @routes.get("/faq/<code>.png")
    def picture(code: str) -> Response:
        """One answer as a card for a group; ``share`` is the page's own."""
        from bot.faq import card
        code = _known(code, "share")
        try:
            return shelf.send(code, lambda snapshot: (card.kept(code, snapshot, address, settings.data_dir), PNG, {"Cross-Origin-Resource-Policy": "cross-origin"}))
        except NoChineseFont as error:
            log.error("no font", extra={"event": "failed", "error": "NoChineseFont"})
            return Response(f"{error}\n", 503, content_type=TEXT)

    @routes.get("/faq/<code>.txt")
    def plain(code: str) -> Response:
        """One answer as the text to be forwarded."""
        code = _known(code)
        return shelf.send(f"{code}.txt", lambda snapshot: (f"{faq_of(snapshot).items[code].block}\n".encode(), TEXT, {}))

    @routes.get("/faq.txt")
    def text() -> Response:
        """The whole FAQ as plain text."""
        from bot.faq import files
        return shelf.send("faq.txt", lambda snapshot: (files.text(faq_of(snapshot)), TEXT, files.named("txt", snapshot)))

    @routes.get("/faq.docx")
    def word() -> Response:
        """The whole FAQ as a Word file, with the version on each page."""
        from bot.faq import files
        return shelf.send("faq.docx", lambda snapshot: (files.word(faq_of(snapshot), snapshot.newest()[0].notice.issued), WORD, files.named("docx", snapshot)))

    @routes.get("/calendar.ics")
    def calendar() -> Response:
        """The countdown to every closing day, to be subscribed to."""
        from bot.faq import feed
        return shelf.send("calendar", lambda snapshot: (feed.calendar(snapshot, address), "text/calendar; charset=utf-8", {}))

    @routes.get("/robots.txt")
    def robots() -> Response:
        return Response(ROBOTS, content_type=TEXT, headers={"Cache-Control": "public, max-age=3600"})

    @routes.get("/faq/chat")
    def chat_form() -> Response:
        """Where a pasted group chat of any length is answered."""
        return _html(page.chat("", "", in_force(current)))

    @routes.post("/faq/chat")
    def chat_answered() -> Response:
        if web.foreign(request):
            return Response("不允许从别的网站提交。", 403, content_type=TEXT)
        request.max_content_length = request.max_form_memory_size = CHAT_AT_MOST
        text, snapshot = request.form.get("text", "").strip(), in_force(current)
        return _html(page.chat(text, _answered(text, snapshot) if text else "请先粘贴群聊内容。", snapshot))

    def _answered(text: str, snapshot: Snapshot) -> str:
        today = dt.datetime.now(turn.SHANGHAI).date()
        try:
            return within(SECONDS * 4, pipeline.reply_to_chat, text, snapshot, today, QUESTIONS_AT_MOST).text
        except (Exception, DeadlineExceeded) as error:
            log.error("no answer", extra={"event": "failed", "error": type(error).__name__})
            return "内容太多，没能一次答完，请分几次粘贴。" if isinstance(error, DeadlineExceeded) else pipeline.apology(snapshot).text

    def _known(code: str, *others: str) -> str:
        """The code as it is published, 404 where it is not."""
        if code in others:
            return code
        if not re.fullmatch(r"[Qq]\d{1,3}", code) or code.upper() not in faq_of(in_force(current)).items:
            abort(404)
        return code.upper()

    return routes


def _html(body: str) -> Response:
    return Response(body, content_type="text/html; charset=utf-8")
