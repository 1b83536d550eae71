"""/wechat from the outside: signed HTTP in the three modes, retries, events, everything that arrives, hostile bodies (the real server: test_server.py)."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import random
import sqlite3
import threading
import time
from urllib.parse import urlencode

import pytest

import wechat_client as play
from bot import create_app, deadline, webhook
from handlers import pipeline

DEADLINE = "申报什么时候截止"


@pytest.fixture
def app(tmp_path):
    return create_app({**play.PLAIN, "DATA_DIR": str(tmp_path)})


@pytest.fixture
def wechat(app):
    return play.WeChat(play.through_flask(app.test_client()))


@pytest.fixture
def sealed(tmp_path):
    return play.WeChat(play.through_flask(create_app({**play.SAFE, "DATA_DIR": str(tmp_path)}).test_client()), safe=True)


def rows(app, table="journal"):
    return app.extensions["bot"]["memory"].store.use(lambda db: db.execute("SELECT * FROM " + table).fetchall())  # noqa: S608


# The check of the address

def test_the_echo_comes_back_as_plain_text(app):
    answer = app.test_client().get("/wechat", query_string=play.query(echostr="<script>alert(1)</script>"))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"<script>alert(1)</script>", "text/plain")


def test_a_forged_check_gets_nothing(app):
    answer = app.test_client().get("/wechat", query_string=play.query(echostr="x") | {"signature": "0" * 40})
    assert (answer.status_code, answer.data) == (403, b"")


def test_without_a_token_the_webhook_says_so_and_the_rest_works(tmp_path):
    client = create_app({"DATA_DIR": str(tmp_path)}).test_client()
    for answer in (client.get("/wechat"), client.post("/wechat")):
        assert answer.status_code == 503 and "WECHAT_TOKEN" in answer.text
    assert client.get("/chat").status_code == client.get("/health/ready").status_code == 200


def test_a_slash_too_many_is_not_redirected(app):
    assert app.test_client().get("/wechat/").status_code == 404


# Answers in every mode

def test_a_question_is_answered(wechat):
    assert "5月15日" in wechat.ask(DEADLINE)


def test_a_question_is_answered_in_safe_mode(sealed):
    assert "5月15日" in sealed.ask(DEADLINE)


def test_safe_mode_refuses_a_plain_post(tmp_path):
    send = play.through_flask(create_app({**play.SAFE, "DATA_DIR": str(tmp_path)}).test_client())
    refused = play.WeChat(send).deliver(play.text(DEADLINE))
    assert (refused.status, refused.body) == (403, b"")


def test_compatible_mode_takes_both(tmp_path):
    app = create_app({**play.SAFE, "WECHAT_MODE": "compatible", "DATA_DIR": str(tmp_path)})
    for safe in (False, True):
        assert "5月15日" in play.WeChat(play.through_flask(app.test_client()), safe=safe).ask(DEADLINE)


def test_success_is_said_unencrypted(sealed):
    assert sealed.deliver(play.event("VIEW", EventKey="https://example.org")).body == b"success"


def test_the_day_of_a_question_is_its_create_time(wechat, monkeypatch):
    seen = []
    real = pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda text, talk, snapshot, now, *rest: (seen.append(now), real(text, talk, snapshot, now, *rest))[1])
    wechat.ask(DEADLINE, created=1747324799)
    wechat.ask(DEADLINE, created=1747324800)
    assert [now.isoformat() for now in seen] == ["2025-05-15T23:59:59+08:00", "2025-05-16T00:00:00+08:00"]


def test_an_old_create_time_is_fine_an_old_signature_is_not(wechat):
    assert wechat.ask(DEADLINE, created=1000000000)
    assert wechat.deliver(play.text(DEADLINE), play.query(at=time.time() - 302)).status == 403


# Refusals

@pytest.mark.parametrize("spoil", [
    {"signature": "0" * 40}, {"signature": ""}, {"timestamp": ""}, {"nonce": ""}, {"timestamp": "x"}, {"nonce": "other"}, {"timestamp": "1714037059"},
])
def test_forged_posts_get_403_and_nothing_else(wechat, app, spoil):
    refused = wechat.deliver(play.text(DEADLINE), play.query() | spoil)
    assert (refused.status, refused.body) == (403, b"")
    assert rows(app) == rows(app, "asker") == []


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "openid"])
def test_a_repeated_parameter_is_refused(app, name):
    signed = play.query()
    path = f"/wechat?{urlencode(signed)}&{name}={signed[name]}"
    assert app.test_client().post(path, data=play.text(DEADLINE)).status_code == 403


def test_many_forgeries_none_accepted(wechat):
    chance = random.Random(20250515)
    body = play.text(DEADLINE)
    for _ in range(2000):
        signed = play.query()
        name = chance.choice(["signature", "timestamp", "nonce"])
        value = signed[name]
        at = chance.randrange(len(value))
        signed[name] = chance.choice([value[:at], value[:at] + "g" + value[at + 1:], value + "0", "", value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1:]])
        status, data, _ = wechat.send("POST", f"/wechat?{urlencode(signed)}", body.encode())
        assert (status, data) == (403, b"")


def test_another_accounts_message_is_refused(sealed):
    other = play.seal(play.text(DEADLINE), app_id="wx0000000000000000")
    answer = sealed.send("POST", f"/wechat?{urlencode(play.query(other))}", f"<xml><Encrypt>{other}</Encrypt></xml>".encode())
    assert answer[:2] == (403, b"")


# What is signed, but no message

@pytest.mark.parametrize("body", [b"", b"{}", b"<xml", b"<xml/>", b"<xml><MsgType>text</MsgType></xml>", "<xml>你".encode("gbk"), b"\xff\xfe<\0x\0"])
def test_signed_but_unreadable_gets_success_and_a_line_without_content(wechat, body, capture):
    answer = wechat.deliver(body, play.query())
    assert (answer.status, answer.body) == (200, b"success")
    assert json.loads(capture.getvalue().splitlines()[-1])["event"] == "unreadable"


def test_a_doctype_is_a_bad_request(wechat):
    assert wechat.deliver("<!DOCTYPE xml>" + play.text(DEADLINE), play.query()).status == 400


def test_a_doctype_in_the_text_is_answered(wechat):
    assert wechat.ask("<!DOCTYPE html> 申报什么时候截止")


@pytest.fixture
def capture():
    """What our loggers write, as the process would."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    from bot.logs import Line
    handler.setFormatter(Line())
    logging.getLogger("bot").addHandler(handler)
    yield lines
    logging.getLogger("bot").removeHandler(handler)


