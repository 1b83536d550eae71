"""Many askers at fixed arrival times, and WeChat between: each push sent again until it is answered, some twice at once, some once more later.

Every message is a turn of a case in ``cases/``, by somebody who asks nothing else, and its reply is judged as ``flask play``
judges it; the cases of the family ``followup`` need what was said before.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
import itertools
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import wechat_client as play
from bot import render
from bot.memory import Memory
from handlers.regression import SHANGHAI, Case, judge, last_reply, read_cases, usual_day
from knowledge import snapshot

CASES = Path(__file__).parent / "cases"
PATIENCE = 5.0  # seconds that WeChat waits for an answer
DELIVERIES = 3
TWICE_EVERY, AGAIN_EVERY = 10, 7  # every so many messages one comes twice at once, or once more after its answer
THEME = "今年的主题是什么"  # what is asked to see which version answers
SOME = 400  # cases


@dataclasses.dataclass
class Message:
    """One push, and what came of it."""

    number: int
    phase: str
    case: Case
    openid: str
    xml: str
    last: bool = True  # the turn that is judged
    deliveries: int = 0
    replies: list[str] = dataclasses.field(default_factory=list)
    hosts: set[str] = dataclasses.field(default_factory=set)
    errors: list[str] = dataclasses.field(default_factory=list)  # a status, or the kind of a broken connection
    took: float = 0.0  # seconds from its arrival to its first answer
    reasons: tuple[str, ...] = ()

    @property
    def once(self) -> str:
        """As bot/wechat.py tells pushes from each other."""
        return f"m\n{self.openid}\n{self.number}"


class Crowd:
    """Sends through ``send`` what people ask; ``messages`` is what happened so far."""

    def __init__(self, send: Callable, threads: int = 200, seed: int = 1) -> None:
        self.messages: list[Message] = []
        self.snapshot = snapshot.packaged()
        self._wechat, self._numbers, self._seed = play.WeChat(send), itertools.count(10_000_001), seed
        self._pool, self._lock = ThreadPoolExecutor(threads), threading.Lock()
        self._cases = itertools.cycle(_sample(self.snapshot, seed))

    def ask_for(self, seconds: float, rate: float, phase: str) -> list[Message]:
        """``rate`` messages a second for so long, at fixed times; returns once every one has ended."""
        begun, jobs, count = time.perf_counter(), list[Future](), 0
        while (past := time.perf_counter() - begun) < seconds:
            while count <= past * rate:
                case, due = next(self._cases), begun + count / rate
                jobs.append(self._pool.submit(self._converse, case, phase, due, count))
                count += len(case.turns)
            time.sleep(0.002)
        return [message for job in jobs for message in job.result()]

    def ask_one(self, text: str, phase: str, send: Callable | None = None) -> Message:
        """One question, at once; where ``send`` is given, of that machine."""
        case = Case(id=text, family="fact", turns=(text,))
        message = self._message(case, text, phase, f"oOne{next(self._numbers)}", 0)
        self._until_answered(message, time.perf_counter(), play.WeChat(send) if send else None)
        return message

    def _converse(self, case: Case, phase: str, due: float, count: int) -> list[Message]:
        openid, said = f"oCrowd{next(self._numbers)}", []
        for turn, text in enumerate(case.turns):
            message = self._message(case, text, phase, openid, turn)
            said.append(message)
            if (count + turn) % TWICE_EVERY == 0:
                other = self._pool.submit(self._deliver, message)
                self._until_answered(message, due if turn == 0 else time.perf_counter())
                other.result()
            else:
                self._until_answered(message, due if turn == 0 else time.perf_counter())
            if (count + turn) % AGAIN_EVERY == 0:
                time.sleep(random.Random(f"{self._seed}{message.number}").uniform(0, PATIENCE))
                self._deliver(message)
        return said

    def _message(self, case: Case, text: str, phase: str, openid: str, turn: int) -> Message:
        at_ten = dt.datetime.combine(case.today or usual_day(self.snapshot), dt.time(10), SHANGHAI)
        number = next(self._numbers)
        xml = play.text(text, openid=openid, created=int(at_ten.timestamp()) + turn, message_id=number)
        message = Message(number, phase, case, openid, xml, turn == len(case.turns) - 1)
        with self._lock:
            self.messages.append(message)
        return message

    def _until_answered(self, message: Message, due: float, wechat: play.WeChat | None = None) -> None:
        for _ in range(DELIVERIES):
            begun = time.perf_counter()
            if self._deliver(message, wechat):
                message.took = time.perf_counter() - due
                break
            time.sleep(max(0.0, PATIENCE - (time.perf_counter() - begun)))
        if message.last:
            message.reasons = tuple(judge(message.case, message.replies[0], self.snapshot)) if message.replies else ("no answer",)

    def _deliver(self, message: Message, wechat: play.WeChat | None = None) -> bool:
        message.deliveries += 1
        try:
            reply = (wechat or self._wechat).deliver(message.xml)
        except (OSError, http.client.HTTPException) as error:
            message.errors.append(type(error).__name__)
            return False
        message.hosts.add(reply.headers.get("X-Answered-By", "").rpartition(", ")[2])
        if reply.status != 200 or not reply.content:
            message.errors.append(str(reply.status))
            return False
        with self._lock:
            message.replies.append(reply.content)
        return True


def _sample(released: snapshot.Snapshot, seed: int) -> list[Case]:
    """Some cases that come out right here, each the same whatever the theme is; a part of them needs a follow-up."""
    every = [one for path in sorted(CASES.glob("*.jsonl")) for one in read_cases(path.read_text("utf-8").split("\n"), path.name)]
    theme = released.documents[-1].facts["theme"].value
    drawn = random.Random(seed).sample([one for one in every if len("".join(one.turns).encode()) < 4000 and len(one.turns) <= 2], SOME)
    return [one for one in drawn if theme not in (reply := last_reply(one, released)) and not list(judge(one, render.page(reply)[0], released))]


# What is counted

@dataclasses.dataclass
class Count:
    """What came of some messages; times in milliseconds."""

    messages: int = 0
    deliveries: int = 0
    unanswered: int = 0
    errors: int = 0
    fives: int = 0
    differ: int = 0  # messages whose deliveries got different answers, follow-ups left out
    on_two: int = 0  # messages that two machines answered
    wrong: int = 0
    forgotten: int = 0  # follow-ups that were answered wrongly, or once with and once without what was said before
    p50: float = 0.0
    p99: float = 0.0
    longest: float = 0.0


def counted(messages: list[Message]) -> Count:
    """The count of these messages."""
    times = sorted(one.took * 1000 for one in messages if one.replies) or [0.0]
    alone, later = ([one for one in messages if (len(one.case.turns) > 1) is followed] for followed in (False, True))
    return Count(
        len(messages), sum(one.deliveries for one in messages), sum(not one.replies for one in messages), sum(len(one.errors) for one in messages),
        sum(error.startswith("5") for one in messages for error in one.errors), sum(len(set(one.replies)) > 1 for one in alone),
        sum(len(one.hosts - {""}) > 1 for one in messages), sum(bool(one.reasons and one.replies) for one in alone),
        sum(bool(one.reasons and one.replies) or len(set(one.replies)) > 1 for one in later),
        times[len(times) // 2], times[int(len(times) * 0.99)], times[-1],
    )


def without_a_line(messages: list[Message], data_dir: Path, secret: str) -> tuple[int, list[Message]]:
    """How many lines the journal has, and the messages answered that have none in it."""
    hashed = Memory(None, None, secret).hashed
    with closing(sqlite3.connect(data_dir / "bot.db")) as db:
        pushes = {row[0] for row in db.execute("SELECT push FROM journal")}
        lines = db.execute("SELECT count(*) FROM journal").fetchone()[0]
    return lines, [one for one in messages if one.replies and hashed(one.once) not in pushes]
