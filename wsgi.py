"""What a server loads: ``wsgi:app`` for any WSGI server, ``wsgi:rsgi`` for Granian with ``--interface rsgi`` (as `make serve`)."""

import sys
from functools import cache

from bot import create_app
from bot import service as services
from bot.config import SettingsError
from bot.rsgi import App

try:
    service = services.make()
except SettingsError as error:
    sys.exit(f"设置有误 / The settings are wrong:\n{error}")


@cache
def pages():
    """The Flask application, made when something first needs it."""
    return create_app(service=service)


rsgi = App(lambda: pages().wsgi_app, service.direct(), service.wake)


def __getattr__(name: str):
    if name == "app":
        return pages()
    raise AttributeError(name)
