"""/faq without a browser: the page, its search, cards and files; cached by version, readable without a script."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile

import pytest

from bot import create_app
from bot.faq import card, content, fonts, page
from handlers.sharing.block import block
from knowledge.snapshot import packaged

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
NOTICE, _ = packaged().newest()
CODES = [one.code for one in NOTICE.entries.values() if one.forwardable and one.code]
PAGES = ("/faq", "/faq/open", "/faq/chat", "/faq?q=盖章")


def has_font() -> bool:
    try:
        return bool(fonts.font(20))
    except fonts.NoChineseFont:
        return False


drawn = pytest.mark.skipif(not has_font(), reason="no Chinese font on this machine (apt-get install fonts-noto-cjk)")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data")), "PUBLIC_URL": "https://qa.example.org"})


@pytest.fixture
def client(app):
    return app.test_client()


# The page

def test_every_answer_is_on_a_page_with_its_code(client):
    both = client.get("/faq").text + client.get("/faq/open").text
    assert sorted(re.findall(r'<article id="(Q\d+)"', both)) == sorted(CODES)
    assert {f'href="/faq/{code}.txt"' in both for code in CODES} == {True}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_small_and_needs_no_script(client, path):
    answer = client.get(path)
    assert answer.status_code == 200 and len(answer.data) < 150_000
    without = re.sub(r"<script.*?</script>", "", answer.text, flags=re.S)
    assert "010-84885418" in without or path in ("/faq/chat", "/faq?q=盖章")
    assert not re.search(r' on[a-z]+="|style="|javascript:', without)


def test_the_page_is_cached_by_version(client):
    first = client.get("/faq")
    again = client.get("/faq", headers={"If-None-Match": first.headers["ETag"]})
    assert first.headers["ETag"].startswith(f'"v{packaged().version}-') and "public" in first.headers["Cache-Control"]
    assert again.status_code == 304 and not again.data
    assert client.get("/faq", headers={"If-None-Match": '"v0-old"'}).status_code == 200


def test_the_page_can_be_squeezed(client):
    squeezed = client.get("/faq", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(squeezed.data) == client.get("/faq").data and len(squeezed.data) < 40_000
    assert squeezed.headers["Vary"] == "Accept-Encoding"


def test_structured_data_is_whole_and_allowed_by_its_hash(client):
    answer = client.get("/faq")
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.S)[1]
    style = re.search(r"<style>(.*?)</style>", answer.text, re.S)[1]
    policy = answer.headers["Content-Security-Policy"]
    for text in (data, style):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    told = json.loads(data)
    assert told["@type"] == "FAQPage"
    assert len(told["mainEntity"]) == sum(one.stated for one in content.faq_of(packaged()).items.values())
    assert all(one["acceptedAnswer"]["text"] and one["name"] for one in told["mainEntity"])


def test_hostile_words_do_not_leave_their_place():
    assert "</script" not in page.structured(content.Faq(1, "", "x", "", "", "", (content.Section("a", "t", (content.Item("n", "Q1", "</script><b>", "", "", True, "", "", True),)),), ()))


@pytest.mark.parametrize("asked,code", [("盖章", "申报表要盖谁的章"), ("Q3", "没有备案能不能申报"), ("什么时候截止", "网上申报什么时候开始"), ("几个人能当主要完成人", "主要完成人最多几个"), ("发票", "发票")])
def test_the_search_finds(client, asked, code):
    assert code in client.get("/faq", query_string={"q": asked}).text


def test_a_search_without_result_says_whom_to_ask(client):
    shown = client.get("/faq", query_string={"q": "<script>火星</script>"}).text
    assert "没有找到" in shown and "010-84885418" in shown and "<script>火星" not in shown


def test_shared_links_have_a_card(client):
    shown = client.get("/faq").text
    assert 'property="og:image" content="https://qa.example.org/faq/share.png"' in shown and 'rel="canonical" href="https://qa.example.org/faq"' in shown


def test_robots_may_read_the_answers(client):
    rules = client.get("/robots.txt").text
    assert "Allow: /faq" in rules and "Disallow: /desk" in rules and "noindex" not in client.get("/faq").text


def test_another_version_throws_the_old_away(tmp_path):
    from bot.faq.shelf import Shelf
    from knowledge.snapshot import build
    versions = [build([NOTICE], 1), build([NOTICE], 2)]
    app = create_app({"DATA_DIR": str(tmp_path)})
    shelf = Shelf(lambda: versions[0])
    make = lambda snapshot: (f"v{snapshot.version}".encode(), "text/plain", {})
    with app.test_request_context("/faq"):
        assert shelf.send("a", make).data == b"v1" and shelf.send("a", lambda snapshot: 1 / 0).data == b"v1"
        versions.pop(0)
        assert shelf.send("a", make).data == b"v2"


# Cards

@drawn
@pytest.mark.parametrize("code", ["Q1", "Q16", "Q15", "share", "q3"])
def test_a_card_is_a_picture(client, code):
    answer = client.get(f"/faq/{code}.png")
    shown = Image.open(io.BytesIO(answer.data))
    assert answer.content_type == "image/png" and shown.width == card.WIDTH and 600 < shown.height < 3000 and len(answer.data) < 400_000


@drawn
def test_a_card_is_drawn_once_for_each_version(tmp_path, monkeypatch):
    drawn_ones = []
    monkeypatch.setattr(card, "draw", lambda code, *_: drawn_ones.append(code) or b"png")
    for _ in range(3):
        assert card.kept("Q3", packaged(), "", tmp_path) == b"png"
    assert drawn_ones == ["Q3"] and len(list(tmp_path.glob("cards/v*/Q3.png"))) == 1


@drawn
def test_no_line_of_a_card_is_too_wide():
    face = fonts.font(40)
    for item in content.faq_of(packaged()).items.values():
        for part in item.facts.split("\n"):
            lines = card.wrap(part, face, 952)
            assert "".join(lines) == part and all(face.getlength(line) <= 952 + 2 * 40 for line in lines)
            assert not any(line[0] in card.NEVER_FIRST for line in lines[1:])


def test_without_a_font_it_says_what_to_do(client, monkeypatch):
    monkeypatch.setattr(fonts, "KNOWN", (("no-such-font.ttf", "no-such-font.ttf"),))
    fonts._found.cache_clear()
    answer = client.get("/faq/Q77.png")
    fonts._found.cache_clear()
    assert answer.status_code == 503 and "fonts-noto-cjk" in answer.text


@pytest.mark.parametrize("path", ["/faq/Q999.png", "/faq/Q999.txt", "/faq/x.png", "/faq/..%2Fsecret_key.png", "/faq/Q1%00.png", "/faq/QQ.txt"])
def test_what_is_not_published_is_not_there(client, path):
    assert client.get(path).status_code == 404


# Files

@pytest.mark.parametrize("code", ["Q1", "Q3", "Q16", "Q12"])
def test_one_answer_as_text_is_its_block(client, code):
    name = next(name for name, one in NOTICE.entries.items() if one.code == code)
    assert client.get(f"/faq/{code}.txt").text == block(NOTICE.entries[name], NOTICE, packaged().version) + "\n"


def test_the_text_file_is_whole(client):
    text = client.get("/faq.txt").data.decode("utf-8-sig")
    assert all(f"{code} " in text for code in CODES) and "\r\n" in text
    heads = re.findall(r"^=+ .* =+", text, re.M)
    assert heads and all(f"（v{packaged().version}）" in head for head in heads)


def test_the_word_file_is_whole_with_the_version_on_each_page(client):
    answer = client.get("/faq.docx")
    parts = zipfile.ZipFile(io.BytesIO(answer.data))
    words = re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())
    assert all(f"{code}　" in words for code in CODES)
    for part in ("word/header1.xml", "word/footer1.xml"):
        assert f"v{packaged().version}" in re.sub(r"<[^>]+>", "", parts.read(part).decode())
    assert "PAGE" in parts.read("word/footer1.xml").decode() and "微软雅黑" in parts.read("word/styles.xml").decode()
    assert "attachment" in answer.headers["Content-Disposition"]


# A pasted chat of any length

def test_a_long_chat_is_answered(client):
    chat = "\n".join(f"用户{n} 10:{n % 60:02d}\n小组备案{n}个能报几个？" for n in range(1, 400))
    shown = client.post("/faq/chat", data={"text": chat}).text
    assert "群里问了399件事" in shown


def test_a_chat_from_another_site_is_refused(client):
    assert client.post("/faq/chat", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "请先粘贴" in client.post("/faq/chat", data={"text": " "}).text
    assert "&lt;script&gt;" in client.post("/faq/chat", data={"text": "<script>alert(1)</script>什么时候截止？"}).text
