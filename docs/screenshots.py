"""Takes docs/chat.png: /chat on a phone, after one question. Needs Chromium, a Chinese and an emoji font (Debian: chromium fonts-noto-cjk
fonts-noto-color-emoji). Run it with ``.venv/bin/python docs/screenshots.py``."""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from bot import create_app  # noqa: E402

PHONE = {"width": 390, "height": 860}
DAY = "2025-05-06"
QUESTIONS = ("去年备案通过320个小组，今年能报几个？", "主要完成人：张 伟，李娜、王芳,欧阳明月")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or sys.exit("There is no Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, create_app({"DATA_DIR": data}), handler_class=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="zh-CN")
        page.goto(f"http://127.0.0.1:{server.server_port}/chat?day={DAY}")
        for number, question in enumerate(QUESTIONS, 1):
            page.fill("textarea", question)
            page.click("button.send")
            page.wait_for_function(f"document.querySelectorAll('.me.bubble').length === {number}")
            page.wait_for_timeout(400)
        page.screenshot(path=HERE / "chat.png")
        browser.close()
        server.shutdown()
    print(f"Wrote {HERE / 'chat.png'}.")


if __name__ == "__main__":
    main()
