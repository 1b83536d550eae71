"""This webhook against a bare Flask + wechatpy echo: under one server, in one run, plain and safe, in interleaved rounds.

    python tests/bench/webhook.py                                # plain and safe mode, one and two workers, closed and open loop
    python tests/bench/webhook.py --workers 1 --questions new    # the closed loop as it is when nobody asks what was asked before
    python tests/bench/webhook.py --in-process                   # CPU per message and its steps, without any server (steps.py)

Ours is `python serve.py`, the echo the same server with the same options. Every message is signed, has its own MsgId and
is one of thousands of askers, each of whom writes twice. Questions are ``new`` (each text differs from those of a long while) or
``repeated`` (people ask the same things). Printed: medians over the rounds; a ratio is taken round by round, and only
ratios carry over to another machine. With two workers on two cores the sender takes a part of both: there
CPU per message says more than the rate.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent), str(HERE)]
import load  # noqa: E402
import questions  # noqa: E402

import wechat_client as play  # noqa: E402

A_ROW, EACH = 1_000, 2  # so many people write one after the other, each so many times, before the next so many do
CONNECTIONS = 8  # of the closed loop, per worker
LINES = 48  # connections of the open loop: enough that none is waited for
LOADS = (0.5, 0.8)  # shares of what ours can take, at which the open loop sends
GUESS = 8_000  # messages a second and worker that are made ready before the first round
SETTINGS = {False: play.PLAIN, True: play.SAFE}
NUMBERS = itertools.count(int(time.time() * 1000) * 1000)


def pushes(texts: Iterator[str], safe: bool, count: int) -> Iterator[tuple[str, bytes]]:
    """Path and body of ``count`` fresh pushes. Sealing is done in process here: OpenSSL's command would take minutes."""
    cipher = _cipher() if safe else None
    for text, number in zip(itertools.islice(texts, count), NUMBERS):
        person = number // (A_ROW * EACH) * A_ROW + number % A_ROW
        openid = f"oB{person:026d}"
        xml = play.text(text, openid=openid, message_id=number)
        sealed = cipher.encrypt(xml, play.APP_ID).decode() if safe else None
        body = f"<xml><ToUserName>gh</ToUserName><Encrypt>{play.cdata(sealed)}</Encrypt></xml>" if safe else xml
        yield f"/wechat?{urlencode(play.query(sealed, openid=openid))}", body.encode()


def _cipher():
    from bot.wechat import cipher
    return cipher(play.AES_KEY)


def ready(texts: Iterator[str], safe: bool, count: int) -> list[bytes]:
    """The same as they go over the wire."""
    return [load.post(*one) for one in pushes(texts, safe, count)]


def started(command: str, data: str, safe: bool, workers: int, core: int | None = None) -> load.Server:
    """A server that has answered its first push."""
    return load.start(command, ready(questions.new(), safe, 1)[0], data, workers, core, **SETTINGS[safe])


def servers(data: str, safe: bool, workers: int, core: int | None, kinds: list[str]) -> dict[str, load.Server]:
    """The echo, and ours once for each kind of question, so that none meets what was kept for another; ours in a data folder that has been started in before."""
    started(load.OURS, data, safe, workers).stop()
    found = {"echo": started(f"{load.FLOOR.replace('{app}', 'echo_rsgi:app')}", data, safe, workers, core)}
    return found | {kind: started(load.OURS, data, safe, workers, core) for kind in kinds}


class Bench:
    """One mode and number of workers: the servers, and the rounds."""

    def __init__(self, servers: dict[str, load.Server], safe: bool, workers: int) -> None:
        self.servers, self.safe, self.workers = servers, safe, workers
        self.texts = {kind: make() for kind, make in questions.KINDS.items()}

    def closed(self, kinds: list[str], seconds: float, rounds: int) -> dict[str, list[dict]]:
        """Rounds of as much as each takes: the echo, and ours with each kind of question; after one that nobody counts."""
        found: dict[str, list[dict]] = {"echo": [], **{kind: [] for kind in kinds}}
        for name in found:
            self._run(name, 2 * seconds, CONNECTIONS * self.workers, int(GUESS * seconds))
        for _ in range(rounds):
            for name, rows in found.items():
                rate = 1.3 * max((one["rate"] for one in rows), default=GUESS * self.workers)
                rows.append(self._run(name, seconds, CONNECTIONS * self.workers, int(rate * seconds)))
        return found

    def open(self, kinds: list[str], rate: float, seconds: float, rounds: int) -> dict[str, list[dict]]:
        """Rounds at ``rate`` messages a second."""
        found: dict[str, list[dict]] = {"echo": [], **{kind: [] for kind in kinds}}
        for _ in range(rounds):
            for name, rows in found.items():
                rows.append(self._run(name, seconds, LINES, int(1.3 * rate * seconds) + 100, rate))
        return found

    def _run(self, name: str, seconds: float, connections: int, count: int, rate: float | None = None) -> dict:
        server, requests = self.servers[name], ready(self.texts[name if name in self.texts else "new"], self.safe, count)
        workers = server.workers()
        before = load.cpu_of(workers)
        found = load.drive(server.port, requests, seconds, connections, rate)
        return {**found, "cpu_us": (load.cpu_of(workers) - before) / found["messages"] * 1e6}


