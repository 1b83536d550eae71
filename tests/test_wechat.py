"""The wire: WeChat's own known answers, signatures, the three modes, XML that no one meant well."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import wechat_client as play
from bot import config, wechat

STAMP = 1714036504


@pytest.fixture
def safe(tmp_path):
    return config.load({**play.SAFE, "DATA_DIR": str(tmp_path)})


@pytest.fixture
def plain(tmp_path):
    return config.load({**play.PLAIN, "DATA_DIR": str(tmp_path)})


# The four known answers of the platform's documentation

def test_known_answer_1_get():
    assert wechat.sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


def test_known_answer_2_plain_post():
    assert wechat.sign("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7v"
    "JVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb"
    "6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


def test_known_answer_3_safe_post(safe):
    signed = {"timestamp": "1714112445", "nonce": "415670741", "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
              "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"}
    wechat.verify(signed, "AAAAA", 1714112445)
    wechat.verify(signed, "AAAAA", 1714112445, SEALED)
    inner = wechat.unseal(SEALED, safe)
    assert len(inner) == 167 and b"debug_demo" in inner and b"o9AgO5Kd5ggOC-bXrbNODIiE3bGY" in inner


def test_known_answer_4_reply(safe, monkeypatch):
    monkeypatch.setattr(type(wechat.cipher(safe.aes_key)), "get_random_string", lambda _: "707722b803182950")
    envelope = play.elements(wechat.seal('{"demo_resp":"good luck"}', "415670741", 1713424427, safe))
    assert envelope == {
        "Encrypt": "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==",
        "MsgSignature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1", "TimeStamp": "1713424427", "Nonce": "415670741",
    }


# Signatures

def test_the_random_bytes_in_front_are_unguessable(safe):
    assert len({wechat.cipher(safe.aes_key).get_random_string() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("spoil", [
    {"signature": None}, {"timestamp": None}, {"nonce": None}, {"signature": ""}, {"timestamp": ""}, {"nonce": ""},
    {"signature": "0" * 40}, {"signature": "ＡＢ"}, {"timestamp": "abc"}, {"timestamp": "-1"}, {"timestamp": "1.5"}, {"timestamp": "１７１４"},
    {"timestamp": "9" * 13}, {"nonce": "2"},
], ids=str)
def test_a_missing_or_wrong_parameter_is_refused(spoil):
    signed = play.query() | spoil
    with pytest.raises(wechat.Refused):
        wechat.verify({name: value for name, value in signed.items() if value is not None}, play.TOKEN, time.time())


def test_upper_case_truncated_and_one_bit_wrong_are_refused():
    signed = play.query(at=STAMP)
    right = signed["signature"]
    wrong = [right[:-1], right + "0", right.upper() if right.upper() != right else right[::-1], " " + right,
             *(right[:at] + format(int(right[at], 16) ^ 1, "x") + right[at + 1:] for at in range(40))]
    for signature in wrong:
        with pytest.raises(wechat.Refused):
            wechat.verify(signed | {"signature": signature}, play.TOKEN, STAMP)


def test_digits_moved_from_nonce_to_timestamp_sign_alike_but_are_stale():
    stamp, nonce = str(STAMP), "312"
    moved = {"timestamp": stamp + "3", "nonce": "12", "signature": play.sha1(play.TOKEN, stamp, nonce)}
    with pytest.raises(wechat.Refused):
        wechat.verify(moved, play.TOKEN, STAMP)


@pytest.mark.parametrize("token", ["", None])
def test_an_empty_token_signs_nothing(token):
    stamp = str(STAMP)
    with pytest.raises(wechat.Refused):
        wechat.verify({"timestamp": stamp, "nonce": "1", "signature": play.sha1("", stamp, "1")}, token or "", STAMP)


@pytest.mark.parametrize("seconds,accepted", [(0, True), (299, True), (-299, True), (300, True), (301, False), (-301, False), (86400, False)])
def test_a_signature_lives_five_minutes(seconds, accepted):
    signed = play.query(at=STAMP)
    if accepted:
        wechat.verify(signed, play.TOKEN, STAMP + seconds)
    else:
        with pytest.raises(wechat.Refused):
            wechat.verify(signed, play.TOKEN, STAMP + seconds)


@pytest.mark.parametrize("raw", [
    b"signature=a&signature=b", b"timestamp=1&nonce=2&timestamp=1", b"openid=a&openid=b", "nonce=é".encode(), b"&".join(b"a%d=1" % n for n in range(40)),
])
def test_a_query_with_a_repeated_parameter_or_too_many_is_refused(raw):
    with pytest.raises(wechat.Refused):
        wechat.read_query(raw)


# Modes

@pytest.mark.parametrize("mode,sealed,accepted", [
    ("plain", False, True), ("compatible", False, True), ("safe", False, False), ("compatible", True, True), ("safe", True, True), ("plain", True, True),
])
def test_a_mode_refuses_weaker_posts(tmp_path, mode, sealed, accepted):
    decided = config.load({**play.SAFE, "WECHAT_MODE": mode, "DATA_DIR": str(tmp_path)})
    body = play.text("你好")
    encrypted = play.seal(body) if sealed else None
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>" if sealed else body
    signed = play.query(encrypted)
    if not accepted:
        with pytest.raises(wechat.Refused):
            wechat.open_post(body.encode(), signed, decided, time.time())
    else:
        message, was = wechat.open_post(body.encode(), signed, decided, time.time())
        assert (message.text, was) == ("你好", sealed)


def test_a_compatible_post_is_read_from_its_encrypted_part(tmp_path):
    decided = config.load({**play.SAFE, "WECHAT_MODE": "compatible", "DATA_DIR": str(tmp_path)})
    sealed = play.seal(play.text("真"))
    body = play.text("假").replace("</xml>", f"<Encrypt>{sealed}</Encrypt></xml>")
    assert wechat.open_post(body.encode(), play.query(sealed), decided, time.time())[0].text == "真"


def test_plain_mode_without_a_key_reads_the_plain_fields_of_a_compatible_post(plain):
    sealed = play.seal(play.text("真"))
    body = play.text("明文").replace("</xml>", f"<Encrypt>{sealed}</Encrypt></xml>")
    message, encrypted = wechat.open_post(body.encode(), play.query(sealed), plain, time.time())
    assert (message.text, encrypted) == ("明文", False)


def test_another_accounts_message_is_refused(safe):
    sealed = play.seal(play.text("你好"), app_id="wx0000000000000000")
    with pytest.raises(wechat.Refused):
        wechat.open_post(f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), play.query(sealed), safe, time.time())


@pytest.mark.parametrize("envelope", [
    "<xml/>", "<xml>text</xml>", "<xml><Encrypt/></xml>", "", "{}", "<xml><Encrypt>a</Encrypt><Encrypt>a</Encrypt></xml>", "<xml><Encrypt><a>b</a></Encrypt></xml>",
])
def test_a_sealed_post_without_one_encrypt_text_is_refused(safe, envelope):
    with pytest.raises(wechat.Refused):
        wechat.open_post(envelope.encode(), play.query("a"), safe, time.time())


@pytest.mark.parametrize("missing", [{"msg_signature": ""}, {"msg_signature": "0" * 40}])
def test_the_message_signature_counts(safe, missing):
    sealed = play.seal(play.text("你好"))
    with pytest.raises(wechat.Refused):
        wechat.open_post(f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), play.query(sealed) | missing, safe, time.time())


def _framed(inner: bytes, length: int | None = None, pad: int | None = None) -> str:
    import base64
    body = b"r" * 16 + (len(inner) if length is None else length).to_bytes(4) + inner + play.APP_ID.encode()
    fill = 32 - len(body) % 32
    return base64.b64encode(play.openssl("-e", body + bytes([fill if pad is None else pad]) * fill)).decode()


@pytest.mark.parametrize("sealed", [
    "!!!!", "QUJD", "QUJDRA==", "é", play.seal("<xml/>", aes_key="B" * 43), _framed("你好".encode("gbk")), _framed(b"<xml/>", pad=0), _framed(b"<xml/>", pad=200),
    _framed(b""), _framed(b"<xml/>"), _framed(b"{}"),
], ids=["no base64", "not x16", "short", "not ascii", "other key", "gbk", "pad 0", "pad 200", "nothing", "no fields", "json"])
def test_signed_but_unreadable_is_unreadable(safe, sealed):
    with pytest.raises((wechat.Unreadable, wechat.Refused)):
        wechat.open_post(f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), play.query(sealed), safe, time.time())


@pytest.mark.parametrize("length", [0, 1, 5, 2**31, 2**32 - 1])
def test_a_wrong_length_field_is_refused_or_unreadable(safe, length):
    sealed = _framed(b"<xml/>", length=length)
    with pytest.raises((wechat.Refused, wechat.Unreadable)):
        wechat.open_post(f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode(), play.query(sealed), safe, time.time())


# Reading (the table of wechat-platform.md §8)

GOOD = play.text("你好")


@pytest.mark.parametrize("body", [
    b"", b" ", GOOD[:-9].encode(), b"{}", GOOD.encode() + b"<a/>", GOOD.replace("你好", "\x01").encode(), GOOD.replace("你好", "\0").encode(),
    b"<xml>&unknown;</xml>", GOOD.encode("gbk"), b"<root/>", b"<xml/>", b"<xml>text</xml>", GOOD.replace("MsgType", "Kind").encode(),
    GOOD.replace("<![CDATA[text]]>", "").encode(), GOOD.replace("</xml>", "<MsgType>text</MsgType></xml>").encode(),
    GOOD.replace("<![CDATA[text]]>", "<a>text</a>").encode(), GOOD.replace("</xml>", "<FromUserName>b</FromUserName></xml>").encode(),
    GOOD.replace("</xml>", "<Content>b</Content></xml>").encode(), GOOD.replace(str(play.NOON), "soon").encode(), GOOD.replace(str(play.NOON), "1e13").encode(),
    GOOD.replace(str(play.NOON), "9" * 20).encode(), GOOD.replace(str(play.NOON), "").encode(), b"<xml><Content>&#xD800;</Content></xml>",
    b'<?xml version="1.0" encoding="gbk"?>' + GOOD.encode("gbk"), ("<a>" * 60000 + "</a>" * 60000).encode(),
])
def test_what_is_no_message_is_unreadable(body):
    with pytest.raises(wechat.Unreadable):
        wechat.parse(body)


@pytest.mark.parametrize("head", [
    '<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', '<!DOCTYPE xml SYSTEM "file:///etc/passwd">', "<!DOCTYPE xml>",
    '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>', '<?xml version="1.0"?>\n<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
])
def test_a_doctype_is_refused_by_the_parser(head):
    with pytest.raises(wechat.DoctypeFound):
        wechat.parse((head + GOOD).encode())


def test_a_doctype_in_another_encoding_is_refused_too():
    with pytest.raises(wechat.DoctypeFound):
        wechat.parse(("<!DOCTYPE xml>" + GOOD).encode("utf-16"))


def test_a_doctype_typed_by_an_asker_is_text():
    assert wechat.parse(play.text('<!DOCTYPE html> 这个怎么填').encode()).text == "<!DOCTYPE html> 这个怎么填"


def test_a_message_is_read_whole():
    message = wechat.parse(play.text(" 申报]]>什么时候<b>截止</b> 👩‍🔧\r\n第二行 ", message_id=7).encode())
    assert message.text == "申报]]>什么时候<b>截止</b> 👩‍🔧\n第二行"
    assert (message.sender, message.account, message.created, message.type, message.message_id) == (play.OPENID, play.ACCOUNT, play.NOON, "text", "7")


def test_depth_and_size_are_no_trouble():
    deep = GOOD.replace("</xml>", "<Extra>" + "<a>" * 30000 + "</a>" * 30000 + "</Extra></xml>")
    begun = time.perf_counter()
    assert wechat.parse(deep.encode()).text == "你好"
    assert time.perf_counter() - begun < 0.5


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_never_crash_the_reader(body):
    for given_body in (body, b"<xml>" + body + b"</xml>"):
        try:
            wechat.parse(given_body)
        except (wechat.Unreadable, wechat.DoctypeFound):
            pass


# Writing

@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=80) | st.sampled_from(["]]>", "]]]]>>", "<![CDATA[", "\x00\x1f]]>", "\ud800", "a]]&gt;b"]))
def test_a_reply_is_valid_xml_whatever_it_holds(content):
    message = wechat.Incoming("o]]>evil", "gh", 1, "text")
    fields = play.elements(wechat.text_reply(message, content, 1))
    assert fields["ToUserName"] == "o]]>evil" and set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}
    kept = "".join(char for char in content if char in "\t\n\r" or (" " <= char and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\ufffe\uffff"))
    assert fields["Content"] == kept.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("one,other,same", [
    (play.text("a", message_id=1), play.text("b", message_id=1), True),
    (play.text("a", message_id=1), play.text("a", message_id=1, openid="oB"), False),
    (play.event("CLICK", EventKey="A"), play.event("CLICK", EventKey="A"), True),
    (play.event("CLICK", EventKey="A"), play.event("CLICK", EventKey="B"), False),
    (play.event("CLICK", EventKey="A"), play.event("CLICK", EventKey="A", created=play.NOON + 1), False),
    (play.event("subscribe"), play.event("unsubscribe"), False),
])
def test_what_tells_one_push_from_another(one, other, same):
    assert (wechat.parse(one.encode()).once == wechat.parse(other.encode()).once) is same
