"""This webhook against a bare Flask + wechatpy echo: under one server, in one run, plain and safe, in interleaved rounds.

    python tests/bench/webhook.py                       # granian (rsgi, as `make serve`), 1 worker, load from another process on another core
    python tests/bench/webhook.py --server gunicorn --rounds 7 --seconds 3
    python tests/bench/webhook.py --in-process          # microseconds of CPU per message, without any server

Every message is signed, has its own MsgId and is one of thousands of askers, so that nothing is answered from a cache.
Printed: median rates, and the median of the rounds' ratios (only ratios carry over to another machine).
"""

from __future__ import annotations

import argparse
import http.client
import io
import itertools
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT), str(HERE)]
import wechat_client as play  # noqa: E402

QUESTIONS = (
    "申报什么时候截止", "在哪个网站报", "小组主要完成人最多几个人", "班组成果名称有什么要求", "我们去年备案通过320个小组，可以报几个", "申报表要盖哪些章", "附件6统计表怎么填",
    "活动记录要交吗", "2024年3月完成的成果行吗", "联系电话是多少", "评审费多少钱", "报告书多少字", "你好", "申报要求有哪些", "张建国,李梅,王志强", "普及率怎么算",
)
OPENIDS = 20_000
SERVERS = {
    "rsgi": "{python} -m granian --interface rsgi --host 127.0.0.1 --port {port} --workers {workers} --no-ws --log-level warning {app}",
    "granian": "{python} -m granian --interface wsgi --host 127.0.0.1 --port {port} --workers {workers} --blocking-threads {threads} --no-ws --log-level warning {app}",
    "gunicorn": "{python} -m gunicorn -b 127.0.0.1:{port} -w {workers} -k gthread --threads {threads} --log-level error {app}",
}


def requests(safe: bool, count: int, numbers=itertools.count(int(time.time() * 1000) * 1000)):
    """Path and body of ``count`` fresh pushes. Sealing is done in process here: OpenSSL's command would take minutes."""
    cipher = _cipher() if safe else None
    for number in itertools.islice(numbers, count):
        openid = f"oBench{number % OPENIDS:022d}"
        xml = play.text(QUESTIONS[number % len(QUESTIONS)], openid=openid, message_id=number)
        sealed = cipher.encrypt(xml, play.APP_ID).decode() if safe else None
        body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{play.cdata(sealed)}</Encrypt></xml>" if safe else xml
        yield f"/wechat?{urlencode(play.query(sealed, openid=openid))}", body.encode()


def _cipher():
    from bot.wechat import cipher
    return cipher(play.AES_KEY)


# Over HTTP

def load(port: int, safe: bool, seconds: float, connections: int) -> dict:
    """As much as the server takes, over keep-alive connections: messages, rate, p50, p99, errors."""
    ready = list(requests(safe, int(seconds * 9000)))
    work, latencies, errors = iter(ready), [], [0]
    until = time.perf_counter() + seconds

    def one() -> None:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = connection.makefile("rb")
        for path, body in work:
            begun = time.perf_counter()
            if begun > until:
                break
            connection.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s" % (path.encode(), len(body), body))
            if not _read(reader):
                errors[0] += 1
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
    status = reader.readline()
    length = 0
    while (line := reader.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    return status.startswith(b"HTTP/1.1 200") and b"<xml>" in reader.read(length)


def serve(server: str, app: str, port: int, workers: int, threads: int, data: str, safe: bool, core: int | None) -> subprocess.Popen:
    words = SERVERS[server].format(python=sys.executable, port=port, workers=workers, threads=threads, app=app).split()
    environ = {**os.environ, **(play.SAFE if safe else play.PLAIN), "DATA_DIR": data, "PYTHONPATH": f"{ROOT}:{HERE}"}
    if core is not None and shutil.which("taskset"):
        words = ["taskset", "-c", str(core), *words]
    process = subprocess.Popen(words, env=environ, cwd=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path, body = next(requests(safe, 1))
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("POST", path, body)
            if connection.getresponse().status == 200:
                return process
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{server} did not start {app}")


def memory_of(process: subprocess.Popen) -> list[int]:
    """Resident MB of the process and its children."""
    found = []
    for pid in (process.pid, *map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())):
        found.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 >> 20)
    return found


