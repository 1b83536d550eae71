"""WeChat, played by hand: an independent client of the webhook. Standard library and ``openssl enc``, no wechatpy.

Only framing, padding and SHA-1 are written here; AES is OpenSSL's. Used by the tests of the edges.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import os
import re
import subprocess
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from urllib.parse import urlencode

TOKEN = "AAAAA"
AES_KEY = "A" * 43
APP_ID = "wxba5fad812f8e6fb9"
ACCOUNT = "gh_0123456789ab"
OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
NOON = 1745121600  # 2025-04-20 12:00 in Shanghai
MESSAGE_IDS = itertools.count(24_000_000_000_000_000)
PLAIN = {"WECHAT_TOKEN": TOKEN}
SAFE = {"WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_AES_KEY": AES_KEY}


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(sealed: str | None = None, token: str = TOKEN, at: float | None = None, openid: str = OPENID, **more: str) -> dict[str, str]:
    """The query of a push signed ``at`` (now); with an Encrypt text the one of safe mode."""
    stamp, nonce = str(int(time.time() if at is None else at)), str(int.from_bytes(os.urandom(4)))
    signed = {"signature": sha1(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": openid}
    if sealed is not None:
        signed |= {"encrypt_type": "aes", "msg_signature": sha1(token, stamp, nonce, sealed)}
    return signed | more


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def push(kind: str, openid: str = OPENID, created: int | str = NOON, message_id: int | str | None = None, **fields: object) -> str:
    """The XML of a push. Events have no MsgId; ``fields`` are further elements, in order."""
    number = "" if kind == "event" else f"<MsgId>{next(MESSAGE_IDS) if message_id is None else message_id}</MsgId>"
    rest = "".join(f"<{name}>{cdata(str(value))}</{name}>" for name, value in fields.items())
    return (f"<xml><ToUserName>{cdata(ACCOUNT)}</ToUserName><FromUserName>{cdata(openid)}</FromUserName><CreateTime>{created}</CreateTime>"
            f"<MsgType>{cdata(kind)}</MsgType>{rest}{number}</xml>")


def text(content: str, **more: object) -> str:
    return push("text", Content=content, **more)


def event(name: str, **more: object) -> str:
    return push("event", Event=name, **more)


def openssl(direction: str, data: bytes, aes_key: str = AES_KEY) -> bytes:
    key = base64.b64decode(aes_key + "=")
    arguments = ["openssl", "enc", direction, "-aes-256-cbc", "-nopad", "-K", key.hex(), "-iv", key[:16].hex()]
    return subprocess.run(arguments, input=data, capture_output=True, check=True).stdout


def seal(xml: str | bytes, app_id: str = APP_ID, aes_key: str = AES_KEY) -> str:
    """An Encrypt text around ``xml``."""
    inner = xml.encode() if isinstance(xml, str) else xml
    framed = os.urandom(16) + len(inner).to_bytes(4) + inner + app_id.encode()
    pad = 32 - len(framed) % 32
    return base64.b64encode(openssl("-e", framed + bytes([pad]) * pad, aes_key)).decode()


def unseal(sealed: str, app_id: str = APP_ID, aes_key: str = AES_KEY) -> str:
    """The XML in an Encrypt text; an AssertionError where padding, length or AppID are wrong."""
    framed = openssl("-d", base64.b64decode(sealed, validate=True), aes_key)
    pad = framed[-1]
    assert 1 <= pad <= 32 and framed.endswith(bytes([pad]) * pad)
    framed = framed[:-pad]
    length = int.from_bytes(framed[16:20])
    assert framed[20 + length :].decode() == app_id
    return framed[20 : 20 + length].decode()


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the raw body, and, of a reply in XML, its elements."""

    status: int
    body: bytes
    fields: dict[str, str]
    headers: dict[str, str]

    @property
    def content(self) -> str:
        return self.fields.get("Content", "")


class WeChat:
    """The platform, talking to a webhook through ``send(method, path, body) -> (status, body, headers)``."""

    def __init__(self, send, safe: bool = False) -> None:
        self.send, self.safe = send, safe

    def deliver(self, xml: str | bytes, signed: dict[str, str] | None = None, path: str = "/wechat") -> Reply:
        """Post a push as the mode has it, and open the reply: signature, nonce and swapped names are checked."""
        sealed = seal(xml) if self.safe else None
        signed = signed or query(sealed, openid=_element(xml, "FromUserName"))
        body = f"<xml><ToUserName>{cdata(ACCOUNT)}</ToUserName><Encrypt>{cdata(sealed)}</Encrypt></xml>".encode() if sealed else xml
        status, answer, headers = self.send("POST", f"{path}?{urlencode(signed)}", body.encode() if isinstance(body, str) else body)
        return Reply(status, answer, self._open(answer, signed, xml) if answer.startswith(b"<") else {}, headers)

    def ask(self, content: str, **more: object) -> str:
        """The Content of the reply to a text message."""
        reply = self.deliver(text(content, **more))
        assert reply.status == 200, reply
        return reply.content

    def _open(self, answer: bytes, signed: dict[str, str], asked: str | bytes) -> dict[str, str]:
        fields = elements(answer)
        if self.safe:
            assert fields["Nonce"] == signed["nonce"]
            assert fields["MsgSignature"] == sha1(TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            fields = elements(unseal(fields["Encrypt"]))
        assert fields["ToUserName"] == _element(asked, "FromUserName") and fields["FromUserName"] == ACCOUNT
        assert len(fields.get("Content", "").encode()) <= 2048
        return fields


def _element(xml: str | bytes, name: str) -> str:
    found = re.search(rf"<{name}><!\[CDATA\[(.*?)\]\]>", xml if isinstance(xml, str) else xml.decode(errors="replace"))
    return found[1] if found else ""


def elements(xml: str | bytes) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ET.fromstring(xml)}


def through_flask(client):
    """Send through Flask's test client."""
    def send(method: str, path: str, body: bytes | None = None):
        response = client.open(path, method=method, data=body, content_type="text/xml")
        return response.status_code, response.data, dict(response.headers)
    return send


def through_http(port: int, timeout: float = 10, host: str = "127.0.0.1"):
    """Send over real HTTP, one connection for each call."""
    def send(method: str, path: str, body: bytes | None = None):
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Content-Type": "text/xml"})
            response = connection.getresponse()
            return response.status, response.read(), dict(response.headers)
        finally:
            connection.close()
    return send
