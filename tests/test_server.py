"""The real server, two workers over the way in of `make serve`: both modes, limits, slow senders, a killed worker, another client."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from program import free_port, running

import wechat_client as play

DEADLINE = "申报什么时候截止"


@contextmanager
def serving(folder: Path) -> Iterator[subprocess.Popen]:
    """A running server that takes plain and encrypted posts, and its port."""
    port = free_port()
    with running(folder, port, "--workers", "2", PORT=str(port), DATA_DIR=str(folder), WECHAT_MODE="compatible", **play.SAFE) as (process, _):
        process.port = port
        yield process


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One for all who leave it as it is."""
    with serving(tmp_path_factory.mktemp("server")) as process:
        yield process


@pytest.fixture
def own_server(tmp_path):
    with serving(tmp_path) as process:
        yield process


def raw(port: int, *parts: bytes | float, timeout: float = 15) -> bytes:
    """Bytes sent as they are, with pauses; the first bytes of what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        with contextlib.suppress(OSError):
            for part in parts:
                time.sleep(part) if isinstance(part, float) else connection.sendall(part)
        with contextlib.suppress(OSError):
            return connection.recv(4096)
        return b""


def head(*more: str) -> bytes:
    return "\r\n".join([f"POST /wechat?{urlencode(play.query())} HTTP/1.1", "Host: a", *more, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_the_server_answers_in_both_modes(server):
    for safe in (False, True):
        assert "5月15日" in play.WeChat(play.through_http(server.port), safe=safe).ask(DEADLINE)


def test_the_limit_holds_for_chunked_bodies_too(server):
    chunked = head("Transfer-Encoding: chunked")
    assert b"200 OK" in raw(server.port, chunked, chunk(play.text(DEADLINE).encode()), b"0\r\n\r\n")
    for refused in (raw(server.port, chunked, *[chunk(b"a" * 65536)] * 40, b"0\r\n\r\n"), raw(server.port, head("Content-Length: 262145"))):
        assert b" 413 " in refused and b"nosniff" in refused and b"no-store" in refused


@pytest.mark.parametrize("spelled,believed", [("X-Forwarded-{}", True), ("X_Forwarded_{}", False), ("X-Forwarded_{}", False)])
def test_a_header_spelled_with_underscores_is_none(server, spelled, believed):
    """A proxy that writes X-Forwarded-For anew lets X_Forwarded_For through; both would be one name to the pages."""
    told = [f"{spelled.format(name)}: {value}" for name, value in (("For", "203.0.113.9"), ("Proto", "https"))]
    page = raw(server.port, "\r\n".join(["GET /chat HTTP/1.1", "Host: a", *told, "Connection: close", "", ""]).encode())
    assert b"asker=" in page and (b"; Secure" in page) is believed


def test_slow_senders_are_cut_and_hold_up_nobody(server):
    """100 signed senders of a byte a second; real messages are answered while they are at it; none of them is heard out."""
    with ThreadPoolExecutor(100) as pool:
        slow = [pool.submit(raw, server.port, head("Content-Length: 200"), *[b"a", 1.0] * 11) for _ in range(100)]
        time.sleep(0.5)
        wechat = play.WeChat(play.through_http(server.port))
        for number in range(50):
            assert "5月15日" in wechat.ask(DEADLINE, openid=f"oReal{number}")
        assert not all(one.done() for one in slow)
        assert all(b" 408 " in one.result() or one.result() == b"" for one in slow)


def test_two_workers_one_killed_every_message_once(own_server, tmp_path):
    """Three deliveries of each message from many threads, a worker killed in between: equal triples, one row each."""
    bodies = [play.text(DEADLINE, openid=f"oOnce{number}", message_id=number) for number in range(400)]
    workers = [int(pid) for pid in Path(f"/proc/{own_server.pid}/task/{own_server.pid}/children").read_text().split()]

    def deliver(body: str) -> bytes:
        wechat = play.WeChat(play.through_http(own_server.port))
        for _ in range(100):  # as WeChat does after a cut connection, only sooner
            with contextlib.suppress(OSError):
                return wechat.deliver(body).body
            time.sleep(0.1)
        raise AssertionError("no reply")
    with ThreadPoolExecutor(12) as pool:
        jobs = [pool.submit(deliver, body) for body in bodies * 3]
        time.sleep(0.4)
        os.kill(max(workers), signal.SIGKILL)
        replies = [job.result() for job in jobs]
    triples = [{replies[number], replies[number + 400], replies[number + 800]} for number in range(400)]
    assert all(len(triple) == 1 and b"<xml>" in next(iter(triple)) for triple in triples)
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT person) FROM journal").fetchone() == (400, 400)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_term_signal_ends_it_with_code_0(own_server):
    play.WeChat(play.through_http(own_server.port)).ask(DEADLINE)
    own_server.terminate()
    assert own_server.wait(5) == 0


# Another independent client: npm's @wecom/crypto, where it is installed (NODE_PATH, or beside the tests)

NODE = r"""
const { getSignature, encrypt, decrypt } = require('@wecom/crypto');
const [, , port, token, key, appId] = process.argv;
(async () => {
  for (let number = 0; number < 100; number++) {
    const stamp = String(Math.floor(Date.now() / 1000)), nonce = String(Math.floor(Math.random() * 1e9)), openid = `oNode${number}`;
    const xml = `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>1745121600</CreateTime>` +
      `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[申报什么时候截止]]></Content><MsgId>${900000 + number}</MsgId></xml>`;
    const sealed = encrypt(key, xml, appId);
    const query = new URLSearchParams({ signature: getSignature(token, stamp, nonce), timestamp: stamp, nonce, openid, encrypt_type: 'aes',
      msg_signature: getSignature(token, stamp, nonce, sealed) });
    const response = await fetch(`http://127.0.0.1:${port}/wechat?${query}`, { method: 'POST', body: `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>` });
    const text = await response.text(), field = (name, from) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(from)[1];
    if (field('Nonce', text) !== nonce) throw new Error('nonce');
    if (field('MsgSignature', text) !== getSignature(token, field('TimeStamp', text), nonce, field('Encrypt', text))) throw new Error('signature');
    const { message, id } = decrypt(key, field('Encrypt', text));
    if (id !== appId || field('ToUserName', message) !== openid || field('FromUserName', message) !== 'gh_1' || !message.includes('5月15日')) throw new Error(message);
  }
  console.log('100 round trips');
})().catch((error) => { console.error(error); process.exit(1); });
"""


def test_wecom_crypto_round_trips(server, tmp_path):
    node = shutil.which("node")
    if not node or subprocess.run([node, "-e", "require.resolve('@wecom/crypto')"], capture_output=True).returncode:
        pytest.skip("no Node with @wecom/crypto here (npm install @wecom/crypto, NODE_PATH)")
    ended = subprocess.run([node, "-e", NODE, "x", str(server.port), play.TOKEN, play.AES_KEY, play.APP_ID], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "100 round trips\n", ended.stderr
