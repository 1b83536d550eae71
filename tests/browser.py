"""Pages in a real browser: the app served meanwhile, and a visitor whose troubles fail the test (the browser: conftest.py)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served(app: Callable) -> Iterator[str]:
    """The address at which a WSGI app is served meanwhile."""
    server = make_server("127.0.0.1", 0, app, server_class=_Threads, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def visitor(chromium, address: str, is_trouble: Callable[[object], bool] = lambda message: message.type in ("error", "warning"), **options) -> Iterator:
    """A fresh visitor's page; a dialog, a script's error or a message ``is_trouble`` (such as a CSP violation) fails the test."""
    context = chromium.new_context(locale="zh-CN", **options)
    shown, troubles = context.new_page(), []
    shown.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    shown.on("console", lambda message: troubles.append(message.text) if is_trouble(message) else None)
    shown.goto(address)
    yield shown
    context.close()
    assert troubles == []
