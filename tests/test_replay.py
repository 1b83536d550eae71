"""One signature serves one message: counted always, refused where the settings say so."""

from __future__ import annotations

import time

import pytest

import wechat_client as play
from bot import create_app
from bot.counters import COUNTED
from bot.shared.in_sqlite import SIGNED

QUESTION = "申报什么时候截止"


def app_of(tmp_path, **more):
    return create_app({**play.PLAIN, "DATA_DIR": str(tmp_path), **more})


def replayed() -> float:
    return COUNTED["replayed"]._value.get()


@pytest.fixture
def strict(tmp_path):
    return app_of(tmp_path, WECHAT_SIGN_ONCE="1")


def post(app, xml: str, signed: dict[str, str]) -> int:
    return play.WeChat(play.through_flask(app.test_client())).deliver(xml, signed).status


def test_a_captured_signature_signs_no_other_message(strict):
    """100 captured queries, each with another text, another person, another event."""
    for number in range(100):
        signed = play.query()
        assert post(strict, play.text(QUESTION, openid=f"o{number}", message_id=number), signed) == 200
        for forged in (play.text("伪造", openid=f"o{number}"), play.text("伪造", openid="oVictim"), play.event("unsubscribe", openid="oVictim")):
            assert post(strict, forged, signed) == 403


def test_a_forged_farewell_erases_nobody(strict):
    wechat = play.WeChat(play.through_flask(strict.test_client()))
    signed = play.query()
    wechat.deliver(play.text(QUESTION), signed)
    assert wechat.deliver(play.event("unsubscribe"), signed).status == 403
    assert strict.extensions["bot"]["memory"].store.use(lambda db: db.execute("SELECT count(*) FROM journal").fetchone()) == (1,)


@pytest.mark.parametrize("xml", [play.text(QUESTION, message_id=7), play.event("CLICK", EventKey="QUOTA"), play.push("image", message_id=8)], ids=["text", "event", "image"])
def test_a_retry_is_the_same_message(strict, xml):
    signed = play.query()
    replies = [play.WeChat(play.through_flask(strict.test_client())).deliver(xml, signed) for _ in range(3)]
    assert {reply.status for reply in replies} == {200} and len({reply.body for reply in replies}) == 1


def test_a_retry_signed_anew_is_served(strict):
    xml = play.text(QUESTION, message_id=9)
    assert [post(strict, xml, play.query()) for _ in range(3)] == [200] * 3


def test_the_signature_of_the_address_check_signs_no_message(strict):
    signed = play.query(echostr="x")
    assert strict.test_client().get("/wechat", query_string=signed).status_code == 200
    assert post(strict, play.text(QUESTION), signed) == 403


def test_another_worker_knows_it_too(tmp_path):
    first, second = (app_of(tmp_path, WECHAT_SIGN_ONCE="1") for _ in range(2))
    signed = play.query()
    assert post(first, play.text(QUESTION), signed) == 200
    assert post(second, play.text("伪造"), signed) == 403


def test_without_the_setting_it_is_counted_only(tmp_path):
    app, before, signed = app_of(tmp_path), replayed(), play.query()
    assert [post(app, play.text(QUESTION), signed) for _ in range(3)] == [200] * 3
    assert replayed() == before + 2
    assert 'bot_pushes_total{outcome="replayed"}' in app.test_client().get("/metrics").text


def test_safe_mode_signs_the_body_and_keeps_nothing(tmp_path):
    app = create_app({**play.SAFE, "DATA_DIR": str(tmp_path), "WECHAT_SIGN_ONCE": "1"})
    wechat = play.WeChat(play.through_flask(app.test_client()), safe=True)
    assert wechat.ask(QUESTION)
    sealed, other = play.seal(play.text(QUESTION)), play.seal(play.text("伪造"))
    signed = play.query(sealed)
    send = play.through_flask(app.test_client())
    from urllib.parse import urlencode
    statuses = [send("POST", f"/wechat?{urlencode(signed)}", f"<xml><Encrypt>{play.cdata(one)}</Encrypt></xml>".encode())[0] for one in (sealed, other)]
    assert statuses == [200, 403]
    assert app.extensions["bot"]["memory"].store.use(lambda db: db.execute("SELECT count(*) FROM signed").fetchone()) == (0,)


def test_a_failing_disk_does_not_open_the_door(strict, tmp_path):
    strict.extensions["bot"]["memory"].store.path = tmp_path / "no" / "where"
    signed = play.query()
    assert post(strict, play.text(QUESTION), signed) == 200
    assert post(strict, play.text("伪造"), signed) == 403


def test_it_is_forgotten_once_the_signature_is_stale(strict):
    memory = strict.extensions["bot"]["memory"]
    post(strict, play.text(QUESTION), play.query())
    memory.tidy(time.time() + SIGNED - 5)
    assert memory.store.use(lambda db: db.execute("SELECT count(*) FROM signed").fetchone()) == (1,)
    memory.tidy(time.time() + SIGNED + 5)
    assert memory.store.use(lambda db: db.execute("SELECT count(*) FROM signed").fetchone()) == (0,)


def test_the_disk_holds_neither_openid_nor_nonce(strict, tmp_path):
    signed = play.query() | {"nonce": "canary987654"}
    signed["signature"] = play.sha1(play.TOKEN, signed["timestamp"], signed["nonce"])
    assert post(strict, play.text(QUESTION), signed) == 200
    held = b"".join(path.read_bytes() for path in tmp_path.glob("bot.db*"))
    assert b"canary987654" not in held and play.OPENID.encode() not in held
