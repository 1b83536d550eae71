"""The office's day, end to end in a real headless Chromium: the deadline moves, and what submitters read moves with it.

Sign in, change the deadline, see what changes, a golden question fails, mend it, publish, the WeChat reply has the new
date, roll back. With and without JavaScript, on a phone's screen and a wide one.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from urllib.request import Request, urlopen

import desk_client as staff
import pytest
from browser import served, visitor

import wechat_client as wechat

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
OLD, NEW = "5月15日", "5月20日"
SEEN_WITHIN = 3  # seconds from a publication to the reply; the promise is two


@pytest.fixture
def address(tmp_path):
    with served(staff.made(tmp_path, **wechat.PLAIN)) as at:
        yield at


@pytest.fixture
def page(chromium, address, request):
    with visitor(chromium, f"{address}/desk", lambda message: "Content Security Policy" in message.text, **request.param) as shown:
        yield shown


def replied(address: str, question: str) -> str:
    """What WeChat would show, asked over signed HTTP."""
    from urllib.parse import urlencode

    body = wechat.text(question).encode()
    with urlopen(Request(f"{address}/wechat?{urlencode(wechat.query())}", body, {"Content-Type": "text/xml"}), timeout=10) as answer:
        return answer.read().decode()


def soon(address: str, question: str, words: str) -> str:
    until = time.monotonic() + SEEN_WITHIN
    while words not in (reply := replied(address, question)) and time.monotonic() < until:
        time.sleep(0.1)
    return reply


def go(page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


WAYS = {
    "wide": {"viewport": {"width": 1280, "height": 860}},
    "phone without script": {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False},
}


@pytest.mark.parametrize("page", WAYS.values(), ids=WAYS.keys(), indirect=True)
def test_the_deadline_moves(page, address):
    assert OLD in replied(address, "申报什么时候截止")

    page.get_by_label("账号").fill("主任")
    page.get_by_label("密码").fill(staff.PASSWORD)
    page.get_by_role("button", name="登录").click()
    api.expect(page.get_by_role("heading", level=1)).to_have_text("2025年通知")

    go(page, "数值")
    page.get_by_role("link", name="申报时间", exact=True).click()
    page.get_by_label("截止").fill("2025-04-01")
    page.get_by_role("button", name="看看会改到什么").click()
    api.expect(page.locator("[role=alert]")).to_contain_text("要改")
    api.expect(page.locator("form .wrong")).to_contain_text("早于")
    assert page.get_by_label("截止").input_value() == "2025-04-01"

    page.get_by_label("截止").fill("2025-05-20")
    page.get_by_role("button", name="看看会改到什么").click()
    api.expect(page.locator(".effects")).to_contain_text("网上申报什么时候开始")
    api.expect(page.locator(".effects ins").first).to_be_visible()
    page.get_by_role("button", name="就这样，存入草稿").click()
    api.expect(page.get_by_role("status")).to_contain_text("已存入草稿")
    assert OLD in replied(address, "什么时候截止申报")  # a draft is nobody's business yet

    go(page, "检查与发布")
    problems = page.locator(".problems")
    api.expect(problems).to_contain_text("回归题")
    api.expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    problems.locator("li", has_text="回归题").first.get_by_role("link", name="去修改").click()
    api.expect(page.get_by_role("status")).to_contain_text("不对")
    must = page.get_by_label(re.compile("^答复必须有"))
    must.fill(must.input_value().replace("15日", "20日"))
    page.get_by_role("button", name="问一遍").click()
    api.expect(page.get_by_role("status")).to_contain_text("答对了")
    page.get_by_role("button", name="存入草稿").click()
    api.expect(page.get_by_role("status").first).to_contain_text("已存入草稿")

    go(page, "回归题")
    carry = page.get_by_role("button", name="把这些题里的旧数值换成新的")
    if carry.count():  # the other questions about the same date, in one step
        carry.click()
    go(page, "检查与发布")
    for _ in range(20):  # what is left is mended by hand
        if not page.locator(".problems").count():
            break
        mend_first(page)
        go(page, "检查与发布")
    page.get_by_label("为什么改").fill("联合会同意截止日顺延")
    page.get_by_role("button", name="发布", exact=True).click()
    api.expect(page.get_by_role("status")).to_contain_text("已发布为第2版")
    assert NEW in soon(address, "申报什么时候截止啊", NEW)

    go(page, "版本")
    page.get_by_role("link", name="第1版", exact=True).click()
    page.get_by_label("恢复这一版的原因").fill("顺延取消")
    page.get_by_role("button", name="恢复第1版的内容").click()
    api.expect(page.get_by_role("status")).to_contain_text("成为第3版")
    assert OLD in soon(address, "申报什么时候截止呢", OLD)

    go(page, "操作记录")
    log = page.locator("table")
    for what in ("登录", "修改草稿", "发布", "恢复"):
        api.expect(log).to_contain_text(what)


def mend_first(page) -> None:
    """The first problem's question is asked five days later, like the deadline."""
    page.locator(".problems").get_by_role("link", name="去修改").first.click()
    day = page.get_by_label("提问日期")
    day.fill((dt.date.fromisoformat(day.input_value()) + dt.timedelta(days=5)).isoformat())
    page.get_by_role("button", name="存入草稿").click()
    api.expect(page.get_by_role("status").first).to_contain_text("已存入草稿")
