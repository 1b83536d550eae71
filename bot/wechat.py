"""WeChat's wire: signatures, the three modes, XML in and out. The only file that knows wechatpy.

Its cipher is wechatpy's; signature checks, framing and XML are our own, because wechatpy compares in variable time,
accepts an empty token and doubled parameters, and puts a reply's text into CDATA unescaped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import sys
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from urllib.parse import parse_qsl
from xml.parsers import expat

import msgspec

from bot.config import Mode, Settings

WINDOW = 300  # seconds that a signature's timestamp may lie in the past or ahead
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 can't hold


class Refused(Exception):
    """Not from WeChat, or weaker than the mode allows: 403. The message is a word for the counter."""


class OtherAccount(Refused):
    """Sealed with our key, but for another AppID."""

    def __init__(self) -> None:
        super().__init__("appid")


class Unreadable(Exception):
    """Signed, but no message can be read from it. The message names the reason, never the content."""


class DoctypeFound(Exception):
    """A document type declaration in the markup: 400. One that an asker typed inside CDATA is text, and fine."""


class Incoming(msgspec.Struct, frozen=True):
    """One push: who, to which account, when (CreateTime), what. Absent fields are empty."""

    sender: str
    account: str
    created: int
    type: str  # text · image · voice · … · event, lower case
    text: str = ""  # Content, or a voice message's Recognition
    message_id: str = ""
    event: str = ""  # lower case
    event_key: str = ""
    person: str = ""  # OpenID of the authorization events, where FromUserName is not the person

    @property
    def once(self) -> str:
        """What tells this push from all others: MsgId, or an event's time, name and key."""
        if self.message_id:
            return f"m\n{self.sender}\n{self.message_id}"
        return f"e\n{self.sender}\n{self.created}\n{self.type}\n{self.event}\n{self.event_key}\n{self.person}"


def read_query(raw: bytes) -> dict[str, str]:
    """The query's parameters; Refused where one is repeated (which of the two would have been signed?)."""
    try:
        text = raw.decode("ascii")
        if "%" in text or "+" in text:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=32)
        else:  # as WeChat sends it
            pairs = [pair.partition("=")[::2] for pair in text.split("&", 32)]
    except ValueError:
        raise Refused("query") from None
    query = dict(pairs)
    if len(query) != len(pairs) or len(pairs) > 32:
        raise Refused("repeated")
    return query


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 over the sorted parts, joined without separator."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def verify(query: dict[str, str], token: str, now: float, body_part: str | None = None) -> None:
    """Refused unless ``signature`` (or, for an Encrypt text, ``msg_signature``) is right and fresh."""
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    given = query.get("signature" if body_part is None else "msg_signature", "")
    if not (token and given and nonce and stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Refused("missing")
    expected = sign(token, stamp, nonce) if body_part is None else sign(token, stamp, nonce, body_part)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass")):
        raise Refused("signature")
    if abs(now - int(stamp)) > WINDOW:
        raise Refused("stale")


def open_post(body: bytes, query: dict[str, str], settings: Settings, now: float) -> tuple[Incoming, bool]:
    """The message in a post whose ``signature`` is verified already, and whether it came encrypted."""
    encrypted = query.get("encrypt_type") == "aes" and bool(settings.aes_key)
    if not encrypted:
        if settings.mode is Mode.SAFE:
            raise Refused("weaker")
        return parse(body), False
    try:
        sealed = read_xml(body).get("Encrypt", "")
    except Unreadable:
        raise Refused("envelope") from None
    if not sealed:
        raise Refused("envelope")
    verify(query, settings.token, now, sealed)
    return parse(unseal(sealed, settings)), True


def parse(xml: bytes) -> Incoming:
    """The message in an XML text; Unreadable where a field that it needs is missing or no plain text."""
    fields = read_xml(xml)
    sender, account, kind = (fields.get(name, "") for name in ("FromUserName", "ToUserName", "MsgType"))
    created = fields.get("CreateTime", "")
    if not (sender and account and kind and created.isascii() and created.isdigit() and len(created) <= 10):
        raise Unreadable("fields")
    return Incoming(
        sender, account, int(created), kind.lower(),
        fields.get("Content") or fields.get("Recognition", ""),
        fields.get("MsgId", ""), fields.get("Event", "").lower(), fields.get("EventKey", ""), fields.get("OpenID", ""),
    )


def read_xml(xml: bytes) -> dict[str, str]:
    """The texts of the elements directly below ``<xml>``; nested ones are left out, a doubled one is Unreadable."""
    fields: dict[str, str] = {}
    chunks: list[str] = []
    depth, nested, doubled = 0, False, ""

    def start(name: str, _: object) -> None:
        nonlocal depth, nested
        depth += 1
        if depth == 2:
            chunks.clear()
            nested = False
        elif depth > 2:
            nested = True
        elif name != "xml":
            raise Unreadable("root")

    def end(name: str) -> None:
        nonlocal depth, doubled
        if depth == 2 and not nested:
            if name in fields:
                doubled = name
            fields[name] = "".join(chunks).strip()
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = chunks.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise Unreadable("xml") from None
    if doubled:
        raise Unreadable("doubled")
    return fields


def _refuse_doctype(*_: object) -> None:
    raise DoctypeFound


def unseal(sealed: str, settings: Settings) -> bytes:
    """The XML inside an Encrypt text; Refused for another account's, Unreadable for what no key of ours made."""
    try:
        return cipher(settings.aes_key).decrypt(sealed, settings.app_id).encode()
    except OtherAccount:
        raise
    except Exception as error:  # wechatpy lets through seven kinds (binascii, struct, index, Unicode …)
        raise Unreadable(type(error).__name__) from None


def seal(xml: str, nonce: str, now: float, settings: Settings) -> str:
    """The encrypted envelope around a reply."""
    sealed = cipher(settings.aes_key).encrypt(xml, settings.app_id).decode()
    stamp = str(int(now))
    return (f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{sign(settings.token, stamp, nonce, sealed)}]]>"
            f"</MsgSignature><TimeStamp>{stamp}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>")


