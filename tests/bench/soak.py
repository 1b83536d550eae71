"""Promises under load and attack, reproduced by hand against the real server (two workers), larger than in the tests.

    python tests/bench/soak.py once --messages 10000        # 3 deliveries each, a worker killed: one row, equal triples
    python tests/bench/soak.py mutations --bodies 100000    # signed bodies, damaged: no 5xx, no hang, then a right answer
    python tests/bench/soak.py forgeries --requests 10000   # signatures, damaged: all 403
    python tests/bench/soak.py steady --rate 50 --seconds 60  # fixed arrival times: p50, p99, late ones, memory
    python tests/bench/soak.py steady --redis frozen        # the same over a Redis of its own, to which that happens after a quarter of the time
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
import redis_server  # noqa: E402
import wechat_client as play  # noqa: E402

FAULTS = {
    "well": lambda redis: None, "killed": redis_server.Server.kill, "frozen": redis_server.Server.freeze, "full": redis_server.Server.fill,
    "read-only": redis_server.Server.make_read_only, "restarted": redis_server.Server.restart_empty,
}
QUESTION, RIGHT = "申报什么时候截止", "5月15日"


class Line:
    """One keep-alive connection, opened again where it was cut."""

    def __init__(self, port: int) -> None:
        self.port, self.connection = port, None

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        import http.client
        for _ in range(200):
            try:
                self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                self.connection.request("POST", path, body, {"Content-Type": "text/xml"})
                response = self.connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.05)
        raise SystemExit("the server is gone")


@contextlib.contextmanager
def server(data: str, **settings: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "granian", "--interface", "rsgi", "--port", str(port), "--workers", "2", "--no-ws", "--log-level", "error", "--respawn-failed-workers",
             "--workers-kill-timeout", "4"]
    log = open(Path(data) / "log.txt", "wb")
    process = subprocess.Popen([*words, "wsgi:rsgi"], cwd=data, stdout=log, stderr=log,
                               env={**os.environ, **play.PLAIN, **settings, "DATA_DIR": data, "PYTHONPATH": str(ROOT)})
    line = Line(port)
    line.post("/wechat?" + urlencode(play.query()), b"")
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait(10)
        print("in the log:", (Path(data) / "log.txt").read_text().count("Traceback"), "tracebacks")


def signed(openid: str = play.OPENID) -> str:
    return "/wechat?" + urlencode(play.query(openid=openid))


def once(arguments: argparse.Namespace, process: subprocess.Popen, port: int, data: str) -> bool:
    count, replies, lock = arguments.messages, {}, threading.Lock()
    local = threading.local()

    def deliver(number: int) -> None:
        local.line = getattr(local, "line", None) or Line(port)
        openid = f"oOnce{number}"
        reply = local.line.post(signed(openid), play.text(QUESTION, openid=openid, message_id=number).encode())
        with lock:
            replies.setdefault(number, set()).add(reply)
    order = [number for number in range(count) for _ in range(3)]
    random.Random(1).shuffle(order)
    order.sort(key=lambda number: number // 2000)  # the three deliveries lie near each other, as retries do
    with ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(deliver, number) for number in order]
        time.sleep(2)
        os.kill(int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[-1]), signal.SIGKILL)
        [job.result() for job in jobs]
    with contextlib.closing(sqlite3.connect(Path(data) / "bot.db")) as db:
        rows = db.execute("SELECT count(*), count(DISTINCT person) FROM journal").fetchone()
        whole = db.execute("PRAGMA integrity_check").fetchone()[0]
    equal = sum(len(one) == 1 and next(iter(one))[0] == 200 and RIGHT.encode() in next(iter(one))[1] for one in replies.values())
    print(f"{count} messages × 3, one worker killed: {equal} equal and right triples, {rows[0]} rows of {rows[1]} people, integrity {whole}")
    return equal == count and rows == (count, count) and whole == "ok"


def mutations(arguments: argparse.Namespace, process: subprocess.Popen, port: int, data: str) -> bool:
    seeds = [play.text(QUESTION), play.event("CLICK", EventKey="QUOTA"), play.push("image", PicUrl="x"), play.event("subscribe", EventKey="qrscene_1"),
             play.push("voice", Recognition=QUESTION), play.push("location", Label="x"), play.text("\U000e0001\u202e👩‍🔧" * 50), play.text("申" * 20000)]

    def run(seed: int) -> tuple[dict[int, int], float]:
        chance, line, seen, slowest = random.Random(seed), Line(port), {}, 0.0
        for number in range(arguments.bodies // 4):
            body = bytearray(chance.choices(seeds, [4, 4, 4, 4, 4, 4, 2, 0.2])[0].replace(play.OPENID, f"oM{seed}x{number}").encode())
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(body) or 1)
                body[at : at + chance.choice([0, 1, 30])] = chance.choice([b"", os.urandom(4), body[at : at + 40], b"<", b"]]>", b"&#0;", b"\xff"])
            begun = time.perf_counter()
            status, answer = line.post(signed(), bytes(body))
            slowest = max(slowest, time.perf_counter() - begun)
            seen[status] = seen.get(status, 0) + 1
            assert b"Traceback" not in answer
        return seen, slowest
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(run, range(4)))
    total = {status: sum(seen.get(status, 0) for seen, _ in results) for status in sorted({status for seen, _ in results for status in seen})}
    right = RIGHT in Line(port).post(signed("oAfter"), play.text(QUESTION, openid="oAfter").encode())[1].decode()
    print(f"{sum(total.values())} damaged bodies: statuses {total}, slowest {max(slow for _, slow in results):.2f} s, the question afterwards {'right' if right else 'WRONG'}")
    return right and not any(status >= 500 for status in total) and max(slow for _, slow in results) < 2


def forgeries(arguments: argparse.Namespace, process: subprocess.Popen, port: int, data: str) -> bool:
    chance, line, seen = random.Random(3), Line(port), {}
    body = play.text(QUESTION).encode()
    for _ in range(arguments.requests):
        query = play.query()
        name = chance.choice(["signature", "timestamp", "nonce"])
        value = query[name]
        at = chance.randrange(len(value))
        bent = chance.choice([value[:at], value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :], value.upper() + "A", "", None, (value, value)])
        path = "/wechat?" + urlencode([(key, one) for key, given in (query | {name: bent}).items() if given is not None
                                       for one in (given if isinstance(given, tuple) else (given,))])
        answer = line.post(path, body)
        seen[answer] = seen.get(answer, 0) + 1
    print(f"{arguments.requests} forgeries: {seen}")
    return set(seen) == {(403, b"")}


def steady(arguments: argparse.Namespace, process: subprocess.Popen, port: int, data: str) -> bool:
    waits, wrong, lock, local = [], [0], threading.Lock(), threading.local()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()

    def resident() -> list[int]:
        return [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20 for pid in children]

    def ask(number: int, due: float) -> None:
        local.line = getattr(local, "line", None) or Line(port)
        openid = f"oS{number % 20000}"
        status, answer = local.line.post(signed(openid), play.text(QUESTION, openid=openid).encode())
        with lock:
            waits.append(time.perf_counter() - due)  # from the planned arrival: a stall counts for all who wait
            wrong[0] += status != 200 or RIGHT.encode() not in answer
    before, begun = resident(), time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        for number in range(int(arguments.rate * arguments.seconds)):
            due = begun + number / arguments.rate
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(ask, number, due)
    waits.sort()
    p50, p99 = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
    log = Path(data) / "bot.db-wal"
    print(f"{len(waits)} messages at {arguments.rate}/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {waits[-1] * 1000:.0f} ms, {wrong[0]} wrong, "
          f"resident MB {before} → {resident()}, write-ahead log {log.stat().st_size >> 20} MB")
    return not wrong[0] and p99 <= 300 and waits[-1] < 4.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["once", "mutations", "forgeries", "steady"])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--redis", choices=FAULTS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, contextlib.ExitStack() as ending:
        settings = {}
        if arguments.redis:
            redis = ending.enter_context(redis_server.running(Path(data) / "redis"))
            settings = {"REDIS_URL": redis.url}
            threading.Timer(arguments.seconds / 4, FAULTS[arguments.redis], [redis]).start()
        process, port = ending.enter_context(server(data, **settings))
        held = globals()[arguments.what](arguments, process, port, data)
    print("kept" if held else "BROKEN")
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
