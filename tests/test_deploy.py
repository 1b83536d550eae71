"""What stands in deploy/: the nginx site under a real nginx, the units under systemd's own check."""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest
from program import free_port, running, wait

import wechat_client as play

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
SYSTEMD = shutil.which("systemd-analyze")
MAIN = """daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log error;
events {{ worker_connections 512; }}
http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
include {at}/site.conf; }}"""


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    """The bot behind nginx with our site: (folder, TLS port, send)."""
    if not NGINX or not shutil.which("openssl"):
        pytest.skip("no nginx on this machine (apt-get install nginx-light)")
    at, bot_at = tmp_path_factory.mktemp("nginx"), tmp_path_factory.mktemp("bot")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bot.example.org", "-keyout", at / "key.pem", "-out", at / "cert.pem"],
                   check=True, capture_output=True)
    behind, plain, tls = free_port(), free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    for ours, here in (("127.0.0.1:8000", f"127.0.0.1:{behind}"), ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl", f"listen 127.0.0.1:{tls} ssl"),
                       ("/etc/letsencrypt/live/bot.example.org/fullchain.pem", f"{at}/cert.pem"), ("/etc/letsencrypt/live/bot.example.org/privkey.pem", f"{at}/key.pem"),
                       ("/var/log/nginx/", f"{at}/")):
        assert ours in site
        site = site.replace(ours, here)
    (at / "site.conf").write_text(re.sub(r"\n\s*listen \[::\][^\n]*", "", site))
    (at / "nginx.conf").write_text(MAIN.format(at=at))
    with running(bot_at, behind, PORT=str(behind), **play.SAFE) as (_, direct):
        nginx = subprocess.Popen([NGINX, "-p", at, "-e", at / "start.log", "-c", at / "nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", tls)):
                    break
                assert nginx.poll() is None, (at / "start.log").read_text() if (at / "start.log").exists() else "nginx ended"
                time.sleep(0.05)
            yield at, plain, tls, over_tls(tls), direct
        finally:
            nginx.terminate()
            nginx.wait(10)


def over_tls(port: int):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def send(method: str, path: str, body: bytes | None = None):
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=15, context=context)
        try:
            connection.request(method, path, body, {"Content-Type": "text/xml", "Host": "bot.example.org"})
            response = connection.getresponse()
            return response.status, response.read(), dict(response.headers)
        finally:
            connection.close()
    return send


def test_a_signed_question_is_answered_through_the_proxy(proxied):
    assert "5月15日" in play.WeChat(proxied[3], safe=True).ask("申报什么时候截止")
    assert proxied[3]("GET", "/chat")[0] == 200


def test_the_log_holds_no_query_and_no_openid(proxied):
    at, send = proxied[0], proxied[3]
    openid = "oCANARY_in_the_query_0123456"
    play.WeChat(send, safe=True).ask("你好", openid=openid)
    send("GET", f"/wechat?{urlencode(play.query(openid=openid) | {'signature': 'wrong'})}")
    wait(lambda: (at / "quality-bot.log").read_text().count("POST /wechat") and "GET /wechat" in (at / "quality-bot.log").read_text())
    logs = {path.name: path.read_text(errors="replace") for path in at.glob("*.log")}
    assert "POST /wechat" in logs["quality-bot.log"]
    assert not [name for name, text in logs.items() if openid in text or "signature" in text or "nonce" in text]


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/health/live", "/health", "/%6detrics", "//metrics"])
def test_what_machines_watch_is_not_public(path, proxied):
    assert proxied[3]("GET", path)[0] == 404


def test_metrics_and_health_are_there_on_the_machine_itself(proxied):
    assert proxied[4]("GET", "/metrics")[0] == proxied[4]("GET", "/health/ready")[0] == 200


def test_a_body_over_the_limit_is_refused(proxied):
    path = f"/wechat?{urlencode(play.query())}"
    assert proxied[3]("POST", path, b"x" * (256 * 1024 + 1))[0] == 413
    assert proxied[3]("POST", path, b"x" * (256 * 1024))[0] != 413


def test_plain_http_is_sent_to_tls_without_the_query(proxied):
    status, _, headers = play.through_http(proxied[1])("GET", "/chat?openid=secret")
    assert status == 301 and headers["Location"].startswith("https://") and "secret" not in headers["Location"]


def test_a_stalled_body_is_cut_and_never_reaches_the_bot(proxied):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxied[2])) as raw, context.wrap_socket(raw) as stalled:
        stalled.sendall(f"POST /wechat?{urlencode(play.query())} HTTP/1.1\r\nHost: bot.example.org\r\nContent-Length: 1000\r\n\r\n<xml>".encode())
        stalled.settimeout(60)
        answer = stalled.recv(200)
        assert not answer or b" 408 " in answer
    assert "client_body_timeout 10s;" in (DEPLOY / "nginx.conf").read_text()


@pytest.mark.skipif(not SYSTEMD, reason="no systemd on this machine")
@pytest.mark.parametrize("unit", sorted(path.name for path in DEPLOY.glob("*.service")) + sorted(path.name for path in DEPLOY.glob("*.timer")))
def test_systemd_understands_a_unit(unit, tmp_path):
    for path in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.M)
        (tmp_path / path.name).write_text(text)
    checked = subprocess.run([SYSTEMD, "verify", "--man=no", tmp_path / unit], capture_output=True, text=True, timeout=60)
    complaints = [line for line in checked.stderr.splitlines() if str(tmp_path) in line or "cpcif-quality-bot" in line]
    assert not complaints, checked.stderr


@pytest.mark.parametrize("name", ["cpcif-quality-bot.service", "Dockerfile"])
def test_what_is_started_is_there(name):
    text = (DEPLOY / name).read_text("utf-8")
    assert "serve.py" in text and (ROOT / "serve.py").is_file()
    for copied in re.findall(r"^COPY (.+) \S+$", text, re.M):
        assert all((ROOT / one).exists() for one in copied.split())
