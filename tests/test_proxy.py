"""Who asks, and over what: a proxy is believed where PROXIES names it; then every cookie is for https only."""

from __future__ import annotations

import re
import socket

import desk_client as staff
import pytest
from program import free_port, running

import wechat_client as play
from bot import create_app

TOLD = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


def app_of(tmp_path, **more):
    return create_app({"DATA_DIR": str(tmp_path), **more})


def cookies(app, path: str, sender: str = "127.0.0.1", headers: dict | None = None, base: str = "http://127.0.0.1") -> list[str]:
    return app.test_client().get(path, base_url=base, headers=headers, environ_base={"REMOTE_ADDR": sender}).headers.getlist("Set-Cookie")


@pytest.mark.parametrize("settings,sender,headers,secure", [
    ({}, "127.0.0.1", {}, False),
    ({}, "127.0.0.1", TOLD, True), ({}, "::1", TOLD, True), ({}, "[::1]", TOLD, True), ({}, "::ffff:127.0.0.1", TOLD, True),
    ({}, "127.0.0.1", TOLD | {"X-Forwarded-Proto": "http"}, False), ({}, "127.0.0.1", {"X-Forwarded-Proto": "https"}, False),
    ({}, "127.0.0.1", TOLD | {"X-Forwarded-Proto": "https,http"}, False),
    ({}, "198.51.100.7", TOLD, False), ({}, "", TOLD, False), ({}, "unix:", TOLD, False),
    ({"PROXIES": "10.0.0.0/8, 192.0.2.1"}, "10.1.2.3", TOLD, True), ({"PROXIES": "10.0.0.0/8,192.0.2.1"}, "192.0.2.1", TOLD, True),
    ({"PROXIES": "10.0.0.0/8"}, "127.0.0.1", TOLD, False), ({"PROXIES": "10.0.0.0/8"}, "11.0.0.1", TOLD, False),
    ({"PUBLIC_URL": "https://bot.example.org"}, "127.0.0.1", {}, True), ({"PUBLIC_URL": "http://bot.example.org"}, "127.0.0.1", {}, False),
])
def test_the_chats_cookie_is_secure_where_the_browser_speaks_https(tmp_path, settings, sender, headers, secure):
    given = cookies(app_of(tmp_path, **settings), "/chat", sender, headers)
    assert given and all(("; Secure" in one) is secure and one.startswith("__Host-") is secure and "; Path=/" in one for one in given)


def test_the_chat_remembers_behind_the_proxy(tmp_path):
    client = app_of(tmp_path).test_client()
    told = {"headers": TOLD, "base_url": "https://bot.example.org"}
    assert client.post("/chat", data={"text": "申报什么时候截止"}, **told).headers["Set-Cookie"] == client.post("/chat", data={"text": "那班组呢"}, **told).headers["Set-Cookie"]


@pytest.mark.parametrize("settings,sender,headers,status", [
    ({}, "127.0.0.1", {}, 200), ({}, "127.0.0.1", TOLD, 200), ({}, "127.0.0.1", TOLD | {"X-Forwarded-Proto": "http"}, 403),
    ({}, "198.51.100.7", TOLD, 403), ({"PROXIES": "198.51.100.7"}, "198.51.100.7", TOLD, 200), ({"PROXIES": "198.51.100.7"}, "127.0.0.1", TOLD, 403),
])
def test_the_desk_opens_over_https_or_on_this_machine(tmp_path, settings, sender, headers, status):
    app = app_of(tmp_path, **settings)
    answer = app.test_client().get("/desk/sign-in", base_url="http://127.0.0.1", headers=headers, environ_base={"REMOTE_ADDR": sender})
    assert answer.status_code == status
    assert all("; Secure" in one for one in answer.headers.getlist("Set-Cookie")) or not headers


def test_the_desks_session_behind_the_proxy(tmp_path):
    """Every cookie that signing in and the next page set: Secure, HttpOnly, SameSite; the session's name is locked to the host."""
    app = app_of(tmp_path)
    name, password = staff_account(app)
    client, told = app.test_client(), {"headers": TOLD, "base_url": "http://bot.example.org"}
    page = client.get("/desk/sign-in", **told)
    entered = client.post("/desk/sign-in", data={"csrf": staff.token(page.text), "name": name, "password": password}, **told)
    assert entered.status_code == 303
    given = [*page.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]
    assert any(one.startswith("__Host-desk=") for one in given)
    assert all(one.startswith("__Host-") and "; Secure" in one and "; HttpOnly" in one and "; SameSite=Lax" in one for one in given)


def staff_account(app) -> tuple[str, str]:
    name, password = "王老师", "一句很长而且没人猜得到的话"
    ended = app.test_cli_runner().invoke(args=["staff", "add", name, "--role", "编辑"], input=f"{password}\n")
    assert ended.exit_code == 0, ended.output
    return name, password


# The other switches do what the guide says

def test_choices_can_be_tapped_and_the_numbers_stay(tmp_path):
    """With WECHAT_TAPPABLE a choice is a link that says it; the tap, and the number typed, mean the same."""
    plain, links = (play.WeChat(play.through_flask(app_of(tmp_path / tappable, **play.PLAIN, WECHAT_TAPPABLE=tappable).test_client())) for tappable in "01")
    asked = "主要完成人：张建国,李梅,王志强,赵敏,刘洋,陈静,周涛,吴霞,郑凯,孙丽,何平,马超"
    without, tapped = plain.ask(asked), links.ask(asked)
    assert "\n1. 小组" in without and "weixin://" not in without
    says = re.search(r'\n1\. <a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]+)&msgmenuid=1">小组</a>', tapped)
    assert says and re.sub("<[^>]+>", "", tapped) == without
    assert plain.ask("1") == links.ask(says[1])


def test_a_tapped_hand_over_gives_the_contacts(tmp_path):
    """WeChat passes no events to 微信客服, so a tap on the menu is answered in words."""
    wechat = play.WeChat(play.through_flask(app_of(tmp_path, **play.PLAIN, WECHAT_CUSTOMER_SERVICE="1").test_client()))
    assert wechat.deliver(play.text("转人工")).fields["MsgType"] == "transfer_customer_service"
    tapped = wechat.deliver(play.event("CLICK", EventKey="CONTACT", openid="oTap"))
    assert tapped.fields["MsgType"] == "text" and "010-" in tapped.content


def test_an_address_is_the_bare_one_whatever_the_socket(tmp_path):
    """A socket for IPv6 and IPv4 both says [::1] and [::ffff:127.0.0.1]; /metrics is shown to this machine by either."""
    port = free_port()
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with running(tmp_path, port, PORT=str(port), HOST="::"):
        for host in ("::1", "127.0.0.1"):
            assert play.through_http(port, host=host)("GET", "/metrics")[0] == 200
