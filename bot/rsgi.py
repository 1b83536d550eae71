"""The service and its pages under Granian's RSGI interface: a request is read whole and in time, then answered.

Under Granian's own WSGI interface a slow sender holds a thread for as long as it likes. Here bodies are read by the
event loop, within BODY_SECONDS and the size limit, so thousands of slow senders cost next to nothing. A push is answered
on the loop itself, without a WSGI call (either would cost as much as the answer); pages, which may wait, in threads, and
loaded when the first one is asked for.
"""

from __future__ import annotations

import asyncio
import gc
import io
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import unquote_to_bytes

from bot import BODY_AT_MOST, UPLOAD_AT_MOST, sent, webhook
from bot.sent import Sent
from bot.service import Direct

BODY_SECONDS = 10
TOO_LATE, TOO_MUCH = (sent.sent(sent.plain("", status)) for status in (408, 413))
_threads = ThreadPoolExecutor(8, thread_name_prefix="pages")
_BASE = {
    "SCRIPT_NAME": "", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
    "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
}


class App:
    """One RSGI application: what is answered ``direct``, and the pages of the WSGI application that ``pages`` makes."""

    def __init__(self, pages: Callable[[], Callable], direct: dict[tuple[str, str], Direct] | None = None, wake: Callable[[], None] | None = None) -> None:
        self._make_pages, self._direct, self._wake = pages, direct or {}, wake
        self._pages: Callable | None = None
        self._making = threading.Lock()

    def __rsgi_init__(self, loop: object) -> None:
        """At a worker's start: load what the first message would have to wait for, and keep it out of every collection."""
        if self._wake:
            self._wake()
            gc.collect()
            gc.freeze()

    async def __rsgi__(self, scope, protocol) -> None:
        push = scope.path == webhook.PATH
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(scope, protocol, BODY_AT_MOST if push else UPLOAD_AT_MOST)
        except TimeoutError:
            protocol.response_bytes(*TOO_LATE)
            return
        if body is None:
            protocol.response_bytes(*TOO_MUCH)
            return
        answer = self._direct.get((scope.method, scope.path))
        if push and answer:
            protocol.response_bytes(*answer(scope.query_string.encode("latin-1", "replace"), lambda: body))
            return
        work = partial(answer, b"", bytes) if answer else partial(self._page, _environ(scope, body))
        protocol.response_bytes(*await asyncio.get_running_loop().run_in_executor(_threads, work))

    def _page(self, environ: dict) -> Sent:
        with self._making:
            self._pages = self._pages or self._make_pages()
        return _answer(self._pages, environ)


async def _read(scope, protocol, most: int) -> bytes | None:
    """The whole body, or None where it is, or says it is, over ``most``."""
    length = scope.headers.get("content-length")
    if scope.method in ("GET", "HEAD") and not length:
        return b""
    if length and (not length.isdigit() or int(length) > most):
        return None
    if length and int(length) <= 1 << 16:
        return await protocol()
    body = bytearray()
    async for chunk in protocol:
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def _environ(scope, body: bytes) -> dict:
    server, _, port = scope.server.rpartition(":")
    environ = {
        **_BASE, "REQUEST_METHOD": scope.method, "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"), "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server, "SERVER_PORT": port, "REMOTE_ADDR": _address(scope.client), "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in scope.headers.items():
        if "_" in name:  # X_Forwarded_For would read as X-Forwarded-For, which the proxy writes over, and this one not
            continue
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = f"{environ[f'HTTP_{key}']},{value}" if f"HTTP_{key}" in environ else value
    return environ


def _address(client: str) -> str:
    """The sender's IP address alone: [::1]:5000 → ::1, [::ffff:192.0.2.1]:5000 → 192.0.2.1."""
    return client.rpartition(":")[0].strip("[]").removeprefix("::ffff:")


def _answer(wsgi_app: Callable, environ: dict) -> Sent:
    """Status, headers and body of the WSGI app's response."""
    started = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        started[:] = [int(status[:3]), headers]
    chunks = wsgi_app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return started[0], started[1], body

