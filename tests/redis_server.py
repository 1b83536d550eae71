"""Real Redis servers of our own on free ports of this machine: single, frozen, full, replicated, under Sentinel, in a cluster."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import free_port, wait

PROGRAM = shutil.which("redis-server")
NONE = "no redis-server on this machine (apt-get install redis-server)"


class Server:
    """One redis-server, and what may happen to it."""

    def __init__(self, folder: Path, *options: str, port: int = 0, sentinel: str = "", host: str = "127.0.0.1", within: tuple[str, ...] = ()) -> None:
        if not PROGRAM:
            pytest.skip(NONE)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.options, self.port, self.sentinel = folder, options, port or free_port(), sentinel
        self.host, self.within = host, within  # the command that puts it on another machine, where that is none of ours
        self.process: subprocess.Popen | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def start(self) -> None:
        """Run it, empty, and wait until it listens."""
        words = ["--port", str(self.port), "--bind", self.host, "--save", "", "--appendonly", "no", "--dir", str(self.folder), "--logfile", str(self.folder / "log")]
        if self.sentinel:
            (self.folder / "sentinel.conf").write_text(f"port {self.port}\nbind {self.host}\ndir {self.folder}\nlogfile {self.folder / 'log'}\n{self.sentinel}\n")
            words = [str(self.folder / "sentinel.conf"), "--sentinel"]
        self.process = subprocess.Popen([*self.within, PROGRAM, *words, *self.options], stdout=subprocess.DEVNULL)
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def say(self, *words: str) -> object:
        """What it answers to a command."""
        from redis import Redis
        with Redis(self.host, self.port, socket_timeout=5, protocol=2) as client:
            return client.execute_command(*words)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(5)

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.process.pid, signal.SIGCONT)

    def fill(self) -> None:
        self.say("CONFIG", "SET", "maxmemory", "1")

    def make_read_only(self) -> None:
        self.say("REPLICAOF", self.host, str(free_port()))

    def restart_empty(self) -> None:
        self.kill()
        self.start()

    def end(self) -> None:
        self.thaw()
        self.kill()


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[Server]:
    """A server until the end of the block."""
    server = Server(folder, *options)
    try:
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def cluster(folder: Path, nodes: int = 3) -> Iterator[list[Server]]:
    """A cluster of primaries."""
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
    servers = [Server(folder / str(number), *options, port=free_port(55_000)) for number in range(nodes)]
    try:
        made = subprocess.run(["redis-cli", "--cluster", "create", *(f"127.0.0.1:{one.port}" for one in servers), "--cluster-replicas", "0", "--cluster-yes"],
                              capture_output=True, text=True, timeout=60)
        assert made.returncode == 0, made.stdout
        wait(lambda: all("ok" in str(one.say("CLUSTER INFO")).split("cluster_slots_assigned")[0] for one in servers))
        yield servers
    finally:
        for one in servers:
            one.end()


@contextlib.contextmanager
def under_sentinel(folder: Path) -> Iterator[tuple[Server, Server, Server]]:
    """A primary called ``bot``, its replica, and a Sentinel that watches them."""
    primary = Server(folder / "primary")
    servers = [primary]
    try:
        servers.append(Server(folder / "replica", "--replicaof", "127.0.0.1", str(primary.port)))
        watch = "\n".join([f"sentinel monitor bot 127.0.0.1 {primary.port} 1", "sentinel down-after-milliseconds bot 500", "sentinel failover-timeout bot 2000"])
        servers.append(Server(folder / "sentinel", sentinel=watch))
        wait(lambda: servers[1].say("ROLE")[3] in (b"connected", "connected"))
        wait(lambda: len(servers[2].say("SENTINEL", "REPLICAS", "bot")) == 1)
        yield tuple(servers)
    finally:
        for one in servers:
            one.end()
