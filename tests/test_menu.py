"""`menu push` against WeChat's API played over real HTTP, and the token's cache against a real Redis that fails."""

from __future__ import annotations

import contextlib
import json
import socket
import stat
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from program import free_port

import redis_server
import wechat_client as play
from bot import create_app, menu, tokens, wechat_client
from bot.menu import Button, Menu
from bot.tokens import Tokens

SECRET = "s3cr3tS3CR3Ts3cr3tS3CR3T12345678"
TOKEN = "T" * 512  # as long as one may be


class Api(ThreadingHTTPServer):
    """WeChat's API, as far as the menu needs it. ``says`` answers menu/create, one after the other; the last one stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[str, str, bytes]] = []
        self.says: list[object] = [{"errcode": 0, "errmsg": "ok"}]
        self.over = threading.Event()  # whoever hangs may go
        self.token: object = {"access_token": TOKEN, "expires_in": 7200}

    def asked(self, what: str) -> list[tuple[str, str, bytes]]:
        return [call for call in self.calls if call[1].startswith(f"/cgi-bin/{what}")]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(("POST", self.path, body))
        if urlsplit(self.path).path == "/cgi-bin/stable_token":
            said = self.server.token
        else:
            said = self.server.says.pop(0) if len(self.server.says) > 1 else self.server.says[0]
        said(self) if callable(said) else self.answer(said)

    do_GET = do_POST

    def answer(self, said: object, status: int = 200) -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def api(monkeypatch) -> Iterator[Api]:
    server = Api()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(wechat_client, "API", f"http://127.0.0.1:{server.server_port}/cgi-bin/")
    monkeypatch.setattr(wechat_client, "TIMEOUT", (0.5, 0.5))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def command(folder, *words: str, **more: str):
    """What `menu push` with ``words`` did."""
    given = {"WECHAT_TOKEN": play.TOKEN, "WECHAT_APP_ID": play.APP_ID, "WECHAT_APP_SECRET": SECRET, "DATA_DIR": str(folder), **more}
    return create_app({name: value for name, value in given.items() if value}).test_cli_runner().invoke(args=["menu", "push", *words])


def clean(said) -> bool:
    """No secret, no token, no traceback in what was printed."""
    return not any(word in said.output for word in (SECRET, TOKEN, "Traceback", "access_token=", "/cgi-bin/"))


# The menu itself

def test_our_own_menu_is_within_the_limits():
    assert menu.problems(menu.read()) == []


def test_every_key_has_its_meaning_and_is_answered(tmp_path):
    wechat = play.WeChat(play.through_flask(create_app({**play.PLAIN, "DATA_DIR": str(tmp_path)}).test_client()))
    for key in menu.meanings():
        said = wechat.deliver(play.event("CLICK", EventKey=key, openid=f"oTap{key}")).content
        assert said and "没有听懂" not in said and "没看懂" not in said


def click(name="按钮", key="K", says="问", **more):
    return Button(name, key, says, **more)


def of(*buttons):
    return Menu(buttons)


@pytest.mark.parametrize("given,told", [
    (of(), "0个按钮"), (of(*[click(key=f"K{n}") for n in range(4)]), "4个按钮"),
    (of(Button("更多", below=tuple(click(key=f"K{n}") for n in range(6)))), "“更多”下有6个按钮"),
    (of(click("一二三四五六")), "18字节，最多16字节"), (of(click("12345678901234567")), "17字节"),
    (of(Button("更多", below=(click("一" * 21),))), "63字节，最多60字节"),
    (of(click(key="k" * 129)), "129字节，最多128字节"), (of(Button("官网", url="https://e.org/" + "a" * 1011)), "1025字节，最多1024字节"),
    (of(Button("官网", url="example.org")), "https://"), (of(Button("空")), "恰好有一种"), (of(click(url="https://e.org")), "恰好有一种"),
    (of(Button("缺", key="K")), "恰好有一种"), (of(click("")), "没有名称"), (of(click("甲"), click("乙")), "用了2次"),
    (of(Button("深", below=(Button("更深", below=(click(),)),))), "只有两级"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_wechat_would_refuse_is_told(given, told):
    assert any(told in one for one in menu.problems(given))


@pytest.mark.parametrize("given", [
    of(click("一二三四五1")), of(Button("更多", below=(click("一" * 20),))), of(click(key="k" * 128)), of(Button("官网", url="https://e.org/" + "a" * 1010)),
    of(*[Button("更多", below=tuple(click(key=f"K{top}{n}") for n in range(5))) for top in range(3)]),
])
def test_the_limits_themselves_are_fine(given):
    assert menu.problems(given) == []


@pytest.mark.parametrize("text,told", [("[[button]]\nname = 1", "name"), ("[[button]]\nname = '甲'\ncolour = 'red'", "colour"), ("[", "menu.toml"), ("[[button]]\nname = '长长长长长长'", "18字节")])
def test_a_broken_menu_is_told_and_not_sent(tmp_path, api, monkeypatch, text, told):
    monkeypatch.setattr(menu, "FILE", tmp_path / "menu.toml")
    menu.FILE.write_text(text, "utf-8")
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and told in said.output and not api.calls and clean(said)


# The push

def test_a_dry_run_prints_what_would_be_sent_and_sends_nothing(tmp_path, api):
    shown = command(tmp_path, WECHAT_APP_SECRET="")
    assert shown.exit_code == 0 and api.calls == [] and "\\u" not in shown.stdout and "没有发送" in shown.stderr
    assert command(tmp_path, "--yes").exit_code == 0
    assert api.asked("menu/create")[0][2] == shown.stdout.strip().encode()
    assert [len(one["sub_button"]) for one in json.loads(shown.stdout)["button"]] == [4, 4, 2]


def test_the_token_is_asked_for_by_post_and_the_menu_is_sent_with_it(tmp_path, api):
    said = command(tmp_path, "--yes")
    assert said.exit_code == 0 and "菜单已推送" in said.output and clean(said)
    method, path, body = api.asked("stable_token")[0]
    assert (method, path) == ("POST", "/cgi-bin/stable_token")
    assert json.loads(body) == {"grant_type": "client_credential", "appid": play.APP_ID, "secret": SECRET, "force_refresh": False}
    assert parse_qs(urlsplit(api.asked("menu/create")[0][1]).query) == {"access_token": [TOKEN]}
    assert not api.asked("token")


@pytest.mark.parametrize("name", ["WECHAT_APP_ID", "WECHAT_APP_SECRET"])
def test_without_its_settings_it_says_which(tmp_path, api, name):
    said = command(tmp_path, "--yes", **{name: ""})
    assert said.exit_code == 1 and name in said.output and not api.calls


@pytest.mark.parametrize("code", [-1, 40016, 40017, 40018, 40019, 40020, 40033, 45002, 45009, 48001, 48006, 65320, 99999])
def test_a_refusal_is_a_chinese_sentence(tmp_path, api, code):
    api.says = [{"errcode": code, "errmsg": f"some english hint {SECRET}"}]
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and f"错误码{code}" in said.output and "english" not in said.output and clean(said)
    assert len(api.asked("menu/create")) == 1


def test_without_the_menu_right_it_says_that_nothing_is_lost(tmp_path, api):
    api.says = [{"errcode": 48001, "errmsg": "api unauthorized"}]
    assert "回复数字和文字可以问到所有内容" in command(tmp_path, "--yes").output


@pytest.mark.parametrize("code,told", [(40001, "WECHAT_APP_SECRET"), (40013, "WECHAT_APP_ID"), (40125, "WECHAT_APP_SECRET"), (40164, "203.0.113.9"), (40243, "冻结")])
def test_no_token_is_told_and_asked_for_once(tmp_path, api, code, told):
    api.token = {"errcode": code, "errmsg": "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 1"}
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and told in said.output and clean(said)
    assert len(api.calls) == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_stale_token_is_renewed_once(tmp_path, api, code):
    api.says = [{"errcode": code, "errmsg": "stale"}, {"errcode": 0}]
    assert command(tmp_path, "--yes").exit_code == 0
    assert len(api.asked("stable_token")) == len(api.asked("menu/create")) == 2
    api.says = [{"errcode": code, "errmsg": "stale"}]
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and f"错误码{code}" in said.output and len(api.asked("menu/create")) == 4


def redirect(handler: Handler) -> None:
    handler.send_response(307)
    handler.send_header("Location", f"http://127.0.0.1:{handler.server.server_port}/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def hang(handler: Handler) -> None:
    handler.server.over.wait(60)


def cut(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("at", ["token", "says"])
@pytest.mark.parametrize("answer,told", [
    (hang, "超时"), (cut, "连不上"), (redirect, "看不懂"), (b"<html>", "看不懂"), (b"", "看不懂"), ([1], "看不懂"), ({}, "看不懂"),
    (lambda handler: handler.answer(b"oops", 502), "微信服务器出错"),
], ids=["hangs", "cut", "redirects", "html", "empty", "list", "nothing", "502"])
def test_what_comes_back_broken_is_told(tmp_path, api, at, answer, told):
    setattr(api, at, answer if at == "token" else [answer])
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and told in said.output and clean(said)
    assert not [call for call in api.calls if "elsewhere" in call[1]]


def test_nobody_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(wechat_client, "API", f"http://127.0.0.1:{free_port()}/cgi-bin/")
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and "连不上微信" in said.output and clean(said)


def test_a_drip_of_bytes_ends_too(tmp_path, api, monkeypatch):
    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not handler.server.over.wait(0.1):
                handler.wfile.write(b" ")
    monkeypatch.setattr("bot.menu_cli.LONGEST", 0.7)
    api.says = [drip]
    said = command(tmp_path, "--yes")
    assert said.exit_code == 1 and "太慢" in said.output


def test_nothing_of_it_reaches_a_log(tmp_path, api, caplog):
    caplog.set_level("DEBUG", "bot")
    caplog.set_level("INFO")
    for answer in ({"errcode": 48001}, cut, {"errcode": 0}):
        api.says = [answer]
        command(tmp_path, "--yes")
    assert SECRET not in caplog.text and TOKEN not in caplog.text


# The token, kept for all

def kept(folder, redis_url="", clock=time.time, secret=SECRET) -> Tokens:
    return Tokens(folder, play.APP_ID, secret, redis_url, clock)


def test_one_token_serves_all_processes(tmp_path, api):
    for _ in range(3):
        assert command(tmp_path, "--yes").exit_code == 0
    assert len(api.asked("stable_token")) == 1
    file = tmp_path / tokens.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and SECRET not in file.read_text()
    assert [path.name for path in tmp_path.glob("*.tmp")] == []


def test_a_token_ends_before_its_end(tmp_path):
    now = [1000.0]
    kept(tmp_path, clock=lambda: now[0]).set("", "t1", 7200)
    for at, token in ((1000, "t1"), (1000 + 6899, "t1"), (1000 + 6901, None), (99999, None)):
        now[0] = at
        assert kept(tmp_path, clock=lambda: now[0]).get("") == token


def test_another_secret_does_not_get_the_token(tmp_path):
    kept(tmp_path).set("", "t1", 7200)
    assert kept(tmp_path, secret="x" * 32).get("") is None and kept(tmp_path).get("") == "t1"


@pytest.mark.parametrize("held", [b"", b"{", b"[]", b'{"account": 1}', b"\xff" * 9, b"null"])
def test_a_damaged_file_is_no_token(tmp_path, api, held):
    (tmp_path / tokens.FILE).write_bytes(held)
    assert command(tmp_path, "--yes").exit_code == 0 and len(api.asked("stable_token")) == 1


def test_a_disk_that_fails_costs_a_call_only(tmp_path, api, monkeypatch):
    monkeypatch.setattr(tokens, "FILE", "no/such/folder")
    for _ in range(2):
        assert command(tmp_path, "--yes").exit_code == 0
    assert len(api.asked("stable_token")) == 2


def test_a_backup_leaves_the_token_out():
    assert tokens.FILE.startswith(".")  # deploy/backup.py skips such names


# Redis, which may die

@pytest.fixture
def redis(tmp_path) -> Iterator[redis_server.Server]:
    with redis_server.running(tmp_path / "redis") as server:
        yield server


def test_redis_carries_the_token_to_another_machine(tmp_path, redis):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    kept(here, redis.url).set("", "t1", 7200)
    assert kept(there, redis.url).get("") == "t1" and kept(there).get("") is None
    kept(here, redis.url).delete("")
    assert kept(there, redis.url).get("") is None


FAULTS = {
    "killed": redis_server.Server.kill, "frozen": redis_server.Server.freeze, "read-only": redis_server.Server.make_read_only, "full": redis_server.Server.fill,
    "with a password": lambda server: server.say("CONFIG", "SET", "requirepass", "x"),
    "emptied": lambda server: server.say("FLUSHALL"),
    "with rubbish": lambda server: server.say("SET", kept(Path())._name, "rubbish"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_redis_that_fails_does_not_matter(tmp_path, api, redis, fault):
    assert command(tmp_path, "--yes", REDIS_URL=redis.url).exit_code == 0
    FAULTS[fault](redis)
    assert kept(tmp_path, redis.url).get("") == TOKEN
    said = command(tmp_path, "--yes", REDIS_URL=redis.url)
    assert said.exit_code == 0 and clean(said) and len(api.asked("stable_token")) == 1
