"""/chat in a real headless Chromium: with and without JavaScript, narrow and wide, hostile text, no CSP violation."""

from __future__ import annotations

import shutil
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from bot import create_app
from handlers import pipeline
from handlers.answer import Choice, menu

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt-get install chromium)")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 860}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    app = create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address, request):
    """A fresh visitor at /chat; any dialog, script error or CSP violation fails the test."""
    options = {"viewport": NARROW} | getattr(request, "param", {})
    context = chromium.new_context(locale="zh-CN", **options)
    shown, troubles = context.new_page(), []
    shown.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    shown.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    shown.goto(f"{address}/chat?day=2025-04-20")
    yield shown
    context.close()
    assert [one for one in troubles if "ERR_FAILED" not in one] == []  # the one test that cuts the line makes that


def bubbles(page, who="bot"):
    return page.locator(f".{who}.bubble")


def say(page, words):
    before = bubbles(page).count()
    page.locator("textarea").fill(words)
    page.locator(".send").click()
    api.expect(bubbles(page)).to_have_count(before + 1)
    api.expect(page.locator(".waiting")).to_have_count(0)
    return bubbles(page).last


WITH_AND_WITHOUT = pytest.mark.parametrize("page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"])


@WITH_AND_WITHOUT
def test_a_question_and_a_follow_up(page):
    api.expect(say(page, "申报什么时候截止")).to_contain_text("5月15日")
    api.expect(say(page, "在哪个网站报")).to_contain_text("qccpcif.com")
    api.expect(bubbles(page, "me")).to_have_count(2)


@WITH_AND_WITHOUT
def test_the_fold_shows_what_was_understood(page):
    say(page, "申报什么时候截止")
    fold = page.locator("details.fold").last
    api.expect(fold.locator("dl")).to_be_hidden()
    fold.locator("summary").click()
    api.expect(fold.locator("dl")).to_contain_text("条款")


@WITH_AND_WITHOUT
def test_the_day_picked_counts_and_stays(page):
    page.locator("input[name=day]").fill("2025-05-20")
    api.expect(say(page, "现在还能申报吗")).to_contain_text("5月15日")
    assert page.locator("input[name=day]").input_value() == "2025-05-20"


@WITH_AND_WITHOUT
def test_a_button_of_the_account_s_menu_speaks(page):
    page.locator(".menu summary").first.click()
    page.locator(".menu button").first.click()
    api.expect(bubbles(page)).to_have_count(2)
    api.expect(bubbles(page).last).to_contain_text("5月15日")


@WITH_AND_WITHOUT
def test_a_choice_can_be_tapped(page, monkeypatch):
    offered, real = menu("您问的是哪一种？", [Choice("小组", "小组名额怎么算"), Choice("班组", "班组名额怎么算")]), pipeline.reply
    monkeypatch.setattr(pipeline, "reply", lambda text, *rest: (offered, real(text, *rest)[1]) if text == "名额" else real(text, *rest))
    api.expect(say(page, "名额")).to_contain_text("1.")
    page.locator(".choices button").first.click()
    api.expect(bubbles(page)).to_have_count(3)
    api.expect(page.locator(".waiting")).to_have_count(0)


def test_enter_sends_and_shift_enter_does_not(page):
    field = page.locator("textarea")
    field.type("张三")
    field.press("Shift+Enter")
    field.type("李四")
    assert field.input_value() == "张三\n李四"
    field.press("Enter")
    api.expect(bubbles(page)).to_have_count(2)


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "<a href='javascript:alert(1)'>x</a>"])
def test_hostile_text_stays_text(page, hostile):
    say(page, hostile)
    say(page, "你好")
    assert bubbles(page, "me").first.inner_text() == hostile


def test_nothing_scrolls_sideways_and_the_latest_turn_is_in_sight(page):
    for words in ("申报要求有哪些", "https://example.org/" + "a" * 300, "申报什么时候截止"):
        say(page, words)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.getElementById('log').scrollWidth <= document.getElementById('log').clientWidth")
    api.expect(bubbles(page).last).to_be_in_viewport()


@pytest.mark.parametrize("page", [{"viewport": WIDE}], indirect=True)
def test_on_a_wide_screen_it_is_a_phone(page):
    box = page.locator(".phone").bounding_box()
    assert 380 < box["width"] < 500 and box["x"] > 300


def test_a_failed_request_gives_the_words_back(page):
    page.route("**/chat*", lambda route: route.abort())
    page.locator("textarea").fill("你好")
    page.locator(".send").click()
    api.expect(page.locator(".bot.bubble").last).to_contain_text("没有发出去")
    assert page.locator("textarea").input_value() == "你好"
