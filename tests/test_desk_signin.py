"""Signing in at the desk: who may, how often they may guess, and when a session is dead. (reliability #13–#15)"""

from __future__ import annotations

import sqlite3
import threading
import time

import desk_client as staff
import pytest

from bot.desk import accounts, audit, passwords, sessions
from bot.desk.store import DeskStore

WRONG = {"name": "主任", "password": "not the password 1"}


@pytest.fixture
def app(tmp_path, monkeypatch):
    staff.quick_hashes(monkeypatch)
    return staff.made(tmp_path)


@pytest.fixture
def store(app):
    return app.extensions["desk"].store


def attempt(app, ip="127.0.0.1", **data):
    client = app.test_client()
    told = {"X-Forwarded-For": ip, "X-Forwarded-Proto": "https"} if ip != "127.0.0.1" else {}
    page = client.get("/desk/sign-in", headers=told)
    return client.post("/desk/sign-in", data={"csrf": staff.token(page.text), **data}, headers=told)


# Passwords

@pytest.mark.parametrize("password", ["", "short", "elevenchars", "password1234", "123456789012", "abcdefghijkl", "abcabcabcabc", "aaaaaaaaaaaab", "１２３４５６７８９０１２", "x" * 129])
def test_a_weak_password_is_refused_in_words(password):
    assert passwords.problem(password, "主任").endswith("。")


@pytest.mark.parametrize("password", [staff.PASSWORD, "四个词 连成一句 话最好记", "Tr0ub4dor&3-horse", "k" * 3 + "qzj8!mmvw2"])
def test_a_long_password_is_taken(password):
    assert passwords.problem(password, "主任") == ""


def test_the_account_s_own_name_is_no_password():
    assert passwords.problem("zhangsanfeng12", "zhangsanfeng")