@lru_cache(maxsize=4)
def cipher(aes_key: str):
    """wechatpy's cipher for an EncodingAESKey, with unguessable random bytes in front. It keeps no state: threads share it."""
    class Cipher(_wechatpys()):
        def get_random_string(self) -> str:
            return secrets.token_hex(8)

        def decrypt(self, text: str, app_id: str) -> str:
            return self._decrypt(text, app_id, OtherAccount)

    return Cipher(base64.b64decode(aes_key + "="))


def _wechatpys() -> type:
    """wechatpy's cipher without the rest of wechatpy: its package loads requests and every client, 7 MB a worker."""
    if "wechatpy" in sys.modules:
        from wechatpy.crypto import PrpCrypto
        return PrpCrypto
    sys.modules["wechatpy"] = module_from_spec(find_spec("wechatpy"))  # not executed: only its folder counts
    try:
        from wechatpy.crypto import PrpCrypto
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "wechatpy"]:
            del sys.modules[name]  # whoever needs the whole of it (wechat_client.py) loads it as ever
    return PrpCrypto


def cdata(text: str) -> str:
    """``text`` as a CDATA section that nothing in it can close, without characters that XML can't hold."""
    return f"<![CDATA[{_UNFIT.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def text_reply(message: Incoming, text: str, now: float) -> str:
    """A passive text reply, addressed back to the asker."""
    return f"{_address(message, now)}<MsgType><![CDATA[text]]></MsgType><Content>{cdata(text)}</Content></xml>"


def hand_over(message: Incoming, now: float) -> str:
    """The reply that passes the asker to 微信客服."""
    return f"{_address(message, now)}<MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>"


def addressed(message: Incoming) -> str:
    """With what each reply to ``message`` begins: whom it goes to."""
    return f"<xml><ToUserName>{cdata(message.sender)}</ToUserName>"


def _address(message: Incoming, now: float) -> str:
    return f"{addressed(message)}<FromUserName>{cdata(message.account)}</FromUserName><CreateTime>{int(now)}</CreateTime>"