def compare(arguments: argparse.Namespace, safe: bool) -> dict:
    rounds, memory = {"echo": [], "ours": []}, {}
    core = None if arguments.no_pin or (os.cpu_count() or 1) < 2 else 0
    if core == 0:
        os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as data:
        running = {}
        for name, app in (("echo", "echo_rsgi:app"), ("ours", "wsgi:rsgi")) if arguments.server == "rsgi" else (("echo", "echo:app"), ("ours", "wsgi:app")):
            running[name] = _free_port()
            running[name] = (serve(arguments.server, app, running[name], arguments.workers, arguments.threads, data, safe, core), running[name])
        try:
            for _ in range(arguments.rounds):
                for name, (_, port) in running.items():
                    rounds[name].append(load(port, safe, arguments.seconds, arguments.connections))
            memory = {name: memory_of(process) for name, (process, _) in running.items()}
        finally:
            for process, _ in running.values():
                process.terminate()
                process.wait(10)
    ratios = [ours["rate"] / echo["rate"] for ours, echo in zip(rounds["ours"], rounds["echo"], strict=True)]
    middle = {name: {key: statistics.median(one[key] for one in found) for key in found[0]} for name, found in rounds.items()}
    return {"mode": "safe" if safe else "plain", "ratio": statistics.median(ratios), "ratios": ratios, "memory": memory, **middle}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# In process

def in_process(safe: bool, rounds: int, count: int = 2000) -> dict:
    """CPU microseconds per message of the WSGI call alone."""
    with tempfile.TemporaryDirectory() as data:
        os.environ.update(play.SAFE)
        import echo

        from bot import create_app
        apps = {"echo": echo.app, "ours": create_app({**(play.SAFE if safe else play.PLAIN), "DATA_DIR": data})}
        times = {name: [] for name in apps}
        for _ in range(rounds):
            for name, app in apps.items():
                environs = [_environ(path, body) for path, body in requests(safe, count)]
                begun = time.process_time()
                for environ in environs:
                    answer = app.wsgi_app(environ, _started)
                    b"".join(answer)
                    if hasattr(answer, "close"):
                        answer.close()
                times[name].append((time.process_time() - begun) / count * 1e6)
    middle = {name: statistics.median(found) for name, found in times.items()}
    return {"mode": "safe" if safe else "plain", "echo_us": middle["echo"], "ours_us": middle["ours"], "ratio": middle["echo"] / middle["ours"]}


def _environ(path: str, body: bytes) -> dict:
    return {"REQUEST_METHOD": "POST", "PATH_INFO": "/wechat", "QUERY_STRING": path.partition("?")[2], "SERVER_NAME": "a", "SERVER_PORT": "80", "wsgi.version": (1, 0),
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False, "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "text/xml", "HTTP_HOST": "a", "REMOTE_ADDR": "127.0.0.1"}


def _started(status: str, headers: list, exc_info: object = None) -> None:
    assert status.startswith("200"), status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", choices=SERVERS, default="rsgi")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--no-pin", action="store_true", help="don't pin the servers to core 0 and the load to core 1")
    parser.add_argument("--in-process", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 where a ratio is below this")
    arguments = parser.parse_args()
    results = [in_process(safe, arguments.rounds) if arguments.in_process else compare(arguments, safe) for safe in (False, True)]
    for one in results:
        if arguments.json:
            print(json.dumps(one))
        elif arguments.in_process:
            print(f"{one['mode']:<6} echo {one['echo_us']:.0f} µs, ours {one['ours_us']:.0f} µs, {one['ours_us'] - one['echo_us']:+.0f} µs, throughput ratio {one['ratio']:.2f}")
        else:
            for name in ("echo", "ours"):
                print(f"{one['mode']:<6} {name}: {one[name]['rate']:.0f}/s, p50 {one[name]['p50'] * 1000:.1f} ms, p99 {one[name]['p99'] * 1000:.1f} ms, "
                      f"{one[name]['errors']:.0f} errors, resident MB {one['memory'][name]}")
            print(f"{one['mode']:<6} ratio {one['ratio']:.2f} (rounds {' '.join(f'{ratio:.2f}' for ratio in one['ratios'])})")
    return int(min(one["ratio"] for one in results) < arguments.at_least)


if __name__ == "__main__":
    sys.exit(main())