# Size

def test_256_kib_are_read_and_one_byte_more_is_not(wechat):
    frame = len(play.text("").encode())
    assert wechat.deliver(play.text("a" * (256 * 1024 - frame), message_id=1).replace("<MsgId>1</MsgId>", "<MsgId>%s</MsgId>" % ("1" * 17))).status == 200
    assert wechat.deliver(play.text("a" * (256 * 1024)), play.query()).status == 413


def test_a_long_paste_gets_its_answer(wechat):
    assert wechat.ask("申报什么时候截止" * 3750)


# Once

def test_a_retry_gets_the_very_same_reply_and_one_row(wechat, app):
    body = play.text(DEADLINE)
    replies = {wechat.deliver(body).body for _ in range(3)}
    assert len(replies) == 1 and len(rows(app)) == 1


def test_the_same_message_id_from_two_people_is_two_messages(wechat, app):
    for openid in ("oA", "oB"):
        assert wechat.ask(DEADLINE, openid=openid, message_id=77)
    assert len(rows(app)) == 2


def test_a_retry_does_not_take_the_conversation_a_step_further(wechat):
    wechat.deliver(play.text(DEADLINE))
    follow = play.text("那班组呢")
    assert wechat.deliver(follow).content == wechat.deliver(follow).content


def test_overlapping_retries_get_the_very_same_reply_and_one_row(app, monkeypatch):
    real, all_three = pipeline.reply, threading.Barrier(3, timeout=2)

    def together(*args):
        with contextlib.suppress(threading.BrokenBarrierError):
            all_three.wait()
        return real(*args)
    monkeypatch.setattr(pipeline, "reply", together)
    body, bodies = play.text(DEADLINE), []

    def deliver():
        bodies.append(play.WeChat(play.through_flask(app.test_client())).deliver(body).body)
    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(bodies)) == 1 and len(bodies) == 3 and len(rows(app)) == 1