def test_what_is_stored_is_scrypt_with_a_salt_of_its_own(tmp_path):
    store = DeskStore(tmp_path / "desk.db")
    for name in ("甲", "乙"):
        accounts.add(store, name, accounts.Role.EDIT, staff.PASSWORD)
    rows = sqlite3.connect(store.path).execute("SELECT salt, hash FROM account").fetchall()
    assert len({salt for salt, _ in rows}) == 2 == len({one for _, one in rows})
    assert (passwords.N, passwords.R, passwords.P) == (2**17, 8, 1)
    assert staff.PASSWORD.encode() not in store.path.read_bytes()
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_two_hashes_at_once_at_most(tmp_path, monkeypatch):
    running, most = [], []
    def slow(*_, **__):
        running.append(1)
        most.append(len(running))
        time.sleep(0.05)
        running.pop()
        return bytes(32)
    monkeypatch.setattr("hashlib.scrypt", slow)
    threads = [threading.Thread(target=passwords.hashed, args=("x", bytes(16), tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2 and len(most) == 8


def test_an_unknown_name_takes_as_long_and_says_the_same(app, monkeypatch):
    hashed = []
    monkeypatch.setattr(passwords, "hashed", lambda *given: (hashed.append(given), bytes(range(32)))[1])
    known, unknown = attempt(app, **WRONG), attempt(app, name="没有此人", password="x")
    assert len(hashed) == 2 and known.status_code == unknown.status_code == 401
    assert accounts.WRONG in known.text and accounts.WRONG in unknown.text


def test_there_is_no_account_at_first_and_the_page_says_how_to_make_one(tmp_path):
    page = staff.create_app({"DATA_DIR": str(tmp_path)}).test_client().get("/desk/sign-in").text
    assert "flask --app wsgi staff add" in page


def test_a_disk_that_fails_is_said_in_words(app, store):
    client = staff.sign_in(app)
    store.path.write_bytes(b"no database" * 100)
    answer = client.get("/desk")
    assert answer.status_code == 503 and "数据库" in answer.text and "Traceback" not in answer.text


# Guessing

def test_after_five_wrong_tries_the_account_waits_here_and_not_elsewhere(app):
    for _ in range(5):
        assert accounts.WRONG in attempt(app, **WRONG).text
    right = {"name": "主任", "password": staff.PASSWORD}
    assert "分钟后再试" in attempt(app, **right).text
    assert attempt(app, ip="192.0.2.7", **right).status_code == 303


def test_the_wait_grows_and_ends(store):
    clock, waits = 1e9, []
    for _ in range(8):
        with pytest.raises(accounts.Wrong, match="不对"):
            accounts.sign_in(store, "主任", "wrong", "192.0.2.1", clock)
        step = 0.0
        while True:  # the right password, tried by the clock until it is let through again
            try:
                accounts._reserve(store, {accounts._key("主任\n192.0.2.1"): accounts.FREE_TRIES}, clock + step)
            except accounts.Wrong:
                step += 60
            else:
                with store.open() as db:
                    db.execute("UPDATE tries SET wrong = wrong - 1, at = ? WHERE key = ?", (clock, accounts._key("主任\n192.0.2.1")))
                break
        waits.append(step)
        clock += step
    assert waits[:4] == [0, 0, 0, 0] and waits[4:] == sorted(waits[4:]) and waits[4] == 60 and waits[7] == 480
    assert accounts.sign_in(store, "主任", staff.PASSWORD, "192.0.2.1", clock + 3600 + 900 + 1).name == "主任"


def test_a_thousand_tries_at_once_compute_ten_hashes_at_most(store, monkeypatch):
    hashed = []
    monkeypatch.setattr(passwords, "hashed", lambda *_: (hashed.append(1), bytes(32))[1])
    def guess(number):
        for name in ("主任", f"猜{number}"):
            try:
                accounts.sign_in(store, name, "wrong", "192.0.2.1", 1e9)
            except accounts.Wrong:
                pass
    threads = [threading.Thread(target=lambda start=start: [guess(start + n) for n in range(25)]) for start in range(0, 500, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hashed) <= 10


# Sessions

def test_the_cookie_over_https(app):
    client = app.test_client()
    page = client.get("/desk/sign-in", base_url="https://bot.example")
    answer = client.post("/desk/sign-in", base_url="https://bot.example", data={"name": "主任", "password": staff.PASSWORD, "csrf": staff.token(page.text)})
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-desk="))
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in cookie
    assert len(cookie.split("=")[1].split(";")[0]) >= 22


def test_plain_http_is_for_this_machine_only(app):
    client = app.test_client()
    assert client.get("/desk/sign-in").status_code == 200
    assert client.get("/desk/sign-in", base_url="http://bot.example").status_code == 403
    assert client.get("/desk/sign-in", base_url="http://127.0.0.1", environ_overrides={"REMOTE_ADDR": "192.0.2.9"}).status_code == 403


def test_the_id_is_hashed_at_rest_and_new_at_each_sign_in(app, store):
    first, second = staff.sign_in(app), staff.sign_in(app)
    ids = {one.get_cookie("desk").value for one in (first, second)}
    assert len(ids) == 2 and not any(one.encode() in store.path.read_bytes() for one in ids)


def test_an_old_cookie_is_dead_after_sign_out(app):
    client = staff.sign_in(app)
    old = client.get_cookie("desk").value
    staff.post(client, "/desk/sign-out")
    client.set_cookie("desk", old)
    assert client.get("/desk").status_code == 303


def test_a_new_password_ends_all_sessions(app):
    here, there = staff.sign_in(app), staff.sign_in(app)
    answer = staff.post(here, "/desk/me", {"old": staff.PASSWORD, "new": "lüse de pingguo 88", "again": "lüse de pingguo 88"})
    assert answer.status_code == 303
    assert here.get("/desk").status_code == there.get("/desk").status_code == 303
    assert staff.sign_in(app, password="lüse de pingguo 88").get("/desk").status_code == 200


@pytest.mark.parametrize("change", [{"old": "wrong password 12"}, {"again": "something else 9"}, {"new": "short", "again": "short"}])
def test_a_new_password_needs_the_old_one_and_is_no_weak_one(app, change):
    client = staff.sign_in(app)
    data = {"old": staff.PASSWORD, "new": "lüse de pingguo 88", "again": "lüse de pingguo 88"} | change
    assert staff.post(client, "/desk/me", data).status_code == 400
    assert client.get("/desk").status_code == 200


def test_a_disabled_account_is_out_at_once(app, store):
    client = staff.sign_in(app)
    accounts.disable(store, "主任")
    assert client.get("/desk").status_code == 303
    assert accounts.WRONG in attempt(app, name="主任", password=staff.PASSWORD).text


@pytest.mark.parametrize(("after", "alive"), [(29 * 60, True), (31 * 60, False)])
def test_an_idle_session_ends(app, store, after, alive):
    given = sessions.begin(store, "主任", 1e9)
    assert bool(sessions.find(store, given, 1e9 + after)) is alive


def test_a_session_ends_after_twelve_hours_however_busy(store):
    given, clock = sessions.begin(store, "主任", 1e9), 1e9
    while sessions.find(store, given, clock):
        clock += 600
    assert 11.8 * 3600 < clock - 1e9 <= 12 * 3600 + 600


def test_what_was_typed_is_shown_when_the_session_is_over(app):
    client = staff.sign_in(app)
    client.set_cookie("desk", "x" * 43)
    answer = client.post("/desk/me", data={"note": "这段话写了半个小时"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401 and "这段话写了半个小时" in answer.text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/desk\\evil", "/desk/../chat", "javascript:alert(1)"])
def test_after_signing_in_one_stays_at_the_desk(app, wanted):
    client = app.test_client()
    page = client.get("/desk/sign-in")
    answer = client.post("/desk/sign-in", data={"name": "主任", "password": staff.PASSWORD, "csrf": staff.token(page.text), "next": wanted})
    assert answer.headers["Location"] == "/desk"


# The log

def test_good_and_bad_sign_ins_are_in_the_log(app, store):
    attempt(app, **WRONG)
    staff.sign_in(app)
    said = [(line.who, line.what, line.object) for _, line in audit.read(store)]
    assert said[:2] == [("主任", "登录", "主任"), ("—", "登录失败", "主任")]


def test_no_field_forges_a_line(app, store):
    attempt(app, name="a\r\n2025-01-01 主任 发布\u2028x", password="x")
    line = audit.read(store)[0][1]
    assert "\n" not in line.object and "\u2028" not in line.object and "⏎" in line.object


# The command line

def run(app, *arguments, password=staff.PASSWORD):
    return app.test_cli_runner().invoke(args=["staff", *arguments], input=f"{password}\n")


def test_accounts_are_made_on_the_command_line(app, store):
    made = run(app, "add", "小李", "--role", "编辑")
    assert made.exit_code == 0 and len(made.output.splitlines()) == 1
    assert accounts.find(store, "小李").role is accounts.Role.EDIT
    assert run(app, "password", "小李", password="lüse de pingguo 88").exit_code == 0
    staff.sign_in(app, "小李", "lüse de pingguo 88")
    assert run(app, "disable", "小李").exit_code == 0 and accounts.find(store, "小李").disabled


@pytest.mark.parametrize("arguments", [("add", "主任", "--role", "编辑"), ("add", " 空格", "--role", "编辑"), ("password", "没有"), ("disable", "没有")])
def test_what_is_wrong_is_said_in_words(app, arguments):
    result = run(app, *arguments)
    assert result.exit_code != 0 and "。" in result.output and "Traceback" not in result.output
