"""What many tests share: an app with its staff, signed in, and the browser. Modules that want another app have their own."""

from __future__ import annotations

import shutil

import desk_client as staff
import pytest

import wechat_client as wechat

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The whole app, plain mode, with its notice read and two accounts."""
    staff.quick_hashes(monkeypatch)
    made = staff.made(tmp_path, **wechat.PLAIN)
    made.extensions["desk"].current()
    return made


@pytest.fixture
def client(app):
    """主任, who may publish, signed in at the desk."""
    return staff.sign_in(app)


@pytest.fixture(scope="module")
def chromium():
    """A real headless Chromium; the tests that need it are skipped, with the reason, where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
