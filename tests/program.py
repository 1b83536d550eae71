"""The program as its users run it, in a process of its own: a free port, an environment of nothing, a server until the end of a block."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import wechat_client as play

ROOT = Path(__file__).parents[1]


def surroundings(**settings: str) -> dict[str, str]:
    """An environment with nothing in it but what Python needs, and these settings."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), **settings}


def free_port(below: int = 65536) -> int:
    """A port that is free; ``below`` for a cluster's node, whose second port lies 10,000 higher."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            if (port := probe.getsockname()[1]) < below:
                return port
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port - 25_000))
            return port - 25_000


def wait(until, seconds: float = 20.0) -> None:
    """Until it is so; an AssertionError where that takes too long."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def start(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess:
    """A start that is expected to end by itself."""
    return subprocess.run([sys.executable, *(arguments or ("-m", "serve"))], cwd=cwd, env=surroundings(**settings), capture_output=True, text=True, timeout=30)


@contextlib.contextmanager
def running(cwd: Path, port: int, *arguments: str, **settings: str):
    """A server, once it is ready; ended by SIGTERM unless it has ended."""
    with open(cwd / "log.txt", "wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "serve", *arguments], cwd=cwd, env=surroundings(**settings), stdout=log, stderr=log)
    send = play.through_http(port)

    def ready() -> bool:
        assert server.poll() is None, (cwd / "log.txt").read_text()
        with contextlib.suppress(OSError):
            return send("GET", "/health/ready")[0] == 200
        return False
    try:
        wait(ready)
        yield server, send
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            server.wait(15)
