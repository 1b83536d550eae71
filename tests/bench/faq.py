"""/faq against a static page of the same bytes: under one server, in one run, in interleaved rounds.

    python tests/bench/faq.py                 # granian (rsgi, as `make serve`), 1 worker each, load from this process
    python tests/bench/faq.py --in-process    # microseconds of CPU per request, without any server

The static page is the same bytes as a file under a bare Flask app, without any of our headers. Printed: median rates,
and the median of the rounds' ratios (only ratios carry over to another machine).
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from flask import Flask

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT), str(HERE)]
FOLDER = "BENCH_STATIC"  # where the static page lies, for the server's process


def static_app(folder: str) -> Flask:
    """A bare Flask app with one static page."""
    app = Flask("static", static_folder=folder, static_url_path="")
    return app


def __getattr__(name: str):
    """``faq:static`` for the server: the bare app under the same RSGI wrapper as ours."""
    if name != "static":
        raise AttributeError(name)
    from bot.rsgi import App
    return App(static_app(os.environ[FOLDER]).wsgi_app)


def ours(data: str):
    from bot import create_app
    return create_app({"DATA_DIR": data})


def load(port: int, path: str, seconds: float, connections: int) -> dict:
    """As much as the server takes over keep-alive connections: rate, p50, p99, errors."""
    latencies, errors, until = [], [0], time.perf_counter() + seconds
    question = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()

    def one() -> None:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb")
        while (begun := time.perf_counter()) < until:
            connection.sendall(question)
            errors[0] += not _read(reader)
            latencies.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    threads = [threading.Thread(target=one) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    latencies.sort()
    return {"rate": len(latencies) / took, "p50": latencies[len(latencies) // 2], "p99": latencies[int(len(latencies) * 0.99)], "errors": errors[0]}


def _read(reader) -> bool:
    status, length = reader.readline(), 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    return status.startswith(b"HTTP/1.1 200") and len(reader.read(length)) == length


def serve(app: str, path: str, data: str) -> tuple[subprocess.Popen, int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning", app]
    environ = {**os.environ, "DATA_DIR": data, FOLDER: data, "PYTHONPATH": f"{ROOT}:{HERE}"}
    process = subprocess.Popen(words, env=environ, cwd=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            if load(port, path, 0.3, 1)["errors"] == 0:
                return process, port
        except OSError:
            time.sleep(0.05)
    process.terminate()
    raise SystemExit(f"{app} did not start")


def over_http(data: str, seconds: float, rounds: int, connections: int) -> dict[str, list[dict]]:
    apps = {"static": ("faq:static", "/page.html"), "faq": ("wsgi:rsgi", "/faq")}
    running = {name: (*serve(app, path, data), path) for name, (app, path) in apps.items()}
    found: dict[str, list[dict]] = {name: [] for name in apps}
    try:
        for _ in range(rounds):
            for name, (_, port, path) in running.items():
                found[name].append(load(port, path, seconds, connections))
    finally:
        for process, _, _ in running.values():
            process.terminate()
            process.wait(10)
    return found


def in_process(data: str, rounds: int, count: int = 1500) -> dict[str, list[dict]]:
    """CPU time of the WSGI call alone, as a rate."""
    clients = {"static": (static_app(data).wsgi_app, "/page.html"), "faq": (ours(data).wsgi_app, "/faq")}
    found: dict[str, list[dict]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name, (app, path) in clients.items():
            begun = time.process_time()
            for _ in range(count):
                environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "a", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "HTTP_HOST": "a",
                           "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": None, "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1"}
                answer = app(environ, lambda *_: None)
                assert sum(map(len, answer)) > 10_000
                getattr(answer, "close", int)()
            took = (time.process_time() - begun) / count
            found[name].append({"rate": 1 / took, "p50": took, "p99": took, "errors": 0})
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--in-process", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 where the ratio is below this")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "page.html").write_bytes(ours(data).test_client().get("/faq").data)
        found = in_process(data, arguments.rounds) if arguments.in_process else over_http(data, arguments.seconds, arguments.rounds, arguments.connections)
    ratio = statistics.median(one["rate"] / other["rate"] for one, other in zip(found["faq"], found["static"], strict=True))
    middle = {name: {key: statistics.median(one[key] for one in rows) for key in rows[0]} for name, rows in found.items()}
    if arguments.json:
        print(json.dumps({"ratio": ratio, **middle}))
    else:
        for name, one in middle.items():
            print(f"{name:<7}{one['rate']:>8.0f}/s  p50 {one['p50'] * 1e3:.2f} ms  p99 {one['p99'] * 1e3:.2f} ms  {one['errors']:.0f} errors")
        print(f"ratio {ratio:.2f}")
    return int(ratio < arguments.at_least)


if __name__ == "__main__":
    sys.exit(main())