# Everything that arrives

@pytest.mark.parametrize("kind,fields", [
    ("image", {"PicUrl": "https://mmbiz.qpic.cn/x", "MediaId": "m"}), ("voice", {"MediaId": "m", "Format": "amr"}), ("voice", {"MediaId": "m", "Recognition": ""}),
    ("video", {"MediaId": "m", "ThumbMediaId": "t"}), ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t"}),
    ("location", {"Location_X": "23.1", "Location_Y": "113.3", "Scale": "20", "Label": "广州"}), ("link", {"Title": "t", "Description": "d", "Url": "https://a"}),
    ("file", {"Title": "a.docx"}), ("miniprogrampage", {"Title": "t"}), ("hologram", {}), ("text", {"Content": "【收到不支持的消息类型，暂无法显示】"}),
    ("text", {"Content": ""}), ("text", {"Content": "   "}), ("text", {}),
])
def test_what_is_no_words_gets_a_friendly_line(wechat, app, kind, fields):
    reply = wechat.deliver(play.push(kind, **fields))
    assert "文字" in reply.content and rows(app) == []


def test_a_voice_message_with_its_words_is_answered_like_text(wechat):
    assert "5月15日" in wechat.deliver(play.push("voice", MediaId="m", Recognition=DEADLINE)).content


def test_the_unsupported_line_inside_a_question_is_a_question(wechat):
    assert "5月15日" in wechat.ask("【收到不支持的消息类型，暂无法显示】是什么意思？申报什么时候截止")


@pytest.mark.parametrize("fields", [{"EventKey": ""}, {"EventKey": "qrscene_12", "Ticket": "t"}, {}])
def test_a_new_follower_is_welcomed(wechat, fields):
    assert "欢迎" in wechat.deliver(play.event("subscribe", **fields)).content


def test_a_scan_by_a_follower_is_greeted(wechat):
    assert "欢迎" in wechat.deliver(play.event("SCAN", EventKey="12", Ticket="t")).content


@pytest.mark.parametrize("name,fields", [
    ("VIEW", {"EventKey": "https://a", "MenuId": "1"}), ("LOCATION", {"Latitude": "1", "Longitude": "2", "Precision": "3"}), ("TEMPLATESENDJOBFINISH", {"Status": "success"}),
    ("MASSSENDJOBFINISH", {}), ("PUBLISHJOBFINISH", {}), ("scancode_push", {"EventKey": "K"}), ("view_miniprogram", {}), ("user_info_modified", {"OpenID": "oX"}),
    ("never_heard_of", {}), ("", {}),
])
def test_events_that_want_no_answer_get_success(wechat, name, fields):
    assert wechat.deliver(play.event(name, **fields)).body == b"success"


def test_a_scan_code_event_with_nested_elements_is_fine(wechat):
    body = play.event("scancode_waitmsg", EventKey="K").replace("</xml>", "<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo></xml>")
    assert wechat.deliver(body).body == b"success"


def test_every_menu_key_is_answered_as_its_words(wechat):
    from bot import menu
    for number, (key, says) in enumerate(menu.meanings().items()):
        tapped = wechat.deliver(play.event("CLICK", EventKey=key, openid=f"oTap{number}")).content
        assert tapped == wechat.ask(says, openid=f"oTyped{number}")


def test_an_unknown_menu_key_is_greeted(wechat):
    assert "欢迎" in wechat.deliver(play.event("CLICK", EventKey="GONE")).content


