"""What the measurements have in common: servers on this machine, a sender of load, and what /proc says of a process."""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import random
import select
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TICK = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 30.0  # seconds
SERVED, LOADING = 0, 1  # cores: the server's and the sender's, where a server has one worker
FLOOR = "{python} -m granian --interface rsgi --host 127.0.0.1 --port {port} --workers {workers} --no-ws --log-level error --http1-header-read-timeout 10000 {app}"
OURS = "{python} {root}/serve.py --workers {workers}"  # as `make serve`; the floor gets the same options


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: its process, its port, and the seconds from its start to the first reply."""

    process: subprocess.Popen
    port: int
    took: float

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def stop(self) -> None:
        """SIGTERM, and wait for the end."""
        self.process.terminate()
        self.process.wait(15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command: str, request: bytes, data: str, workers: int = 1, core: int | None = None, **environ: str) -> Server:
    """Start a server and wait for its first 200 to ``request``. ``core``: the one that it may use (None: all)."""
    port = free_port()
    words = command.format(python=sys.executable, root=ROOT, port=port, workers=workers).split()
    if core is not None and shutil.which("taskset"):
        words = ["taskset", "-c", str(core), *words]
    begun = time.perf_counter()
    process = subprocess.Popen(words, cwd=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={
        **os.environ, "HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": data, "PYTHONPATH": f"{ROOT}:{HERE}", **environ})
    return Server(process, port, first_reply(process, port, request) - begun)


def first_reply(process: subprocess.Popen, port: int, request: bytes) -> float:
    """When the first 200 to ``request`` came, as time.perf_counter() has it."""
    until = time.perf_counter() + STARTS_WITHIN
    while time.perf_counter() < until and process.poll() is None:
        with contextlib.suppress(OSError), Line(port) as line:
            line.send(request, 0.0)
            while not line.read():
                pass
            if line.right:
                return time.perf_counter()
        time.sleep(0.002)
    process.kill()
    raise SystemExit(f"no reply: {' '.join(process.args)}")


@contextlib.contextmanager
def pinned(workers: int) -> Iterator[int | None]:
    """One worker gets a core and the sender another, so that neither takes from the other; more share all. The worker's core."""
    allowed = os.sched_getaffinity(0)
    if workers > 1 or not {SERVED, LOADING} <= allowed:
        yield None
        return
    os.sched_setaffinity(0, {LOADING})
    try:
        yield SERVED
    finally:
        os.sched_setaffinity(0, allowed)


# The sender

class Line:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port, self._heard, self.due, self.right = port, b"", 0.0, False
        self._socket = self._open()

    def _open(self) -> socket.socket:
        fresh = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        fresh.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return fresh

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, request: bytes, due: float) -> None:
        self.due, self._heard, self.right = due, b"", False
        self._socket.sendall(request)

    def read(self) -> bool:
        """Take in what has come; whether that ends the reply. ``right`` says then whether it is a whole 200."""
        piece = self._socket.recv(1 << 18)
        if not piece:
            self._socket.close()
            self._socket = self._open()
            return True
        self._heard = heard = self._heard + piece if self._heard else piece
        head, found, body = heard.partition(b"\r\n\r\n")
        if not found:
            return False
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        self.right = head.startswith(b"HTTP/1.1 200") and len(body) == length > 0
        return len(body) >= length


def drive(port: int, requests: Iterable[bytes], seconds: float, connections: int, rate: float | None = None) -> dict[str, float]:
    """Send ``requests`` for ``seconds``: how many were answered, per second, latency p50 and p99 in seconds, errors.

    Closed loop: a connection sends as soon as it has its reply. Open loop, with a ``rate``: messages fall due at random
    (as people write who don't know of each other), and latency counts from when one fell due, not from when it was sent.
    """
    lines = [Line(port) for _ in range(connections)]
    idle, busy, waiting = list(lines), set(), iter(requests)
    chance, latencies, errors = random.Random(7), [], 0
    due = begun = time.perf_counter()
    until = begun + seconds
    while True:
        now = time.perf_counter()
        while idle and (now if rate is None else due) < until and (rate is None or due <= now) and (request := next(waiting, None)):
            line = idle.pop()
            line.send(request, now if rate is None else due)
            busy.add(line)
            due += chance.expovariate(rate) if rate else 0.0
        over = (now if rate is None else due) >= until or idle and rate is None
        if not busy and over:
            break
        for line in select.select(busy, (), (), None if over or rate is None or not idle else max(0.0, due - now))[0]:
            if line.read():
                latencies.append(time.perf_counter() - line.due)
                errors += not line.right
                busy.discard(line)
                idle.append(line)
    took = time.perf_counter() - begun
    for line in lines:
        line.__exit__()
    latencies.sort()
    return {"messages": len(latencies), "rate": len(latencies) / took, "p50": latencies[len(latencies) // 2], "p99": latencies[int(len(latencies) * 0.99)], "errors": errors}


def get(path: str) -> bytes:
    """A GET request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """A POST request as it goes over the wire."""
    return b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body)


# What /proc says

def cpu_of(pids: Iterable[int]) -> float:
    """Seconds of CPU that the processes have used, in their own code and the kernel's."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_of(pids: Iterable[int]) -> dict[str, float]:
    """MB of a process, the mean over them: resident (rss), and with shared pages split among those that share them (pss)."""
    found = [dict(line.split()[:2] for line in itertools.islice(Path(f"/proc/{pid}/smaps_rollup").open(), 1, None)) for pid in pids]
    return {name.lower(): statistics.mean(int(one[f"{name}:"]) for one in found) / 1024 for name in ("Rss", "Pss")}


def machine() -> str:
    """On what it was measured, in words."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}"


def middle(rows: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure."""
    return {key: statistics.median(one[key] for one in rows) for key in rows[0]}