def compare(arguments: argparse.Namespace, safe: bool, workers: int) -> dict:
    """All that is measured of one mode with so many workers."""
    kinds = list(questions.KINDS) if arguments.questions == "all" else [arguments.questions]
    with tempfile.TemporaryDirectory() as data, load.pinned(workers) as core:
        bench = Bench(servers(data, safe, workers, core, kinds), safe, workers)
        try:
            rounds = bench.closed(kinds, arguments.seconds, arguments.rounds)
            fastest = statistics.median(one["rate"] for one in rounds[kinds[0]])
            opened = {} if arguments.loop == "closed" else {share: bench.open(kinds[:1], share * fastest, arguments.seconds, max(1, arguments.rounds - 2)) for share in LOADS}
            memory = {name: load.memory_of(bench.servers[kind].workers()) for name, kind in (("echo", "echo"), ("ours", kinds[0]))}
        finally:
            for server in bench.servers.values():
                server.stop()
    return {"machine": load.machine(), "mode": "safe" if safe else "plain", "workers": workers, "ratio": {kind: _ratios(rounds[kind], rounds["echo"], "rate") for kind in kinds},
            "cpu_ratio": {kind: _ratios(rounds["echo"], rounds[kind], "cpu_us") for kind in kinds}, "closed": _middle(rounds),
            "open": [{"share": share, "rate": share * fastest, **_middle(found)} for share, found in opened.items()], "memory": memory}


def _middle(rounds: dict[str, list[dict]]) -> dict[str, dict]:
    return {name: load.middle(rows) for name, rows in rounds.items()}


def _ratios(ours: list[dict], theirs: list[dict], key: str) -> dict:
    each = [one[key] / other[key] for one, other in zip(ours, theirs, strict=True)]
    return {"median": statistics.median(each), "least": min(each), "most": max(each)}


def show(found: dict) -> None:
    """The findings, for a reader at a terminal."""
    print(f"== {found['mode']} mode, {found['workers']} worker{'s' * (found['workers'] > 1)}: resident MB a worker "
          + ", ".join(f"{name} {one['rss']:.0f} (shared pages split: {one['pss']:.0f})" for name, one in found["memory"].items()))
    for name, one in found["closed"].items():
        ratio = f", {found['ratio'][name]['median']:.2f} of the echo's rate (rounds {found['ratio'][name]['least']:.2f}–{found['ratio'][name]['most']:.2f})" if name != "echo" else ""
        print(f"   closed loop {name:<9}{_row(one)}, {one['rate']:.0f}/s{ratio}")
    for each in found["open"]:
        for name, one in each.items():
            if isinstance(one, dict):
                print(f"   {each['share']:.0%} = {each['rate']:.0f}/s {name:<9}{_row(one)}")


def _row(one: dict) -> str:
    return f"p50 {one['p50'] * 1e3:.2f} ms, p99 {one['p99'] * 1e3:.2f} ms, {one['cpu_us']:.0f} µs of CPU a message" + (f", {one['errors']:.0f} ERRORS" if one["errors"] else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mode", choices=("plain", "safe"), help="only this one")
    parser.add_argument("--workers", type=int, help="only so many (1 and 2)")
    parser.add_argument("--questions", choices=(*questions.KINDS, "all"), default="all")
    parser.add_argument("--loop", choices=("closed", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each round")
    parser.add_argument("--in-process", action="store_true")
    parser.add_argument("--json", type=Path, help="write the findings there, one a line")
    parser.add_argument("--at-least", type=float, default=0.0, help="exit 1 where a ratio is below this")
    arguments = parser.parse_args()
    if arguments.in_process:
        import steps
        return steps.main([])
    modes = [one == "safe" for one in ((arguments.mode,) if arguments.mode else ("plain", "safe"))]
    results = []
    for safe, workers in itertools.product(modes, (arguments.workers,) if arguments.workers else (1, 2)):
        results.append(compare(arguments, safe, workers))
        show(results[-1])
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(one) + "\n" for one in results))
    return int(min(ratio["median"] for one in results for ratio in one["ratio"].values()) < arguments.at_least)


if __name__ == "__main__":
    sys.exit(main())