def test_an_event_twice_is_answered_alike(wechat):
    body = play.event("CLICK", EventKey="QUOTA")
    assert wechat.deliver(body).body == wechat.deliver(body).body


@pytest.mark.parametrize("goodbye", [
    play.event("unsubscribe", EventKey=""),
    play.event("user_authorization_revoke", openid="oTheAccountsOwn", OpenID=play.OPENID, RevokeInfo="1"),
    play.event("user_authorization_cancellation", openid="oTheAccountsOwn", OpenID=play.OPENID),
], ids=["unsubscribe", "revoke", "cancellation"])
def test_who_leaves_is_forgotten(wechat, app, goodbye):
    wechat.ask(DEADLINE)
    wechat.ask(DEADLINE, openid="oStays")
    assert wechat.deliver(goodbye).body == b"success"
    hashed = app.extensions["bot"]["memory"].hashed
    for table in ("journal", "asker"):
        people = {value for row in rows(app, table) for value in row if isinstance(value, bytes)}
        assert hashed(play.OPENID) not in people and hashed("oStays") in people


def test_a_person_is_wanted(tmp_path, monkeypatch):
    real = pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda *args: ((pair := real(*args))[0].but(hand_off=True), pair[1]))
    for extra, kind in (({}, "text"), ({"WECHAT_CUSTOMER_SERVICE": "1"}, "transfer_customer_service")):
        app = create_app({**play.PLAIN, **extra, "DATA_DIR": str(tmp_path / kind)})
        reply = play.WeChat(play.through_flask(app.test_client())).deliver(play.text("转人工"))
        assert reply.fields["MsgType"] == kind


# Pages

def test_a_long_answer_is_paged_and_more_brings_the_rest(wechat, monkeypatch):
    long = "\n".join(f"第{number}行：成果名称不超过规定的字数" for number in range(150))
    real = pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda text, *rest: ((pair := real(text, *rest))[0].but(text=long), pair[1]) if text != "更多" else real(text, *rest))
    pages = [wechat.ask(DEADLINE)]
    while pages[-1].endswith("回复“更多”看下文"):
        pages.append(wechat.ask("更多"))
    assert len(pages) > 2 and "\n".join(page.removesuffix("\n回复“更多”看下文") for page in pages) == long


# Fair use, slips, the deadline

def test_twenty_messages_a_minute_then_a_polite_line(wechat, monkeypatch):
    replies = [wechat.ask(DEADLINE) for _ in range(20)]
    assert all("5月15日" in reply for reply in replies)
    monkeypatch.setattr(pipeline, "reply", lambda *_: pytest.fail("no work for a flood"))
    assert {wechat.ask(DEADLINE) for _ in range(5)} == {"您发得太快啦，请过一分钟再问，我一直在。"}


def test_others_are_not_kept_waiting_by_a_flood(wechat):
    for _ in range(25):
        wechat.ask(DEADLINE, openid="oFlood")
    assert "5月15日" in wechat.ask(DEADLINE, openid="oOther")


def test_a_minute_later_all_is_well_again(wechat, monkeypatch):
    for _ in range(22):
        wechat.ask(DEADLINE)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 61)
    assert "5月15日" in wechat.ask(DEADLINE)


def test_our_slip_is_an_apology_with_the_phone_and_a_line_without_content(wechat, monkeypatch, capture):
    def slip(*_):
        raise ValueError("张三的秘密 13812345678")
    monkeypatch.setattr(pipeline, "reply", slip)
    assert "010-84885418" in wechat.ask("张三的秘密 13812345678")
    line = capture.getvalue()
    assert "ValueError" in line and "13812345678" not in line and "张三" not in line and "Traceback" not in line


def test_a_runaway_answer_is_stopped_and_apologised_for(wechat, monkeypatch):
    def runaway(*_):
        while True:
            pass
    monkeypatch.setattr(pipeline, "reply", runaway)
    monkeypatch.setattr(webhook, "SECONDS", 0.8)
    assert "010-84885418" in wechat.ask(DEADLINE)


