"""What every page has in common: security headers, refusal of cross-site posts, errors in words."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Request, Response, render_template_string, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.http import HTTP_STATUS_CODES

from bot import webhook
from bot.sent import HEADERS, NO_STORE
from bot.service import Service

log = logging.getLogger("bot.web")
SAYINGS = {
    400: "请求有误。",
    403: "不允许这样访问。",
    404: "没有这个页面。",
    405: "不支持这种请求。",
    413: "内容太大，请分几次发送。",
    429: "操作太频繁，请稍后再试。",
    503: "现在无法服务，请稍后再试。",
}
_PAGE = "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{{ code }}</title><p>{{ saying }}</p><p><a href=/>回首页</a></p></html>"


def harden(app: Flask) -> None:
    """Headers on every response, errors in words, no query in the development server's log."""
    app.wsgi_app = _with_headers(app.wsgi_app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _our_slip)
    logging.getLogger("werkzeug").addFilter(_without_query)


def short_way(app: Flask, service: Service) -> None:
    """What ``service`` answers directly does not go through Flask; what is unusual about a request (chunked, too long) does."""
    below, most, direct = app.wsgi_app, app.config["MAX_CONTENT_LENGTH"], service.direct()

    def application(environ: dict, start_response: Callable) -> object:
        answer = direct.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        length = environ.get("CONTENT_LENGTH") or ("0" if environ["REQUEST_METHOD"] == "GET" else "")
        if not answer or not (length.isdecimal() and len(length) < 9 and int(length) <= most):
            return below(environ, start_response)
        status, headers, body = answer(environ.get("QUERY_STRING", "").encode("latin-1"), partial(environ["wsgi.input"].read, int(length)))
        start_response(f"{status} {HTTP_STATUS_CODES[status]}", headers)
        return [body]
    app.wsgi_app = application


def foreign(asked: Request) -> bool:
    """Whether a request that changes something was sent by another site's page (cross-site request forgery).

    Browsers tell by Sec-Fetch-Site, older ones by Origin; what tells nothing is no browser, and has no one's cookie.
    """
    site = asked.headers.get("Sec-Fetch-Site")
    if site:
        return site not in ("same-origin", "none")
    origin = asked.headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != asked.host


def whole_body(asked: Request) -> bytes:
    """The request's body; 413 where it is over the limit. (Werkzeug cuts a chunked one off at the limit, silently.)"""
    if asked.content_length is not None:
        return asked.get_data(cache=False)
    if not asked.environ.get("wsgi.input_terminated"):
        return b""
    source, limit, body = asked.environ["wsgi.input"], asked.max_content_length or 0, bytearray()
    while chunk := source.read(1 << 16):
        body += chunk
        if len(body) > limit:
            raise RequestEntityTooLarge
    return bytes(body)


def _with_headers(wsgi: Callable) -> Callable:
    """Every response gets the headers that it does not set itself. Below Flask, where that costs next to nothing."""
    ours = [(name.lower(), name, value) for name, value in (*HEADERS.items(), NO_STORE)]

    def application(environ: dict, start_response: Callable) -> object:
        def start(status: str, headers: list, exc_info: object = None) -> object:
            given = {name.lower() for name, _ in headers}
            headers.extend((name, value) for key, name, value in ours if key not in given)
            return start_response(status, headers, exc_info)
        return wsgi(environ, start)
    return application


def _http_error(error: HTTPException) -> Response | tuple[str, int]:
    code = error.code or 500
    if error.response is not None and code < 400:
        return error.response
    if request.path == webhook.PATH:
        return Response("", code, content_type="text/plain; charset=utf-8")
    return render_template_string(_PAGE, code=code, saying=SAYINGS.get(code, "出错了，请稍后再试。")), code


def _our_slip(error: Exception) -> tuple[str, int]:
    log.error("page failed", extra={"event": "failed", "error": type(error).__name__, "endpoint": request.endpoint})
    return render_template_string(_PAGE, code=500, saying="出错了，请稍后再试。"), 500


def _without_query(record: logging.LogRecord) -> bool:
    """Drop the query from a request line: it holds the signature and the openid."""
    if isinstance(record.args, tuple):
        record.args = tuple(re.sub(r"\?\S*", "", one) if isinstance(one, str) else one for one in record.args)
    return True
