"""/chat in a real headless Chromium: with and without JavaScript, narrow and wide, hostile text, no CSP violation."""

from __future__ import annotations

import time

import pytest
from browser import DESKTOP as WIDE
from browser import PHONE as NARROW
from browser import served, visitor

from bot import create_app
from handlers import pipeline
from handlers.answer import Choice, menu

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})) as at:
        yield at


@pytest.fixture
def page(chromium, address, request):
    """A fresh visitor at /chat."""
    options = {"viewport": NARROW} | getattr(request, "param", {})
    with visitor(chromium, f"{address}/chat?day=2025-04-20", _is_trouble, **options) as shown:
        yield shown


def _is_trouble(message):
    return message.type in ("error", "warning") and "ERR_FAILED" not in message.text  # the one test that cuts the line makes that


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


def held_back(page, seconds=0.4):
    """Replies take that long."""
    def wait(route):
        time.sleep(seconds)
        route.continue_()
    page.route("**/chat*", wait)


def test_what_is_written_while_a_reply_is_on_its_way_stays(page):
    held_back(page)
    field = page.locator("textarea")
    field.fill("申报什么时候截止")
    page.locator(".send").click()
    field.type("在哪个网")
    api.expect(bubbles(page).last).to_contain_text("5月15日")
    assert field.input_value() == "在哪个网"


def test_two_messages_in_a_row_are_both_answered_in_order(page):
    held_back(page)
    for words in ("小组主要完成人最多几个", "那班组呢"):
        page.locator("textarea").fill(words)
        page.locator(".send").click()
    api.expect(page.locator(".waiting")).to_have_count(0)
    api.expect(bubbles(page)).to_have_count(3)
    assert [one.inner_text() for one in bubbles(page, "me").all()] == ["小组主要完成人最多几个", "那班组呢"]
    api.expect(bubbles(page).nth(1)).to_contain_text("10人")
    api.expect(bubbles(page).last).to_contain_text("15人")
