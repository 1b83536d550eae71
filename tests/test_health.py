"""Health tells the truth; metrics are not for everyone; every page has its headers."""

from __future__ import annotations

import sqlite3

import pytest

import wechat_client as play
from bot import create_app
from knowledge import snapshot


@pytest.fixture
def app(tmp_path):
    return create_app({**play.SAFE, "DATA_DIR": str(tmp_path)})


def test_live_asks_nothing(app, monkeypatch):
    monkeypatch.setattr(snapshot, "current", lambda _: 1 / 0)
    assert app.test_client().get("/health/live").status_code == 200


def test_ready_says_what_is_in_force(app):
    ready = app.test_client().get("/health/ready")
    assert ready.status_code == 200 and ready.json["status"] == "ok" and 2025 in ready.json["notices"]
    assert ready.json["sqlite"] == sqlite3.sqlite_version and ready.json["mode"] == "safe" and ready.json["version"]


def test_ready_holds_no_secret(app):
    settings = app.extensions["bot"]["settings"]
    shown = app.test_client().get("/health/ready").text
    assert all(secret not in shown for secret in (settings.token, settings.aes_key, settings.secret_key, settings.app_id, str(settings.data_dir)))


def test_not_ready_without_a_notice(tmp_path, monkeypatch):
    def gone(_):
        raise FileNotFoundError
    monkeypatch.setattr(snapshot, "current", gone)
    client = create_app({"DATA_DIR": str(tmp_path)}).test_client()
    assert client.get("/health/ready").status_code == 503 and client.get("/health/live").status_code == 200


def test_a_failing_disk_is_told_but_answers_go_on(app, tmp_path):
    app.extensions["bot"]["memory"].store.path = tmp_path / "no" / "where"
    ready = app.test_client().get("/health/ready")
    assert ready.status_code == 200 and ready.json["status"] == "degraded" and ready.json["store_trouble"]


def test_metrics_count_replies(app):
    client = app.test_client()
    client.post("/wechat")
    shown = client.get("/metrics").text
    assert 'bot_pushes_total{outcome="refused"}' in shown and "bot_reply_seconds_bucket" in shown


@pytest.mark.parametrize("headers,address,status", [
    ({}, "127.0.0.1", 200), ({"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 403), ({}, "203.0.113.9", 403),
])
def test_metrics_are_for_this_machine_only(app, headers, address, status):
    assert app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == status


@pytest.mark.parametrize("given,status", [({}, 403), ({"Authorization": "Bearer " + "m" * 20}, 200), ({"Authorization": "Bearer mmm"}, 403), ({"Authorization": "é"}, 403)])
def test_metrics_with_a_token_are_for_its_bearer(tmp_path, given, status):
    client = create_app({"DATA_DIR": str(tmp_path), "METRICS_TOKEN": "m" * 20}).test_client()
    assert client.get("/metrics", headers=given, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == status


@pytest.mark.parametrize("path", ["/", "/chat", "/chat/static/chat.css", "/health/live", "/health/ready", "/metrics", "/no-such-page", "/wechat"])
def test_every_page_has_its_headers(app, path):
    headers = app.test_client().get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"] and "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security", "Cache-Control"):
        assert headers[name]


def test_a_failing_page_shows_nothing_of_the_inside(app):
    app.view_functions["home.home"] = lambda: 1 / 0
    failed = app.test_client().get("/")
    assert failed.status_code == 500 and "Zero" not in failed.text and "Traceback" not in failed.text and "/work" not in failed.text
