"""The edges: WeChat, web, disk, clock. ``create_app`` puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flask import Flask

__version__ = "0.1.0"
BODY_AT_MOST = 256 * 1024  # bytes


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The application over the settings in ``environ`` (default: the process's own and ``.env``). SettingsError."""
    from bot import chat, cli, config, desk, faq, health, home, logs, proxy, turn, web, webhook
    from bot.keeper import Keeper
    from bot.memory import Memory
    from bot.shared import choice
    from bot.store import Store
    from knowledge import snapshot

    settings = config.load(environ)
    logs.structured()
    store = Store(settings.data_dir / "bot.db")
    shared, chores, begin = choice.over(settings, store)
    memory = Memory(shared, store, settings.secret_key)
    current = partial(snapshot.current, settings.data_dir)
    keeper = Keeper(memory, settings.journal_days, *chores)

    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=BODY_AT_MOST, SESSION_COOKIE_SAMESITE="Lax")
    app.session_interface = proxy.SignedCookie(settings)
    app.json.ensure_ascii = False
    app.extensions["bot"] = {"settings": settings, "memory": memory, "current": current, "wake": partial(turn.wake, current, begin)}
    app.before_request(keeper.start)
    routes, receive = webhook.make(settings, memory, current)
    web.harden(app)
    app.extensions["bot"]["push"] = web.short_way(app, "/wechat", receive, keeper.start)
    app.register_blueprint(routes)
    app.register_blueprint(health.blueprint(settings, memory, current, __version__))
    app.register_blueprint(chat.blueprint(settings, memory, current))
    staff = desk.blueprint(app, settings, memory, current)
    if settings.desk:
        app.register_blueprint(staff)
    app.register_blueprint(faq.blueprint(settings, current))
    app.register_blueprint(home.routes)
    cli.register(app)
    return app
