"""The edges: WeChat, web, disk, clock. ``create_app`` puts the pages upon the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bot.service import Service

__version__ = "0.1.0"
BODY_AT_MOST = 256 << 10  # bytes; pages that take more say so themselves
UPLOAD_AT_MOST = 11 << 20  # a workbook of 10 MB and what a form adds: no body is larger
DAY = 86400  # seconds


def create_app(environ: Mapping[str, str] | None = None, service: Service | None = None) -> Flask:
    """The application over ``service``, or over one made from the settings in ``environ``. SettingsError."""
    from flask import Flask

    from bot import chat, cli, desk, faq, home, proxy, routes, web
    from bot import service as services

    service = service or services.make(environ)
    settings, memory, current = service.settings, service.memory, service.current
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=BODY_AT_MOST, SESSION_COOKIE_SAMESITE="Lax")
    app.session_interface = proxy.SignedCookie(settings)
    app.json.ensure_ascii = False
    app.extensions["bot"] = {"settings": settings, "memory": memory, "current": current}
    app.before_request(service.keeper.start)
    web.harden(app)
    web.short_way(app, service)
    app.register_blueprint(routes.blueprint(service))
    app.register_blueprint(chat.blueprint(settings, memory, current))
    staff = desk.blueprint(app, settings, memory, current)
    if settings.desk:
        app.register_blueprint(staff)
    app.register_blueprint(faq.blueprint(settings, current))
    app.register_blueprint(home.routes)
    cli.register(app)
    return app
