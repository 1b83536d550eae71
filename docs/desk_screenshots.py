"""Takes the screenshots of docs/staff-guide.zh.md: docs/desk-*.png, on a wide screen and on a phone. Needs Chromium and a Chinese
font (Debian: chromium fonts-noto-cjk). Run it with ``.venv/bin/python docs/desk_screenshots.py [FOLDER]``."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from bot import create_app, journal  # noqa: E402
from bot.desk import accounts  # noqa: E402

PASSWORD = "hongse de pingguo 77"
SIZES = {"wide": {"width": 1200, "height": 820}, "phone": {"width": 390, "height": 844}}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"]
ASKED = ["评审会管不管饭", "班组长换人了怎么办", "班组长换人了咋办呢", "证书丢了怎么补", "能不能用英文写报告", "成果能不能出书"]
FOR_GUIDE = {"confirm-wide", "entry-wide", "publish-wide", "queue-wide", "board-wide", "bands-wide", "home-phone", "excel-wide"}  # what the guide shows


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main() -> None:
    """Every page into FOLDER, or those of the guide into docs/."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or sys.exit("There is no Chromium: apt-get install chromium")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        app = create_app({"DATA_DIR": data})
        accounts.add(app.extensions["desk"].store, "李主任", accounts.Role.PUBLISH, PASSWORD)
        app.extensions["desk"].memory.store.use(_questions)
        server = make_server("127.0.0.1", 0, app, server_class=Threads, handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for size, viewport in SIZES.items():
            page = browser.new_page(viewport=viewport, locale="zh-CN")
            for name in _walk(page, f"http://127.0.0.1:{server.server_port}"):
                if folder:
                    page.screenshot(path=folder / f"{name}-{size}.png")
                elif f"{name}-{size}" in FOR_GUIDE:
                    page.screenshot(path=HERE / f"desk-{name}.png")
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    print(f"{name} scrolls sideways at {viewport['width']} px")
            page.close()
        browser.close()
        server.shutdown()
    print(f"Wrote the screenshots into {folder or HERE}.")


def _walk(page: Page, address: str):
    """From page to page as a member of staff would; the name of each."""
    page.goto(f"{address}/desk/sign-in")
    yield "sign-in"
    page.get_by_label("账号").fill("李主任")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    yield "home"
    page.goto(f"{address}/desk/part/facts.apply_window")
    yield "part"
    page.get_by_label("截止").fill("2025-05-20")
    page.get_by_role("button", name="看看会改到什么").click()
    yield "confirm"
    page.get_by_role("button", name="就这样，存入草稿").click()
    for name, path in (("facts", "facts"), ("bands", "table/bands"), ("fields", "table/fields"), ("entries", "entries"), ("entry", "entries/apply_window"), ("cases", "cases?play=1"), ("case", "cases/apply_window"),
                       ("publish", "publish"), ("versions", "versions"), ("version", "versions/1"), ("queue", "queue"), ("board", "board"), ("banners", "banners"),
                       ("corrections", "corrections?entry=apply_window&first=1&last=1"), ("excel", "excel"), ("new-notice", "new-notice"), ("new-fact", "new/facts?type=window"), ("audit", "audit"), ("me", "me")):
        page.goto(f"{address}/desk/{path}")
        yield name
    page.goto(f"{address}/desk/publish")
    page.get_by_role("button", name="丢弃草稿").click()


def _questions(db) -> None:
    """Three weeks of made-up questions."""
    dice, now = random.Random(5), int(time.time())
    for _ in range(2400):
        outcome = dice.choices(["answered", "menu", "not_stated", "not_understood", "checked"], [66, 8, 14, 4, 8])[0]
        said = "申报什么时候截止" if outcome in ("answered", "checked") else dice.choice(ASKED)
        entry = dice.choice(["apply_window", "apply_window", "registration_condition", "quota_group", "fee_apply", "annex2"]) if outcome == "answered" else ""
        at = now - dice.randint(0, 21) * 86400 - int(abs(dice.gauss(0, 4)) * 3600)
        journal.write(db, journal.Row(at, bytes([dice.randint(0, 250)]) * 16, said, "fact", entry, outcome, 1))


if __name__ == "__main__":
    main()
