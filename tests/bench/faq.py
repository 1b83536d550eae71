"""/faq against a static page of the same bytes: under one server, in one run, in interleaved rounds.

    python tests/bench/faq.py                 # granian (rsgi, as `make serve`), 1 worker each, load from this process on another core
    python tests/bench/faq.py --in-process    # microseconds of CPU per request, without any server

The static page is the same bytes as a file under a bare Flask app, without any of our headers. Printed: median rates,
and the median of the rounds' ratios (only ratios carry over to another machine).
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT), str(HERE)]
import load  # noqa: E402

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


def over_http(data: str, seconds: float, rounds: int, connections: int) -> dict[str, list[dict]]:
    apps = {"static": ("faq:static", "/page.html"), "faq": ("wsgi:rsgi", "/faq")}
    requests = {name: load.get(path) for name, (_, path) in apps.items()}
    found: dict[str, list[dict]] = {name: [] for name in apps}
    with load.pinned(1) as core, contextlib.ExitStack() as running:
        servers = {name: load.start(load.FLOOR.replace("{app}", app), requests[name], data, core=core, **{FOLDER: data}) for name, (app, _) in apps.items()}
        for server in servers.values():
            running.callback(server.stop)
        for _ in range(rounds):
            for name, server in servers.items():
                found[name].append(load.drive(server.port, itertools.repeat(requests[name]), seconds, connections))
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
    middle = {name: load.middle(rows) for name, rows in found.items()}
    if arguments.json:
        print(json.dumps({"ratio": ratio, **middle}))
    else:
        for name, one in middle.items():
            print(f"{name:<7}{one['rate']:>8.0f}/s  p50 {one['p50'] * 1e3:.2f} ms  p99 {one['p99'] * 1e3:.2f} ms  {one['errors']:.0f} errors")
        print(f"ratio {ratio:.2f}")
    return int(ratio < arguments.at_least)


if __name__ == "__main__":
    sys.exit(main())
