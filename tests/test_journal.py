"""The journal of questions: masked, without names, gone in time."""

from __future__ import annotations

import datetime as dt
import time

import pytest

import wechat_client as play
from bot import create_app, journal
from bot.journal import mask, question
from bot.known import known_numbers
from bot.store import Store
from handlers import pipeline
from handlers.answer import Answer
from handlers.ask import Family
from handlers.conversation import Conversation
from knowledge.snapshot import packaged


@pytest.mark.parametrize("text,kept", [
    ("我电话13812345678", "我电话［号码］"),
    ("138 1234 5678 打给我", "［号码］ 打给我"),
    ("１３８１２３４５６７８", "［号码］"),
    ("身份证11010519491231002X", "身份证［号码］"),
    ("邮箱 zhang.san@example.com 收", "邮箱 ［邮箱］ 收"),
    ("卡号6222020200112230011", "卡号［号码］"),
    ("张伟、王芳、李娜", "［名单］"),
    ("主要完成人：张建国,李梅,王志强,欧阳修", "主要完成人:［名单］"),
    ("我叫张伟，想问截止", "我叫［姓名］,想问截止"),
    ("o9AgO5Kd5ggOC-bXrbNODIiE3bGY 是我", "［号码］ 是我"),
    ("申报什么时候截止", "申报什么时候截止"),
    ("20250515截止吗", "20250515截止吗"),
    ("2025-05-15截止吗", "2025-05-15截止吗"),
    ("小组650个", "小组650个"),
    ("时间、地点、材料", "时间、地点、材料"),
    ("费用 奖金 时间", "费用 奖金 时间"),
    ("a\x00\u200bb\ud800", "ab"),
])
def test_what_is_masked_and_what_stays(text, kept):
    assert mask(text) == kept


def test_the_notice_s_own_numbers_stay_readable(tmp_path):
    app = create_app({"DATA_DIR": str(tmp_path)})
    known = known_numbers(app.extensions["bot"]["current"]())
    assert mask("010-84885418打不通", known) == "010-84885418打不通"
    assert mask("010-84885418打不通") == "［号码］打不通"


@pytest.mark.parametrize("family", [Family.NAMES, Family.FORM, Family.TEAM, Family.TITLE, Family.COMPANY])
def test_pasted_material_is_not_kept(family):
    kept = question("张三丰 李四 中国某某化工有限公司", Answer("❌", family))
    assert kept == "［粘贴的内容，17字］"


def test_a_check_with_a_question_beside_it_is_pasted_material():
    text = "小组主要完成人：谭军,廖敏,姚强 对吗？另外网址是多少"
    answer, _ = pipeline.reply(text, Conversation(), packaged(), dt.datetime(2025, 4, 20, tzinfo=dt.UTC))
    assert answer.family == "multi" and journal.question(text, answer) == f"［粘贴的内容，{len(text)}字］"


def test_a_question_is_kept_in_short():
    assert len(question("申" * 30000, Answer("", Family.FACT))) == journal.LONGEST


def test_the_mask_is_quick_on_the_worst_text():
    for worst in ("1 " * 15000, "张三、" * 10000, "a@" * 15000, "我叫" * 15000, "张三 " * 10000):
        begun = time.thread_time()
        question(worst, Answer("", Family.FACT))
        assert time.thread_time() - begun < 0.2  # our own work, however busy the machine is


@pytest.fixture
def app(tmp_path):
    return create_app({**play.PLAIN, "DATA_DIR": str(tmp_path)})


def test_canaries_leave_no_trace(app, tmp_path, capfd):
    """#20: names in lists, mobiles, ID numbers, mail addresses and openids are in no log and no file."""
    wechat = play.WeChat(play.through_flask(app.test_client()))
    canaries = []
    for number in range(60):
        openid, mobile = f"oCanary{number:021d}", f"139{number:08d}"
        mail, identity, name = f"canary{number}@example.com", f"1101051949123{number:04d}X", f"柯炜{chr(0x4E00 + number)}"
        canaries += [openid, mobile, mail, identity, name]
        for words in (f"我的手机{mobile}，申报什么时候截止", f"联系{mail}", f"身份证{identity}", f"主要完成人：{name},李强,赵敏,张丽"):
            wechat.ask(words, openid=openid)
    store = app.extensions["bot"]["memory"].store
    app.extensions["bot"]["memory"].tidy(time.time() + 3600)
    store.use(journal.checkpoint, True)
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    log = "".join(capfd.readouterr())
    assert len(journal.read(store, limit=10**6)) == 240
    for canary in canaries:
        assert canary.encode() not in files and canary not in log


def test_lines_say_how_it_ended(app):
    wechat = play.WeChat(play.through_flask(app.test_client()))
    wechat.ask("申报什么时候截止")
    kept = journal.read(app.extensions["bot"]["memory"].store)[0]
    assert kept.question == "申报什么时候截止" and kept.outcome == "answered" and kept.family in ("fact", "time") and abs(kept.at - time.time()) < 60
    assert kept.person == app.extensions["bot"]["memory"].hashed(play.OPENID)


def test_purging_leaves_nothing_older(tmp_path):
    store = Store(tmp_path / "bot.db")
    for number in range(100):
        store.use(journal.write, journal.Row(number, b"p", f"独特问题{number}号", "fact", "", "answered", 1))
    assert journal.purge(store, 60) == 60
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "独特问题59号".encode() not in files and "独特问题60号".encode() in files
    assert min(row.at for row in journal.read(store, limit=1000)) == 60
