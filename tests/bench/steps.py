"""Where the time of a message goes, in process: CPU of the whole beside the echo's, and each step of ours.

    python tests/bench/steps.py

Both are called as Granian calls them, through bot/rsgi.py. A step is timed by putting a clock around the functions that
make it up, one step at a time, in rounds; what the clock itself takes is subtracted. The rest is what no step
claims: the web server's call, counters, the choice of what a push means.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent), str(HERE)]
import questions  # noqa: E402
import webhook  # noqa: E402

Place = tuple[object, str]  # where a function is looked up: a module or class and a name, or a dictionary and a key


class Clock:
    """Adds up the time spent inside the functions that it is put around; calls within calls count once."""

    def __init__(self) -> None:
        self.spent, self.calls, self._inside = 0, 0, False

    def around(self, work: Callable) -> Callable:
        def timed(*args, **named):
            if self._inside:
                return work(*args, **named)
            self._inside = True
            begun = time.thread_time_ns()
            try:
                return work(*args, **named)
            finally:
                self.spent += time.thread_time_ns() - begun
                self.calls += 1
                self._inside = False
        return timed


def own_cost(calls: int = 20_000) -> float:
    """Nanoseconds that a clock measures around nothing."""
    clock = Clock()
    nothing = clock.around(lambda *_: None)
    for _ in range(calls):
        nothing(1, 2)
    return clock.spent / calls


@contextlib.contextmanager
def put_around(clock: Clock, places: list[Place]) -> Iterator[None]:
    """The clock is around what stands at these places."""
    with contextlib.ExitStack() as undo:
        for owner, name in places:
            if isinstance(owner, dict):
                undo.callback(owner.__setitem__, name, owner[name])
                owner[name] = clock.around(owner[name])
            else:
                undo.callback(setattr, owner, name, getattr(owner, name))
                setattr(owner, name, clock.around(getattr(owner, name)))
        yield


def steps() -> dict[str, list[Place]]:
    """The steps of a message, in order, by the names under which each is looked up."""
    from bot import journal, memory, render, wechat
    from handlers import pipeline
    return {
        "verify and read": [(wechat, "read_query"), (wechat, "verify"), (wechat, "open_post")],
        "look up": [(memory.Memory, "look"), (memory.Memory, "hashed")],
        "normalise": [(pipeline, "normalise")],
        "understand": [(pipeline, "understand")],
        "handler": [(pipeline.HANDLERS, family) for family in pipeline.HANDLERS] + [(pipeline, "say_which")],
        "render": [(render, "page"), (wechat, "text_reply")],
        "journal row": [(journal, "row")],
        "settle": [(memory.Memory, "settle")],
        "seal": [(wechat, "seal")],
    }


def whole(app: object, safe: bool, texts: Iterator[str], count: int) -> float:
    """Microseconds of CPU a message, as Granian would call the app."""
    calls = [(_scope(path), body) for path, body in webhook.pushes(texts, safe, count)]

    async def answer_all() -> float:
        begun = time.thread_time()
        for scope, body in calls:
            await app.__rsgi__(scope, Protocol(body))
        return time.thread_time() - begun
    return asyncio.run(answer_all()) / count * 1e6


def one_step(app: object, places: list[Place], safe: bool, texts: Iterator[str], count: int) -> float:
    """Microseconds a message that the functions at these places take."""
    clock = Clock()
    with put_around(clock, places):
        whole(app, safe, texts, count)
    return (clock.spent - clock.calls * own_cost()) / count / 1e3


class Protocol:
    """The body of one push, and its reply, which has to be right."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self) -> bytes:
        return self._body

    def response_bytes(self, status: int, headers: list, body: bytes) -> None:
        assert status == 200 and b"<xml>" in body, (status, body)


def _scope(path: str) -> SimpleNamespace:
    return SimpleNamespace(path="/wechat", method="POST", query_string=path.partition("?")[2], headers={"content-type": "text/xml", "content-length": "9", "host": "a"},
                           server="127.0.0.1:80", client="127.0.0.1:1", scheme="http")


def measure(safe: bool, rounds: int, count: int, data: str) -> dict:
    """Both as a whole, with new and with repeated questions, and the steps of ours (new questions)."""
    import echo_rsgi

    from bot import create_app, rsgi, service
    made = service.make({**webhook.SETTINGS[safe], "DATA_DIR": data})
    ours = rsgi.App(lambda: create_app(service=made).wsgi_app, made.direct())
    texts = {kind: make() for kind, make in questions.KINDS.items()}
    wholes = {"echo": (echo_rsgi.app, texts["new"]), **{kind: (ours, some) for kind, some in texts.items()}}
    parts = {name: places for name, places in steps().items() if safe or name != "seal"}
    whole(ours, safe, texts["new"], 100)  # awake
    rows: dict[str, list[float]] = {name: [] for name in (*wholes, *parts)}
    for _ in range(rounds):
        for name, (app, some) in wholes.items():
            rows[name].append(whole(app, safe, some, count))
        for name, places in parts.items():
            rows[name].append(one_step(ours, places, safe, texts["new"], count))
    us = {name: statistics.median(found) for name, found in rows.items()}
    split = {name: us[name] for name in parts}
    return {"mode": "safe" if safe else "plain", **{f"{name}_us": us[name] for name in wholes}, "steps_us": {**split, "the rest": us["new"] - sum(split.values())}}


def show(found: dict) -> None:
    print(f"{found['mode']:<6} echo {found['echo_us']:.0f} µs, ours {found['new_us']:.0f} µs ({found['new_us'] - found['echo_us']:+.0f}), "
          f"repeated questions {found['repeated_us']:.0f} µs ({found['repeated_us'] - found['echo_us']:+.0f}), the most asked {found['often_us']:.0f} µs")
    for name, spent in found["steps_us"].items():
        print(f"       {name:<16}{spent:>6.1f} µs")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=800, help="in each round")
    parser.add_argument("--json", type=Path, help="write the findings there, one a line")
    arguments = parser.parse_args(words)
    os.environ.update(webhook.play.SAFE)  # for the echo
    with tempfile.TemporaryDirectory() as data:
        results = [measure(safe, arguments.rounds, arguments.messages, data) for safe in (False, True)]
    for one in results:
        show(one)
    if arguments.json:
        arguments.json.write_text("".join(json.dumps(one) + "\n" for one in results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
