"""The bare echo behind the same way in as the bot (bot/rsgi.py): answered on the loop, the body read by it."""

from __future__ import annotations

import io
from collections.abc import Callable

from echo import app as wsgi_app

from bot import rsgi


def through_flask(query_string: bytes, body: Callable[[], bytes]) -> rsgi.Sent:
    given = body()
    return rsgi._answer(wsgi_app, {
        **rsgi._BASE, "REQUEST_METHOD": "POST", "PATH_INFO": "/wechat", "QUERY_STRING": query_string.decode("latin-1"), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(given), "CONTENT_LENGTH": str(len(given)),
        "CONTENT_TYPE": "text/xml",
    })


app = rsgi.App(lambda: wsgi_app, {("POST", "/wechat"): through_flask})
