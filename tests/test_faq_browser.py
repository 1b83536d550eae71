"""/faq in a real headless Chromium: copying, searching, phone and desktop, no shift, contrast, labels, print."""

from __future__ import annotations

import pytest
from browser import DESKTOP, PHONE, served, visitor

from bot import create_app
from bot.faq.content import faq_of
from knowledge.snapshot import packaged

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
ITEMS = faq_of(packaged()).items
SHIFT = """() => new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
  .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 400); })"""
CONTRAST = """() => {
  const light = c => { const v = c.map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; }); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const rgba = s => { const n = s.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const behind = e => { for (let x = e; x; x = x.parentElement) { const c = rgba(getComputedStyle(x).backgroundColor); if (c[3] > .9) return c; } return [255, 255, 255, 1]; };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const s = getComputedStyle(e);
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || s.visibility === 'hidden' || !e.offsetParent || e.closest('#done')) continue;
    const [a, b] = [light(rgba(s.color).slice(0, 3)), light(behind(e).slice(0, 3))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) poor.push(e.className + ' ' + e.textContent.slice(0, 20));
  }
  return poor; }"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})) as at:
        yield at


@pytest.fixture
def page(chromium, address, request):
    """A fresh visitor at /faq."""
    options = {"viewport": PHONE, "permissions": ["clipboard-read", "clipboard-write"]} | getattr(request, "param", {})
    with visitor(chromium, f"{address}/faq", **options) as shown:
        yield shown


def clipboard(page) -> str:
    return page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")


@pytest.mark.parametrize("code", ["Q1", "Q3", "Q12", "Q15", "Q16"])
def test_copying_gives_the_words_that_the_account_sends(page, code):
    page.locator(f"#{code} .copy").click()
    api.expect(page.locator("#done")).to_contain_text("已复制")
    assert clipboard(page) == ITEMS[code].block


def test_every_answer_copies_as_its_block(page):
    made = page.evaluate("Object.fromEntries([...document.querySelectorAll('article')].map(one => [one.id, block(one)]))")
    assert {code: words for code, words in made.items() if words != ITEMS[code].block} == {}


def test_a_topic_is_copied_whole(page):
    page.locator("#filing h2 .copy").click()
    api.expect(page.locator("#done")).to_contain_text("已复制")
    words = clipboard(page)
    assert ITEMS["Q2"].title in words and ITEMS["Q3"].facts in words and words.count("咨询：") == 1 and words.splitlines()[-1].endswith(f"·v{packaged().version}")


def test_copying_works_without_a_clipboard(page):
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator("#Q3 .copy").click()
    api.expect(page.locator("#done")).to_contain_text("已复制")


def test_typing_hides_what_is_not_meant(page):
    page.locator("input[type=search]").fill("盖章 汇总表")
    shown = page.locator("article:visible")
    assert 1 <= shown.count() <= 8 and "盖章" in shown.first.text_content()
    page.locator("input[type=search]").fill("火星")
    api.expect(page.locator("#none")).to_be_visible()
    page.locator("input[type=search]").fill("几号截止")
    page.locator("form button").click()
    api.expect(page.locator("article").first).to_contain_text("5月15日")


@pytest.mark.parametrize("page", [{"viewport": PHONE}, {"viewport": DESKTOP}, {"viewport": {"width": 320, "height": 600}}], indirect=True)
def test_it_fits_its_width_and_does_not_shift(page):
    assert page.evaluate(SHIFT) < 0.05
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('article, h2, header')].every(one => one.getBoundingClientRect().right <= innerWidth + 1)")


@pytest.mark.parametrize("path", ["/faq", "/faq/open", "/faq/chat", "/faq?q=%E7%9B%96%E7%AB%A0"])
def test_everything_can_be_read_and_has_a_name(page, address, path):
    page.goto(f"{address}{path}")
    assert page.evaluate(CONTRAST) == []
    unnamed = """[...document.querySelectorAll('input, textarea, button, a')].filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length"""
    assert page.evaluate(unnamed) == 0 and page.evaluate("document.documentElement.lang") == "zh-CN" and page.locator("h1").count() == 1
    assert page.evaluate("[...document.querySelectorAll('button, nav a, .b a')].filter(e => e.offsetParent).every(e => e.getBoundingClientRect().height >= 32)")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_it_reads_and_searches(page):
    api.expect(page.locator("#Q1")).to_contain_text("2025年5月15日")
    assert page.locator(".copy:visible").count() == 0
    page.locator("input[type=search]").fill("名额")
    page.locator("form button").click()
    assert "名额怎么分配" in page.locator("main").text_content()


def test_a_link_to_a_code_shows_that_answer(page, address):
    page.goto(f"{address}/faq#Q16")
    api.expect(page.locator("#Q16")).to_be_in_viewport()
    top = page.locator("#Q16").bounding_box()["y"]
    assert top >= page.locator("nav").bounding_box()["height"] - 1


def test_on_paper_there_are_answers_and_nothing_to_press(page):
    page.emulate_media(media="print")
    assert page.locator(".copy:visible").count() == 0 and not page.locator("nav").is_visible() and page.locator("#Q1").is_visible()


def test_a_pasted_chat_is_answered_and_copied(page, address):
    page.goto(f"{address}/faq/chat")
    page.locator("textarea").fill("张三 10:23\n2025年的申报几号截止？\n李四 10:24\n小组主要完成人最多写几个？")
    page.locator("form button").click()
    page.locator(".answer .copy").click()
    api.expect(page.locator("#done")).to_contain_text("已复制")
    assert "不超过10人" in clipboard(page)
