"""Starts the server: ``python serve.py`` in a checkout, ``python -m serve`` where the wheel is installed.

HOST and PORT come from the settings, so a ``.env`` file counts. What is wrong ends in one sentence before any worker
starts; the notice is loaded here once, and the workers inherit it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from bot import config
from knowledge import snapshot

GRACE = 4  # seconds that replies under way get at SIGTERM
HEADERS_WITHIN = 10_000  # milliseconds; bodies are timed by bot/rsgi.py


def main() -> None:
    """Check settings, notice and port, then serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, choices=range(1, 65), metavar="N", help="processes (default 2)")
    workers = parser.parse_args().workers
    settings = _checked()
    counters = tempfile.mkdtemp(prefix="cpcif-quality-bot-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = counters  # so that /metrics adds the workers up; not on the data disk, which may be full
    import bot.service  # noqa: F401 - here, so that workers are forked with it (after the line above, which its counters look at)

    _give_back()
    try:
        _server(settings.host, settings.port, workers).serve()
    finally:
        shutil.rmtree(counters, ignore_errors=True)


def _checked() -> config.Settings:
    """The settings, once everything that a start needs is known to be there; else the end, in words."""
    try:
        settings = config.load()
    except config.SettingsError as error:
        sys.exit(f"设置有误 / The settings are wrong:\n{error}")
    _load_notice(settings.data_dir)
    _free(settings.host, settings.port)
    print(f"http://{_shown(settings.host)}:{settings.port}/chat", file=sys.stderr, flush=True)
    return settings


def _load_notice(data_dir: Path) -> None:
    """Load the notice, or end with a sentence. What has to be built for it is built by a child, whose memory goes with it."""
    child = os.fork()
    try:
        snapshot.current(data_dir) if not child else os.waitpid(child, 0)
    finally:
        if not child:
            os._exit(0)  # whatever went wrong here goes wrong below, where it is said
    try:
        snapshot.current(data_dir)
    except Exception as error:
        sys.exit(f"读不到通知 / The notice can't be read: {error}")


def _give_back() -> None:
    """Return to the system what only loading needed, and share the rest with the workers for good."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def _free(host: str, port: int) -> None:
    """End with a sentence unless ``host:port`` can be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        reason = error.strerror or str(error)
        sys.exit(f"不能监听{host}:{port}（{reason}），请停掉占用的程序，或改HOST、PORT。 / Can't listen on {host}:{port} ({reason}): stop what uses it, or set HOST or PORT.")


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _server(host: str, port: int, workers: int) -> Granian:
    return Granian(
        "wsgi:rsgi", address=host, port=port, interface=Interfaces.RSGI, workers=workers, websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN),
        log_level=LogLevels.error, respawn_failed_workers=True, respawn_interval=0.5, workers_kill_timeout=GRACE,
    )


if __name__ == "__main__":
    main()