def test_the_deadline_strikes_only_the_late():
    results = []

    def work(seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass
        return "done"

    def run(seconds):
        try:
            results.append(deadline.within(0.3, work, seconds))
        except deadline.DeadlineExceeded:
            results.append("stopped")
    threads = [threading.Thread(target=run, args=(seconds,)) for seconds in [0.01] * 20 + [5.0] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done"] * 20 + ["stopped"] * 2


def test_even_without_a_notice_there_is_an_answer(app, monkeypatch):
    def gone(_):
        raise RuntimeError
    from knowledge import snapshot
    monkeypatch.setattr(snapshot, "current", gone)
    other = create_app({**play.PLAIN, "DATA_DIR": str(app.extensions["bot"]["settings"].data_dir)})
    assert "现在无法回答" in play.WeChat(play.through_flask(other.test_client())).ask(DEADLINE)


# A failing disk costs memory, never the answer

def test_a_locked_database_does_not_hold_up_answers(wechat, app, tmp_path, monkeypatch):
    wechat.ask(DEADLINE)
    lock = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    store = app.extensions["bot"]["memory"].store
    failed, real = [], store._failed
    monkeypatch.setattr(store, "_pause", 3600)
    monkeypatch.setattr(store, "_failed", lambda error: (failed.append(error), real(error)))
    for _ in range(5):
        assert "5月15日" in wechat.ask(DEADLINE)
    assert len(failed) == 1  # one message waited for it, and that no longer than BUSY_MS
    lock.execute("ROLLBACK")


def test_a_broken_database_is_set_aside(app, wechat, tmp_path):
    wechat.ask(DEADLINE)
    app.extensions["bot"]["memory"].store.close()
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"bot.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "bot.db").write_bytes(b"no database " * 1000)
    assert "5月15日" in wechat.ask(DEADLINE)
    app.extensions["bot"]["memory"].store._down_until = 0
    assert "5月15日" in wechat.ask(DEADLINE) and list(tmp_path.glob("bot.db.broken-*"))
    app.extensions["bot"]["memory"].catch_up(time.time())
    assert len(rows(app)) == 2


def test_retries_without_a_disk_get_the_same_reply(wechat, app, monkeypatch):
    store = app.extensions["bot"]["memory"].store
    store.path = store.path.with_name("no") / "such" / "folder.db"
    body = play.text(DEADLINE)
    assert len({wechat.deliver(body).body for _ in range(3)}) == 1
    follow = play.text("那班组呢")
    assert wechat.deliver(follow).content


# Hostile

def test_mutated_bodies_do_no_harm(wechat):
    chance = random.Random(84885418)
    seeds = [play.text(DEADLINE), play.event("CLICK", EventKey="QUOTA"), play.push("image", PicUrl="x"), play.event("subscribe", EventKey="qrscene_1")]
    for number in range(1500):
        body = bytearray(chance.choice(seeds).replace(play.OPENID, f"oFuzz{number}").encode())
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(body))
            new = chance.choice([b"", bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9))), body[: chance.randrange(len(body))]])
            body[at : at + chance.choice([0, 1, 20])] = new
            body = body or bytearray(b"<")
        status, answer, _ = wechat.send("POST", f"/wechat?{urlencode(play.query())}", bytes(body))
        assert status in (200, 400) and b"Traceback" not in answer
    assert "5月15日" in wechat.ask(DEADLINE)


@pytest.mark.parametrize("content", [
    "]]>", "]]]]>><![CDATA[", "<b>&amp;</b>",
    "👩‍🔧" * 200, "\u202e\u200b申报", "\U000e0041\U000e0042", "a" * 20000, "申" * 20000, "1" * 5000, "\ufeff", "％＃＠", "'; DROP TABLE asker; --",
    "{{7*7}}", "%s%n", "\n" * 3000, "1、2、3、" * 2000,
])
def test_strange_words_get_a_valid_answer(wechat, content):
    assert wechat.ask(content)
