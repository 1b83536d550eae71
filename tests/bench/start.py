"""From the start of a process to its first reply to a signed push: one worker, in interleaved rounds, medians.

    python tests/bench/start.py
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent), str(HERE)]
import load  # noqa: E402
import questions  # noqa: E402
import webhook  # noqa: E402

FLOOR_S = "import flask, wechatpy"


def imports(data: str) -> float:
    """Seconds that the libraries of any such bot take, in a process of their own."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", FLOOR_S], check=True, cwd=data)
    return time.perf_counter() - begun


def server(command: str) -> Callable[[str], float]:
    """Seconds from the start of a server to its first reply."""
    def measured(data: str) -> float:
        running = webhook.started(command, data, safe=True, workers=1)
        running.stop()
        return running.took
    return measured


def first_ever(_: str) -> float:
    """The same in an empty data folder: secrets and database are made, and the index is built."""
    with tempfile.TemporaryDirectory() as empty:
        return server(load.OURS)(empty)


def replaced(data: str) -> float:
    """Seconds from the death of the only worker to the first reply of the one that replaces it."""
    running = webhook.started(load.OURS, data, safe=True, workers=1)
    try:
        [push] = webhook.ready(questions.new(), True, 1)
        os.kill(running.workers()[0], signal.SIGKILL)
        begun = time.perf_counter()
        time.sleep(0.05)  # so that the dead one's socket is gone
        return load.first_reply(running.process, running.port, push) - begun
    finally:
        running.stop()


STARTS = {
    "import flask, wechatpy": imports,
    "the echo": server(load.FLOOR.replace("{app}", "echo_rsgi:app")),
    "a worker that inherits nothing": server(load.FLOOR.replace("{app}", "wsgi:rsgi")),
    "make serve": server(load.OURS),
    "make serve, for the first time": first_ever,
    "the successor of a killed worker": replaced,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the findings there")
    arguments = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in STARTS}
    with tempfile.TemporaryDirectory() as data:
        STARTS["make serve"](data)
        for _ in range(arguments.rounds):
            for name, measured in STARTS.items():
                found[name].append(measured(data))
    middle = {name: statistics.median(times) for name, times in found.items()}
    for name, seconds in middle.items():
        print(f"{name:<32}{seconds:.2f} s (rounds {min(found[name]):.2f}–{max(found[name]):.2f})")
    if arguments.json:
        arguments.json.write_text(json.dumps(middle) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
