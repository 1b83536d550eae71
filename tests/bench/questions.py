"""What is asked in the measurements: the question cases, in the proportions of their families, as short messages."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"
LONGEST = 60  # characters of a message
NOON = dt.datetime(2025, 4, 20, 12, tzinfo=dt.timezone(dt.timedelta(hours=8)))  # when it is asked
OFTEN = (
    "申报什么时候截止", "在哪个网站报", "小组主要完成人最多几个人", "班组成果名称有什么要求", "我们去年备案通过320个小组，可以报几个", "申报表要盖哪些章", "附件6统计表怎么填",
    "活动记录要交吗", "2024年3月完成的成果行吗", "联系电话是多少", "评审费多少钱", "报告书多少字", "你好", "申报要求有哪些", "张建国,李梅,王志强", "普及率怎么算",
)
SPELLINGS = 8  # marks at the end, each of two sorts, that make a text another one


def texts() -> list[str]:
    """Every message that can be asked on its own, in an order that is always the same."""
    cases = [json.loads(line) for path in sorted(CASES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    alone = [case["turns"][0] for case in cases if len(case["turns"]) == 1 and len(case["turns"][0]) <= LONGEST]
    rest = sorted({*alone} - {*OFTEN})
    random.Random(2025).shuffle(rest)
    return [*OFTEN, *rest]


def new() -> Iterator[str]:
    """Each text differs from all before, though none means anything new: nothing can be answered from what was worked out before."""
    known = texts()
    for number in itertools.count():
        marks = "".join("。!"[number >> bit & 1] for bit in range(SPELLINGS))
        for text in known:
            yield text + marks


def often() -> Iterator[str]:
    """The sixteen that are asked most, in turn: what many write on the day before the deadline."""
    return itertools.cycle(OFTEN)


def repeated() -> Iterator[str]:
    """As people ask all year: the n-th most frequent text one n-th as often as the first."""
    chance, known = random.Random(2025), texts()
    shares = list(itertools.accumulate(1 / rank for rank in range(1, len(known) + 1)))
    while True:
        yield from chance.choices(known, cum_weights=shares, k=1000)


KINDS: dict[str, Callable[[], Iterator[str]]] = {"new": new, "repeated": repeated, "often": often}
