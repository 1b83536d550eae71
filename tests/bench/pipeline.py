"""CPU of the pipeline alone, without web and disk; by hand: .venv/bin/python tests/bench/pipeline.py

Microseconds of CPU (not of the clock: other work on the machine counts less) per message of each kind, the best of many
rounds, no answer kept from before; long texts in milliseconds. How it grows with the entries: growth.py.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]
from grown import Forgetful  # noqa: E402
from questions import NOON  # noqa: E402

from handlers.conversation import Conversation  # noqa: E402
from handlers.pipeline import reply  # noqa: E402
from knowledge.snapshot import Snapshot, packaged  # noqa: E402

ROUNDS = 15
MESSAGES = {
    "plain questions": ("网上申报什么时候截止", "主要完成人最多几个", "申报表是附件几", "班组成果名称有字数限制吗", "汇总表要不要盖章", "评委推荐几个人",
                        "QQ群号是多少", "报告书正文用什么字体", "没有备案还能申报吗", "总结什么时候交，交给谁"),
    "checks": ("检查主要完成人：张建国、李梅，王志强、刘洋", "成果名称：运用精益管理提升装置平稳率的实践 班组的，行吗", "班组名称：催化一班", "企业名称：某某石化公司",
               "检查名单 张建国,李梅,王志强"),
    "quotas": ("小组备案320个能报几个", "去年备案通过86个小组、12个班组，名额各多少", "想报5个小组成果要备案多少", "参加QC小组300人，职工1000人，普及率多少"),
}
SURNAMES = ("张建国", "李梅", "王志强", "刘洋", "陈静", "赵敏", "孙丽", "周伟", "吴强", "郑爽")
PARAGRAPH = "（一）小组概况，企业概况300字以内。我们小组成立于2019年3月，共有成员10人，2024年取得了较好的经济效益，合计120万元。\n"
LONG = {
    "sentences": "通知要求各企业认真组织申报，按照比例推荐，申报表、汇总表都要盖章。", "a report": PARAGRAPH, "names": "、".join(SURNAMES) + "、",
    "names, blanks": " ".join(SURNAMES) + " ", "cells": "\t".join(SURNAMES) + "\t", "traditional": "質量管理小組成果報告書", "labels": "主要完成人：",
    "one sign": "一", "digits": "1", "lines": "a\n", "emoji": "😀", "brackets": "（",
}


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of CPU of the best round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def answer_all(messages: tuple[str, ...], snapshot: Snapshot) -> Callable[[], object]:
    return lambda: [reply(text, Conversation(), snapshot, NOON) for text in messages]


def main() -> None:
    start = time.process_time()
    snapshot = replace(packaged(), answered=Forgetful())
    print(f"snapshot: {len(snapshot.newest()[0].entries)} entries, {time.process_time() - start:.2f} s of CPU, "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")
    for kind, messages in MESSAGES.items():
        print(f"{kind:16} {cpu(answer_all(messages, snapshot)) / len(messages) * 1e6:7.0f} µs each")
    for kind, piece in LONG.items():
        spent = [cpu(answer_all(((piece * 30_000)[:size],), snapshot), 3) * 1e3 for size in (2_048, 30_000)]
        print(f"{kind:16} 2,048 characters {spent[0]:5.1f} ms · 30,000 {spent[1]:5.1f} ms")


if __name__ == "__main__":
    main()
