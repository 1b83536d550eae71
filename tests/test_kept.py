"""A kept answer is the one that would be worked out now, whatever was said before; nothing pasted is kept."""

import datetime as dt
import json
from pathlib import Path

import pytest

from handlers import kept, pipeline
from handlers.ask import Family
from handlers.conversation import Conversation
from knowledge.snapshot import build, packaged_documents

NOW = dt.datetime(2025, 4, 20, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))
CASES = [json.loads(line) for path in sorted((Path(__file__).parent / "cases").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
TEXTS = list(dict.fromkeys(one["turns"][-1] for one in CASES if len(one["turns"][-1]) <= kept.LONGEST))[::4]
BEFORE = ("", "申报什么时候截止", "我们小组320个能报几个", "普及率怎么算", "检查主要完成人：张建国、李梅", "检查名单", "班组成果名称有什么要求", "附件", "评审费多少钱", "名额",
          "申报表和汇总表分别是附件几", "申报要求有哪些")


@pytest.fixture(scope="module")
def snapshot():
    return build(list(packaged_documents()))


def after(words, snapshot):
    return pipeline.reply(words, Conversation(), snapshot, NOW)[1] if words else Conversation()


@pytest.mark.parametrize("before", BEFORE, ids=lambda words: words or "nothing")
def test_it_is_the_answer_that_would_be_worked_out(before, snapshot, monkeypatch):
    conversation, other = after(before, snapshot), after("评审费多少钱", snapshot)
    for text in TEXTS:  # so that each is kept, where it may be
        pipeline.reply(text, Conversation(), snapshot, NOW)
        pipeline.reply(text, other, snapshot, NOW)
        given, then = pipeline.reply(text, conversation, snapshot, NOW)
        with monkeypatch.context() as patch:
            patch.setattr(kept, "LONGEST", -1)
            worked_out, later = pipeline.reply(text, conversation, snapshot, NOW)
        assert (given.text, then) == (worked_out.text, later), text
    assert snapshot.answered


def test_many_are_kept_and_no_more(snapshot):
    for number in range(3 * kept.MOST):
        pipeline.reply(f"申报什么时候截止{'!' * (number % 20)}{'?' * (number // 20)}", Conversation(), snapshot, NOW)
    assert sum(len(shelf) for both in snapshot.answered.values() for shelf in both) <= 2 * kept.MOST


def test_nothing_pasted_is_kept(snapshot):
    for text in ("主要完成人：柯炜一,李强,赵敏", "班组名称：催化一班 行吗", "转发 名额", "张建国,李梅,王志强", "企业名称：某某石化有限公司",
                 "小组主要完成人：柯炜二,李强 对吗？另外网址是多少"):
        pipeline.reply(text, Conversation(), snapshot, NOW)
    assert not any("柯炜" in asked[0] or "李强" in answer.text for both in snapshot.answered.values() for shelf in both for asked, (answer, _) in shelf.items())
    assert all(answer.family is not Family.FORWARD for both in snapshot.answered.values() for shelf in both for answer, _ in shelf.values())


def test_another_day_is_another_answer(snapshot):
    early, _ = pipeline.reply("申报什么时候截止", Conversation(), snapshot, NOW)
    late, _ = pipeline.reply("申报什么时候截止", Conversation(), snapshot, NOW + dt.timedelta(days=40))
    assert early.text != late.text
