"""What is asked in the measurements: short messages from the question cases, each family with its share."""

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
# Of a hundred messages, as they come in April: mostly what the notice says, then what it does not say, sums, checks.
SHARES = {"fact": 42, "outside": 10, "quota": 9, "names": 8, "title": 5, "time": 5, "team": 4, "company": 3, "stats": 3, "multi": 3, "chat": 3, "clarify": 2, "attack": 2, "forward": 1}
MOST = 2_500  # messages of the mix
ENDINGS = ("", "。", "~", "!")  # each makes a text another one; when the first comes again, far more have been asked than are kept (handlers/kept.py)


def texts() -> list[str]:
    """Every message of the mix, in an order that is always the same: the sixteen, then each family's share of MOST."""
    alone: dict[str, list[str]] = {}
    for path in sorted(CASES.glob("*.jsonl")):
        for case in map(json.loads, path.read_text("utf-8").splitlines()):
            if len(case["turns"]) == 1 and len(case["turns"][0]) <= LONGEST and case["turns"][0] not in OFTEN:
                alone.setdefault(case["family"], []).append(case["turns"][0])
    chance = random.Random(2025)
    rest = sorted({text for family, share in SHARES.items() for text in chance.sample(alone[family], min(len(alone[family]), MOST * share // 100))})
    chance.shuffle(rest)
    return [*OFTEN, *rest]


def new() -> Iterator[str]:
    """Each text differs from those of a long while, though none means anything new: nothing can be answered from what was worked out before."""
    known = texts()
    for ending in itertools.cycle(ENDINGS):
        for text in known:
            yield text + ending


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
